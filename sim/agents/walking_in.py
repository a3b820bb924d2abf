"""Who goes to a police room: residents of the streets around it who know of it, with affairs that can wait.

What somebody takes to a room waits as a row of `calls` for the time at which they will be there, so that it happens at
its own moment among calls and officers. Nobody is sent to it.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.calls import is_replay, open_call
from sim.agents.heap import push
from sim.agents.state import State
from sim.agents.tables import AT_HOME, CALL_PENDING, INVALID, NONE
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, mix_keys, uniform, uniform_four, uniform_pair

ROOM = int(Stream.ROOM)
AFFAIR_KEYS = np.uint64(ROOM << 56)
"""Keeps what is taken to rooms apart from calls and offences."""
CAN_WAIT, OR_CALL = 1, 2
"""Who finds nobody in the room comes again another day, or calls instead."""
LEAST_URGENT = 3


@compiled
def has_rooms(w: State) -> bool:
    """Tell whether there are police rooms."""
    return bool(w.levers[0].rooms_close_h > w.levers[0].rooms_open_h)


@compiled
def p_goes(w: State, resident: int) -> float:
    """Return how many go of those who would, had they a room at their door: the near ones, and who knows of it.

    Who knows the officers of the own street knows where they are to be found.
    """
    who = w.residents[resident]
    if who.home < 0:
        return 0.0
    known = w.p[0].room_known
    return float(w.rooms[who.home].near * (known + (1.0 - known) * who.familiarity))


@compiled
def goes_instead(w: State, resident: int, cause: Key, t: float) -> bool:
    """Tell whether somebody at home walks to the room with what they would call about."""
    if not has_rooms(w) or w.where[resident] != AT_HOME:
        return False
    hour = (t % DAY_MIN) / 60.0
    if hour < w.levers[0].rooms_open_h or hour >= w.levers[0].rooms_close_h:
        return False
    return bool(uniform(w.c[0].seed, ROOM, cause, 0) < w.p[0].room_instead * p_goes(w, resident))


@compiled
def walk_instead(w: State, kind: int, priority: int, cause: Key, segment: int, resident: int, t: float) -> None:
    """Let somebody set out for the room instead of calling."""
    there = t + w.rooms[w.residents[resident].home].walk_min
    _take_to_room(w, kind, priority, cause, segment, resident, t, there, NONE, NONE, OR_CALL)


@compiled
def tell_in_room(
    w: State, kind: int, cause: Key, segment: int, victim: int, suspect: int, dispute: int, t: float
) -> int:
    """Let the victim of an offence that is not reported tell of it in a police room some days later, or not.

    Returns the row in which it waits, or `NONE`.
    """
    if not has_rooms(w) or victim == NONE:
        return NONE
    u_goes, u_days, u_hour, _ = uniform_four(w.c[0].seed, ROOM, cause, 0)
    if u_goes >= w.p[0].room_report * p_goes(w, victim):
        return NONE
    days = 1.0 + math.floor(-math.log(1.0 - u_days) * w.p[0].room_days)
    there = (math.floor(t / DAY_MIN) + days) * DAY_MIN + _minute(w, u_hour)
    return _take_to_room(w, kind, LEAST_URGENT, cause, segment, victim, t, there, suspect, dispute, CAN_WAIT)


@compiled
def bring_affairs(w: State, day: int, t: float) -> None:
    """Let residents plan, in the morning, to go to a room with an affair of which nobody would hear otherwise."""
    p, rate = w.p[0], w.p[0].room_affairs / 1000.0 / YEAR_DAYS
    if not has_rooms(w) or rate <= 0.0:
        return
    midnight = math.floor(t / DAY_MIN) * DAY_MIN
    for s in range(w.segments.size):
        place = w.segments[s]
        if w.rooms[s].near <= 0.0:
            continue
        for r in range(place.first_resident, place.first_resident + place.n_residents):
            who = w.residents[r]
            if not who.present or who.age < p.attends_from_age:
                continue
            u_goes, u_hour = uniform_pair(w.c[0].seed, ROOM, who.key, day + 1)
            if u_goes < 1.0 - math.exp(-rate * p_goes(w, r)):
                cause = mix_keys(who.key ^ AFFAIR_KEYS, day + 1)
                there = midnight + _minute(w, u_hour)
                _take_to_room(w, INVALID, LEAST_URGENT, cause, s, r, there, there, NONE, NONE, CAN_WAIT)


@compiled
def _minute(w: State, u: float) -> float:
    """Return a minute of the day at which rooms are open."""
    opens, closes = w.levers[0].rooms_open_h, w.levers[0].rooms_close_h
    return float(60.0 * (opens + (closes - opens) * u))


@compiled
def _take_to_room(
    w: State,
    kind: int,
    priority: int,
    cause: Key,
    segment: int,
    resident: int,
    t_event: float,
    there: float,
    suspect: int,
    dispute: int,
    at_room: int,
) -> int:
    if is_replay(w):
        return NONE
    row = open_call(w, kind, priority, cause, segment, resident, t_event, there, 0.0, suspect, dispute, False)
    if row != NONE:
        w.calls[row].at_room = at_room
        wait_for_room(w, row)
    return row


@compiled
def wait_for_room(w: State, row: int) -> None:
    """Let what somebody takes to a room wait for the time at which they are there."""
    push(w.pending, w.c[0].n_pending, w.calls["t_ready"], row)
    w.c[0].n_pending += 1


@compiled
def is_known_already(w: State, cause: Key) -> None:
    """Let nobody tell in a room of what an officer came upon in the meantime."""
    if not has_rooms(w):
        return
    for row in range(w.calls.size):
        call = w.calls[row]
        if call.state == CALL_PENDING and call.at_room and call.cause == cause:
            call.caller = NONE
