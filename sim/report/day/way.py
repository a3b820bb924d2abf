"""The way of a day on the streets: where somebody was seen at each look, joined by the shortest way between."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from sim.city.streets import StreetNetwork
from sim.report.day.diary import Diary, on_the_way

Ints = NDArray[np.int64]
NOWHERE = -9999
"""What `dijkstra` gives for a junction from which no way leads back."""


class Step(NamedTuple):
    """Hold one segment of the way."""

    segment: int
    minute: float
    """when it was walked or driven, as far as the looks tell"""


def way_of(diary: Diary, net: StreetNetwork, tick_min: int) -> list[Step]:
    """Give the segments of the day in their order.

    Between two looks that show somebody on the way, or at two places, the shortest way is taken: what lies between was
    not seen. It is empty where somebody was out of sight all day.
    """
    graph = _graph(net)
    steps: list[Step] = []
    before = -1
    for tick, segment in enumerate(diary.segments.tolist()):
        minute = float(tick * tick_min)
        if not diary.begin <= minute < diary.end or segment < 0:
            before = segment if segment >= 0 else before if on_the_way(diary, tick, tick_min) else -1
            continue
        between = _between(net, graph, before, segment) if before not in (-1, segment) else []
        steps += [Step(one, minute) for one in between]
        if not steps or steps[-1].segment != segment:
            steps.append(Step(segment, minute))
        before = segment
    return steps


def _graph(net: StreetNetwork) -> coo_array:
    """Make the junctions a graph in which every street can be used both ways."""
    a, b = net.segment_from, net.segment_to
    shape = (net.n_junctions, net.n_junctions)
    order = np.argsort(-net.segment_length_m, kind="stable")  # of two streets between the same ends the shorter stays
    kept: dict[tuple[int, int], float] = {}
    for row in order.tolist():
        kept[min(a[row], b[row]), max(a[row], b[row])] = float(net.segment_length_m[row])
    ends = np.array(list(kept), np.int64).reshape(-1, 2)
    return coo_array((np.array(list(kept.values())), (ends[:, 0], ends[:, 1])), shape=shape).tocsr()


def _between(net: StreetNetwork, graph: coo_array, first: int, last: int) -> list[int]:
    """Find the segments of the shortest way between two segments, without them."""
    ends = [int(net.segment_from[first]), int(net.segment_to[first])]
    goals = [int(net.segment_from[last]), int(net.segment_to[last])]
    distance, previous = dijkstra(graph, directed=False, indices=ends, return_predecessors=True)
    start, goal = divmod(int(np.argmin(distance[:, goals])), 2)
    at, found = goals[goal], []
    if not np.isfinite(distance[start, at]):
        return []
    while at != ends[start]:
        back = int(previous[start, at])
        if back == NOWHERE:
            return []
        found.append(_segment_of(net, back, at))
        at = back
    return [one for one in found[::-1] if one not in (first, last)]


def _segment_of(net: StreetNetwork, a: int, b: int) -> int:
    """Give the shortest segment between two junctions."""
    same = (net.segment_from == a) & (net.segment_to == b) | (net.segment_from == b) & (net.segment_to == a)
    rows = np.flatnonzero(same)
    return int(rows[np.argmin(net.segment_length_m[rows])])
