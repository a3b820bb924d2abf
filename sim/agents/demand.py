"""Calls that are no crime, the bulk of demand: who makes them, about which place, and what comes of them.

Each person's calls are a Poisson process of the person's own rate, thinned by where the person is and whether it is
awake. What a call is about has a place: traffic lies on the main roads, noise where it is loud near the caller, help at
home or at a shop, school or hospital. Who is there makes the call; where no resident is, somebody else does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.calls import is_replay, new_call, priority_of
from sim.agents.cumulated import first_above
from sim.agents.heap import sort_events
from sim.agents.propensity import is_even, rates_of
from sim.agents.recorded_calls import make_recorded_calls
from sim.agents.residents import where_is
from sim.agents.state import State
from sim.agents.tables import AT_HOME, INVALID, NEVER, NOISE, NONE, TRAFFIC, WELFARE
from sim.agents.waking import is_awake, p_calls_about_noise, p_calls_now, peak_of_calls
from sim.agents.walking_in import goes_instead, walk_instead
from sim.clock import YEAR_MIN
from sim.compiling.compiled import compiled, phase
from sim.draws import Key, Stream, exponential, mix_keys, uniform, uniform_four, uniform_pair

WHEN, WHAT = int(Stream.CALL_WHEN), int(Stream.CALL_WHAT)
CALL_KEYS = np.uint64(WHAT << 56)
"""Keeps the causes of calls apart from those of offences: people have small keys, which differ in the low bits."""


@compiled
def _time_to_next(w: State, resident: int, number: int) -> float:
    """Draw the minutes until a call of a person is due, before who is where and awake thins them."""
    traffic, noise, welfare, invalid = rates_of(w, resident)
    rate = peak_of_calls(w) * (traffic + noise + welfare + invalid)
    gap = exponential(w.c[0].seed, WHEN, w.residents[resident].key, number)
    return gap / rate if rate > 0.0 else NEVER


@compiled
def begin_calls(w: State) -> None:
    """Draw when each resident first calls the police for something that is no crime."""
    for resident in range(w.residents.size):
        w.residents[resident].next_call = _time_to_next(w, resident, 0)


@compiled
def plan_calls(w: State, until: float) -> None:
    """List the calls that residents will make up to a time, in order of time."""
    n = 0
    for resident in range(w.residents.size):
        who = w.residents[resident]
        while who.next_call < until and n < w.today_calls.size:
            w.today_calls[n].t, w.today_calls[n].row = who.next_call, resident
            w.today_calls[n].number = who.n_calls
            n += 1
            who.n_calls += 1
            who.next_call += _time_to_next(w, resident, who.n_calls)
    sort_events(w.today_calls, n)
    w.c[0].n_today_calls, w.c[0].today_call_at = n, 0


@phase
def make_other_calls(w: State, end: float) -> None:
    """Let residents make the calls that fall into this tick; in a replay those of the record come instead."""
    if is_replay(w):
        make_recorded_calls(w, end)
        return
    c = w.c[0]
    while c.today_call_at < c.n_today_calls and w.today_calls[c.today_call_at].t < end:
        planned = w.today_calls[c.today_call_at]
        c.today_call_at += 1
        _call(w, planned.row, mix_keys(w.residents[planned.row].key ^ CALL_KEYS, planned.number), planned.t)


@compiled
def _call(w: State, resident: int, cause: Key, t: float) -> None:
    """Let a call that was drawn be made, if the person is awake and the place is such."""
    u_hour, u_kind = uniform_pair(w.c[0].seed, WHAT, cause, 0)
    kind = _kind(w, resident, u_kind)
    about_noise = kind == NOISE and not is_even(w)
    if u_hour >= (p_calls_about_noise(w, resident, t) if about_noise else p_calls_now(w, resident, t)):
        return
    segment, caller, priority = where_is(w, resident), resident, priority_of(w, kind, 0.5, 0.0)
    if not is_even(w):
        u_place, u_who, u_referred, u_urgent = uniform_four(w.c[0].seed, WHAT, cause, 1)
        if kind == TRAFFIC:
            segment, caller = _on_the_road(w, segment, cause, u_place)
        elif kind == NOISE:
            segment, caller = _where_it_is_loud(w, resident, cause, t, u_place)
        elif kind == WELFARE:
            segment, caller = _who_needs_help(w, resident, segment, u_place, u_who)
        if segment == NONE:
            return
        if (kind == TRAFFIC or kind == WELFARE) and u_urgent < w.p[0].share_urgent:
            priority = 1
        elif u_referred < _p_referred(w, kind):
            w.c[0].n_telephone += 1
            return
        if caller == resident and kind != TRAFFIC and priority > 1 and goes_instead(w, resident, cause, t):
            walk_instead(w, kind, priority, cause, segment, resident, t)
            return
    new_call(w, kind, priority, cause, segment, caller, t, t, NONE, NONE, False)


@compiled
def _kind(w: State, resident: int, u: float) -> int:
    traffic, noise, welfare, invalid = rates_of(w, resident)
    drawn = u * (traffic + noise + welfare + invalid)
    if drawn < traffic:
        return TRAFFIC
    if drawn < traffic + noise:
        return NOISE
    return WELFARE if drawn < traffic + noise + welfare else INVALID


@compiled
def _p_referred(w: State, kind: int) -> float:
    """Return the chance that a call ends on the telephone: advice, or another office is named."""
    if kind == TRAFFIC:
        return float(w.p[0].referred_traffic)
    if kind == NOISE:
        return float(w.p[0].referred_noise)
    return float(w.p[0].referred_welfare) if kind == WELFARE else 0.0


@compiled
def _chosen(w: State, upto: NDArray[np.float64], u: float, share: float, otherwise: int) -> int:
    """Choose a street in proportion to what is cumulated, `NONE` where it is one beyond the border."""
    total = upto[upto.size - 1]
    if total <= 0.0 or u >= share:
        return otherwise if share >= 1.0 else NONE
    return int(w.street_order[min(first_above(upto, u / share * total), upto.size - 1)])


@compiled
def _on_the_road(w: State, here: int, cause: Key, u: float) -> tuple[int, int]:
    """Place a traffic call where traffic is; who calls is a resident on the way there, if there is one."""
    segment = _chosen(w, w.traffic_upto, u, w.c[0].traffic_here, here)
    caller, least = NONE, 2.0
    left = w.crowds[segment].n_street if segment != NONE else 0
    for i in range(w.c[0].n_travellers):
        if left <= 0:
            break
        if w.travellers[i, 3] == segment:
            left -= 1
            person = int(w.travellers[i, 0])
            drawn = uniform(w.c[0].seed, WHAT, w.residents[person].key, cause)
            if drawn < least:
                caller, least = person, drawn
    return segment, caller


@compiled
def _where_it_is_loud(w: State, resident: int, cause: Key, t: float, u: float) -> tuple[int, int]:
    """Place a call about noise on the own street or one that touches it, the louder the more likely.

    Who is not at home hears nothing, and somebody passing by calls instead.
    """
    home = w.residents[resident].home
    if home < 0:  # beyond the border
        return NONE, NONE
    segment = loud_street(w, home, u)
    if not _somebody_is_up(w, segment, cause, t):
        return NONE, NONE
    return segment, resident if w.where[resident] == AT_HOME else NONE


@compiled
def loud_street(w: State, home: int, u: float) -> int:
    """Choose the own street or one that touches it, the louder the more likely."""
    first, last = w.neighbours_start[home], w.neighbours_start[home + 1]
    total = float(w.segments[home].loudness)
    for k in range(first, last):
        total += float(w.segments[w.neighbours[k]].loudness)
    segment, left = home, u * total - float(w.segments[home].loudness)
    for k in range(first, last):
        if left < 0.0:
            break
        segment = int(w.neighbours[k])
        left -= float(w.segments[segment].loudness)
    return segment


@compiled
def _somebody_is_up(w: State, segment: int, cause: Key, t: float) -> bool:
    """Tell whether there is anybody on a street to make noise: guests, or a resident who is at home and awake."""
    place = w.segments[segment]
    if w.crowds[segment].n_visiting > 0:
        return True
    if place.n_residents == 0:
        return bool(w.crowds[segment].n_street > 0)
    one = place.first_resident + int(uniform(w.c[0].seed, WHAT, cause, 2) * place.n_residents)
    return bool(w.where[one] == AT_HOME and is_awake(w, one, t))


@compiled
def _who_needs_help(w: State, resident: int, here: int, u_place: float, u_who: float) -> tuple[int, int]:
    """Tell where help is needed: by a person, or at a shop, school, hospital or alarm, where no resident calls."""
    p = w.p[0]
    _, _, welfare, _ = rates_of(w, resident)
    everybody = p.other_calls / 1000.0 / YEAR_MIN * p.share_welfare * p.share_welfare_places
    if u_who * welfare < everybody:
        return _chosen(w, w.help_upto, u_place, w.c[0].help_here, here), NONE
    return here, resident
