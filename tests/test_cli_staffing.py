"""`cpsim staffing`: from what is typed to the answer, the files and the refusals."""

from __future__ import annotations

from argparse import Namespace

import numpy as np
import pandas as pd
import pytest
from commands import cpsim
from small_force import FEW

from sim.agents.events import LEDGER
from sim.agents.tables import ROLES
from sim.batch.staffing.force import cars_by_shift, roles_to_vary, share_out_roles, town_of, with_force
from sim.batch.staffing.targets import about_measure, measure_other, read_targets
from sim.cli.staffing import shifts_from
from sim.errors import InputError
from sim.ledger.columns import frame_of
from sim.outcomes.measures import MEASURES
from sim.outcomes.response import measure_answered_within
from sim.scenarios.scenario import load_scenario
from sim.world import build_city

TINY = {
    "city.streets": "grid", "city.n_segments": 60, "people.n_residents": 3000, "force.n_districts": 2,
    "demand.other_calls": 2500.0, "people.residents_per_agent": 1.0,
}  # fmt: skip
OPTIONS = ["--days", "4", "--seeds", "2", "--workers", "1", "--most-seeds", "4", "--most-runs", "14", "--most", "24"]
OPTIONS += ["--role", "response", "--least", "2", "--set", "force.n_response=12"]
OPTIONS += [option for key, value in TINY.items() for option in ("--set", f"{key}={value}")]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("staffing")


def test_the_answer_comes_first_and_stands_in_the_files(out, capsys):
    target = ("--target", "answered_all_within_20_pct>=90", "--target", "busy_pct<=50")
    assert cpsim("staffing", *OPTIONS, *target, "--out", out) == 0
    told = capsys.readouterr().out
    runs = pd.read_csv(out / "runs.csv")
    forces = pd.read_csv(out / "staffing.csv")
    answer = told.split("\n")[0]
    assert "officers are enough" in answer or "is enough" in answer
    assert "%" in answer
    chance = forces[forces["target"] == "all"].set_index("force")["p_enough"]
    assert chance.is_monotonic_increasing
    assert chance.between(0.0, 1.0).all()
    asked = forces[forces["target"] == "answered_all_within_20_pct>=90"].set_index("force")
    for force, own in runs.groupby("force"):  # over all calls, not a mean of months
        calls = own["calls_of_answered_all_within_20_pct"]
        assert asked.loc[force, "calls"] == calls.sum()
        pooled = (own["answered_all_within_20_pct"] * calls).sum() / calls.sum()
        assert asked.loc[force, "value"] == pytest.approx(pooled)
        assert asked.loc[force, "low"] <= pooled <= asked.loc[force, "high"]
    assert runs.groupby("force")["seed"].apply(lambda seeds: set(seeds) >= {1, 2}).all()
    assert forces.loc[forces["target"] == "busy_pct<=50", "theory"].notna().all()
    roster = pd.read_csv(out / "roster.csv")
    assert (roster["rostered"] >= roster["needed"]).all()
    assert (out / "staffing.png").stat().st_size > 10_000
    for name, words in (("staffing.md", "One officer fewer or more than"), ("staffing.zh.md", "警员足够")):
        page = (out / name).read_text(encoding="utf-8")
        assert words in page
        assert "{" not in page
    assert answer in (out / "staffing.md").read_text(encoding="utf-8")


def test_finished_runs_are_reused_and_a_cap_that_more_officers_break_is_named(out, capsys):
    before = {file: file.stat().st_mtime_ns for file in out.glob("*seed*/manifest.json")}
    targets = ("--target", "answered_all_within_20_pct>=90", "--target", "cost_per_1000<=10")
    assert cpsim("staffing", *OPTIONS, *targets, "--out", out, "--no-plots") == 0
    assert "None meets every target" in capsys.readouterr().out.split("\n")[0]
    assert all(file.stat().st_mtime_ns == time for file, time in before.items())


def test_none_is_said_with_the_target_that_is_missed(out, capsys):
    assert cpsim("staffing", *OPTIONS, "--target", "satisfied_pct>=100", "--out", out, "--lang", "zh") == 0
    first = capsys.readouterr().out.split("\n")[0]
    assert "不超过 24 名警员的任何规模都不够" in first
    assert "问卷公布：对警察满意 ≥ 100 %" in first


WRONG = {
    "--part 0.2": "staffing must be asked of a whole city",
    "--target answered": "--target must read like",
    "--target answerd_1_within_10_pct>=90": "did you mean 'answered_1_within_10_pct'?",
    "--target answered_1_within_0_pct>=90": "must be a measure",
    "--target satisfied_pct>=180": "must have a bound from 0 to 100",
    "--target satisfied_pct>=80 --target satisfied_pct>=70": "bound each measure once",
    "--sure 0.2": "--sure must lie above 0.5",
    "--seeds 1": "--seeds must be 2 at least",
    "--residents 20000 --part 0.2": "both say how large the town is",
    "--residents many": "must be a whole number of 20 or more",
    "--role sergeant": "--role must be one of response",
    "--least 50 --most 50": "--most must be more than --least",
    "--seeds 9 --most-seeds 4": "--most-seeds no fewer, got 9 and 4",
    "--most-runs 1": "--most-runs must be at least the 6",
    "--starts 0,8": "must cover the day, but 16:00 is left out",
    "--starts early": "--starts must list hours",
    "--days-on 8": "--days-on must lie between 1 and 7",
    "--away 1": "--away must be a share",
    "--crew 0": "must be a whole number of 1 or more",
    "--days 10 --warm-up 10": "the warm-up must be shorter",
    "--policy nobody": "nobody",
    "--role foot --role community --set force.n_foot=0 --set force.n_community=0": "has nobody",
    "--days 1 --set demand.other_calls=0 --set people.n_residents=10": "try longer months (--days 90)",
}


def test_a_town_of_so_many_residents_and_officers_is_asked_about_in_one_line(tmp_path, capsys):
    options = ["--days", "2", "--seeds", "2", "--workers", "1", "--most-seeds", "2", "--most-runs", "6", "--no-plots"]
    options += ["--officers", "9", "--residents", "2600", "--target", "busy_pct<=99", "--out", tmp_path]
    assert cpsim("staffing", *options) == 0
    told = capsys.readouterr().out
    assert "The 9 officers that there are now are enough with a chance of" in told
    assert "2,600 simulated residents, one for each real one" in told
    assert "a town of 2,600 residents like new_haven" in told


def test_a_town_like_another_has_its_density_and_its_force_in_proportion():
    city = load_scenario("new_haven")
    town = town_of(city, 13_000)
    n_segments = build_city(city).streets.n_segments
    assert town.city.n_segments == pytest.approx(n_segments / 10, abs=1)
    assert town.thinning == 1.0
    assert town.n_officers["response"] == round(city.n_officers["response"] / 10)
    assert town.force.n_districts == 1


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_asked_is_refused_in_one_sentence(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cpsim("staffing", *words.split()) == 2
    told = capsys.readouterr().err
    assert WRONG[words] in told
    assert "Traceback" not in told


def test_targets_are_read_with_both_signs_and_any_minutes():
    within, cost = read_targets(["answered_1_within_7_pct >= 90%", "cost_per_1000<=5000"])
    assert (within.text, cost.text) == ("answered_1_within_7_pct>=90", "cost_per_1000<=5000")
    assert "7 min" in within.about.label_en
    assert "7" in within.about.label_zh
    assert within.met_by(90.0)
    assert not within.met_by(89.9)
    assert not within.met_by(np.nan)
    assert cost.met_by(5000.0)
    assert cost.margin(4000.0) == 1000.0
    assert cost.wants_fewer
    assert not within.wants_fewer
    assert about_measure("satisfied_pct") is MEASURES["satisfied_pct"]


def log_of_calls():
    """Make calls at minute 0, 100 ... answered after 5 and 15 minutes, never, at once by chance, and by telephone."""
    rows = np.zeros(6, [(c.name, c.dtype) for c in LEDGER["calls"]])
    rows["t_call"] = 100.0 * np.arange(6)
    rows["t_arrived"] = rows["t_call"] + [5.0, 15.0, np.nan, 0.0, np.nan, 5.0]
    rows["priority"] = [1, 1, 1, 1, 1, 2]
    rows["discovered"] = [0, 0, 0, 1, 0, 0]
    rows["kind"] = [1, 1, 1, 1, 9, 5]
    return frame_of("calls", rows)


def test_a_call_that_nobody_answered_was_not_in_time():
    calls = log_of_calls()
    assert measure_answered_within(calls, "1", 10.0) == pytest.approx(1 / 3)
    assert measure_answered_within(calls, "1", 15.0) == pytest.approx(2 / 3)
    assert measure_answered_within(calls, "all", 10.0) == pytest.approx(2 / 4)
    assert np.isnan(measure_answered_within(calls, "3", 10.0))


def test_calls_of_the_warm_up_and_of_the_last_minutes_do_not_count():
    calls = log_of_calls()
    assert measure_answered_within(calls, "1", 10.0, from_min=50.0) == 0.0
    assert measure_answered_within(calls, "1", 10.0, end_min=205.0) == pytest.approx(1 / 2)
    target = read_targets(["answered_1_within_5_pct>=90"])
    assert measure_other(target, calls, from_min=0.0, end_min=600.0)["answered_1_within_5_pct"] == pytest.approx(
        100 / 3
    )


def test_one_officer_more_takes_nobody_from_a_role_and_the_own_force_is_its_own():
    scenario = load_scenario("new_haven")
    roles = roles_to_vary(scenario, [])
    assert share_out_roles(scenario, roles, 390) == {"response": 234, "foot": 39, "community": 52, "detective": 65}
    before = share_out_roles(scenario, roles, 0)
    for size in range(1, 200):
        now = share_out_roles(scenario, roles, size)
        assert sum(now.values()) == size
        assert all(now[role] >= before[role] for role in roles)
        before = now
    assert with_force(scenario, roles, 61).force.n_auxiliary == scenario.force.n_auxiliary
    assert set(roles_to_vary(scenario, ["mediator"])) <= set(ROLES)
    with pytest.raises(InputError):
        roles_to_vary(scenario, ["chief"])


def test_cars_are_counted_by_shift_as_the_roster_of_the_scenario_has_them():
    scenario = load_scenario("new_haven").replace(TINY | FEW)
    assert cars_by_shift(scenario, build_city(scenario)).sum() == 36 + 8
    nights = scenario.replace({"force.night_share": 1.0, "force.day_share": 0.0, "force.n_community": 0})
    assert cars_by_shift(nights, build_city(nights)).tolist() == [36, 0, 0]


def test_leave_is_what_the_chance_to_be_on_duty_leaves_of_five_days_whatever_the_roster():
    scenario = load_scenario("new_haven")
    given = Namespace(starts="0,6,14,20", shift_hours=10, days_on=4, crew=2, min_units=3, away=None)
    assert shifts_from(given, scenario).away == pytest.approx(1 - 0.6 * 7 / 5)
    assert shifts_from(given, scenario).starts == (0, 6, 14, 20)
    given.away = 0.3
    assert shifts_from(given, scenario).away == 0.3
