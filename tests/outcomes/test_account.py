"""The account of what moved people adds up to what they feel, and to how strategies differ."""

import numpy as np
import pandas as pd
import pytest

from sim.agents.events import PARTS
from sim.engine import simulate
from sim.outcomes.account import ACCOUNT_MEASURES, SOURCES, account_of, compare_accounts, measure_account
from sim.outcomes.feelings import SHARES
from sim.policies.contract.registry import make_policy
from sim.report.comparison.account import account_lines, describe_account
from sim.scenarios.scenario import Scenario

TOWN = Scenario().replace(
    {"city.streets": "organic", "city.n_segments": 120, "people.n_residents": 1500, "n_days": 31, "force.n_response": 9,
     "force.n_foot": 3, "force.n_community": 3, "force.n_detective": 1, "force.n_districts": 2}
)  # fmt: skip


def _account(day, groups):
    """Make an account of groups, each with its number of people and what its parts add up to."""
    rows = [
        {"day": day, "part": part, "n": n, "security": values.get(part, 0.0), "satisfaction": 0.0, "trust": 0.0}
        for n, values in groups
        for part in PARTS
    ]
    return pd.DataFrame(rows)


def test_every_part_of_the_ledger_belongs_to_one_source():
    assert sorted(part for parts in SOURCES.values() for part in parts) == sorted(PARTS)


def test_parts_are_shared_out_over_all_groups_on_the_last_day():
    early = _account(29, [(2, {"call": 9.0})])
    late = _account(59, [(2, {"call": 1.0, "trait": 1.0}), (3, {"visit": 0.5, "told": 0.25})])
    row = measure_account(pd.concat([early, late]))
    assert row["security_from_contacts"] == pytest.approx(1.5 / 5)
    assert row["security_from_stories"] == pytest.approx(0.25 / 5)
    assert row["security_from_rest"] == pytest.approx(1.0 / 5)
    assert row["trust_from_contacts"] == 0.0


def test_a_run_without_an_account_says_nothing():
    assert all(np.isnan(value) for value in account_of({"feelings": pd.DataFrame()}).values())
    assert set(account_of({})) == set(ACCOUNT_MEASURES)


def test_the_parts_of_a_run_add_up_to_the_mean_of_its_residents():
    tables = simulate(TOWN, make_policy("neighbourhood"), 1).tables
    row = account_of(tables)
    here = tables["feelings"][tables["feelings"]["present"] > 0]
    for feeling in SHARES:
        total = sum(row[f"{feeling}_from_{source}"] for source in SOURCES)
        assert total == pytest.approx(here[feeling].astype(float).mean(), abs=1e-5)
    assert row["satisfaction_from_contacts"] > 0.0
    assert row["security_from_sight"] != 0.0


def _runs(moved):
    rows = []
    for policy, sight in (("reactive", (0.1, 0.2)), ("other", (0.1 + moved, 0.2 + 1.01 * moved))):
        for seed, value in enumerate(sight):
            row = {"policy": policy, "seed": seed} | dict.fromkeys(ACCOUNT_MEASURES, 0.0)
            row |= {"security_from_sight": value} | {f"{feeling}_sd": 0.2 for feeling in SHARES}
            rows.append(row)
    return pd.DataFrame(rows)


def test_strategies_are_compared_seed_by_seed_in_standard_deviations():
    table = compare_accounts(_runs(0.02), baseline="reactive").set_index(["feeling", "source"])
    assert table.loc[("security", "sight"), "sd"] == pytest.approx(1.005 * 0.02 / 0.2)
    assert table.loc[("security", "crime"), "sd"] == 0.0
    assert set(table["n_pairs"]) == {2}


def test_a_line_names_what_moved_people_and_says_so_where_nothing_did():
    told = account_lines(_runs(0.02), "reactive")
    assert len(told) == 3
    assert told[0].startswith("security, other: officers seen +0.10")
    assert "nothing that chance could not have moved" in told[1]
    assert account_lines(_runs(0.02).drop(columns="trust_from_sight"), "reactive") == []
    assert "见到步巡警员" in describe_account(_runs(0.02), "reactive", "zh")
    still = account_lines(_runs(0.0), "reactive")
    assert all("nothing" in line for line in still)
