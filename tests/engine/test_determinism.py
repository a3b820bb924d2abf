"""The same scenario, policy and seed give the same bytes: again, elsewhere, and after any interruption."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from worlds import Busy, digest, play, run, scenario, shifts

from sim.batch.running.runs import RunPlan, begin_run, ensure_run
from sim.engine import run_shifts
from sim.ledger.check import check_folder
from sim.ledger.run_folder import read_manifest
from sim.world import World, build_world

HERE = Path(__file__).parent
LIVELY = {"offending__share_offending": 0.15, "offending__searches_per_year": 300.0, "migrants__mean_stay_days": 20.0}
LONG = {**LIVELY, "n_days": 95, "people__n_residents": 600}


def print_digests(seed: int) -> None:
    """Print what `digests_of` gives; the entry of another process."""
    print(*digests_of(seed))


def digests_of(seed: int) -> tuple[str, str]:
    """Run a lively town; name the bytes of its ledger and of its state."""
    world = build_world(scenario(**LIVELY), seed)
    return digest(run(world, Busy())), digest(everything_in(world))


def everything_in(world: World) -> dict[str, np.ndarray]:
    """Give every array of a state, those made anew after a checkpoint too, without what no run has written yet."""
    state = world.state
    roads = {
        f"{kind}.{name}": getattr(getattr(state, kind), name)
        for kind in ("walk", "drive")
        for name in ("minutes", "head")
    }
    arrays = {name: value for name, value in state.items() if isinstance(value, np.ndarray)}
    return arrays | roads | world.arrays()


def in_another_process(code: str, **environment: str) -> subprocess.Popen[str]:
    """Start Python on some code that may import the modules of this folder."""
    paths = os.pathsep.join([str(HERE), *[path for path in sys.path if path]])
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"PYTHONPATH": paths} | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_same_seed_gives_the_same_bytes_of_ledger_and_state():
    assert digests_of(1) == digests_of(1)


def test_another_seed_gives_other_bytes():
    one, other = digests_of(1), digests_of(2)
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_one_bit_in_one_column_changes_the_digest():
    ledger = play(scenario(n_days=2))
    before = digest(ledger)
    ledger["offences"]["t"][0] = np.nextafter(ledger["offences"]["t"][0], np.inf)
    assert digest(ledger) != before


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_another_process_gives_the_same_bytes(hash_seed):
    code = "import test_determinism; test_determinism.print_digests(1)"
    out, _ = in_another_process(code, PYTHONHASHSEED=hash_seed).communicate(timeout=300)
    assert tuple(out.split()) == digests_of(1)


@pytest.mark.parametrize("shift", [1, 10, 23])
def test_a_world_restored_between_shifts_goes_on_with_the_same_bytes(shift):
    town = scenario(**LIVELY)
    undisturbed = list(shifts(build_world(town, 1), Busy()))
    first = build_world(town, 1)
    kept = {}
    for done, _ in run_shifts(first, Busy()):
        if done == shift:
            kept = {name: array.copy() for name, array in first.arrays().items()}
            break
    second = build_world(town, 1)
    rest = [rows for _, rows in run_shifts(second, Busy(), resume=(kept, shift))]
    assert [digest(rows) for rows in rest] == [digest(rows) for rows in undisturbed[shift:]]


def test_a_state_restored_without_one_column_is_noticed():
    town = scenario(**LIVELY)
    first, undisturbed = build_world(town, 1), list(shifts(build_world(town, 1), Busy()))
    for done, _ in run_shifts(first, Busy()):
        if done == 10:
            break
    kept = {name: array.copy() for name, array in first.arrays().items()}
    kept["officers"]["n_turns"] = 0
    rest = [rows for _, rows in run_shifts(build_world(town, 1), Busy(), resume=(kept, 10))]
    assert [digest(rows) for rows in rest] != [digest(rows) for rows in undisturbed[10:]]


def plan(folder: Path) -> RunPlan:
    """Plan a run of three parts and a bit, with checkpoints after 30, 60 and 90 days."""
    return RunPlan(scenario(**LONG), Busy(), 5, folder)


def run_slowly(folder: str) -> None:
    """Begin or continue the run, at a pace that leaves time to be killed; the entry of another process."""
    print("begun", flush=True)
    ensure_run(plan(Path(folder)), progress=lambda done, of: time.sleep(0.01))


def test_a_run_killed_at_any_moment_and_resumed_has_the_same_digest(tmp_path):
    begin_run(plan(tmp_path / "whole"))
    expected = read_manifest(tmp_path / "whole")["digest"]
    code = f"import test_determinism; test_determinism.run_slowly({str(tmp_path / 'killed')!r})"
    chance = np.random.default_rng(7)
    n_killed = 0
    for _ in range(3):
        child = in_another_process(code)
        assert child.stdout is not None
        with child.stdout:
            assert child.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0.2, 2.0))
            child.kill()
        n_killed += child.wait() != 0
    assert n_killed > 0
    ensure_run(plan(tmp_path / "killed"))
    assert read_manifest(tmp_path / "killed")["digest"] == expected
    assert check_folder(tmp_path / "killed") == []


def test_a_run_of_another_seed_has_another_digest(tmp_path):
    digests = []
    for seed in (5, 6):
        begin_run(RunPlan(scenario(n_days=3), Busy(), seed, tmp_path / str(seed)))
        manifest = read_manifest(tmp_path / str(seed))
        digests.append([part["content"] for part in manifest["tables"]["offences"]["parts"]])
    assert digests[0] != digests[1]
