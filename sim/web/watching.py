"""Watch a side of a question: run it, look at it tick by tick, and go back to any hour.

This runs in a process of its own. A run is deterministic, so an hour that was not kept is made again from the last
checkpoint before it, and is the same.
"""

from __future__ import annotations

import copy
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.batch.study.identity import model_version
from sim.clock import SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.errors import InputError
from sim.policies.contract.registry import policy_identity
from sim.policies.protocol import PolicyModel
from sim.report.day.watch import WatchedDay, watch_day
from sim.scenarios.scenario import Scenario
from sim.web.checkpoints import Checkpoints, State, prune
from sim.web.cities import canonical
from sim.web.strips import CRIME_DAYS, Looks, events_of, look, look_at_streets, pack_strip
from sim.world import DERIVED, World, build_world

HOURS_A_SHIFT = 8
SEED = 1
"""The run that is watched: the first of the answer's."""
CHECKPOINT_DAYS = 3
BYTES_A_SIDE = 800 << 20
"""What the checkpoints of one side may take; a larger city has them farther apart."""
DAYS_KEPT = 4
BESIDE = "beside/"
"""Begin of the names of what a checkpoint holds beside the state of the world."""


@dataclass(frozen=True)
class Wanted:
    """Ask for strips of a side."""

    id: str
    side: str
    scenario: Scenario
    policy: PolicyModel
    hour: int
    n: int
    walkers: int
    root: Path
    """folder of the checkpoints of all runs"""
    most_bytes: int
    seed: int = SEED


def make_strips(wanted: Wanted) -> list[tuple[int, bytes]]:
    """Give the strips of all shifts in which the hours wanted lie: they come at the same price.

    Returns
    -------
    strips
        hour and bytes

    Raises
    ------
    InputError
        If the run has no such hour, or cannot be made.
    """
    n_hours = 24 * wanted.scenario.n_days
    if not 0 <= wanted.hour < n_hours:
        raise InputError(f"an hour must lie between 0 and {n_hours - 1}, the last of the run, got {wanted.hour}")
    last = min(wanted.hour + max(wanted.n, 1), n_hours) - 1
    run = watched_run(wanted.scenario, wanted.policy, wanted.seed, wanted.root)
    about = {"id": wanted.id, "side": wanted.side}
    strips = [
        strip
        for shift in range(wanted.hour // HOURS_A_SHIFT, last // HOURS_A_SHIFT + 1)
        for strip in run.strips(shift, about, wanted.walkers)
    ]
    prune(wanted.root, wanted.most_bytes)
    return strips


def mark_of(scenario: Scenario, policy: PolicyModel, seed: int) -> str:
    """Name a run by all that determines it."""
    about = [model_version(), scenario.model_dump(mode="json"), policy_identity(policy), seed]
    return hashlib.sha256(canonical(about).encode()).hexdigest()[:24]


@lru_cache(maxsize=6)
def watched_run(scenario: Scenario, policy: PolicyModel, seed: int, root: Path) -> WatchedRun:
    """Give the run of a side; the last few stay in memory."""
    return WatchedRun(scenario, policy, seed, root / mark_of(scenario, policy, seed))


@lru_cache(maxsize=2)
def _fresh_world(scenario: Scenario, seed: int) -> World:
    """Build a world before its first tick, once for both sides."""
    return build_world(scenario, seed)


def copy_world(world: World) -> World:
    """Copy all of a world that changes; what never does is shared."""
    shared = {id(value): value for name, value in world.state.items() if name in DERIVED}
    state = copy.deepcopy(world.state, shared)
    return World(world.scenario, world.city, world.seed, world.clock, state)


class WatchedRun:
    """Hold a run that stands before some shift, and can be put before any other.

    Parameters
    ----------
    folder
        of its checkpoints
    """

    def __init__(self, scenario: Scenario, policy: PolicyModel, seed: int, folder: Path) -> None:
        self.scenario = scenario
        self.policy = policy
        self.seed = seed
        self.checkpoints = Checkpoints(folder)
        self._world: World | None = None
        self._shifts: Iterator[tuple[int, dict[str, NDArray[Any]]]] | None = None
        self._next = 0
        self._looks: list[Looks] | None = None
        self._days: deque[NDArray[np.int32]] = deque(maxlen=CRIME_DAYS)
        """offences by segment of each of the last days, today's last"""
        self._watched: dict[int, WatchedDay] = {}
        self._today: list[NDArray[Any]] = []
        """rows of the offences of the day so far: a checkpoint stands at a midnight, so that none is missing"""

    def strips(self, shift: int, about: dict[str, Any], walkers: int) -> list[tuple[int, bytes]]:
        """Make the strips of a shift."""
        self.put_before(shift)
        rows, looks = self.run_shift(watch=True)
        assert self._world is not None
        state, first = self._world.state, shift * HOURS_A_SHIFT
        keys, today = state.residents["key"], np.concatenate(self._today)
        head = dict(about) | {"tick_min": self._world.clock.tick_min}
        return [
            (hour, pack_strip(head | {"hour": hour}, one, events_of(rows["calls"], today, state, hour), keys, walkers))
            for hour, one in enumerate(looks, first)
        ]

    def put_before(self, shift: int) -> None:
        """Bring the run before a shift: on from where it stands, or from the last checkpoint if that is nearer."""
        nearest = self.checkpoints.before(shift)
        here = self._next if self._shifts is not None and self._next <= shift else None
        if here is None or (nearest is not None and nearest > here):
            self._begin(nearest)
        while self._next < shift:
            self.run_shift(watch=False)

    def run_shift(self, *, watch: bool) -> tuple[dict[str, NDArray[Any]], list[Looks]]:
        """Run the next shift, and give its rows and what was seen of each of its hours."""
        assert self._shifts is not None
        assert self._world is not None
        if self._next % self._spacing() == 0 and self._next > 0:
            self.checkpoints.keep(self._next, self._state())
        self._looks = [] if watch else None
        if self._next % SHIFTS_A_DAY == 0:
            self._days.append(np.zeros(len(self._world.state.segments), np.int32))
            self._today.clear()
        self._next, rows = next(self._shifts)
        offences = rows["offences"]
        self._today.append(offences)
        self._days[-1] += np.bincount(offences["segment"], minlength=len(self._days[-1])).astype(np.int32)
        looks, self._looks = self._looks or [], None
        return rows, looks

    def day(self, day: int) -> WatchedDay:
        """Watch all of a day closely, for the story of somebody; the last few stay in memory."""
        if day not in self._watched:
            n_days = self.scenario.n_days
            if not 0 <= day < n_days:
                raise InputError(f"a day must lie between 0 and {n_days - 1}, the last of the run, got {day}")
            world, resume, _ = self._taken_up(self.checkpoints.before(max(day * SHIFTS_A_DAY - 1, 0)))
            while len(self._watched) >= DAYS_KEPT:
                self._watched.pop(next(iter(self._watched)))
            self._watched[day] = watch_day(self.scenario, self.policy, self.seed, day, begun=(world, resume))
        return self._watched[day]

    def _taken_up(self, shift: int | None) -> tuple[World, tuple[State, int] | None, State]:
        """Give a world, what its run goes on from (nothing for the begin), and what was kept beside."""
        world = copy_world(_fresh_world(self.scenario, self.seed))
        if shift is None:
            return world, None, {}
        try:
            whole = self.checkpoints.read(shift, world)
        except (OSError, ValueError):  # torn or gone: the run is made again from its begin
            return world, None, {}
        beside = {name.removeprefix(BESIDE): value for name, value in whole.items() if name.startswith(BESIDE)}
        return world, ({n: v for n, v in whole.items() if not n.startswith(BESIDE)}, shift), beside

    def _begin(self, shift: int | None) -> None:
        """Make the run stand before a shift of which there is a checkpoint, or before its first."""
        self._world, resume, beside = self._taken_up(shift)
        self._days = deque((day.copy() for day in beside.get("days", [])), maxlen=CRIME_DAYS)
        self._next = 0 if resume is None else resume[1]
        self._shifts = run_shifts(self._world, self.policy, resume=resume, each_tick=self._look)

    def _look(self, world: World) -> None:
        if self._looks is None:
            return
        done, an_hour = int(world.state.c["tick"][0]), 60 // world.clock.tick_min
        if (done - 1) % an_hour == 0:
            self._looks.append(Looks())
        look(world, self._looks[-1])
        if done % an_hour == 0:
            today = self._offences_so_far(world)
            look_at_streets(world, self._looks[-1], sum(self._days, today))

    def _offences_so_far(self, world: World) -> NDArray[np.int32]:
        """Count the offences of the shift that runs: they are in the buffer until it ends."""
        out = world.state.out
        rows = out.offences[: out.n["offences"][0]]
        return np.bincount(rows["segment"], minlength=len(world.state.segments)).astype(np.int32)

    def _state(self) -> State:
        assert self._world is not None
        beside = {f"{BESIDE}days": np.stack(self._days)} if self._days else {}
        return self._world.arrays() | beside

    def _spacing(self) -> int:
        """Give the shifts between two checkpoints: some days, more where the state is large."""
        assert self._world is not None
        size = sum(value.nbytes for value in self._world.arrays().values())
        days = max(CHECKPOINT_DAYS, -(-self.scenario.n_days * size // BYTES_A_SIDE))
        return int(days) * SHIFTS_A_DAY
