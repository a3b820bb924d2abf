"""Calls that are no crime, the bulk of demand: made by people who are awake, from where they are."""

from __future__ import annotations

import numpy as np

from sim.agents.calls import new_call, priority_of
from sim.agents.heap import sort_events
from sim.agents.residents import where_is
from sim.agents.state import State
from sim.agents.tables import INVALID, NEVER, NOISE, NONE, TRAFFIC, WELFARE
from sim.agents.waking import PEAK, p_calls_now
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled, phase
from sim.draws import Stream, exponential, mix_keys, uniform_pair

WHEN, WHAT = int(Stream.CALL_WHEN), int(Stream.CALL_WHAT)
CALL_KEYS = np.uint64(WHAT << 56)
"""Keeps the causes of calls apart from those of offences: people have small keys, which differ in the low bits."""


@compiled
def plan_calls(w: State, until: float) -> None:
    """List the calls that residents will make up to a time, in order of time."""
    p = w.p[0]
    rate = PEAK * p.other_calls / 1000.0 / (365.25 * DAY_MIN)
    n = 0
    for resident in range(w.residents.size):
        who = w.residents[resident]
        while who.next_call < until and n < w.today_calls.size:
            w.today_calls[n].t, w.today_calls[n].row = who.next_call, resident
            w.today_calls[n].number = who.n_calls
            n += 1
            who.n_calls += 1
            gap = exponential(w.c[0].seed, WHEN, who.key, who.n_calls)
            who.next_call += gap / rate if rate > 0.0 else NEVER
    sort_events(w.today_calls, n)
    w.c[0].n_today_calls, w.c[0].today_call_at = n, 0


@phase
def make_other_calls(w: State, end: float) -> None:
    """Let residents make the calls that fall into this tick."""
    c, p = w.c[0], w.p[0]
    while c.today_call_at < c.n_today_calls and w.today_calls[c.today_call_at].t < end:
        planned = w.today_calls[c.today_call_at]
        c.today_call_at += 1
        who = w.residents[planned.row]
        cause = mix_keys(who.key ^ CALL_KEYS, planned.number)
        u_hour, u_kind = uniform_pair(c.seed, WHAT, cause, 0)
        if u_hour >= p_calls_now(w, planned.row, planned.t):
            continue
        kind = _kind(p.share_traffic, p.share_noise, p.share_welfare, u_kind)
        segment = where_is(w, planned.row)
        if segment == NONE:
            continue
        priority = priority_of(kind, 0.5, 0.0)
        new_call(w, kind, priority, cause, segment, planned.row, planned.t, planned.t, NONE, NONE, False)


@compiled
def _kind(traffic: float, noise: float, welfare: float, u: float) -> int:
    if u < traffic:
        return TRAFFIC
    if u < traffic + noise:
        return NOISE
    return WELFARE if u < traffic + noise + welfare else INVALID
