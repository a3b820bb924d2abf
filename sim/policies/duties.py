"""Duties that several strategies order: rounds of visits, inspections, sessions; each a few tasks of a shift.

A strategy says who does what when; how a round of a cell is drawn up is the same for all, and stands here.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.random import Generator

from sim.policies.arguments import check_number, check_place, check_roles
from sim.policies.protocol import CityBrief, Floats, Ints, Observation, Task

DAY_SHIFT, EVENING = 1, 2
"""Shifts of the day, as `Observation.shift` numbers them."""
GOLDEN = 0.6180339887498949
"""Its multiples, of which the whole part is left out, fill the numbers from 0 to 1 evenly, however many are taken."""
STREETS_A_TASK = 40
"""Streets named in one task: more than a shift can hold, so that nobody runs out of them."""


def spread_over_cells(brief: CityBrief, roles: Iterable[str], *, share: float = 1.0) -> Ints:
    """Give each officer of some roles a cell: cells in turn, largest first, until the officers run out.

    No cell has two officers of a role more than another. Of the cells whose turn it is, each officer gets one that
    has fewest of the role whose duty begins at the same hour, so that a cell is looked after in every shift. Who is
    added at the end changes nothing for those before.

    Parameters
    ----------
    share
        share of these officers who get one

    Returns
    -------
    officer_cell
        (n_officers,) cell, -1 for the whole city

    Raises
    ------
    InputError
        If there is no such role, or the share is out of range.
    """
    roles, share = check_roles(roles), check_number(share, "the share of officers", low=0.0, high=1.0)
    owned = np.full(len(brief.officer), -1, np.int32)
    homes = np.bincount(brief.cell, weights=brief.dwellings + 1e-6)
    order = np.argsort(-homes, kind="stable")
    order = order[homes[order] > 0]
    for role in roles:
        mine = brief.officer[[brief.role[officer] == role for officer in brief.officer.tolist()]]
        mine = mine[: round(share * len(mine))]
        owned[mine] = order[_cells_in_turn(brief.duty_begins[mine], len(order))]
    return owned


def _cells_in_turn(begins: Floats, n_cells: int) -> Ints:
    """Deal cells to officers in a row, by the hours at which their duties begin."""
    hours, hour = np.unique(begins, return_inverse=True)
    n_alike = np.zeros((n_cells, len(hours)), np.int32)
    dealt = np.zeros(len(begins), np.int32)
    for officer, own in enumerate(hour.tolist()):
        n_all = n_alike.sum(axis=1)
        waiting = np.flatnonzero(n_all == n_all.min())
        dealt[officer] = waiting[np.argmin(n_alike[waiting, own])]
        n_alike[dealt[officer], own] += 1
    return dealt


def streets_of(seen: Observation, officer_at: int) -> Ints:
    """Name the segments that an officer on duty looks after: those of the own cell, or all with homes.

    Parameters
    ----------
    officer_at
        place of the officer in `seen.on_duty`

    Raises
    ------
    InputError
        If nobody has this place.
    """
    cell = int(seen.cell[check_place(officer_at, len(seen.on_duty))])
    brief = seen.brief
    mine = brief.dwellings > 0 if cell < 0 else (brief.cell == cell) & (brief.dwellings > 0)
    return np.flatnonzero(mine).astype(np.int32)


def inspection_round(  # noqa: PLR0913 - the same
    seen: Observation, officer_at: int, rng: Generator, *, dwell: float, start: float = 0.0, end: float = 480.0
) -> Task | None:
    """Draw up a round of inspections in the officer's cell, every street with the same chance.

    Parameters
    ----------
    officer_at
        place of the officer in `seen.on_duty`
    dwell
        minutes at a street

    Raises
    ------
    InputError
        If nobody has this place on duty, or a number is out of range.
    """
    dwell = check_number(dwell, "dwell (minutes)", above=0.0)
    start, end = within_shift(seen, start, end)
    mine = streets_of(seen, officer_at)
    if not len(mine) or end <= start:
        return None
    chosen = rng.permutation(mine)[:STREETS_A_TASK]
    return Task(int(seen.on_duty[officer_at]), "inspect", tuple(chosen.tolist()), dwell=dwell, start=start, end=end)


def sessions(seen: Observation, officers: Iterable[int], *, start: float, end: float, most: int) -> tuple[Task, ...]:
    """Share the quarrels that are known among mediators, those of the own cell first.

    Parameters
    ----------
    officers
        places of the mediators in `seen.on_duty`
    most
        quarrels that one of them takes up in a shift

    Raises
    ------
    InputError
        If nobody has one of these places on duty, or a number is out of range.
    """
    start, end = within_shift(seen, start, end)
    most = int(check_number(most, "quarrels a shift", low=0.0))
    if end <= start:
        return ()
    left = list(range(len(seen.known_disputes)))
    tasks = []
    for at in officers:
        cell = int(seen.cell[check_place(at, len(seen.on_duty))])
        own = [d for d in left if cell < 0 or seen.brief.cell[seen.dispute_segment[d]] == cell]
        mine = (own + [d for d in left if d not in own])[:most]
        left = [d for d in left if d not in mine]
        if mine:
            disputes = tuple(int(seen.known_disputes[d]) for d in mine)
            tasks.append(Task(int(seen.on_duty[at]), "mediation", disputes, start=start, end=end))
    return tuple(tasks)


def places_with_role(seen: Observation, *roles: str) -> list[int]:
    """Name the places in `seen.on_duty` of officers with one of these roles."""
    wanted = check_roles(roles)
    return [at for at, role in enumerate(seen.role) if role in wanted]


def places_of(seen: Observation, officers: Ints) -> list[int]:
    """Name the places in `seen.on_duty` of some officers on duty."""
    return np.flatnonzero(np.isin(seen.on_duty, officers)).tolist()


def crew_or_one(seen: Observation, rng: Generator, *roles: str) -> Ints:
    """Name the officers on duty with one of these roles, in any order; in a force so small that none is, one in a car.

    Somebody does what must be done. Where nobody is in a car either, the list is empty.
    """
    able = seen.with_role(*roles)
    return rng.permutation(able) if len(able) else rng.permutation(seen.with_role("response"))[:1]


def within_shift(seen: Observation, start: float, end: float) -> tuple[float, float]:
    """Refuse a time that lies outside the shift; one that is over before it begins is no work and no fault."""
    shift_min = seen.brief.shift_min
    return (
        check_number(start, "start (minutes of the shift)", low=0.0),
        check_number(end, "end (minutes of the shift)", high=shift_min),
    )
