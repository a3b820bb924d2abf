"""Ages: how they are drawn, and what the draw gives on average.

A share that a parameter names is a share of the people whom a scenario could have, not of those whom a seed gave:
so a rate that must come out as its parameter says is scaled by the distribution here, and one more resident
changes nobody else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenarios.people import People

Floats = NDArray[np.float64]
BANDS = np.array([0, 12, 18, 25, 45, 65, 95])
"""Bounds of the age bands of `People`."""
LARGEST_HOUSEHOLD = 8
FINE = 20_000
"""Points at which the draw is looked at: each stands for a twenty-thousandth of the people."""


def ages_of(p: People, first: NDArray[np.bool_], u: Floats) -> NDArray[np.int64]:
    """Turn uniform draws into ages by the bands of the scenario; the first member of a household is an adult."""
    cuts = np.cumsum([p.share_under_12, p.share_12_17, p.share_18_24, p.share_25_44])
    old = max(1.0 - p.share_65, cuts[-1])
    edges = np.array([0.0, *cuts, old, 1.0])
    # Minors are never first in a household, so that they are more of the others than of everybody.
    minors = cuts[1]
    among_others = min(minors / max(1.0 - 1.0 / p.mean_household, 1e-9), 0.95)
    adult = minors + (u - among_others) / (1.0 - among_others) * (1.0 - minors)
    others = np.where(u < among_others, u / among_others * minors, adult) if among_others > 0 else u
    u = np.where(first, minors + u * (1.0 - minors), others)
    return np.interp(u, edges, BANDS).astype(np.int64)


def share_of_ages(p: People) -> Floats:
    """Give the share of each year of age among the people of a scenario, from 0 on, before any draw."""
    more = 1.0 - 1.0 / p.mean_household
    p_first = 1.0 / float(np.sum(more ** np.arange(LARGEST_HOUSEHOLD)))
    u = (np.arange(FINE) + 0.5) / FINE
    first, other = (ages_of(p, np.full(FINE, is_first), u) for is_first in (True, False))
    of_first, of_others = (np.bincount(ages, minlength=BANDS[-1] + 1) / FINE for ages in (first, other))
    return np.asarray(p_first * of_first + (1.0 - p_first) * of_others)
