"""Months in which a target has no value are left out of `cpsim staffing`, and it says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
from commands import cpsim

from sim.batch.staffing.study import count_met
from sim.batch.staffing.targets import read_targets
from sim.statistics.estimates import share_estimate

TINY = {
    "city.streets": "grid", "city.n_segments": 60, "people.n_residents": 2500, "force.n_districts": 2,
    "demand.other_calls": 2500.0, "people.residents_per_agent": 1.0, "force.n_response": 12,
    "demand.share_urgent": 0.0,  # so that urgent calls are of offences alone, and few
}  # fmt: skip
OPTIONS = ["--days", "12", "--seeds", "4", "--workers", "2", "--most-seeds", "6", "--most-runs", "12", "--most", "13"]
OPTIONS += ["--role", "response", "--least", "11", "--no-plots"]
OPTIONS += [option for key, value in TINY.items() for option in ("--set", f"{key}={value}")]
URGENT = "answered_1_within_60_pct>=1"


def test_a_month_without_a_value_is_neither_met_nor_missed():
    rows = pd.DataFrame({"answered_1_within_60_pct": [np.nan, 100.0, 0.0, 90.0, np.nan], "busy_pct": [5, 5, 5, 80, 80]})
    urgent, both = read_targets([URGENT]), read_targets([URGENT, "busy_pct<=70"])
    assert count_met(rows, urgent) == (3, 2)
    assert count_met(rows, both) == (3, 1)
    assert count_met(rows, both[1:]) == (5, 3)
    assert count_met(rows.iloc[[0]], urgent) == (0, 0)


def test_months_without_an_urgent_call_do_not_decide_and_are_told(tmp_path, capsys):
    assert cpsim("staffing", *OPTIONS, "--target", URGENT, "--out", tmp_path) == 0
    told = capsys.readouterr().out
    runs, forces = pd.read_csv(tmp_path / "runs.csv"), pd.read_csv(tmp_path / "staffing.csv")
    value = runs["answered_1_within_60_pct"]
    unknown = int(value.isna().sum())
    assert 0 < unknown < len(runs)
    assert (value.dropna() >= 1.0).all()  # whatever month has an urgent call meets the target
    assert told.startswith("11 officers are enough")
    known = value.notna().groupby(runs["force"]).sum()
    whole = forces[forces["target"] == "all"].set_index("force")
    assert (whole["months"] == known).all()
    assert (whole["met"] == known).all()
    assert runs["force"].value_counts()[11] > 4  # for each month that could not be judged another was run
    assert whole.loc[11, "p_low"] == share_estimate(known[11], known[11]).low
    for page, words in (("staffing.md", f"{unknown} of {len(runs)} simulated months"), ("staffing.zh.md", "不计入")):
        assert words in (tmp_path / page).read_text(encoding="utf-8")


def test_a_target_without_any_value_is_refused(tmp_path, capsys):
    words = ["--set", "disputes.disputes_per_household=0", "--set", "offending.searches_per_year=0"]
    assert (
        cpsim("staffing", *OPTIONS, *words, "--target", "satisfied_pct>=1", "--target", URGENT, "--out", tmp_path) == 2
    )
    told = capsys.readouterr().err
    assert f"in none of 8 months is there one of {URGENT}; try longer months (--days 90)" in told
