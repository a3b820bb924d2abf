"""A worker that cannot begin, a job that cannot travel, a class of a script or a notebook, a disk that is full."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest
from studies import TINY, kept_bytes, run_sweep, study_of, text_of
from work import do_as_told, fill_disk_once

from sim.batch.running import process
from sim.batch.running.local import local_runner
from sim.batch.running.workers import work_through
from sim.batch.study.plan import make_plan
from sim.batch.study.sweep import sweep
from sim.errors import DiskError

COMPARE = f"""
from pathlib import Path
from sim.batch.compare import Strategy, compare
from sim.params import Fraction, param
from sim.policies.contract.registry import make_policy, policy
from sim.policies.protocol import Orders, PolicyModel
from sim.scenarios.scenario import Scenario

def nobody():
    return Orders()

@policy("mine")
class Mine(PolicyModel):
    "Stand still."
    share: Fraction = param(0.1, "share", source="prior")
    def decide(self, seen, rng):
        return nobody()

def compare_all():
    strategies = [Strategy("reactive", make_policy("reactive")), Strategy("mine", Mine(share=0.2))]
    found = compare(Scenario().replace({TINY!r}), strategies, seeds=[1, 2], out=Path("out"), workers=2)
    print(len(found.runs), found.failures)
"""
GUARD = "\nif __name__ == '__main__':\n    compare_all()\n"


def run_script(text, folder, *words):
    (folder / "script.py").write_text(text)
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, *(words or ["script.py"])],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done, time.monotonic() - begun


def test_a_script_without_a_guard_is_told_so_at_once_and_by_one_process_alone(tmp_path):
    done, seconds = run_script(COMPARE + "\ncompare_all()\n", tmp_path)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "must stand below `if __name__ == '__main__':`" in last
    assert "script.py starts runs without it" in last
    assert done.stderr.count("Traceback") == 1, "that of the script itself; no worker prints one"
    assert seconds < 60.0


def test_a_script_with_a_guard_may_use_classes_of_its_own(tmp_path):
    done, _ = run_script(COMPARE + GUARD, tmp_path)
    assert (done.stdout, done.returncode) == ("4 {}\n", 0), done.stderr


def test_a_class_that_stands_in_no_file_reaches_a_worker(tmp_path):
    """As in a notebook: a module `__main__` that no worker can load."""
    done, _ = run_script("", tmp_path, "-c", COMPARE + "\ncompare_all()\n")
    assert (done.stdout, done.returncode) == ("4 {}\n", 0), done.stderr


def test_a_script_that_fails_while_a_worker_loads_it_is_named(tmp_path):
    fails = "if __name__ == '__mp_main__':\n    raise SystemExit(5)\n"
    done, _ = run_script(fails + COMPARE + GUARD, tmp_path)
    assert "a worker process must be able to begin, and the first one could not" in done.stderr
    assert "script.py, it ended itself with exit code 5" in done.stderr


def test_a_job_that_cannot_be_sent_costs_no_worker_and_no_other_job():
    jobs = enumerate([("give", threading.Lock()), ("give", 1)])
    found = {one.key: one for one in work_through(jobs, do_as_told, workers=1) if one is not None}
    assert "cannot: TypeError: cannot pickle" in found[0].problem
    assert found[0].attempts == 0
    assert found[1].value == 1


def test_a_result_that_cannot_be_sent_is_a_failed_job():
    (found,) = [one for one in work_through([(0, ("lock", 0))], do_as_told, workers=1) if one is not None]
    assert "cannot pickle" in found.problem


def test_how_a_process_ended_is_said_in_words():
    assert process.words_for(3) == "it ended itself with exit code 3"
    assert process.words_for(-11) == "it was ended by SIGSEGV"


def test_a_disk_that_is_full_in_a_worker_ends_the_sweep_and_fails_no_run(tmp_path):
    study = study_of(seeds=2, ledgers="all")
    plan = make_plan(study)
    mark = tmp_path / "full"
    mark.touch()

    def full(jobs):
        return work_through(((run, (job, str(mark))) for run, job in jobs), fill_disk_once, workers=2)

    with pytest.raises(DiskError, match=r"the disk is full: .*ledgers"):
        sweep(plan, text_of(study), tmp_path / "store", full)
    assert not list((tmp_path / "store/tiny").glob("quarantine/*"))
    mark.unlink()
    folder = sweep(plan, text_of(study), tmp_path / "store", local_runner(2, 5.0))
    assert not folder.failed
    whole = sweep(plan, text_of(study), tmp_path / "whole", local_runner(2, 5.0))
    assert kept_bytes(folder.path) == kept_bytes(whole.path)


def test_a_worker_of_a_cluster_tells_a_full_disk_apart(tmp_path, monkeypatch):
    from sim.batch.running import cluster
    from sim.batch.study.identity import model_version

    def full(job):
        raise DiskError("the disk is full")

    monkeypatch.setattr(cluster, "do_run", full)
    (outcome,) = cluster.do_chunk((("a", None),), model_version())
    assert outcome.postponed
    with pytest.raises(DiskError, match="the disk is full"):
        run_sweep(study_of(seeds=1), tmp_path, lambda jobs: iter_of(outcome))


def iter_of(outcome):
    yield outcome
