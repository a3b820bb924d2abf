"""Offenders: when they look for a target, which one they choose, and what turns them away.

Searches are a Poisson process of each offender, so that their times do not depend on the tick nor on
the policy. An offender first chooses by what the place offers and who is about; only on arrival does it
see police, now or by what they left, and turns back or looks for another target. A share of assaults falls
among those with whom the offender spends the days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.calls import NO_DISPUTE
from sim.agents.grudges import bear_grudge
from sim.agents.heap import sort_events
from sim.agents.presence import p_deterred
from sim.agents.reporting import notice_offence
from sim.agents.residents import place_of
from sim.agents.state import State
from sim.agents.tables import AT_HOME, AWAY, NEVER, NO_THING, NONE
from sim.agents.things import choose_thing
from sim.agents.victims import NOBODY_MET, find_victim
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, exponential, mix_keys, uniform, uniform_four, uniform_pair
from sim.params import ASSAULT, BURGLARY, DISORDER, N_CRIMES, ROBBERY, THEFT

WHEN, WHAT, WHERE, VICTIM, COMPANY = (
    int(s) for s in (Stream.OFFEND_WHEN, Stream.OFFEND_WHAT, Stream.OFFEND_WHERE, Stream.VICTIM, Stream.COMPANY)
)
NOTHING = np.uint64(0)
"""No offence: what an offender sets out for avenges none."""
N_PLACES = 4
MAX_BOOST = 20.0
MAX_AWARE = 256


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
    """Return when the next search begins, or `NEVER` if the list is done."""
    c = w.c[0]
    return float(w.searches[c.search_at].t) if c.search_at < c.n_searches else NEVER


@phase
def search_next(w: State) -> None:
    """Carry out the next search of the list, with people and police where they are at that moment."""
    c = w.c[0]
    search = w.searches[c.search_at]
    c.search_at += 1
    who = w.offenders[search.row]
    if search.t >= who.custody_until and w.routines[who.resident].where != AWAY:
        _search(w, search.row, search.number, search.t)


@compiled
def perceived_risk(w: State, offender: int, t: float) -> float:
    """Return the risk of arrest as an offender sees it; it fades with time."""
    who = w.offenders[offender]
    return float(who.risk * 0.5 ** ((t - who.risk_t) / (w.p[0].risk_half_life_days * DAY_MIN)))


@compiled
def raise_risk(w: State, offender: int, t: float, by: float) -> None:
    """Make an offender more wary: `by` is a share of what is missing to certainty."""
    who = w.offenders[offender]
    now = perceived_risk(w, offender, t)
    who.risk, who.risk_t = now + by * (1.0 - now), t


@compiled
def _search(w: State, offender: int, number: int, t: float) -> None:
    p, who = w.p[0], w.offenders[offender]
    cause = mix_keys(who.key, number)
    u_out, u_type, u_go, u_return = uniform_four(w.c[0].seed, WHAT, cause, 0)
    if w.routines[who.resident].where == AT_HOME and u_out >= p.p_from_home:
        return
    kind = 0
    while kind < N_CRIMES - 1 and u_type >= who.mix[kind]:
        kind += 1
    person = w.residents[who.resident]
    eager = (1.0 - perceived_risk(w, offender, t)) * (1.0 + p.strain_on_offending * person.strain * (1.0 - person.ties))
    eager *= p.level
    eager *= 1.0 + p.season[kind] * np.cos(w.year_phase[w.c[0].day + 1] - 2.0 * np.pi * 205.0 / 365.25)
    u_go /= max(eager, 1e-9)
    if kind == ASSAULT and uniform(w.c[0].seed, COMPANY, cause, 0) < p.violence_in_company:
        _turn_on_company(w, offender, cause, t, u_go)
    else:
        _look_for_target(w, offender, kind, cause, t, u_go, u_return)


@compiled
def _turn_on_company(w: State, offender: int, cause: Key, t: float, u_go: float) -> None:
    """Assault somebody with whom the offender spends the days, at one of the own places, if somebody is there.

    The same choice against staying out of it as among targets in the street; the pull of the places out is shared.
    """
    who, weights = int(w.offenders[offender].resident), np.zeros(N_PLACES)
    for k in range(1, N_PLACES):
        place = place_of(w, who, k)
        if place != NONE and w.segments[place].n_visiting > 0:
            weights[k] = attraction(w, place, ASSAULT, t) / (N_PLACES - 1)
    total = weights.sum()
    if total <= 0.0 or u_go >= total / (1.0 + total):
        return
    u_where, u_seen, _, _ = uniform_four(w.c[0].seed, WHERE, cause, 0)
    left, k = total * u_where, 1
    while k < N_PLACES - 1 and left >= weights[k]:
        left -= weights[k]
        k += 1
    segment = place_of(w, who, k)
    if u_seen < p_deterred(w, segment, t) * deterrable(w, ASSAULT):
        w.c[0].n_deterred += 1
        raise_risk(w, offender, t, w.p[0].risk_per_sighting)
    else:
        _commit(w, offender, ASSAULT, cause, segment, t, 0, True)


@compiled
def _look_for_target(w: State, offender: int, kind: int, cause: Key, t: float, u_go: float, u_return: float) -> None:
    """Choose a target, go there, and offend unless police turn the offender away.

    The offender acts when the opportunities it knows outweigh staying out of it: with a total weight
    of 1, the city's mean, in half of the searches.
    """
    p, who = w.p[0], w.offenders[offender]
    weights = np.empty(MAX_AWARE)
    total = _weigh_targets(w, offender, kind, t, weights)
    if total <= 0.0 or u_go >= total / (1.0 + total):
        return
    # Back to the last success, as long as it is fresh (near repeats by the same offender).
    segment = NONE
    if who.last_segment != NONE and who.last_type == kind:
        fresh = 0.5 ** ((t - who.last_t) / (p.boost_half_life_days * DAY_MIN))
        if u_return < p.p_return * fresh and attraction(w, who.last_segment, kind, t) > 0.0:
            segment = who.last_segment
    n_turned = 0
    for attempt in range(p.n_tries):
        u_where, u_seen, u_again, _ = uniform_four(w.c[0].seed, WHERE, cause, attempt)
        if segment == NONE:
            segment = _pick(w, offender, weights, total * u_where)
        if u_seen >= p_deterred(w, segment, t) * deterrable(w, kind):
            if _commit(w, offender, kind, cause, segment, t, n_turned, False):
                return
        else:
            if n_turned == 0:
                w.c[0].n_deterred += 1
            n_turned += 1
            raise_risk(w, offender, t, p.risk_per_sighting)
        if u_again >= p.p_try_again:
            return
        segment = NONE


@compiled
def deterrable(w: State, kind: int) -> float:
    """Return how far police presence holds off a crime type, against theft and burglary."""
    if kind == ASSAULT:
        return float(w.p[0].presence_on_violence)
    return float(w.p[0].presence_on_disorder) if kind == DISORDER else 1.0


@compiled
def _weigh_targets(w: State, offender: int, kind: int, t: float, weights: NDArray[np.float64]) -> float:
    who = w.offenders[offender]
    total = 0.0
    for i in range(who.aware_n):
        place = w.awareness[who.aware_start + i]
        weights[i] = place.pull * attraction(w, place.segment, kind, t)
        total += weights[i]
    return total


@compiled
def _pick(w: State, offender: int, weights: NDArray[np.float64], weight_left: float) -> int:
    """Return the known segment at a point of the cumulated weights."""
    who = w.offenders[offender]
    i = 0
    while i < who.aware_n - 1 and weight_left >= weights[i]:
        weight_left -= weights[i]
        i += 1
    return int(w.awareness[who.aware_start + i].segment)


@compiled
def boost_at(w: State, segment: int, kind: int, t: float) -> float:
    """Return what is left of the boost from successes at a segment and next door."""
    place = w.segments[segment]
    return float(place.boost[kind] * 0.5 ** ((t - place.boost_t) / (w.p[0].boost_half_life_days * DAY_MIN)))


@compiled
def attraction(w: State, segment: int, kind: int, t: float) -> float:
    """Return what a segment offers for a crime type at this moment; 1 is the city's mean.

    Opportunity of the place, boosted by recent success, times who is about: a robbery needs a person
    in the street, a burglary an empty home, a theft an unguarded car or bag; violence and disorder
    follow people at night venues (Felson & Cohen's three conditions).
    """
    p, c, place = w.p[0], w.c[0], w.segments[segment]
    value = place.opportunity[kind] * (1.0 - place.hardening) * (1.0 + boost_at(w, segment, kind, t))
    if value <= 0.0:
        return 0.0
    guarded = 1.0 / (1.0 + p.guardian_weight * place.n_street)
    if kind == BURGLARY:
        at_home = _share_at_home(w, segment)
        return float(value * (1.0 - p.occupancy_weight * at_home) * guarded / (1.0 - 0.6 * p.occupancy_weight))
    if kind == ROBBERY:
        return float(value * min(place.n_street * guarded / c.mean_street, 20.0))
    if kind == THEFT:
        visitors = min(place.n_visiting / c.mean_visiting, 4.0)
        return float(value * (0.6 + 0.4 * visitors) * guarded)
    people = min((place.n_visiting + place.n_street) / (c.mean_visiting + c.mean_street), 10.0)
    hour = (t % DAY_MIN) / 60.0
    evening = 1.0 if hour >= 19.0 or hour < 4.0 else p.daytime_violence
    if kind == ASSAULT:
        return float(value * (0.3 + 0.7 * people) * evening)
    return float(value * (0.6 + 0.4 * people) * (1.0 + place.disorder) * (0.5 + 0.5 * evening))


@compiled
def _share_at_home(w: State, segment: int) -> float:
    """Return how many of a street's residents are at home, drawn toward the city where few are simulated."""
    place, of_city = w.segments[segment], w.c[0].n_at_home / w.residents.size
    return min((place.n_home + 2.0 * of_city) / (place.n_residents + 2.0), 1.0)


@compiled
def _commit(
    w: State, offender: int, kind: int, cause: Key, segment: int, t: float, n_turned: int, in_company: bool
) -> bool:
    """Offend, unless there is nobody to hurt; tell which."""
    who = w.offenders[offender]
    thing = choose_thing(w, segment, cause, t) if kind == THEFT else NO_THING
    victim = find_victim(w, segment, kind, thing, cause, who.resident, in_company)
    if victim == NOBODY_MET:
        return False
    who.last_segment, who.last_type, who.last_t, who.last_cause = segment, kind, t, cause
    who.n_offences += 1
    add_boost(w, segment, kind, t)
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
    )
    if kind == ASSAULT or kind == ROBBERY:
        bear_grudge(w, cause, t, who.resident, victim, NO_DISPUTE, NONE)
    return True


@compiled
def add_boost(w: State, segment: int, kind: int, t: float) -> None:
    """Raise opportunity after a success, at the place and next door (Short et al. 2009)."""
    p = w.p[0]
    _raise_boost(w, segment, kind, t, p.boost[kind])
    for k in range(w.neighbours_start[segment], w.neighbours_start[segment + 1]):
        _raise_boost(w, w.neighbours[k], kind, t, p.boost[kind] * p.boost_next_door)


@compiled
def _raise_boost(w: State, segment: int, kind: int, t: float, by: float) -> None:
    place = w.segments[segment]
    fade = 0.5 ** ((t - place.boost_t) / (w.p[0].boost_half_life_days * DAY_MIN))
    for other in range(N_CRIMES):
        place.boost[other] *= fade
    place.boost[kind] = min(place.boost[kind] + by, MAX_BOOST)
    place.boost_t = t
