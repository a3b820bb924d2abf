"""A calibration that is as sure as it may be passes on truths that the model made; one that is surer is caught."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from test_calibrate import PARAMETERS, world

from sim.batch.calibrate import posterior
from sim.batch.calibrate import ranks as ranks_of_truths
from sim.batch.calibrate.match import emulate
from sim.batch.calibrate.problem import parse_problem
from sim.batch.calibrate.ranks import DRAWS, JOINT, check_ranks
from sim.batch.calibrate.through_store import store_simulator_apart
from sim.batch.running.local import local_runner
from sim.batch.sensitivity.emulator import Emulator
from sim.batch.study.designs import sobol_points
from sim.errors import InputError
from sim.report.calibration.ranks_text import describe_ranks, write_ranks
from sim.report.page import as_markdown
from sim.statistics.ranks import judge_ranks

MEASURES = ("offences_per_1000", "calls_per_1000", "cleared_pct")


def asked(seed, **more):
    targets = [{"measure": name, "value": 1.0, "sd": 1.0} for name in MEASURES]
    content = {"name": "toy", "parameters": PARAMETERS, "targets": targets, "truths": 100, "seed": seed}
    return parse_problem(content | more, where="test")


def quick_world(seed, missing=()):
    """Run points of a made-up world, each run by itself."""
    rng = np.random.default_rng(seed)

    def simulate(_, points, n_runs):
        runs = [
            world(points.iloc[[point]].reset_index(drop=True), 1, rng).assign(point=point, seed=round_ * 1000 + point)
            for round_ in range(n_runs)
            for point in range(len(points))
        ]
        table = pd.concat(runs, ignore_index=True)
        table.loc[table["point"].isin(missing), "cleared_pct"] = np.nan
        return table

    return simulate


@pytest.fixture(scope="module")
def emulators():
    """Fit the emulators of each bank once: a broken posterior rests on the same ones as the right one."""
    kept = {}

    def fit(measure, unit, runs):
        key = (measure, unit.tobytes(), runs[measure].to_numpy().tobytes())
        if key not in kept:
            kept[key] = emulate(measure, unit, runs)
        return kept[key]

    return fit


@pytest.fixture(autouse=True)
def _quick_bank(monkeypatch, emulators):
    monkeypatch.setattr(ranks_of_truths, "emulate", emulators)


@pytest.fixture(autouse=True)
def _few_places(monkeypatch):
    monkeypatch.setattr(posterior, "EVEN", 512)
    monkeypatch.setattr(posterior, "AROUND", 256)


def with_variance(monkeypatch, factor):
    stated = posterior.stated_covariance
    monkeypatch.setattr(posterior, "stated_covariance", lambda *given: factor * stated(*given))


def test_a_right_calibration_passes():
    ranks = check_ranks(asked(1), quick_world(1))
    assert ranks.verdict == "right"
    assert ranks.kept.value >= 0.95
    table = ranks.table.set_index("parameter")
    assert list(table.index) == ["a.x", "a.y", JOINT]
    for percent in (50, 80, 95):
        assert (table[f"low_{percent}"] <= percent / 100).all()
        assert (table[f"high_{percent}"] >= percent / 100).all()
    assert ranks.n_runs == 100 * 4


@pytest.mark.parametrize(("factor", "verdict"), [(0.5, "too_sure"), (2.5, "too_unsure")])
def test_a_calibration_that_is_too_sure_or_not_sure_enough_is_caught(monkeypatch, factor, verdict):
    with_variance(monkeypatch, factor)
    assert check_ranks(asked(1), quick_world(1)).verdict == verdict


def test_a_calibration_that_leans_to_one_side_is_caught(monkeypatch):
    right = posterior.log_density
    monkeypatch.setattr(posterior, "log_density", lambda targets, seen, *rest: right(targets, seen + 1.5, *rest))
    ranks = check_ranks(asked(1), quick_world(1))
    assert not ranks.is_even
    assert ranks.table["p_holm"].min() < 0.001


def test_truths_without_a_year_are_left_out_and_too_few_are_refused():
    ranks = check_ranks(asked(2, truths=30), quick_world(2, missing=(3, 4)))
    assert len(ranks.ranks) == 28
    assert not {3, 4} & set(ranks.ranks.index)
    with pytest.raises(InputError, match="20 truths at least"):
        check_ranks(asked(2, truths=30), quick_world(2, missing=range(11)))


def test_the_page_says_it_in_two_languages(tmp_path, monkeypatch):
    with_variance(monkeypatch, 0.4)
    ranks = check_ranks(asked(1), quick_world(1))
    assert "surer than it may be" in describe_ranks(ranks)[0]
    assert "过于自信" in describe_ranks(ranks, "zh")[0]
    assert "all at once" in as_markdown(describe_ranks(ranks))
    names = {file.name for file in write_ranks(ranks, tmp_path)}
    assert names == {"ranks.md", "ranks.zh.md", "ranks.csv", "coverage.csv"}


def test_leaving_a_point_out_is_the_same_as_never_having_had_it():
    unit, rng = sobol_points(2, 40, 1), np.random.default_rng(0)
    values = 10.0 * np.sin(3.0 * unit[:, 0]) + 5.0 * unit[:, 1] + rng.normal(0, 1.0, 40)
    whole = Emulator(unit, values, np.full(40, 1.0))
    places = rng.random((50, 2))
    mean, variance = whole.without(7, whole.weigh_points(places))

    from sklearn.gaussian_process import GaussianProcessRegressor

    fitted, rest = whole._process, np.arange(40) != 7
    less = GaussianProcessRegressor(fitted.kernel_, alpha=fitted.alpha[rest], optimizer=None)
    less.fit(fitted.X_train_[rest], fitted.y_train_[rest])
    own, error = less.predict(places - 0.5, return_std=True)
    scale = values.std()
    assert mean == pytest.approx(values.mean() + own * scale, abs=1e-6)
    assert np.sqrt(variance) == pytest.approx(error * scale * max(1.0, whole.check.scale), rel=1e-4)


def test_the_level_of_the_test_of_evenness_is_what_it_says():
    rng = np.random.default_rng(5)
    rejected = sum(judge_ranks(rng.integers(0, DRAWS + 1, 100), DRAWS).p < 0.05 for _ in range(100))
    assert rejected <= 12  # 5 in the mean; more once in six hundred


@pytest.mark.parametrize(("real", "even"), [(1.0, True), (1.41, False), (0.6, False)])
def test_errors_that_are_not_those_stated_are_found(real, even):
    from scipy.stats import norm

    rng = np.random.default_rng(6)
    ranks = np.floor(norm.cdf(rng.normal(0.0, real, 200)) * (DRAWS + 1)).astype(np.int64)
    one = judge_ranks(ranks, DRAWS)
    assert (one.p > 0.05) == even
    assert one.spread.low <= real <= one.spread.high


CITY = """
name = "tiny"
scenario = "new_haven"
seeds = 2
truths = {truths}

[set]
n_days = 60
"city.streets" = "grid"
"city.n_segments" = 60
"people.n_residents" = 600
"force.n_districts" = 2
"force.n_response" = 36
"force.n_foot" = 6
"force.n_community" = 8
"force.n_detective" = 10

[parameters]
"offending.searches_per_year" = {{ low = 10.0, high = 90.0, log = true }}

[[targets]]
measure = "offences_per_1000"
value = 400.0
sd = 30.0
"""


@pytest.mark.slow
def test_on_a_small_city_the_calibration_passes_and_one_that_is_too_sure_does_not(tmp_path, monkeypatch):
    """The same bank serves both: the second one takes its runs from the store."""
    from sim.inputs.toml_text import parse_toml

    truths = 100 if os.environ.get("CPSIM_BUDGET") == "full" else 60
    problem = parse_problem(parse_toml(CITY.format(truths=truths), where="test"), where="test")

    def check():
        runner = local_runner(2, 60.0)
        simulate = store_simulator_apart(problem, tmp_path, runner, beside=tmp_path, progress=None, tell=print)
        return check_ranks(problem, simulate)

    (tmp_path / "tiny-calibration").mkdir()
    assert check().is_even
    with_variance(monkeypatch, 0.4)
    assert check().verdict == "too_sure"
