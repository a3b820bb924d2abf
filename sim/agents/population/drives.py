"""Follow the quickest ways to one junction after the other: where a way goes on is found once for all who come by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.contraction import N_LANES, Contraction, Graph, fill_minutes
from sim.agents.routing import FAR
from sim.agents.state import Table
from sim.compiling.compiled import compiled

Minutes = NDArray[np.float32]
Goals = NDArray[np.int64]
NOT_ASKED, NOWHERE = -1, -2
"""Stand for the next junction of a way: not looked for yet, or there is none."""
ONWARD = np.dtype([("head", "i4"), ("segment", "i4")])
"""Where the way goes on from a junction, and along which segment."""


class Drives(NamedTuple):
    """Hold what is known of the ways to a few goals, junctions named by their rank."""

    minutes: Minutes
    """(`N_LANES`, n_junctions) from everywhere to each of the goals"""
    goals: Goals
    """(`N_LANES`,)"""
    scratch: Minutes
    """(n_junctions, `N_LANES`) space for a pass"""
    onward: Table
    """(n_junctions,) ways to the present goal, see `ONWARD`"""
    asked: NDArray[np.int32]
    """(n_junctions,) junctions from which it is known where these go on"""
    about: NDArray[np.int64]
    """(2,) how many these are, and which of the goals is the present one"""


@compiled
def know_nothing(n_junctions: int) -> Drives:
    """Begin with no goal."""
    drives = Drives(
        np.empty((N_LANES, n_junctions), np.float32), np.full(N_LANES, -1),
        np.empty((n_junctions, N_LANES), np.float32), _room_for(n_junctions), np.empty(n_junctions, np.int32),
        np.zeros(2, np.int64),
    )  # fmt: skip
    _forget_ways(drives)
    return drives


@compiled
def _forget_ways(drives: Drives) -> None:
    for rank in range(drives.onward.size):
        drives.onward[rank].head, drives.onward[rank].segment = NOT_ASKED, NOT_ASKED


@compiled
def _room_for(n_junctions: int) -> Table:
    """Make a table; a function of its own, so that a run without a compiler sees its rows as compiled code."""
    return np.empty(n_junctions, ONWARD)


@compiled
def aim_at(streets: Contraction, goal: NDArray[np.int32], rows: NDArray[np.int64], k: int, drives: Drives) -> Minutes:
    """Turn to the goal of the `k`-th of `rows`, which are ordered by goal; return the minutes to it from everywhere."""
    about, goals = drives.about, drives.goals
    if goals[about[1]] != goal[rows[k]]:
        for i in range(about[0]):
            drives.onward[drives.asked[i]].head = NOT_ASKED
        about[0], about[1] = 0, (about[1] + 1) % N_LANES
        if goals[about[1]] != goal[rows[k]]:
            _next_goals(goal, rows, k, goals)
            about[1] = 0
            fill_minutes(streets, goals, drives.scratch, drives.minutes)
    return drives.minutes[about[1]]


@compiled
def _next_goals(goal: NDArray[np.int32], rows: NDArray[np.int64], k: int, goals: Goals) -> None:
    """Write the next goals of `rows` from the `k`-th on; the last again where there are no more."""
    n = 0
    while n < goals.size and k < rows.size:
        if n == 0 or goals[n - 1] != goal[rows[k]]:
            goals[n] = goal[rows[k]]
            n += 1
        k += 1
    goals[n:] = goals[n - 1]


@compiled
def drive_down(
    graph: Graph,
    segment_key: NDArray[np.uint64],
    origin: int,
    until: float,
    drives: Drives,
    passed: NDArray[np.int32],
    gone: NDArray[np.float64],
) -> int:
    """Write the segments of a way to the present goal and the minutes at the end of each; return their number.

    The way is followed up to a time.
    """
    onward, minutes, goal = drives.onward, drives.minutes[drives.about[1]], drives.goals[drives.about[1]]
    total, node, n = np.float64(minutes[origin]), origin, 0
    while node != goal and n < passed.size and (n == 0 or until >= gone[n - 1]):
        here = onward[node]
        if here.head == NOT_ASKED:
            here.head, here.segment = look_onward(graph, minutes, segment_key, node)
            drives.asked[drives.about[0]] = node
            drives.about[0] += 1
        if here.head == NOWHERE:
            break
        node, passed[n] = int(here.head), here.segment
        gone[n] = total - minutes[node]
        n += 1
    return n


@compiled
def look_onward(graph: Graph, minutes: Minutes, segment_key: NDArray[np.uint64], node: int) -> tuple[int, int]:
    """Find where the way goes on: where the rest is shortest, of two alike by the segment with the lower key.

    Returns
    -------
    head, segment
        the next junction, `NOWHERE` if there is none, and the way to it
    """
    arcs, best, least, segment = graph.arcs, NOWHERE, np.float32(FAR), -1
    for row in range(graph.start[node], graph.start[node + 1]):
        head, along = arcs[row].head, arcs[row].segment
        rest = minutes[head] + arcs[row].minutes
        if rest < least or (rest == least and best >= 0 and segment_key[along] < segment_key[segment]):
            best, least, segment = head, rest, along
    return best, segment
