"""Slurm itself, one node of it: array tasks and Dask workers in its jobs give the bytes of a sweep at home."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from studies import TINY, kept_bytes, study_of, text_of

from sim.batch.running.local import local_runner
from sim.batch.study.plan import make_plan
from sim.batch.study.sweep import sweep

pytestmark = pytest.mark.slurm

ROOT = Path(__file__).parents[2]
STUDY = study_of(seeds=8, set=TINY | {"n_days": 20})
"""16 runs of a fraction of a second: five or six a task, so that one can be killed while it is at work."""
LIMIT_S = 300.0
"""How long to wait for anything at most: much for a busy machine, and yet a job that never starts fails its test."""
HOW = (
    "no Slurm answers: as root on Debian, apt-get install slurm-wlm, then "
    "scripts/one_node_slurm.sh .venv/bin/python -m pytest -m slurm"
)


def words_of(*command, **options):
    """Give what a command printed; one that fails or hangs fails the test."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S, **options).stdout


@pytest.fixture(scope="module", autouse=True)
def slurm():
    """Skip where no Slurm answers."""
    if shutil.which("sinfo") is None:
        pytest.skip(HOW)
    try:
        subprocess.run(["sinfo"], check=True, capture_output=True, timeout=10)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip(HOW)


@pytest.fixture(scope="module")
def at_home(tmp_path_factory):
    """Read the bytes of an undisturbed sweep by local processes."""
    store = tmp_path_factory.mktemp("home")
    return kept_bytes(sweep(make_plan(STUDY), text_of(STUDY), store, local_runner(2, 5.0)).path)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Stand in a folder, with a space in its name, that holds the study; jobs find the same package as we do."""
    folder = tmp_path / "my studies"
    folder.mkdir()
    (folder / "study.toml").write_text(text_of(STUDY))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    return folder


def write_scripts():
    """Write both scripts, and give the command that the last printed line tells to submit them with."""
    printed = words_of(sys.executable, "-m", "sim.cli", "sweep", "study.toml", "--slurm-script", "3")
    _, found, command = printed.splitlines()[-1].partition("submit both: ")
    assert found
    return command


def submit(command):
    """Submit both scripts as a user does, and give the names of the array and of the job that waits for it."""
    told = subprocess.run(["bash", "-xc", command], check=True, capture_output=True, text=True, timeout=LIMIT_S)
    return re.search(r"afterany:(\d+)", told.stderr).group(1), re.search(r"\d+", told.stdout).group()


def wait_for(ready, what):
    deadline = time.monotonic() + LIMIT_S
    while not ready():
        assert time.monotonic() < deadline, f"{what}: not within {LIMIT_S:.0f} s\n{words_of('squeue')}"
        time.sleep(0.1)


def wait_for_jobs(*jobs):
    """Wait until Slurm has done with jobs, and with the tasks of arrays."""
    wait_for(lambda: not words_of("squeue", "--noheader", "--jobs", ",".join(jobs)).strip(), f"jobs {jobs}")


def states_of(job):
    """Count in which states the tasks of an array, or a job, came to their end."""
    return Counter(re.findall(r"JobState=(\w+)", words_of("scontrol", "show", "job", job)))


def runs_in(journals):
    """List the runs that were made, as often as they were."""
    lines = [json.loads(line) for journal in journals for line in journal.read_text().splitlines()]
    return [line["run"] for line in lines if "run" in line]


def test_an_array_and_the_job_that_collects_give_the_same_bytes(place, at_home):
    array, collecting = submit(write_scripts())
    wait_for_jobs(array, collecting)
    folder = place / "store" / "tiny"
    logs = {log.name: log.read_text() for log in folder.glob("*.log")}
    assert sorted(logs) == ["tiny-1.log", "tiny-2.log", "tiny-3.log", "tiny-collect.log"]
    for number, n_runs in enumerate((6, 5, 5), start=1):
        assert f"shard {number} of 3: {n_runs} runs made, 0 failed" in logs[f"tiny-{number}.log"]
    assert states_of(array) == {"COMPLETED": 3}
    assert states_of(collecting) == {"COMPLETED": 1}
    assert not runs_in([folder / "journal.jsonl"]), "the tasks had left nothing to do"
    assert kept_bytes(folder) == at_home


def test_a_task_that_is_cancelled_and_submitted_again_makes_no_run_twice(place, at_home):
    command = write_scripts()
    folder = place / "store" / "tiny"
    array = words_of("sbatch", "--parsable", str(folder / "array.sh")).strip()
    journal = folder / "journal-2of3.jsonl"
    wait_for(journal.exists, "the first run of the second task")
    words_of("scancel", f"{array}_2")
    wait_for_jobs(array)
    assert states_of(array) == {"COMPLETED": 2, "CANCELLED": 1}
    assert 1 <= len(runs_in([journal])) < 5
    wait_for_jobs(*submit(command))
    assert kept_bytes(folder) == at_home
    assert not runs_in([folder / "journal.jsonl"]), "the second array had left nothing to do"
    made = Counter(runs_in(folder.glob("journal-*.jsonl")))
    assert set(made.values()) == {1}
    assert len(made) == 16


def test_the_dask_cluster_of_the_documentation_gives_the_same_bytes(place, at_home):
    pytest.importorskip("dask_jobqueue")
    text = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", text, flags=re.S) if "dask_jobqueue" in block)
    assert "minimum=64, maximum=64" in code, "the documentation asks for as many workers as a cluster has room for"
    (place / "cluster.py").write_text(code.replace("64", "2"))
    printed = words_of(sys.executable, "cluster.py")
    assert "store/tiny: 16 of 16 runs" in printed
    assert kept_bytes(place / "store" / "tiny") == at_home
    assert list(place.glob("slurm-*.out")), "the workers ran in jobs of Slurm"
    wait_for(lambda: not words_of("squeue", "--noheader").strip(), "the end of the workers' jobs")
