"""The people of a part of a city: who lives in it, and who comes in from beyond its border.

They are cut out of the people of the whole city, so that a person is the same in both: key, home, places, ways.
Residents of the part come first. After them come those who live outside and are inside now and then: who work, learn,
go out or pass through here, and offenders who know streets here. Their home, and that of their household, is `NONE`:
it lies in no street of the part. Of such a household only those members are there who come in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Table
from sim.agents.tables import BEYOND, FROM_BEYOND, NONE
from sim.city.part import Part

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class People:
    """Hold the tables of the people of a city, and what its streets offer to offenders."""

    households: Table
    residents: Table
    routines: Table
    rounds: Table
    paths: Ints
    offenders: Table
    awareness: Table
    opportunity: Floats
    n_living: int
    """rows of `residents` who live here; those from beyond the border follow"""
    n_homes: int
    """rows of `households` who live here"""


def cut_people(whole: People, part: Part, n_segments: int) -> People:
    """Cut the people of a part out of those of the whole city, which has `n_segments` segments."""
    row_of = np.full(n_segments + 1, NONE, np.int32)  # one more, so that the row of no segment is no row
    row_of[part.segment] = np.arange(len(part.segment), dtype=np.int32)
    lives_here = row_of[whole.residents["home"]] != NONE
    knows = _who_knows(whole, row_of)
    comes = _rounds_within(whole, row_of)[whole.routines["round"]]
    kept = np.concatenate([np.flatnonzero(lives_here), np.flatnonzero((comes | knows) & ~lives_here)])
    n_living = int(np.count_nonzero(lives_here))
    offending = np.zeros(len(whole.offenders), bool)
    offending[whole.residents["offender"][(lives_here | knows) & (whole.residents["offender"] != NONE)]] = True
    residents = whole.residents[kept]
    # Members stand side by side in both cities, and so households stand in the order of their first members.
    household, first, residents["household"], n = np.unique(
        residents["household"], return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first, kind="stable")
    residents["household"] = _row_in(order)[residents["household"]]
    households = whole.households[household[order]]
    households["first"], households["n"] = first[order], n[order]
    residents["home"], households["segment"] = row_of[residents["home"]], row_of[households["segment"]]
    residents["offender"] = _renumber(offending)[residents["offender"]]
    residents["present"][n_living:] *= FROM_BEYOND
    offenders, awareness = _cut_offenders(whole, offending, row_of)
    new_row = np.full(len(whole.residents), NONE, np.int32)
    new_row[kept] = np.arange(len(kept), dtype=np.int32)
    offenders["resident"] = new_row[offenders["resident"]]
    routines, rounds, paths = _cut_rounds(whole, kept, row_of)
    return People(
        households, residents, routines, rounds, paths, offenders, awareness, whole.opportunity[part.segment],
        n_living, int(np.count_nonzero(households["segment"] != NONE)),
    )  # fmt: skip


def _row_in(order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tell where each row stands in an order."""
    row = np.empty(len(order), np.int64)
    row[order] = np.arange(len(order))
    return row


def _renumber(kept: Bools) -> Ints:
    """Give the new row of each row, `NONE` for one that is left out and, at the end, for no row."""
    return np.append(np.where(kept, np.cumsum(kept) - 1, NONE), NONE).astype(np.int32)


def _rounds_within(whole: People, row_of: Ints) -> Bools:
    """Tell which rounds lead to a place inside, or past one."""
    place = whole.rounds["place"]
    inside = np.append(0, np.cumsum(row_of[whole.paths] != NONE))
    start = whole.rounds["path_start"].astype(np.int64)
    steps = whole.rounds["path_len"].sum(axis=1, dtype=np.int64)
    within: Bools = (row_of[place] != NONE).any(axis=1) | (inside[start + steps] > inside[start])
    return within


def _who_knows(whole: People, row_of: Ints) -> Bools:
    """Tell which people are offenders who know a segment inside."""
    known, n = whole.awareness["segment"], whole.offenders["aware_n"]
    owner = np.repeat(np.arange(len(n)), n)
    knows = np.zeros(len(whole.residents), bool)
    knows[whole.offenders["resident"][owner[row_of[known[: len(owner)]] != NONE]]] = True
    return knows


def _cut_offenders(whole: People, kept: Bools, row_of: Ints) -> tuple[Table, Table]:
    """Cut offenders and the segments that they know; what those outside offer becomes one sum by type of crime."""
    owner = np.repeat(np.arange(len(whole.offenders)), whole.offenders["aware_n"])
    awareness = whole.awareness[: len(owner)]
    inside = row_of[awareness["segment"]] != NONE
    offers = awareness["pull"][:, None] * whole.opportunity[awareness["segment"]]
    beyond = np.zeros((len(whole.offenders), whole.opportunity.shape[1]))
    np.add.at(beyond, owner[~inside], offers[~inside])
    offenders = whole.offenders[kept]
    offenders["beyond"] = beyond[kept]
    offenders["partner"] = _renumber(kept)[offenders["partner"]]
    mine = inside & kept[owner]
    n = np.bincount(_renumber(kept)[owner[mine]], minlength=len(offenders))
    offenders["aware_n"], offenders["aware_start"] = n, np.cumsum(n) - n
    known = awareness[mine]
    known["segment"] = row_of[known["segment"]]
    return offenders, known if len(known) else np.zeros(1, whole.awareness.dtype)


def _cut_rounds(whole: People, kept: NDArray[np.int64], row_of: Ints) -> tuple[Table, Table, Ints]:
    """Cut the rounds that some people make; places and steps outside lie beyond the border."""
    routines = whole.routines[kept]
    used, routines["round"] = np.unique(routines["round"], return_inverse=True)
    rounds = whole.rounds[used]
    start = rounds["path_start"].astype(np.int64)
    steps = rounds["path_len"].sum(axis=1, dtype=np.int64)
    rounds["path_start"] = new_start = np.cumsum(steps) - steps
    step = np.arange(int(steps.sum())) + np.repeat(start - new_start, steps)
    place = row_of[rounds["place"]]
    rounds["place"] = np.where((place == NONE) & (rounds["place"] != NONE), BEYOND, place)
    return routines, rounds, row_of[whole.paths[step]] if len(step) else np.zeros(1, np.int32)
