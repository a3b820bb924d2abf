"""The tables of claims: every one can be asked, names its source, and was written without slips."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from sim.errors import InputError
from sim.scenarios.scenario import groups
from sim.scenarios.sources import load_sources
from sim.validation.claim import HERE, RUNS_FILE, USES, Claim, load_claims
from sim.validation.seen import scenario_for

CLAIMS = load_claims()
FAMILY = """
[facts.sky]
title = "Sky"
title_zh = "天"
says = "The sky is blue"
says_zh = "天是蓝的"
sources = ["prior"]
use = "check"
sure = "high"
[claims.blue]
fact = "sky"
says = "Blue"
says_zh = "蓝"
band = "as seen"
low = 0.0
high = 1.0
run = "whole_city"
observe = "colour"
"""


def tables(tmp_path, family=FAMILY):
    (tmp_path / RUNS_FILE).write_text((HERE / RUNS_FILE).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "sky.toml").write_text(family, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("fact", CLAIMS.facts.values(), ids=lambda fact: fact.key)
def test_a_fact_has_a_use_sources_and_claims(fact):
    assert fact.use in USES
    assert fact.sure in {"high", "medium", "low"}
    assert fact.sources
    assert set(fact.sources) <= load_sources().keys()
    assert any(claim.fact == fact.key for claim in CLAIMS.claims.values())


@pytest.mark.parametrize("claim", CLAIMS.claims.values(), ids=lambda claim: claim.key)
def test_a_claim_speaks_both_languages_and_has_a_setting(claim):
    assert claim.says_zh
    assert bool(claim.unit) == bool(claim.unit_zh)
    assert bool(claim.not_here) == bool(claim.not_here_zh)
    if not claim.not_here:
        assert CLAIMS.setting(claim).seeds


def test_every_setting_makes_a_scenario_and_its_quick_seeds_are_among_its_seeds():
    for setting in (*CLAIMS.runs.values(), *CLAIMS.trials.values()):
        assert scenario_for(setting).n_days == setting.n_days
        assert set(setting.quick_seeds) <= set(setting.seeds)
        assert all(0 <= day < setting.n_days for day in setting.feelings_on)


def test_a_large_city_keeps_the_size_of_its_scenario():
    run = replace(CLAIMS.runs["zhengzhou_before"], residents_per_agent=1.0)
    assert scenario_for(run).people.residents_per_agent > 1.0
    assert scenario_for(CLAIMS.runs["whole_city"]).people.n_residents == 130_000


def test_a_family_of_ones_own_is_read(tmp_path):
    read = load_claims(tables(tmp_path))
    assert read.claims["blue"] == Claim(
        "blue", "sky", "sky", "Blue", "蓝", "as seen", low=0.0, high=1.0, run="whole_city", observe="colour"
    )
    assert read.only(["sky"]).claims.keys() == {"blue"}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('fact = "sky"', 'fact = "sea"', "must belong to a fact"),
        ("high = 1.0", "high = 0.0", "must have a band"),
        ("low = 0.0\nhigh = 1.0", "", "must have a band"),
        ('observe = "colour"', "", "must name a run with `observe`, or a trial"),
        ('run = "whole_city"', 'run = "whole_cit"', "did you mean 'whole_city'"),
        ("low = 0.0", "lowest = 0.0", "means nothing"),
        ('says = "Blue"', "", "lacks something"),
    ],
)
def test_a_slip_in_a_table_is_told_in_one_sentence(tmp_path, old, new, sentence):
    assert old in FAMILY
    with pytest.raises(InputError, match=sentence):
        load_claims(tables(tmp_path, FAMILY.replace(old, new)))


@pytest.mark.parametrize(
    "claim", [one for one in CLAIMS.claims.values() if "." in one.restates], ids=lambda one: one.key
)
def test_a_claim_restates_a_parameter_that_there_is(claim):
    group, name = claim.restates.split(".")
    assert name in groups()[group].model_fields


def test_claims_are_named_by_key_fact_or_family():
    family = CLAIMS.only(["places"])
    assert {claim.family for claim in family.claims.values()} == {"places"}
    assert CLAIMS.only(["concentration"]).claims.keys() == {"half_of_crime", "quarter_of_crime"}
    with pytest.raises(InputError, match="did you mean"):
        CLAIMS.only(["half_of_crimes"])


def test_another_scenario_is_asked_what_is_asked_of_the_default_city():
    exeter = CLAIMS.about("exeter")
    assert {one.scenario for one in exeter.runs.values()} == {"exeter"}
    assert "valid_calls" not in exeter.claims
    assert "half_of_crime" in exeter.claims
    assert CLAIMS.about("zhengzhou").runs.keys() == {"zhengzhou_before", "zhengzhou_years"}


def test_no_claim_of_a_fact_for_checking_has_an_open_band_on_both_sides():
    for claim in CLAIMS.claims.values():
        assert claim.not_here or (claim.low, claim.high) != (-inf, inf)
