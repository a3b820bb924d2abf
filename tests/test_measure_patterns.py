"""The script that measures the field's patterns: it measures what it names, and prints honest intervals."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from small_force import FEW

from sim.engine import simulate
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from measure_patterns import Row, estimate, list_rows, measure_seed, write_table

SMALL = Scenario().replace(
    {
        "n_days": 40,
        "city.streets": "grid",
        "city.n_segments": 120,
        "people.n_residents": 800,
        "offending.searches_per_year": 200,
        "force.n_districts": 4,
    }
    | FEW
)


@pytest.fixture(scope="module")
def measured():
    return measure_seed(SMALL, 2, n_permutations=99)


def test_every_row_of_the_table_is_measured(measured):
    names = {row.name for row in list_rows()} | {row.over for row in list_rows() if row.over}
    assert names <= set(measured)
    lines = write_table(list_rows(), [measured]).splitlines()
    assert len(lines) == len(list_rows()) + 2
    assert {line.count("|") for line in lines} == {5}


def test_the_plain_run_is_the_untuned_one(measured):
    tables = simulate(SMALL, make_policy("reactive"), 2).tables
    assert measured["n_incidents"] == len(tables["incidents"])
    assert measured["all|n"] == np.count_nonzero(tables["offences"]["home"] >= 0)
    parts = ["|all|same|observed", "|all|near|observed"]
    assert measured["|all|within|observed"] == sum(measured[part] for part in parts)
    assert measured["|all|within|observed"] != measured["no boost|all|within|observed"]


def test_a_ratio_is_one_of_sums_with_the_interval_of_its_seeds():
    row = Row("seen", "ratio", over="expected")
    runs = [{"seen": 4.0, "expected": 2.0}, {"seen": 9.0, "expected": 4.0}, {"seen": 5.0, "expected": 3.0}]
    value, low, high = estimate(row, runs)
    assert value == pytest.approx(2.0)
    assert 0 < low < 2.0 < high
    alike = estimate(row, [{"seen": 4.0, "expected": 2.0}] * 3)
    assert alike == pytest.approx((2.0, 2.0, 2.0))
    assert np.isnan(estimate(row, runs[:1]).low)
    assert np.isnan(estimate(row, [{"seen": 0.0, "expected": 0.0}] * 2).value)
