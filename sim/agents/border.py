"""What lies beyond the border of a part of a city, as far as offenders are drawn there."""

from __future__ import annotations

from sim.agents.state import N_DRAWS, State
from sim.compiling.compiled import compiled

COMPANY_THERE = N_DRAWS - 1
"""Number of violence in company in `beyond_draw`, after the types of crime."""


@compiled
def has_beyond(w: State) -> bool:
    """Tell whether this is a part of a city, into which people come from beyond its border."""
    return bool(w.c[0].n_living < w.residents.size)


@compiled
def drawn_beyond(w: State, offender: int, kind: int) -> float:
    """Return what the segments beyond the border that an offender knows weigh now; nothing in a whole city."""
    return float(w.offenders[offender].beyond[kind] * w.c[0].beyond_draw[kind])


@compiled
def company_beyond(w: State) -> float:
    """Return how a place beyond the border, where an offender spends the days, invites to violence now."""
    return float(w.c[0].beyond_draw[COMPANY_THERE])
