"""Training in fair treatment: what an officer learns in it, and how it wears off.

Skill is the officer's own; training adds to it, hour by hour, off the street. So some officers of a force can be
trained and others not, as in the trial of Weisburd et al. (2022).
"""

from __future__ import annotations

from sim.agents.fading import left_after
from sim.agents.state import State
from sim.clock import DAY_MIN
from sim.compiling.compiled import compiled


@compiled
def training_left(w: State, officer: int) -> float:
    """Return the logarithm of the odds factor of a fair contact that training still adds."""
    who = w.officers[officer]
    return float(who.trained * left_after(who.clock - who.trained_t, w.p[0].training_half_life_days * DAY_MIN))


@compiled
def train(w: State, officer: int, minutes: float) -> None:
    """Let an officer learn for some minutes, up to what a full course gives."""
    p, who = w.p[0], w.officers[officer]
    learnt = training_left(w, officer)
    if learnt < p.training_gain:
        who.trained = min(learnt + p.training_gain * minutes / 60.0 / p.training_hours, p.training_gain)
        who.trained_t = who.clock
