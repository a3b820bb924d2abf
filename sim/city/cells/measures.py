"""How good a division into cells is: equal work, short ways, whole cells, and main roads as their borders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.cells.barriers import MAIN_ROADS, split_banks
from sim.city.cells.equal import segment_graph
from sim.city.streets import StreetNetwork
from sim.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CellMeasures:
    """Hold the measures of one division."""

    n_cells: int
    workload_cv: float
    """coefficient of variation of the cells' workloads"""
    workload_max: float
    """largest workload over the mean"""
    workload_min: float
    """smallest workload over the mean"""
    centre_m: float
    """metres along the streets to the cell's centre, mean over all metres of street"""
    barriers_cut: float
    """share of the adjacencies inside cells that cross a main road"""
    crossings_inside: float
    """share of the places where one can cross a main road that have both sides in one cell; nan without main roads"""
    n_pieces: int
    """pieces that hang together by shared junctions; as many as cells where every cell is whole"""


def measure_cells(
    net: StreetNetwork,
    cell: NDArray[np.integer],
    weight: NDArray[np.floating],
    *,
    main_roads: Collection[str] = MAIN_ROADS,
) -> CellMeasures:
    """Measure a division.

    Adjacent are segments that share a junction, and streets that meet the same piece of main road on opposite banks.

    Parameters
    ----------
    cell
        (n_segments,) cell of each segment, from 0 without a gap
    weight
        (n_segments,) workload of each segment

    Raises
    ------
    InputError
        If an array has the wrong length or there is no workload.
    """
    n = net.n_segments
    if cell.shape != (n,) or weight.shape != (n,) or not weight.sum() > 0:
        raise InputError(
            f"cells: cell and weight must have one value for each of {n} segments and weights must not all be 0, "
            f"got shapes {cell.shape} and {weight.shape}, sum {weight.sum()}"
        )
    n_cells = int(cell.max()) + 1
    load = np.bincount(cell, weight, n_cells)
    cut, inside = _barriers(net, cell, main_roads)
    return CellMeasures(
        n_cells=n_cells,
        workload_cv=float(load.std() / load.mean()),
        workload_max=float(load.max() / load.mean()),
        workload_min=float(load.min() / load.mean()),
        centre_m=_metres_to_centre(net, cell, n_cells),
        barriers_cut=cut,
        crossings_inside=inside,
        n_pieces=count_pieces(net, cell),
    )


def count_pieces(net: StreetNetwork, cell: NDArray[np.integer]) -> int:
    """Count the pieces of cells that hang together by shared junctions."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only builders of cities pay for SciPy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    row, other = _adjacent(net)
    same = cell[row] == cell[other]
    within = csr_matrix((np.ones(int(same.sum())), (row[same], other[same])), shape=(net.n_segments, net.n_segments))
    return int(connected_components(within, directed=False)[0])


def central_segments(net: StreetNetwork, cell: NDArray[np.integer], n_cells: int) -> NDArray[np.int64]:
    """Name the segment of each cell that is nearest to its mean place, metres of street counted."""
    length = net.segment_length_m
    total = np.bincount(cell, length, n_cells)
    x, y = (np.bincount(cell, length * place, n_cells) / total for place in (net.midpoint_x, net.midpoint_y))
    away = np.hypot(net.midpoint_x - x[cell], net.midpoint_y - y[cell])
    order = np.lexsort((net.segment_key, away, cell))
    return order[np.searchsorted(cell[order], np.arange(n_cells))]


def _adjacent(net: StreetNetwork) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    start, other = net.neighbours
    return np.repeat(np.arange(net.n_segments), np.diff(start)), other.astype(np.int64)


def _metres_to_centre(net: StreetNetwork, cell: NDArray[np.integer], n_cells: int) -> float:
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    graph, length = segment_graph(net), net.segment_length_m
    total = 0.0
    for c, centre in enumerate(central_segments(net, cell, n_cells)):
        mine = cell == c
        metres = dijkstra(graph, directed=False, indices=int(centre))[mine]
        reached = np.isfinite(metres)
        total += float(metres[reached] @ length[mine][reached])
    return total / float(length.sum())


def _barriers(net: StreetNetwork, cell: NDArray[np.integer], main_roads: Collection[str]) -> tuple[float, float]:
    """Give the share of inner adjacencies that cross a main road, and the share of crossings that are inside a cell."""
    a, b = split_banks(net, main_roads).crossing
    if not len(a):
        return 0.0, float("nan")
    row, other = _adjacent(net)
    n = np.int64(net.n_segments)
    across = np.minimum(a, b) * n + np.maximum(a, b)
    every = np.union1d(np.minimum(row, other) * n + np.maximum(row, other), across)
    n_inside = int((cell[every // n] == cell[every % n]).sum())
    n_cut = int((cell[a] == cell[b]).sum())
    return n_cut / max(n_inside, 1), n_cut / len(a)
