"""What grid and organic cities have in common: from a planar graph to a street network."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SMALLEST_CITY = 20

SPEED_KMH = np.array([90.0, 70.0, 50.0, 50.0, 40.0, 30.0, 15.0, 5.0])
"""Free speed by `STREET_CLASSES`"""


@dataclass(frozen=True)
class Plan:
    """Hold the streets of a city to be: who joins whom, along which line."""

    x: Floats
    """(n_junctions,) metres east"""
    y: Floats
    """(n_junctions,) metres north"""
    tail: Ints
    """(n_segments,)"""
    head: Ints
    """(n_segments,)"""
    line_start: Ints
    """(n_segments + 1,) where the points of a segment begin, both ends included"""
    line_x: Floats
    """(n_points,) metres east"""
    line_y: Floats
    """(n_points,) metres north"""


@dataclass(frozen=True)
class Mesh:
    """Hold points and the links that join them, or that could."""

    x: Floats
    """(n_points,) east"""
    y: Floats
    """(n_points,) north"""
    tail: Ints
    """(n_links,) point, the lower number of the two"""
    head: Ints
    """(n_links,) point"""

    def with_links(self, keep: Flags) -> Mesh:
        """Leave out the links that are not kept."""
        return replace(self, tail=self.tail[keep], head=self.head[keep])

    def degree(self) -> Ints:
        """Count the links of each point."""
        return np.bincount(np.concatenate([self.tail, self.head]), minlength=len(self.x))


def class_index(name: str) -> int:
    """Give the index of a street class."""
    return STREET_CLASSES.index(name)


def builder_rng(n_segments: int, seed: int, one_way_share: float) -> Generator:
    """Check what every builder is asked for, and open its source of chance."""
    if n_segments < SMALLEST_CITY:
        raise InputError(
            f"synthetic city: n_segments must be at least {SMALLEST_CITY}, got {n_segments}; try {SMALLEST_CITY}"
        )
    if seed < 0:
        raise InputError(f"synthetic city: seed must be a whole number of 0 or more, got {seed}; try {abs(seed)}")
    if not 0.0 <= one_way_share <= 0.6:
        raise InputError(f"synthetic city: one_way_share must lie between 0 and 0.6, got {one_way_share}; try 0.1")
    return Generator(Philox(key=seed))


def straight_plan(x: Floats, y: Floats, tail: Ints, head: Ints) -> Plan:
    """Lay every segment as a straight line."""
    ends = np.stack([tail, head], axis=1).ravel()
    return Plan(x, y, tail, head, np.arange(0, 2 * len(tail) + 1, 2), x[ends], y[ends])


def line_lengths(plan: Plan) -> Floats:
    """Measure each segment along its line, in metres."""
    step = np.hypot(np.diff(plan.line_x), np.diff(plan.line_y))
    step[plan.line_start[1:-1] - 1] = 0.0  # from the end of one line to the start of the next
    return np.add.reduceat(np.append(step, 0.0), plan.line_start[:-1])


def build_network(
    plan: Plan, street_class: NDArray[np.uint8], one_way: NDArray[np.int8], name: str, source: str
) -> StreetNetwork:
    """Turn a plan into a street network that says that it is no real city.

    Parameters
    ----------
    one_way
        (n_segments,) 0 both ways, 1 from tail to head alone, -1 from head to tail alone; opened
        where a vehicle could otherwise not go everywhere
    """
    forward, backward = open_traps(plan, one_way >= 0, one_way <= 0)
    return StreetNetwork(
        name=name,
        junction_x=plan.x,
        junction_y=plan.y,
        segment_from=plan.tail.astype(np.int32),
        segment_to=plan.head.astype(np.int32),
        segment_length_m=line_lengths(plan),
        segment_speed_kmh=SPEED_KMH[street_class],
        segment_class=street_class,
        drive_forward=forward,
        drive_backward=backward,
        walkable=np.ones(len(plan.tail), bool),
        geometry_start=plan.line_start.astype(np.int32),
        geometry_x=plan.line_x,
        geometry_y=plan.line_y,
        synthetic=True,
        source=source,
    )


def open_traps(plan: Plan, forward: Flags, backward: Flags) -> tuple[Flags, Flags]:
    """Make two-way every one-way street that leads between strongly connected parts.

    What is connected on foot is then strongly connected for vehicles: all arcs between
    different parts can be driven both ways.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - only builders of cities pay for SciPy

    tail = np.concatenate([plan.tail[forward], plan.head[backward]])
    head = np.concatenate([plan.head[forward], plan.tail[backward]])
    graph = csr_matrix((np.ones(len(tail)), (tail, head)), shape=(len(plan.x), len(plan.x)))
    _, part = connected_components(graph, directed=True, connection="strong")
    trap = part[plan.tail] != part[plan.head]
    return forward | trap, backward | trap


def choose_tree(n_junctions: int, tail: Ints, head: Ints, cost: Floats) -> Flags:
    """Mark the segments of the cheapest spanning tree: those that must stay for the city to be one."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import minimum_spanning_tree  # noqa: PLC0415 - only builders of cities pay for SciPy

    number = np.arange(1, len(tail) + 1)
    rank = np.empty(len(tail))
    rank[np.argsort(cost, kind="stable")] = number  # distinct and positive, as SciPy asks; names the segment
    graph = csr_matrix((rank, (tail, head)), shape=(n_junctions, n_junctions))
    tree = minimum_spanning_tree(graph).data.astype(np.int64)
    return np.isin(rank.astype(np.int64), tree)


def drop_surplus(tail: Ints, head: Ints, removable: Ints, n_surplus: int) -> Flags:
    """Keep all but `n_surplus` segments, the first that can be spared.

    At first a junction must keep three streets, then two, then one, so that few bends and dead
    ends are left behind where a street was taken out.

    Parameters
    ----------
    removable
        segments that may go without cutting the city in two, first choice first
    """
    degree = np.bincount(np.concatenate([tail, head]))
    keep = np.ones(len(tail), bool)
    for floor in (3, 2, 1):
        for segment in removable:
            if n_surplus <= 0:
                return keep
            ends = (tail[segment], head[segment])
            if keep[segment] and min(degree[ends[0]], degree[ends[1]]) > floor:
                degree[ends[0]] -= 1
                degree[ends[1]] -= 1
                keep[segment] = False
                n_surplus -= 1
    return keep
