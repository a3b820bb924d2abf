"""Work for other processes in the tests of workers: some of it dies."""

from __future__ import annotations

import os
import signal
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
    if what == "die once":
        return die_once(value)
    return value


def pid_and_sleep(seconds):
    time.sleep(seconds)
    return os.getpid()
