"""Cells drawn with a ruler: the naive grid, which knows neither barriers nor work."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.errors import InputError

Ints = NDArray[np.int32]
Rows = NDArray[np.int64]


def divide_area(net: StreetNetwork, n_cells: int) -> Ints:
    """Divide the map into rectangles that hold equal metres of street.

    The rectangle around the city is cut across its longer side so that the metres of street fit, and each half again:
    as near to squares as equal length allows. A line runs where it runs, over rivers and main roads and through the
    middle of a street that bends, so that a cell may fall into pieces and workloads may differ by any factor. That is
    the fault to be studied, 'cells badly drawn'.

    Returns
    -------
    cell
        (n_segments,) number of the cell, 0 to n_cells - 1; a segment lies where its midpoint lies

    Raises
    ------
    InputError
        If there are fewer segments than cells.
    """
    if not 1 <= n_cells <= net.n_segments:
        raise InputError(
            f"cells: n_cells must lie between 1 and the {net.n_segments} segments of {net.name!r}, got {n_cells}"
        )
    place = np.stack([net.midpoint_x, net.midpoint_y])
    cell = np.zeros(net.n_segments, np.int32)
    box = (place.min(axis=1), place.max(axis=1))
    waiting = [(np.arange(net.n_segments), 0, n_cells, *box)]
    while waiting:
        part, first, n, low, high = waiting.pop()
        if n == 1:
            cell[part] = first
            continue
        side = int((high - low).argmax())
        near, far, line = _rule(net, place, part, side, n)
        low_far, high_near = low.copy(), high.copy()
        low_far[side] = high_near[side] = line
        waiting += [(near, first, n // 2, low, high_near), (far, first + n // 2, n - n // 2, low_far, high)]
    return cell


def _rule(net: StreetNetwork, place: NDArray[np.float64], part: Rows, side: int, n: int) -> tuple[Rows, Rows, float]:
    """Rule a line across one side so that the metres of street fit the cells on either side of it."""
    part = part[np.lexsort((net.segment_key[part], place[1 - side, part], place[side, part]))]
    metres = np.cumsum(net.segment_length_m[part])
    n_near = int(np.searchsorted(metres, metres[-1] * (n // 2) / n)) + 1
    n_near = min(max(n_near, n // 2), len(part) - (n - n // 2))
    line = float(place[side, part[n_near - 1 : n_near + 1]].mean())
    return part[:n_near], part[n_near:], line
