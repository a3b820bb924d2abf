"""Kernel density on the street network: an incident counts at its segment and, less and less, along the streets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.errors import InputError
from sim.policies.arguments import check_number
from sim.policies.maps.record import Rows, Streets, in_steps, known_rows, minutes_of
from sim.policies.protocol import CityBrief, Floats, Record

KERNELS = ("quartic", "gaussian")
CUT_OFF = 3.0
"""Bandwidths at which the Gaussian kernel ends"""


def kernel_density(  # noqa: PLR0913 - what an analyst chooses
    brief: CityBrief,
    record: Record,
    *,
    until: float,
    weeks: float = 26.0,
    types: Iterable[int] | None = None,
    bandwidth_m: float = 250.0,
    kernel: str = "quartic",
) -> Floats:
    """Estimate incidents per metre of street and period, by a kernel over distance along the streets.

    Each incident is spread over the metres of street around it by the kernel and adds up to one, whatever the number
    of streets that meet near it. The distance is that between midpoints, from neighbour to neighbour.

    Where it departs from Okabe and Sugihara (2012): their equal-split kernels divide at each junction by the number
    of streets that go on, which takes positions within segments; here the sum over all streets in reach is made one.
    Streets behind a junction of many arms thus get relatively more. A segment's own length has no part in the
    distance: from a segment longer than the bandwidth nothing spreads.

    Parameters
    ----------
    until
        minutes since the start; what was recorded later does not count
    weeks
        length of the period before it
    types
        indices into `sim.params.CRIMES`; all when not given
    bandwidth_m
        metres at which a quartic kernel ends, standard deviation of a Gaussian one (cut off at three)
    kernel
        one of `KERNELS`

    Returns
    -------
    density
        (n_segments,) incidents per metre

    Raises
    ------
    InputError
        If the kernel is unknown, or the bandwidth or the period is not positive.
    """
    if kernel not in KERNELS:
        raise InputError(f"a kernel must be one of {', '.join(KERNELS)}, got {kernel!r}")
    bandwidth_m = check_number(bandwidth_m, "a bandwidth in metres", above=0.0)
    rows = known_rows(record, begin=until - minutes_of(weeks), end=np.inf, known_at=until, types=types)
    counts = np.bincount(record.segment[rows], minlength=brief.n_segments)
    spread = _spread(Streets.of(brief), bandwidth_m, kernel)
    part = in_steps(spread.weight * (counts / spread.metres)[spread.source], 44)
    return np.add.reduceat(part, spread.start[:-1])


def kernel_map(  # noqa: PLR0913 - those of `kernel_density`
    brief: CityBrief,
    record: Record,
    *,
    until: float,
    weeks: float = 26.0,
    types: Iterable[int] | None = None,
    bandwidth_m: float = 250.0,
    kernel: str = "quartic",
) -> Floats:
    """Estimate incidents per segment and period: the kernel density times the length of the segment.

    The parameters are those of `kernel_density`.
    """
    density = kernel_density(
        brief, record, until=until, weeks=weeks, types=types, bandwidth_m=bandwidth_m, kernel=kernel
    )
    return density * brief.segment_length_m


@dataclass(frozen=True, eq=False)
class _Spread:
    """Hold how incidents of each segment are seen from each other, in compressed rows."""

    start: Rows
    """(n_segments + 1,) where the sources of a segment begin"""
    source: Rows
    weight: Floats
    """value of the kernel"""
    metres: Floats
    """(n_segments,) metres of street in reach of an incident here, weighted by the kernel"""


@lru_cache(maxsize=8)
def _spread(streets: Streets, bandwidth_m: float, kernel: str) -> _Spread:
    """Compute the kernel between all segments in reach of each other, once for a city and a bandwidth."""
    reach = bandwidth_m if kernel == "quartic" else CUT_OFF * bandwidth_m
    target, source, metres = within_reach(streets, reach)
    ratio = metres / bandwidth_m
    value = (1.0 - ratio**2) ** 2 if kernel == "quartic" else np.exp(-0.5 * ratio**2)
    weight = in_steps(value, 24)
    start = np.searchsorted(target, np.arange(streets.n_segments + 1))
    total = np.add.reduceat(weight * streets.length_m[source], start[:-1])
    return _Spread(start, source, weight, total)


def within_reach(streets: Streets, reach_m: float) -> tuple[Rows, Rows, Floats]:
    """List the pairs of segments whose midpoints are less than `reach_m` apart along the streets, each with itself.

    Returns
    -------
    a, b, metres
        ordered by `a`, then `b`
    """
    n, row = streets.n_segments, streets.row
    step = 0.5 * (streets.length_m[row] + streets.length_m[streets.neighbours])
    pair = np.arange(n, dtype=np.int64) * (n + 1)
    metres = np.zeros(n)
    newest, newest_m = pair, metres
    while len(newest):
        # One step on from the pairs found or shortened last, all sources at once.
        at = newest % n
        n_steps = np.diff(streets.start)[at]
        first = np.cumsum(n_steps) - n_steps
        entry = np.arange(n_steps.sum()) + np.repeat(streets.start[at] - first, n_steps)
        on = np.repeat(newest - at, n_steps) + streets.neighbours[entry]
        on_m = np.repeat(newest_m, n_steps) + step[entry]
        near = on_m < reach_m
        newest, newest_m = _shortest(on[near], on_m[near])
        known = np.searchsorted(pair, newest)
        known[known == len(pair)] = 0
        better = (pair[known] != newest) | (newest_m < metres[known])
        newest, newest_m = newest[better], newest_m[better]
        pair, metres = _shortest(np.concatenate([pair, newest]), np.concatenate([metres, newest_m]))
    return pair // n, pair % n, metres


def _shortest(pair: Rows, metres: Floats) -> tuple[Rows, Floats]:
    """Keep the shortest way of each pair."""
    order = np.lexsort((metres, pair))
    pair, metres = pair[order], metres[order]
    first = np.concatenate([[True], pair[1:] != pair[:-1]]) if len(pair) else np.zeros(0, bool)
    return pair[first], metres[first]
