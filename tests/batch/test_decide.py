"""The rule by which a study recommends a strategy: every way in which it can end."""

from __future__ import annotations

from math import nan

import pytest

from sim.batch.decide import Answer, Option, decide
from sim.batch.study.study import parse_study
from sim.errors import InputError


def option(label="a", *, meets=True, gain=2.0, low=1.0, high=3.0, p_best=0.9):
    return Option(label, meets, gain, low, high, p_best)


CASES = {
    "shown, and surely the best": (
        [option(), option("b", gain=0.5, low=-0.5, high=1.5, p_best=0.1)], {}, "recommend", ("a",),
    ),
    "shown, not surely the best": ([option(p_best=0.79)], {}, "several", ("a",)),
    "two are shown": ([option(p_best=0.4), option("b", gain=2.1, p_best=0.6)], {}, "several", ("b", "a")),
    "the best mean is not shown, another one is": (
        [option("noisy", gain=5.0, low=-1.0, high=11.0, p_best=0.95), option(p_best=0.05)], {}, "several", ("a",),
    ),
    "smaller than what matters": ([option()], {"margin": 3.0}, "too_small", ("a",)),
    "larger than what matters": ([option()], {"margin": 2.9}, "recommend", ("a",)),
    "the interval holds zero": ([option(low=-0.1)], {}, "not_better", ()),
    "the interval ends at zero": ([option(low=0.0)], {}, "not_better", ()),
    "shown to be worse": ([option(gain=-2.0, low=-3.0, high=-1.0)], {}, "not_better", ()),
    "best by far, and misses a target": ([option(meets=False)], {}, "only_baseline", ()),
    "nobody meets the targets": ([option(meets=False)], {"baseline_meets": False}, "none_meets", ()),
    "meets the targets, is no better": ([option(low=-0.1)], {"baseline_meets": False}, "targets_only", ("a",)),
    "one seed": ([option(low=nan, high=nan, p_best=nan)], {}, "no_interval", ()),
    "less sure is asked for": ([option(p_best=0.7)], {"sure": 0.6}, "recommend", ("a",)),
    "no options": ([], {}, "only_baseline", ()),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_rule_ends_as_it_says(case):
    options, settings, answer, named = CASES[case]
    assert decide(options, **settings) == (answer, named)


def test_every_answer_is_reached():
    assert {Answer(answer) for _, _, answer, _ in CASES.values()} == set(Answer)


def test_the_order_of_the_options_decides_nothing():
    for options, settings, _, _ in CASES.values():
        assert decide(options, **settings) == decide(options[::-1], **settings)


def study(**decision):
    return parse_study({"name": "s", "decision": decision}, where="test")


def test_a_decision_is_read():
    one = study(outcome="trust_mean", targets=["satisfaction_mean >= 0.5"], budget=6000, sure=0.9)
    assert one.decided_by == "trust_mean"
    assert (one.decision.budget, one.decision.sure) == (6000.0, 0.9)


def test_without_a_decision_the_first_outcome_with_a_good_direction_counts():
    asked = {"name": "s", "outcomes": ["recorded_per_1000", "trust_mean"]}
    assert parse_study(asked, where="test").decided_by == "trust_mean"
    assert parse_study({"name": "s", "outcomes": ["recorded_per_1000"]}, where="test").decided_by == "offences_per_1000"


@pytest.mark.parametrize(
    ("decision", "complaint"),
    [
        ({"outcome": "recorded_per_1000"}, "good direction"),
        ({"outcome": "joy"}, "cpsim measures"),
        ({"targets": ["satisfaction_mean > 0.5"]}, "a target must read like"),
        ({"targets": ["joy >= 0.5"]}, "'joy'"),
        ({"targets": ["answered_1_within_15_pct >= 90"]}, "cpsim measures"),
        ({"sure": 0.4}, "sure"),
        ({"budget": 0}, "budget"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(decision, complaint):
    with pytest.raises(InputError, match=complaint):
        study(**decision)
