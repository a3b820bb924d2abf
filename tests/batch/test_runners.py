"""Processes here, a Dask cluster and array tasks: one that dies costs one run, and all give the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from studies import TINY, kept_bytes, study_of, text_of
from work import do_as_told

from sim.batch.running.cluster import dask_runner
from sim.batch.running.local import local_runner
from sim.batch.running.once import Job, do_run
from sim.batch.running.runs import RunPlan, begin_run
from sim.batch.running.shard import read_shard, run_shard
from sim.batch.running.workers import ATTEMPTS, work_through
from sim.batch.store.check import check_store
from sim.batch.store.read import read_study_runs
from sim.batch.study.plan import make_plan
from sim.batch.study.sweep import sweep
from sim.cli import main
from sim.errors import InputError
from sim.ledger.run_folder import read_manifest
from sim.outcomes.measures import MEASURES

HERE = Path(__file__).parent
STUDY = study_of(seeds=3)


def outcomes(jobs, **options):
    found = work_through(enumerate(jobs), do_as_told, **({"workers": 2} | options))
    return {outcome.key: outcome for outcome in found if outcome is not None}


def test_a_worker_that_dies_costs_one_job_which_is_tried_again(tmp_path):
    found = outcomes([("give", 1), ("die once", str(tmp_path / "mark")), ("give", 3)])
    assert {key: one.value for key, one in found.items()} == {0: 1, 1: "done", 2: 3}
    assert found[1].attempts == 2


def test_a_job_that_kills_every_worker_is_named_and_the_others_are_done():
    found = outcomes([("give", 0), ("die", 0), *(("give", n) for n in range(2, 8))])
    assert found[1].problem == (
        "its process ended 3 times before it was done: it was killed, perhaps for want of memory"
    )
    assert found[1].attempts == ATTEMPTS
    assert found[1].poisoned
    assert all(found[n].value == n for n in (0, 2, 3, 4, 5, 6, 7))


def test_a_job_is_not_waited_for_beyond_its_limit():
    begun = time.monotonic()
    found = outcomes([("sleep", 300), ("give", 1)], limit_s=2.0)
    assert "longer than the limit" in found[0].problem
    assert found[1].value == 1
    assert time.monotonic() - begun < 60.0


def test_a_refusal_and_a_fault_are_told_apart():
    found = outcomes([("refuse", 0), ("raise", 0)])
    assert (found[0].problem, found[0].poisoned) == ("this must not be so", False)
    assert (found[1].problem, found[1].poisoned) == ("RuntimeError: boom", True)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up as Linux lists them")
def test_workers_end_when_the_process_that_they_work_for_is_killed():
    code = (
        "from work import pid_and_sleep\nfrom sim.batch.running.workers import work_through\n"
        "if __name__ == '__main__':\n"
        "    for one in work_through(enumerate([0.1, 600, 600]), pid_and_sleep, workers=2):\n"
        "        print(one.value if one else '', flush=True)\n"
    )
    path = os.pathsep.join([str(HERE), *sys.path])
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}
    )
    assert parent.stdout is not None
    worker = next(int(line) for line in parent.stdout if line.strip())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20.0
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{worker}").exists()


def test_a_run_of_a_sweep_has_the_digest_of_a_run_folder(tmp_path):
    plan = make_plan(STUDY)
    scenario, policy = plan.world(plan.arms[1])
    in_memory = do_run(Job("x", scenario, policy, 5, 0, None))
    begin_run(RunPlan(scenario, policy, 5, tmp_path / "run"))
    assert in_memory.digest == read_manifest(tmp_path / "run")["digest"]
    kept = do_run(Job("x", scenario, policy, 5, 0, tmp_path / "kept"))
    assert kept.digest == in_memory.digest
    np.testing.assert_array_equal(list(kept.measures.values()), list(in_memory.measures.values()))


def test_same_bytes_whatever_ran_it(tmp_path):
    plan, text = make_plan(STUDY), text_of(STUDY)
    one = sweep(plan, text, tmp_path / "one", local_runner(1, 5.0))
    two = sweep(plan, text, tmp_path / "two", local_runner(2, 5.0))
    assert kept_bytes(one.path) == kept_bytes(two.path)
    notes = []
    for shard in ("1/2", "2/2"):
        assert run_shard(plan, text, tmp_path / "shards", shard, 1, notes.append) == 0
    assert "3 runs made" in notes[0]
    collected = sweep(plan, text, tmp_path / "shards", _nobody)
    assert kept_bytes(collected.path) == kept_bytes(one.path)


def _nobody(jobs):
    """Make no run: all must be there."""
    assert list(jobs) == []
    yield None


def test_a_dask_cluster_with_a_worker_killed_gives_the_same_bytes(tmp_path):
    distributed = pytest.importorskip("distributed")
    plan, text = make_plan(study_of(seeds=8)), text_of(study_of(seeds=8))
    here = sweep(plan, text, tmp_path / "here", local_runner(2, 5.0))
    killed = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:

        def kill_one(done, total, failed):
            if done >= 3 and not killed:
                killed.append(cluster.workers[0].process.process.pid)
                os.kill(killed[0], signal.SIGKILL)

        there = sweep(plan, text, tmp_path / "there", dask_runner(cluster.scheduler_address), progress=kill_one)
    assert killed
    assert kept_bytes(there.path) == kept_bytes(here.path)


def test_a_dask_worker_of_several_threads_is_refused(tmp_path):
    distributed = pytest.importorskip("distributed")
    options = {"threads_per_worker": 2, "processes": False, "dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(n_workers=1, **options) as cluster:
        runner = dask_runner(cluster.scheduler_address)
        with pytest.raises(InputError, match="every Dask worker must have one thread, got one with 2"):
            sweep(make_plan(STUDY), text_of(STUDY), tmp_path, runner)


def test_a_scheduler_that_does_not_answer_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.batch.running.cluster.PATIENCE_S", 0.5)
    with pytest.raises(InputError, match="--dask must be the address of a Dask scheduler that answers"):
        sweep(make_plan(STUDY), text_of(STUDY), tmp_path, dask_runner("tcp://127.0.0.1:9"))


@pytest.mark.parametrize("text", ["3", "0/4", "5/4", "a/b", "1/0"])
def test_a_shard_must_be_one_of_several(text):
    with pytest.raises(InputError, match="--shard must read like 3/64"):
        read_shard(text)


def test_a_study_with_a_rule_cannot_be_cut_into_shards(tmp_path):
    rule = {"outcome": "offences_per_1000", "half_width": 1.0}
    with pytest.raises(InputError, match=r"--shard cannot be used with \[stop\] or \[allocate\]"):
        run_shard(make_plan(study_of(stop=rule)), "", tmp_path, "1/2", 1, print)


def test_the_commands_do_what_they_say(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(text_of(STUDY))
    assert main(["sweep", "mine.toml", "--dry-run"]) == 0
    assert "runs: 6, of which 0 are in the store already" in capsys.readouterr().out
    assert not (tmp_path / "store").exists()
    assert main(["sweep", "mine.toml", "--workers", "2"]) == 0
    assert "store/tiny: 6 of 6 runs" in capsys.readouterr().out
    assert main(["sweep", "mine.toml", "--dry-run"]) == 0
    assert "of which 6 are in the store already" in capsys.readouterr().out
    assert main(["store", "check", "store/tiny"]) == 0
    assert "6 runs; every checksum fits" in capsys.readouterr().out
    assert main(["contrast", "store/tiny"]) == 0
    printed = capsys.readouterr().out
    assert "every strategy against reactive" in printed
    assert "3 pairs of runs" in printed
    table = pd.read_csv("store/tiny/analysis/contrasts.csv")
    assert set(table["measure"]) == set(MEASURES)
    assert "各策略与基准" in (tmp_path / "store/tiny/analysis/contrasts.zh.md").read_text()
    assert main(["sweep", "mine.toml", "--slurm-script", "4"]) == 0
    script = (tmp_path / "store/tiny/array.sh").read_text()
    assert "--array=1-4" in script
    assert subprocess.run(["bash", "-n", "store/tiny/array.sh"], check=False).returncode == 0
    assert check_store(tmp_path / "store/tiny") == []
    assert main(["sweep", "nowhere.toml"]) == 2
    assert main(["store", "check", "."]) == 2
    assert main(["sweep", "mine.toml", "--shard", "5/4"]) == 2


def test_ledgers_are_kept_for_as_many_seeds_as_the_study_asks(tmp_path):
    study = study_of(seeds=2, ledgers=1)
    folder = sweep(make_plan(study), text_of(study), tmp_path, local_runner(2, 5.0))
    kept = {path.name for path in (folder.path / "ledgers").iterdir()}
    runs = read_study_runs(folder.path).runs
    assert kept == set(runs["run"][runs["seed"] == 1])
    other = study_of(seeds=2, ledgers=2, name="more")
    more = sweep(make_plan(other), text_of(other), tmp_path, local_runner(2, 5.0))
    assert len(list((more.path / "ledgers").iterdir())) == 4, "two came from the other study, two were made again"
    journal = (more.path / "journal.jsonl").read_text().splitlines()
    assert sum('"run"' in line for line in journal) == 2
    assert TINY["n_days"] == read_manifest(folder.path / "ledgers" / kept.pop())["n_days_done"]
