"""Dispatch: a priority queue, and the nearest free unit, in continuous time within the tick."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.attitudes import told_wait
from sim.agents.calls import LOOK_AGAIN_MIN, close_call, is_plain, units_wanted, wait_in_queue
from sim.agents.duty_time import next_act_at, pass_time
from sim.agents.heap import pop, push
from sim.agents.officers import act
from sim.agents.police_rooms import come_to_room
from sim.agents.routing import FAR, crow_m, minutes_within
from sim.agents.scene import go_to_call
from sim.agents.state import State
from sim.agents.tables import (
    BRIEFING,
    COMMUNITY,
    DESK,
    FOOT,
    HOLD,
    INSPECT,
    NEVER,
    NONE,
    PATROL,
    PROBLEM,
    REPORT,
    RESPOND,
    RESPONSE,
    REST,
    ROOM,
    SERVE,
    TRAVEL,
    VISIT,
)
from sim.compiling.compiled import compiled, phase

SLACK_MIN = 1e-3
"""Far more than the rounding of times, so that equal times are told from longer ones by the exact numbers."""
LOOK_AHEAD = 8
"""Waiting calls that nobody can take, after which no further one is tried."""


class Crew(NamedTuple):
    """Hold who is on duty or will be within the shift, and when each acts: few of the force, asked for each call."""

    rows: NDArray[np.int32]
    """rows in `officers`, in their order"""
    at: NDArray[np.float64]
    """by row in `officers`: when somebody of the crew acts next"""
    line: NDArray[np.int32]
    """room for a heap of those who act now"""
    line_at: NDArray[np.float64]
    """when they act"""


@compiled
def list_crew(w: State) -> Crew:
    """List who is on duty, or will be before the orders change, and when each acts."""
    size, n = w.officers.size, 0
    rows, at = np.empty(size, np.int32), np.empty(size)
    for o in range(size):
        who = w.officers[o]
        if who.on_duty or who.until < NEVER:
            rows[n], at[o] = o, next_act_at(w, o)
            n += 1
    return Crew(rows[:n], at, np.empty(n, np.int32), np.empty(n))


@compiled
def is_free(w: State, o: int, priority: int) -> bool:
    """Tell whether an officer can be sent to a call of some priority."""
    who = w.officers[o]
    if not who.on_duty or (who.role != RESPONSE and who.role != FOOT and who.role != COMMUNITY):
        return False
    if who.task != NONE and w.tasks[who.task].protected and priority > 1 and w.tasks[who.task].start <= w.c[0].police_t:
        return False
    if who.activity == PATROL or who.activity == TRAVEL or who.activity == HOLD:
        return True
    return priority == 1 and can_be_interrupted(w, o)


@compiled
def can_be_interrupted(w: State, o: int) -> bool:
    """Tell whether an officer leaves what is being done for a critical call.

    Visits and work on places are broken off, and a police room is left; so are breaks, desk and paper work, briefings,
    and, alone at it, a call of the lowest priority, which waits for another unit.
    """
    who = w.officers[o]
    if who.activity == VISIT or who.activity == PROBLEM or who.activity == ROOM:
        return True
    if w.p[0].preemption < 0.5 or is_plain(w):
        return False
    if who.activity == RESPOND or who.activity == SERVE:
        return bool(w.calls[who.call].priority == 3 and w.calls[who.call].n_busy == 1)
    desk = who.activity == REST or who.activity == REPORT or who.activity == DESK or who.activity == BRIEFING
    return bool(desk or who.activity == INSPECT)


@compiled
def nearest_free(w: State, crew: Crew, row: int, t: float) -> int:
    """Choose the free unit that can be there first, or `NONE`.

    Who is likely to be first is asked first: the search for all others need not go beyond.
    """
    likely = _likely_first(w, crew, row, t)
    best, least = NONE, NEVER
    for i in range(-1, crew.rows.size):
        o = likely if i < 0 else int(crew.rows[i])
        if o == NONE or not can_go(w, crew, o, row, t):
            continue
        minutes = minutes_to_call(w, o, row, t, least)
        if minutes < least or (minutes == least and best != NONE and w.officers[o].key < w.officers[best].key):
            best, least = o, minutes
    return best


@compiled
def can_go(w: State, crew: Crew, o: int, row: int, t: float) -> bool:
    """Tell whether an officer can be sent to a call now: free, and not one of those whom the own district keeps.

    A district that keeps units back for priority 1 lets one of them go to a call that has waited too long.
    """
    p, call, who = w.p[0], w.calls[row], w.officers[o]
    if not is_free(w, o, call.priority):
        return False
    if p.kept_a_district == 0 or call.priority == 1 or call.discovered or who.role != RESPONSE:
        return True
    if t - call.t_ready >= p.kept_max_min:
        return True
    n_free = 0
    for i in range(crew.rows.size):
        other = w.officers[int(crew.rows[i])]
        if other.role == RESPONSE and other.district == who.district and is_free(w, int(crew.rows[i]), 3):
            n_free += 1
    return bool(n_free > p.kept_a_district)


@compiled
def _likely_first(w: State, crew: Crew, row: int, t: float) -> int:
    """Guess by the straight distance who can be there first, or `NONE` if nobody is free."""
    call = w.calls[row]
    goal = w.segments[call.segment].junction_a
    best, least = NONE, NEVER
    for i in range(crew.rows.size):
        o = int(crew.rows[i])
        if can_go(w, crew, o, row, t):
            who = w.officers[o]
            roads = w.walk if who.on_foot else w.drive
            minutes = _wait(w, o, t) + crow_m(roads, who.junction, goal) * roads.crow_pace[0] - _lead(w, o, row)
            if minutes < least:
                best, least = o, minutes
    return best


@compiled
def _wait(w: State, o: int, t: float) -> float:
    """Return the time until an officer is at a junction and can turn."""
    who = w.officers[o]
    moving = who.activity == PATROL or who.activity == TRAVEL or who.activity == RESPOND
    return float(max(who.until - t, 0.0)) if moving else 0.0


@compiled
def _lead(w: State, o: int, row: int) -> float:
    """Return the minutes that a unit may be farther away: of the call's own cell (by the policy), of its beat."""
    who, segment = w.officers[o], w.calls[row].segment
    lead = float(w.p[0].own_cell_min) if who.cell != NONE and who.cell == w.cells[segment] else 0.0
    own = w.p[0].own_district_min > 0.0 and who.district == w.segments[segment].district
    return lead + (float(w.p[0].own_district_min) if own else 0.0)


@compiled
def minutes_to_call(w: State, o: int, row: int, t: float, limit: float) -> float:
    """Return the minutes in which a unit can be there, less its lead; `NEVER` if out of reach.

    What is more than `limit` need not be exact.
    """
    call, who = w.calls[row], w.officers[o]
    goal = w.segments[call.segment].junction_a
    saw_it = call.discovered == 1 and who.segment == call.segment
    wait, lead = _wait(w, o, t), _lead(w, o, row)
    reach = FAR if saw_it else limit + lead - wait + SLACK_MIN
    if who.on_foot:
        if crow_m(w.walk, who.junction, goal) > w.p[0].foot_reach_min * w.p[0].foot_kmh * 1000.0 / 60.0:
            return NEVER
        reach = min(reach, w.p[0].foot_reach_min - wait + SLACK_MIN)
    minutes = wait + minutes_within(w.walk if who.on_foot else w.drive, who.junction, goal, reach)
    if who.on_foot and minutes > w.p[0].foot_reach_min:
        return NEVER
    return (0.0 if saw_it else minutes) - lead  # who saw it deals with it


@compiled
def send(w: State, crew: Crew, row: int, t: float, free: tuple[int, int, int]) -> bool:
    """Send the unit or units that a call needs; tell whether anybody could be sent; `free` is from `count_free`."""
    call = w.calls[row]
    if (call.priority > 1 and free[0] == 0) or is_held_back(w, row, t, free):
        return False
    for k in range(units_wanted(w, row)):
        o = nearest_free(w, crew, row, t)
        if o == NONE:
            return k > 0
        if k == 0 and call.t_sent >= NEVER:
            w.c[0].queue_min += t - call.t_ready
        go_to_call(w, o, row, t)
        crew.at[o] = next_act_at(w, o)
    return True


@compiled
def count_free(w: State, crew: Crew) -> tuple[int, int, int]:
    """Count those who can be sent to a call that is not critical; of these the response units, and these on duty."""
    n, n_free, n_there = 0, 0, 0
    for i in range(crew.rows.size):
        o = int(crew.rows[i])
        who = w.officers[o]
        if who.on_duty and who.role <= COMMUNITY:
            free = is_free(w, o, 3)
            n += free
            n_free += free and who.role == RESPONSE
            n_there += who.role == RESPONSE
    return n, n_free, n_there


@compiled
def is_held_back(w: State, row: int, t: float, free: tuple[int, int, int]) -> bool:
    """Tell whether a call of the lowest priority waits so that somebody stays free for urgent ones.

    So dispatchers stack calls: the last free units are kept, but nobody is kept waiting for long on their account.
    """
    p, call = w.p[0], w.calls[row]
    if call.priority < 3 or p.stack_reserve <= 0.0 or is_plain(w) or call.discovered:
        return False
    if t - call.t_ready >= p.stack_max_min:
        return False
    return bool(free[1] <= p.stack_reserve * free[2])


@phase
def police_until(w: State, end: float) -> None:
    """Let the police work up to a moment: send units to calls that become ready, each at its own moment, and act."""
    c, crew = w.c[0], list_crew(w)
    while c.n_pending > 0 and w.calls[w.pending[0]].t_ready < end:
        t = w.calls[w.pending[0]].t_ready
        _officers_until(w, crew, t)
        row = pop(w.pending, c.n_pending, w.calls["t_ready"])
        c.n_pending -= 1
        if w.calls[row].at_room and not come_to_room(w, row, t):
            continue
        w.calls[row].told_min = told_wait(w, w.calls[row].priority)
        if (c.n_queue > 0 and w.calls[row].rank > w.calls[w.queue[0]].rank) or not send(
            w, crew, row, t, count_free(w, crew)
        ):
            wait_in_queue(w, row, t)
    _officers_until(w, crew, end)


@compiled
def _officers_until(w: State, crew: Crew, end: float) -> None:
    """Let all officers act up to a time; while calls wait, whoever becomes free takes one at that moment.

    Somebody may also come within reach, on foot; so the queue is looked through every few minutes besides.
    """
    c = w.c[0]
    while c.n_queue > 0:
        t = min(_next_freed(w, crew, end), float(c.look_at))
        if t >= end:
            break
        _all_until(w, crew, t)
        _serve_queue(w, crew, t)
        if t >= c.look_at:
            c.look_at += LOOK_AGAIN_MIN
    _all_until(w, crew, end)


@compiled
def _next_freed(w: State, crew: Crew, end: float) -> float:
    """Return the next moment at which a busy officer ends something, or `end`."""
    t = end
    for i in range(crew.rows.size):
        o = int(crew.rows[i])
        who = w.officers[o]
        # Who is on the way counts too: work at the scene can be over before anything else ends.
        # So does whose duty begins within the shift; of all others off duty, `until` is never.
        if who.role <= COMMUNITY and not is_free(w, o, 3):
            t = min(t, who.until)
    return t


@compiled
def _all_until(w: State, crew: Crew, end: float) -> None:
    """Let officers act up to a time, in order of time, and of their keys where times are equal.

    So the first in time is the first at a call, and sees first what goes on in a street. Whoever does nothing else up
    to then is not looked at: `let_time_pass` books the time.
    """
    line, at, n = crew.line, crew.line_at, 0
    for i in range(crew.rows.size):
        o = int(crew.rows[i])
        if crew.at[o] <= end:
            _line_up(w, line, at, n, o, crew.at[o])
            n += 1
    while n > 0:
        o = line[0]
        act(w, o, at[0])
        t = next_act_at(w, o)
        crew.at[o] = t
        if t > end:
            n -= 1
            o, t = line[n], at[n]
        _stand_first(w, line, at, n, o, t)
    w.c[0].police_t = end


@compiled
def _is_before(w: State, o: int, t: float, other: int, other_t: float) -> bool:
    return bool(t < other_t or (t == other_t and w.officers[o].key < w.officers[other].key))


@compiled
def _line_up(w: State, line: NDArray[np.int32], at: NDArray[np.float64], n: int, o: int, t: float) -> None:
    """Add an officer who will act at `t` to a heap of `n`."""
    hole = n
    while hole > 0:
        parent = (hole - 1) >> 1
        if not _is_before(w, o, t, line[parent], at[parent]):
            break
        line[hole], at[hole] = line[parent], at[parent]
        hole = parent
    line[hole], at[hole] = o, t


@compiled
def _stand_first(w: State, line: NDArray[np.int32], at: NDArray[np.float64], n: int, o: int, t: float) -> None:
    """Put an officer in the place of the first of a heap of `n`, and let those pass who act before `t`."""
    hole, child = 0, 1
    while child < n:
        if child + 1 < n:
            # Which of two is earlier is anybody's guess: counted, not branched upon. Equal times are rare.
            left = at[child]
            earlier = int(at[child + 1] < left)
            if at[child + 1] == left:
                earlier = int(w.officers[line[child + 1]].key < w.officers[line[child]].key)
            child += earlier
        if not _is_before(w, line[child], at[child], o, t):
            break
        line[hole], at[hole] = line[child], at[child]
        hole, child = child, 2 * child + 1
    line[hole], at[hole] = o, t


@phase
def let_time_pass(w: State, end: float) -> None:
    """Book the time of all who are on duty up to the end of a tick."""
    for o in range(w.officers.size):
        if w.officers[o].on_duty:
            pass_time(w, o, end)


@compiled
def _serve_queue(w: State, crew: Crew, t: float) -> None:
    """Send whoever is free to the calls that wait, most urgent and oldest first.

    A call that nobody can take (too far on foot, say) does not hold up those behind it.
    """
    c, limit = w.c[0], w.p[0].max_wait_h * 60.0
    passed, n_passed, free = np.empty(LOOK_AHEAD, np.int32), 0, count_free(w, crew)
    while c.n_queue > 0 and n_passed < LOOK_AHEAD:
        row = pop(w.queue, c.n_queue, w.calls["rank"])
        c.n_queue -= 1
        if t - w.calls[row].t_ready > limit:
            close_call(w, row, t)
        elif send(w, crew, row, t, free):
            free = count_free(w, crew)
        else:
            passed[n_passed] = row
            n_passed += 1
    for i in range(n_passed):
        push(w.queue, c.n_queue, w.calls["rank"], passed[i])
        c.n_queue += 1
