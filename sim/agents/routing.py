"""Ways through the city: shortest-path trees, grown when first needed and kept compactly."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Roads
from sim.city.streets import Arcs, StreetNetwork
from sim.compiled import compiled

TREE_BYTES = 400_000_000
"""Memory that the kept trees of one kind of traveller may take."""
MAX_ROUTE = 512
"""Arcs that an officer's row of `routes` holds; a longer way is planned again at its end."""
FAR = np.float32(1e9)


def build_roads(net: StreetNetwork, arcs: Arcs, kmh: NDArray[np.float64]) -> Roads:
    """Prepare one kind of travel, with `kmh` the speed on each segment."""
    n = net.n_junctions
    minutes = net.segment_length_m[arcs.segment] / (kmh[arcs.segment] * 1000 / 60)
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(arcs.start))
    back_start = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(arcs.head, minlength=n), out=back_start[1:])
    n_rows = max(8, min(n, TREE_BYTES // (8 * n)))
    return Roads(
        start=arcs.start.copy(),
        head=arcs.head.copy(),
        segment=arcs.segment.copy(),
        minutes=minutes.astype(np.float32),
        back_start=back_start,
        back_arc=np.argsort(arcs.head, kind="stable").astype(np.int32),
        tail=tail,
        row_of=np.full(n, -1, np.int32),
        tree_arc=np.empty((n_rows, n), np.int32),
        tree_min=np.empty((n_rows, n), np.float32),
        x=net.junction_x.astype(np.float32),
        y=net.junction_y.astype(np.float32),
        n_trees=np.zeros(1, np.int64),
        tree_of_row=np.full(n_rows, -1, np.int32),
    )


@compiled
def _sift_up(heap_node: NDArray[np.int32], heap_min: NDArray[np.float32], n: int, node: int, minutes: float) -> None:
    at = n
    while at > 0:
        parent = (at - 1) >> 1
        if heap_min[parent] <= minutes:
            break
        heap_node[at], heap_min[at] = heap_node[parent], heap_min[parent]
        at = parent
    heap_node[at], heap_min[at] = node, minutes


@compiled
def _sift_down(heap_node: NDArray[np.int32], heap_min: NDArray[np.float32], n: int) -> None:
    """Close the gap at the root of a heap of `n` entries with its last one."""
    node, minutes = heap_node[n - 1], heap_min[n - 1]
    at, child = 0, 1
    while child < n - 1:
        if child + 1 < n - 1 and heap_min[child + 1] < heap_min[child]:
            child += 1
        if minutes <= heap_min[child]:
            break
        heap_node[at], heap_min[at] = heap_node[child], heap_min[child]
        at, child = child, 2 * child + 1
    heap_node[at], heap_min[at] = node, minutes


@compiled
def shortest_to(
    roads: Roads,
    destination: int,
    wanted: NDArray[np.bool_],
    n_wanted: int,
    arc: NDArray[np.int32],
    minutes: NDArray[np.float32],
) -> None:
    """Find the quickest ways to one junction (Dijkstra, from the destination backward).

    Parameters
    ----------
    wanted, n_wanted
        (n_junctions,) junctions whose ways are asked for, and their number; the search ends when
        all of them are reached. `n_wanted` below zero asks for all.
    arc, minutes
        (n_junctions,) filled with the arc to take next and the time left; `FAR` where not reached
    """
    n = roads.row_of.size
    minutes[:] = FAR
    arc[:] = -1
    heap_node = np.empty(roads.head.size + 1, np.int32)
    heap_min = np.empty(roads.head.size + 1, np.float32)
    done = np.zeros(n, np.bool_)
    heap_node[0], heap_min[0], size = destination, np.float32(0.0), 1
    minutes[destination] = 0.0
    while size > 0:
        node = heap_node[0]
        _sift_down(heap_node, heap_min, size)
        size -= 1
        if done[node]:
            continue
        done[node] = True
        if n_wanted >= 0 and wanted[node]:
            n_wanted -= 1
            if n_wanted == 0:
                return
        for k in range(roads.back_start[node], roads.back_start[node + 1]):
            a = roads.back_arc[k]
            before = roads.tail[a]
            longer = minutes[node] + roads.minutes[a]
            if longer < minutes[before]:
                minutes[before] = longer
                arc[before] = a
                _sift_up(heap_node, heap_min, size, before, longer)
                size += 1


@compiled
def tree_to(roads: Roads, destination: int) -> int:
    """Return the row of a destination's tree, growing it if it is not there."""
    row = roads.row_of[destination]
    if row >= 0:
        return int(row)
    row = roads.n_trees[0] % roads.tree_of_row.size
    if roads.tree_of_row[row] >= 0:
        roads.row_of[roads.tree_of_row[row]] = -1
    shortest_to(roads, destination, np.zeros(0, np.bool_), -1, roads.tree_arc[row], roads.tree_min[row])
    roads.row_of[destination] = row
    roads.tree_of_row[row] = destination
    roads.n_trees[0] += 1
    return int(row)


@compiled
def crow_m(roads: Roads, a: int, b: int) -> float:
    """Return the straight distance between two junctions: no way is shorter."""
    return math.hypot(roads.x[a] - roads.x[b], roads.y[a] - roads.y[b])


@compiled
def minutes_between(roads: Roads, origin: int, destination: int) -> float:
    """Return the travel time between two junctions."""
    return float(roads.tree_min[tree_to(roads, destination), origin])


@compiled
def plan_route(roads: Roads, origin: int, destination: int, route: NDArray[np.int32]) -> int:
    """Write the arcs of the quickest way into `route` and return their number."""
    row = tree_to(roads, destination)
    node, n = origin, 0
    while node != destination and n < route.size:
        a = roads.tree_arc[row, node]
        if a < 0:
            break
        route[n] = a
        node = roads.head[a]
        n += 1
    return n
