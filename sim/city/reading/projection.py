"""From degrees to metres on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.city.reading.china import is_chinese, to_wgs84
from sim.city.streets import Floats
from sim.errors import InputError

if TYPE_CHECKING:
    from pyproj import CRS


SOUTHERNMOST, NORTHERNMOST = -60.0, 80.0
"""Latitudes between which all towns lie: Puerto Toro is at 55.1 degrees south, Longyearbyen at 78.2 north."""


def metric_crs(west: float, south: float, east: float, north: float, *, source: str) -> str:
    """Name the zone of Universal Transverse Mercator in the middle of a box of degrees.

    Within a zone its metres are metres on the ground to one part in a thousand. `source` is what the box is of, in
    errors.

    Raises
    ------
    InputError
        If an end of the box is no number, or no town lies there.
    """
    if not np.isfinite((west, south, east, north)).all():
        raise InputError(f"street source {source!r}: every coordinate must be a number, got one that is none")
    if south < SOUTHERNMOST or north > NORTHERNMOST:
        raise InputError(
            f"street source {source!r}: latitudes must lie between {SOUTHERNMOST:g} and {NORTHERNMOST:g} degrees, "
            f"where people live, got {south:.4f} to {north:.4f} beside longitudes from {west:.4f} to {east:.4f}; "
            f"longitude and latitude may be swapped"
        )
    zone = int((0.5 * (west + east) + 180.0) // 6.0) % 60 + 1
    return f"EPSG:{(32600 if south + north >= 0 else 32700) + zone}"


def to_metres(longitude: Floats, latitude: Floats, crs: str, *, source: str) -> tuple[Floats, Floats]:
    """Project degrees to the metres of a coordinate system.

    Parameters
    ----------
    longitude, latitude
        (n,) degrees on WGS 84.
    crs
        System to project to.
    source
        What the points are of, in errors.

    Returns
    -------
    (n,) metres east and (n,) metres north
    """
    return transform(longitude, latitude, "EPSG:4326", crs, source=source)


def transform(x: Floats, y: Floats, given: str, wanted: str, *, source: str) -> tuple[Floats, Floats]:
    """Bring coordinates from one system to another; `source` is what has them, in errors.

    Raises
    ------
    InputError
        If a system, which a file may name as it likes, is none.
    """
    from pyproj import Transformer  # noqa: PLC0415 - heavy; workers start without it
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if is_chinese(given):
        x, y = to_wgs84(x, y, given)
        given = "EPSG:4326"
    try:
        transformer = Transformer.from_crs(given, wanted, always_xy=True)
    except CRSError as error:
        raise InputError(
            f"{source}: a coordinate system must have a name that PROJ knows, such as EPSG:32635, "
            f"got {given!r} and {wanted!r}"
        ) from error
    east, north = transformer.transform(x, y)
    return east, north


def localise(x: Floats, y: Floats, crs: str | None, source: str) -> tuple[Floats, Floats, str]:
    """Project coordinates of any system to metres.

    Without a named system, numbers that fit a globe are degrees, and others are taken as metres.

    Parameters
    ----------
    x, y
        (n,) east and north, or longitude and latitude.
    crs
        Their system, None when the source does not say.
    source
        Name of the source in errors.

    Returns
    -------
    (n,) metres east, (n,) metres north, and the system of the metres
    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 - heavy; workers start without it

    fits_a_globe = bool(abs(x).max() <= 180.0 and abs(y).max() <= 90.0)
    if crs is None and not fits_a_globe:
        if abs(x).max() <= 90.0 and abs(y).max() <= 180.0:
            raise InputError(
                f"street source {source!r}: without a coordinate system, x must be longitude and y latitude, "
                f"or both metres, got x from {x.min():.4f} to {x.max():.4f} and y from {y.min():.4f} to {y.max():.4f}, "
                "which seem swapped"
            )
        return x, y, "local"
    if crs is not None and not _is_wgs84(CRS.from_user_input(crs)):
        x, y = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    target = metric_crs(x.min(), y.min(), x.max(), y.max(), source=source)
    return *to_metres(x, y, target, source=source), target


def _is_wgs84(system: CRS) -> bool:
    """Tell degrees of WGS 84 from those of another datum, which may lie some hundred metres beside them."""
    from pyproj import CRS  # noqa: PLC0415 - heavy; workers start without it

    return system.is_geographic and system.equals(CRS.from_epsg(4326), ignore_axis_order=True)
