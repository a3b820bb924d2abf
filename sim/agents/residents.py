"""Residents on the move: a plan for the day, and one segment a tick on the way.

A departure calendar wakes who leaves; whoever stays costs nothing. Plans run from four in the morning
to four in the next, so that an evening out ends within its day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import State
from sim.agents.tables import AWAY, DAYS_HOME, DAYS_LATE, DAYS_SCHOOL, LEGS, NONE, TRAVELLING
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, uniform_four

PLAN_BEGINS_MIN = 240
"""Plans begin at four in the morning."""
MAX_TRIPS = 4
NOBODY = np.uint64(0)
PLAN = int(Stream.PLAN)
LEG_FROM = np.array([leg[0] for leg in LEGS], np.int64)
LEG_TO = np.array([leg[1] for leg in LEGS], np.int64)
LEG_BETWEEN = np.full((4, 4), -1, np.int64)
"""Code of the leg from one place to another: twice its number in `LEGS`, plus 1 for the way back."""
for _number, (_from, _to) in enumerate(LEGS):
    LEG_BETWEEN[_from, _to] = 2 * _number
    LEG_BETWEEN[_to, _from] = 2 * _number + 1


@compiled
def _add_trip(
    minute: float, origin: int, goal: int, n: int, times: NDArray[np.float64], legs: NDArray[np.uint8]
) -> int:
    """Append a trip to a plan and return the number of trips."""
    times[n] = minute
    legs[n] = LEG_BETWEEN[origin, goal]
    return n + 1


@compiled
def _evening_out(
    begin: float, origin: int, leisure: int, stay: float, n: int, times: NDArray[np.float64], legs: NDArray[np.uint8]
) -> int:
    n = _add_trip(begin, origin, leisure, n, times, legs)
    return _add_trip(min(begin + stay, 1430.0), leisure, 0, n, times, legs)


@compiled
def plan_person(w: State, person: int, day: int, times: NDArray[np.float64], legs: NDArray[np.uint8]) -> int:
    """Plan one day: fill departure times (minutes after four) and legs, return the number of trips."""
    p, who = w.p[0], w.routines[person]
    place = w.rounds[who.round].place
    weekday = w.weekday[day + 1]
    weekend = weekday >= 5
    seed = w.c[0].seed
    u0, u1, u2, u3 = uniform_four(seed, PLAN, who.key, 3 * day + 3)
    v0, v1, v2, v3 = uniform_four(seed, PLAN, who.key, 3 * day + 4)
    u_straight, u_evening, _, _ = uniform_four(seed, PLAN, who.key, 3 * day + 5)
    leisure = 2 if v2 < 0.6 or place[3] == NONE else 3
    readiness = 0.5 + who.outgoing / 255.0
    late_night = weekday >= 4 and weekday <= 5 and v3 < 0.5
    stay = 60.0 + 120.0 * (v0 + v1) * (1.5 if late_night else 1.0)
    can_go_out = place[leisure] != NONE
    n = 0
    if who.kind != DAYS_HOME and not weekend and place[1] != NONE:
        begin, length = 225.0, 560.0  # leaves at a quarter to eight, away for nine hours
        if who.kind == DAYS_LATE:
            begin, length = 620.0, 480.0
        elif who.kind == DAYS_SCHOOL:
            begin, length = 215.0, 430.0
        leave = begin + 60.0 * (u0 + u1 - 1.0)
        back = leave + length + 75.0 * (u2 - 0.5)
        n = _add_trip(leave, 0, 1, n, times, legs)
        if can_go_out and who.kind != DAYS_LATE and u3 < p.p_out_weekday * readiness:
            if u_straight < 0.4:
                return _evening_out(back, 1, leisure, stay, n, times, legs)
            n = _add_trip(back, 1, 0, n, times, legs)
            return _evening_out(max(back + 60.0, 840.0 + 120.0 * u_evening), 0, leisure, stay, n, times, legs)
        return _add_trip(back, 1, 0, n, times, legs)
    if not can_go_out:
        return 0
    if weekend and u3 < p.p_out_weekend * readiness:
        begin = 360.0 + 300.0 * (u0 + u1) + (240.0 if late_night else 0.0)
        return _evening_out(begin, 0, leisure, stay, n, times, legs)
    if not weekend and u3 < p.p_errand * readiness:
        return _evening_out(240.0 + 270.0 * (u0 + u1), 0, leisure, 30.0 + 90.0 * (v0 + v1), n, times, legs)
    return 0


@compiled
def plan_day(w: State, day: int) -> None:
    """Plan the day of everybody and sort the departures by tick: the nearest one, so that nobody is early on average.

    Residents stay in their own order within a tick, so that memory is read in one direction.
    """
    n_people, n_ticks = w.routines.size, w.trip_start.size - 1
    tick_min = w.p[0].tick_min
    planned = np.empty((n_people, MAX_TRIPS), np.uint16)
    planned_leg = np.empty((n_people, MAX_TRIPS), np.uint8)
    n_planned = np.zeros(n_people, np.uint8)
    times, legs = np.empty(MAX_TRIPS), np.empty(MAX_TRIPS, np.uint8)
    counts = w.trip_start
    counts[:] = 0
    path_ticks, visit_ticks = 0, 0
    for person in range(n_people):
        if w.routines[person].where == AWAY:
            continue
        n = plan_person(w, person, day, times, legs)
        earliest, arrived = 0, 0
        for i in range(n):
            tick = max(int(times[i] / tick_min + 0.5), earliest)
            tick = min(tick, n_ticks - 1)
            planned[person, i], planned_leg[person, i] = tick, legs[i]
            on_the_way = int(w.rounds[w.routines[person].round].path_len[legs[i] >> 1])
            if leg_ends(legs[i])[0] != 0:  # leaves work or a place to go out: the stay there ends
                visit_ticks += tick - arrived
            arrived = tick + on_the_way
            earliest = arrived
            path_ticks += on_the_way
            counts[tick + 1] += 1
        n_planned[person] = n
    for tick in range(n_ticks):
        counts[tick + 1] += counts[tick]
    _fill_calendar(w, planned, planned_leg, n_planned)
    w.c[0].mean_street = max(path_ticks, 1) / (n_ticks * w.segments.size)
    w.c[0].mean_visiting = max(visit_ticks, 1) / (n_ticks * w.segments.size)


@compiled
def _fill_calendar(
    w: State, planned: NDArray[np.uint16], planned_leg: NDArray[np.uint8], n_planned: NDArray[np.uint8]
) -> None:
    next_row = w.trip_start.copy()
    for person in range(n_planned.size):
        for i in range(n_planned[person]):
            tick = planned[person, i]
            w.trips[next_row[tick]] = person
            w.trip_leg[next_row[tick]] = planned_leg[person, i]
            next_row[tick] += 1


@compiled
def leg_ends(leg: int) -> tuple[int, int]:
    """Return the places between which a leg goes."""
    number = leg >> 1
    if leg & 1:
        return LEG_TO[number], LEG_FROM[number]
    return LEG_FROM[number], LEG_TO[number]


@compiled
def place_of(w: State, person: int, place: int) -> int:
    """Return the segment of one of a person's places (see `PLACES`), or `NONE`."""
    return int(w.rounds[w.routines[person].round].place[place])


@compiled
def way_of(w: State, person: int, leg: int) -> tuple[int, int]:
    """Return where in `paths` a leg begins, and its ticks: on the way back it begins with the last segment stored."""
    number, mine = leg >> 1, w.rounds[w.routines[person].round]
    begin, steps = np.int64(mine.path_start), int(mine.path_len[number])
    for before in range(number):
        begin += mine.path_len[before]
    return (int(begin + steps - 1) if leg & 1 else int(begin)), steps


@compiled
def _count_at(w: State, person: int, place: int, change: int) -> None:
    """Count a person in or out of one of the own places."""
    segment = w.segments[place_of(w, person, place)]
    if place == 0:
        segment.n_home += change
        w.c[0].n_at_home += change
    else:
        segment.n_visiting += change


@phase
def move(w: State, tick_of_plan: int) -> None:
    """Move who is on the way by one segment, and send off who leaves now.

    A traveller's row says all that a step needs, so that routine and round are read only at the two
    ends of a trip.
    """
    c, segments, paths, travellers = w.c[0], w.segments, w.paths, w.travellers
    n_kept = 0
    for i in range(c.n_travellers):
        person, leg, left = travellers[i, 0], travellers[i, 1], travellers[i, 4]
        segments[travellers[i, 3]].n_street -= 1
        if left == 0:
            _arrive(w, person, leg)
            continue
        path_index = travellers[i, 2] + 1 - 2 * (leg & 1)
        segment = paths[path_index]
        segments[segment].n_street += 1
        _write_traveller(travellers, n_kept, person, leg, path_index, segment, left - 1)
        n_kept += 1
    c.n_travellers = n_kept
    for k in range(w.trip_start[tick_of_plan], w.trip_start[tick_of_plan + 1]):
        _depart(w, w.trips[k], w.trip_leg[k])


@compiled
def _write_traveller(
    travellers: NDArray[np.int32], row: int, person: int, leg: int, path_index: int, segment: int, left: int
) -> None:
    travellers[row, 0], travellers[row, 1], travellers[row, 2] = person, leg, path_index
    travellers[row, 3], travellers[row, 4] = segment, left


@compiled
def _depart(w: State, person: int, leg: int) -> None:
    who = w.routines[person]
    origin, _ = leg_ends(leg)
    if who.where != origin:  # in custody, gone, or held up: the rest of the plan is void
        return
    _count_at(w, person, origin, -1)
    path_index, steps = way_of(w, person, leg)
    if steps == 0:
        _arrive(w, person, leg)
        return
    segment = w.paths[path_index]
    w.segments[segment].n_street += 1
    who.where = TRAVELLING
    _write_traveller(w.travellers, w.c[0].n_travellers, person, leg, path_index, segment, steps - 1)
    w.c[0].n_travellers += 1


@compiled
def _arrive(w: State, person: int, leg: int) -> None:
    _, goal = leg_ends(leg)
    w.routines[person].where = goal
    _count_at(w, person, goal, 1)


@compiled
def take_away(w: State, person: int) -> None:
    """Take a person out of the city: arrested, or moved away."""
    who = w.routines[person]
    if who.where < TRAVELLING:
        _count_at(w, person, who.where, -1)
    elif who.where == TRAVELLING:
        _leave_street(w, person)
    who.where = AWAY


@compiled
def _leave_street(w: State, person: int) -> None:
    """Strike a traveller off the list; the others keep their order."""
    c, n_kept = w.c[0], 0
    for i in range(c.n_travellers):
        if w.travellers[i, 0] == person:
            w.segments[w.travellers[i, 3]].n_street -= 1
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
        _count_at(w, person, 0, 1)


@compiled
def person_key(w: State, resident: int) -> Key:
    """Return the key of the person who lives in a row now, or 0 for nobody: rooms are let again, keys are not."""
    return w.residents[resident].key if resident != NONE else NOBODY


@compiled
def where_is(w: State, person: int) -> int:
    """Return the segment on which a person is; a traveller is looked up on the way, `NONE` if away."""
    who = w.routines[person]
    if who.where < TRAVELLING:
        return place_of(w, person, who.where)
    if who.where == TRAVELLING:
        for i in range(w.c[0].n_travellers):
            if w.travellers[i, 0] == person:
                return int(w.travellers[i, 3])
    return NONE
