"""Small street networks drawn by hand, and the same streets with other numbers."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import STREET_CLASSES, StreetNetwork

PRIMARY, STREET = STREET_CLASSES.index("primary"), STREET_CLASSES.index("residential")


def plan(junctions: list[tuple[float, float]], segments: list[tuple[int, int, int]]) -> StreetNetwork:
    """Draw straight streets between junctions: begin, end and class of each."""
    place = np.array(junctions, float)
    begin, end, kind = np.array(segments).T
    n = len(segments)
    points = place[np.stack([begin, end], axis=1).ravel()]
    return StreetNetwork(
        name="plan",
        junction_x=place[:, 0].copy(),
        junction_y=place[:, 1].copy(),
        segment_from=begin.astype(np.int32),
        segment_to=end.astype(np.int32),
        segment_length_m=np.hypot(*(place[end] - place[begin]).T),
        segment_speed_kmh=np.full(n, 30.0),
        segment_class=kind.astype(np.uint8),
        drive_forward=np.ones(n, bool),
        drive_backward=np.ones(n, bool),
        walkable=np.ones(n, bool),
        geometry_start=np.arange(0, 2 * n + 1, 2, dtype=np.int32),
        geometry_x=points[:, 0].copy(),
        geometry_y=points[:, 1].copy(),
    )


def plus_with_main_road() -> StreetNetwork:
    """Draw a main road from west to east with streets north and south of its middle.

    The road ends in the east at a street that goes on; in the west another street leaves it to the north.
    """
    junctions = [(0, 0), (-100, 0), (100, 0), (0, 100), (0, -100), (200, 10), (-100, 100)]
    main, street = PRIMARY, STREET
    return plan(
        [(float(x), float(y)) for x, y in junctions],
        [(1, 0, main), (0, 2, main), (0, 3, street), (0, 4, street), (2, 5, street), (1, 6, street)],
    )


def two_towns() -> StreetNetwork:
    """Draw two towns of six by four blocks, north and south of a main road that streets cross six times."""
    columns, rows = 7, (-4, -3, -2, -1, 0, 1, 2, 3, 4)
    number = {(i, j): r * columns + i for r, j in enumerate(rows) for i in range(columns)}
    segments = []
    for (i, j), here in number.items():
        if i + 1 < columns:
            segments.append((here, number[i + 1, j], PRIMARY if j == 0 else STREET))
        if (i, j + 1) in number:
            segments.append((here, number[i, j + 1], STREET))
    return plan([(100.0 * i, 100.0 * j) for i, j in number], segments)


def renumbered(net: StreetNetwork, order: NDArray[np.int64]) -> StreetNetwork:
    """Give the same streets with their rows in another order, keys carried along."""
    per_segment = [f.name for f in fields(net) if f.name.startswith(("segment_", "drive_")) or f.name == "walkable"]
    points = [np.arange(net.geometry_start[i], net.geometry_start[i + 1]) for i in order]
    start = np.concatenate([[0], np.cumsum([len(p) for p in points])]).astype(np.int32)
    point = np.concatenate(points)
    return replace(
        net,
        geometry_start=start,
        geometry_x=net.geometry_x[point],
        geometry_y=net.geometry_y[point],
        **{name: getattr(net, name)[order] for name in per_segment},
    )
