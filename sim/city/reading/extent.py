"""Where a source says that it lies: refused when its coordinates and its coordinate system do not go together."""

from __future__ import annotations

import numpy as np

from sim.city.streets import Floats
from sim.errors import InputError

WIDEST_DEGREES = 10.0
"""A city is narrower than this: beyond it metres would not be metres, and a point is in the wrong place."""

WIDEST_M = 1e6
"""The same for a source that has metres and does not say where."""


def refuse_misplaced(x: Floats, y: Floats, crs: str | None, source: str) -> None:
    """Refuse coordinates that their coordinate system cannot hold.

    Parameters
    ----------
    x, y
        (n,) as the source has them, east and north or longitude and latitude.
    crs
        Their system; None when the source does not say.
    source
        Name of it in errors.

    Raises
    ------
    InputError
        If a coordinate is no number, metres are said to be degrees or degrees to be metres, or the points lie
        beyond the Earth or on both sides of it.
    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 - heavy; workers start without it

    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError(f"street source {source!r}: every coordinate must be a number, got one that is none")
    here = f"x from {x.min():,.6g} to {x.max():,.6g} and y from {y.min():,.6g} to {y.max():,.6g}"
    fits_a_globe = bool(abs(x).max() <= 180.0 and abs(y).max() <= 90.0)
    if crs is None:
        if fits_a_globe:
            _refuse_wide(x, y, source)
        elif max(np.ptp(x), np.ptp(y)) > WIDEST_M:
            raise InputError(
                f"street source {source!r}: must be one city, less than {WIDEST_M / 1000:,.0f} km wide, got {here}; "
                f"take out points that are in the wrong place, or say the coordinate system"
            )
        return
    system = CRS.from_user_input(crs)
    name = _short(system, crs)
    if system.is_geographic and (abs(x).max() > 360.0 or abs(y).max() > 90.0):
        raise InputError(
            f"street source {source!r}: coordinates must be degrees, as its coordinate system {name} says, got {here}; "
            f"name the coordinate system that they are in with --crs"
        )
    if system.is_projected and fits_a_globe:
        raise InputError(
            f"street source {source!r}: coordinates must be metres, as its coordinate system {name} says, got {here}, "
            f"which look like degrees; name the coordinate system that they are in with --crs (EPSG:4326 for degrees)"
        )
    longitude, latitude = Transformer.from_crs(system, "EPSG:4326", always_xy=True).transform(x, y)
    if not (np.isfinite(longitude).all() and np.isfinite(latitude).all()):
        raise InputError(
            f"street source {source!r}: coordinates must lie on the Earth in its coordinate system {name}, got {here}; "
            f"name the coordinate system that they are in with --crs"
        )
    _refuse_wide(longitude, latitude, source)


def _refuse_wide(longitude: Floats, latitude: Floats, source: str) -> None:
    if np.ptp(longitude) > WIDEST_DEGREES or np.ptp(latitude) > WIDEST_DEGREES:
        raise InputError(
            f"street source {source!r}: must be one city, less than {WIDEST_DEGREES:g} degrees wide, got longitudes "
            f"from {longitude.min():.4f} to {longitude.max():.4f} and latitudes from {latitude.min():.4f} to "
            f"{latitude.max():.4f}; cut out the city, or take out points that are in the wrong place"
        )


def _short(system: object, crs: str) -> str:
    name = getattr(system, "name", "")
    return str(name) if name and name != "unknown" else crs
