"""An officer and a call: on the way, at the scene, and done."""

from __future__ import annotations

from sim.agents.attitudes import expect_news, feel_wait
from sim.agents.calls import (
    close_call,
    is_plain,
    open_call,
    priority_of,
    service_minutes,
    turnout_minutes,
    wait_in_queue,
    waits_for_police,
)
from sim.agents.contacts import felt_fair, write_contact
from sim.agents.discovery import notices
from sim.agents.disputes import calm
from sim.agents.duty_time import pass_time
from sim.agents.evidence import leave_evidence, secure_evidence
from sim.agents.investigation import arrest, caught_at_scene, open_case
from sim.agents.local_problems import answer_trouble
from sim.agents.offenders import raise_risk
from sim.agents.presence import enter_segment
from sim.agents.prisoners import take_prisoner
from sim.agents.reporting import is_diverted, record_incident
from sim.agents.routing import plan_route
from sim.agents.state import State
from sim.agents.tables import (
    AWAY,
    BY_RESPONSE,
    CALL_SENT,
    NEVER,
    NONE,
    PATROL,
    REPORT,
    RESPOND,
    REST,
    SERVE,
    TRAVEL,
    WARDEN,
)
from sim.agents.walking_in import is_known_already
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform
from sim.params import N_CRIMES

CONTACT = int(Stream.CONTACT)


@compiled
def go_to_call(w: State, o: int, row: int, t: float) -> None:
    """Send an officer to a call; who is between two junctions goes on to the next one first."""
    who, call = w.officers[o], w.calls[row]
    pass_time(w, o, t)
    moving = who.activity == PATROL or who.activity == TRAVEL or who.activity == RESPOND
    until = who.until
    _break_off(w, o, t)
    out = t + turnout_minutes(w, row)
    who.activity, who.call, who.target = RESPOND, row, call.segment
    roads = w.walk if who.on_foot else w.drive
    who.path_n = plan_route(roads, who.junction, w.segments[call.segment].junction_a, w.routes[o])
    who.path_at = 0
    who.until = max(until, out) if moving else out
    who.sent_at = t
    if call.n_sent == 0:
        call.t_out = out
    call.state = CALL_SENT
    call.n_sent += 1
    call.n_busy += 1
    call.t_sent = min(call.t_sent, t)


@compiled
def _break_off(w: State, o: int, t: float) -> None:
    """Leave what is being done for a more urgent call: papers, the break and a call of low priority wait."""
    who = w.officers[o]
    if who.activity == REPORT:
        who.paper_min += max(who.until - t, 0.0)
    elif who.activity == REST:
        who.rest_at = t
    elif who.activity == RESPOND or who.activity == SERVE:
        row = who.call
        call = w.calls[row]
        call.n_busy -= 1
        call.unit_min += t - who.sent_at
        if who.activity == SERVE:
            call.left_min = max(call.t_end - t, 1.0)
        wait_in_queue(w, row, t)


@compiled
def arrive_at_call(w: State, o: int) -> None:
    """Begin the work at the scene: look for the offender, calm a dispute, hear the caller."""
    who = w.officers[o]
    call = w.calls[who.call]
    t = who.clock
    if who.junction != w.segments[call.segment].junction_a and who.path_n > 0:  # a very long way: plan the rest
        roads = w.walk if who.on_foot else w.drive
        who.path_n, who.path_at = plan_route(roads, who.junction, w.segments[call.segment].junction_a, w.routes[o]), 0
        if who.path_n > 0:
            return
    enter_segment(w, o, call.segment, t)
    who.activity = SERVE
    if call.t_arrived >= NEVER:
        call.t_arrived, call.first_officer = t, o
        work = service_minutes(w, call.kind, call.priority, call.cause)
        work = call.service_min if call.service_min > 0.0 else work
        call.t_end = t + work * w.levers[0].service_factor
        _first_at_scene(w, o, who.call, t)
        who.until = max(call.t_end, t)
    elif call.left_min > 0.0:  # another unit goes on with what was broken off
        call.t_end, call.left_min = t + call.left_min, 0.0
        who.until = call.t_end
    else:  # a second unit stays while it is needed
        share = 1.0 if is_plain(w) else w.p[0].backup_share
        who.until = max(t + share * (call.t_end - t), t)


@compiled
def _first_at_scene(w: State, o: int, row: int, t: float) -> None:
    call = w.calls[row]
    answer_trouble(w, call.segment, call.kind, w.p[0].answer_counts)
    if call.recorded:
        w.officers[o].paper_min += w.p[0].report_min if call.kind < N_CRIMES else 0.0
    elif call.kind < N_CRIMES:
        here = call.suspect != NONE and w.where[call.suspect] != AWAY
        secured = secure_evidence(w, row, t - call.t_call)
        if w.officers[o].role == WARDEN:  # they speak to whoever does it, and arrest nobody
            _speak_to(w, call.suspect if here else NONE, t)
            here = False
        caught = here and caught_at_scene(w, row, secured, t)
        if caught:
            arrest(w, call.cause, call.suspect, call.kind, t, o, True)
            take_prisoner(w, o)
        if caught or not is_diverted(w, row, t):
            # What is worked on and what enters the statistics are two things: a recording rule moves records alone.
            w.officers[o].paper_min += w.p[0].report_min
            record_incident(w, row, t)
            expect_news(w, call.caller, t)
            if not caught and call.suspect != NONE:
                open_case(w, call.cause, call.suspect, call.kind, call.segment, t, secured)
    if call.dispute != NONE and w.disputes[call.dispute].key == call.dispute_key and call.dispute_key != 0:
        calm(w, call.dispute, t, w.p[0].response_calms)
        w.disputes[call.dispute].known = 1
    if call.caller != NONE and waits_for_police(w, call.kind, call.cause):
        u = uniform(w.c[0].seed, CONTACT, call.cause, 0)
        fair = felt_fair(w, o, w.p[0].p_fair_contact, u)
        feel_wait(w, call.caller, call.caller_key, t - call.t_call, call.told_min)
        write_contact(w, t, BY_RESPONSE, o, call.caller, call.t_end - t, False, fair, False, False)


@compiled
def _speak_to(w: State, suspect: int, t: float) -> None:
    """Let wardens deal with somebody: it is felt as being stopped and let go is."""
    if suspect != NONE and w.residents[suspect].offender != NONE:
        raise_risk(w, w.residents[suspect].offender, t, w.p[0].risk_per_stop)


@compiled
def leave_call(w: State, o: int) -> None:
    """End an officer's work at a call; the last one closes it."""
    row, t = w.officers[o].call, w.officers[o].clock
    call = w.calls[row]
    call.n_busy -= 1
    call.unit_min += t - w.officers[o].sent_at
    call.t_left = max(call.t_left, t)  # officers act in turn: the last to be asked need not be the last to leave
    if call.n_busy == 0:
        close_call(w, row, call.t_left)


@compiled
def look_around(w: State, o: int) -> None:
    """Let an officer who comes by deal with what goes on in view there; nobody is sent and nobody has called."""
    if not notices(w, o):
        return
    who = w.officers[o]
    place, t = w.segments[who.segment], who.clock
    kind, cause = int(place.going_kind), place.going_cause
    priority = priority_of(w, kind, place.going_grave, t - place.going_t)
    row = open_call(w, kind, priority, cause, who.segment, NONE, place.going_t, t, 0.0, place.going_by, NONE, True)
    place.going_until = 0.0
    is_known_already(w, cause)
    if row == NONE:
        return
    call = w.calls[row]
    call.state, call.n_sent, call.n_busy, call.t_sent, call.t_out = CALL_SENT, 1, 1, t, t
    who.sent_at = t
    leave_evidence(w, row, place.going_by, NONE, True, True)
    who.call, who.target, who.path_at, who.path_n = row, who.segment, 0, 0
    w.c[0].today_reported[kind] += 1
    arrive_at_call(w, o)
