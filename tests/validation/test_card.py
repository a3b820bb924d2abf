"""Verdicts: inside, outside, on an end; and what they make of a fact and of the card."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from sim.cli.main import main
from sim.report.card.picture import draw_card, on_scale
from sim.report.card.text import describe_card, write_card
from sim.report.card.validity import validity_line
from sim.report.page import Table
from sim.scenarios.scenario import load_scenario
from sim.statistics.estimates import Estimate
from sim.validation.asking import Answer
from sim.validation.card import FACT_VERDICTS, Card, _together, by_fact, count, judge, verdict_of
from sim.validation.claim import load_claims
from sim.validation.kept import FILE, KeptCard, read_kept_card

CLAIMS = load_claims()


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.0, 2.0, "holds"),
        (0.4, 0.6, "not clear"),
        (-1.0, 4.0, "not clear"),
        (-1.0, 0.4, "misses"),
        (3.1, 4.0, "misses"),
    ],
)
def test_an_interval_inside_outside_and_on_an_end(low, high, verdict):
    assert verdict_of(Estimate((low + high) / 2, low, high), 0.5, 3.0) == verdict


def test_an_open_band_has_one_end_and_a_value_without_interval_tells_nothing():
    assert verdict_of(Estimate(9.0, 8.0, 99.0), 0.5, inf) == "holds"
    assert verdict_of(Estimate(0.1, 0.0, 0.2), 0.5, inf) == "misses"
    assert verdict_of(Estimate(1.0, nan, nan), 0.5, 3.0) == "not clear"
    assert verdict_of(Estimate(nan, nan, nan), 0.5, 3.0) == "not clear"


def answers_of(values, numbers="half", setting="whole_city"):
    return [Answer(setting, seed, {"places.recorded": {numbers: v, "quarter": 1.0, "gini_beyond_chance": 0.3}})
            for seed, v in enumerate(values)]  # fmt: skip


def test_verdicts_come_from_the_seeds_and_misses_come_first():
    claims = CLAIMS.only(["places"])
    verdicts = judge(claims, answers_of([2.5, 2.6, 2.7]))
    assert [(one.claim.key, one.verdict) for one in verdicts] == [
        ("half_of_crime", "misses"), ("half_of_calls", "not asked"), ("quarter_of_crime", "holds"),
        ("concentration_beyond_chance", "holds"),
    ]  # fmt: skip
    half = verdicts[0].estimate
    assert half.value == pytest.approx(2.6)
    assert half.high - half.value == pytest.approx(4.303 * 0.1 / np.sqrt(3), rel=1e-3)
    facts = by_fact(verdicts)
    assert [(one.fact.key, one.verdict) for one in facts] == [
        ("concentration", "in part"), ("calls_concentrate", "not asked"), ("sparseness", "holds"),
    ]  # fmt: skip
    assert count(facts) == {
        "misses": 0, "in part": 1, "not clear": 0, "not asked": 1, "not here": 0, "holds": 1,
    }  # fmt: skip


def test_what_restates_an_input_is_not_counted():
    claims = CLAIMS.only(["reported"])
    answers = [
        Answer(
            "whole_city", s, {"reporting.reported": dict.fromkeys(("violent", "property", "theft", "robbery"), 45.0)}
        )
        for s in range(3)
    ]
    facts = by_fact(judge(claims, answers))
    assert facts[0].restates
    assert sum(count(facts).values()) == 0


def test_an_equivalence_is_judged_at_its_own_level():
    values = [-4.0, 4.0, -4.5, 4.5, 0.0, 0.3]
    claims = CLAIMS.only(["more_patrol_crime"])
    answers = [Answer("kansas_city", s, {"presence.kansas_city": {"more_offences": v}}) for s, v in enumerate(values)]
    ninety = judge(claims, answers)[0].estimate
    claim = claims.claims["more_patrol_crime"]
    wider = replace(claims, claims={claim.key: replace(claim, level=0.95)})
    assert judge(wider, answers)[0].estimate.high > ninety.high


def test_a_ratio_of_means_needs_both_numbers():
    claims = CLAIMS.only(["knox_100m_14d"])
    numbers = {"observed_100": 30.0, "expected_100": 20.0}
    answers = [
        Answer("whole_city", s, {"repeats.burglary_near_repeats": {k: v + s for k, v in numbers.items()}})
        for s in range(4)
    ]
    assert judge(claims, answers)[0].estimate.value == pytest.approx(31.5 / 21.5)


def card_of(values):
    claims = CLAIMS.only(["places"])
    return Card(tuple(by_fact(judge(claims, answers_of(values)))), "new_haven", {}, True, "m", "now", {})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_card_is_drawn_and_written_in_both_languages(tmp_path, lang):
    card = card_of([2.5, 2.6, 2.7])
    page = describe_card(card, lang)
    assert "1" in page[0]
    titles = [one.title for one in page if isinstance(one, Table)]
    assert len(titles) == 3
    assert draw_card(card, lang=lang).axes
    names = [file.name for file in write_card(card, tmp_path)]
    assert names == ["card.md", "card.zh.md", "card.json"]


def test_the_scale_of_the_picture():
    assert on_scale(1.0, 1.0, 3.0) == -1.0
    assert on_scale(3.0, 1.0, 3.0) == 1.0
    assert on_scale(5.0, 1.0, 3.0) == 3.0
    assert on_scale(6.0, 6.0, inf) == -1.0
    assert -1.0 < on_scale(6e6, 6.0, inf) < 1.0 + 1e-9
    assert on_scale(0.0, 6.0, inf) == -2.0
    assert on_scale(50.0, -inf, 25.0) == 2.0
    assert -1.0 <= on_scale(-1e9, -inf, 25.0) < 1.0


def test_every_result_says_what_was_asked_and_whether_it_was_asked_of_this():
    kept = KeptCard(dict.fromkeys(FACT_VERDICTS, 2), "m", "2026-11-28T10:00:00")
    scenario = load_scenario("new_haven")
    whole = validity_line(scenario, "en", kept)
    assert "of 8 facts" in whole
    assert "2 need more runs" in whole
    assert "differs" not in whole
    assert "one resident stands for 6.5" in validity_line(scenario.at_scale(6.5), "en", kept)
    changed = scenario.replace({"repeat.boost.burglary": 0.0, "n_days": 30})
    assert validity_line(changed, "en", kept).endswith("matter: repeat.boost.burglary.")
    assert "more parameters" in validity_line(load_scenario("exeter"), "en", kept)
    assert "每名模拟居民代表 6.5 人" in validity_line(scenario.at_scale(6.5), "zh", kept)


def test_a_quick_look_at_trials_alone_says_that_it_asks_nothing(tmp_path, capsys):
    assert main(["validate", "--only", "kansas_city_none", "--out", str(tmp_path)]) == 2
    assert main(["validate", "--only", "random_patrol", "--out", str(tmp_path)]) == 2
    assert "they need --full" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("verdicts", "fact"),
    [
        (["holds", "holds", "not here"], "holds"),
        (["holds", "misses"], "in part"),
        (["misses", "not clear"], "misses"),
        (["holds", "not clear"], "not clear"),
        (["not asked", "not here"], "not asked"),
        (["not here"], "not here"),
    ],
)
def test_a_fact_holds_in_part_only_where_a_claim_holds(verdicts, fact):
    assert _together(verdicts) == fact


def test_the_package_brings_a_card_along_that_counts_what_it_lists():
    kept = read_kept_card()
    assert kept is not None
    content = json.loads(FILE.read_text(encoding="utf-8"))
    listed = [fact["verdict"] for fact in content["facts"] if not fact["restates"]]
    assert kept.counts == {verdict: listed.count(verdict) for verdict in FACT_VERDICTS}
    assert {fact["fact"] for fact in content["facts"]} <= CLAIMS.facts.keys()
