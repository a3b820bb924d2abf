"""Mechanisms cut in turn: what clearly moves away from the field breaks, what moves towards it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.errors import InputError
from sim.report.card.ablations import describe_ablations
from sim.scenarios.scenario import load_scenario
from sim.validation.ablations import Ablation, Effect, compare_ablation, load_ablations, plan_ablation
from sim.validation.asking import Answer
from sim.validation.claim import load_claims

CLAIMS = load_claims()
OTHER = (-0.12, 0.0, 0.1)
"""Seeds that differ otherwise than those before, so that a difference has a spread."""


def answers(half, quarter, gini, apart=(-0.1, 0.0, 0.1)):
    return [
        Answer("whole_city", s, {"places.recorded": {"half": half + d, "quarter": quarter, "gini_beyond_chance": gini}})
        for s, d in enumerate(apart)
    ]


def moved(before, after, breaks=()):
    cut = Ablation("one", "One", "一", {"repeat.boost.theft": 0.0}, tuple(breaks))
    return {one.claim.key: one for one in compare_ablation(cut, CLAIMS.only(["places"]), before, after).moved}


def test_a_claim_breaks_where_it_leaves_its_band():
    told = moved(answers(4.0, 1.0, 0.4), answers(8.0, 1.0, 0.4), ["half_of_crime"])
    assert told.keys() == {"half_of_crime"}
    assert told["half_of_crime"].breaks
    assert told["half_of_crime"].difference.value == pytest.approx(4.0)


def test_a_claim_that_missed_breaks_where_it_misses_by_more_and_not_where_by_less():
    assert moved(answers(2.0, 1.0, 0.4), answers(1.0, 1.0, 0.4, OTHER))["half_of_crime"].breaks
    assert not moved(answers(2.0, 1.0, 0.4), answers(3.0, 1.0, 0.4, OTHER))["half_of_crime"].breaks


def test_a_claim_that_moves_within_its_band_does_not_break():
    told = moved(answers(4.0, 1.0, 0.4), answers(4.8, 1.0, 0.4, OTHER))["half_of_crime"]
    assert not told.breaks
    assert told.difference.low > 0.0


def test_what_was_to_break_is_told_where_it_does_not():
    before, after = answers(4.0, 1.0, 0.4), answers(4.0, 1.0, 0.4)[::-1]
    told = moved(before, after, ["half_of_crime"])["half_of_crime"]
    assert told.predicted
    assert not told.breaks
    cut = Ablation("one", "One", "一", {}, ("half_of_crime",))
    page = describe_ablations({"one": (cut, Effect((told,), 2))})
    assert "No claim needs: One." in page


def test_what_nobody_predicted_must_be_clear_among_all_claims_looked_at():
    before = answers(4.0, 1.0, 0.4)
    after = [
        replace(one, numbers={"places.recorded": {"half": half, "quarter": 1.0, "gini_beyond_chance": 0.4}})
        for one, half in zip(before, (5.9, 7.4, 6.7), strict=True)
    ]
    apart = np.array([2.0, 3.4, 2.6])
    by_t = apart.mean() / (apart.std(ddof=1) / np.sqrt(3))
    assert 4.3 < by_t < 7.6  # clear at 95 % by itself, not as one of three
    assert moved(before, after, ["half_of_crime"])["half_of_crime"].breaks
    assert "half_of_crime" not in moved(before, after)


def test_without_spread_there_is_no_interval_and_only_a_prediction_is_told_of():
    before, after = answers(4.0, 1.0, 0.4), answers(8.0, 1.0, 0.4)
    assert "half_of_crime" not in moved(before, after)
    assert moved(before, after, ["half_of_crime"])["half_of_crime"].breaks


def test_a_claim_of_which_nothing_is_left_breaks_where_that_was_said_before():
    before, after = answers(4.0, 1.0, 0.4), answers(float("nan"), 1.0, 0.4)
    told = moved(before, after, ["half_of_crime"])["half_of_crime"]
    assert told.gone
    assert told.breaks
    page = describe_ablations({"one": (Ablation("one", "One", "一", {}, ("half_of_crime",)), Effect((told,), 2))})
    assert "No claim needs: none." in page
    assert page[-1].rows[0][-1] == "nothing left to ask of; was to break"


def test_every_mechanism_is_cut_by_parameters_that_exist_and_predicts_claims_that_do(tmp_path):
    ablations = load_ablations(CLAIMS)
    for one in ablations:
        load_scenario("new_haven").replace(dict(one.changes))
    with_it, without = plan_ablation(ablations[0], CLAIMS, 2)
    assert [job.seed for job in with_it] == [job.seed for job in without]
    assert {job.name for job in with_it}.isdisjoint(job.name for job in without)
    wrong = tmp_path / "ablations.toml"
    wrong.write_text('[x]\ntitle = "X"\ntitle_zh = "X"\nchanges = {}\nbreaks = ["half_of_crimes"]\n', encoding="utf-8")
    with pytest.raises(InputError, match="did you mean"):
        load_ablations(CLAIMS, wrong)
