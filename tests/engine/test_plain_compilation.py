"""With a version of Numba that was never run the core is compiled the plain way: slower, and with the same results."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from worlds import SMALL_BUDGET, Busy, digest, play, scenario

import sim
from sim.agents.days import plan_day
from sim.agents.residents import move
from sim.compile_core import SENTENCES
from sim.compiling.compiled import MANNER, RUN_WITH
from sim.world import build_world

ROOT = Path(sim.__file__).parents[1]
UNKNOWN = """
import numba, runpy, sys
numba.__version__ = "0.999.0"
sys.path.insert(0, sys.argv[1])
runpy.run_path(sys.argv[2], run_name="__main__")
"""
TOWN = scenario(n_days=2, people__n_residents=300, city__n_segments=60)


def plans_and_moves() -> str:
    """Plan a day and move people through its morning, and name the state by one checksum."""
    state = build_world(TOWN, 1).state
    plan_day(state, 0)
    n_seen = 0
    for tick in range(80):
        move(state, tick)
        n_seen += np.count_nonzero(state.crowds["n_street"])
    assert n_seen > 0
    return digest(dict(state.items()))


QUICK = {"NUMBA_OPT": "1"} if SMALL_BUDGET else {}
"""Most of the time goes into making the code of a whole tick fast, which changes no result; the moves get all of it."""


def in_an_unknown_version(argument: str, folder: Path, **more: str) -> list[str]:
    """Run this file with a Numba that says another version, and give what it prints."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)} | more
    command = [sys.executable, "-c", UNKNOWN, str(Path(__file__).parent), __file__, argument]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.skipif(MANNER != "linked", reason="there is nothing to compare with")
def test_an_unknown_version_of_numba_falls_back_with_a_sentence_and_the_same_results(tmp_path):
    manner, sentence, told = in_an_unknown_version("moves", tmp_path)
    assert manner == "plain"
    assert sentence.startswith(
        f"Numba 0.999.0 is none of the versions that this program was run with ({RUN_WITH[0]} to"
    )
    assert told == plans_and_moves()


@pytest.mark.slow
def test_a_whole_run_is_the_same_in_an_unknown_version(tmp_path):
    assert in_an_unknown_version("run", tmp_path, **QUICK)[-1] == digest(play(TOWN, Busy(), 1))


def test_the_bounds_of_numba_are_the_versions_that_were_run():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    first, last = (int(minor.split(".")[1]) for minor in (RUN_WITH[0], RUN_WITH[-1]))
    assert f"numba>=0.{first},<0.{last + 1}" in wanted
    assert tuple(f"0.{minor}" for minor in range(first, last + 1)) == RUN_WITH


if __name__ == "__main__":
    print(MANNER)
    print(SENTENCES[MANNER])
    print(plans_and_moves() if sys.argv[-1] == "moves" else digest(play(TOWN, Busy(), 1)))
