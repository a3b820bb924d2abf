"""Cells of equal work: compact, whole, with main roads as borders where that can be had."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.cells.barriers import MAIN_ROADS, Banks, split_banks
from sim.city.cells.equal import check_division
from sim.city.cells.swaps import Fabric, even_out, make_whole
from sim.city.cells.ward import group_by_ward
from sim.city.streets import StreetNetwork
from sim.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Ints = NDArray[np.int32]
Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

FEWEST_SEGMENTS = 5
"""Segments per cell below which neither work nor borders can be chosen"""
STREET_SPACING_M = 100.0
"""Metres between parallel streets, to guess the radius of a cell from its metres of street"""
DETOUR = 1.0
"""To cross a main road costs a detour of so many radii of a cell"""
ROUNDS, STEPS = 60, 6
"""Rounds after which centres move, and steps in each that even out loads"""
SETTLED = 40
"""Rounds after which centres stay"""
PUSH = 0.3
"""Radii by which a cell with e times the fair load draws back in a step"""


def divide_workload(
    net: StreetNetwork,
    n_cells: int,
    weight: NDArray[np.floating],
    *,
    seed: int = 0,
    main_roads: Collection[str] = MAIN_ROADS,
) -> Ints:
    """Divide the segments into whole, compact cells of nearly equal work that main roads bound where they can.

    Ward's method under contiguity (scikit-learn's, as PySAL's `WardSpatial` calls it) groups the streets so that no
    group lies on both banks of a main road. Its groups are compact but carry unequal work, so their centres only begin
    what follows: each street goes to the centre that is nearest along the streets, a main road costing a detour; heavy
    cells draw back, light ones reach farther, and centres move to the middle of their cells. At last single segments
    change hands.

    Parameters
    ----------
    weight
        (n_segments,) work on each segment: calls, dwellings, hours
    seed
        order in which segments are asked to change hands; another seed, another division of the same quality
    main_roads
        classes of street that should be borders

    Returns
    -------
    cell
        (n_segments,) number of the cell, 0 to n_cells - 1; it goes with `segment_key`, not with rows

    Raises
    ------
    InputError
        If there are fewer than five segments to a cell, the streets are not connected, or a weight is negative.
    """
    load = np.asarray(weight, np.float64)
    check_division(net, n_cells, load)
    if n_cells == 1:
        return np.zeros(net.n_segments, np.int32)
    if net.n_segments < FEWEST_SEGMENTS * n_cells:
        raise InputError(
            f"cells: by workload there must be {FEWEST_SEGMENTS} segments to a cell, got {n_cells} cells for the "
            f"{net.n_segments} segments of {net.name!r}; ask for at most {net.n_segments // FEWEST_SEGMENTS}, or "
            "use method 'equal'"
        )
    # A trace of length breaks ties where many segments carry nothing.
    load = load + 1e-6 * max(load.sum(), 1.0) * net.segment_length_m / net.segment_length_m.sum()
    order = np.argsort(net.segment_key, kind="stable")
    cell = np.empty(net.n_segments, np.int32)
    cell[order] = _divide(_in_order(net, order), n_cells, load[order], seed, main_roads)
    return cell


def _divide(net: StreetNetwork, n_cells: int, load: Floats, seed: int, main_roads: Collection[str]) -> Rows:
    banks = split_banks(net, main_roads)
    ground = _lay_out(net, banks, load)
    radius_m = float(np.sqrt(net.segment_length_m.sum() * STREET_SPACING_M / (np.pi * n_cells)))
    cell = group_by_ward(ground.x, ground.y, ground.load, _graph(banks, None), n_cells)
    cell, metres = _balance(ground, _graph(banks, DETOUR * radius_m), cell, n_cells, radius_m)
    of_segment = cell[: net.n_segments].copy()
    nearer = metres[banks.right] < metres[banks.main]
    of_segment[banks.main[nearer]] = cell[banks.right[nearer]]
    fabric = _fabric(net, banks, load, radius_m)
    make_whole(fabric, of_segment, n_cells)
    even_out(fabric, of_segment, n_cells, seed)
    return of_segment


@dataclass(frozen=True)
class _Ground:
    """Hold places and loads by node of the banks; a main road shares its load between its two."""

    x: Floats
    y: Floats
    load: Floats
    length_m: Floats


def _lay_out(net: StreetNetwork, banks: Banks, load: Floats) -> _Ground:
    share = np.ones(net.n_segments)
    share[banks.main] = 0.5
    s = banks.segment
    return _Ground(net.midpoint_x[s], net.midpoint_y[s], (load * share)[s], (net.segment_length_m * share)[s])


def _graph(banks: Banks, crossing_m: float | None) -> csr_matrix:
    """Build the matrix of metres between nodes; main roads are crossed at a price, or only where there is no other way.

    Parameters
    ----------
    crossing_m
        metres that it costs to cross; None for as few crossings as hold the streets together
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import minimum_spanning_tree  # noqa: PLC0415

    n = len(banks.segment)
    a = np.concatenate([banks.step_from, banks.main, banks.right])
    b = np.concatenate([banks.step_to, banks.right, banks.main])
    dear = 1e7 if crossing_m is None else crossing_m
    # Steps come first and crossings last; where both join the same nodes (at the end of a main road) the step counts.
    metres = np.concatenate([banks.step_m, np.full(2 * len(banks.main), dear)])
    pair, first = np.unique(a * n + b, return_index=True)
    if crossing_m is None:
        tree = minimum_spanning_tree(csr_matrix((metres[first], (pair // n, pair % n)), shape=(n, n))).tocoo()
        i, j = tree.row.astype(np.int64)[tree.data >= dear], tree.col.astype(np.int64)[tree.data >= dear]
        kept = (metres[first] < dear) | np.isin(pair, i * n + j) | np.isin(pair, j * n + i)
        pair, first = pair[kept], first[kept]
    return csr_matrix((metres[first], (pair // n, pair % n)), shape=(n, n))


def _balance(ground: _Ground, graph: csr_matrix, cell: Rows, n_cells: int, radius_m: float) -> tuple[Rows, Floats]:
    """Shift the borders between centres, and the centres, until loads are even.

    A cell is what lies nearer to its centre than to any other, its reach subtracted: shortest ways stay inside, so it
    hangs together.

    Returns
    -------
    cell, metres
        of the most even division on the way: the cell of each node, and its distance less the reach
    """
    fair = ground.load.sum() / n_cells
    reach = np.zeros(n_cells)
    centre = _centres(ground, cell, n_cells, np.zeros(n_cells, np.int64))
    least, best = np.inf, (cell, np.zeros(len(cell)))
    for turn in range(ROUNDS):
        for _ in range(STEPS):
            cell, metres = _nearest(graph, centre, reach)
            load = np.bincount(cell, ground.load, n_cells) / fair
            if load.std() < least:
                least, best = float(load.std()), (cell, metres)
            push = PUSH if turn < ROUNDS // 2 else 0.5 * PUSH
            reach = reach - push * radius_m * np.log(np.maximum(load, 0.2))
            reach -= reach.mean()
        if turn < SETTLED:
            centre = _centres(ground, cell, n_cells, centre)
    return best


def _nearest(graph: csr_matrix, centre: Rows, reach: Floats) -> tuple[Rows, Floats]:
    """Give each node the centre that is nearest along the streets, reach subtracted, and that distance."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    n = graph.shape[0]
    # One more node from which ways lead to all centres: a far-reaching centre has a head start.
    start, ahead = np.sort(centre), (reach.max() - reach + 1.0)[np.argsort(centre)]
    whole = csr_matrix(
        (
            np.concatenate([graph.data, ahead]),
            np.concatenate([graph.indices, start.astype(graph.indices.dtype)]),
            np.append(graph.indptr, len(graph.data) + len(start)).astype(graph.indptr.dtype),
        ),
        shape=(n + 1, n + 1),
    )
    metres, before = dijkstra(whole, indices=n, return_predecessors=True)
    root = np.where(before[:n] == n, np.arange(n), before[:n])
    while not np.array_equal(root, root[root]):
        root = root[root]
    cell = np.empty(n, np.int64)
    cell[centre] = np.arange(len(centre))
    return cell[root], metres[:n]


def _centres(ground: _Ground, cell: Rows, n_cells: int, old: Rows) -> Rows:
    """Name the node of each cell nearest to its mean place; a cell that was swallowed keeps the centre it had."""
    metres = np.maximum(np.bincount(cell, ground.length_m, n_cells), 1e-9)
    x, y = (np.bincount(cell, ground.length_m * place, n_cells) / metres for place in (ground.x, ground.y))
    order = np.lexsort((np.hypot(ground.x - x[cell], ground.y - y[cell]), cell))
    alive, first = np.unique(cell[order], return_index=True)
    centre = old.copy()
    centre[alive] = order[first]
    return centre


def _fabric(net: StreetNetwork, banks: Banks, load: Floats, radius_m: float) -> Fabric:
    start, other = net.neighbours
    opposite: list[list[int]] = [[] for _ in range(net.n_segments)]
    for a, b in banks.crossing.T.tolist():
        opposite[a].append(b)
        opposite[b].append(a)
    near = [rows.tolist() for rows in np.split(other, start[1:-1])]
    place = list(zip((net.midpoint_x / radius_m).tolist(), (net.midpoint_y / radius_m).tolist(), strict=True))
    return Fabric(near, opposite, load, net.segment_length_m, place)


def _in_order(net: StreetNetwork, order: Rows) -> StreetNetwork:
    """Number the segments anew, so that the division does not depend on their rows."""
    start = net.geometry_start.astype(np.int64)
    n_points = np.diff(start)[order]
    begin = np.concatenate([[0], np.cumsum(n_points)])
    point = np.repeat(start[order] - begin[:-1], n_points) + np.arange(begin[-1])
    per_segment = [c.name for c in fields(net) if c.name.startswith(("segment_", "drive_")) or c.name == "walkable"]
    columns = {name: getattr(net, name)[order] for name in per_segment}
    return replace(
        net,
        geometry_start=begin.astype(np.int32),
        geometry_x=net.geometry_x[point],
        geometry_y=net.geometry_y[point],
        **columns,
    )
