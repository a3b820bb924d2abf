"""Lay squares over a city, so that what is near need not be looked for everywhere."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.compiling.compiled import compiled

Floats = NDArray[np.float64]
MOST_ACROSS = 64
"""Squares along the longer side of a city, at most."""
BEYOND_DOUBT = 1.000001
"""Far more than rounding: what lies so many times beyond a squared distance need not be measured exactly."""


class Squares(NamedTuple):
    """Hold the segments of each square, by their middles."""

    side_m: float
    n_across: int
    square: NDArray[np.int64]
    """(n_segments,) square of a segment"""
    start: NDArray[np.int64]
    """(n_squares + 1,) where the segments of a square begin"""
    segment: NDArray[np.int64]
    """(n_segments,) segments by square; within one by key, so that renumbering streets changes no sum"""


def divide_into_squares(net: StreetNetwork, side_m: float, most_across: int = MOST_ACROSS) -> Squares:
    """Sort the segments into squares of at least this side."""
    east, north = net.midpoint_x - net.midpoint_x.min(), net.midpoint_y - net.midpoint_y.min()
    side = max(float(side_m), float(max(east.max(), north.max())) / most_across, 1.0)
    across, along = int(east.max() // side) + 1, int(north.max() // side) + 1
    square = (north // side).astype(np.int64) * across + (east // side).astype(np.int64)
    start = np.zeros(across * along + 1, np.int64)
    np.cumsum(np.bincount(square, minlength=across * along), out=start[1:])
    return Squares(side, across, square, start, np.lexsort((net.segment_key, square)))


def smooth_field(net: StreetNetwork, noise: Floats, range_m: float) -> Floats:
    """Average independent noise over the surroundings and bring it back to variance 1."""
    return smooth_fields(net, noise[None], range_m)[0]


def smooth_fields(net: StreetNetwork, noises: Floats, range_m: float) -> Floats:
    """Smooth several noises over the same range, (n_fields, n_segments), at little more than the price of one."""
    squares = divide_into_squares(net, range_m, 4096)
    by_segment = np.ascontiguousarray(noises.T)
    return np.ascontiguousarray(_average_around(squares, net.midpoint_x, net.midpoint_y, by_segment, range_m).T)


@compiled
def _average_around(squares: Squares, x: Floats, y: Floats, noise: Floats, range_m: float) -> Floats:
    """Add up the noise within the range of each segment, which weighs half at half of the range."""
    n, n_fields = noise.shape
    out, total = np.empty((n, n_fields)), np.empty(n_fields)
    fades, n_along = -2.0 * math.log(2.0) / range_m, (squares.start.size - 1) // squares.n_across
    beyond = range_m * range_m * BEYOND_DOUBT
    for i in range(n):
        column, row = squares.square[i] % squares.n_across, squares.square[i] // squares.n_across
        weights = 0.0
        total[:] = 0.0
        for north in range(max(row - 1, 0), min(row + 2, n_along)):
            first = squares.start[north * squares.n_across + max(column - 1, 0)]
            last = squares.start[north * squares.n_across + min(column + 1, squares.n_across - 1) + 1]
            for k in range(first, last):
                j = squares.segment[k]
                dx, dy = x[j] - x[i], y[j] - y[i]
                if dx * dx + dy * dy > beyond:
                    continue
                distance = math.hypot(dx, dy)
                if distance <= range_m:
                    weight = math.exp(fades * distance)
                    for field in range(n_fields):
                        total[field] += weight * noise[j, field]
                    weights += weight * weight
        for field in range(n_fields):
            out[i, field] = total[field] / math.sqrt(weights)
    return out
