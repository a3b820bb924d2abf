"""Streets and buildings of a place name, looked up through OSMnx on the internet and kept in a cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.city.reading.buildings import Buildings, offer
from sim.city.reading.readers.graph import pieces_from_graph
from sim.city.reading.readers.osm import OFFER_KEYS
from sim.city.reading.source import OSM_NOTICE, SourceStreets
from sim.city.reading.words.classes import HIGHWAY_CLASS, PATH_CLASS
from sim.city.reading.words.values import first_value
from sim.errors import InputError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

EXTRA_WAY_TAGS = (
    "foot", "motorcar", "motor_vehicle", "vehicle", "motorroad", "maxspeed:forward", "maxspeed:backward",
    "maxspeed:type", "source:maxspeed", "zone:maxspeed", "oneway:motor_vehicle",
)  # fmt: skip


def read_place(place: str, *, paths: bool = False) -> SourceStreets:
    """Look up the streets and buildings within the boundary of a place.

    Answers are kept in the cache folder of the user (`XDG_CACHE_HOME`), so the second time needs no internet.

    Parameters
    ----------
    place
        What one would type into a map: "Kokkola, Finland".
    paths
        Also keep footways, alleys and service roads.

    Returns
    -------
    The pieces in metres, what stands along them, and what could not be used.

    Raises
    ------
    InputError
        If the place is not found, has no boundary or no streets, or the internet cannot be reached.
    """
    import osmnx  # noqa: PLC0415 - heavy; workers start without it
    from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError  # noqa: PLC0415
    from requests.exceptions import RequestException  # noqa: PLC0415

    words = [*HIGHWAY_CLASS, *(PATH_CLASS if paths else ())]
    with _settings_of_our_own():
        try:
            boundary = osmnx.geocoder.geocode_to_gdf(place).union_all()
            graph = osmnx.graph.graph_from_polygon(
                boundary, simplify=False, retain_all=True, custom_filter=f'["highway"~"^({"|".join(words)})$"]'
            )
            features = _features(boundary)
        except (InsufficientResponseError, TypeError, ValueError, LookupError, AttributeError) as error:
            # OSMnx takes an answer for whole; one that was cut, or is of another kind, ends in any error of Python.
            got = f"an answer without {error}" if isinstance(error, LookupError) else str(error)
            raise InputError(
                f"place {place!r}: must be a town or district that OpenStreetMap knows with its boundary and streets, "
                f"got: {got}; a name with its country usually works"
            ) from error
        except (RequestException, ResponseStatusCodeError, OSError) as error:
            raise InputError(
                f"place {place!r}: looking it up needs the internet, got: {type(error).__name__}; "
                f"a file of streets or an embedded city (new_haven, coquimbo) works without"
            ) from error
    given = pieces_from_graph(graph, place, paths=paths)
    return replace(given, notice=OSM_NOTICE, buildings=_buildings(features, given.crs))


def _features(boundary: BaseGeometry) -> GeoDataFrame | None:
    import osmnx  # noqa: PLC0415
    from osmnx._errors import InsufficientResponseError  # noqa: PLC0415

    try:
        return osmnx.features.features_from_polygon(boundary, dict.fromkeys(OFFER_KEYS, True))
    except InsufficientResponseError:
        return None  # a place without a mapped building is still a place


@contextmanager
def _settings_of_our_own() -> Iterator[None]:
    """Give OSMnx a cache folder and tags for the time of one look-up; its settings belong to the user."""
    from osmnx import settings  # noqa: PLC0415

    before = settings.cache_folder, settings.useful_tags_way
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    settings.cache_folder = Path(cache) / "cpsim" / "osmnx"
    settings.useful_tags_way = [*settings.useful_tags_way, *EXTRA_WAY_TAGS]
    try:
        yield
    finally:
        settings.cache_folder, settings.useful_tags_way = before


def _buildings(features: GeoDataFrame | None, crs: str) -> Buildings:
    if features is None or features.empty:
        return Buildings(np.zeros(0), np.zeros(0), np.zeros((0, 5)))
    shape = features.to_crs(crs).geometry
    rows = features.drop(columns=features.geometry.name).to_dict("records")
    tags = [{str(key): str(value) for key, value in row.items() if first_value(value) is not None} for row in rows]
    amounts = np.array([offer(row, area) for row, area in zip(tags, shape.area, strict=True)])
    some = amounts.any(axis=1)
    centre = shape.centroid
    return Buildings(centre.x.to_numpy()[some], centre.y.to_numpy()[some], amounts[some])
