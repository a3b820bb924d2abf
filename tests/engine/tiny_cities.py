"""Cities so simple that theory says what must happen in them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.land_use import City, LandUse
from sim.city.streets import StreetNetwork


def streets(
    ends: list[tuple[int, int]], *, length_m: float = 100.0, speed_kmh: float = 50.0, one_way: bool = False, **more: Any
) -> StreetNetwork:
    """Join junctions, which lie on a circle, by segments of one length."""
    start, stop = (np.array(side, np.int32) for side in zip(*ends, strict=True))
    n, n_junctions = len(ends), int(max(start.max(), stop.max())) + 1
    angle = 2 * np.pi * np.arange(n_junctions) / n_junctions
    radius = length_m * n_junctions / (2 * np.pi)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    return StreetNetwork(
        name="tiny",
        junction_x=x,
        junction_y=y,
        segment_from=start,
        segment_to=stop,
        segment_length_m=np.full(n, length_m),
        segment_speed_kmh=np.full(n, speed_kmh),
        segment_class=np.full(n, 5, np.uint8),
        drive_forward=np.ones(n, bool),
        drive_backward=np.full(n, not one_way),
        walkable=np.ones(n, bool),
        geometry_start=np.arange(0, 2 * n + 1, 2, dtype=np.int32),
        geometry_x=np.column_stack([x[start], x[stop]]).ravel(),
        geometry_y=np.column_stack([y[start], y[stop]]).ravel(),
        synthetic=True,
        **more,
    )


def all_at(net: StreetNetwork, segment: int) -> City:
    """Put every home, job, venue and shop of a city on one segment."""
    there = np.zeros(net.n_segments, np.float32)
    there[segment] = 1.0
    use = LandUse(there, there, there, there, np.zeros_like(there), inferred=False)
    return City(net, use, np.zeros(net.n_segments, np.int32))


def ring(n: int, **more: Any) -> StreetNetwork:
    """Make a circular street of `n` segments."""
    return streets([(i, (i + 1) % n) for i in range(n)], **more)


def rank_of(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Give the place of each key in sorted order."""
    return np.argsort(np.argsort(keys))
