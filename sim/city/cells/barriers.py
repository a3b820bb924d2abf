"""Main roads as barriers: which streets lie on the same bank of one, and where one would have to cross.

A main road is seen as two banks. Streets that meet it on one side can reach each other along that bank; from bank to
bank one has to cross. At a junction the arms of main roads part the streets around it into sectors, and a street
belongs to the sector that it leaves in. Where a main road ends, one can walk round its end.

Rivers and railways need no rule: where no street crosses, no junction joins the sides. What this cannot see: bridges
and underpasses without a junction (none in the embedded New Haven, 11 in Coquimbo), and where a street bridges a river.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MAIN_ROADS = ("motorway", "trunk", "primary")
"""Street classes that part a neighbourhood."""


@dataclass(frozen=True)
class Banks:
    """Hold the streets with each main road split into its two banks.

    Nodes 0 to n_segments - 1 are the segments, a main road standing for its left bank; the right banks follow.
    """

    segment: Ints
    """(n_nodes,) segment of each node"""
    main: Ints
    """(n_main,) segments that are main roads; the right bank of the i-th is node n_segments + i"""
    step_from: Ints
    """(n_steps,) steps from node to node that cross no main road, each listed both ways"""
    step_to: Ints
    """(n_steps,)"""
    step_m: Floats
    """(n_steps,) metres between the midpoints"""
    crossing: Ints
    """(2, n_crossings) pairs of streets that meet the same piece of main road, or its junction, on opposite banks"""

    @property
    def right(self) -> Ints:
        """Name the nodes of the right banks, in the order of `main`."""
        return np.arange(len(self.segment) - len(self.main), len(self.segment))


def split_banks(net: StreetNetwork, main_roads: Collection[str] = MAIN_ROADS) -> Banks:
    """Split main roads into banks.

    Raises
    ------
    InputError
        If a class of street does not exist.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy

    unknown = sorted(set(main_roads) - set(STREET_CLASSES))
    if unknown:
        raise InputError(f"main roads must be classes out of {', '.join(STREET_CLASSES)}, got {unknown[0]!r}")
    is_main = np.isin(net.segment_class, [STREET_CLASSES.index(name) for name in main_roads])
    main, n = np.flatnonzero(is_main), net.n_segments
    segment = np.concatenate([np.arange(n), main])
    node, sector = _nodes_in_sectors(net, is_main, main)
    lies_in = csr_matrix((np.ones(len(node), np.int32), (node, sector)), shape=(len(segment), int(sector.max()) + 1))
    together = (lies_in @ lies_in.T).tocoo()
    step = together.row != together.col
    a, b = together.row[step].astype(np.int64), together.col[step].astype(np.int64)
    metres = 0.5 * (net.segment_length_m[segment[a]] + net.segment_length_m[segment[b]])
    return Banks(segment, main, a, b, metres, _crossings(n, main, a, b))


def _nodes_in_sectors(net: StreetNetwork, is_main: NDArray[np.bool_], main: Ints) -> tuple[Ints, Ints]:
    """List which node borders which sector of which junction."""
    n = net.n_segments
    segment, at_begin = np.tile(np.arange(n), 2), np.arange(2 * n) < n
    before, after = _sectors(net, is_main)
    # Seen along the road, its left bank is what comes after it anticlockwise at its begin, and before it at its end.
    left, right = np.where(at_begin, after, before), np.where(at_begin, before, after)
    of_main = is_main[segment]
    right_node = np.zeros(n, np.int64)
    right_node[main] = n + np.arange(len(main))
    node = np.concatenate([segment, right_node[segment[of_main]]])
    return node, np.concatenate([left, right[of_main]])


def _sectors(net: StreetNetwork, is_main: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Give the sectors before and after each arm, anticlockwise; for a street that is no main road they are one.

    Returns
    -------
    before, after
        (2 * n_segments,) numbers of sectors, first for the begin of every segment, then for its end
    """
    first, last = net.geometry_start[:-1], net.geometry_start[1:] - 1
    x, y = net.geometry_x, net.geometry_y
    east = np.concatenate([x[first + 1] - x[first], x[last - 1] - x[last]])
    north = np.concatenate([y[first + 1] - y[first], y[last - 1] - y[last]])
    junction = np.concatenate([net.segment_from, net.segment_to]).astype(np.int64)
    main_arm = np.tile(is_main, 2).astype(np.int64)
    order = np.lexsort((np.arctan2(north, east), junction))
    running = np.concatenate([[0], np.cumsum(main_arm[order])])
    begin = np.searchsorted(junction[order], np.arange(net.n_junctions))
    passed = np.empty(len(junction), np.int64)
    passed[order] = running[1:] - running[begin][junction[order]]
    n_sectors = np.maximum(np.bincount(junction, main_arm, net.n_junctions).astype(np.int64), 1)
    room = np.concatenate([[0], np.cumsum(n_sectors)])[junction]
    return room + (passed - main_arm) % n_sectors[junction], room + passed % n_sectors[junction]


def _crossings(n: int, main: Ints, a: Ints, b: Ints) -> Ints:
    """List the pairs of streets that meet one piece of main road on opposite banks, and none on the same bank."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    size = n + len(main)
    beside = csr_matrix((np.ones(len(a), np.int32), (a, b)), shape=(size, size))
    street = np.ones(n, bool)
    street[main] = False
    left = beside[main][:, :n][:, street]
    right = beside[n:][:, :n][:, street]
    number = np.flatnonzero(street)

    def pairs(one: csr_matrix, other: csr_matrix) -> Ints:
        met = (one.T @ other).tocoo()
        i, j = number[met.row], number[met.col]
        return np.unique((np.minimum(i, j) * n + np.maximum(i, j))[i != j])

    on_one_bank = np.union1d(pairs(left, left), pairs(right, right))
    across = np.setdiff1d(pairs(left, right), on_one_bank)
    return np.stack([across // n, across % n])
