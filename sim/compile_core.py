"""Compile the core ahead of the first run, in several processes, with a word to the user.

Numba compiles a function when it is first called, one after the other. The phases of a tick do not
depend on each other, so two processes compile half of them each into the cache on disk while this one
compiles what builds a world; the schedule that joins them comes last. Later runs find it all there.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from numba import types

from sim import engine
from sim.agents.state import State
from sim.errors import InputError
from sim.scenarios.scenario import Scenario
from sim.world import build_world

PHASES: tuple[dict[str, tuple[Any, ...]], ...] = (
    {
        "officers_until": (State.struct, types.float64),
        "dispatch": (State.struct, types.float64),
        "brief_force": (State.struct, types.int64, types.float64),
    },
    {
        "calendar": (State.struct, types.int64, types.float64),
        "open_world": (State.struct,),
        "offend": (State.struct, types.float64),
        "disputes_flare": (State.struct, types.float64),
        "make_other_calls": (State.struct, types.float64),
        "move": (State.struct, types.int64),
        "work_cases": (State.struct, types.float64),
        "feel_day": (State.struct,),
        "write_day": (State.struct, types.int64, types.float64),
    },
)
"""Two halves that take about as long as each other: functions of the engine, and their types."""
SCHEDULE = (State.struct, types.int64)
TINY = {"people.n_residents": 200, "city.streets": "grid", "city.n_segments": 60, "force.n_districts": 2}


def compile_core(tell: Callable[[str], None] | None = None) -> None:
    """Compile whatever of the core is not in the cache yet.

    Parameters
    ----------
    tell
        called with a sentence if there is something to compile
    """
    if is_compiled():
        return
    if tell is not None:
        tell("compiling the model, once for this installation: about half a minute on two cores")
    halves = [subprocess.Popen([sys.executable, "-m", "sim.compile_core", str(i)]) for i in range(len(PHASES))]
    try:
        build_world(Scenario().replace(TINY), seed=0)
        if any(half.wait() != 0 for half in halves):
            raise InputError("compiling the model must end without an error: see the message above")
    finally:
        for half in halves:
            half.kill()
    engine.run_ticks.compile(SCHEDULE)  # type: ignore[attr-defined]


def is_compiled() -> bool:
    """Tell whether the schedule is in the cache for this layout of tables and this machine."""
    run_ticks: Any = engine.run_ticks
    return run_ticks._cache.load_overload(SCHEDULE, run_ticks.targetctx) is not None  # no public way to ask


def compile_half(number: int) -> None:
    """Compile one half of the phases into the cache."""
    for name, signature in PHASES[number].items():
        getattr(engine, name).compile(signature)


if __name__ == "__main__":
    compile_half(int(sys.argv[1]))
