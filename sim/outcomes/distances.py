"""Distances along the streets, as people walk, between the midpoints of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROWS_AT_ONCE = 256
"""searches whose answers are held in memory together"""


class Near(NamedTuple):
    """List pairs of segments that lie near each other: `other[k]` is `metres[k]` from `segment[k]`."""

    segment: Ints
    other: Ints
    metres: Floats


def find_near_segments(net: StreetNetwork, segment: NDArray[np.integer], *, within_m: float) -> Near:
    """Find all pairs of the given segments within a distance along the streets, each segment with itself included.

    Parameters
    ----------
    segment
        segments of interest, without repetition
    within_m
        largest distance between midpoints, metres; paths are not followed further
    """
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import, and a sweep does without

    chosen = np.unique(np.asarray(segment, np.int64))
    graph = _walking_graph(net)
    near: list[tuple[Ints, Ints, Floats]] = []
    for start in range(0, len(chosen), ROWS_AT_ONCE):
        sources = chosen[start : start + ROWS_AT_ONCE]
        metres = dijkstra(graph, indices=net.n_junctions + sources, limit=within_m)[:, net.n_junctions + chosen]
        row, column = np.nonzero(np.isfinite(metres))
        near.append((sources[row], chosen[column], metres[row, column]))
    if not near:
        return Near(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    segments, others, distances = (np.concatenate(parts) for parts in zip(*near, strict=True))
    return Near(segments, others, distances)


def measure_distances(net: StreetNetwork, origin: NDArray[np.integer], destination: NDArray[np.integer]) -> Floats:
    """Measure the distance along the streets from each origin to its destination.

    One search is made for each segment that occurs among the origins, so put the side with fewer
    different segments first.

    Returns
    -------
    metres
        (n,) between midpoints; 0 within a segment, not a number where no way leads there or an end is missing
    """
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - slow to import, and a sweep does without

    metres = np.full(len(origin), np.nan)
    has_both = np.flatnonzero((np.asarray(origin) >= 0) & (np.asarray(destination) >= 0))
    sources, source_of = np.unique(np.asarray(origin, np.int64)[has_both], return_inverse=True)
    target = net.n_junctions + np.asarray(destination, np.int64)[has_both]
    graph = _walking_graph(net)
    for start in range(0, len(sources), ROWS_AT_ONCE):
        distance = dijkstra(graph, indices=net.n_junctions + sources[start : start + ROWS_AT_ONCE])
        here = np.flatnonzero((source_of >= start) & (source_of < start + ROWS_AT_ONCE))
        metres[has_both[here]] = distance[source_of[here] - start, target[here]]
    metres[np.isinf(metres)] = np.nan
    return metres


def _walking_graph(net: StreetNetwork) -> csr_matrix:
    """Join every midpoint (node n_junctions + segment) to both ends of its walkable street, half its length away."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import, and a sweep does without

    street = np.flatnonzero(net.walkable)
    middle = net.n_junctions + np.tile(street, 2)
    end = np.concatenate([net.segment_from[street], net.segment_to[street]])
    half_m = np.tile(net.segment_length_m[street], 2) / 2.0
    loops = np.concatenate([np.zeros(len(street), bool), net.segment_from[street] == net.segment_to[street]])
    middle, end, half_m = middle[~loops], end[~loops], half_m[~loops]
    size = net.n_junctions + net.n_segments
    rows, columns = np.concatenate([middle, end]), np.concatenate([end, middle])
    return csr_matrix((np.tile(half_m, 2), (rows, columns)), shape=(size, size))
