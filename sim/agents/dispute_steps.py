"""Steps of a dispute in the ledger, and how hot it is at a moment."""

from __future__ import annotations

from sim.agents.fading import left_after
from sim.agents.residents import person_key
from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled


@compiled
def intensity_at(w: State, row: int, t: float) -> float:
    """Return how hot a dispute still is."""
    d = w.disputes[row]
    return float(d.intensity * left_after(t - d.intensity_t, w.p[0].dispute_half_life_days * DAY_MIN))


@compiled
def write_step(w: State, row: int, t: float, what: int) -> None:
    """Write a step of a dispute to the ledger."""
    d, i = w.disputes[row], w.out.n[0].disputes
    w.out.n[0].disputes = i + 1
    event = w.out.disputes[i]
    event.dispute, event.t, event.what, event.segment = d.key, t, what, d.segment
    event.resident_a_key, event.resident_b_key = person_key(w, d.resident_a), person_key(w, d.resident_b)
    event.resident_a, event.resident_b, event.intensity = d.resident_a, d.resident_b, intensity_at(w, row, t)
