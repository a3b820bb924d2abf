"""Work for other processes in the tests of workers: some of it dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from sim.errors import InputError


def double(number):
    return 2 * number


def die_once(mark):
    """Kill this process the first time, and do well the second."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def do_as_told(told):
    """Die, sleep, refuse, raise or give back what was told."""
    what, value = told
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "sleep":
        time.sleep(value)
    if what == "refuse":
        raise InputError("this must not be so")
    if what == "raise":
        raise RuntimeError("boom")
    if what == "lock":
        return threading.Lock()
    if what == "die once":
        return die_once(value)
    return value


def pid_and_sleep(seconds):
    time.sleep(seconds)
    return os.getpid()


def fill_disk_once(told):
    """Do a run on a disk that is full as long as a file is there."""
    import errno

    from sim import disk
    from sim.batch.running.once import do_run

    job, mark = told
    real = os.fsync

    def sync(handle):
        if Path(mark).exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    disk.os.fsync = sync
    try:
        return do_run(job)
    finally:
        disk.os.fsync = real


def rows_as_told(told):
    """Give two rows of a job, or raise."""
    name, seed, value = told
    if value == "raise":
        raise RuntimeError("boom")
    return [{"name": name, "seed": seed, "row": row, "value": value} for row in range(2)]
