"""What a study may say, and the plan that follows from it."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from studies import TINY, study_of

import sim
from sim.batch.study import identity
from sim.batch.study.identity import arm_id, model_version, run_id
from sim.batch.study.plan import design_points, make_plan
from sim.batch.study.study import Design, parse_study, read_study
from sim.city.files import save_city
from sim.city.synthetic.grid import grid_city
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario

LHS = {"method": "lhs", "points": 16, "parameters": {"demand.other_calls": {"low": 100, "high": 900}}}

WRONG = {
    "no name": ({"name": ""}, "name"),
    "a path as name": ({"name": "../x"}, "name"),
    "an unknown key": ({"sceds": 3}, "'sceds'"),
    "no seeds": ({"seeds": 0}, "seeds must be between 1 and"),
    "a seed twice": ({"seeds": [1, 1]}, "each named once"),
    "a strategy twice": ({"strategies": ["grid", "grid"]}, "each named once"),
    "a baseline from elsewhere": ({"baseline": "grid"}, "baseline must be one of the strategies"),
    "an unknown outcome": ({"outcomes": ["crime"]}, "'crime'"),
    "an empty interval": (
        {"design": LHS | {"parameters": {"demand.other_calls": {"low": 5, "high": 5}}}}, "low < high",
    ),
    "a list for a drawn design": (
        {"design": LHS | {"parameters": {"demand.other_calls": [1, 2]}}},
        "parameters.demand.other_calls must read like",
    ),
    "points for a grid": ({"design": {"points": 3, "parameters": {"n_days": [1]}}}, "points must be given for lhs"),
    "a table without file": ({"design": {"method": "table"}}, "file must be given"),
    "a rule that looks too early": (
        {"stop": {"outcome": "offences_per_1000", "half_width": 1, "first": 2}}, "stop.first",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), WRONG.values(), ids=WRONG)
def test_a_study_that_cannot_be_run_is_refused_in_one_sentence(changes, words):
    with pytest.raises(InputError, match=r"^test: ") as told:
        study_of(**changes)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


WRONG_PLANS = {
    "an unknown scenario": ({"scenarios": ["atlantis"]}, "atlantis"),
    "an unknown strategy": ({"strategies": ["magic"]}, "magic"),
    "an unknown parameter": ({"set": {"people.n_residnets": 5}}, "n_residnets"),
    "a warm-up as long as the run": ({"warm_up": 2}, "warm_up must be shorter"),
    "a value out of range": ({"design": {"parameters": {"people.n_residents": [0]}}}, "n_residents"),
    "a parameter that no strategy has": (
        {"design": {"parameters": {"policy.share": [0.1]}}, "strategies": ["reactive"]},
        "policy.share must be a parameter of one strategy",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), WRONG_PLANS.values(), ids=WRONG_PLANS)
def test_a_plan_that_cannot_be_made_is_refused_in_one_sentence(changes, words):
    with pytest.raises(InputError) as told:
        make_plan(study_of(**changes))
    assert words in str(told.value)


def test_a_file_may_write_a_parameter_as_a_table_or_with_dots(tmp_path):
    dotted, nested = tmp_path / "a.toml", tmp_path / "b.toml"
    dotted.write_text(
        'name = "a"\n[set]\n"people.n_residents" = 5\nn_days = 3\n[design.parameters]\n"force.n_foot" = [1]'
    )
    nested.write_text(
        'name = "a"\n[set]\nn_days = 3\n[set.people]\nn_residents = 5\n[design.parameters.force]\nn_foot = [1]'
    )
    assert read_study(dotted) == read_study(nested)


def test_runs_come_seed_by_seed_so_that_every_arm_has_results_early():
    plan = make_plan(study_of(design={"parameters": {"demand.other_calls": [100.0, 200.0]}}))
    rows = plan.rows(plan.study.all_seeds)
    assert rows["seed"].tolist() == [seed for seed in (1, 2, 3, 4) for _ in plan.arms]
    assert rows["arm"].tolist() == list(range(4)) * 4
    assert rows["run"].is_unique


def test_a_run_has_the_same_name_in_every_study_that_asks_for_it():
    one = make_plan(study_of())
    other = make_plan(study_of(name="other", strategies=["grid", "hotspot", "reactive"], seeds=[2, 9]))
    shared = set(one.rows((2,))["run"]) & set(other.rows((2, 9))["run"])
    assert len(shared) == 2


@pytest.mark.parametrize(
    "changes", [{"seed": 2}, {"n_days": 3}, {"policy": "hotspot(share=0.06)"}, {"from_day": 1}, {"model": "other"}]
)
def test_whatever_determines_a_run_is_in_its_name(changes, monkeypatch):
    def name(seed=1, n_days=2, policy="hotspot", from_day=0, model=None):
        if model:
            monkeypatch.setattr("sim.batch.study.identity.model_version", lambda: model)
        scenario = Scenario().replace(TINY | {"n_days": n_days})
        return run_id(arm_id(scenario, make_policy(policy), from_day=from_day), seed)

    assert name() != name(**changes)


def test_a_city_file_that_was_edited_is_another_city(tmp_path):
    file = tmp_path / "mine.npz"
    save_city(grid_city(n_segments=60, seed=1), file)
    scenario = Scenario().replace({"city.streets": str(file)})
    before = arm_id(scenario, make_policy("reactive"), from_day=0)
    save_city(grid_city(n_segments=60, seed=2), file)
    assert arm_id(scenario, make_policy("reactive"), from_day=0) != before


def test_the_model_is_its_version_and_its_source():
    assert model_version().startswith("0.")
    assert "+" in model_version()


def test_what_no_number_depends_on_is_no_part_of_the_name_of_the_model():
    package = Path(sim.__file__).parent
    named = {file.relative_to(package).as_posix() for file in identity._sources(package)}
    assert {"scenarios/crime.py", "agents/offenders.py", "city/data/new_haven.npz"} <= named
    assert not {"scenarios/sources.toml", "scenarios/sources.py", "cli/scenarios.py", "report/texts_study.toml"} & named
    assert all((package / part).exists() for part in identity.BESIDE_THE_MODEL)


def test_a_parameter_of_one_strategy_leaves_the_runs_of_the_others_alone():
    plan = make_plan(study_of(design={"parameters": {"policy.share": [0.02, 0.05]}}))
    rows = plan.rows((1,))
    reactive = [arm.strategy == "reactive" for arm in plan.arms]
    assert rows["run"][reactive].nunique() == 1
    assert rows["run"][[not one for one in reactive]].nunique() == 2


@pytest.mark.parametrize("method", ["lhs", "sobol"])
def test_a_design_fills_the_space_and_is_the_same_again(method):
    design = Design.model_validate(
        {"method": method, "points": 64, "seed": 3, "parameters": {
            "a.x": {"low": 10, "high": 20}, "a.y": {"low": 0.01, "high": 100, "log": True}}}
    )  # fmt: skip
    points = design_points(design, None)
    assert np.array_equal(points, design_points(design, None))
    for column in (points["a.x"], np.log(points["a.y"])):
        low, high = column.min(), column.max()
        counts, _ = np.histogram((column - low) / (high - low), bins=8, range=(0, 1))
        assert counts.min() >= 6
    assert points["a.y"].between(0.01, 100).all()
    other = design_points(design.model_copy(update={"seed": 4}), None)
    assert not np.array_equal(points, other)


def test_a_whole_number_stays_one_when_it_is_drawn():
    design = {"method": "lhs", "points": 5, "parameters": {"force.n_foot": {"low": 1, "high": 9}}}
    plan = make_plan(study_of(design=design))
    assert {type(plan.world(arm)[0].force.n_foot) for arm in plan.arms} == {int}


def test_points_can_be_read_from_a_table(tmp_path):
    pd.DataFrame({"demand.other_calls": [100.0, 300.0], "n_days": [3, 4]}).to_csv(tmp_path / "p.csv", index=False)
    plan = make_plan(study_of(design={"method": "table", "file": "p.csv"}), beside=tmp_path)
    assert plan.world(plan.arms[-1])[0].demand.other_calls == 300.0
    with pytest.raises(InputError, match="must be a CSV or Parquet file that exists"):
        make_plan(study_of(design={"method": "table", "file": "q.csv"}), beside=tmp_path)


def test_the_file_of_a_strategy_is_counted_from_the_folder_of_the_study(tmp_path):
    (tmp_path / "mine.py").write_text(
        'from sim.policies.protocol import Orders, PolicyModel\nfrom sim.policies.contract.registry import policy\n'
        '@policy("mine_here")\nclass Mine(PolicyModel):\n    """Stand still."""\n'
        "    def decide(self, seen, rng):\n        return Orders()\n"
    )  # fmt: skip
    assert make_plan(study_of(strategies=["mine.py:Mine"]), beside=tmp_path).arms[0].strategy == "mine.py:Mine"


def test_a_hundred_thousand_runs_are_planned_in_seconds_and_little_memory():
    study = study_of(seeds=100, design=LHS | {"points": 500})
    tracemalloc.start()
    begun = time.perf_counter()
    rows = make_plan(study).rows(study.all_seeds)
    seconds, (_, peak) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(rows) == 100_000
    assert seconds < 30.0, "a plan takes a few seconds; tracing makes it several times slower"
    assert peak < 100e6


def test_parse_names_the_file():
    with pytest.raises(InputError, match=r"^mine.toml: "):
        parse_study({"name": 3}, where="mine.toml")
