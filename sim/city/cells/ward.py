"""First cells: Ward's method under contiguity, as many groups to a quarter as its work is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

CELLS_A_QUARTER = 5


def group_by_ward(x: Floats, y: Floats, load: Floats, graph: csr_matrix, n_cells: int) -> Rows:
    """Group nodes into compact cells that hang together, more of them where there is more work.

    Ward's method knows no work. So the city is grouped into quarters first, each quarter gets cells by its share of the
    work, and is grouped again.

    Parameters
    ----------
    graph
        which nodes are adjacent; connected
    """
    quarter = _ward(x, y, graph, max(1, n_cells // CELLS_A_QUARTER))
    cell, first = np.zeros(len(x), np.int64), 0
    for q, n in enumerate(_seats(np.bincount(quarter, load).astype(float), np.bincount(quarter), n_cells).tolist()):
        part = np.flatnonzero(quarter == q)
        cell[part] = first + _ward(x[part], y[part], graph[part][:, part], n)
        first += n
    return cell


def _ward(x: Floats, y: Floats, graph: csr_matrix, n_groups: int) -> Rows:
    if n_groups == 1:
        return np.zeros(len(x), np.int64)
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415 - slow to load

    adjacent = graph.copy()
    adjacent.data[:] = 1.0
    model = AgglomerativeClustering(n_clusters=n_groups, connectivity=adjacent, linkage="ward")
    groups: Rows = np.asarray(model.fit(np.column_stack([x, y])).labels_, np.int64)
    return groups


def _seats(load: Floats, most: Rows, n_seats: int) -> Rows:
    """Share cells among quarters by their load, one at least and no more than `most` (the rule of Sainte-Laguë)."""
    seats = np.ones(len(load), np.int64)
    for _ in range(n_seats - len(load)):
        seats[np.where(seats < most, load / (seats + 0.5), -1.0).argmax()] += 1
    return seats
