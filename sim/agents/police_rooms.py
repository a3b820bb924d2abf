"""Police rooms: an officer who sits there receives who walks in, takes reports down and hears what is wrong."""

from __future__ import annotations

from sim.agents.attitudes import expect_news
from sim.agents.calls import close_call, write_call
from sim.agents.contacts import felt_fair, hear_of_disputes, write_contact
from sim.agents.evidence import NAMED, TOLD_BY_VICTIM
from sim.agents.feeling_words import NO_PROBLEM
from sim.agents.investigation import open_case
from sim.agents.local_problems import hear_what_was_done, notice_trouble
from sim.agents.register import AT_OFFICE, enter_tenant
from sim.agents.reporting import is_diverted, record_incident
from sim.agents.residents import person_key
from sim.agents.services import learn_of_services
from sim.agents.state import State
from sim.agents.tables import AT_WORK, AWAY, BY_WALK_IN, CALL_FREE, INVALID, NONE, ROOM, TRAVELLING
from sim.agents.walking_in import OR_CALL, wait_for_room
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform_four
from sim.params import N_CRIMES

WALK_IN = int(Stream.ROOM)


@compiled
def come_to_room(w: State, row: int, t: float) -> bool:
    """Let somebody come to a police room; tell whether they found nobody there and have called now, as others do."""
    call = w.calls[row]
    who = call.caller
    if who == NONE or person_key(w, who) != call.caller_key or w.where[who] == AWAY:
        call.state = CALL_FREE
        return False
    officer = _officer_there(w, w.rooms[w.residents[who].home].segment)
    if call.at_room == OR_CALL:
        if officer == NONE:
            return _calls(w, row, t)
    elif officer == NONE or w.where[who] == AT_WORK or w.where[who] == TRAVELLING:
        _come_again(w, row)
        return False
    _receive(w, officer, row, t)
    return False


@compiled
def _officer_there(w: State, segment: int) -> int:
    """Name the officer who sits in the police room of a segment, or `NONE`."""
    if segment != NONE:
        for o in range(w.officers.size):
            if w.officers[o].activity == ROOM and w.officers[o].segment == segment:
                return o
    return NONE


@compiled
def _calls(w: State, row: int, t: float) -> bool:
    """Turn what was taken to a closed room into a call; an invalid one ends on the telephone."""
    call = w.calls[row]
    call.at_room, call.t_call = 0, t
    if call.kind == INVALID:
        w.c[0].n_telephone += 1
        close_call(w, row, t)
        return False
    notice_trouble(w, call.segment, call.kind)
    return True


@compiled
def _come_again(w: State, row: int) -> None:
    """Let who had no time, or found nobody, come again a day later, and give up in the end."""
    call = w.calls[row]
    call.n_tries += 1
    if call.n_tries > w.p[0].room_tries:
        call.state = CALL_FREE
    else:
        call.t_ready += DAY_MIN
        wait_for_room(w, row)


@compiled
def _receive(w: State, officer: int, row: int, t: float) -> None:
    """Receive somebody: hear the affair, put a newcomer on the register, and tell what was done in the own street.

    Some tell of more than they came for.
    """
    p, call = w.p[0], w.calls[row]
    resident, who = call.caller, w.residents[call.caller]
    u_fair, u_more, _, _ = uniform_four(w.c[0].seed, WALK_IN, call.cause, 1)
    found = bool(who.migrant and not who.registered)
    if found:
        enter_tenant(w, resident, t, AT_OFFICE)
    if call.kind < N_CRIMES:
        _report(w, officer, row, t)
        found = True
    elif call.kind != INVALID:
        notice_trouble(w, call.segment, call.kind)
    if u_more < p.room_tells:
        found = _tell(w, resident) or found
    fair = felt_fair(w, officer, p.p_fair_contact, u_fair)
    write_contact(w, t, BY_WALK_IN, officer, resident, p.walk_in_min, False, fair, found, False)
    hear_what_was_done(w, resident, p.hearing)
    learn_of_services(w, resident)
    call.state = CALL_FREE


@compiled
def _tell(w: State, resident: int) -> bool:
    """Let somebody name the problem of their street and the quarrels of their household, where there are any."""
    who = w.residents[resident]
    told = hear_of_disputes(w, who.household)
    if who.problem != NO_PROBLEM:
        w.raised[who.home] += 1.0
        told = True
    return bool(told)


@compiled
def _report(w: State, officer: int, row: int, t: float) -> None:
    """Take an offence down of which nobody has told so far: the victim can say what they saw; the scene is cold."""
    call = w.calls[row]
    call.t_call = call.t_arrived = t
    call.first_officer = officer
    w.c[0].today_reported[call.kind] += 1
    if not is_diverted(w, row, t):
        record_incident(w, row, t)
        expect_news(w, call.caller, t)
        if call.suspect != NONE:
            open_case(w, call.cause, call.suspect, call.kind, call.segment, t, call.evidence & (TOLD_BY_VICTIM | NAMED))
    if call.dispute != NONE and call.dispute_key != 0 and w.disputes[call.dispute].key == call.dispute_key:
        w.disputes[call.dispute].known = 1
    write_call(w, row, t)
