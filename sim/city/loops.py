"""Loops over streets that no operation on whole arrays can stand for: compiled, like the core."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compiling.compiled import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST_STREETS = 4
"""Streets that meet at a junction at most where links are added: five seldom do."""


@compiled
def fold_tree(parent: NDArray[np.int32], farthest_first: Ints, flow: Floats) -> None:
    """Add to each junction of a shortest-path tree what lies beyond it; a junction without a parent is an end."""
    for k in range(farthest_first.size):
        junction = farthest_first[k]
        up = parent[junction]
        if up >= 0:
            flow[up] += flow[junction]


@compiled
def follow_chains(start: Ints, neighbour: Ints, point: Ints, size: Ints) -> tuple[int, int]:
    """Write the points of the streets from junction to junction, and how many each has.

    A point at which just two edges meet is a bend and no junction. `start` and `neighbour` list the neighbours of
    each point.

    Returns
    -------
    n_chains, n_points
        rows written in `size` and in `point`
    """
    n_chains, n_points = 0, 0
    for junction in range(start.size - 1):
        degree = start[junction + 1] - start[junction]
        if degree == 2:
            continue
        for k in range(start[junction], start[junction + 1]):
            first, before, here = n_points, junction, neighbour[k]
            point[n_points], point[n_points + 1] = junction, here
            n_points += 2
            while start[here + 1] - start[here] == 2:
                a, b = neighbour[start[here]], neighbour[start[here] + 1]
                before, here = here, b if a == before else a
                point[n_points] = here
                n_points += 1
            # Met from both ends; a ring at one junction has two ends there.
            next_one, last, next_last = point[first + 1], point[n_points - 1], point[n_points - 2]
            if junction < last or (junction == last and next_one <= next_last):
                size[n_chains] = n_points - first
                n_chains += 1
            else:
                n_points = first
    return n_chains, n_points


@compiled
def add_links(tail: Ints, head: Ints, order: Ints, streets: Ints, keep: Flags, n_now: int, n_wanted: int) -> None:
    """Keep links in the order given, skipping those that would make more streets than are wanted.

    `streets` counts the streets at each point, and `n_now` those of the city.
    """
    for k in range(order.size):
        if n_now == n_wanted:
            break
        link = order[k]
        a, b = tail[link], head[link]
        # Points that lost their street stay empty.
        if min(streets[a], streets[b]) == 0 or max(streets[a], streets[b]) >= MOST_STREETS:
            continue
        # A dead end that is carried on becomes a bend; a bend that is joined becomes a junction.
        n_new = 1 + int(streets[a] == 2) - int(streets[a] == 1) + int(streets[b] == 2) - int(streets[b] == 1)
        if n_now + n_new <= n_wanted:
            keep[link] = True
            n_now += n_new
            streets[a] += 1
            streets[b] += 1
