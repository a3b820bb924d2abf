"""Run a world up to a day and look at everybody after each tick of that day, without changing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import NONE, TRAVELLING
from sim.batch.running.runs import RunPlan
from sim.clock import SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.errors import InputError
from sim.ledger.notes import Notes
from sim.policies.contract.foreign import faults_of
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.world import World, build_world

Ints = NDArray[np.int64]
FELT = ("security", "satisfaction", "trust")
Progress = Callable[[int, int], None]
"""Called with the simulated days done and to do; may raise to stop."""


Begun = tuple[World, tuple[dict[str, NDArray[Any]], int] | None]
"""A world before its first tick, and the state and shift from which its run goes on; None for its begin."""


@dataclass(frozen=True)
class Looks:
    """Hold what was seen of a world at the end of each tick of a day.

    Who is on the way moves at the begin of a tick, so that a look at residents holds for the whole tick; officers act
    in between, so that theirs is a sample.
    """

    tick_min: int
    activity: NDArray[np.uint8]
    """(n_ticks, n_officers) index into `ACTIVITIES`"""
    segment: NDArray[np.int32]
    """(n_ticks, n_officers) where an officer can be seen; `NONE` in an office, at rest and off duty"""
    call: NDArray[np.uint64]
    """(n_ticks, n_officers) cause of the call in hand, 0 for none"""
    where: NDArray[np.uint8]
    """(n_ticks, n_residents) index into `PLACES`"""
    travellers: tuple[NDArray[np.int32], ...]
    """by tick, (n, 2): resident on the way, and the segment"""
    n_police: NDArray[np.uint8]
    """(n_ticks, n_segments) officers in sight, as far as residents take them for police"""
    felt: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
    """by attitude of `FELT`, (n_residents,) before and after the day"""
    mood: tuple[NDArray[np.float32], NDArray[np.float32]]
    """(n_residents, 3) the same of the part that moves once a week for reasons of a person's own"""

    @property
    def n_ticks(self) -> int:
        """Count the looks."""
        return len(self.activity)

    def minute(self, tick: int) -> float:
        """Give the begin of a tick, minutes after midnight."""
        return float(tick * self.tick_min)


@dataclass(frozen=True)
class WatchedDay:
    """Hold a day that was watched: the looks, the ledger of it, and the world as it stood some hours later."""

    scenario: Scenario
    policy: PolicyModel
    seed: int
    day: int
    looks: Looks
    tables: Mapping[str, pd.DataFrame]
    """the ledger of the day and of the shift after it, in which what was still open may close"""
    world: World

    @property
    def begin(self) -> float:
        """Give the midnight at which the day begins, minutes of the run."""
        return self.day * 1440.0


def watch_day(  # noqa: PLR0913 - which day of which run, and who hears of it
    scenario: Scenario,
    policy: PolicyModel,
    seed: int,
    day: int,
    *,
    progress: Progress | None = None,
    begun: Begun | None = None,
) -> WatchedDay:
    """Run a scenario up to a day and watch that day.

    Parameters
    ----------
    day
        of the run, 0 the first
    progress
        called after each simulated day
    begun
        where the run is at hand: it then goes on from there, at least a shift before the day, for what was felt before
        the day is seen at its end

    Raises
    ------
    InputError
        If the run has no such day, the city cannot be made, or an order of the policy cannot be carried out.
    """
    if not 0 <= day < scenario.n_days:
        raise InputError(f"--day must lie between 0 and {scenario.n_days - 1}, the last day of the run, got {day}")
    RunPlan(scenario, policy, seed, Path())  # refuses seeds and dates that no run can have
    world, resume = (build_world(scenario, seed), None) if begun is None else begun
    looker, notes = _Looker(day), Notes()
    last = min((day + 1) * SHIFTS_A_DAY + 1, world.clock.n_shifts)
    with faults_of(policy):
        for shift, rows in run_shifts(world, policy, resume=resume, each_tick=looker.look):
            if shift > day * SHIFTS_A_DAY:
                notes.take(world.state, shift, rows)
            if progress is not None and shift % SHIFTS_A_DAY == 0:
                progress(shift // SHIFTS_A_DAY, day + 1)
            if shift == last:
                break
    return WatchedDay(scenario, policy, seed, day, looker.looks(), notes.tables(), world)


class _Looker:
    """Copy after each tick of the one day what may be asked of it later."""

    def __init__(self, day: int) -> None:
        self.day = day
        self.tick_min = 0
        self._kept: dict[str, list[NDArray[np.generic]]] = {
            name: [] for name in ("activity", "segment", "call", "where", "travellers", "n_police")
        }
        self._felt: dict[str, list[NDArray[np.float32]]] = {name: [] for name in (*FELT, "mood")}

    def look(self, world: World) -> None:
        """Look once; on all other days this returns at once."""
        a_day, done = world.clock.ticks_a_day, int(world.state.c["tick"][0])
        first, last = self.day * a_day, (self.day + 1) * a_day
        if done in (max(first, 1), last):
            for name in self._felt:
                self._felt[name].append(world.state.residents[name].copy())
        if first < done <= last:
            self.tick_min = world.clock.tick_min
            self._look_at_all(world)

    def _look_at_all(self, world: World) -> None:
        w, keep = world.state, self._kept
        officers = w.officers
        keep["activity"].append(officers["activity"].copy())
        keep["segment"].append(officers["segment"].copy())
        call = officers["call"]
        keep["call"].append(np.where(call != NONE, w.calls["cause"][np.maximum(call, 0)], 0).astype(np.uint64))
        keep["where"].append(w.where.copy())
        keep["travellers"].append(w.travellers[: int(w.c["n_travellers"][0]), [0, 3]].copy())
        keep["n_police"].append(np.minimum(w.segments["n_police"], 255).astype(np.uint8))

    def looks(self) -> Looks:
        """Give what was seen."""
        kept = self._kept
        stacked = {name: np.stack(rows) for name, rows in kept.items() if name != "travellers"}
        felt = {name: (both[0], both[-1]) for name, both in self._felt.items()}
        mood = felt.pop("mood")
        return Looks(self.tick_min, travellers=tuple(kept["travellers"]), felt=felt, mood=mood, **stacked)  # type: ignore[arg-type]


def segments_of_resident(watched: WatchedDay, row: int) -> Ints:
    """Give where a resident was at each look; below 0 where that is beyond the border, or nobody knows.

    Returns
    -------
    segments
        (n_ticks,)
    """
    looks, state = watched.looks, watched.world.state
    places = state.rounds["place"][state.routines["round"][row]]
    where = looks.where[:, row].astype(np.int64)
    found = np.full(looks.n_ticks, NONE, np.int64)
    at_place = where < TRAVELLING
    found[at_place] = places[where[at_place]]
    for tick in np.flatnonzero(where == TRAVELLING):
        mine = looks.travellers[tick]
        step = mine[mine[:, 0] == row, 1]
        found[tick] = step[0] if len(step) else NONE
    return found
