"""Store the ways between the places of each daily round, one segment a tick, before the first tick.

Ways are grouped by their destination, so that what is found out about it serves all of a group: on foot a search that
is carried only as far as needed, by car one pass over all streets (`sim.agents.population.contraction`). The way back
is the same streets in reverse: exact on foot, and close enough for drivers, whose one-way detours do not matter to who
sees whom.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.contraction import NO_STREETS, Contraction, Graph, contract, graph_of, in_grains
from sim.agents.population.drives import aim_at, drive_down, know_nothing, look_onward
from sim.agents.routing import FAR, own_search, search
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
ALONE = 100_000
"""Ways that are not worth a second processor."""
MOST_THREADS = 8
"""Processors that follow ways at most: each needs some room of its own."""


class Legs(NamedTuple):
    """List the ways that are to be found."""

    owner: Ints
    """round that a way belongs to"""
    leg: NDArray[np.uint8]
    """which of its ways, an index into `LEGS`"""
    origin: Ints
    """junction at its begin"""
    goal: Ints
    """junction at its end"""
    key: NDArray[np.uint64]
    """(n_rounds,) identity of each round in random draws"""
    segment_key: NDArray[np.uint64]
    """(n_segments,) identity of each segment"""
    remembered: Ints
    """(n_rounds,) row of a round in `anchors`, -1 if nobody keeps its ways in mind"""


def build_paths(
    net: StreetNetwork,
    rounds: Table,
    keys: NDArray[np.uint64],
    roads: tuple[Roads, Roads],
    walk_up_to_m: float,
    tick_min: int,
    seed: int,
    remembered: Ints,
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
    legs, on_foot = _list_legs(net, rounds["place"], keys, remembered, walk_up_to_m)
    np.bitwise_or.at(rounds["on_foot"], legs.owner[on_foot], np.left_shift(1, legs.leg[on_foot]).astype(np.uint8))
    anchors = np.full((len(remembered), len(LEGS), N_ANCHORS), NONE, np.int32)
    lengths = np.zeros((len(rounds), len(LEGS)), np.uint8)
    parts: list[tuple[Ints, NDArray[np.int64]]] = []
    walk, drive = roads[0], in_grains(roads[1])
    for kind, streets, mine in ((walk, NO_STREETS, on_foot), (drive, contract(drive), ~on_foot)):
        rows = np.flatnonzero(mine)
        rows = rows[np.argsort(legs.goal[rows], kind="stable")]
        steps, n_steps = _follow(kind, streets, rows, legs, float(tick_min), seed, anchors)
        lengths[legs.owner[rows], legs.leg[rows]] = n_steps
        parts.append((steps, rows))
    rounds["path_len"] = lengths
    start = np.cumsum(lengths.ravel(), dtype=np.int64) - lengths.ravel()
    rounds["path_start"] = start.reshape(lengths.shape)[:, 0]
    paths = np.empty(max(int(lengths.sum(dtype=np.int64)), 1), np.int32)
    for steps, rows in parts:
        stored_legs = legs.owner[rows].astype(np.int64) * len(LEGS) + legs.leg[rows]
        _place_steps(paths, start[stored_legs], lengths.ravel()[stored_legs], steps)
    return paths, anchors


def _list_legs(
    net: StreetNetwork, place: Ints, keys: NDArray[np.uint64], remembered: Ints, walk_up_to_m: float
) -> tuple[Legs, NDArray[np.bool_]]:
    """List the legs that lead from one segment to another, and which of them are walked."""
    owner, leg, ends = [], [], []
    for number, (a, b) in enumerate(LEGS):
        rows = np.flatnonzero((place[:, a] != NONE) & (place[:, b] != NONE) & (place[:, a] != place[:, b]))
        owner.append(rows.astype(np.int32))
        leg.append(np.full(len(rows), number, np.uint8))
        ends.append(place[rows][:, [a, b]])
    first, last = np.concatenate(ends).T
    # Half as far again along the streets as the crow flies, roughly, in any city.
    crow = np.hypot(net.midpoint_x[first] - net.midpoint_x[last], net.midpoint_y[first] - net.midpoint_y[last])
    row = np.full(len(place), NONE, np.int32)
    row[remembered] = np.arange(len(remembered))
    from_a, to_b = net.segment_from[first], net.segment_from[last]
    return Legs(
        np.concatenate(owner), np.concatenate(leg), from_a, to_b, keys, net.segment_key, row
    ), crow * 1.3 <= walk_up_to_m


def _follow(
    roads: Roads, streets: Contraction, rows: NDArray[np.int64], legs: Legs, tick_min: float, seed: int, anchors: Ints
) -> tuple[Ints, NDArray[np.uint8]]:
    """Follow the ways of `rows`, which are ordered by goal, side by side on all processors.

    No way depends on any other, so that the number of processors cannot be told from the result.
    """
    graph = graph_of(roads)
    if len(streets.rank):  # junctions are named by their rank there
        graph = graph_of(roads, streets.rank)
        legs = legs._replace(origin=streets.rank[legs.origin], goal=streets.rank[legs.goal])
    n_parts = min(os.cpu_count() or 1, MOST_THREADS) if len(rows) > ALONE else 1
    parts = np.array_split(rows, n_parts)
    with ThreadPoolExecutor(n_parts) as threads:
        shared = (legs, tick_min, seed, anchors)
        traced = [threads.submit(_trace, own_search(roads), streets, graph, part, *shared) for part in parts]
        steps, lengths = zip(*(part.result() for part in traced), strict=True)
    return np.concatenate(steps), np.concatenate(lengths)


@compiled
def _trace(
    roads: Roads,
    streets: Contraction,
    graph: Graph,
    rows: NDArray[np.int64],
    legs: Legs,
    tick_min: float,
    seed: int,
    anchors: Ints,
) -> tuple[Ints, NDArray[np.uint8]]:
    """Follow the ways of `rows`, which are ordered by goal; return their segments and lengths in ticks.

    Times come from one pass over all `streets`, or, where these are none, from a search as far as is needed.
    """
    out, n_out = np.empty(max(4 * rows.size, 1024), np.int32), 0
    lengths = np.empty(rows.size, np.uint8)
    passed, gone = np.empty(roads.x.size + 1, np.int32), np.empty(roads.x.size + 1)
    drives, searched = know_nothing(streets.rank.size), streets.rank.size == 0
    minutes = roads.tree_min[0]
    for k in range(rows.size):
        row = rows[k]
        origin, goal, leg = legs.origin[row], legs.goal[row], legs.leg[row]
        if searched:
            minutes = roads.tree_min[search(roads, origin, goal, FAR)]
        else:
            minutes = aim_at(streets, legs.goal, rows, k, drives)
        total = np.float64(minutes[origin])  # `float` would leave it narrow
        u_length, u_phase = uniform_pair(seed, ROUTE, legs.key[legs.owner[row]], leg)
        # Rounded at random, so that time in the street is right on average whatever the tick.
        steps = min(int(total / tick_min + u_length), MAX_STEPS) if total < 1e8 else 0
        out = _with_room(out, n_out, steps)
        kept = legs.remembered[legs.owner[row]]
        lengths[k] = steps
        if steps == 0 and kept < 0:
            continue
        # All of it is followed where it is kept in mind, otherwise it need not be known beyond the last moment.
        until = FAR if kept >= 0 else (steps - 1 + u_phase) * total / steps
        if searched:
            n_passed = _walk_down(graph, minutes, legs.segment_key, origin, goal, until, passed, gone)
        else:
            n_passed = drive_down(graph, legs.segment_key, origin, until, drives, passed, gone)
        _write_steps(passed, gone, n_passed, total, u_phase, out[n_out : n_out + steps])
        n_out += steps
        for a in range(anchors.shape[2]):
            if n_passed > 0 and kept >= 0:
                anchors[kept, leg, a] = passed[int((a + u_phase) / anchors.shape[2] * n_passed)]
    return out[:n_out].copy(), lengths


@compiled
def _with_room(out: Ints, n_used: int, n_more: int) -> Ints:
    """Give the same steps with room for more."""
    if n_used + n_more <= out.size:
        return out
    bigger = np.empty(2 * out.size + n_more, np.int32)
    for k in range(n_used):  # a slice would cost seconds to compile
        bigger[k] = out[k]
    return bigger


@compiled
def _walk_down(
    graph: Graph,
    minutes: NDArray[np.float32],
    segment_key: NDArray[np.uint64],
    origin: int,
    goal: int,
    until: float,
    passed: Ints,
    gone: NDArray[np.float64],
) -> int:
    """Write the segments of a way and the minutes at the end of each, up to a time; return their number.

    Where it goes on is looked for each time: a search may not have been certain of a junction when others came by.
    """
    total, node, n = np.float64(minutes[origin]), origin, 0
    while node != goal and n < passed.size and (n == 0 or until >= gone[n - 1]):
        head, along = look_onward(graph, minutes, segment_key, node)
        if head < 0:
            break
        node, passed[n] = head, along
        gone[n] = total - minutes[node]
        n += 1
    return n


@compiled
def _write_steps(passed: Ints, gone: NDArray[np.float64], n_passed: int, total: float, phase: float, out: Ints) -> None:
    """Write where a traveller is at evenly spaced moments."""
    step, steps = 0, out.size
    for k in range(n_passed):
        while step < steps and (step + phase) * total / steps < gone[k]:
            out[step] = passed[k]
            step += 1
    while step < steps:
        out[step] = passed[n_passed - 1] if n_passed > 0 else 0
        step += 1


@compiled
def _place_steps(paths: Ints, start: NDArray[np.int64], length: NDArray[np.uint8], steps: Ints) -> None:
    first_step = 0
    for i in range(start.size):
        for k in range(int(length[i])):
            paths[start[i] + k] = steps[first_step + k]
        first_step += int(length[i])
