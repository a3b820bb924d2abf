"""Scenarios: every parameter declared whole, every file read strictly."""

from __future__ import annotations

from datetime import date

import pytest

from sim.errors import InputError
from sim.params import CRIMES, Several, describe
from sim.policies.contract.registry import policy_class, policy_names
from sim.policies.maps.estimates import SelfExciting
from sim.scenarios.scenario import Scenario, groups, load_scenario, parse_scenario, scenario_names
from sim.scenarios.sources import load_sources

EVERY_GROUP = {"scenario": Scenario, **groups()} | {f"policy {name}": policy_class(name) for name in policy_names()}
EVERY_GROUP["estimate self_exciting"] = SelfExciting
EVERY_PARAMETER = [(group, about) for group, kind in EVERY_GROUP.items() for about in describe(kind)]
NAMES = [f"{group}.{about.name}" for group, about in EVERY_PARAMETER]


def numbers(default):
    if isinstance(default, Several):
        return list(default.model_dump().values())
    return [default] if isinstance(default, int | float) and not isinstance(default, bool) else []


@pytest.mark.parametrize(("group", "about"), EVERY_PARAMETER, ids=NAMES)
def test_a_parameter_has_meaning_unit_range_and_source(group, about):
    assert about.meaning
    assert about.source in load_sources()
    for number in numbers(about.default):
        assert about.unit
        assert about.low <= number <= about.high
        assert about.low < about.high


@pytest.mark.parametrize("kind", EVERY_GROUP.values(), ids=EVERY_GROUP)
def test_no_field_escapes_declaration(kind):
    declared = {about.name for about in describe(kind)}
    lists = {"timeline", "roster", "stations"}  # tables of their own: a timeline names parameters
    assert declared | set(groups()) | lists >= set(kind.model_fields)


def test_there_are_parameters_to_check():
    assert len(EVERY_PARAMETER) > 100


def test_shares_that_make_a_whole_do():
    default = Scenario()
    people, demand = default.people, default.demand
    ages = people.share_under_12 + people.share_12_17 + people.share_18_24 + people.share_25_44 + people.share_65
    assert 0 < ages < 1
    assert demand.share_traffic + demand.share_noise + demand.share_welfare < 1
    assert sum(default.offending.mix.model_dump().values()) == pytest.approx(1)
    assert default.force.night_share + default.force.day_share < 1


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_of_the_package_loads_and_is_named_as_its_file(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title


def test_the_default_scenario_is_there():
    assert "new_haven" in scenario_names()
    assert "sources" not in scenario_names()


def test_a_scenario_survives_being_written_and_read_back():
    scenario = Scenario().replace({"people.n_residents": 123, "repeat.boost.theft": 2.5, "start": date(2020, 2, 29)})
    assert parse_scenario(scenario.model_dump(mode="json"), where="again") == scenario


def test_one_crime_type_can_be_set_alone(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\n[repeat.boost]\nburglary = 5\n', encoding="utf-8")
    boost, default = load_scenario(str(file)).repeat.boost, Scenario().repeat.boost
    assert boost.burglary == 5
    assert boost.theft == default.theft


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name = ", "must be a TOML file"),
        ("[people]\nn_resident = 5", "unknown key 'people.n_resident'"),
        ("[persons]\nn_residents = 5", "unknown key 'persons'"),
        ("[people]\nn_residents = 0", "n_residents must lie between 1 and"),
        ("[people]\nn_residents = 'many'", "people.n_residents"),
        ("[repeat.boost]\nburglary = 99", r"boost.burglary must lie between 0 and 50 factor, got 99"),
        ("[repeat.boost]\narson = 1", "unknown key 'repeat.boost.arson'"),
        ("tick_min = 7", "tick_min must divide a shift"),
        ("start = 2014-02-30", "must be a TOML file"),
        ("n_days = nan", "n_days"),
        ("[people]\nmean_household = inf", "mean_household"),
        ("n_days = true", "n_days must be a number, got true"),
        ("start = 9999-12-01", "a run must end before the year 10000, got 365 days from 9999-12-01"),
        ("[people]\nn_residents = 20000001", "people.n_residents must lie between 1 and 20000000 count, got 20000001"),
        ("[people]\nshare_under_12 = 0.5", "share_65 must add up to 1 at most, got 1.14"),
        ("[demand]\nshare_noise = 0.5", "demand.share_traffic .* share_welfare must add up to 1 at most, got 1.05"),
        ("[force]\nday_share = 0.9", "force.night_share . day_share must add up to 1 at most, got 1.12"),
        ("[offending.mix]\n" + "\n".join(f"{crime} = 0" for crime in CRIMES), "mix must be above 0 for one type"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_names_file_and_key(tmp_path, content, sentence):
    file = tmp_path / "mine.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=sentence) as caught:
        load_scenario(str(file))
    assert "\n" not in str(caught.value)


def test_a_mark_before_the_text_is_no_fault_of_the_user(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("n_days = 9", encoding="utf-8-sig")
    assert load_scenario(str(file)).n_days == 9


@pytest.mark.parametrize("name", ["sources", "../scenarios/new_haven"])
def test_only_scenarios_are_scenarios(name):
    with pytest.raises(InputError, match=r"a scenario must be one of .*new_haven"):
        load_scenario(name)


def test_a_missing_scenario_is_answered_with_those_that_exist():
    with pytest.raises(InputError, match=r"one of .*new_haven"):
        load_scenario("no_such_place")


def test_set_refuses_what_is_no_parameter():
    with pytest.raises(InputError, match=r"--set: unknown key 'people.residents'"):
        Scenario().replace({"people.residents": 3})
    with pytest.raises(InputError, match="is a value, not a group"):
        Scenario().replace({"n_days.x": 3})
