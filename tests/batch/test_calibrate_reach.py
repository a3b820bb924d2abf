"""What the model cannot do is said first; model error is allowed where the problem says so; what is known is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_calibrate import PARAMETERS, only_sum, town, world

from sim.batch.calibrate.learnt import pair_table, parameter_table, plausible_shares, profile_table
from sim.batch.calibrate.match import match_history
from sim.batch.calibrate.problem import parse_problem
from sim.batch.calibrate.reach import judge_reach
from sim.batch.study.designs import spread_all
from sim.errors import InputError
from sim.report.calibration.text import describe_matching, write_matching
from sim.report.page import as_markdown

NAMES = ("offences_per_1000", "calls_per_1000", "cleared_pct")


def problem_of(values, sd=1.0, **more):
    targets = [{"measure": name, "value": value, "sd": sd} for name, value in zip(NAMES, values, strict=True)]
    return parse_problem({"name": "toy", "parameters": PARAMETERS, "targets": targets} | more, where="test")


def years(problem, n=60, seeds=3):
    rng = np.random.default_rng(1)
    return world(spread_all(rng.random((n, 2)), problem.parameters), seeds, rng)


TRUE = (37.7, 69.8, 26.4)
"""about what the made-up world makes at x = 3 and y = 20"""


def test_numbers_of_the_model_itself_are_within_reach():
    problem = problem_of(TRUE)
    reach = judge_reach(problem, years(problem))
    assert reach.out_of_reach() == []
    assert not reach.is_far
    assert reach.p_distance > 0.05


def test_a_number_that_no_parameters_give_is_named():
    problem = problem_of((200.0, *TRUE[1:]))
    reach = judge_reach(problem, years(problem))
    assert reach.out_of_reach() == ["offences_per_1000"]
    row = reach.table.set_index("measure").loc["offences_per_1000"]
    assert row["most"] < 200.0
    assert reach.is_far


def test_numbers_that_are_each_within_reach_may_be_far_together():
    """The third number is made by both others, and this pair of them makes another one."""
    problem = problem_of((37.7, 69.8, 46.0))
    reach = judge_reach(problem, years(problem))
    assert reach.out_of_reach() == []
    assert reach.is_far
    assert reach.nearest > 3.0


def test_an_emulator_that_comes_near_takes_a_number_back_into_reach():
    problem = problem_of((200.0, *TRUE[1:]))
    assert judge_reach(problem, years(problem), least_miss={"offences_per_1000": 2.0}).out_of_reach() == []


def test_what_no_parameters_give_is_the_first_line_of_the_page(tmp_path):
    problem, simulate = town(1, shift=80.0)
    found = match_history(problem, simulate)
    assert describe_matching(found)[0].startswith("No parameters of these ranges give Offences")
    assert describe_matching(found, "zh")[0].startswith("这些区间内没有参数能产生")
    write_matching(found, tmp_path)
    assert not pd.read_csv(tmp_path / "reach.csv")["reached"].all()
    assert not (tmp_path / "toy.plausible.parquet").exists()


def test_numbers_that_contradict_each_other_are_said_to_do_so_first():
    problem, simulate = town(2)
    third = problem.targets[2].model_copy(update={"value": 46.0})
    found = match_history(problem.model_copy(update={"targets": (*problem.targets[:2], third)}), simulate)
    assert describe_matching(found)[0].startswith("No parameters of these ranges give all fitted targets together")


def test_model_error_lets_a_model_that_is_wrong_fit_and_is_told():
    """Of the third number the model makes far too little where it meets both others."""
    problem, simulate = town(2)
    third = problem.targets[2].model_copy(update={"value": 46.0})
    wrong = problem.model_copy(update={"targets": (*problem.targets[:2], third)})
    found = match_history(wrong, simulate)
    assert not found.fits
    allowed = third.model_copy(update={"discrepancy": 10.0})
    found_2 = match_history(wrong.model_copy(update={"targets": (*problem.targets[:2], allowed)}), town(2)[1])
    assert found_2.fits
    told = as_markdown(describe_matching(found_2))
    assert "(model ± 10.0" in told
    assert "Model error is allowed for 1 of 3 targets" in told


def test_without_model_error_the_page_says_what_that_means():
    assert "No model error was allowed" in as_markdown(describe_matching(match_history(*town(3))))


def test_model_error_may_be_a_share_and_is_wider_than_none():
    one = problem_of(TRUE).targets[0]
    share = one.model_copy(update={"discrepancy_share": 0.1})
    assert share.model_sd == pytest.approx(3.77)
    assert share.variance == pytest.approx(1.0 + 3.77**2)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"discrepancy": 1.0, "discrepancy_share": 0.1}, "not both"),
        ({"value": 0.0, "discrepancy_share": 0.1}, "other than 0"),
        ({"discrepancy": -1.0}, "discrepancy"),
    ],
)
def test_a_wrong_model_error_is_one_sentence(wrong, complaint):
    target = {"measure": "trust_mean", "value": 1.0, "sd": 1.0} | wrong
    with pytest.raises(InputError, match=complaint):
        parse_problem({"name": "x", "parameters": PARAMETERS, "targets": [target]}, where="x.toml")


def test_what_the_targets_rule_out_is_told_for_each_parameter():
    found = match_history(*town(5, parameters=PARAMETERS | {"a.z": {"low": 0.0, "high": 1.0}}, points=30))
    told = parameter_table(found).set_index("parameter")
    assert told.loc["a.x", "ruled_out"] > 0.6
    assert told.loc["a.z", "ruled_out"] < 0.2
    profile = profile_table(found)
    x, z = (profile[profile["parameter"] == name].set_index("tenth")["least_miss"] for name in ("a.x", "a.z"))
    assert x.idxmin() in {3, 4}  # the truth is 3 of 10
    assert x.loc[10] > 3.0 * x.min()
    assert (z <= 3.0).all()
    assert plausible_shares(found).sum(axis=1) == pytest.approx([1.0, 1.0, 1.0])


def test_a_pair_that_trades_off_is_told_in_both_languages():
    found = match_history(*town(4, simulate=only_sum))
    pairs = pair_table(found)
    assert pairs["tied"].tolist() == [True]
    assert "trade off" in as_markdown(describe_matching(found))
    assert "此消彼长" in as_markdown(describe_matching(found, "zh"))
