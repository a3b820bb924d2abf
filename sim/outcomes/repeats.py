"""Repeat victimisation: how many incidents strike a place again, and how soon."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_MIN

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Repeats(NamedTuple):
    """Hold how often places (segments, addresses, households, victims) are struck again."""

    n_incidents: int
    n_struck: int
    """places with at least one incident"""
    n_struck_again: int
    """places with at least two"""
    share_repeats: float
    """incidents at a place that had one before, of all incidents"""
    share_at_repeat_places: float
    """incidents at places with at least two, of all incidents"""


def count_repeats(place: NDArray[np.integer]) -> Repeats:
    """Count repeats at the same place; incidents without a place (negative) are left out."""
    place = np.asarray(place, np.int64)
    counts = np.unique(place[place >= 0], return_counts=True)[1]
    n = int(counts.sum())
    n_again = int((counts > 1).sum())
    whole = max(n, 1)
    return Repeats(
        n_incidents=n,
        n_struck=len(counts),
        n_struck_again=n_again,
        share_repeats=(n - len(counts)) / whole if n else np.nan,
        share_at_repeat_places=float(counts[counts > 1].sum()) / whole if n else np.nan,
    )


def find_intervals(place: NDArray[np.integer], t_min: NDArray[np.floating]) -> Floats:
    """Give the days between each incident and the next at the same place [short2009].

    Short intervals are over-represented in any period that ends, so compare with permuted dates
    (`sim.outcomes.near_repeats.measure_repeat_timing`) before reading them as a boost.

    Returns
    -------
    days
        one interval for each repeat, ordered by place and time
    """
    place, t = np.asarray(place, np.int64), np.asarray(t_min, np.float64)
    order = np.lexsort((t, place))
    order = order[place[order] >= 0]
    same = place[order][1:] == place[order][:-1]
    intervals: Floats = np.diff(t[order])[same] / DAY_MIN
    return intervals
