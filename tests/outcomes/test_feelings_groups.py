"""Groups are compared person by person, and those whom a strategy reached against all others."""

import numpy as np
import pandas as pd
import pytest

from sim.engine import simulate
from sim.outcomes.feelings import AGREES_FROM, SHARES
from sim.outcomes.feelings_groups import COLUMNS, KINDS, MORE_MIN_A_DAY, READ, compare_groups
from sim.policies.contract.registry import make_policy
from sim.report.comparison.groups import describe_groups, group_lines
from sim.scenarios.scenario import Scenario

N_DAYS = 10
TOWN = Scenario().replace(
    {"city.streets": "organic", "city.n_segments": 120, "people.n_residents": 1500, "n_days": 31, "force.n_response": 9,
     "force.n_foot": 3, "force.n_community": 6, "force.n_detective": 1, "force.n_districts": 2}
)  # fmt: skip


def run_of(satisfaction, *, contacts=(), police=(0.0, 0.0), key=None, met=1, kind="visit"):
    """Make the tables of a run: four adults in street 0, two in street 1, one of them beyond the border."""
    n = len(satisfaction)
    key = np.arange(1, n + 1) if key is None else np.asarray(key)
    people = pd.DataFrame(
        {"resident": np.arange(n), "key": np.arange(1, n + 1), "home": [0, 0, 0, 1, 1, -1][:n],
         "age": [25, 35, 50, 70, 40, 40][:n], "renting": [0, 1, 1, 0, 0, 0][:n], "migrant": [0, 0, 1, 0, 0, 0][:n]}
    )  # fmt: skip
    feelings = pd.DataFrame({"resident": np.arange(n), "key": key, "present": 1} | dict.fromkeys(SHARES, 0.5))
    feelings["satisfaction"] = satisfaction
    told = pd.DataFrame(
        {"resident": list(contacts), "resident_key": [i + 1 for i in contacts], "met": met, "kind": kind}
    )
    panel = pd.DataFrame({"segment": [0, 1], "police_min": [N_DAYS * minutes for minutes in police]})
    return {
        "people": people, "feelings": feelings, "contacts": told, "segments": panel,
        "days": pd.DataFrame({"day": range(N_DAYS)}),
    }  # fmt: skip


def told(*pairs):
    """Compare, and give satisfaction by way to group and group."""
    table = compare_groups((("other", usual, other) for usual, other in pairs))
    assert list(table.columns) == list(COLUMNS)
    return table[table["feeling"] == "satisfaction"].set_index(["by", "group"])


LOW, HIGH = AGREES_FROM - 0.1, AGREES_FROM + 0.1
BEFORE = [LOW, LOW, LOW, HIGH, LOW, LOW]


def test_the_reached_are_told_from_those_in_their_street_and_from_all_others():
    after = [HIGH, LOW, LOW, HIGH, HIGH, LOW]
    table = told((run_of(BEFORE), run_of(after, contacts=(0,), police=(0.0, MORE_MIN_A_DAY))))
    assert table.loc[("reached", "contact"), ["n", "points"]].tolist() == [1, 100.0]
    assert table.loc[("reached", "street"), ["n", "points"]].tolist() == [2, 50.0]
    assert table.loc[("reached", "others"), ["n", "points"]].tolist() == [3, 0.0]  # one lives beyond the border
    assert table.loc["reached", "share_pct"].sum() == pytest.approx(100.0)


def test_contacts_count_beyond_those_of_the_baseline_where_police_sought_them_and_met_somebody():
    usual = run_of(BEFORE, contacts=(0, 1))
    assert told((usual, run_of(BEFORE, contacts=(0, 1, 1)))).loc[("reached", "contact"), "n"] == 1
    assert told((usual, run_of(BEFORE, contacts=(0, 1, 1), met=0))).loc[("reached", "contact"), "n"] == 0
    called = told((usual, run_of(BEFORE, contacts=(0, 1, 1), kind="response")))
    assert called.loc[("reached", "contact"), "n"] == 0
    just_less = told((usual, run_of(BEFORE, contacts=(0, 1), police=(0.9 * MORE_MIN_A_DAY, 0.0))))
    assert just_less.loc[("reached", "street"), "n"] == 0


def test_only_persons_who_live_here_in_both_runs_are_compared():
    moved = run_of([HIGH] * 6, key=[9, 2, 3, 4, 5, 6])
    table = told((run_of(BEFORE), moved))
    assert table.loc[("age", "under 30"), "n"] == 0
    assert np.isnan(table.loc[("age", "under 30"), "points"])
    assert table.loc[("tenure", "owner"), "n"] == 3


def test_differences_are_taken_seed_by_seed_with_their_interval():
    pairs = [(run_of(BEFORE), run_of([HIGH, LOW, LOW, HIGH, LOW, LOW])), (run_of(BEFORE), run_of(BEFORE))]
    young = told(*pairs).loc[("age", "under 30")]
    assert (young["points"], young["n_pairs"]) == (50.0, 2)
    assert young["points_low"] < 0.0 < young["points_high"]


def test_nothing_to_compare_is_an_empty_table_and_says_nothing():
    empty = compare_groups([])
    assert list(empty.columns) == list(COLUMNS)
    assert group_lines(empty) == []
    assert describe_groups(empty) == ""


def test_words_name_those_reached_in_both_languages():
    after = [HIGH, LOW, LOW, HIGH, HIGH, LOW]
    table = compare_groups([("other", run_of(BEFORE), run_of(after, contacts=(0,), police=(0.0, 60.0)))])
    lines = group_lines(table)
    assert any("more contact that police sought (16.7 % of adults) +100.00" in line for line in lines)
    page = describe_groups(table, "zh")
    assert "警方主动接触增多" in page
    assert page.count("\n| other |") == sum(len(groups) for groups in KINDS.values())


def test_a_strategy_of_contacts_moves_those_whom_it_reached():
    runs = {name: simulate(TOWN, make_policy(name), 1).tables for name in ("reactive", "neighbourhood")}
    for tables in runs.values():
        assert all(set(columns) <= set(tables[name].columns) for name, columns in READ.items())
    table = compare_groups([("neighbourhood", runs["reactive"], runs["neighbourhood"])])
    reached = table[(table["by"] == "reached") & (table["feeling"] == "satisfaction")].set_index("group")
    assert reached.loc["contact", "n"] > 30
    assert reached.loc["contact", "sd"] > reached.loc["others", "sd"]
