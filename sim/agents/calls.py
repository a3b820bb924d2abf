"""Calls: from the telephone to the end of the work on them."""

from __future__ import annotations

import math

import numpy as np

from sim.agents.attitudes import feel_wait
from sim.agents.heap import push
from sim.agents.local_problems import notice_trouble
from sim.agents.propensity import is_even
from sim.agents.residents import person_key
from sim.agents.state import State
from sim.agents.tables import (
    CALL_FREE,
    CALL_PENDING,
    CALL_QUEUED,
    DISPUTE,
    INVALID,
    NEVER,
    NOISE,
    NONE,
    TRAFFIC,
)
from sim.compiling.compiled import compiled
from sim.draws import Key, Stream, exponential, normal, uniform
from sim.params import ASSAULT, BURGLARY, N_CRIMES, ROBBERY

SERVICE, CONTACT = int(Stream.SERVICE), int(Stream.CONTACT)
MAX_SERVICE_MIN = 720.0
LOOK_AGAIN_MIN = 5.0
"""Calls that nobody could take are looked at again so often, by the clock, whatever the length of a tick."""
NO_DISPUTE = np.uint64(0)


@compiled
def new_call(
    w: State,
    kind: int,
    priority: int,
    cause: Key,
    segment: int,
    caller: int,
    t_event: float,
    t_call: float,
    suspect: int,
    dispute: int,
    discovered: bool,
) -> int:
    """Take a call: it waits on the telephone and then joins those to be sent. Return its row, or `NONE`.

    An invalid call ends on the telephone. In a replay the calls are those of the record, and nobody else calls; what
    officers come upon themselves goes on.
    """
    c = w.c[0]
    if is_replay(w) and not discovered:
        return NONE
    handling = 0.0 if discovered else exponential(c.seed, SERVICE, cause, 1) * w.p[0].call_handling_min
    row = open_call(w, kind, priority, cause, segment, caller, t_event, t_call, handling, suspect, dispute, discovered)
    if row == NONE:
        return NONE
    if kind == INVALID:
        c.n_telephone += 1
        close_call(w, row, w.calls[row].t_ready)
        return NONE
    if kind >= N_CRIMES:
        notice_trouble(w, segment, kind)
    push(w.pending, c.n_pending, w.calls["t_ready"], row)
    c.n_pending += 1
    return row


@compiled
def is_replay(w: State) -> bool:
    """Tell whether a force's record of calls stands in for all calls."""
    return bool(w.recorded.size > 0)


@compiled
def open_call(
    w: State,
    kind: int,
    priority: int,
    cause: Key,
    segment: int,
    caller: int,
    t_event: float,
    t_call: float,
    handling: float,
    suspect: int,
    dispute: int,
    discovered: bool,
) -> int:
    """Write a call into a free row and return that row, or `NONE` where there is none."""
    row = _free_row(w)
    if row == NONE:
        w.c[0].n_calls_lost += 1
        return NONE
    call, t_ready = w.calls[row], t_call + handling
    call.state, call.kind, call.priority, call.cause = CALL_PENDING, kind, priority, cause
    call.suspect, call.segment, call.caller, call.discovered = suspect, segment, caller, discovered
    call.caller_key = person_key(w, caller)
    call.dispute, call.dispute_key = dispute, w.disputes[dispute].key if dispute != NONE else NO_DISPUTE
    call.t_event, call.t_call, call.t_ready = t_event, t_call, t_ready
    call.rank = t_ready + (priority * 1e10 if w.p[0].by_priority >= 0.5 else 0.0)
    call.t_sent = call.t_out = call.t_arrived = call.t_end = NEVER
    call.left_min = call.unit_min = call.t_left = 0.0
    call.first_officer, call.n_sent, call.n_busy = NONE, 0, 0
    call.evidence = call.n_witnesses = 0
    call.at_room = call.n_tries = call.recorded = 0
    call.service_min = 0.0
    return row


@compiled
def _free_row(w: State) -> int:
    """Find a free row, starting after the one found last."""
    size = w.calls.size
    for k in range(size):
        row = (w.c[0].call_hint + k) % size
        if w.calls[row].state == CALL_FREE:
            w.c[0].call_hint = (row + 1) % size
            return int(row)
    return NONE


@compiled
def close_call(w: State, row: int, t: float) -> None:
    """Write a call to the ledger and free its row."""
    call = w.calls[row]
    write_call(w, row, t)
    if call.kind != INVALID and call.t_arrived >= NEVER and waits_for_police(w, call.kind, call.cause):
        feel_wait(w, call.caller, call.caller_key, NEVER, call.told_min)
    call.state = CALL_FREE
    w.c[0].n_calls += 1


@compiled
def write_call(w: State, row: int, t: float) -> None:
    """Write a call to the ledger, or what somebody told of an offence in a police room."""
    call = w.calls[row]
    i = w.out.n[0].calls
    w.out.n[0].calls = i + 1
    event = w.out.calls[i]
    event.cause, event.kind, event.priority = call.cause, call.kind, call.priority
    event.segment, event.caller, event.caller_key = call.segment, call.caller, call.caller_key
    event.t_event, event.t_call, event.t_closed = call.t_event, call.t_call, t
    event.t_sent = call.t_sent if call.t_sent < NEVER else math.nan
    event.t_arrived = call.t_arrived if call.t_arrived < NEVER else math.nan
    event.t_out = call.t_out if call.t_out < NEVER else math.nan
    event.unit_min = call.unit_min
    event.officer, event.n_units = call.first_officer, call.n_sent
    event.answered, event.discovered = call.t_arrived < NEVER, call.discovered
    event.at_room = call.at_room > 0


@compiled
def waits_for_police(w: State, kind: int, cause: Key) -> bool:
    """Tell whether who called waits for the officers and meets them: about noise most stay inside, some drive on.

    Whoever does not wait is not moved by a wait either, nor where nobody comes at all.
    """
    if is_even(w) or (kind != NOISE and kind != TRAFFIC):
        return True
    chance = w.p[0].noise_caller_met if kind == NOISE else w.p[0].traffic_caller_met
    return bool(uniform(w.c[0].seed, CONTACT, cause, 1) < chance)


@compiled
def is_plain(w: State) -> bool:
    """Tell whether calls are answered as queueing theory wants it: one kind of work, nothing but the way before it."""
    return bool(w.p[0].service_exponential >= 0.5)


@compiled
def service_minutes(w: State, kind: int, priority: int, cause: Key) -> float:
    """Draw the time that a call takes at the scene, lognormal: by its kind, and more where it is urgent."""
    p = w.p[0]
    if is_plain(w):
        return float(exponential(w.c[0].seed, SERVICE, cause, 0) * p.service_median_min / math.log(2.0))
    median = p.service_median_min * service_of_kind(w, kind) * (p.service_urgent if priority == 1 else 1.0)
    drawn = median * math.exp(p.service_spread * normal(w.c[0].seed, SERVICE, cause, 0))
    return float(min(drawn, MAX_SERVICE_MIN))


@compiled
def service_of_kind(w: State, kind: int) -> float:
    """Return the work that a kind of call makes against the mean one."""
    p = w.p[0]
    if kind < N_CRIMES:
        return float(p.service_crime[kind])
    if kind == TRAFFIC:
        return float(p.service_traffic)
    if kind == NOISE:
        return float(p.service_noise)
    return float(p.service_dispute) if kind == DISPUTE else float(p.service_welfare)


@compiled
def p_second_unit(w: State, kind: int) -> float:
    """Return the chance that a call needs two officers."""
    p = w.p[0]
    if kind < N_CRIMES:
        return float(p.second_crime[kind])
    if kind == TRAFFIC:
        return float(p.second_traffic)
    if kind == NOISE:
        return float(p.second_noise)
    return float(p.second_dispute) if kind == DISPUTE else float(p.second_welfare)


@compiled
def units_wanted(w: State, row: int) -> int:
    """Return the units that a call needs, as far as they are free."""
    call = w.calls[row]
    if call.priority == 1:
        return int(w.p[0].units_first)
    if is_plain(w) or call.discovered:
        return 1
    return 2 if uniform(w.c[0].seed, SERVICE, call.cause, 2) < p_second_unit(w, call.kind) else 1


@compiled
def turnout_minutes(w: State, row: int) -> float:
    """Draw the time from the instruction until the wheels of the next unit move; who saw it is there."""
    call = w.calls[row]
    if is_plain(w) or call.discovered:
        return 0.0
    return float(exponential(w.c[0].seed, SERVICE, call.cause, 10 + call.n_sent) * w.p[0].turnout_min)


@compiled
def wait_in_queue(w: State, row: int, t: float) -> None:
    """Put a call into the queue; who waits is looked at again every few minutes."""
    c = w.c[0]
    if c.n_queue == 0:
        c.look_at = (math.floor(t / LOOK_AGAIN_MIN) + 1.0) * LOOK_AGAIN_MIN
    w.calls[row].state = CALL_QUEUED
    push(w.queue, c.n_queue, w.calls["rank"], row)
    c.n_queue += 1


@compiled
def priority_of(w: State, kind: int, seriousness: float, delay: float) -> int:
    """Grade a call: 1 for violence under way, 2 for what is fresh or grave, 3 for the rest."""
    p = w.p[0]
    if kind == ROBBERY or kind == ASSAULT:
        return 1 if delay < p.violence_under_way_min and seriousness > p.violence_grave else 2
    if kind == BURGLARY or kind == DISPUTE:
        return 2 if delay < p.fresh_burglary_min else 3
    return 2 if kind == TRAFFIC or (kind != NOISE and delay < p.fresh_min) else 3
