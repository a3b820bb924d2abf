"""Calls of a force's record: they come when and where they came, and nobody else calls.

Nothing is known of a recorded call but what stands in the record: who called, who did it and what followed in court are
not, so nobody feels its wait and no case comes of it. Its chance (how long the work takes where that was not recorded,
whether two units are needed, how long it takes to turn out) is its own, and so the same under every deployment.
"""

from __future__ import annotations

from sim.agents.calls import SERVICE, open_call, priority_of
from sim.agents.heap import push
from sim.agents.local_problems import notice_trouble
from sim.agents.state import State
from sim.agents.tables import NONE
from sim.compiling.compiled import compiled
from sim.draws import exponential
from sim.params import N_CRIMES

AS_SERIOUS = 0.5
"""Seriousness by which the model grades a recorded call without a priority."""


@compiled
def make_recorded_calls(w: State, end: float) -> None:
    """Let the calls of the record come that fall into this tick."""
    c = w.c[0]
    while c.recorded_at < w.recorded.size and w.recorded[c.recorded_at].t < end:
        _call(w, c.recorded_at)
        c.recorded_at += 1


@compiled
def _call(w: State, i: int) -> None:
    c, one = w.c[0], w.recorded[i]
    t, kind, cause = float(one.t), int(one.kind), one.key
    priority = int(one.priority) if one.priority > 0 else priority_of(w, kind, AS_SERIOUS, 0.0)
    handling = exponential(c.seed, SERVICE, cause, 1) * w.p[0].call_handling_min
    row = open_call(w, kind, priority, cause, one.segment, NONE, t, t, handling, NONE, NONE, False)
    if row == NONE:
        return
    w.calls[row].recorded, w.calls[row].service_min = 1, one.service_min
    if kind >= N_CRIMES:
        notice_trouble(w, one.segment, kind)
    push(w.pending, c.n_pending, w.calls["t_ready"], row)
    c.n_pending += 1
