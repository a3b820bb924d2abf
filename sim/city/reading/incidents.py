"""Incident points of a real city, to weight opportunity with. Never used unless a scenario names a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.land_use import incident_weights
from sim.city.reading.buildings import nearest_segment
from sim.city.reading.projection import to_metres
from sim.city.streets import StreetNetwork
from sim.errors import InputError

REACH_M = 100.0
"""Points farther than this from any street are left out."""


def read_incident_weights(path: str, net: StreetNetwork) -> NDArray[np.float64]:
    """Read points from a CSV file and turn them into a weight of opportunity per segment.

    Rows without two numbers, and points farther than `REACH_M` from any street, are left out: records have such rows.

    Parameters
    ----------
    path
        a CSV file with the columns `lon` and `lat` (degrees), or `x` and `y` (metres of the city)

    Returns
    -------
    weight
        (n_segments,) positive, mean 1; shrunk toward 1 where counts are small

    Raises
    ------
    InputError
        If the file is missing, has no such columns, or no point lies near a street.
    """
    x, y = _read_points(path, net)
    segment, distance = nearest_segment(net, x, y)
    near = segment[distance <= REACH_M]
    if near.size == 0:
        raise InputError(
            f"{path}: at least one incident must lie within {REACH_M:.0f} m of a street of {net.name!r}, "
            f"got {x.size} rows with two numbers and none near; check the order of lon and lat"
        )
    return incident_weights(net, near)


def _read_points(path: str, net: StreetNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if not Path(path).is_file():
        raise InputError(f"city.incidents must be the path of a CSV file, and there is no file {path!r}")
    try:
        table = pd.read_csv(path)
    except (ValueError, OSError) as error:
        raise InputError(f"{path} must be a CSV file, but reading it failed: {error}") from error
    for columns, degrees in ((("lon", "lat"), True), (("x", "y"), False)):
        if set(columns) <= set(table.columns):
            points = table[list(columns)].apply(pd.to_numeric, errors="coerce").dropna().to_numpy(float)
            if not degrees:
                return points[:, 0], points[:, 1]
            if net.crs == "local":
                raise InputError(
                    f"{path}: the streets of {net.name!r} lie nowhere on earth: give x and y, not lon and lat"
                )
            return to_metres(points[:, 0], points[:, 1], net.crs)
    raise InputError(f"{path} must have the columns lon and lat, or x and y, got {', '.join(map(str, table.columns))}")
