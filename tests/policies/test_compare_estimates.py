"""The script that compares estimates judges them by what comes, and shows them what was on record."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streets_and_records import DAY_MIN, line

from sim.policies.protocol import WEEK_MIN

SCRIPTS = Path(__file__).parents[2] / "scripts"
if not SCRIPTS.is_dir():
    pytest.skip("needs the scripts of the repository", allow_module_level=True)
sys.path.insert(0, str(SCRIPTS))

from compare_estimates import CEILING, ESTIMATES, judge, on_record, summarise  # noqa: E402


def incidents(t, segment, late=60.0):
    when = np.array(t, float)
    return pd.DataFrame(
        {"t": when, "t_recorded": when + late, "type": 0, "segment": segment, "discovered": False}
    ).astype({"type": np.uint8})


def test_one_street_that_has_all_incidents_is_caught_by_all_but_the_ruler():
    city = line(*([100.0] * 49), 150.0)
    daily = np.arange(0.5, 70) * DAY_MIN
    caught = pd.DataFrame(judge(1, city, incidents(daily, 3), range(8, 10), share=0.02))
    assert set(caught["estimate"]) == {*ESTIMATES, CEILING}
    assert (caught["n"] == 7).all()
    hits = caught.groupby("estimate")["hits"].sum()
    assert hits["longest streets"] == 0
    assert (hits.drop("longest streets") == 14).all()
    summary = summarise(caught).set_index("estimate")
    assert summary.loc["kernel_map", "hit rate"].startswith("1.000")
    assert summary.loc["kernel_map", "PAI"].startswith(f"{(49 * 100 + 150) / 100:.3f}")
    assert summary.loc["longest streets", "PAI"].startswith("0.000")


def test_what_is_recorded_later_or_was_long_ago_is_not_on_record():
    table = incidents([0.0, 30 * DAY_MIN, 60 * DAY_MIN], [0, 1, 2], late=2 * DAY_MIN)
    assert on_record(table, 61 * DAY_MIN).segment.tolist() == [0, 1]
    assert on_record(table, 403 * DAY_MIN).segment.tolist() == [1, 2]
    assert on_record(table, WEEK_MIN).t.tolist() == [0.0]
