"""The whole changing state of a world: named arrays, the argument of every phase.

Compiled code gets it as one pointer (`sim.agents.handle`), so that a phase may reach any table
without a list of arguments; Python code reads the arrays as they are. A checkpoint is these arrays
and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.affairs import (
    BEATS,
    CALL_ROWS,
    CASE_ROWS,
    CONSPICUOUS,
    DISPUTE_ROWS,
    EVENT_ROWS,
    FILES,
    GRUDGE_ROWS,
    LEVERS,
    PAIRS,
    RECORDED_CALLS,
    ROOMS,
    TASK_ROWS,
)
from sim.agents.events import LEDGER
from sim.agents.feeling_words import ACCOUNT
from sim.agents.handle import Handled, array_of, compiled_struct, struct_of
from sim.agents.tables import (
    AWARENESS,
    CROWDS,
    HOUSEHOLDS,
    OFFENDERS,
    OFFICERS,
    RESIDENTS,
    ROUNDS,
    ROUTINES,
    SEGMENTS,
    SHUNNED,
    TRIPS,
    Column,
    row_dtype,
)
from sim.params import N_CRIMES
from sim.scenarios.scenario import parameter_dtype

Table = NDArray[Any]
"""A structured array; its columns stand in `sim.agents.tables`."""

N_DRAWS = N_CRIMES + 1
"""Types of crime, and violence in company."""

COUNTERS = (
    Column("seed", "u8", "", "seed of the run"),
    Column("tick", "i8", "", "next tick"),
    Column("day", "i8", "", "day of the run"),
    Column("now", "f8", "min", "begin of the present tick"),
    Column("n_travellers", "i8", "", "rows in use in `travellers`"),
    Column("n_searches", "i8", "", "rows in use in `searches`"),
    Column("search_at", "i8", "", "next row of `searches`"),
    Column("n_later", "i8", "", "searches put off, in `later`"),
    Column("n_conspicuous", "i8", "", "rows in use in `conspicuous`"),
    Column("n_today_calls", "i8", "", "rows in use in `today_calls`"),
    Column("today_call_at", "i8", "", "next row of `today_calls`"),
    Column("recorded_at", "i8", "", "next row of `recorded`"),
    Column("n_queue", "i8", "", "calls in `queue`"),
    Column("n_pending", "i8", "", "calls in `pending`"),
    Column("n_living", "i8", "", "rows of `residents` who live here; people from beyond the border follow"),
    Column("n_homes", "i8", "", "rows of `households` who live here"),
    Column("n_at_home", "i8", "", "residents at home now"),
    Column("mean_cars", "f8", "", "cars of those who live on a segment, mean over the city"),
    Column("mean_bicycles", "f8", "", "the same for bicycles"),
    Column("mean_homes", "f8", "", "households of a segment, mean over the city"),
    Column("mean_shops", "f8", "", "shops of a segment, mean over the city"),
    Column("cars_each", "f8", "", "cars of a resident, mean over the city"),
    Column("bicycles_each", "f8", "", "the same for bicycles"),
    Column("ready_mean", "f8", "", "how ready people are to call in the mean of a week; awake at home it is 1"),
    Column("noise_mean", "f8", "", "the same for calls about noise"),
    Column("both_home_mean", "f8", "fraction", "of a week in which both parties of a quarrel are at home and awake"),
    Column("mean_odds", "f8", "", "odds to offend, mean over the people of 12 and more whom the scenario could have"),
    Column("grudge_at", "f8", "min", "when somebody strikes back next; NEVER if nobody means to"),
    Column("mean_foot", "f8", "", "people on foot in a segment, mean over the last weeks"),
    Column("mean_visiting", "f8", "", "people at work or leisure in a segment, mean over the last weeks"),
    Column("mean_out", "f8", "", "of these, people out for the evening"),
    Column("foot_share", "f8", "", "`mean_foot` of the whole city against the plans made here, by weekday", 7),
    Column("visiting_share", "f8", "", "the same for `mean_visiting`", 7),
    Column("out_share", "f8", "", "the same for `mean_out`", 7),
    Column("beyond_draw", "f8", "", "what draws offenders beyond the border now, by type and in company", N_DRAWS),
    Column("beyond_ratio", "f8", "", "the same against this side, by kind of day, hour and type", 2 * 24 * N_DRAWS),
    Column("traffic_here", "f8", "", "chance that a traffic call of somebody here lies here, and not elsewhere"),
    Column("help_here", "f8", "", "the same for calls of shops, schools and the like"),
    Column("desk_min", "f8", "min", "detective time at the desk not yet spent on cases"),
    Column("n_arrests", "i8", "", "arrests today"),
    Column("n_deterred", "i8", "", "searches turned away by police today"),
    Column("n_calls", "i8", "", "calls today"),
    Column("n_telephone", "i8", "", "calls of today that ended on the telephone"),
    Column("queue_min", "f8", "min", "time that the calls sent today had waited"),
    Column("n_registrations", "i8", "", "registrations made today"),
    Column("n_registered_again", "i8", "", "of these, of tenants who were registered already"),
    Column("n_doors", "i8", "", "calls at households that were named, today"),
    Column("n_wrong_doors", "i8", "", "of these, for a tenant who had left"),
    Column("n_vacant_doors", "i8", "", "of these, where nobody lived and nobody was asked for"),
    Column("today_offences", "i8", "", "offences today by type", 5),
    Column("today_reported", "i8", "", "of these reported or discovered", 5),
    Column("today_recorded", "i8", "", "records made today", 5),
    Column("guard_min", "f8", "min", "guard at prisoners' beds that the next shift must keep"),
    Column("look_at", "f8", "min", "when calls that wait are looked at again"),
    Column("police_t", "f8", "min", "up to when the police have acted"),
    Column("call_hint", "i8", "", "where to look for a free row of `calls`"),
    Column("dispute_hint", "i8", "", "where to look for a free row of `disputes`"),
    Column("case_hint", "i8", "", "where to look for a free row of `cases`"),
    Column("n_volunteers", "i8", "", "residents who help the police"),
    Column("n_calls_lost", "i8", "", "calls lost because `calls` was full; must stay 0"),
    Column("n_heads", "i8", "", "heads of buildings who help the police"),
    Column("n_head_registered", "i8", "", "tenants whom they put on the register today"),
    Column("n_head_tips", "i8", "", "quarrels of which they told today"),
    Column("n_told_of", "i8", "", "people of whom they told today"),
    Column("n_pairs", "i8", "", "rows in use in `pairs`"),
    Column("watch_min", "f8", "min", "time that residents were on patrol today, each of them counted"),
    Column("n_supervision", "i8", "", "calls at the homes of known offenders today"),
    Column("n_supervision_met", "i8", "", "of these, with the person at home"),
    Column("called_day", "f8", "days", "when officers last called on anybody on file; -1e9 if they never did"),
)


@compiled_struct
@dataclass(frozen=True, eq=False)
class Roads(Handled):
    """Hold the ways through the city for one kind of traveller."""

    start: NDArray[np.int32] = array_of("i4", meaning="(n_junctions + 1,) where a junction's arcs begin")
    head: NDArray[np.int32] = array_of("i4", meaning="(n_arcs,) junction at the end of an arc")
    segment: NDArray[np.int32] = array_of("i4", meaning="(n_arcs,) segment of an arc")
    minutes: NDArray[np.float32] = array_of("f4", meaning="(n_arcs,) travel time")
    back_start: NDArray[np.int32] = array_of("i4", meaning="(n_junctions + 1,) where the arcs into a junction begin")
    back_arc: NDArray[np.int32] = array_of("i4", meaning="(n_arcs,) arcs ordered by their end")
    back_tail: NDArray[np.int32] = array_of("i4", meaning="(n_arcs,) junction at the begin of each of these")
    back_minutes: NDArray[np.float32] = array_of("f4", meaning="(n_arcs,) travel time of each of these")
    x: NDArray[np.float32] = array_of("f4", meaning="(n_junctions,) metres east")
    y: NDArray[np.float32] = array_of("f4", meaning="(n_junctions,) metres north")
    crow_pace: NDArray[np.float64] = array_of("f8", meaning="(1,) minutes a metre as the crow flies, usually")
    row_of: NDArray[np.int32] = array_of("i4", meaning="(n_junctions,) row of a destination's tree, -1 if it has none")
    tree_to: NDArray[np.int32] = array_of("i4", meaning="(n_rows,) destination of a row, -1 if it is free")
    n_trees: NDArray[np.int64] = array_of("i8", meaning="(1,) trees begun so far; a lone row is used again")
    tree_arc: NDArray[np.int32] = array_of("i4", 2, meaning="(n_rows, n_junctions) arc to take next, -1 at the end")
    tree_min: NDArray[np.float32] = array_of("f4", 2, meaning="(n_rows, n_junctions) minutes to the destination")
    reached: NDArray[np.int32] = array_of("i4", meaning="(n_junctions,) junctions that the last search has come to")
    n_reached: NDArray[np.int64] = array_of("i8", meaning="(1,) how many there are")
    edge: NDArray[np.int64] = array_of("i8", meaning="(n_arcs + 1,) heap of the edge of a search: minutes, junction")
    edge_n: NDArray[np.int64] = array_of("i8", meaning="(1,) how many there are")


ROWS_IN_USE = tuple(Column(name, "i8", "", f"rows in use in the buffer of `{name}`") for name in LEDGER)
"""A count for each table of the ledger, by its name: compiled code can name no table that is not there."""


@compiled_struct
@dataclass(frozen=True, eq=False)
class Buffers(Handled):
    """Hold the event rows since the last briefing."""

    offences: Table = array_of(row_dtype(LEDGER["offences"]))
    calls: Table = array_of(row_dtype(LEDGER["calls"]))
    incidents: Table = array_of(row_dtype(LEDGER["incidents"]))
    contacts: Table = array_of(row_dtype(LEDGER["contacts"]))
    arrests: Table = array_of(row_dtype(LEDGER["arrests"]))
    disputes: Table = array_of(row_dtype(LEDGER["disputes"]))
    orders: Table = array_of(row_dtype(LEDGER["orders"]))
    days: Table = array_of(row_dtype(LEDGER["days"]))
    segments: Table = array_of(row_dtype(LEDGER["segments"]))
    tickets: Table = array_of(row_dtype(LEDGER["tickets"]))
    people: Table = array_of(row_dtype(LEDGER["people"]))
    answers: Table = array_of(row_dtype(LEDGER["answers"]))
    feelings: Table = array_of(row_dtype(LEDGER["feelings"]))
    account: Table = array_of(row_dtype(LEDGER["account"]))
    n: Table = array_of(row_dtype(ROWS_IN_USE), meaning="(1,) rows in use, by table")


@compiled_struct
@dataclass(frozen=True, eq=False)
class State(Handled):
    """Hold every array that a phase reads or writes."""

    p: Table = array_of(parameter_dtype(), meaning="(1,) parameters of the scenario, by name")
    levers: Table = array_of(row_dtype(LEVERS), meaning="(1,) what the strategy in force sets beside its orders")
    c: Table = array_of(row_dtype(COUNTERS), meaning="(1,) counters, see `COUNTERS`")
    segments: Table = array_of(row_dtype(SEGMENTS))
    crowds: Table = array_of(row_dtype(CROWDS), meaning="how many people are on each segment")
    cells: NDArray[np.int32] = array_of("i4", meaning="(n_segments,) cell of the strategy's grid")
    raised: NDArray[np.float32] = array_of(
        "f4", meaning="(n_segments,) people who raised a problem of their street at a meeting, fading"
    )
    rooms: Table = array_of(row_dtype(ROOMS), meaning="the next police room, row by row of `segments`")
    residents: Table = array_of(row_dtype(RESIDENTS))
    households: Table = array_of(row_dtype(HOUSEHOLDS))
    routines: Table = array_of(row_dtype(ROUTINES))
    where: NDArray[np.uint8] = array_of("u1", meaning="where everybody is: one of `PLACES`, row by row of `routines`")
    rounds: Table = array_of(row_dtype(ROUNDS))
    offenders: Table = array_of(row_dtype(OFFENDERS))
    awareness: Table = array_of(row_dtype(AWARENESS))
    shunned: Table = array_of(row_dtype(SHUNNED), meaning="what offenders met at each place of `awareness`, row by row")
    later: NDArray[np.int32] = array_of("i4", meaning="heap of offenders who put a search off, by time")
    conspicuous: Table = array_of(row_dtype(CONSPICUOUS), meaning="who can be seen in the street to be up to something")
    officers: Table = array_of(row_dtype(OFFICERS))
    tasks: Table = array_of(row_dtype(TASK_ROWS), meaning="orders of the shift, those of an officer side by side")
    targets: NDArray[np.int32] = array_of("i4", meaning="segments (or disputes) named by `tasks`")
    calls: Table = array_of(row_dtype(CALL_ROWS))
    disputes: Table = array_of(row_dtype(DISPUTE_ROWS))
    flares: NDArray[np.float64] = array_of("f8", meaning="next flare-up of each row of `disputes`, `NEVER` if free")
    grudges: Table = array_of(row_dtype(GRUDGE_ROWS))
    beats: Table = array_of(row_dtype(BEATS))
    pairs: Table = array_of(row_dtype(PAIRS), meaning="residents on patrol, two and two")
    files: Table = array_of(row_dtype(FILES), meaning="police files of persons, row by row of `residents`")
    cases: Table = array_of(row_dtype(CASE_ROWS))
    guests_start: NDArray[np.int32] = array_of("i4", meaning="(n_segments + 1,) where the guests of a segment begin")
    guests: NDArray[np.int32] = array_of(
        "i4", meaning="who works, learns or goes out there: four times the resident, plus the place"
    )
    account: Table = array_of(row_dtype(ACCOUNT), meaning="what attitudes are made of, by age band and tenure")
    paths: NDArray[np.int32] = array_of("i4", meaning="segments of the stored paths, one a tick; -1 beyond the border")
    trips: Table = array_of(row_dtype(TRIPS), meaning="departures of today, by tick")
    trip_start: NDArray[np.int32] = array_of("i4", meaning="(ticks_a_day + 1,) where the trips of a tick begin")
    travellers: NDArray[np.int32] = array_of(
        "i4", 2, meaning="(n, 6) resident, leg (16 more on foot), index in `paths`, segment, left, where to"
    )
    searches: Table = array_of(row_dtype(EVENT_ROWS), meaning="searches of offenders today, by time")
    today_calls: Table = array_of(row_dtype(EVENT_ROWS), meaning="calls of today that are no crime, by time")
    recorded: Table = array_of(row_dtype(RECORDED_CALLS), meaning="calls of a force's record, by time; else none")
    queue: NDArray[np.int32] = array_of("i4", meaning="heap of queued calls, by priority and time")
    pending: NDArray[np.int32] = array_of("i4", meaning="heap of calls to come, by time")
    neighbours_start: NDArray[np.int32] = array_of("i4")
    neighbours: NDArray[np.int32] = array_of("i4")
    street_order: NDArray[np.int32] = array_of("i4", meaning="segments in the order of their keys")
    traffic_upto: NDArray[np.float64] = array_of("f8", meaning="propensity for traffic calls, cumulated in that order")
    help_upto: NDArray[np.float64] = array_of("f8", meaning="that for calls of shops, schools and the like, cumulated")
    drive: Roads = struct_of(Roads)
    walk: Roads = struct_of(Roads)
    routes: NDArray[np.int32] = array_of("i4", 2, meaning="(n_officers, MAX_ROUTE) arcs an officer still has to take")
    weekday: NDArray[np.uint8] = array_of("u1", meaning="weekday of each day from the one before the first, Monday 0")
    year_phase: NDArray[np.float64] = array_of("f8", meaning="season of the same days, in radians")
    out: Buffers = struct_of(Buffers)

    def items(self) -> Iterator[tuple[str, Any]]:
        """List the parts by name."""
        return ((field.name, getattr(self, field.name)) for field in fields(self))


BUFFER_ROWS = {
    "offences": 4096, "calls": 8192, "incidents": 4096, "contacts": 16384, "arrests": 2048,
    "disputes": 8192, "orders": 8192, "days": 8, "tickets": 8192,
    # Written in Python, not by compiled code.
    "segments": 1, "people": 1, "answers": 1, "feelings": 1, "account": 1,
}  # fmt: skip
"""Room in each buffer; a shift that fills one is interrupted, drained and continued."""


def new_buffers(scale: int) -> Buffers:
    """Make empty buffers with room for `scale` times the least number of rows."""
    tables = {name: np.zeros(BUFFER_ROWS[name] * scale, row_dtype(columns)) for name, columns in LEDGER.items()}
    return Buffers(**tables, n=np.zeros(1, row_dtype(ROWS_IN_USE)))
