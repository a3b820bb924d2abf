"""Residents on the move: who leaves by the plan of the day, and one segment a tick on the way.

A departure calendar wakes who leaves; whoever stays costs nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.days import leg_ends
from sim.agents.state import State
from sim.agents.tables import AT_LEISURE_B, AWAY, NONE, ON_PATROL, TRAVELLING
from sim.compiling.compiled import compiled, phase
from sim.draws import Key

NOBODY = np.uint64(0)
BLOCK = 64
"""Trips whose first steps are read at once."""


@compiled
def place_of(w: State, person: int, place: int) -> int:
    """Return the segment of one of a person's places (see `PLACES`), `NONE` or `BEYOND`."""
    return int(w.rounds[w.routines[person].round].place[place])


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

    The rows of trips and travellers say all that a step needs, and are read in one direction: a city's people are
    spread over more memory than a processor keeps at hand.
    """
    c, paths, travellers, n_kept = w.c[0], w.paths, w.travellers, 0
    for i in range(c.n_travellers):
        person, leg, left, goal = travellers[i, 0], travellers[i, 1], travellers[i, 4], travellers[i, 5]
        on_foot = leg >> 4
        _count_in_street(w, travellers[i, 3], -1, on_foot)
        if left == 0:
            _, place = leg_ends(leg & 15)
            w.where[person] = place
            _count_at(w, goal, place, 1)
            continue
        path_index = travellers[i, 2] + 1 - 2 * (leg & 1)
        segment = paths[path_index]
        _count_in_street(w, segment, 1, on_foot)
        _write_traveller(travellers, n_kept, person, leg, path_index, segment, left - 1, goal)
        n_kept += 1
    c.n_travellers = n_kept
    _depart_all(w, w.trip_start[tick_of_plan], w.trip_start[tick_of_plan + 1])


@compiled
def _depart_all(w: State, first_trip: int, last_trip: int) -> None:
    """Send off who leaves now; the first steps of some are read at once, so that the waits for memory overlap."""
    steps = np.empty(BLOCK, np.int32)
    for first in range(first_trip, last_trip, BLOCK):
        size = min(BLOCK, last_trip - first)
        for k in range(size):
            trip = w.trips[first + k]
            steps[k] = w.paths[trip.path_at] if trip.steps > 0 else NONE
        for k in range(size):
            _depart(w, first + k, int(steps[k]))


@compiled
def _write_traveller(
    travellers: NDArray[np.int32], row: int, person: int, leg: int, path_index: int, segment: int, left: int, goal: int
) -> None:
    travellers[row, 0], travellers[row, 1], travellers[row, 2] = person, leg, path_index
    travellers[row, 3], travellers[row, 4], travellers[row, 5] = segment, left, goal


@compiled
def _depart(w: State, row: int, segment: int) -> None:
    """Send somebody off, unless in custody, gone, or held up: then the rest of the plan is void."""
    trip = w.trips[row]
    origin, place = leg_ends(trip.leg & 15)
    person = int(trip.person)
    if w.where[person] != origin:
        return
    _count_at(w, trip.origin, origin, -1)
    if trip.steps == 0:
        w.where[person] = place
        _count_at(w, trip.goal, place, 1)
        return
    _count_in_street(w, segment, 1, trip.leg >> 4)
    w.where[person] = TRAVELLING
    n = w.c[0].n_travellers
    _write_traveller(w.travellers, n, person, trip.leg, trip.path_at, segment, trip.steps - 1, trip.goal)
    w.c[0].n_travellers += 1


@compiled
def take_away(w: State, person: int) -> None:
    """Take a person out of the city: arrested, or moved away."""
    if w.where[person] < TRAVELLING:
        _count_at(w, place_of(w, person, w.where[person]), w.where[person], -1)
    elif w.where[person] == TRAVELLING:
        _leave_street(w, person)
    w.where[person] = AWAY


@compiled
def _leave_street(w: State, person: int) -> None:
    """Strike a traveller off the list; the others keep their order."""
    c, n_kept = w.c[0], 0
    for i in range(c.n_travellers):
        if w.travellers[i, 0] == person:
            _count_in_street(w, w.travellers[i, 3], -1, w.travellers[i, 1] >> 4)
            continue
        for column in range(6):
            w.travellers[n_kept, column] = w.travellers[i, column]
        n_kept += 1
    c.n_travellers = n_kept


@compiled
def bring_home(w: State, person: int) -> None:
    """Put a person who was away back into the own home."""
    if w.where[person] == AWAY:
        w.where[person] = 0
        _count_at(w, place_of(w, person, 0), 0, 1)


@compiled
def go_on_patrol(w: State, person: int) -> None:
    """Take a person who is at home out into the street, where the patrol counts who is with it."""
    _count_at(w, place_of(w, person, 0), 0, -1)
    w.where[person] = ON_PATROL


@compiled
def come_from_patrol(w: State, person: int) -> None:
    """Put a person who was on patrol back into the own home, unless arrested on the way."""
    if w.where[person] == ON_PATROL:
        w.where[person] = 0
        _count_at(w, place_of(w, person, 0), 0, 1)


@compiled
def person_key(w: State, resident: int) -> Key:
    """Return the key of the person who lives in a row now, or 0 for nobody: rooms are let again, keys are not."""
    return w.residents[resident].key if resident != NONE else NOBODY


@compiled
def where_is(w: State, person: int) -> int:
    """Return the segment on which a person is, a traveller as well; `NONE` if away or beyond the border."""
    if w.where[person] < TRAVELLING:
        return max(place_of(w, person, w.where[person]), NONE)
    if w.where[person] == TRAVELLING:
        for i in range(w.c[0].n_travellers):
            if w.travellers[i, 0] == person:
                return int(w.travellers[i, 3])
    if w.where[person] == ON_PATROL:
        for row in range(w.c[0].n_pairs):
            if w.pairs[row].a == person or w.pairs[row].b == person:
                return int(w.pairs[row].segment)
    return NONE
