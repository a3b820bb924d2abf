"""Compile the core ahead of the first run, in several processes, with a word to the user.

Numba compiles a function when it is first called, one after the other. The phases of a tick do not
depend on each other, so other processes compile some of them into the cache on disk while this one
compiles what builds a world and the rest; the schedule that joins them comes last. Later runs find it
all there.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable

import numba

from sim import engine
from sim.compiling.compiled import MANNER, RUN_WITH
from sim.compiling.faults import CompileError
from sim.errors import InputError
from sim.scenarios.scenario import Scenario
from sim.world import build_world

SENTENCES = {
    "linked": "compiling the model, once for this installation: a minute or two on two cores",
    "plain": f"Numba {numba.__version__} is none of the versions that this program was run with ({RUN_WITH[0]} to"
    f" {RUN_WITH[-1]}): compiling the model in the slow way, once for this installation; results are the same",
}
"""What a user reads who has to wait, by the manner of compilation."""
PIECES = (
    ("police_until", "brief_force", "work_cases", "move", "feel_day", "make_other_calls", "write_day", "let_time_pass"),
    ("calendar", "open_world"),
    ("search_next", "end_search", "look_at_searchers", "flare_up", "strike_back", "look_beyond"),
)
"""Functions of the engine by what they share, the longest to compile first; the last piece stays in this process."""
SCHEDULE = ("act_in_order", "run_ticks")
"""What joins the pieces, the inner part first."""
TINY = {"people.n_residents": 200, "city.streets": "grid", "city.n_segments": 60, "force.n_districts": 2}


def compile_core(tell: Callable[[str], None] | None = None) -> None:
    """Compile whatever of the core is not in the cache yet.

    Without the search for unused objects meanwhile, which finds hardly any and takes a tenth of the time.

    Parameters
    ----------
    tell
        called with a sentence if there is something to compile
    """
    if MANNER == "uncompiled" or is_compiled():
        return
    if tell is not None:
        tell(SENTENCES[MANNER])
    n_helpers = min(len(PIECES), os.cpu_count() or 1) - 1
    helpers = [subprocess.Popen([sys.executable, "-m", "sim.compile_core", str(i)]) for i in range(n_helpers)]
    collects = gc.isenabled()
    gc.disable()
    try:
        build_tiny_world()
        for number in range(n_helpers, len(PIECES)):
            compile_piece(number)
        if any(helper.wait() != 0 for helper in helpers):
            raise InputError("compiling the model must end without an error: see the message above")
        for name in SCHEDULE:
            getattr(engine, name).compile()
    finally:
        if collects:
            gc.enable()
        for helper in helpers:
            helper.kill()


def is_compiled() -> bool:
    """Tell whether the phases and the schedule are in the cache, for this layout of tables and this machine."""
    return all(getattr(engine, name).is_on_disk() for piece in (*PIECES, SCHEDULE) for name in piece)


def compile_piece(number: int) -> None:
    """Compile one piece into the cache."""
    for name in PIECES[number]:
        getattr(engine, name).compile()


def build_tiny_world() -> None:
    """Compile what builds a world, by building one."""
    build_world(Scenario().replace(TINY), seed=0)


if __name__ == "__main__":
    gc.disable()
    try:
        compile_piece(int(sys.argv[1]))
    except CompileError as fault:
        sys.exit(f"cpsim: {fault}")
