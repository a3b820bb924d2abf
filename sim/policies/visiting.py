"""Visits to homes, by what the registers say of them: who lives there, and when somebody last called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from sim.params import Days, Minutes, param
from sim.policies.arguments import check_number, check_place
from sim.policies.duties import GOLDEN, within_shift
from sim.policies.protocol import Floats, Ints, Observation, PolicyModel, Task
from sim.roles import HOMES

DAY_MIN, YEAR_DAYS = 1440.0, 365.25
OTHERS = HOMES.index("others")
"""The kind of homes where neither one old person nor a tenant lives, as the registers have it."""


class Visiting(PolicyModel):
    """Base of strategies that call on households, each kind of them after so many days; not one by itself.

    The kinds are those of police books: one person of 65 or more who lives alone, rooms let to several newcomers on
    the register, other tenants, all others. 0 is never.
    """

    old_alone_days: Days = param(
        7.0, "days between visits to an old person who lives alone; 0 for none", source="zhengzhou_visits", high=3650
    )
    group_let_days: Days = param(
        30.0, "days between visits to rooms let to several newcomers; 0 for none", source="zhengzhou_visits", high=3650
    )
    tenants_days: Days = param(
        91.0, "days between visits to other tenants; 0 for none", source="zhengzhou_visits", high=3650
    )
    others_days: Days = param(
        730.0, "days between visits to all other households; 0 for none", source="prior", high=3650
    )
    visit_takes: Minutes = param(20.0, "minutes to plan for a visit and the way to it", source="prior", low=5, high=120)

    @property
    def every_days(self) -> Floats:
        """Give the days between visits by kind of household."""
        return np.array([self.old_alone_days, self.group_let_days, self.tenants_days, self.others_days])

    def visits(
        self, seen: Observation, officers: Iterable[int], rng: Generator, *, end: float | Sequence[float]
    ) -> tuple[Task, ...]:
        """Deal the households that are due among some officers; see `visits_due`."""
        return visits_due(seen, officers, self.every_days, rng, end=end, visit_takes=self.visit_takes)


def visits_due(  # noqa: PLR0913 - who, to whom, by what chance, from when to when
    seen: Observation,
    officers: Iterable[int],
    every_days: Floats,
    rng: Generator,
    *,
    start: float = 0.0,
    end: float | Sequence[float] = 480.0,
    visit_takes: float = 20.0,
) -> tuple[Task, ...]:
    """Deal the households that are due for a visit among officers, each those of the own cell, most overdue first.

    All who visit in a shift must be named in one call: nobody is then visited by two of them. The first calls of a new
    book are spread over the days that are meant to lie between two: who was never called on counts as visited some time
    within them before the run began.

    Parameters
    ----------
    officers
        places of the officers in `seen.on_duty`
    every_days
        (4,) days after which a household of each kind (`sim.roles.HOMES`) is due for the next visit; 0 for never
    end
        until when in the shift, for all or for each officer
    visit_takes
        minutes to plan for a visit and the way to it; as many are ordered as the time holds

    Raises
    ------
    InputError
        If nobody has one of these places on duty, or a number is out of range.
    """
    visit_takes = check_number(visit_takes, "minutes of a visit", above=0.0)
    places = [check_place(at, len(seen.on_duty)) for at in officers]
    ends = [float(one) for one in ([end] * len(places) if isinstance(end, int | float) else end)]
    spans = {at: within_shift(seen, start, one) for at, one in zip(places, ends, strict=True)}
    room = {at: int(max(until - begin, 0.0) // visit_takes) for at, (begin, until) in spans.items()}
    if not any(room.values()):
        return ()
    return _dealt(seen, spans, room, _most_overdue(seen, every_days, rng), rng)


def deal_visits(  # noqa: PLR0913 - who, to whom, by what chance, what for, until when
    seen: Observation,
    officers: Iterable[int],
    homes: Ints,
    rng: Generator,
    *,
    kind: str = "homes",
    end: float = 480.0,
    visit_takes: float = 20.0,
) -> tuple[Task, ...]:
    """Deal homes among officers, each those of the own cell, the first named first.

    Parameters
    ----------
    officers
        places of the officers in `seen.on_duty`
    homes
        households in the order of urgency
    kind
        what is done there: a task whose targets are households

    Raises
    ------
    InputError
        If nobody has one of these places on duty, or a number is out of range.
    """
    visit_takes = check_number(visit_takes, "minutes of a visit", above=0.0)
    spans = {check_place(at, len(seen.on_duty)): within_shift(seen, 0.0, end) for at in officers}
    room = {at: int(max(until - begin, 0.0) // visit_takes) for at, (begin, until) in spans.items()}
    return tuple(replace(task, kind=kind) for task in _dealt(seen, spans, room, homes, rng))


def _dealt(
    seen: Observation, spans: Mapping[int, tuple[float, float]], room: Mapping[int, int], order: Ints, rng: Generator
) -> tuple[Task, ...]:
    """Deal homes in order of urgency among those who have room for some: place on duty, time, and how many."""
    places = list(spans)
    cell_of = seen.brief.cell[seen.brief.household_segment[order]]
    by_cell = np.argsort(cell_of, kind="stable")
    left = np.ones(len(order), bool)
    tasks = []
    # Who looks after the whole city takes what is left by those who own a cell.
    for cell in sorted({int(seen.cell[at]) for at in places}, reverse=True):
        crew = [at for at in places if int(seen.cell[at]) == cell]
        turn = np.array([i for _, i in sorted((k, i) for i, at in enumerate(crew) for k in range(room[at]))], np.int64)
        first, last = np.searchsorted(cell_of, (cell, cell + 1), sorter=by_cell)
        chosen = (by_cell[first:last] if cell >= 0 else np.flatnonzero(left))[: len(turn)]
        left[chosen] = False
        for i, at in enumerate(crew):
            mine = _one_way(seen, order[chosen[turn[: len(chosen)] == i]], rng)
            if len(mine):
                begin, until = spans[at]
                tasks.append(Task(int(seen.on_duty[at]), "homes", tuple(mine.tolist()), start=begin, end=until))
    return tuple(tasks)


def _most_overdue(seen: Observation, every_days: Floats, rng: Generator) -> Ints:
    """Name the households that are due, those first that have waited longest against what is meant for them."""
    days = np.where(every_days > 0.0, every_days, np.inf)[seen.home_kind]
    before = np.arange(len(days)) * GOLDEN % 1.0
    with np.errstate(invalid="ignore"):  # nobody is due where the days are infinite
        waited = np.where(np.isfinite(seen.home_visited), (seen.now - seen.home_visited) / DAY_MIN / days, np.nan)
        waited = np.where(np.isneginf(seen.home_visited), seen.now / DAY_MIN / days + before, waited)
    due = np.flatnonzero((waited >= 1.0) & (seen.brief.household_segment >= 0))
    return due[np.lexsort((rng.random(len(due)), -waited[due]))].astype(np.int32)


def _one_way(seen: Observation, homes: Ints, rng: Generator) -> Ints:
    """Put homes in the order of one way through the cell, not a zigzag: by the angle around their middle.

    The way begins anywhere, so that what is left over at its end is not always the same.
    """
    if not len(homes):
        return homes
    segment = seen.brief.household_segment[homes]
    x, y = seen.brief.segment_x[segment], seen.brief.segment_y[segment]
    way = homes[np.argsort(np.arctan2(y - y.mean(), x - x.mean()), kind="stable")]
    return np.roll(way, int(rng.integers(len(way))))


def meant_a_year(policy: PolicyModel) -> Floats:
    """Give the visits in a year that a strategy means to make to a household of each kind; 0 for none.

    A strategy of several stages means something else in each, and none of it is told.
    """
    stages = policy.ever()
    parts = (
        [one for part in stages[0] for one in part.made_of() if isinstance(one, Visiting)] if len(stages) == 1 else []
    )
    meant = np.zeros(len(HOMES))
    for part in parts:
        days = part.every_days
        meant = np.maximum(meant, np.divide(YEAR_DAYS, days, out=np.zeros(len(days)), where=days > 0.0))
    return meant
