"""Degrees of Chinese maps, which lie some hundred metres beside those of WGS 84: GCJ-02 and BD-09."""

from __future__ import annotations

import numpy as np

from sim.city.streets import Floats

GCJ02, BD09 = "gcj02", "bd09"
CHINESE = (GCJ02, BD09)
"""Systems that PROJ does not know: maps of Amap and Tencent are in the first, those of Baidu in the second."""
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""Degrees within which maps are shifted."""
LONG_AXIS_M, ECCENTRICITY_2 = 6378245.0, 0.00669342162296594323
"""The ellipsoid of Krassowsky of 1940, by which the shift is counted."""
BAIDU_TURN = np.pi * 3000.0 / 180.0
CLOSE_ENOUGH = 1e-10
"""Degrees at which an inverse is found: a hundredth of a millimetre."""
MOST_STEPS = 30


def is_chinese(crs: str | None) -> bool:
    """Tell whether a system is one of those of Chinese maps."""
    return crs is not None and _plain(crs) in CHINESE


def _plain(crs: str) -> str:
    return crs.strip().lower().replace("-", "").replace("_", "")


def to_wgs84(longitude: Floats, latitude: Floats, system: str) -> tuple[Floats, Floats]:
    """Bring degrees of a Chinese map to WGS 84.

    The shift has no inverse in closed form: the degrees are found whose shifted ones are those given, by iteration.

    Returns
    -------
    (n,) longitude and (n,) latitude, within a millimetre of the inverse of `from_wgs84`
    """
    given_x, given_y = np.asarray(longitude, float), np.asarray(latitude, float)
    x, y = given_x.copy(), given_y.copy()
    for _ in range(MOST_STEPS):
        shifted_x, shifted_y = from_wgs84(x, y, system)
        error_x, error_y = shifted_x - given_x, shifted_y - given_y
        x, y = x - error_x, y - error_y
        if not (np.maximum(np.abs(error_x), np.abs(error_y)) > CLOSE_ENOUGH).any():  # what is no number is none here
            break
    return x, y


def from_wgs84(longitude: Floats, latitude: Floats, system: str) -> tuple[Floats, Floats]:
    """Bring degrees of WGS 84 to those of a Chinese map.

    The formula is the one that is published in open programs such as coordtransform and eviltransform; the official
    one is not public. Places outside of China stay where they are in GCJ-02.
    """
    x, y = _to_gcj02(np.asarray(longitude, float), np.asarray(latitude, float))
    return _to_bd09(x, y) if _plain(system) == BD09 else (x, y)


def _to_gcj02(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    x, y = longitude - 105.0, latitude - 35.0
    root = np.sqrt(np.abs(x))
    both = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both * 2.0 / 3.0
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both * 2.0 / 3.0
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    radians = np.radians(latitude)
    flat = 1.0 - ECCENTRICITY_2 * np.sin(radians) ** 2
    along_meridian = LONG_AXIS_M * (1.0 - ECCENTRICITY_2) / flat**1.5
    along_parallel = LONG_AXIS_M / np.sqrt(flat) * np.cos(radians)
    inside = (longitude >= WEST) & (longitude <= EAST) & (latitude >= SOUTH) & (latitude <= NORTH)
    shifted_x = longitude + np.degrees(east / along_parallel)
    shifted_y = latitude + np.degrees(north / along_meridian)
    return np.where(inside, shifted_x, longitude), np.where(inside, shifted_y, latitude)


def _to_bd09(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    far = np.hypot(longitude, latitude) + 0.00002 * np.sin(latitude * BAIDU_TURN)
    turn = np.arctan2(latitude, longitude) + 0.000003 * np.cos(longitude * BAIDU_TURN)
    return far * np.cos(turn) + 0.0065, far * np.sin(turn) + 0.006
