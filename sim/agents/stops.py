"""Stops and checks: on suspicion of whoever is out, on cause of who can be seen to search, to carry goods or is wanted.

The two are kept apart, as MacDonald, Fagan & Geller (2016) do: a stop on suspicion falls on anybody in the street,
without regard to guilt; one on cause waits for behaviour that an officer in sight notices, as far as officer and
behaviour allow. Nothing here lowers crime but that a search is given up, a risk is perceived, and somebody is arrested.
"""

from __future__ import annotations

from sim.agents.conspicuous import CARRIES, SEARCHES, give_up, seen_at
from sim.agents.contacts import felt_fair, write_contact
from sim.agents.duty_time import pass_time
from sim.agents.investigation import arrest
from sim.agents.offenders import raise_risk
from sim.agents.prisoners import take_prisoner
from sim.agents.residents import NOBODY
from sim.agents.state import State
from sim.agents.tables import AT_LEISURE_B, BY_CHECK, BY_STOP, HOLD, NONE, PATROL, STOP, TASK_POST
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, mix_keys, uniform, uniform_four, uniform_pair

STOP_WHOM, NOTICE = int(Stream.STOP_WHOM), int(Stream.NOTICE)


@compiled
def take_occasion(w: State, officer: int, t: float) -> None:
    """Stop or check somebody in the street at once, or look out for cause from now on until there is some."""
    who, p = w.officers[officer], w.p[0]
    if who.segment == NONE:
        return
    task = w.tasks[who.task] if who.task != NONE else w.tasks[0]
    suspected = (p.p_suspicion if who.task == NONE else task.p_suspicion) + w.levers[0].more_suspicion
    checking = who.task != NONE and task.kind == TASK_POST
    key = mix_keys(who.key, who.n_stops)
    u_basis, _, _, _ = uniform_four(w.c[0].seed, STOP_WHOM, key, 0)
    if checking or u_basis < suspected:
        resident = _anybody(w, who.segment, key, t)
        if resident != NONE:
            _stop(w, officer, resident, key, t, BY_CHECK if checking else BY_STOP, True)
        return
    who.alert = 1
    resident = _wanted_here(w, officer, key)
    if resident != NONE:
        _stop(w, officer, resident, key, t, BY_STOP, False)
    else:
        look_for_cause(w, officer, t)


@compiled
def look_for_cause(w: State, officer: int, t: float) -> None:
    """Let an officer who looks out for cause notice who can be seen in the street, and stop them."""
    who = w.officers[officer]
    if not who.alert or w.c[0].n_conspicuous == 0 or who.segment == NONE:
        return
    if who.activity != PATROL and who.activity != HOLD:
        return
    best, least = NONE, 2.0
    for row in range(w.c[0].n_conspicuous):
        if seen_at(w, row, t) == who.segment:
            one = w.conspicuous[row]
            key = mix_keys(mix_keys(who.key, one.cause), one.doing)
            u = uniform(w.c[0].seed, NOTICE, key, w.segments[who.segment].key)
            if u < least and u < p_notice(w, officer, one.doing):
                best, least = row, u
    if best != NONE:
        one = w.conspicuous[best]
        resident = w.offenders[one.offender].resident
        _stop(w, officer, resident, mix_keys(who.key, one.cause), t, BY_STOP, False)


@phase
def look_at_searchers(w: State, t: float) -> None:
    """Let officers who are in the street where a search begins at this moment notice it."""
    for row in range(w.c[0].n_conspicuous):
        one = w.conspicuous[row]
        if one.doing == SEARCHES and one.began == t and w.segments[one.way[0]].n_police > 0:
            _look_there(w, int(one.way[0]), t)
            return


@compiled
def _look_there(w: State, segment: int, t: float) -> None:
    """Let all who are in a street look, one after the other by key: whom one has stopped the next does not stop."""
    last = NOBODY
    while True:
        o = _next_there(w, segment, last)
        if o == NONE:
            return
        pass_time(w, o, t)
        look_for_cause(w, o, t)
        last = w.officers[o].key


@compiled
def _next_there(w: State, segment: int, last: Key) -> int:
    """Name the officer in a street whose key comes next after one, or `NONE`."""
    best = NONE
    for o in range(w.officers.size):
        who = w.officers[o]
        if who.segment == segment and who.on_duty and who.key > last:
            if best == NONE or who.key < w.officers[best].key:
                best = o
    return best


@compiled
def p_notice(w: State, officer: int, doing: int) -> float:
    """Return the chance that an officer in sight notices what somebody does; some see more than others."""
    p = w.p[0]
    base = p.p_notice_search if doing == SEARCHES else p.p_notice_goods
    return float(1.0 - (1.0 - base) ** w.officers[officer].eye)


@compiled
def _stop(w: State, officer: int, resident: int, key: Key, t: float, kind: int, on_suspicion: bool) -> None:
    """Stop a person: who searches gives it up, and who carries goods or is wanted may be found out."""
    who, p = w.officers[officer], w.p[0]
    _, u_hit, u_fair, u_known = uniform_four(w.c[0].seed, STOP_WHOM, key, 0)
    offender = w.residents[resident].offender
    goods = NONE
    wanted = False
    if offender != NONE:
        mark = w.offenders[offender]
        goods = _goods_of(w, offender, t)
        wanted = mark.wanted != 0 and u_known < p.p_wanted_found
    with_goods = goods != NONE and u_hit < (p.p_hit_suspicion if on_suspicion else p.p_hit_cause)
    fair = felt_fair(w, officer, p.p_fair_stop, u_fair)
    write_contact(w, t, kind, officer, resident, p.stop_min, on_suspicion, fair, with_goods or wanted, False)
    w.residents[resident].n_stops += 1
    who.activity, who.until = STOP, t + p.stop_min
    if not on_suspicion:
        who.alert = 0
    if offender == NONE:
        return
    if with_goods or wanted:
        take_prisoner(w, officer)
    mark = w.offenders[offender]
    if with_goods:
        arrest(w, w.conspicuous[goods].cause, resident, w.conspicuous[goods].kind, t, officer, True)
    elif wanted:
        arrest(w, mark.wanted, resident, mark.wanted_type, t, officer, True)
    else:
        raise_risk(w, offender, t, p.risk_per_stop)
        give_up(w, offender, False)


@compiled
def _goods_of(w: State, offender: int, t: float) -> int:
    """Name the row in which an offender carries goods now, or `NONE`."""
    for row in range(w.c[0].n_conspicuous):
        one = w.conspicuous[row]
        if one.offender == offender and one.doing == CARRIES and seen_at(w, row, t) != NONE:
            return row
    return NONE


@compiled
def _anybody(w: State, segment: int, key: Key, t: float) -> int:
    """Choose who is stopped of those in the street: each draws for themselves, guilty or not.

    They are travellers, who is out for the evening and stands outside, and who searches or carries goods.
    """
    best, least, seed = NONE, 2.0, w.c[0].seed
    left = w.crowds[segment].n_street
    for i in range(w.c[0].n_travellers):
        if left <= 0:
            break
        if w.travellers[i, 3] == segment:
            left -= 1
            person = int(w.travellers[i, 0])
            u = uniform(seed, STOP_WHOM, w.residents[person].key, key)
            if u < least:
                best, least = person, u
    for row in range(w.c[0].n_conspicuous):
        if seen_at(w, row, t) == segment:
            person = int(w.offenders[w.conspicuous[row].offender].resident)
            u = uniform(seed, STOP_WHOM, w.residents[person].key, key)
            if u < least:
                best, least = person, u
    for row in range(w.guests_start[segment], w.guests_start[segment + 1]):
        person, where = int(w.guests[row] >> 2), w.guests[row] & 3
        if where == AT_LEISURE_B and w.where[person] == where:
            u, u_outside = uniform_pair(seed, STOP_WHOM, w.residents[person].key, key)
            if u < least and u_outside < w.p[0].share_outside:
                best, least = person, u
    return best


@compiled
def _wanted_here(w: State, officer: int, key: Key) -> int:
    """Name somebody in the street who is wanted and whom the officer recognises, or `NONE`."""
    best, least = NONE, w.p[0].p_recognised
    segment = w.officers[officer].segment
    left = w.crowds[segment].n_street
    for i in range(w.c[0].n_travellers):
        if left <= 0:
            break
        if w.travellers[i, 3] != segment:
            continue
        left -= 1
        person = int(w.travellers[i, 0])
        offender = w.residents[person].offender
        if offender != NONE and w.offenders[offender].wanted != 0:
            u = uniform(w.c[0].seed, NOTICE, w.residents[person].key, key)
            if u < least:
                best, least = person, u
    return best
