"""Beats as polygons, which a map program shows and `cpsim force` reads as the beats of a town."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.disk import write_whole

EVERY_M = 30.0
"""Metres of street for which one point stands."""
MARGIN_M = 60.0
"""How far a beat reaches beyond its outermost streets."""
NOWHERE = "local"
"""Coordinate system of streets that are nowhere on earth."""


def write_polygons(net: StreetNetwork, district: NDArray[np.int64], path: Path) -> Path:
    """Write a polygon for each district as GeoJSON: what is nearer to its streets than to those of any other.

    In degrees where the place of the streets on earth is known, else in their metres. The middle of each segment
    lies in the polygon of its district, by which `cpsim force` tells where it belongs.
    """
    import geopandas  # noqa: PLC0415 - heavy
    import shapely  # noqa: PLC0415 - heavy

    points, owner = _points_along(net)
    every = shapely.multipoints(points)
    cells = shapely.get_parts(shapely.voronoi_polygons(every, extend_to=every.buffer(MARGIN_M)))
    tree = shapely.STRtree(cells)
    point, cell = tree.query(shapely.points(points), predicate="intersects")
    first = np.unique(point, return_index=True)[1]
    of_cell = np.full(len(cells), -1)
    of_cell[cell[first]] = district[owner[point[first]]]
    hull = shapely.union_all(_lines(net)).buffer(3.0 * MARGIN_M).buffer(-2.0 * MARGIN_M)
    shapes = [
        shapely.intersection(shapely.union_all(cells[of_cell == d]), hull) for d in range(int(district.max()) + 1)
    ]
    table = geopandas.GeoDataFrame({"beat": [str(d) for d in range(len(shapes))]}, geometry=shapes)
    if net.crs != NOWHERE:
        table = table.set_crs(net.crs).to_crs("EPSG:4326")
    write_whole(path, lambda file: file.write(table.to_json(drop_id=True).encode()))
    return path


def _points_along(net: StreetNetwork) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Lay points along every segment, its middle among them and its ends not, which it shares with others."""
    import shapely  # noqa: PLC0415 - heavy

    lines = _lines(net)
    n = 2 * (net.segment_length_m / EVERY_M / 2.0).astype(np.int64) + 1
    owner = np.repeat(np.arange(net.n_segments), n)
    place = np.arange(len(owner)) - np.repeat(np.concatenate([[0], np.cumsum(n)[:-1]]), n)
    share = (place + 0.5) / n[owner]
    found = shapely.line_interpolate_point(np.array(lines)[owner], share, normalized=True)
    return np.asarray(shapely.get_coordinates(found), np.float64), owner


def _lines(net: StreetNetwork) -> NDArray[np.object_]:
    import shapely  # noqa: PLC0415 - heavy

    points = np.column_stack([net.geometry_x, net.geometry_y])
    owner = np.repeat(np.arange(net.n_segments), np.diff(net.geometry_start))
    return np.asarray(shapely.linestrings(points, indices=owner))
