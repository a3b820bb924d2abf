"""Store the ways between the places of each daily round, one segment a tick, before the first tick.

Ways are grouped by their destination, so that one search, carried only as far as needed, serves all of
a group. The way back is the same streets in reverse: exact on foot, and close
enough for drivers, whose one-way detours do not matter to who sees whom.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.routing import FAR, search
from sim.agents.state import Roads, Table
from sim.agents.tables import LEGS, NONE
from sim.city.streets import StreetNetwork
from sim.compiling.compiled import compiled
from sim.draws import Stream, uniform_pair

Ints = NDArray[np.int32]
MAX_STEPS = 255
N_ANCHORS = 8
"""Segments of each way that an offender keeps in mind."""
ROUTE = int(Stream.ROUTE)


def build_paths(
    net: StreetNetwork,
    rounds: Table,
    keys: NDArray[np.uint64],
    roads: tuple[Roads, Roads],
    walk_up_to_m: float,
    tick_min: int,
    seed: int,
    remembered: NDArray[np.int32],
) -> tuple[Ints, Ints]:
    """Compute all stored ways, on foot by the first of `roads` and by car by the second.

    Sets `path_start`, `path_len` and `on_foot` of the rounds. `remembered` lists the rounds whose ways are remembered.

    Returns
    -------
    paths
        segments, one a tick
    anchors
        (n_remembered, n_legs, `N_ANCHORS`) segments passed on each way, -1 where there is none
    """
    owner, leg, origin, goal, on_foot = _list_legs(net, rounds["place"], walk_up_to_m)
    np.bitwise_or.at(rounds["on_foot"], owner[on_foot], np.left_shift(1, leg[on_foot]).astype(np.uint8))
    anchors = np.full((len(remembered), len(LEGS), N_ANCHORS), NONE, np.int32)
    anchor_row = np.full(len(rounds), NONE, np.int32)
    anchor_row[remembered] = np.arange(len(remembered))
    lengths = np.zeros((len(rounds), len(LEGS)), np.uint8)
    parts: list[tuple[Ints, NDArray[np.int64]]] = []
    for kind, mine in zip(roads, (on_foot, ~on_foot), strict=True):
        rows = np.flatnonzero(mine)
        rows = rows[np.argsort(goal[rows], kind="stable")]
        steps, n_steps = _trace(
            kind, rows, owner, leg, origin, goal, keys, float(tick_min), seed, anchor_row, anchors
        )  # fmt: skip
        lengths[owner[rows], leg[rows]] = n_steps
        parts.append((steps, rows))
    rounds["path_len"] = lengths
    start = np.cumsum(lengths.ravel(), dtype=np.int64) - lengths.ravel()
    rounds["path_start"] = start.reshape(lengths.shape)[:, 0]
    paths = np.empty(max(int(lengths.sum(dtype=np.int64)), 1), np.int32)
    for steps, rows in parts:
        stored_legs = owner[rows].astype(np.int64) * len(LEGS) + leg[rows]
        _place_steps(paths, start[stored_legs], lengths.ravel()[stored_legs], steps)
    return paths, anchors


def _list_legs(
    net: StreetNetwork, place: NDArray[np.int32], walk_up_to_m: float
) -> tuple[Ints, NDArray[np.uint8], Ints, Ints, NDArray[np.bool_]]:
    """List the legs that lead from one segment to another: round, leg, end junctions, and on foot or not."""
    owner, leg, ends = [], [], []
    for number, (a, b) in enumerate(LEGS):
        rows = np.flatnonzero((place[:, a] != NONE) & (place[:, b] != NONE) & (place[:, a] != place[:, b]))
        owner.append(rows.astype(np.int32))
        leg.append(np.full(len(rows), number, np.uint8))
        ends.append(place[rows][:, [a, b]])
    segments = np.concatenate(ends)
    # Half as far again along the streets as the crow flies, roughly, in any city.
    crow = np.hypot(
        net.midpoint_x[segments[:, 0]] - net.midpoint_x[segments[:, 1]],
        net.midpoint_y[segments[:, 0]] - net.midpoint_y[segments[:, 1]],
    )
    junction = net.segment_from[segments]
    return np.concatenate(owner), np.concatenate(leg), junction[:, 0], junction[:, 1], crow * 1.3 <= walk_up_to_m


@compiled
def _trace(
    roads: Roads,
    rows: NDArray[np.int64],
    owner: Ints,
    leg: NDArray[np.uint8],
    origin: Ints,
    goal: Ints,
    key: NDArray[np.uint64],
    tick_min: float,
    seed: int,
    anchor_row: Ints,
    anchors: NDArray[np.int32],
) -> tuple[Ints, NDArray[np.int64]]:
    """Follow the ways of `rows`, which are ordered by goal; return their segments and lengths in ticks."""
    n = roads.x.size
    out, n_out = np.empty(max(4 * rows.size, 1024), np.int32), 0
    lengths = np.empty(rows.size, np.int64)
    segments = np.empty(n + 1, np.int32)
    for k in range(rows.size):
        row = rows[k]
        tree = search(roads, origin[row], goal[row], FAR)
        u_length, u_phase = uniform_pair(seed, ROUTE, key[owner[row]], leg[row])
        total = float(roads.tree_min[tree, origin[row]])
        # Rounded at random, so that time in the street is right on average whatever the tick.
        steps = min(int(total / tick_min + u_length), MAX_STEPS) if total < 1e8 else 0
        if n_out + steps > out.size:
            bigger = np.empty(2 * out.size + steps, np.int32)
            for k_out in range(n_out):  # a slice would cost seconds to compile
                bigger[k_out] = out[k_out]
            out = bigger
        n_passed = _walk_tree(roads, tree, origin[row], goal[row], steps, u_phase, out[n_out : n_out + steps], segments)
        kept = anchor_row[owner[row]]
        for a in range(anchors.shape[2]):
            if n_passed > 0 and kept >= 0:
                anchors[kept, leg[row], a] = segments[int((a + u_phase) / anchors.shape[2] * n_passed)]
        lengths[k] = steps
        n_out += steps
    return out[:n_out].copy(), lengths


@compiled
def _walk_tree(
    roads: Roads, tree: int, origin: int, goal: int, steps: int, phase: float, out: Ints, passed: Ints
) -> int:
    """Write where a traveller is at `steps` evenly spaced moments; return the segments passed."""
    arc, minutes = roads.tree_arc[tree], roads.tree_min[tree]
    total = np.float64(minutes[origin])  # `float` would leave it narrow
    node, step, n_passed = origin, 0, 0
    while node != goal and arc[node] >= 0:
        a = arc[node]
        node = roads.head[a]
        gone = total - minutes[node]
        passed[n_passed] = roads.segment[a]
        n_passed += 1
        while step < steps and (step + phase) * total / steps < gone:
            out[step] = roads.segment[a]
            step += 1
    while step < steps:
        out[step] = passed[n_passed - 1] if n_passed > 0 else 0
        step += 1
    return n_passed


@compiled
def _place_steps(paths: Ints, start: NDArray[np.int64], length: NDArray[np.uint8], steps: Ints) -> None:
    first_step = 0
    for i in range(start.size):
        for k in range(int(length[i])):
            paths[start[i] + k] = steps[first_step + k]
        first_step += int(length[i])
