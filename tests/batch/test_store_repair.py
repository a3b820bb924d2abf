"""A store that was damaged, retried or repaired: nothing finished is lost, nothing old counts, the bytes are right."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from damages import DAMAGES, delete, edit, replace_by_a_folder
from studies import Runner, kept_bytes, run_sweep, study_of, text_of

from sim.batch.running.local import local_runner
from sim.batch.store import parts, store
from sim.batch.store.check import check_store
from sim.batch.store.read import read_study_runs
from sim.batch.study.plan import make_plan
from sim.batch.study.sweep import sweep
from sim.cli import main
from sim.errors import InputError


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Let six runs make a part, so that a few make several."""
    for module in (parts, store):
        monkeypatch.setattr(module, "RUNS_A_PART", 6)


STUDY = study_of(seeds=5)  # 10 runs: a part and a half


FILES = ["manifest.json", "study.toml", "arms.parquet", "inputs.json", "parts/part-00000.parquet"]


@pytest.fixture
def whole(tmp_path):
    """A study that is complete but for a run that failed; three runs wait for their part."""
    bad = make_plan(STUDY).rows((2,))["run"].iloc[1]
    folder, _ = run_sweep(STUDY, tmp_path / "whole", Runner(fail=[bad]))
    return folder, bad


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_check_names_a_damaged_file_a_reader_refuses_it_and_a_sweep_mends_it(whole, tmp_path, name, damage, capsys):
    folder, _ = whole
    before = kept_bytes(folder.path)
    damage(folder.path / name)
    assert main(["store", "check", str(folder.path)]) in ((1, 2) if name == "manifest.json" else (1,))
    said = capsys.readouterr()
    assert name.removeprefix("parts/") in said.out + said.err
    assert "Traceback" not in said.err
    if not (name.startswith("parts/") and damage in (delete, edit)):  # an edit may leave the rows as they are
        with pytest.raises(InputError):
            read_study_runs(folder.path)
    if damage is replace_by_a_folder and not name.startswith("parts/") and name != "manifest.json":
        (folder.path / name).rmdir()  # a folder of somebody is not ours to remove
    again, runner = run_sweep(STUDY, tmp_path / "whole")
    assert kept_bytes(again.path) == before
    assert not runner.made or name.startswith("parts/")


def cut_study(tmp_path):
    """A sweep that was stopped hard: five of ten runs are done, and none of them has its part."""
    with pytest.raises(KeyboardInterrupt):
        run_sweep(STUDY, tmp_path, Runner(die_after=5))
    path = tmp_path / "tiny"
    results = parts.results_of(parts.read_part(path / "parts/part-00000.parquet")[0])
    shutil.rmtree(path / "parts")
    (path / "manifest.json").unlink()
    for run, result in results.items():
        store.write_result(path / "pending", run, result)
    return path


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_waiting_run_that_is_no_longer_what_was_written_is_made_again(tmp_path, damage):
    path = cut_study(tmp_path / "cut")
    file = sorted((path / "pending").glob("*.json"))[2]
    damage(file)
    notes = []
    folder, runner = run_sweep(STUDY, tmp_path / "cut", tell=notes.append)
    assert len(runner.made) == 6
    assert file.stem in runner.made
    assert bool(notes) == (damage is not delete)
    fresh, _ = run_sweep(STUDY, tmp_path / "fresh")
    assert kept_bytes(folder.path) == kept_bytes(fresh.path)
    assert check_store(folder.path) == []


def test_a_waiting_run_under_the_name_of_another_one_is_known(tmp_path):
    path = cut_study(tmp_path / "cut")
    first, second, *_ = sorted((path / "pending").glob("*.json"))
    shutil.copy(first, second)
    _, runner = run_sweep(STUDY, tmp_path / "cut")
    assert len(runner.made) == 6
    assert second.stem in runner.made


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_failure_that_cannot_be_read_is_tried_again(whole, tmp_path, damage, capsys):
    folder, bad = whole
    damage(folder.path / f"quarantine/{bad}.json")
    assert main(["store", "check", str(folder.path)]) == 1
    assert "Traceback" not in capsys.readouterr().err
    again, runner = run_sweep(STUDY, tmp_path / "whole")
    assert runner.made == [bad]
    assert read_study_runs(again.path).manifest["status"] == "complete"


def test_a_write_that_did_not_end_stands_in_nobodys_way(whole, tmp_path):
    folder, _ = whole
    for left in ("parts/.part-00001.parquet.tmp", "parts/part-00000.parquet.tmp", "quarantine/.a.json.tmp"):
        (folder.path / left).write_bytes(b"half")
    assert sum("did not end" in problem for problem in check_store(folder.path)) == 3
    (folder.path / "parts/part-00000.parquet.tmp").unlink()  # as earlier versions named them
    assert len(pd.read_parquet(folder.path / "parts")) == 9
    run_sweep(STUDY, tmp_path / "whole", again=True)
    assert check_store(folder.path) == []


def test_a_strategy_that_is_left_out_takes_its_failures_with_it(tmp_path):
    hotspot = make_plan(STUDY).rows((1, 2, 3, 4, 5))["run"].iloc[1::2]
    folder, _ = run_sweep(STUDY, tmp_path, Runner(fail=hotspot))
    assert len(folder.failed) == 5
    less = study_of(seeds=5, strategies=["reactive"])
    folder, runner = run_sweep(less, tmp_path)
    assert runner.made == []
    assert read_study_runs(folder.path).manifest["status"] == "complete"
    assert check_store(folder.path) == []
    fresh, _ = run_sweep(less, tmp_path / "fresh")
    assert kept_bytes(folder.path) == kept_bytes(fresh.path)


MINE = """
from sim.policies.contract.registry import policy
from sim.policies.protocol import Orders, PolicyModel

@policy("mine_repaired")
class Mine(PolicyModel):
    "Stand still."
    def decide(self, seen, rng):
        return Orders()
"""


def test_a_repaired_strategy_ends_the_study_though_its_text_is_the_same(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    study = study_of(seeds=5, strategies=["reactive", "mine.py"])
    runs = make_plan(study, beside=tmp_path).rows((1, 2, 3, 4, 5))["run"]

    def swept(where, runner):
        return sweep(make_plan(study, beside=tmp_path), text_of(study), tmp_path / where, runner)

    folder = swept("store", Runner(fail=runs.iloc[1::2]))
    assert len(folder.failed) == 5
    (tmp_path / "mine.py").write_text(MINE + "# mended\n")
    second = Runner()
    folder = swept("store", second)
    assert len(second.made) == 5
    assert read_study_runs(folder.path).manifest["status"] == "complete"
    assert check_store(folder.path) == []
    assert kept_bytes(folder.path) == kept_bytes(swept("fresh", Runner()).path)


def test_a_table_of_points_that_became_shorter_leaves_no_row_behind(tmp_path):
    study = study_of(seeds=3, design={"method": "table", "file": "points.csv"})
    text = text_of(study)

    def swept(where, calls):
        pd.DataFrame({"demand.other_calls": calls}).to_csv(tmp_path / "points.csv", index=False)
        runner = Runner()
        return sweep(make_plan(study, beside=tmp_path), text, tmp_path / where, runner), runner

    swept("store", [100.0, 200.0, 300.0])
    folder, runner = swept("store", [300.0, 100.0])
    assert runner.made == []
    assert len(pd.read_parquet(folder.path / "parts")) == 12
    fresh, _ = swept("fresh", [300.0, 100.0])
    assert kept_bytes(folder.path) == kept_bytes(fresh.path)


RULE = {"outcome": "offences_per_1000", "first": 5, "runs": 23, "step": 10}


@pytest.mark.parametrize("number", [1, 4, 8, 20])
def test_a_run_that_is_retried_costs_no_other_run_where_a_rule_decides(tmp_path, number):
    study = study_of(seeds=60, allocate=RULE, strategies=["reactive", "hotspot", "grid"])
    first = Runner()
    fresh, _ = run_sweep(study, tmp_path / "fresh")
    bad = pd.read_parquet(fresh.path / "parts")["run"].iloc[number]
    left_out, _ = run_sweep(study, tmp_path / "store", first := Runner(fail=[bad]))
    assert set(left_out.failed) == {bad}
    folder, second = run_sweep(study, tmp_path / "store", again=True)
    assert set(first.made) & set(second.made) == {bad}
    assert kept_bytes(folder.path) == kept_bytes(fresh.path)
    spare = {file.stem for file in folder.path.glob("spare/*.json")}
    assert spare == set(first.made) - set(pd.read_parquet(folder.path / "parts")["run"])
    assert check_store(folder.path) == []
    again, third = run_sweep(study, tmp_path / "store")
    assert third.made == []
    assert kept_bytes(again.path) == kept_bytes(fresh.path)


def test_a_ledger_that_was_lost_or_damaged_is_made_again(tmp_path):
    study = study_of(seeds=2, ledgers="all", strategies=["reactive"])

    def swept():
        folder = sweep(make_plan(study), text_of(study), tmp_path, local_runner(1, 5.0))
        return folder, sorted((folder.path / "ledgers").iterdir())

    folder, (one, other) = swept()
    before = kept_bytes(folder.path)
    shutil.rmtree(one)
    edit(other / "days/part-00001.parquet")
    (other / "manifest.json").write_text(json.dumps(json.loads((other / "manifest.json").read_text())))
    assert any("days/part-00001.parquet was damaged" in problem for problem in check_store(folder.path))
    shutil.rmtree(folder.path / "parts")  # so that the run of the damaged ledger is wanted, too
    folder, ledgers = swept()
    assert ledgers == [one, other]
    assert check_store(folder.path) == []
    assert kept_bytes(folder.path) == before
    assert [file.name for file in (folder.path / "damaged").iterdir()] == [other.name]
