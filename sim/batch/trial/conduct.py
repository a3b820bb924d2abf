"""Conduct one trial: a time before, a lot over units, a time with the treatments; and count at each unit.

The city is the same until the lot is drawn, and the same run goes on under the treatments. Claims that emulate a
published trial and `cpsim trial` both come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.clock import DAY_MIN, SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.ledger.columns import Rows
from sim.ledger.notes import Notes
from sim.outcomes.displacement import find_rings
from sim.params import CRIMES
from sim.policies.compose import Composed
from sim.policies.in_places import Treatment, in_places
from sim.policies.protocol import PolicyModel
from sim.policies.reactive import Reactive
from sim.scenarios.scenario import Scenario
from sim.statistics.trials import CONTROL, Lot
from sim.world import World, build_world

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[int, int], None]
"""Called with the simulated days done and to do; may raise to stop."""
NO_UNIT = -1
SEVERAL = -2
"""A street that lies in the surroundings of units of several arms: it is counted for none."""


@dataclass(frozen=True)
class Before:
    """Hold what is known when the lot is drawn."""

    world: World
    tables: Mapping[str, pd.DataFrame]
    """the ledger so far"""


@dataclass(frozen=True)
class Watched:
    """Hold a run in which treatments began on a day."""

    scenario: Scenario
    policy: PolicyModel
    world: World
    tables: Mapping[str, pd.DataFrame]
    feelings: Mapping[int, pd.DataFrame]
    """what residents truly felt at the end of some days"""


def run_in_two_parts(  # noqa: PLR0913 - one entry, everything after the third by keyword
    scenario: Scenario,
    planned: PolicyModel,
    choose: Callable[[Before], PolicyModel],
    seed: int,
    *,
    from_day: int,
    feelings_on: tuple[int, ...] = (),
    progress: Progress | None = None,
) -> Watched:
    """Run a city to the day on which treatments begin, choose them by what was seen so far, and run on.

    Parameters
    ----------
    planned
        the policy of the whole run with an empty list of places: it hires whom the chosen one will hire
    choose
        gives the policy of the whole run, called once
    from_day
        the first day with treatments, 1 or more
    feelings_on
        days at whose end all residents are asked what they truly feel
    """
    notes = Notes(feelings_on)

    def take(world: World, shift: int, rows: Mapping[str, Rows]) -> None:
        notes.take(world.state, shift, rows)
        if progress is not None and shift % SHIFTS_A_DAY == 0:
            progress(shift // SHIFTS_A_DAY, scenario.n_days)

    world = build_world(scenario, seed)
    for shift, rows in run_shifts(world, planned):
        take(world, shift, rows)
        if shift == from_day * SHIFTS_A_DAY:
            break
    policy = choose(Before(world, notes.tables()))
    state = {name: array.copy() for name, array in world.arrays().items()}
    world = build_world(scenario, seed)
    for shift, rows in run_shifts(world, policy, resume=(state, from_day * SHIFTS_A_DAY)):
        take(world, shift, rows)
    return Watched(scenario, policy, world, notes.tables(), notes.feelings)


def treated_by(
    scenario: Scenario, strategies: list[PolicyModel], where: list[Treatment], *, from_day: int
) -> PolicyModel:
    """Put the policy of a trial together: reactive, and from a day on each strategy in its places."""
    placed = [in_places(one, treatment) for one, treatment in zip(strategies, where, strict=True)]
    parts = tuple(part for one in placed for part in one.parts(scenario.start))
    return Composed(stages=((Reactive(),), parts), dates=(scenario.start + timedelta(days=from_day),))


def shares_of_crew(n_arms: int) -> list[tuple[float, float]]:
    """Give each treated arm officers of its own, in equal parts."""
    return [(arm / n_arms, (arm + 1) / n_arms) for arm in range(n_arms)]


@dataclass(frozen=True)
class Counts:
    """Hold what happened at each unit before and after, and around it."""

    before: Floats
    after: Floats


def count_units(  # noqa: PLR0913 - what, where, when
    table: pd.DataFrame,
    unit_of: Ints,
    n_units: int,
    *,
    from_day: int,
    begin_day: int = 0,
    end_day: int,
    types: tuple[str, ...] = CRIMES,
) -> Counts:
    """Count incidents by unit in the time before and the time with the treatments.

    Parameters
    ----------
    table
        `incidents` or `offences` of the ledger; what happened counts, whenever it was put on record
    unit_of
        (n_segments,) unit of each segment, below 0 for none
    """
    rows = table[table["type"].isin(types)]
    day, unit = (rows["t"] // DAY_MIN).to_numpy(np.int64), unit_of[rows["segment"].to_numpy(np.int64)]
    parts = []
    for first, last in ((begin_day, from_day), (from_day, end_day)):
        mine = (unit >= 0) & (day >= first) & (day < last)
        parts.append(np.bincount(unit[mine], minlength=n_units).astype(np.float64))
    return Counts(*parts)


def hottest_segments(table: pd.DataFrame, n_segments: int, n: int) -> Ints:
    """Name the segments with most incidents, most first; who ties is put in order by number."""
    counts = np.bincount(table["segment"].to_numpy(np.int64), minlength=n_segments)
    return np.argsort(-counts, kind="stable")[:n]


def units_of_segments(segments: Ints, n_segments: int) -> Ints:
    """Number the units of a trial whose units are segments: place in the list, for each segment of the city."""
    unit = np.full(n_segments, NO_UNIT, np.int64)
    unit[segments] = np.arange(len(segments))
    return unit


def surroundings(net: StreetNetwork, unit_of: Ints, lot: Lot, *, blocks: int) -> Ints:
    """Name for each segment outside the units the arm in whose surroundings it lies.

    A segment near units of two arms tells of neither: it is left out, as trials do with surroundings that overlap.

    Returns
    -------
    arm
        (n_segments,) arm, `NO_UNIT` for one far from all or within a unit, `SEVERAL` for one near two arms
    """
    arm_of = np.where(unit_of >= 0, lot.arm[unit_of], NO_UNIT)
    near = np.full(net.n_segments, NO_UNIT, np.int64)
    for arm in range(lot.n_arms):
        mine = np.flatnonzero(arm_of == arm)
        around = find_rings(net, mine, blocks) > 0
        near = np.where(around, np.where(near == NO_UNIT, arm, SEVERAL), near)
    return np.where(unit_of >= 0, NO_UNIT, near)


def around_units(
    table: pd.DataFrame, near: Ints, *, from_day: int, end_day: int, types: tuple[str, ...] = CRIMES
) -> tuple[Counts, Lot]:
    """Count incidents in the surroundings: every segment there is a unit of its own, in one block."""
    segments = np.flatnonzero(near >= CONTROL)
    unit = units_of_segments(segments, len(near))
    counts = count_units(table, unit, len(segments), from_day=from_day, end_day=end_day, types=types)
    return counts, Lot(near[segments], np.zeros(len(segments), np.int64))
