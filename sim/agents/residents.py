"""Residents on the move: who leaves by the plan of the day, and one segment a tick on the way.

A departure calendar wakes who leaves; whoever stays costs nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.days import leg_ends
from sim.agents.state import State
from sim.agents.tables import AT_LEISURE_B, AWAY, NONE, TRAVELLING
from sim.compiling.compiled import compiled, phase
from sim.draws import Key

NOBODY = np.uint64(0)
ON_FOOT = 16
"""Added to the leg of a traveller on foot."""
BLOCK = 64
"""People whose rows are read at once."""


@compiled
def place_of(w: State, person: int, place: int) -> int:
    """Return the segment of one of a person's places (see `PLACES`), `NONE` or `BEYOND`."""
    return int(w.rounds[w.routines[person].round].place[place])


@compiled
def way_in(w: State, daily_round: int, leg: int) -> tuple[int, int]:
    """Return where in `paths` a leg begins, and its ticks: on the way back it begins with the last segment stored."""
    number, mine = leg >> 1, w.rounds[daily_round]
    begin, steps = np.int64(mine.path_start), int(mine.path_len[number])
    for before in range(number):
        begin += mine.path_len[before]
    return (int(begin + steps - 1) if leg & 1 else int(begin)), steps


@compiled
def _count_at(w: State, row: int, place: int, change: int) -> None:
    """Count a person in or out of a segment that is one of the own places, unless that lies beyond the border."""
    if row < 0:
        return
    crowd = w.crowds[row]
    if place == 0:
        crowd.n_home += change
        w.c[0].n_at_home += change
    else:
        crowd.n_visiting += change
        crowd.n_out += change * (place == AT_LEISURE_B)


@compiled
def _count_in_street(w: State, segment: int, change: int, on_foot: int) -> None:
    """Count a traveller in or out of a street, unless that lies beyond the border."""
    if segment >= 0:
        w.crowds[segment].n_street += change
        w.crowds[segment].n_foot += change * on_foot


@phase
def move(w: State, tick_of_plan: int) -> None:
    """Move who is on the way by one segment, and send off who leaves now.

    A traveller's row says all that a step needs, so that routine and round are read only at the two ends of a trip.
    There a city's people are spread over more memory than a processor keeps at hand; so they are read block by block,
    one column for all before the next one, and the waits for memory overlap.
    """
    c, paths, travellers = w.c[0], w.paths, w.travellers
    arrived, n_arrived, n_kept = np.empty((c.n_travellers, 2), np.int32), 0, 0
    for i in range(c.n_travellers):
        person, leg, left = travellers[i, 0], travellers[i, 1], travellers[i, 4]
        on_foot = leg >> 4
        _count_in_street(w, travellers[i, 3], -1, on_foot)
        if left == 0:
            arrived[n_arrived, 0], arrived[n_arrived, 1] = person, leg & 15
            n_arrived += 1
            continue
        path_index = travellers[i, 2] + 1 - 2 * (leg & 1)
        segment = paths[path_index]
        _count_in_street(w, segment, 1, on_foot)
        _write_traveller(travellers, n_kept, person, leg, path_index, segment, left - 1)
        n_kept += 1
    c.n_travellers = n_kept
    _arrive_all(w, arrived, n_arrived)
    _depart_all(w, w.trip_start[tick_of_plan], w.trip_start[tick_of_plan + 1])


@compiled
def _write_traveller(
    travellers: NDArray[np.int32], row: int, person: int, leg: int, path_index: int, segment: int, left: int
) -> None:
    travellers[row, 0], travellers[row, 1], travellers[row, 2] = person, leg, path_index
    travellers[row, 3], travellers[row, 4] = segment, left


@compiled
def _arrive_all(w: State, arrived: NDArray[np.int32], n: int) -> None:
    """Let people come to where their legs lead; `arrived` lists them with their legs."""
    mine = np.empty(BLOCK, np.int64)
    for first in range(0, n, BLOCK):
        size = min(BLOCK, n - first)
        for k in range(size):
            mine[k] = w.routines[arrived[first + k, 0]].round
        for k in range(size):
            _, goal = leg_ends(arrived[first + k, 1])
            mine[k] = w.rounds[mine[k]].place[goal]
        for k in range(size):
            _, goal = leg_ends(arrived[first + k, 1])
            w.routines[arrived[first + k, 0]].where = goal
            _count_at(w, int(mine[k]), goal, 1)


@compiled
def _depart_all(w: State, first_trip: int, last_trip: int) -> None:
    """Send off the people of some rows of the calendar of departures."""
    mine, begin, steps, segment = (
        np.empty(BLOCK, np.int64),
        np.empty(BLOCK, np.int64),
        np.empty(BLOCK, np.int64),
        np.empty(BLOCK, np.int64),
    )
    for first in range(first_trip, last_trip, BLOCK):
        size = min(BLOCK, last_trip - first)
        for k in range(size):
            mine[k] = w.routines[w.trips[first + k]].round
        for k in range(size):
            begin[k], steps[k] = way_in(w, int(mine[k]), w.trip_leg[first + k])
        for k in range(size):
            segment[k] = w.paths[begin[k]] if steps[k] > 0 else NONE
        for k in range(size):
            person, leg = int(w.trips[first + k]), int(w.trip_leg[first + k])
            _depart(w, person, int(mine[k]), leg, int(begin[k]), int(steps[k]), int(segment[k]))


@compiled
def _depart(w: State, person: int, daily_round: int, leg: int, begin: int, steps: int, segment: int) -> None:
    """Send somebody off, unless in custody, gone, or held up: then the rest of the plan is void."""
    who, mine = w.routines[person], w.rounds[daily_round]
    origin, goal = leg_ends(leg)
    if who.where != origin:
        return
    _count_at(w, mine.place[origin], origin, -1)
    if steps == 0:
        who.where = goal
        _count_at(w, mine.place[goal], goal, 1)
        return
    on_foot = (mine.on_foot >> (leg >> 1)) & 1
    _count_in_street(w, segment, 1, on_foot)
    who.where = TRAVELLING
    row = w.c[0].n_travellers
    _write_traveller(w.travellers, row, person, leg + ON_FOOT * on_foot, begin, segment, steps - 1)
    w.c[0].n_travellers += 1


@compiled
def take_away(w: State, person: int) -> None:
    """Take a person out of the city: arrested, or moved away."""
    who = w.routines[person]
    if who.where < TRAVELLING:
        _count_at(w, place_of(w, person, who.where), who.where, -1)
    elif who.where == TRAVELLING:
        _leave_street(w, person)
    who.where = AWAY


@compiled
def _leave_street(w: State, person: int) -> None:
    """Strike a traveller off the list; the others keep their order."""
    c, n_kept = w.c[0], 0
    for i in range(c.n_travellers):
        if w.travellers[i, 0] == person:
            _count_in_street(w, w.travellers[i, 3], -1, w.travellers[i, 1] >> 4)
            continue
        for column in range(5):
            w.travellers[n_kept, column] = w.travellers[i, column]
        n_kept += 1
    c.n_travellers = n_kept


@compiled
def bring_home(w: State, person: int) -> None:
    """Put a person who was away back into the own home."""
    who = w.routines[person]
    if who.where == AWAY:
        who.where = 0
        _count_at(w, place_of(w, person, 0), 0, 1)


@compiled
def person_key(w: State, resident: int) -> Key:
    """Return the key of the person who lives in a row now, or 0 for nobody: rooms are let again, keys are not."""
    return w.residents[resident].key if resident != NONE else NOBODY


@compiled
def where_is(w: State, person: int) -> int:
    """Return the segment on which a person is, a traveller as well; `NONE` if away or beyond the border."""
    who = w.routines[person]
    if who.where < TRAVELLING:
        return max(place_of(w, person, who.where), NONE)
    if who.where == TRAVELLING:
        for i in range(w.c[0].n_travellers):
            if w.travellers[i, 0] == person:
                return int(w.travellers[i, 3])
    return NONE
