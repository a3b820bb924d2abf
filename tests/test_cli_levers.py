"""`cpsim levers`, `cpsim compare --equal-cost`, and folders that an older version wrote."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from commands import cpsim
from small_force import FEW

from sim.agents.tables import ROLES
from sim.batch.levers import ACTS_THROUGH, FAULTS, days_before, free_levers, mend_in_turn, with_switches
from sim.batch.running.runs import RunPlan, begin_run, read_run, summarise_folder
from sim.cli.levers import own_strategy, read_outcomes, read_policy_changes
from sim.errors import InputError
from sim.ledger.run_folder import read_manifest
from sim.outcomes.account import ACCOUNT_MEASURES
from sim.outcomes.doses import DOSE_MEASURES
from sim.outcomes.measures import MEASURES
from sim.policies.contract.registry import make_policy, policy_class
from sim.report.levers.still import find_still, still_lines
from sim.scenarios.scenario import load_scenario

TINY = {
    "city.streets": "grid", "city.n_segments": 60, "people.n_residents": 3000, "force.n_districts": 2,
    "offending.searches_per_year": 30.0, **FEW,
}  # fmt: skip
OPTIONS = ["--days", "4", "--workers", "1", *(o for key, value in TINY.items() for o in ("--set", f"{key}={value}"))]


def test_each_lever_has_its_switch_and_the_reform_has_all_of_them():
    switches = {name for name, field in policy_class("reform").model_fields.items() if field.annotation is bool}
    assert set(FAULTS.values()) == switches - {"within_budget"}


def test_every_setting_is_there_once_and_named_for_what_is_mended():
    policy = make_policy("reform(hours=0.8)")
    variants = mend_in_turn(policy, free_levers(policy))
    assert len(variants) == 32
    assert len({variant.model_dump_json() for variant in variants.values()}) == 32
    assert all(getattr(variants["none"], fault) for fault in FAULTS.values())
    assert not any(getattr(variants["+".join(FAULTS)], fault) for fault in FAULTS.values())
    assert variants["grid+appraisal"].levers().grid == make_policy("reform").levers().grid
    assert variants["grid+appraisal"].levers().team == make_policy("grid(hours=0.8)").levers().team
    assert all(variant.hours == 0.8 for variant in variants.values())


def test_grid_and_reform_with_the_same_switches_are_the_same_but_for_their_name():
    one, other = (mend_in_turn(make_policy(name), tuple(FAULTS)) for name in ("grid", "reform"))
    assert all(one[label].levers() == other[label].levers() for label in one)


def test_a_switch_that_is_set_by_hand_stands_still():
    policy = make_policy("reform(weak_team=true, bad_cells=false)")
    assert free_levers(policy) == ("information", "appraisal", "participation")
    variants = mend_in_turn(policy, free_levers(policy))
    assert len(variants) == 8
    assert all(variant.weak_team and not variant.bad_cells for variant in variants.values())


WRONG = {
    "levers --policy hotspot": "must have the switches bad_cells",
    "levers --set-policy hours": "--set-policy must read NAME=VALUE",
    "levers --set-policy hours=0.5 --set-policy hours=0.6": "must be given once",
    "levers --set-policy hours=2": "hours must lie between",
    "levers --set-policy hour=1": "did you mean 'hours'?",
    "levers --policy reform(hours=0.5) --set-policy hours=0.5": "must be given once",
    "levers --policy reform+grid": "policy must be",
    "levers --seeds 1,1": "each named once",
    "levers --outcome trust": "did you mean",
    "levers --outcome trust_mean --outcome trust_mean": "each measure once",
    "levers --policy reactive_until_2014-10-01_then_hotspot": "must have the switches bad_cells",
    "levers --policy grid_until_2014-10-01_then_reactive": "in force until the run ends",
    "levers --policy grid_+_reform": "one strategy alone",
    "levers --policy reactive_until_2013-10-01_then_grid": "a switch must lie after 2014-01-01",
    "levers --days 5 --warm-up 5": "the warm-up must be shorter",
    "levers nowhere": "a scenario must be one of",
    "compare --equal-cost=yes": "ignored explicit argument",
}


def words_of(line):
    """Part a line into words; a strategy of several is written with underscores for its spaces."""
    return [word.replace("_", " ") if "_until_" in word or "_+_" in word else word for word in line.split()]


@pytest.mark.parametrize("line", WRONG)
def test_a_mistake_is_answered_with_one_sentence(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cpsim(*words_of(line)) == 2
    told = capsys.readouterr()
    assert WRONG[line] in told.err
    assert told.err.strip().count("\n") == 0
    assert not (tmp_path / "runs").exists()


def test_all_five_switches_set_leave_nothing_to_study():
    given = ", ".join(f"{fault}=true" for fault in FAULTS.values())
    with pytest.raises(InputError, match="at least one of the five"):
        free_levers(make_policy(f"reform({given})"))


def test_policy_parameters_are_read_as_toml():
    assert read_policy_changes(["hours=0.8", "weak_team=true", "a=b"]) == {"hours": 0.8, "weak_team": True, "a": "b"}


STILL = [
    word for fault in ("weak_team", "late_information", "poor_appraisal") for word in ("--set-policy", f"{fault}=true")
]
"""Two levers are enough to see the whole way through, with four variants instead of 32."""


def test_a_study_runs_every_variant_keeps_it_and_goes_on_from_there(tmp_path, capsys):
    out = tmp_path / "study"
    line = ["levers", *OPTIONS, *STILL, "--seeds", 2, "--out", out]
    assert cpsim(*line) == 0
    told = capsys.readouterr().out
    for measure in (
        "offences_per_1000",
        "feel_safe_pct",
        "trust_mean",
        "cost_per_1000",
        *ACTS_THROUGH["participation"],
    ):
        assert MEASURES[measure].label("en") in told
    assert "What participation acts through" in told
    assert "What team acts through" not in told  # it stood still
    assert "the same in every run: Identity checks, 0.0. Only fixed posts" in told
    folders = sorted(path.name for path in out.iterdir() if path.is_dir())
    names = ("grid", "grid_participation", "none", "participation")
    assert folders == [f"{name}-seed{seed}" for name in names for seed in (1, 2)]
    for name in ("levers.csv", "runs.csv", "levers.md", "levers.zh.md", "levers.png", "levers.svg"):
        assert (out / name).stat().st_size > 0

    # The table says what the folders hold.
    effects = pd.read_csv(out / "levers.csv", keep_default_na=False, na_values=["nan"])
    assert set(effects["measure"]) == set(MEASURES)
    cost = {
        name: np.array([summarise_folder(out / f"{name}-seed{s}")["cost_per_1000"] for s in (1, 2)]) for name in names
    }
    own = effects[(effects["measure"] == "cost_per_1000")].set_index(["effect", "switch"])["value"].astype(float)
    grid = 0.5 * (cost["grid"] - cost["none"]) + 0.5 * (cost["grid_participation"] - cost["participation"])
    assert own["shapley", "grid"] == pytest.approx(grid.mean())
    assert own["total", ""] == pytest.approx((cost["grid_participation"] - cost["none"]).mean())
    assert own["shapley", "grid"] + own["shapley", "participation"] == pytest.approx(own["total", ""])

    before = {file: file.stat().st_mtime_ns for file in out.glob("*-seed*/*/*.parquet")}
    assert cpsim(*line, "--lang", "zh") == 0
    assert "参与" in capsys.readouterr().out
    assert len(before) > 0
    assert before == {file: file.stat().st_mtime_ns for file in before}
    assert cpsim(*line, "--set-policy", "hours=0.5") == 2
    assert "holds another run: policy.parameters.hours" in capsys.readouterr().err


DATED = (
    "reactive until 2014-02-05 then reform(weak_team=true, late_information=true, poor_appraisal=true, bad_cells=true)"
)


def test_a_reform_that_comes_in_at_a_date_is_measured_from_there_and_what_lies_before_runs_once(tmp_path, capsys):
    out = tmp_path / "study"
    line = ["levers", *OPTIONS, "--policy", DATED, "--seeds", 1, "--out", out, "--no-plots"]
    assert cpsim(*line, "--outcome", "registered_pct") == 0
    told = capsys.readouterr().out
    assert "Measured from 2014-02-05 on" in told
    assert "4 days" in told  # those of --days, counted from the date
    assert MEASURES["registered_pct"].label("en") in told
    assert MEASURES["offences_per_1000"].label("en") not in told
    assert "acts through" not in told
    manifests = {label: read_manifest(out / f"{label}-seed1") for label in ("none", "participation")}
    assert {one["inputs"]["scenario"]["n_days"] for one in manifests.values()} == {39}
    table = pd.read_csv(out / "runs.csv").set_index("policy")
    for label in manifests:
        own = summarise_folder(out / f"{label}-seed1", from_day=35)
        assert table.loc[label, "calls_per_1000"] == pytest.approx(own["calls_per_1000"])

    # A variant that began from the checkpoint of another one is the run that it would have been by itself.
    scenario = load_scenario("new_haven").replace(TINY | {"n_days": 39})
    alone = mend_in_turn(make_policy(DATED), ("participation",))["participation"]
    begin_run(RunPlan(scenario, alone, 1, tmp_path / "alone"))
    assert read_manifest(tmp_path / "alone")["digest"] == manifests["participation"]["digest"]
    assert manifests["none"]["digest"] != manifests["participation"]["digest"]
    assert cpsim(*line) == 0  # finished runs are found again


def test_switches_are_found_in_the_stage_that_lasts():
    policy = make_policy("reactive until 2014-10-01 then mediation + grid(bad_cells=true)")
    assert with_switches(policy).name == "grid"
    assert free_levers(policy) == ("team", "information", "appraisal", "participation")
    start = load_scenario("zhengzhou").start
    assert days_before(policy, start) == 1004
    assert days_before(make_policy("grid"), start) == 0
    variants = mend_in_turn(policy, free_levers(policy))
    assert len(variants) == 16
    assert all(one.stages[0] == policy.stages[0] for one in variants.values())
    assert all(one.stages[1][0] == policy.stages[1][0] for one in variants.values())
    assert with_switches(variants["team"]).weak_team is False
    assert with_switches(variants["none"]).weak_team is True


def test_a_scenario_with_a_reform_of_its_own_is_asked_about_that_one():
    assert own_strategy(load_scenario("zhengzhou")).startswith("reactive until 2014-10-01 then grid")
    assert own_strategy(load_scenario("new_haven")) == "reform"


def test_outcomes_are_shown_with_the_burden():
    assert read_outcomes([]) == ()
    assert read_outcomes(["cleared_pct", "trust_mean"]) == (
        "cleared_pct",
        "trust_mean",
        "stops_per_1000",
        "checks_per_1000",
    )


def test_what_each_lever_acts_through_is_measured():
    assert set(ACTS_THROUGH) == set(FAULTS)
    assert {name for names in ACTS_THROUGH.values() for name in names} <= set(MEASURES)


def test_a_column_that_never_moves_is_told_with_its_reason():
    runs = pd.DataFrame(
        {"checks_per_1000": [0.0, 0.0], "trust_mean": [0.5, 0.6], "lasting_agreements_pct": [np.nan] * 2}
    )
    assert set(find_still(runs, list(runs))) == {"checks_per_1000", "lasting_agreements_pct"}
    for lang in ("en", "zh"):
        same, unknown = still_lines(runs, list(runs), lang)
        assert MEASURES["checks_per_1000"].label(lang) in same
        assert "nan" not in unknown
    assert "fixed posts" in still_lines(runs, list(runs))[0]
    assert "180 days" in still_lines(runs, list(runs))[1]


def test_equal_cost_runs_who_hires_within_the_budget_and_says_so(tmp_path, capsys):
    out = tmp_path / "out"
    line = ["compare", *OPTIONS, "--policies", "reactive,posts", "--seeds", 2, "--out", out, "--no-plots"]
    assert cpsim(*line) == 0
    free = capsys.readouterr().out
    assert "posts costs" in free
    assert "more than reactive" in free
    assert "Paid hours a day" in free
    assert "auxiliaries" in free
    assert "Price of an offence prevented" in free
    assert cpsim(*line, "--equal-cost") == 0
    assert "posts [within budget]" in capsys.readouterr().out
    manifest = read_manifest(out / "posts__within_budget-seed1")
    assert manifest["inputs"]["policy"]["parameters"]["within_budget"] is True
    assert read_manifest(out / "posts-seed1")["inputs"]["policy"]["parameters"]["within_budget"] is False
    runs = pd.read_csv(out / "runs.csv")
    cost = runs.groupby("policy")["cost_per_1000"].mean()
    unpaid = np.mean([summarise_folder(out / f"posts-seed{seed}")["cost_per_1000"] for seed in (1, 2)])
    assert abs(cost["posts [within budget]"] - cost["reactive"]) < 0.5 * (unpaid - cost["reactive"])


def test_a_folder_of_an_older_version_can_still_be_summed_up(tmp_path):
    plan = RunPlan(load_scenario("new_haven").replace(TINY | {"n_days": 3}), make_policy("grid"), 1, tmp_path / "run")
    begin_run(plan)
    now = summarise_folder(plan.folder)

    # An older version kept no tickets, no paid time by role, no prices, and fewer parameters.
    manifest = read_manifest(plan.folder)
    for table in ("tickets", "answers", "people", "feelings"):
        manifest["tables"].pop(table)
    late = {f"duty_min_{role}" for role in ROLES} | {"n_volunteers", "n_places"}
    late |= {"officer_min_inspect", "officer_min_mediate"}
    for part in manifest["tables"]["days"]["parts"]:
        file = plan.folder / part["file"]
        pq.write_table(pq.read_table(file).drop_columns(list(late)), file)
    kept = manifest["tables"]["days"]["columns"]
    manifest["tables"]["days"]["columns"] = [column for column in kept if column["name"] not in late]
    for group in ("cost", "effort", "helpers"):
        manifest["inputs"]["scenario"].pop(group)
    for later in ("sha256", "files"):
        manifest.pop(later)
    (plan.folder / "manifest.json").write_text(json.dumps(manifest))

    assert read_run(plan.folder)["tickets"].empty
    assert read_run(plan.folder)["days"][["officer_min_inspect", "officer_min_mediate"]].isna().all(axis=None)
    before = summarise_folder(plan.folder)
    lost = {f"duty_hours_{role}" for role in ROLES} | {"cost_per_1000", "volunteers_per_1000"}
    lost |= {*DOSE_MEASURES, "met_police_pct", "old_alone_met_pct"}
    lost |= {"safe_pct", "satisfied_pct", "trusting_pct", "aware_pct"}
    lost |= {"feel_safe_pct", "satisfied_end_pct", "trusting_end_pct", "security_sd", "satisfaction_sd", "trust_sd"}
    lost |= set(ACCOUNT_MEASURES)
    lost |= {"hours_inspect", "hours_mediate", "busy_pct", "uncommitted_pct"}  # of a time of which a part is not known
    assert before[list(lost)].isna().all()
    pd.testing.assert_series_equal(before.drop(list(lost)), now.drop(list(lost)))
