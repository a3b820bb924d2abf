"""Months in which a target has no value say nothing of it in `cpsim staffing`, and it says so."""

from __future__ import annotations

import pandas as pd
from commands import cpsim

TINY = {
    "city.streets": "grid", "city.n_segments": 60, "people.n_residents": 2500, "force.n_districts": 2,
    "demand.other_calls": 2500.0, "people.residents_per_agent": 1.0, "force.n_response": 12,
    "demand.share_urgent": 0.0,  # so that urgent calls are of offences alone, and few
}  # fmt: skip
OPTIONS = ["--days", "10", "--seeds", "4", "--workers", "2", "--most-seeds", "6", "--most-runs", "12", "--most", "13"]
OPTIONS += ["--role", "response", "--least", "11", "--no-plots"]
OPTIONS += [option for key, value in TINY.items() for option in ("--set", f"{key}={value}")]
URGENT = "answered_1_within_60_pct>=1"


def test_months_without_an_urgent_call_do_not_decide_and_are_told(tmp_path, capsys):
    assert cpsim("staffing", *OPTIONS, "--target", URGENT, "--out", tmp_path) == 0
    told = capsys.readouterr().out
    runs, forces = pd.read_csv(tmp_path / "runs.csv"), pd.read_csv(tmp_path / "staffing.csv")
    value = runs["answered_1_within_60_pct"]
    unknown = int(value.isna().sum())
    assert 0 < unknown < len(runs)
    assert (value.dropna() >= 1.0).all()  # whatever month has an urgent call meets the target
    assert told.startswith("Any number from 11 officers on is enough")
    asked = forces[forces["target"] == URGENT].set_index("force")
    assert (asked["calls"] == runs.groupby("force")[f"calls_of_{URGENT.split('>', maxsplit=1)[0]}"].sum()).all()
    assert (asked["months"] == runs["force"].value_counts()).all()
    for page, words in (("staffing.md", f"{unknown} of {len(runs)} simulated months"), ("staffing.zh.md", "没有信息")):
        assert words in (tmp_path / page).read_text(encoding="utf-8")


def test_a_target_without_any_value_is_refused(tmp_path, capsys):
    words = ["--set", "disputes.disputes_per_household=0", "--set", "offending.searches_per_year=0"]
    assert (
        cpsim("staffing", *OPTIONS, *words, "--target", "satisfied_pct>=1", "--target", URGENT, "--out", tmp_path) == 2
    )
    told = capsys.readouterr().err
    assert f"in none of 4 months is there one of {URGENT}; try longer months (--days 90)" in told
