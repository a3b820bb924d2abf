"""Polygons of a map file, in the metres of the streets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.city.reading.readers.lines import with_system
from sim.city.streets import StreetNetwork
from sim.errors import InputError
from sim.force.account import Account
from sim.force.settings import Part
from sim.force.tables import read_map

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry import LineString

NOWHERE = "local"


def read_polygons(path: Path, net: StreetNetwork, account: Account, part: Part, fallback: str) -> GeoDataFrame:
    """Read the polygons of a map file in the metres of the streets.

    Rows of the file without an area are counted in the account and left out, and shapes that cross themselves are
    repaired. A file without a coordinate system is in degrees where its numbers can be, else in the metres of the
    streets.

    Parameters
    ----------
    part
        what `force.toml` says of it; its system goes before the one that the file says
    fallback
        system of files that say none

    Raises
    ------
    InputError
        If the file has no polygons, or they lie elsewhere.
    """
    import geopandas  # noqa: PLC0415 - heavy; workers start without it

    frame = read_map(path, part.layer)
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise InputError(f"{path} must be a map file with polygons, got a table without shapes")
    account.source, account.rows = path.name, len(frame)
    there = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    areas = there[there.geom_type.isin(["Polygon", "MultiPolygon"])].copy()
    account.used = len(areas)
    lost = {"reasons.no_shape": len(frame) - len(there), "reasons.no_area": len(there) - len(areas)}
    account.left_out = {reason: n for reason, n in lost.items() if n}
    if not len(areas):
        kinds = ", ".join(sorted(set(there.geom_type))) or "none"
        raise InputError(f"{path} must be a map file with polygons, got shapes of the kinds {kinds}")
    areas = _in_metres(areas, path, net, account, part.crs or (fallback if areas.crs is None else ""))
    crossed = ~areas.geometry.is_valid
    if crossed.any():
        areas.geometry = areas.geometry.make_valid()
        account.read("repaired_shapes", n=int(crossed.sum()))
    return areas.reset_index(drop=True)


def _in_metres(areas: GeoDataFrame, path: Path, net: StreetNetwork, account: Account, crs: str) -> GeoDataFrame:
    if crs:
        areas = with_system(areas, crs)
    west, south, east, north = areas.total_bounds
    if areas.crs is None and net.crs != NOWHERE:
        degrees = abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90
        areas = areas.set_crs("EPSG:4326" if degrees else net.crs)
        account.read("crs_assumed", crs="kinds.degrees" if degrees else "kinds.metres_of_streets")
    if net.crs == NOWHERE:
        areas = areas.set_crs(None, allow_override=True)
    elif areas.crs is not None:
        areas = areas.to_crs(net.crs)
    x, y = net.geometry_x, net.geometry_y
    west, south, east, north = areas.total_bounds
    apart = west > x.max() or east < x.min() or south > y.max() or north < y.min()
    if apart or not np.isfinite([west, south, east, north]).all():
        raise InputError(
            f"{path}: polygons must lie where the streets of {net.name!r} lie, got others; name the coordinate system "
            "that they are in with crs, or the file of this town"
        )
    return areas


def street_lines(net: StreetNetwork) -> list[LineString]:
    """Give the lines of all segments."""
    import shapely  # noqa: PLC0415 - heavy; workers start without it

    points = np.column_stack([net.geometry_x, net.geometry_y])
    owner = np.repeat(np.arange(net.n_segments), np.diff(net.geometry_start))
    return list(shapely.linestrings(points, indices=owner))
