"""A run without an engine: rows that are a pure function of table and shift, and a way to be killed at a moment.

As a program: `python fake_run.py FOLDER "rename 6"` begins a run and kills itself (SIGKILL) after the sixth
rename, `"write 6"` in the middle of the sixth file, `"shift 100"` after that shift.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np

from sim import disk
from sim.agents.events import LEDGER
from sim.agents.tables import row_dtype
from sim.ledger.columns import ENUMERATIONS
from sim.ledger.run_folder import RunFolder

N_SHIFTS = 3 * 70
COUNTERS = np.dtype([("flag", "u1"), ("n", "i8")], align=True)


def manifest():
    return {"schema": 1, "label": "Synthetic", "inputs": {"seed": 1, "scenario": {"n_days": N_SHIFTS // 3}}}


def fake_rows(name, shift):
    n_rows = {"days": 1, "segments": 0}.get(name, 1 + (shift * 7) % 5)
    rows = np.zeros(n_rows, row_dtype(LEDGER[name]))
    rng = np.random.default_rng([shift, len(name)])
    for column in LEDGER[name]:
        words = ENUMERATIONS.get((name, column.name))
        rows[column.name] = rng.integers(0, len(words) if words else 100, rows[column.name].shape)
    return rows


def start_run(path, *, changes=None, stop_at=N_SHIFTS, checkpoint_every=None):
    run = RunFolder.create(path, manifest() | (changes or {}))
    _go_on(run, np.zeros(1, COUNTERS), 0, stop_at, checkpoint_every)


def continue_run(path, opened=None):
    run, state, shift = opened or RunFolder.open_for_resume(path)
    _go_on(run, state.get("counters", np.zeros(1, COUNTERS)), shift, N_SHIFTS, None)


def _go_on(run, counters, shift, stop_at, checkpoint_every):
    for done in range(shift + 1, stop_at + 1):
        assert counters["n"][0] == done - 1
        counters["n"] += 1
        run.append({name: fake_rows(name, done - 1) for name in LEDGER})
        if run.is_due(done) or (checkpoint_every and done % checkpoint_every == 0):
            run.checkpoint({"counters": counters}, done)
        after_shift(done)
    if stop_at == N_SHIFTS:
        run.finish()


def after_shift(done):
    """Nothing; replaced by a program that shall die here."""


def _die():
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(what, number):
    count = 0

    def counted(original, *, before):
        def call(*arguments):
            nonlocal count
            count += 1
            if count == number and before:
                _die()
            original(*arguments)
            if count == number:
                _die()

        return call

    if what == "rename":
        disk.os.replace = counted(os.replace, before=False)
    elif what == "write":
        disk.os.fsync = counted(os.fsync, before=True)
    else:
        globals()["after_shift"] = lambda done: _die() if done == number else None


if __name__ == "__main__":
    moment, at = sys.argv[2].split()
    _arm(moment, int(at))
    start_run(Path(sys.argv[1]))
