"""A small grid of streets, 100 m a block, for tests."""

import numpy as np

from sim.city.streets import StreetNetwork


def make_grid(n=10, block_m=100.0):
    """Build n x n junctions; horizontal streets first, row by row, then the vertical ones."""
    junction = np.arange(n * n).reshape(n, n)
    start = np.concatenate([junction[:, :-1].ravel(), junction[:-1, :].ravel()]).astype(np.int32)
    end = np.concatenate([junction[:, 1:].ravel(), junction[1:, :].ravel()]).astype(np.int32)
    x, y = np.tile(np.arange(n), n) * block_m, np.repeat(np.arange(n), n) * block_m
    m = len(start)
    return StreetNetwork(
        name="grid", junction_x=x, junction_y=y, segment_from=start, segment_to=end,
        segment_length_m=np.full(m, block_m), segment_speed_kmh=np.full(m, 30.0),
        segment_class=np.full(m, 5, np.uint8), drive_forward=np.ones(m, bool), drive_backward=np.ones(m, bool),
        walkable=np.ones(m, bool), geometry_start=np.arange(0, 2 * m + 1, 2, dtype=np.int32),
        geometry_x=np.column_stack([x[start], x[end]]).ravel(), geometry_y=np.column_stack([y[start], y[end]]).ravel(),
        synthetic=True,
    )  # fmt: skip
