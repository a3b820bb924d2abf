"""ABC finds a known posterior, whatever the batches, goes on after a stop, and never sees what is held out.

The stand-in is linear with normal chance, so that the posterior is known: after the numbers z of as many targets as
parameters it is A⁻¹z ± A⁻¹ΣA⁻ᵀ, with Σ of the numbers' error, of one year's chance, and of what it leaves in a mean.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.batch.calibrate import abc, quick
from sim.batch.calibrate.abc import (
    BATCH,
    drawn_points,
    fit_by_abc,
    particle_table,
    posterior_fit,
    resample,
    smallest_epsilon,
)
from sim.batch.calibrate.learnt import parameter_table
from sim.batch.calibrate.problem import parse_problem
from sim.batch.study.designs import unspread_all
from sim.batch.study.study import Interval
from sim.errors import InputError
from sim.report.calibration.abc_text import describe_abc, write_abc
from sim.report.page import as_markdown

PARAMETERS = {"a.x": {"low": 0.0, "high": 10.0}, "a.y": {"low": 1.0, "high": 100.0, "log": True}}
MEASURES = ("offences_per_1000", "calls_per_1000", "cleared_pct")
MAKES = 10.0 * np.array([[1.0, 0.4], [0.3, 1.0], [1.0, 1.0]])
"""What both parameters, each from 0 to 1, make of the measures; the third is kept out of the fit."""
TRUTH = np.array([0.4, 0.6])
SD, CHANCE, SEEDS = 0.5, 0.3, 3


INTERVALS = {name: Interval.model_validate(one) for name, one in PARAMETERS.items()}


def simulate(label, points):
    """Make runs whose chance depends on point and seed alone, as that of the simulation does."""
    del label
    unit, rows = unspread_all(points, INTERVALS), []
    for number, at in enumerate(unit):
        own = np.frombuffer(points.iloc[number].to_numpy(np.float64).tobytes(), np.uint32).tolist()
        for seed in range(1, SEEDS + 1):
            chance = np.random.default_rng([seed, *own]).normal(0.0, CHANCE, 3)
            rows.append((number, seed, *(MAKES @ at + chance)))
    return pd.DataFrame(rows, columns=["point", "seed", *MEASURES])


def town(*, off=0.0, sd=SD, seed=1, **budget):
    targets = [
        {"measure": name, "value": float(value) + off, "sd": sd, "hold_out": name == "cleared_pct"}
        for name, value in zip(MEASURES, MAKES @ TRUTH, strict=True)
    ]
    content = {"name": "toy", "parameters": PARAMETERS, "targets": targets, "seeds": SEEDS, "seed": seed}
    return parse_problem(content | {"abc": {"particles": 100, "max_points": 5000} | budget}, where="test")


def known_sds():
    of_a_mean = SD**2 + CHANCE**2 + CHANCE**2 / SEEDS
    back = np.linalg.inv(MAKES[:2])
    return np.sqrt(np.diag(back @ back.T) * of_a_mean)


def agrees_with_what_is_known(fits):
    """Tell whether means and spreads, over some seeds, are those of the known posterior.

    Of twice a hundred draws, worth about ninety each, a mean is off by 0.07 of a spread, and a spread by 5 %.
    """
    sds = known_sds()
    off = np.mean([fit.plausible.mean(axis=0) for fit in fits], axis=0) - TRUTH
    wide = np.mean([fit.plausible.std(axis=0) for fit in fits], axis=0)
    return bool((np.abs(off) < 0.2 * sds).all() and (np.abs(wide / sds - 1.0) < 0.15).all())


@pytest.fixture(scope="module")
def fits():
    return [fit_by_abc(town(seed=seed), simulate) for seed in (1, 2)]


def test_the_posterior_is_the_known_one(fits):
    assert all(fit.reached for fit in fits)
    assert agrees_with_what_is_known(fits)
    together = np.mean([np.corrcoef(fit.plausible.T)[0, 1] for fit in fits])
    assert together == pytest.approx(-0.62, abs=0.1)


def test_a_distance_that_leaves_out_a_target_is_caught(monkeypatch):
    """As loss_of, but for the first fitted target alone."""

    def forgetful(problem, runs):
        table = quick.misses(problem, runs).set_index("measure")
        return 2.0 * float(table.loc[problem.fitted[0].measure, "miss"]) ** 2

    monkeypatch.setattr(abc, "loss_of", forgetful)
    assert not agrees_with_what_is_known([fit_by_abc(town(particles=60), simulate)])


def test_an_epsilon_far_above_the_error_of_the_numbers_is_caught():
    fit = fit_by_abc(town(particles=60, epsilon=2.5), simulate)
    assert fit.reached
    assert not agrees_with_what_is_known([fit])


def test_weights_are_heeded(fits):
    """A twentieth of the weight is a twentieth of the points, to one point; and not so where weights are ignored."""
    weights = np.array([0.7, 0.2, 0.05, 0.05])
    assert np.bincount(resample(weights, 1000, 3)).tolist() == pytest.approx([700, 200, 50, 50], abs=1)
    ignored = np.bincount(resample(np.ones(4), 1000, 3))
    assert ignored.tolist() == pytest.approx([250] * 4, abs=1)
    table = particle_table(fits[0])
    assert table["weight"].sum() == pytest.approx(1.0)
    heavy = table["weight"].idxmax()
    assert table["weight"].max() > 1.3 * table["weight"].median()
    carried = unspread_all(drawn_points(fits[0]), fits[0].problem.parameters)
    times = np.isclose(carried, fits[0].unit[heavy]).all(axis=1).sum()
    assert times in {int(50 * table["weight"].max()), int(50 * table["weight"].max()) + 1}


def same(one, other):
    return (
        np.array_equal(one.unit, other.unit)
        and np.array_equal(one.weights, other.weights)
        and one.populations.equals(other.populations)
        and drawn_points(one).equals(drawn_points(other))
    )


def test_the_same_seed_gives_the_same_whatever_the_batch_and_another_seed_does_not(fits):
    batches = []

    def counted(label, points):
        batches.append((label, len(points)))
        return simulate(label, points)

    small = {"particles": 40, "populations": 4}
    first = fit_by_abc(town(**small), counted, batch=20)
    assert first.n_points == sum(size for _, size in batches)
    n_batches = len(batches)
    assert len({label for label, _ in batches}) == n_batches
    assert same(first, fit_by_abc(town(**small), counted, batch=20))
    assert same(first, fit_by_abc(town(**small), simulate, batch=7))
    assert not same(first, fit_by_abc(town(**small, seed=2), simulate))


def test_the_global_random_state_is_neither_used_nor_left_changed():
    small = {"particles": 20, "populations": 2, "max_points": 100}
    np.random.seed(5)  # noqa: NPY002 - what another library may have done
    first = fit_by_abc(town(**small), simulate)
    after = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    assert np.random.random() == after  # noqa: NPY002
    assert same(first, fit_by_abc(town(**small), simulate))


class KilledError(Exception):
    pass


def test_a_killed_calibration_goes_on_with_the_same_points():
    small = {"particles": 40, "populations": 4}
    store, made = {}, []

    def remember(label, points, *, live=100):
        key = (label, points.to_csv())
        if key not in store:
            if len(made) == live:
                raise KilledError
            made.append(label)
            store[key] = simulate(label, points)
        return store[key]

    with pytest.raises(KilledError):
        fit_by_abc(town(**small), lambda label, points: remember(label, points, live=5))
    assert len(made) == 5
    whole = fit_by_abc(town(**small), remember)
    assert len(set(made)) == len(made)
    assert same(whole, fit_by_abc(town(**small), simulate))


def test_the_budget_holds_and_the_page_says_that_it_was_too_small():
    fit = fit_by_abc(town(particles=60, max_points=200), simulate)
    assert fit.populations["judged"].sum() <= 200
    assert fit.n_points <= 200 + 2 * BATCH
    assert len(fit.unit) == 60
    assert not fit.reached
    assert not fit.fits
    assert "Nothing came near" in as_markdown(describe_abc(fit))
    with pytest.raises(InputError, match="max_points must be two populations at least"):
        town(particles=60, max_points=100)


def test_a_town_that_the_model_cannot_make_leaves_nothing_to_carry_on(tmp_path):
    (tmp_path / "abc_points.csv").write_text("of an earlier answer")
    fit = fit_by_abc(town(off=80.0, particles=20, max_points=200), simulate)
    assert not fit.fits
    write_abc(fit, tmp_path)
    assert not (tmp_path / "abc_points.csv").exists()


def test_what_is_held_out_is_not_looked_at_and_is_foretold(fits):
    small = {"particles": 40, "populations": 3}
    problem = town(**small)
    other = problem.targets[2].model_copy(update={"value": 1000.0})
    moved = problem.model_copy(update={"targets": (*problem.targets[:2], other)})
    assert same(fit_by_abc(problem, simulate), wrong := fit_by_abc(moved, simulate))
    right = posterior_fit(fits[0]).set_index("measure")
    assert right["held_out"].to_dict() == {name: name == "cleared_pct" for name in MEASURES}
    assert right["within"].all()
    assert not posterior_fit(wrong).set_index("measure").loc["cleared_pct", "within"]


def test_a_measure_that_some_runs_have_not_is_told_from_the_others_and_one_that_none_has_is_a_mistake(fits):
    runs = fits[0].runs.copy()
    runs.loc[(runs["seed"] == 2) | (runs["point"] < 3), "cleared_pct"] = np.nan
    told = posterior_fit(dataclasses.replace(fits[0], runs=runs)).set_index("measure")
    whole = posterior_fit(fits[0]).set_index("measure")
    assert told.loc["calls_per_1000"].equals(whole.loc["calls_per_1000"])
    assert told.loc["cleared_pct", "simulated"] == pytest.approx(whole.loc["cleared_pct", "simulated"], abs=0.5)
    with pytest.raises(InputError, match="cleared_pct must have a value in some run"):
        posterior_fit(dataclasses.replace(fits[0], runs=runs.assign(cleared_pct=np.nan)))


def test_what_is_known_is_told_by_the_same_words_as_for_the_others(fits, tmp_path):
    table = parameter_table(fits[0]).set_index("parameter")
    assert table["informed"].all()
    assert table.loc["a.x", "plausible_low"] < 4.0 < table.loc["a.x", "plausible_high"]
    assert table.loc["a.y", "plausible_low"] < 10**1.2 < table.loc["a.y", "plausible_high"]
    names = {file.name for file in write_abc(fits[0], tmp_path)}
    tables = {f"abc_{name}.csv" for name in ("points", "particles", "fit", "parameters", "populations")}
    assert names == {"abc.md", "abc.zh.md", "toy.plausible.parquet"} | tables
    carried = pd.read_csv(tmp_path / "abc_points.csv")
    assert list(carried.columns) == list(PARAMETERS)
    assert len(carried) == 50
    for lang in ("en", "zh"):
        page = as_markdown(describe_abc(fits[0], lang))
        assert f"{smallest_epsilon(fits[0].problem):.2f}" in page
        assert "a.x" in page


def test_a_parameter_that_does_nothing_is_not_informed():
    parameters = PARAMETERS | {"a.z": {"low": 0.0, "high": 1.0}}
    problem = town(particles=60)
    problem = parse_problem(problem.model_dump(mode="json") | {"parameters": parameters}, where="test")

    def blind(label, points):
        return simulate(label, points[["a.x", "a.y"]])

    assert parameter_table(fit_by_abc(problem, blind)).set_index("parameter")["informed"].to_dict() == {
        "a.x": True, "a.y": True, "a.z": False,
    }  # fmt: skip
