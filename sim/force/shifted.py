"""Points that lie beside the streets by the shift of Chinese maps, told with the remedy."""

from __future__ import annotations

import numpy as np

from sim.city.reading.buildings import nearest_segment
from sim.city.reading.china import CHINESE, from_wgs84
from sim.city.reading.projection import transform
from sim.city.streets import Floats, StreetNetwork
from sim.force.account import Account
from sim.force.shapes import NOWHERE

WGS84 = "EPSG:4326"
DEGREES = (WGS84, *CHINESE)
"""Systems whose degrees look alike, and differ by some hundred metres in China."""
LEAST_POINTS = 100
"""Below this number of points the distances to the streets say too little."""
LEAST_M = 5.0
"""Points whose middle one is as near to a street as this lie right."""
MUCH_NEARER = 0.5
"""Another system is told of where it puts the middle point nearer to a street by this factor or more: calls lie at
streets, and points that are shifted at random lie some 0.2 of a block from one."""


def tell_shift(x: Floats, y: Floats, system: str, net: StreetNetwork, account: Account) -> None:
    """Warn where degrees lie much nearer to the streets if they, or the streets, are taken for a Chinese map's.

    Parameters
    ----------
    x, y
        (n,) longitude and latitude
    system
        how they are understood; nothing is told of others than `DEGREES`
    """
    written = np.isfinite(x) & np.isfinite(y)
    if system not in DEGREES or net.crs == NOWHERE or written.sum() < LEAST_POINTS:
        return
    x, y = x[written], y[written]
    now = _middle_distance(x, y, system, net)
    if not now >= LEAST_M:
        return
    points = {other: _middle_distance(x, y, other, net) for other in DEGREES if other != system}
    streets = {other: _middle_distance(*from_wgs84(x, y, other), WGS84, net) for other in CHINESE if system == WGS84}
    best = min(points, key=lambda other: points[other])
    if points[best] <= min(MUCH_NEARER * now, *streets.values(), float("inf")):
        account.wrong("points_shifted", system=best, now=round(now), then=round(points[best]))
        return
    best = min(streets, key=lambda other: streets[other], default="")
    if best and streets[best] <= MUCH_NEARER * now:
        account.wrong("streets_shifted", system=best, now=round(now), then=round(streets[best]))


def _middle_distance(x: Floats, y: Floats, system: str, net: StreetNetwork) -> float:
    """Give the median of the metres from each point to the nearest street; infinite where none has a place."""
    east, north = transform(x, y, system, net.crs, source=repr(net.name))
    there = np.isfinite(east) & np.isfinite(north)
    metres = nearest_segment(net, east[there], north[there])[1]
    return float(np.median(metres)) if len(metres) else float("inf")
