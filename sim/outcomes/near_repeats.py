"""Near repeats: whether incidents follow each other closely in space and time more often than by chance.

The Knox test with permuted dates, as in Johnson et al. (2007) and Chen, Yuan & Li (2013), but with
distance along the streets, for that is how an offender comes back. Incidents lie on segments, so those
at no distance share a segment, and not always an address: they have a row of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.clock import DAY_MIN
from sim.outcomes.distances import find_near_segments

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SPACE_EDGES_M = (0.0, 100.0, 200.0, 300.0, 400.0)
TIME_EDGES_DAYS = (0.0, 7.0, 14.0, 21.0, 28.0)
N_PERMUTATIONS = 999


@dataclass(frozen=True)
class KnoxTest:
    """Hold a Knox table: classes of space in rows, of time in columns."""

    space_classes_m: tuple[tuple[float, float], ...]
    """lower and upper end of each class; (0, 0) is the same place"""
    time_edges_days: tuple[float, ...]
    observed: Ints
    """(n_space, n_time) pairs of incidents"""
    expected: Floats
    """their mean number when dates are permuted"""
    ratio: Floats
    p: Floats
    """chance of as many pairs or more under permuted dates; never below 1 / (permutations + 1)"""
    null_low: Floats
    null_high: Floats
    """interval that holds 95 % of the ratios under permuted dates: a ratio outside is no chance"""

    def as_table(self) -> pd.DataFrame:
        """List the cells, one a row, for printing and writing."""
        n_space, n_time = self.observed.shape
        space = np.repeat(np.array(self.space_classes_m), n_time, axis=0)
        return pd.DataFrame(
            {
                "from_m": space[:, 0],
                "to_m": space[:, 1],
                "from_days": np.tile(self.time_edges_days[:-1], n_space),
                "to_days": np.tile(self.time_edges_days[1:], n_space),
                **{name: getattr(self, name).ravel() for name in ("observed", "expected", "ratio", "p")},
                "null_low": self.null_low.ravel(),
                "null_high": self.null_high.ravel(),
            }
        )


def measure_near_repeats(  # noqa: PLR0913 - the settings that papers differ in
    net: StreetNetwork,
    segment: NDArray[np.integer],
    t_min: NDArray[np.floating],
    *,
    space_edges_m: Sequence[float] = SPACE_EDGES_M,
    time_edges_days: Sequence[float] = TIME_EDGES_DAYS,
    same_place_apart: bool = True,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> KnoxTest:
    """Test for near repeats along the streets [johnson2007], [chen2013].

    Parameters
    ----------
    segment, t_min
        (n_incidents,) place and time in minutes; those without a place are left out
    space_edges_m
        classes of distance, the first edge 0; an incident at an edge belongs to the nearer class
    time_edges_days
        classes of time; a pair exactly at an edge belongs to the later class
    same_place_apart
        incidents on one segment form a class of their own, repeats or neighbours as they may be; otherwise
        they belong to the first class of distance
    """
    segment = np.asarray(segment, np.int64)
    near = find_near_segments(net, segment[segment >= 0], within_m=space_edges_m[-1])
    once = near.segment <= near.other
    space_class = np.searchsorted(np.asarray(space_edges_m), near.metres[once], "left")
    classes = ((0.0, 0.0), *pairwise(map(float, space_edges_m)))
    if not same_place_apart:
        classes, space_class = classes[1:], np.maximum(space_class - 1, 0)
    pairs = np.column_stack([near.segment[once], near.other[once], space_class])
    edges = (classes, tuple(time_edges_days))
    return _permute_dates(segment, np.asarray(t_min, np.float64), pairs, edges, n_permutations, seed)


def measure_repeat_timing(
    place: NDArray[np.integer],
    t_min: NDArray[np.floating],
    *,
    time_edges_days: Sequence[float] = TIME_EDGES_DAYS,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> KnoxTest:
    """Test whether incidents come back to the same place sooner than by chance [short2009].

    Permuting dates keeps the differences between places, so what remains is the boost after an event.
    The table has the one row 'same place'.
    """
    place = np.asarray(place, np.int64)
    every = np.unique(place[place >= 0])
    pairs = np.column_stack([every, every, np.zeros(len(every), np.int64)])
    edges = (((0.0, 0.0),), tuple(time_edges_days))
    return _permute_dates(place, np.asarray(t_min, np.float64), pairs, edges, n_permutations, seed)


def _permute_dates(  # noqa: PLR0913, PLR0917 - a step of the two tests above
    place: NDArray[np.integer],
    t_min: Floats,
    pairs: Ints,
    edges: tuple[tuple[tuple[float, float], ...], tuple[float, ...]],
    n_permutations: int,
    seed: int,
) -> KnoxTest:
    """Count pairs of incidents by class of space and time, as they are and with permuted dates.

    Parameters
    ----------
    pairs
        (n, 3) pairs of places, each pair once, and their class of space
    """
    order = np.argsort(place, kind="stable")
    order = order[place[order] >= 0]
    n_places = int(place.max()) + 1 if len(order) else 0
    start = np.zeros(n_places + 1, np.int64)
    np.cumsum(np.bincount(place[order], minlength=n_places), out=start[1:])
    day, time_edges = t_min[order] / DAY_MIN, np.asarray(edges[1])
    observed = _count_pairs(start, pairs, day, time_edges, len(edges[0]))
    rng = np.random.default_rng(seed)
    permuted = np.stack(
        [_count_pairs(start, pairs, rng.permutation(day), time_edges, len(edges[0])) for _ in range(n_permutations)]
    )
    expected = permuted.mean(axis=0)
    # A cell that no permutation ever filled has no ratio.
    safe = np.where(expected > 0, expected, np.nan)
    low, high = np.percentile(permuted, (2.5, 97.5), axis=0)
    p = (1 + (permuted >= observed).sum(axis=0)) / (n_permutations + 1)
    return KnoxTest(*edges, observed, expected, observed / safe, p, low / safe, high / safe)


@njit(cache=True)
def _count_pairs(start: Ints, pairs: Ints, day: Floats, time_edges: Floats, n_space: int) -> Ints:
    counts = np.zeros((n_space, len(time_edges) - 1), np.int64)
    for k in range(len(pairs)):
        first, second, space = pairs[k]
        for i in range(start[first], start[first + 1]):
            for j in range(i + 1 if first == second else start[second], start[second + 1]):
                apart = abs(day[i] - day[j])
                if time_edges[0] <= apart < time_edges[-1]:
                    counts[space, np.searchsorted(time_edges, apart, "right") - 1] += 1
    return counts
