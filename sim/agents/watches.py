"""Patrols of residents: volunteers who walk their own street and those next to it, two and two, on some evenings.

They have no powers. Who is about to offend sees them as guardians (`guardians.py`), they call when they see something,
and neighbours see people whom they may know. Who is not at home or does not turn up does not walk, and nobody walks
alone: how much is walked follows from who volunteers and where they live.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.calls import new_call, priority_of
from sim.agents.evidence import leave_evidence
from sim.agents.residents import come_from_patrol, go_on_patrol
from sim.agents.state import State
from sim.agents.tables import AT_HOME, AWAY, NONE
from sim.agents.waking import is_awake
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled, phase
from sim.draws import Stream, mix_keys, uniform

WATCH = int(Stream.WATCH)
TWO = 2.0


@phase
def walk_beats(w: State, t: float) -> None:
    """Let residents set out on patrol, walk on to the next street, and go home."""
    if _sets_out(w, t):
        _set_out(w, t)
    n_out = 0
    for row in range(w.c[0].n_pairs):
        pair = w.pairs[row]
        if pair.segment == NONE:
            continue
        if t >= pair.until or w.where[pair.a] == AWAY or w.where[pair.b] == AWAY:
            _leave_street(w, row, t)
            come_from_patrol(w, pair.a)
            come_from_patrol(w, pair.b)
            continue
        n_out += 1
        if t >= pair.since + w.p[0].watch_street_min:
            _walk_on(w, row, t)
    if n_out == 0:
        w.c[0].n_pairs = 0


@compiled
def _sets_out(w: State, t: float) -> bool:
    levers, minute = w.levers[0], t % DAY_MIN
    if levers.watch_turnout <= 0.0 or w.c[0].n_pairs > 0 or not levers.watch_evenings[w.weekday[w.c[0].day + 1]]:
        return False
    return bool(levers.watch_from_min <= minute < levers.watch_from_min + w.p[0].tick_min)


@compiled
def _set_out(w: State, t: float) -> None:
    """Bring together those who turn up: each with whoever waits in the own street or in one that touches it."""
    c, waiting = w.c[0], np.full(w.segments.size, NONE, np.int32)
    for r in range(c.n_living):
        who = w.residents[r]
        if not who.volunteer or w.where[r] != AT_HOME or not w.beats[who.home].open or not is_awake(w, r, t):
            continue
        if uniform(c.seed, WATCH, who.key, c.day) >= w.levers[0].watch_turnout:
            continue
        street = _where_somebody_waits(w, who.home, waiting)
        if street == NONE:
            waiting[who.home] = r
        else:
            _begin(w, int(waiting[street]), r, t)
            waiting[street] = NONE


@compiled
def _where_somebody_waits(w: State, home: int, waiting: NDArray[np.int32]) -> int:
    if waiting[home] != NONE:
        return home
    for k in range(w.neighbours_start[home], w.neighbours_start[home + 1]):
        if waiting[w.neighbours[k]] != NONE:
            return int(w.neighbours[k])
    return NONE


@compiled
def _begin(w: State, a: int, b: int, t: float) -> None:
    """Let two residents set out, in the street of the first."""
    c = w.c[0]
    pair = w.pairs[c.n_pairs]
    pair.a, pair.b, pair.key = a, b, mix_keys(w.residents[a].key, w.residents[b].key)
    pair.home, pair.n_steps, pair.until = w.residents[a].home, 0, t + w.levers[0].watch_min
    go_on_patrol(w, a)
    go_on_patrol(w, b)
    _enter_street(w, c.n_pairs, int(pair.home), t)
    c.n_pairs += 1


@compiled
def _enter_street(w: State, row: int, segment: int, t: float) -> None:
    pair = w.pairs[row]
    pair.segment, pair.since = segment, t
    w.segments[segment].n_watch += TWO
    _look(w, row, t)


@compiled
def _leave_street(w: State, row: int, t: float) -> None:
    """Book the time in a street: seen by those who live there, and given by both."""
    pair = w.pairs[row]
    w.segments[pair.segment].n_watch -= TWO
    w.beats[pair.segment].seen_min += t - pair.since
    w.c[0].watch_min += TWO * (t - pair.since)
    pair.segment = NONE


@compiled
def _walk_on(w: State, row: int, t: float) -> None:
    """Go on to one of the streets of the beat that touch the present one, each with the same chance."""
    pair = w.pairs[row]
    here, chosen, best = int(pair.segment), int(pair.segment), 2.0
    pair.n_steps += 1
    key = mix_keys(pair.key, w.c[0].day)
    for k in range(w.neighbours_start[here], w.neighbours_start[here + 1]):
        other = int(w.neighbours[k])
        if other == pair.home or _touch(w, int(pair.home), other):
            u = uniform(w.c[0].seed, WATCH, mix_keys(key, w.segments[other].key), pair.n_steps)
            if u < best:
                chosen, best = other, u
    _leave_street(w, row, t)
    _enter_street(w, row, chosen, t)


@compiled
def _touch(w: State, segment: int, other: int) -> bool:
    n = 0
    for k in range(w.neighbours_start[segment], w.neighbours_start[segment + 1]):
        n += w.neighbours[k] == other
    return n > 0


@compiled
def _look(w: State, row: int, t: float) -> None:
    """Let two on patrol call about what goes on in the street that they come to, and nobody has reported."""
    p, pair = w.p[0], w.pairs[row]
    segment = int(pair.segment)
    place = w.segments[segment]
    if place.going_until <= t or place.going_t > t:
        return
    if uniform(w.c[0].seed, WATCH, place.going_cause, pair.key) >= 1.0 - (1.0 - p.p_watch_sees) ** TWO:
        return
    kind, called = int(place.going_kind), t + p.helper_call_min
    priority = priority_of(w, kind, place.going_grave, called - place.going_t)
    by, cause, began = int(place.going_by), place.going_cause, float(place.going_t)
    place.going_until = 0.0
    w.c[0].today_reported[kind] += 1
    call = new_call(w, kind, priority, cause, segment, NONE, began, called, by, NONE, False)
    if call != NONE:
        leave_evidence(w, call, by, NONE, False, True)
