"""The whole changing state of a world as one tuple of arrays, the argument of every phase.

Compiled code takes it as it is; a checkpoint is these arrays and nothing else.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.events import LEDGER
from sim.agents.tables import Column, row_dtype

Table = NDArray[Any]
"""A structured array; its columns stand in `sim.agents.tables`."""

COUNTERS = (
    Column("seed", "u8", "", "seed of the run"),
    Column("tick", "i8", "", "next tick"),
    Column("day", "i8", "", "day of the run"),
    Column("weekday", "i8", "", "Monday 0"),
    Column("year_phase", "f8", "rad", "season, 0 on the first of January"),
    Column("now", "f8", "min", "begin of the present tick"),
    Column("n_travellers", "i8", "", "rows in use in `travellers`"),
    Column("n_searches", "i8", "", "rows in use in `searches`"),
    Column("search_at", "i8", "", "next row of `searches`"),
    Column("n_today_calls", "i8", "", "rows in use in `today_calls`"),
    Column("today_call_at", "i8", "", "next row of `today_calls`"),
    Column("n_queue", "i8", "", "calls in `queue`"),
    Column("n_pending", "i8", "", "calls in `pending`"),
    Column("n_disputes", "i8", "", "disputes begun so far"),
    Column("call_hint", "i8", "", "where to look for a free row of `calls`"),
    Column("dispute_hint", "i8", "", "where to look for a free row of `disputes`"),
    Column("case_hint", "i8", "", "where to look for a free row of `cases`"),
    Column("n_calls_lost", "i8", "", "calls lost because `calls` was full; must stay 0"),
    Column("record_factor", "f8", "", "share of attended reports recorded against the scenario's (a recording reform)"),
)


class Roads(NamedTuple):
    """Ways through the city for one kind of traveller."""

    start: NDArray[np.int32]
    """(n_junctions + 1,) where a junction's arcs begin"""
    head: NDArray[np.int32]
    """(n_arcs,) junction at the end of an arc"""
    segment: NDArray[np.int32]
    """(n_arcs,) segment of an arc"""
    minutes: NDArray[np.float32]
    """(n_arcs,) travel time"""
    back_start: NDArray[np.int32]
    """(n_junctions + 1,) the same arcs by their end: where they begin"""
    back_arc: NDArray[np.int32]
    """(n_arcs,) arc numbers by their end"""
    tail: NDArray[np.int32]
    """(n_arcs,) junction at the begin of an arc"""
    row_of: NDArray[np.int32]
    """(n_junctions,) row of a destination's tree in `tree_arc`, -1 if not yet grown"""
    tree_arc: NDArray[np.int32]
    """(n_rows, n_junctions) arc to take next toward the destination, -1 at it"""
    tree_min: NDArray[np.float32]
    """(n_rows, n_junctions) minutes to the destination"""
    n_trees: NDArray[np.int64]
    """(1,) trees grown so far; the oldest is given up when the rows are full"""
    tree_of_row: NDArray[np.int32]
    """(n_rows,) destination of a row, -1 if free"""


class Buffers(NamedTuple):
    """Event rows since the last briefing, a table each; `n` counts the rows in use."""

    offences: Table
    calls: Table
    incidents: Table
    contacts: Table
    arrests: Table
    disputes: Table
    orders: Table
    days: Table
    segments: Table
    n: NDArray[np.int64]
    """(9,) rows in use, in the order above"""


class State(NamedTuple):
    """Hold every array that a phase reads or writes."""

    p: Table
    """(1,) parameters of the scenario, by name"""
    c: Table
    """(1,) counters, see `COUNTERS`"""
    segments: Table
    residents: Table
    routines: Table
    offenders: Table
    awareness: Table
    officers: Table
    tasks: Table
    """orders of the present shift, those of an officer side by side"""
    targets: NDArray[np.int32]
    """segments (or disputes) named by `tasks`"""
    calls: Table
    disputes: Table
    flares: NDArray[np.float64]
    """(n_dispute_rows,) next flare-up of each dispute, `NEVER` for a free row"""
    cases: Table
    paths: NDArray[np.int32]
    """segments of the stored paths, one a tick"""
    trips: NDArray[np.int32]
    """residents who leave today, by tick"""
    trip_leg: NDArray[np.uint8]
    """leg of each of these trips: twice the number in `LEGS`, plus 1 for the way back"""
    trip_start: NDArray[np.int32]
    """(ticks_a_day + 1,) where the trips of a tick begin"""
    travellers: NDArray[np.int32]
    """(n, 4) resident, leg, position on the path, segment"""
    searches: Table
    """searches of offenders today: t, offender; ordered by time"""
    today_calls: Table
    """calls of today that are no crime: t, resident; ordered by time"""
    queue: NDArray[np.int32]
    """heap of queued calls, by priority and time"""
    pending: NDArray[np.int32]
    """heap of reports to come, by time"""
    neighbours_start: NDArray[np.int32]
    neighbours: NDArray[np.int32]
    drive: Roads
    walk: Roads
    routes: NDArray[np.int32]
    """(n_officers, MAX_ROUTE) arcs that an officer still has to take"""
    out: Buffers


BUFFER_ROWS = {
    "offences": 4096, "calls": 8192, "incidents": 4096, "contacts": 16384, "arrests": 2048,
    "disputes": 8192, "orders": 8192, "days": 8, "segments": 1,
}  # fmt: skip
"""Room in each buffer; a shift that fills one is interrupted, drained and continued."""


def new_buffers(scale: int) -> Buffers:
    """Make empty buffers with room for `scale` times the least number of rows."""
    tables = {name: np.zeros(BUFFER_ROWS[name] * scale, row_dtype(columns)) for name, columns in LEDGER.items()}
    return Buffers(**tables, n=np.zeros(len(LEDGER), np.int64))
