"""History matching keeps the truth, finds that nothing fits when nothing does, and never looks at what is held out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.batch.calibrate import match
from sim.batch.calibrate.learnt import closest_misses, confounded, fit_table, parameter_table, plausible_points
from sim.batch.calibrate.match import match_history
from sim.batch.calibrate.problem import parse_problem, read_problem
from sim.batch.study.designs import unspread_all
from sim.errors import InputError

PARAMETERS = {"a.x": {"low": 0.0, "high": 10.0}, "a.y": {"low": 1.0, "high": 100.0, "log": True}}
TRUTH = pd.DataFrame({"a.x": [3.0], "a.y": [20.0]})


def world(points, n_seeds, rng, noise=1.0):
    """Give two measures that tell x and y, and a third one that both make."""
    rows = []
    luck = rng.normal(0, 0.3, (n_seeds, 3))
    for point, (x, y) in enumerate(zip(points["a.x"], np.log10(points["a.y"]), strict=True)):
        for seed in range(n_seeds):
            e = noise * (rng.normal(0, 1.0, 3) + luck[seed])
            offences, calls = 20.0 + 5.0 * x + 0.3 * x**2 + e[0], 50.0 + 15.0 * y + 2.0 * np.sin(x) + e[1]
            rows.append((point, seed + 1, offences, calls, 10.0 + 2.0 * x + 8.0 * y + e[2]))
    return pd.DataFrame(rows, columns=["point", "seed", "offences_per_1000", "calls_per_1000", "cleared_pct"])


def town(seed, *, simulate=world, parameters=None, held=(), shift=0.0, **more):
    """Let a town be one year of the world at the truth; give the problem and what runs it."""
    rng = np.random.default_rng(seed)
    year = simulate(TRUTH, 1, rng).iloc[0]
    targets = [
        {"measure": name, "value": float(year[name]) + rng.normal(0, 1.0) + shift, "sd": 1.0, "hold_out": name in held}
        for name in ("offences_per_1000", "calls_per_1000", "cleared_pct")
    ]
    content = {"name": "toy", "parameters": parameters or PARAMETERS, "targets": targets, "points": 20, "waves": 2}
    problem = parse_problem(content | {"seed": seed} | more, where="test")
    return problem, lambda _, points: simulate(points, problem.seeds, rng)


def keeps_truth(found):
    unit = unspread_all(TRUTH, found.problem.parameters)
    misses = [found.emulated[target.measure].miss(target, unit)[0] for target in found.problem.fitted]
    return max(misses) <= found.problem.cutoff


def test_the_truth_stays_plausible_and_most_else_does_not():
    kept = []
    for seed in range(20):
        found = match_history(*town(seed))
        kept.append(keeps_truth(found))
        assert found.fits
        assert found.waves[-1].share < 0.15
    assert sum(kept) >= 19


def test_a_town_that_the_model_cannot_make_has_no_fit():
    problem, simulate = town(1, shift=80.0)
    found = match_history(problem, simulate)
    assert not found.fits
    assert len(found.confirmed) == 0
    assert len(plausible_points(found)) == 0
    assert closest_misses(found)["miss"].max() > 3.0


def test_targets_that_contradict_each_other_have_no_fit():
    """Each can be met alone, but x cannot be low for one and high for the other."""
    problem, simulate = town(2)
    third = problem.targets[2].model_copy(update={"value": 46.0})  # x = 10 and y = 100 at once
    found = match_history(problem.model_copy(update={"targets": (*problem.targets[:2], third)}), simulate)
    assert not found.fits


def test_points_that_fit_by_their_own_runs_are_carried_on_first():
    found = match_history(*town(3))
    points = plausible_points(found)
    assert len(points) == 50
    assert len(found.confirmed) > 0
    own = unspread_all(points, found.problem.parameters)[: min(len(found.confirmed), 50)]
    assert np.allclose(own, found.unit[found.confirmed][:50])
    assert points["a.x"].between(1.5, 4.5).mean() > 0.9


def only_sum(points, n_seeds, rng):
    """Let x and y (of 10 and of 100) make nothing but their sum."""
    runs = world(points, n_seeds, rng)
    total = (points["a.x"] / 10 + np.log10(points["a.y"]) / 2).to_numpy()[runs["point"]]
    for name in ("offences_per_1000", "calls_per_1000", "cleared_pct"):
        runs[name] = 10.0 + 30.0 * total + rng.normal(0, 0.5, len(runs))
    return runs


def test_two_parameters_that_act_as_one_are_named():
    found = match_history(*town(4, simulate=only_sum))
    pairs = confounded(found)
    assert [pair[:2] for pair in pairs] == [("a.x", "a.y")]
    assert pairs[0][2] < -0.6
    assert confounded(match_history(*town(4))) == []


def test_a_parameter_that_does_nothing_is_not_informed():
    found = match_history(*town(5, parameters=PARAMETERS | {"a.z": {"low": 0.0, "high": 1.0}}, points=30))
    told = parameter_table(found).set_index("parameter")
    assert told["informed"].to_dict() == {"a.x": True, "a.y": True, "a.z": False}
    assert told.loc["a.x", "plausible_low"] <= 3.0 <= told.loc["a.x", "plausible_high"]


def looks_at_held_out():
    """Tell whether another value of the held-out target changes what is thought plausible."""
    regions = []
    for value in (30.0, 37.0):
        problem, simulate = town(6, held=("cleared_pct",))
        targets = tuple(
            t.model_copy(update={"value": value}) if t.measure == "cleared_pct" else t for t in problem.targets
        )
        regions.append(match_history(problem.model_copy(update={"targets": targets}), simulate).region)
    return not np.array_equal(regions[0].inside, regions[1].inside)


def test_what_is_held_out_is_not_looked_at():
    assert not looks_at_held_out()


def test_a_variant_that_peeks_is_caught(monkeypatch):
    monkeypatch.setattr(match.Problem, "fitted", property(lambda problem: problem.targets))
    assert looks_at_held_out()


def test_what_is_held_out_is_foretold_where_the_model_is_right_and_missed_where_it_is_wrong():
    held = ("cleared_pct",)
    right = fit_table(match_history(*town(7, held=held))).set_index("measure")
    assert right.loc["cleared_pct", "held_out"]
    assert right["within"].all()
    problem, simulate = town(7, held=held)
    other = problem.targets[2].model_copy(update={"value": 60.0})
    wrong = fit_table(match_history(problem.model_copy(update={"targets": (*problem.targets[:2], other)}), simulate))
    assert wrong.set_index("measure")["within"].to_dict() == {
        "offences_per_1000": True, "calls_per_1000": True, "cleared_pct": False,
    }  # fmt: skip


def test_points_of_earlier_waves_are_remembered():
    problem, simulate = town(8)
    kept = {}

    def propose(label, make):
        if label not in kept:
            kept[label] = make()
        return kept[label]

    first = match_history(problem, simulate, propose)
    assert list(kept) == [f"wave-{i + 1}" for i in range(len(first.waves))]
    again = match_history(problem, town(8)[1], propose)
    assert np.array_equal(first.unit, again.unit)


def test_a_target_may_be_an_interval_or_a_row_of_a_file(tmp_path):
    (tmp_path / "city.csv").write_text(
        "measure,value,sd,low,high,hold_out\ncalls_per_1000,,,10,20,\ntrust_mean,0.5,0.1,,,true\n"
    )
    (tmp_path / "c.toml").write_text('name = "c"\ntargets_file = "city.csv"\n[parameters.a]\nx = {low = 1, high = 2}\n')
    problem = read_problem(tmp_path / "c.toml")
    assert problem.fitted[0].value == 15.0
    assert problem.fitted[0].sd == pytest.approx(5.0 / 1.96, rel=1e-3)
    assert [target.measure for target in problem.held_out] == ["trust_mean"]
    assert list(problem.parameters) == ["a.x"]


WRONG = {
    "one at least that is not held out": {
        "targets": [{"measure": "trust_mean", "value": 1, "sd": 1, "hold_out": True}]
    },
    "must be a measure of `cpsim measures`, got 'trust' .did you mean": {
        "targets": [{"measure": "trust", "value": 1, "sd": 1}]
    },
    "not both": {"targets": [{"measure": "trust_mean", "low": 2, "high": 1}]},
    "a target once": {"targets": [{"measure": "trust_mean", "value": 1, "sd": 1}] * 2},
    "seeds": {"targets": [{"measure": "trust_mean", "value": 1, "sd": 1}], "seeds": 1},
}


@pytest.mark.parametrize("complaint", WRONG)
def test_a_mistake_is_one_sentence(complaint):
    with pytest.raises(InputError, match=complaint):
        parse_problem({"name": "x", "parameters": PARAMETERS} | WRONG[complaint], where="x.toml")


def test_the_quick_search_comes_near_the_truth_and_does_not_look_at_what_is_held_out():
    pytest.importorskip("optuna")
    from sim.batch.calibrate.quick import fit_quickly

    problem, simulate = town(9, held=("cleared_pct",), trials=60)
    found = fit_quickly(problem, simulate)
    assert len(found.losses) == 60
    assert found.loss == min(found.losses) < 3.0
    assert found.point["a.x"].iat[0] == pytest.approx(3.0, abs=1.0)
    other = problem.targets[2].model_copy(update={"value": 1000.0})
    problem_2, simulate_2 = town(9, held=("cleared_pct",), trials=60)
    problem_2 = problem_2.model_copy(update={"targets": (*problem.targets[:2], other)})
    assert fit_quickly(problem_2, simulate_2).losses == found.losses
