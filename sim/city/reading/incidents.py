"""Incident points of a real city, to weight opportunity with. Never used unless a scenario names a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.buildings import nearest_segment
from sim.city.reading.projection import to_metres
from sim.city.recorded import IncidentCount, incident_weights
from sim.city.streets import Floats, StreetNetwork
from sim.errors import InputError
from sim.inputs.csv_tables import CsvTable, read_csv_table

REACH_M = 100.0
"""Points farther than this from any street are left out."""

LEAST_USED = 0.5
"""A file of which a smaller share lies on the streets is refused: what is left is chance, or another place."""

LONGITUDE = ("lon", "lng", "long", "longitude", "经度")
LATITUDE = ("lat", "latitude", "纬度")


@dataclass(frozen=True)
class Incidents:
    """Hold what a file of incidents gives a city, and what became of its rows."""

    weight: Floats
    """(n_segments,) positive, mean 1; shrunk toward 1 where counts are small"""
    count: IncidentCount


class _Points(NamedTuple):
    """Hold the coordinates of each row as they were written."""

    east: Floats
    """(n_rows,) longitude or metres; NaN where a row has no number"""
    north: Floats
    """(n_rows,) latitude or metres"""
    degrees: bool
    names: tuple[str, str]
    """columns that they stand in"""
    n_misfits: int
    """rows with another number of fields than the first line"""


def read_incidents(path: str, net: StreetNetwork) -> Incidents:
    """Read points from a CSV file and turn them into a weight of opportunity per segment.

    Records have rows without coordinates, rows at 0, 0 and rows of other places: they are counted by their reason and
    left out. A file that loses most of its rows is refused.

    Parameters
    ----------
    path
        a CSV file with the columns `lon` and `lat` (degrees; longer names and capitals will do), or `x` and `y`
        (metres of the city)

    Raises
    ------
    InputError
        If the file is missing or no CSV, has no such columns, or most of its rows lie near no street.
    """
    points = _read_points(path, net)
    placed = np.isfinite(points.east) & np.isfinite(points.north)
    segment, distance = _nearest(points, placed, net)
    near = distance <= REACH_M
    at_zero = ~near & (points.east[placed] == 0) & (points.north[placed] == 0)
    used = segment[near]
    rows = len(placed) + points.n_misfits
    count = IncidentCount(
        rows=rows,
        used=len(used),
        misfits=points.n_misfits,
        without_place=int((~placed).sum()),
        at_zero=int(at_zero.sum()),
        off_the_streets=int((~near & ~at_zero).sum()),
        most_at_one_place=_largest_pile(points, placed, near),
        median_m=float(np.median(distance[near])) if len(used) else np.nan,
    )
    if count.used < max(1.0, LEAST_USED * rows):
        raise InputError(_refusal(path, net, points, count))
    return Incidents(incident_weights(net, used), count)


def _read_points(path: str, net: StreetNetwork) -> _Points:
    table = read_csv_table(Path(path), "city.incidents", skip_misfits=True)
    metric, degrees = _columns(table, ("x",), ("y",)), _columns(table, LONGITUDE, LATITUDE)
    names = metric if net.crs == "local" and metric is not None else degrees or metric
    if names is None:
        raise InputError(f"{path} must have the columns lon and lat, or x and y, got {', '.join(table.columns)}")
    if names == degrees and net.crs == "local":
        raise InputError(f"{path}: the streets of {net.name!r} lie nowhere on earth: give x and y, not lon and lat")
    east, north = (table.numbers(name) for name in names)
    return _Points(east, north, names == degrees, names, len(table.misfits))


def _columns(table: CsvTable, *wanted: tuple[str, ...]) -> tuple[str, str] | None:
    """Name the two columns that hold coordinates; capitals count for nothing, and the first name that fits is taken."""
    plain = {name.casefold(): name for name in reversed(table.columns)}
    east, north = (next((plain[name] for name in names if name in plain), None) for names in wanted)
    return None if east is None or north is None else (east, north)


def _nearest(points: _Points, rows: NDArray[np.bool_], net: StreetNetwork) -> tuple[NDArray[np.int64], Floats]:
    """Give the nearest segment of some rows and how far away it is; infinitely far for what lies beyond the Earth."""
    east, north = points.east[rows], points.north[rows]
    if points.degrees:
        on_globe = (abs(east) <= 180) & (abs(north) <= 90)
        east, north = to_metres(
            np.where(on_globe, east, np.inf), np.where(on_globe, north, np.inf), net.crs, source=repr(net.name)
        )
    return nearest_segment(net, east, north)


def _largest_pile(points: _Points, rows: NDArray[np.bool_], near: NDArray[np.bool_]) -> int:
    """Count the rows of the place with most of them: an office is often given where nobody knew the place."""
    place = np.column_stack([points.east[rows][near], points.north[rows][near]])
    return int(np.unique(place, axis=0, return_counts=True)[1].max()) if len(place) else 0


def _refusal(path: str, net: StreetNetwork, points: _Points, count: IncidentCount) -> str:
    east, north = points.names
    swapped = points._replace(east=points.north, north=points.east)
    placed = np.isfinite(points.east) & np.isfinite(points.north)
    advice = "keep the incidents of this city, with coordinates of the place where each happened"
    if points.degrees and (_nearest(swapped, placed, net)[1] <= REACH_M).sum() >= LEAST_USED * count.rows:
        advice = f"{east} and {north} are swapped: give each its right name"
    elif not points.degrees and placed.any() and abs(np.stack([points.east, points.north])[:, placed]).max() <= 180:
        advice = f"{east} and {north} seem to be degrees: call the columns lon and lat"
    return (
        f"{path}: at least half of the incidents must lie within {REACH_M:.0f} m of a street of {net.name!r}, "
        f"got {count.used:,} of {count.rows:,} rows ({count.losses()}); {advice}"
    )
