"""Rows made in processes: kept whatever is killed, in the order of the design, gone on with, never made twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from work import rows_as_told

from sim.batch.running.rows import make_rows
from sim.errors import InputError

SCRIPT = """
import os, sys, time
from pathlib import Path
from sim.batch.running.rows import make_rows

def do(job):
    name, seconds = job
    (Path("pids") / str(os.getpid())).touch()
    time.sleep(seconds)
    return [{"name": name, "year": year, "value": 0.1 + 0.2 + year} for year in (1, 2)]

if __name__ == "__main__":
    slow = float(sys.argv[1])
    jobs = {(name,): (name, slow if name in "ac" else 0.0) for name in "abc"}
    make_rows(jobs, do, columns=["name"], workers=2, file=Path("rows.csv"), tell=lambda said: print(said, flush=True))
"""


def make(jobs, file=None):
    arguments = {(name, seed): (name, seed, value) for name, seed, value in jobs}
    return make_rows(arguments, rows_as_told, columns=("name", "seed"), workers=2, file=file)


def begin(folder, slow):
    (folder / "pids").mkdir(exist_ok=True)
    (folder / "script.py").write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, "script.py", str(slow)],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up as Linux lists them")
def test_a_script_that_is_killed_leaves_its_finished_rows_and_no_worker(tmp_path):
    parent = begin(tmp_path, 600)
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith("1 of 3")
    while len(list((tmp_path / "pids").iterdir())) < 2:
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    workers = [Path("/proc") / file.name for file in (tmp_path / "pids").iterdir()]
    deadline = time.monotonic() + 20.0
    while any(worker.exists() for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [worker for worker in workers if worker.exists()]
    kept = (tmp_path / "rows.csv").read_text()
    assert kept.splitlines() == ["name,year,value", "b,1,1.3", "b,2,2.3"]
    again = begin(tmp_path, 0)
    told, _ = again.communicate()
    assert (again.returncode, told.count("of 2 runs")) == (0, 2)
    assert pd.read_csv(tmp_path / "rows.csv")["name"].tolist() == list("aabbcc")


def test_rows_stand_in_the_order_of_the_design_and_those_of_others_come_last(tmp_path):
    file = tmp_path / "new" / "rows.csv"
    first = [("late", 7, 1), ("early", 7, 2)]
    make(first, file)
    design = [("early", seed, 3) for seed in (1, 2)] + [("middle", seed, 4) for seed in (1, 2)]
    table = make(design, file)
    names, seeds = table["name"].tolist()[::2], table["seed"].tolist()[::2]
    assert list(zip(names, seeds, strict=True)) == [
        ("early", 1), ("early", 2), ("early", 7), ("middle", 1), ("middle", 2), ("late", 7),
    ]  # fmt: skip
    assert table["row"].tolist() == [0, 1] * 6
    assert table[table["name"] == "late"]["value"].tolist() == [1, 1]


def test_a_table_that_is_gone_on_with_has_the_bytes_of_one_made_at_once(tmp_path):
    jobs = [("a", 1, 0.1 + 0.2), ("a", 2, 1.0 / 3.0), ("b", 1, float("nan")), ("b", 2, 2.0**-40 / 3.0)]
    make(jobs, tmp_path / "once.csv")
    for n in (1, 3, 4):
        make(jobs[:n], tmp_path / "steps.csv")
    assert (tmp_path / "steps.csv").read_bytes() == (tmp_path / "once.csv").read_bytes()


def test_a_job_that_fails_is_told_and_costs_no_other_row(tmp_path):
    with pytest.raises(InputError, match=r"1 of 3 jobs failed.*bad, 1: RuntimeError: boom"):
        make([("bad", 1, "raise"), ("a", 1, 1.0), ("a", 2, 1.0)], tmp_path / "rows.csv")
    assert len(pd.read_csv(tmp_path / "rows.csv")) == 4
