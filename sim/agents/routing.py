"""Ways through the city: searches for the quickest, carried as far as is asked, and kept where there is room.

A search runs from a destination backward (Dijkstra), so that one answers for all who might go there.
In a small city the whole tree of every destination is kept. In a large one there is no room for that,
and most questions are about who is near: there the search goes on from question to question, as long
as they are about one destination. What it has reached is the same either way.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Roads
from sim.city.streets import Arcs, StreetNetwork
from sim.compiling.compiled import compiled

TREE_BYTES = 400_000_000
"""Memory that the trees of one kind of travel may take; where all of them need more, none is kept."""
MAX_ROUTE = 512
"""Arcs that an officer's row of `routes` holds; a longer way is planned again at its end."""
FAR = 1e9
"""Minutes where there is no way; narrow numbers hold it exactly."""


def build_roads(net: StreetNetwork, arcs: Arcs, kmh: NDArray[np.float64], tree_bytes: int = TREE_BYTES) -> Roads:
    """Prepare one kind of travel, with `kmh` the speed on each segment."""
    n = net.n_junctions
    minutes = (net.segment_length_m[arcs.segment] / (kmh[arcs.segment] * 1000 / 60)).astype(np.float32)
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(arcs.start))
    back_start = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(arcs.head, minlength=n), out=back_start[1:])
    back_arc = np.argsort(arcs.head, kind="stable").astype(np.int32)
    crow = np.hypot(net.junction_x[tail] - net.junction_x[arcs.head], net.junction_y[tail] - net.junction_y[arcs.head])
    n_rows = n if 8 * n * n <= tree_bytes else 1
    return Roads(
        start=arcs.start.copy(),
        head=arcs.head.copy(),
        segment=arcs.segment.copy(),
        minutes=minutes,
        back_start=back_start,
        back_arc=back_arc,
        back_tail=tail[back_arc],
        back_minutes=minutes[back_arc],
        x=net.junction_x.astype(np.float32),
        y=net.junction_y.astype(np.float32),
        crow_pace=np.array([minutes.sum() / max(crow.sum(), 1.0)], np.float64),
        row_of=np.full(n, -1, np.int32),
        tree_to=np.full(n_rows, -1, np.int32),
        n_trees=np.zeros(1, np.int64),
        tree_arc=np.empty((n_rows, n), np.int32) if n_rows == n else np.full((1, n), -1, np.int32),
        tree_min=np.empty((n_rows, n), np.float32) if n_rows == n else np.full((1, n), FAR, np.float32),
        reached=np.empty(n, np.int32),
        n_reached=np.zeros(1, np.int64),
        edge=np.empty(len(minutes) + 1, np.int64),
        edge_n=np.zeros(1, np.int64),
    )


def own_search(roads: Roads) -> Roads:
    """Give the same ways with room for a search of one's own, which forgets all but the last."""
    n = len(roads.x)
    return replace(
        roads,
        row_of=np.full(n, -1, np.int32),
        tree_to=np.full(1, -1, np.int32),
        n_trees=np.zeros(1, np.int64),
        tree_arc=np.full((1, n), -1, np.int32),
        tree_min=np.full((1, n), FAR, np.float32),
        reached=np.empty(n, np.int32),
        n_reached=np.zeros(1, np.int64),
        edge=np.empty(len(roads.minutes) + 1, np.int64),
        edge_n=np.zeros(1, np.int64),
    )


@compiled
def _entry(minutes: float, node: int) -> int:
    """Pack minutes and a junction into one number: the bits of a positive float are in the order of its values."""
    return int(np.int64(np.float32(minutes).view(np.int32)) << 32 | node)


@compiled
def _minutes_of(entry: int) -> np.float32:
    """Unpack the minutes of an entry."""
    return np.int32(entry >> 32).view(np.float32)


@compiled
def push_entry(heap: NDArray[np.int64], n: int, entry: int) -> None:
    """Add an entry to a heap of `n`; the junction does not count in the order."""
    hole = n
    while hole > 0:
        parent = (hole - 1) >> 1
        if heap[parent] >> 32 <= entry >> 32:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = entry


@compiled
def drop_first(heap: NDArray[np.int64], n: int) -> None:
    """Take the first entry out of a heap of `n`: the gap goes down to the end, then the last entry up from there."""
    last = heap[n - 1]
    hole, child = 0, 1
    while child + 1 < n - 1:
        child += int(heap[child + 1] >> 32 < heap[child] >> 32)
        heap[hole] = heap[child]
        hole, child = child, 2 * child + 1
    if child < n - 1:
        heap[hole] = heap[child]
        hole = child
    while hole > 0 and heap[(hole - 1) >> 1] >> 32 >= last >> 32:
        heap[hole] = heap[(hole - 1) >> 1]
        hole = (hole - 1) >> 1
    heap[hole] = last


@compiled
def _begin(roads: Roads, destination: int) -> int:
    """Begin a search in the next row, with nothing reached but the destination, and return the row."""
    row = roads.n_trees[0] % roads.tree_to.size
    if roads.tree_to[row] >= 0:
        roads.row_of[roads.tree_to[row]] = -1
    roads.n_trees[0] += 1
    roads.row_of[destination], roads.tree_to[row] = row, destination
    if roads.tree_to.size == roads.row_of.size:
        roads.tree_arc[row, :] = -1
        roads.tree_min[row, :] = FAR
    else:  # a row that is used again is cleared where it was written, which is little of a large city
        for k in range(roads.n_reached[0]):
            roads.tree_arc[row, roads.reached[k]], roads.tree_min[row, roads.reached[k]] = -1, FAR
    roads.reached[0], roads.n_reached[0] = destination, 1
    roads.tree_min[row, destination] = 0.0
    roads.edge[0], roads.edge_n[0] = _entry(0.0, destination), 1
    return int(row)


@compiled
def _grow(roads: Roads, row: int, origin: int, limit: float) -> None:
    """Carry a search on, nearest junctions first, until the way from `origin` is certain or longer than `limit`.

    A way is certain when nothing at the edge is nearer: what is found later cannot be quicker. With an
    `origin` of -1 the search stops at the limit alone.
    """
    arc, minutes = roads.tree_arc[row], roads.tree_min[row]
    edge, n = roads.edge, roads.edge_n[0]
    start, arcs, tails, times = roads.back_start, roads.back_arc, roads.back_tail, roads.back_minutes
    while n > 0:
        node, gone = edge[0] & 0xFFFFFFFF, _minutes_of(edge[0])
        if gone > limit or (origin >= 0 and gone >= minutes[origin]):
            break
        drop_first(edge, n)
        n -= 1
        if gone > minutes[node]:  # a quicker way was found since it was noted
            continue
        for k in range(start[node], start[node + 1]):
            before, longer = tails[k], gone + times[k]
            if longer < minutes[before]:
                if minutes[before] == FAR:
                    roads.reached[roads.n_reached[0]] = before
                    roads.n_reached[0] += 1
                minutes[before] = longer
                arc[before] = arcs[k]
                push_entry(edge, n, _entry(longer, before))
                n += 1
    roads.edge_n[0] = n


@compiled
def search(roads: Roads, origin: int, destination: int, limit: float) -> int:
    """Return the row of a destination, in which the way from `origin` is certain or longer than `limit`."""
    keeps_all = roads.tree_to.size == roads.row_of.size
    row = roads.row_of[destination]
    if row < 0:
        row = _begin(roads, destination)
        if keeps_all:
            _grow(roads, row, -1, FAR)
    if not keeps_all:
        _grow(roads, row, origin, limit)
    return int(row)


@compiled
def crow_m(roads: Roads, a: int, b: int) -> float:
    """Return the straight distance between two junctions."""
    return math.hypot(roads.x[a] - roads.x[b], roads.y[a] - roads.y[b])


@compiled
def minutes_within(roads: Roads, origin: int, destination: int, limit: float) -> float:
    """Return the travel time between two junctions, or `FAR` where it is certainly longer than `limit`."""
    minutes = roads.tree_min[search(roads, origin, destination, limit), origin]
    certain = roads.edge_n[0] == 0 or minutes <= _minutes_of(roads.edge[0])
    return float(minutes) if certain else float(FAR)


@compiled
def minutes_between(roads: Roads, origin: int, destination: int) -> float:
    """Return the travel time between two junctions, `FAR` where there is no way."""
    return minutes_within(roads, origin, destination, FAR)


@compiled
def plan_route(roads: Roads, origin: int, destination: int, route: NDArray[np.int32]) -> int:
    """Write the arcs of the quickest way into `route` and return their number."""
    row = search(roads, origin, destination, FAR)
    node, n = origin, 0
    while node != destination and n < route.size:
        a = roads.tree_arc[row, node]
        if a < 0:
            break
        route[n] = a
        node = roads.head[a]
        n += 1
    return n
