"""First cells from PySAL's spopt: Ward's method under contiguity, as many groups to a quarter as its work is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError

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

    Raises
    ------
    InputError
        If spopt is not installed.
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
    try:
        from libpysal.weights import W  # noqa: PLC0415 - an extra, and slow to load
        from spopt.region import WardSpatial  # noqa: PLC0415
    except ImportError as error:
        raise InputError(
            "cells: method 'workload' needs PySAL's spopt, which is not installed; "
            "run: pip install spopt, or use method 'equal'"
        ) from error
    import pandas as pd  # noqa: PLC0415

    adjacent = {i: graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist() for i in range(len(x))}
    model = WardSpatial(pd.DataFrame({"x": x, "y": y}), W(adjacent, silence_warnings=True), ["x", "y"], n_groups)
    model.solve()
    groups: Rows = np.asarray(model.labels_, np.int64)
    return groups


def _seats(load: Floats, most: Rows, n_seats: int) -> Rows:
    """Share cells among quarters by their load, one at least and no more than `most` (the rule of Sainte-Laguë)."""
    seats = np.ones(len(load), np.int64)
    for _ in range(n_seats - len(load)):
        seats[np.where(seats < most, load / (seats + 0.5), -1.0).argmax()] += 1
    return seats
