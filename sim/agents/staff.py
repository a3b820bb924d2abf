"""Hired staff come and go; a post stands empty until somebody new is found."""

from __future__ import annotations

import math

from sim.agents.state import State
from sim.clock import DAY_MIN, YEAR_DAYS
from sim.compiling.compiled import compiled
from sim.draws import Stream, exponential, normal, uniform

TENURE = int(Stream.TENURE)


@compiled
def staff_turnover(w: State, day: int, t: float) -> None:
    """Let hired staff leave; who follows has a skill and an eye of their own, and no training yet."""
    rate = w.levers[0].turnover
    if rate <= 0.0:
        return
    p_leave = 1.0 - math.exp(-rate / YEAR_DAYS)
    for o in range(w.officers.size):
        who = w.officers[o]
        if not who.hired or not who.employed or t < who.vacant_until:
            continue
        if uniform(w.c[0].seed, TENURE, who.key, day) < p_leave:
            who.n_tenures += 1
            gap = exponential(w.c[0].seed, TENURE, who.key, -who.n_tenures) * w.p[0].vacancy_days
            who.vacant_until = t + gap * DAY_MIN
            who.skill = math.exp(w.p[0].skill_spread * normal(w.c[0].seed, TENURE, who.key, -1000 - who.n_tenures))
            who.eye = math.exp(w.p[0].eye_spread * normal(w.c[0].seed, TENURE, who.key, -1_000_000 - who.n_tenures))
            who.trained, who.alert = 0.0, 0
