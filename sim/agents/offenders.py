"""Offenders: when they look for a target, which one they choose, and what turns them away.

Searches are a Poisson process of each offender, so that their times do not depend on the tick nor on
the policy. An offender first chooses by what the place offers, who is about, and what it has met and heard there; only
on arrival does it see police, now or by what they left, or that nothing can be had any more. Then it looks for another
target, comes back another time, or gives up. A share of assaults falls among those with whom the offender spends the
days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.avoidance import keep_away, readiness, readiness_at
from sim.agents.border import company_beyond, drawn_beyond, has_beyond
from sim.agents.calls import NO_DISPUTE
from sim.agents.conspicuous import begin_search, carry_home, ending_search, free_row
from sim.agents.discovery import is_in_view
from sim.agents.fading import left_after
from sim.agents.files import strain_left
from sim.agents.grudges import bear_grudge
from sim.agents.heap import pop, push, sort_events
from sim.agents.opportunity import add_boost, attraction
from sim.agents.presence import p_deterred
from sim.agents.reporting import notice_offence
from sim.agents.residents import place_of
from sim.agents.state import State
from sim.agents.tables import AWAY, BEYOND, NEVER, NO_THING, NONE, VEHICLE
from sim.agents.things import choose_thing
from sim.agents.victims import NOBODY_MET, find_victim
from sim.agents.waking import p_searches_now
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, exponential, mix_keys, uniform, uniform_four, uniform_pair
from sim.params import ASSAULT, BURGLARY, DISORDER, N_CRIMES, ROBBERY, THEFT

WHEN, WHAT, WHERE, VICTIM, COMPANY = (
    int(s) for s in (Stream.OFFEND_WHEN, Stream.OFFEND_WHAT, Stream.OFFEND_WHERE, Stream.VICTIM, Stream.COMPANY)
)
NOTHING = np.uint64(0)
"""No offence: what an offender sets out for avenges none."""
N_PLACES = 4
MAX_AWARE = 256
MAX_TURNS = 250
"""Targets looked at in one search, with all the times that it is taken up again."""


@compiled
def plan_searches(w: State, until: float) -> None:
    """List the searches of all offenders up to a time, in order of time."""
    n = 0
    for offender in range(w.offenders.size):
        who = w.offenders[offender]
        while who.next_search < until and n < w.searches.size:
            w.searches[n].t, w.searches[n].row = who.next_search, offender
            w.searches[n].number = who.n_searches
            n += 1
            who.n_searches += 1
            gap = exponential(w.c[0].seed, WHEN, who.key, who.n_searches)
            who.next_search += gap / who.rate if who.rate > 0.0 else NEVER
    sort_events(w.searches, n)
    w.c[0].n_searches, w.c[0].search_at = n, 0


@compiled
def next_search_at(w: State) -> float:
    """Return when the next search begins or is taken up again, or `NEVER` if there is none."""
    return min(_next_planned_at(w), _next_later_at(w))


@compiled
def _next_planned_at(w: State) -> float:
    c = w.c[0]
    return float(w.searches[c.search_at].t) if c.search_at < c.n_searches else NEVER


@compiled
def _next_later_at(w: State) -> float:
    return float(w.offenders[w.later[0]].later_t) if w.c[0].n_later > 0 else NEVER


@phase
def search_next(w: State) -> None:
    """Carry out the next search, with people and police where they are at that moment."""
    c = w.c[0]
    if _next_later_at(w) < _next_planned_at(w):
        row = pop(w.later, c.n_later, w.offenders["later_t"])
        c.n_later -= 1
        who = w.offenders[row]
        t, who.later_t = who.later_t, NEVER
        if who.later_number != NONE and _is_about(w, row, t):
            _search(w, row, who.later_number, t, who.later_attempt, 0, who.later_turned)
        return
    search = w.searches[c.search_at]
    c.search_at += 1
    if _is_about(w, search.row, search.t):
        _search(w, search.row, search.number, search.t, 0, 0, 0)


@compiled
def _is_about(w: State, offender: int, t: float) -> bool:
    who = w.offenders[offender]
    return bool(t >= who.custody_until and w.where[who.resident] != AWAY)


@compiled
def perceived_risk(w: State, offender: int, t: float) -> float:
    """Return the risk of arrest as an offender sees it; it fades with time."""
    who = w.offenders[offender]
    return float(who.risk * left_after(t - who.risk_t, w.p[0].risk_half_life_days * DAY_MIN))


@compiled
def raise_risk(w: State, offender: int, t: float, by: float) -> None:
    """Make an offender more wary: `by` is a share of what is missing to certainty."""
    who = w.offenders[offender]
    now = perceived_risk(w, offender, t)
    who.risk, who.risk_t = now + by * (1.0 - now), t


@compiled
def _search(w: State, offender: int, number: int, t: float, n_before: int, n_looked: int, n_turned: int) -> None:
    """Search for the first time, or once more.

    Parameters
    ----------
    n_before, n_looked, n_turned
        targets that were given up in this search, of these on this occasion, and those from which police turned away
    """
    p, who = w.p[0], w.offenders[offender]
    cause = mix_keys(who.key, number)
    u_out, u_type, u_go, _ = uniform_four(w.c[0].seed, WHAT, cause, 0)
    kind = 0
    while kind < N_CRIMES - 1 and u_type >= who.mix[kind]:
        kind += 1
    ready = p_searches_now(w, who.resident, kind, t)
    if ready <= 0.0 or (n_before == 0 and u_out >= ready):
        return
    person, strain = w.residents[who.resident], strain_left(w, who.resident, t)
    eager = (1.0 - perceived_risk(w, offender, t)) * (1.0 + p.strain_on_offending * strain * (1.0 - person.ties))
    eager *= p.level
    eager *= 1.0 + p.season[kind] * np.cos(w.year_phase[w.c[0].day + 1] - 2.0 * np.pi * 205.0 / YEAR_DAYS)
    u_go /= max(eager, 1e-9)
    if kind == ASSAULT and uniform(w.c[0].seed, COMPANY, cause, 0) < p.violence_in_company:
        _turn_on_company(w, offender, cause, t, u_go)
    else:
        _look_for_target(w, offender, number, kind, cause, t, u_go, n_before, n_looked, n_turned)


@compiled
def _turn_on_company(w: State, offender: int, cause: Key, t: float, u_go: float) -> None:
    """Assault somebody with whom the offender spends the days, at one of the own places, if somebody is there.

    The same choice against staying out of it as among targets in the street; the pull of the places out is shared.
    What is done about a place counts here too. Keeping away does not: who works or goes out there comes again anyway.
    """
    who, weights = int(w.offenders[offender].resident), np.zeros(N_PLACES)
    for k in range(1, N_PLACES):
        place = place_of(w, who, k)
        if place == BEYOND:
            weights[k] = company_beyond(w) / (N_PLACES - 1)
        elif place != NONE and w.crowds[place].n_visiting > 0:
            weights[k] = attraction(w, place, ASSAULT, t) / (N_PLACES - 1)
    total = weights.sum()
    if total <= 0.0 or u_go >= total / (1.0 + total):
        return
    u_where, u_seen, _, u_had = uniform_four(w.c[0].seed, WHERE, cause, 0)
    left, k = total * u_where, 1
    while k < N_PLACES - 1 and left >= weights[k]:
        left -= weights[k]
        k += 1
    segment, in_view = place_of(w, who, k), is_in_view(w, ASSAULT, cause)
    if segment == BEYOND or u_had < w.segments[segment].hardening:  # beyond, it is no matter of this part
        return
    if in_view and u_seen < p_deterred(w, segment, t) * deterrable(w, ASSAULT):
        w.c[0].n_deterred += 1
        raise_risk(w, offender, t, w.p[0].risk_per_sighting)
    else:
        _commit(w, offender, ASSAULT, cause, segment, t, 0, True, in_view)


@compiled
def _look_for_target(
    w: State,
    offender: int,
    number: int,
    kind: int,
    cause: Key,
    t: float,
    u_go: float,
    n_before: int,
    n_looked: int,
    n_turned: int,
) -> None:
    """Choose a target, go there, look it over, and offend unless police or the place itself turn the offender away.

    The offender acts when the opportunities it knows outweigh staying out of it: with a total weight
    of 1, the city's mean, in half of the searches.
    """
    p, weights = w.p[0], np.empty(MAX_AWARE)
    in_view = is_in_view(w, kind, cause)
    total = _weigh_targets(w, offender, kind, t, in_view, weights) + drawn_beyond(w, offender, kind)
    if total <= 0.0 or u_go >= total / (1.0 + total):
        return
    segment = _last_success(w, offender, kind, cause, t, in_view, n_before) if n_looked == 0 else NONE
    first = n_before - n_looked
    for attempt in range(n_before, min(first + p.n_tries, MAX_TURNS)):
        u_where, u_seen, u_again, u_had = uniform_four(w.c[0].seed, WHERE, cause, attempt)
        if segment == NONE:
            segment = _pick(w, offender, weights, total * u_where)
        if segment == NONE:  # beyond the border
            return
        turned = in_view and u_seen < p_deterred(w, segment, t) * deterrable(w, kind)
        can_be_had = u_had >= w.segments[segment].hardening
        if not turned and can_be_had:
            so_far = attempt - first
            if in_view and begin_search(w, offender, number, kind, cause, segment, t, attempt, so_far, n_turned):
                return
            if _commit(w, offender, kind, cause, segment, t, n_turned, False, in_view):
                return
        if turned:
            if n_turned == 0:
                w.c[0].n_deterred += 1
            n_turned += 1
            raise_risk(w, offender, t, p.risk_per_sighting)
        if turned or not can_be_had:
            keep_away(w, offender, segment, t)
        if u_again >= p.p_try_again:
            if u_again < p.p_try_again + (1.0 - p.p_try_again) * p.p_later:
                _put_off(w, offender, number, cause, t, attempt + 1, n_turned)
            return
        segment = NONE


@compiled
def _last_success(w: State, offender: int, kind: int, cause: Key, t: float, in_view: bool, n_before: int) -> int:
    """Go back to where the last success was, as long as it is fresh, or not (`NONE`): near repeats by one offender.

    Each occasion has a draw of its own; who was turned away there looks elsewhere on the same occasion.
    """
    p, who = w.p[0], w.offenders[offender]
    if who.last_segment == NONE or who.last_type != kind:
        return NONE
    _, _, _, u_return = uniform_four(w.c[0].seed, WHAT, cause, n_before)
    fresh = left_after(t - who.last_t, p.boost_half_life_days * DAY_MIN)
    fresh *= readiness_at(w, offender, who.last_segment, t, in_view)
    back = u_return < p.p_return * fresh and attraction(w, who.last_segment, kind, t) > 0.0
    return int(who.last_segment) if back else NONE


@phase
def end_search(w: State, t: float) -> None:
    """Let an offender who has looked over a target act, unless police have come in the meantime or nobody else.

    How far police put this offender off at this place is the same as on arrival: the draw is the same. Who could not
    act looks for another target, comes back another time, or gives up, as on arrival.
    """
    p, row = w.p[0], ending_search(w, t)
    if row == NONE:  # police have stopped it up to this moment
        return
    one = w.conspicuous[row]
    offender, kind, cause, segment = int(one.offender), int(one.kind), one.cause, int(one.way[0])
    number, attempt, n_looked, n_turned = int(one.number), int(one.attempt), int(one.n_looked), int(one.n_turned)
    free_row(w, row)
    who = w.offenders[offender]
    if t < who.custody_until or w.where[who.resident] == AWAY:
        return
    _, u_seen, u_again, _ = uniform_four(w.c[0].seed, WHERE, cause, attempt)
    if u_seen < p_deterred(w, segment, t) * deterrable(w, kind):
        if n_turned == 0:
            w.c[0].n_deterred += 1
        n_turned += 1
        raise_risk(w, offender, t, p.risk_per_sighting)
        keep_away(w, offender, segment, t)
    elif _commit(w, offender, kind, cause, segment, t, n_turned, False, True):
        return
    if u_again < p.p_try_again and attempt + 1 < MAX_TURNS:
        _search(w, offender, number, t, attempt + 1, n_looked + 1, n_turned)
    elif u_again < p.p_try_again + (1.0 - p.p_try_again) * p.p_later:
        _put_off(w, offender, number, cause, t, attempt + 1, n_turned)


@compiled
def _put_off(w: State, offender: int, number: int, cause: Key, t: float, n_before: int, n_turned: int) -> None:
    """Let a search be taken up another time; of two that are put off, the first is."""
    c, who = w.c[0], w.offenders[offender]
    if who.later_t < NEVER:
        return
    who.later_t = t + exponential(c.seed, WHEN, cause, n_before) * w.p[0].later_hours * 60.0
    who.later_number, who.later_attempt, who.later_turned = number, n_before, n_turned
    push(w.later, c.n_later, w.offenders["later_t"], offender)
    c.n_later += 1


@compiled
def deterrable(w: State, kind: int) -> float:
    """Return how far police presence holds off a crime type, against theft and burglary."""
    if kind == ASSAULT:
        return float(w.p[0].presence_on_violence)
    return float(w.p[0].presence_on_disorder) if kind == DISORDER else 1.0


@compiled
def _weigh_targets(w: State, offender: int, kind: int, t: float, in_view: bool, weights: NDArray[np.float64]) -> float:
    who = w.offenders[offender]
    total = 0.0
    for i in range(who.aware_n):
        row = who.aware_start + i
        place = w.awareness[row]
        weights[i] = place.pull * attraction(w, place.segment, kind, t) * readiness(w, offender, row, t, in_view)
        total += weights[i]
    return total


@compiled
def _pick(w: State, offender: int, weights: NDArray[np.float64], weight_left: float) -> int:
    """Return the known segment at a point of the cumulated weights; those beyond the border come last, as `NONE`."""
    who = w.offenders[offender]
    last = who.aware_n if has_beyond(w) else who.aware_n - 1
    i = 0
    while i < last and weight_left >= weights[i]:
        weight_left -= weights[i]
        i += 1
    return int(w.awareness[who.aware_start + i].segment) if i < who.aware_n else NONE


@compiled
def _commit(  # what is done, where, and how
    w: State,
    offender: int,
    kind: int,
    cause: Key,
    segment: int,
    t: float,
    n_turned: int,
    in_company: bool,
    in_view: bool,
) -> bool:
    """Offend, unless there is nobody to hurt; tell which."""
    who = w.offenders[offender]
    thing = choose_thing(w, segment, cause, t) if kind == THEFT else NO_THING
    victim = find_victim(w, segment, kind, thing, cause, who.resident, in_company)
    if victim == NOBODY_MET:
        return False
    who.last_segment, who.last_type, who.last_t = segment, kind, t
    who.n_offences += 1
    add_boost(w, segment, kind, t)
    if kind == BURGLARY or (kind == THEFT and thing != VEHICLE):
        carry_home(w, offender, kind, cause, segment, t)
    u, v = uniform_pair(w.c[0].seed, VICTIM, cause, 0)
    seriousness = 0.5 * (u + v)
    notice_offence(
        w,
        cause,
        t,
        kind,
        thing,
        segment,
        offender,
        who.resident,
        victim,
        seriousness,
        n_turned,
        NO_DISPUTE,
        NONE,
        NOTHING,
        in_view,
    )
    if kind == ASSAULT or kind == ROBBERY:
        bear_grudge(w, cause, t, who.resident, victim, NO_DISPUTE, NONE)
    return True
