"""Land use that was seen and not inferred: buildings and points of interest, counted on the nearest segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.land_use import LandUse
from sim.city.streets import Floats, StreetNetwork

HOUSES = {"house", "detached", "semidetached_house", "bungalow", "farm", "cabin", "static_caravan", "terrace"}
FLATS = {"apartments", "residential", "block", "dormitory"}

M2_PER_DWELLING = 90.0
"""Gross floor area of a flat, stairs included: an assumption, in the middle of what countries of Europe report."""
FLAT_LEVELS = 3.0
"""Storeys of a block of flats that does not say: an assumption."""
SMALLEST_HOME_M2 = 40.0
"""A building of unknown use is a home from this footprint on, and a shed or garage below it."""
LARGEST_HOME_M2 = 400.0
"""A building of unknown use above this footprint is not taken for a home: most are halls."""

M2_PER_JOB = {
    "office": 20.0,
    "commercial": 30.0,
    "retail": 40.0,
    "supermarket": 50.0,
    "hospital": 40.0,
    "school": 60.0,
    "university": 40.0,
    "college": 60.0,
    "kindergarten": 60.0,
    "public": 40.0,
    "civic": 40.0,
    "hotel": 60.0,
    "industrial": 80.0,
    "warehouse": 150.0,
    "factory": 80.0,
}
"""Floor area per work place by kind of building: assumptions, rounded from planners' employment densities."""

JOBS_AT_A_POINT = 5.0
"""Work places of a shop, office or bar that is drawn as a point: an assumption, a small firm."""

VENUES = {
    "bar", "pub", "nightclub", "restaurant", "biergarten", "fast_food",
    "cafe", "casino", "cinema", "theatre", "stripclub",
}  # fmt: skip
STATIONS = {("railway", "station"), ("railway", "halt"), ("public_transport", "station"), ("amenity", "bus_station")}
NO_SHOP = {"no", "vacant", "disused"}

BEYOND_EARTH_M = 1e8
"""No place on Earth has such metres, and the search of shapely loses points far beyond."""

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Buildings:
    """Hold what buildings and points of interest offer, one value each. Coordinates are metres."""

    x: Floats
    y: Floats
    amounts: Floats
    """(n, 5) dwellings, jobs, venues, shops, stations"""

    def __len__(self) -> int:
        return len(self.x)


def offer(tags: Tags, footprint_m2: float) -> tuple[float, float, float, float, float]:
    """Say what one building or point offers: dwellings, jobs, venues, shops, stations.

    Parameters
    ----------
    tags
        OpenStreetMap tags.
    footprint_m2
        Ground area; 0 for a point.
    """
    venue = float(tags.get("amenity") in VENUES)
    shop = float("shop" in tags and tags["shop"] not in NO_SHOP)
    station = float(any(tags.get(key) == value for key, value in STATIONS))
    jobs = _jobs(tags, footprint_m2)
    if jobs == 0 and (venue or shop or "office" in tags):
        jobs = JOBS_AT_A_POINT
    return _dwellings(tags, footprint_m2), jobs, venue, shop, station


def _levels(tags: Tags, default: float) -> float:
    levels = _number(tags.get("building:levels"))
    return levels if levels > 0 else default


def _number(text: str | None) -> float:
    try:
        return float((text or "").split(";")[0])
    except ValueError:
        return 0.0


def _dwellings(tags: Tags, footprint_m2: float) -> float:
    kind = tags.get("building")
    flats = _number(tags.get("building:flats"))
    if kind is None or footprint_m2 <= 0:
        return 0.0
    if flats > 0:
        return flats
    if kind in FLATS:
        levels = _levels(tags, FLAT_LEVELS if kind == "apartments" else 1.0)
        return max(1.0, float(np.floor(footprint_m2 * levels / M2_PER_DWELLING)))
    used_otherwise = any(key in tags for key in ("amenity", "shop", "office", "leisure", "tourism", "railway"))
    unknown_home = kind == "yes" and not used_otherwise and SMALLEST_HOME_M2 <= footprint_m2 <= LARGEST_HOME_M2
    return 1.0 if kind in HOUSES or unknown_home else 0.0


def _jobs(tags: Tags, footprint_m2: float) -> float:
    kinds = (tags.get("building"), tags.get("amenity"))
    density = next((M2_PER_JOB[kind] for kind in kinds if kind in M2_PER_JOB), None)
    return 0.0 if density is None else footprint_m2 * _levels(tags, 1.0) / density


def count_land_use(buildings: Buildings, streets: StreetNetwork) -> LandUse:
    """Add up what stands nearest to each segment that people can walk along.

    A kind of which the source has none at all is not known (NaN): a town without a home is one whose homes nobody drew.
    What lies beyond the Earth stands along no street.
    """
    nearest, distance = nearest_segment(streets, buildings.x, buildings.y, walkable_only=True)
    on_earth = np.isfinite(distance)
    totals = np.zeros((streets.n_segments, 5))
    np.add.at(totals, nearest[on_earth], buildings.amounts[on_earth])
    totals[:, totals.sum(axis=0) == 0] = np.nan
    dwellings, jobs, venues, shops, stations = totals.T.astype(np.float32)
    return LandUse(dwellings, jobs, venues, shops, stations, inferred=False)


def nearest_segment(
    streets: StreetNetwork, x: Floats, y: Floats, *, walkable_only: bool = False
) -> tuple[NDArray[np.int64], Floats]:
    """Find the segment nearest to each point; a point beyond the Earth is infinitely far from all of them.

    Parameters
    ----------
    streets
        Where to look.
    x, y
        (n,) metres.
    walkable_only
        Leave out segments without people, such as motorways.

    Returns
    -------
    segment
        (n,) number of the nearest segment; of two equally near, the lower. 0 for a point beyond the Earth.
    distance_m
        (n,) how far away it is; infinite for a point beyond the Earth, or without a place.
    """
    import shapely  # noqa: PLC0415 - heavy; workers start without it

    rows = np.flatnonzero(streets.walkable) if walkable_only else np.arange(streets.n_segments)
    points = np.column_stack([streets.geometry_x, streets.geometry_y])
    line_of_point = np.repeat(np.arange(streets.n_segments), np.diff(streets.geometry_start))
    lines = shapely.linestrings(points, indices=line_of_point)[rows]
    segment, distance = np.zeros(len(x), np.int64), np.full(len(x), np.inf)
    on_earth = np.flatnonzero((np.abs(x) < BEYOND_EARTH_M) & (np.abs(y) < BEYOND_EARTH_M))
    (asked, answer), metres = shapely.STRtree(lines).query_nearest(
        shapely.points(x[on_earth], y[on_earth]), return_distance=True
    )
    # An address at a corner is as near to one street as to another: the choice must not depend on the tree.
    order = np.lexsort((answer, asked))
    first = order[np.unique(asked[order], return_index=True)[1]]
    segment[on_earth], distance[on_earth] = rows[answer[first]], metres[first]
    return segment, distance
