"""From degrees to metres on the ground."""

from __future__ import annotations

import numpy as np

from sim.city.streets import Floats
from sim.errors import InputError


def metric_crs(west: float, south: float, east: float, north: float) -> str:
    """Name the zone of Universal Transverse Mercator in the middle of a box of degrees.

    Within a zone its metres are metres on the ground to one part in a thousand.

    Raises
    ------
    InputError
        If an end of the box is no number.
    """
    if not np.isfinite((west, south, east, north)).all():
        raise InputError("street source: every coordinate must be a number, got one that is none")
    zone = int((0.5 * (west + east) + 180.0) // 6.0) % 60 + 1
    return f"EPSG:{(32600 if south + north >= 0 else 32700) + zone}"


def to_metres(longitude: Floats, latitude: Floats, crs: str) -> tuple[Floats, Floats]:
    """Project degrees to the metres of a coordinate system.

    Parameters
    ----------
    longitude, latitude
        (n,) degrees on WGS 84.
    crs
        System to project to.

    Returns
    -------
    (n,) metres east and (n,) metres north
    """
    from pyproj import Transformer  # noqa: PLC0415 - heavy; workers start without it

    transform = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    x, y = transform(longitude, latitude)
    return x, y


def localise(x: Floats, y: Floats, crs: str | None) -> tuple[Floats, Floats, str]:
    """Project coordinates of any system to metres.

    Without a named system, numbers that fit a globe are degrees, and others are taken as metres.

    Parameters
    ----------
    x, y
        (n,) east and north, or longitude and latitude.
    crs
        Their system, None when the source does not say.

    Returns
    -------
    (n,) metres east, (n,) metres north, and the system of the metres
    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 - heavy; workers start without it

    fits_a_globe = bool(abs(x).max() <= 180.0 and abs(y).max() <= 90.0)
    if crs is None and not fits_a_globe:
        return x, y, "local"
    if crs is not None and not CRS.from_user_input(crs).is_geographic:
        x, y = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    target = metric_crs(x.min(), y.min(), x.max(), y.max())
    return *to_metres(x, y, target), target
