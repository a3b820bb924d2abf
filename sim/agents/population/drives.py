"""Follow the quickest ways to one junction after the other, looking no farther than the ways lead.

The time from a junction to the goal follows from the times of the junctions that were left out after it and that it is
linked to (`sim.agents.population.contraction`). So it is found for the junctions at which somebody is, for those next
to them, and for what these hang on; and where the way goes on from a junction is found once for all who come by.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.contraction import Contraction, Graph
from sim.agents.routing import FAR
from sim.agents.state import Table
from sim.compiling.compiled import compiled

NO_WAY = math.inf
UNKNOWN = -1.0
"""Stands for minutes that nobody has asked for."""
NOT_ASKED, NOWHERE = -1, -2
"""Stand for the next junction of a way: not looked for yet, or there is none."""
ONWARD = np.dtype([("minutes", "f4"), ("least", "f4"), ("head", "i4"), ("segment", "i4")])
"""What is known of a rank: minutes to the goal; minutes to it if it is below; where the way goes on, and along what."""


class Drives(NamedTuple):
    """Hold what is known of the ways to one goal."""

    onward: Table
    """(n_junctions,) by rank, see `ONWARD`"""
    known: NDArray[np.int32]
    """(n_junctions,) ranks whose minutes are known"""
    about: NDArray[np.int64]
    """(2,) how many these are, and the goal"""


@compiled
def know_nothing(n_junctions: int) -> Drives:
    """Begin with no goal."""
    onward = _room_for(n_junctions)
    for rank in range(n_junctions):
        _forget(onward, rank)
        onward[rank].least = NO_WAY
    about = np.zeros(2, np.int64)
    about[1] = -1
    return Drives(onward, np.empty(n_junctions, np.int32), about)


@compiled
def _room_for(n_junctions: int) -> Table:
    """Make a table; a function of its own, so that a run without a compiler sees its rows as compiled code."""
    return np.empty(n_junctions, ONWARD)


@compiled
def _forget(onward: Table, rank: int) -> None:
    onward[rank].minutes, onward[rank].head, onward[rank].segment = UNKNOWN, NOT_ASKED, NOT_ASKED


@compiled
def aim_at(c: Contraction, goal: int, drives: Drives) -> None:
    """Turn to another goal, named by its rank."""
    onward, about = drives.onward, drives.about
    if about[1] == goal:
        return
    for k in range(about[0]):
        _forget(onward, drives.known[k])
    rank = int(about[1])
    while rank >= 0:
        onward[rank].least = NO_WAY
        rank = int(c.parent[rank])
    about[0], about[1] = 0, goal
    onward[goal].least = 0.0
    rank = goal
    while rank >= 0:
        gone = onward[rank].least
        for k in range(c.start[rank], c.start[rank + 1]):
            above = onward[c.above[k]]
            above.least = min(above.least, gone + c.down[k])
        rank = int(c.parent[rank])


@compiled
def minutes_from(c: Contraction, rank: int, drives: Drives) -> float:
    """Return the minutes from a rank to the goal, `FAR` where there is no way.

    Whatever it is linked to is an ancestor, so that all that is not known yet lies on the way to the first ancestor
    that is.
    """
    onward, known, about = drives.onward, drives.known, drives.about
    first, n, at = int(about[0]), int(about[0]), rank
    while at >= 0 and onward[at].minutes < 0.0:
        known[n] = at
        n += 1
        at = int(c.parent[at])
    about[0] = n
    for i in range(n - 1, first - 1, -1):
        here = onward[known[i]]
        least = here.least
        for k in range(c.start[known[i]], c.start[known[i] + 1]):
            least = min(least, onward[c.above[k]].minutes + c.up[k])
        here.minutes = min(least, FAR)
    return np.float64(onward[rank].minutes)  # `float` would leave it narrow


@compiled
def drive_down(
    c: Contraction,
    graph: Graph,
    segment_key: NDArray[np.uint64],
    origin: int,
    until: float,
    drives: Drives,
    passed: NDArray[np.int32],
    gone: NDArray[np.float64],
) -> int:
    """Write the segments of a way and the minutes at the end of each; return their number.

    The way is followed up to a time.
    """
    onward, goal = drives.onward, drives.about[1]
    total, node, n = minutes_from(c, origin, drives), origin, 0
    while node != goal and n < passed.size and (n == 0 or until >= gone[n - 1]):
        here = onward[node]
        if here.head == NOT_ASKED:
            _look_onward(c, graph, segment_key, node, drives)
        if here.head == NOWHERE:
            break
        node, passed[n] = int(here.head), here.segment
        gone[n] = total - np.float64(onward[node].minutes)
        n += 1
    return n


@compiled
def _look_onward(c: Contraction, graph: Graph, segment_key: NDArray[np.uint64], node: int, drives: Drives) -> None:
    """Find where the way goes on: where the rest is shortest, of two alike by the segment with the lower key."""
    arcs, best, least, segment = graph.arcs, NOWHERE, np.float32(FAR), -1
    for row in range(graph.start[node], graph.start[node + 1]):
        head, along = arcs[row].head, arcs[row].segment
        rest = np.float32(minutes_from(c, head, drives)) + arcs[row].minutes
        if rest < least or (rest == least and best >= 0 and segment_key[along] < segment_key[segment]):
            best, least, segment = head, rest, along
    drives.onward[node].head, drives.onward[node].segment = best, segment
