"""Streets of a real city, from whatever file or place name a user has."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

from sim.city.files import read_all, read_name, read_streets
from sim.city.land_use import LandUse
from sim.city.reading.buildings import Buildings, count_land_use
from sim.city.reading.repair import RepairReport, repair_streets
from sim.city.reading.source import SourceStreets
from sim.city.reading.whereabouts import locate
from sim.city.streets import Ints, StreetNetwork
from sim.errors import InputError

DATA = Path(__file__).parents[1] / "data"

EMBEDDED = ("new_haven", "coquimbo")
"""Cities that come with the package."""

GRAPH_FILES = (".graphml", ".graphml.gz")
OSM_FILES = (".osm.pbf", ".pbf", ".osm", ".osm.xml", ".osm.gz", ".osm.bz2")
LAYER_FILES = (".gpkg", ".shp", ".shp.zip", ".geojson", ".json", ".fgb", ".gml", ".kml", ".gdb", ".sqlite")
CITY_FILES = (".npz",)
MOST_IN_AN_ENDING = 5
"""Letters; places such as St.Gallen go on with a capital."""


@dataclass(frozen=True)
class Loaded:
    """Hold what a source gave: streets, and what it knew beyond them."""

    streets: StreetNetwork
    land_use: LandUse | None
    """counted from buildings and points of interest; None where the source has none"""
    report: RepairReport | None
    """what was dropped and changed; None for a saved city, which was repaired before"""
    district: Ints | None = None
    """(n_segments,) number of the district; None where the source has none"""


def embedded_city(name: str) -> StreetNetwork:
    """Read the streets of a city that comes with the package.

    Parameters
    ----------
    name
        One of `EMBEDDED`.

    Raises
    ------
    InputError
        If the package has no such city.
    """
    if name not in EMBEDDED:
        raise InputError(f"embedded city: must be one of {', '.join(EMBEDDED)}, got {name!r}")
    return read_streets(DATA / f"{name}.npz")


def load_streets(
    source: str | os.PathLike[str],
    *,
    name: str | None = None,
    layer: str | None = None,
    paths: bool = False,
    crs: str | None = None,
) -> StreetNetwork:
    """Load the streets of a city, repaired; `load_source` also gives land use and the repair report.

    Parameters
    ----------
    source
        Name of an embedded city; a file: saved city (`.npz`), GraphML, GeoPackage or other layer of lines,
        OpenStreetMap XML or PBF; or a place name, which is looked up on the internet.
    name
        Name of the city in every output; from the source when not given.
    layer
        Layer of a file that has several; the first with lines when not given.
    paths
        Also keep footways, cycle tracks, alleys and service roads. Studies of crime at street segments
        leave them out (Weisburd, Groff and Yang 2012), and so does the default.
    crs
        Coordinate system of a graph or layer that says none or a wrong one, such as `EPSG:4326` for degrees.

    Raises
    ------
    InputError
        If there is no such source, or no usable street in it.
    """
    return load_source(source, name=name, layer=layer, paths=paths, crs=crs).streets


def name_of_streets(source: str) -> str:
    """Say what streets are called in every output, without loading them.

    Parameters
    ----------
    source
        As in `load_streets`; a word that is no file stands for itself.
    """
    path = Path(source)
    if source in EMBEDDED or not _is_file_name(path):
        return source.partition(",")[0].strip()
    if path.is_file() and path.name.lower().endswith(CITY_FILES):
        return read_name(path)
    return path.name.split(".")[0]


def load_source(
    source: str | os.PathLike[str],
    *,
    name: str | None = None,
    layer: str | None = None,
    paths: bool = False,
    crs: str | None = None,
) -> Loaded:
    """Load streets, land use where the source has buildings, and the account of repairs.

    Parameters and errors are those of `load_streets`.
    """
    path = Path(source)
    embedded = isinstance(source, str) and source in EMBEDDED
    if embedded or path.name.lower().endswith(CITY_FILES):
        _refuse_options(str(source), "a finished city", name=name, layer=layer, paths=paths or None, crs=crs)
        if embedded:
            return Loaded(embedded_city(str(source)), None, None)
        streets, land_use, district = read_all(path)
        return Loaded(streets, land_use, None, district)
    if not path.name.lower().endswith(LAYER_FILES) and (not path.exists() or _has_no_layers(path)):
        _refuse_options(str(source), "a source without layers", layer=layer)
    if not _is_file_name(path) or path.name.lower().endswith(OSM_FILES):
        _refuse_options(str(source), "in degrees in any case", crs=crs)
    if not _is_file_name(path):
        return _load_place(str(source), name, paths=paths)
    if not path.exists():
        raise InputError(
            f"street source: must be a file that exists, an embedded city or a place name, got {str(source)!r}"
        )
    return _load_file(path, name or path.name.split(".")[0], layer, paths=paths, crs=_checked_crs(crs))


def _refuse_options(source: str, what: str, **options: object) -> None:
    """Refuse what the source has no use for: nothing that a user sets is ever dropped."""
    for option, value in options.items():
        if value is not None:
            raise InputError(f"{option} must be left out for {source!r}, which is {what}, got {value!r}")


def _has_no_layers(path: Path) -> bool:
    return path.name.lower().endswith(OSM_FILES + GRAPH_FILES)


def _is_file_name(path: Path) -> bool:
    """Tell a file from a place: whatever ends as files do is never looked up on the internet."""
    known = GRAPH_FILES + OSM_FILES + LAYER_FILES + CITY_FILES
    ending = path.suffix[1:]
    ends_as_a_file = 2 <= len(ending) <= MOST_IN_AN_ENDING and ending.isalnum() and ending == ending.lower()
    return path.exists() or path.name.lower().endswith(known) or len(path.parts) > 1 or ends_as_a_file


def _checked_crs(crs: str | None) -> str | None:
    """Refuse what names no coordinate system of a map."""
    if crs is None:
        return None
    from pyproj import CRS  # noqa: PLC0415 - heavy; workers start without it
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an old way to write a system, which works
            system = CRS.from_user_input(crs)
    except CRSError:
        system = None
    if system is None or not (system.is_geographic or system.is_projected):
        raise InputError(
            f"--crs must name a coordinate system of a map, such as EPSG:4326 (degrees of longitude and latitude), "
            f"got {crs!r}"
        )
    return system.to_wkt()


def _load_file(path: Path, name: str, layer: str | None, *, paths: bool, crs: str | None) -> Loaded:
    lower = path.name.lower()
    if lower.endswith(OSM_FILES):
        from sim.city.reading.readers.osm import read_osm  # noqa: PLC0415 - needs osmium; workers start without it

        return _repaired(read_osm(path, paths=paths), name=name, source=path.name)
    if lower.endswith(GRAPH_FILES):
        from sim.city.reading.readers.graph import read_graph  # noqa: PLC0415 - needs networkx

        return _repaired(read_graph(path, paths=paths, crs=crs), name=name, source=path.name)
    from sim.city.reading.readers.lines import read_lines  # noqa: PLC0415 - needs geopandas

    return _repaired(read_lines(path, layer=layer, paths=paths, crs=crs), name=name, source=path.name)


def _load_place(place: str, name: str | None, *, paths: bool) -> Loaded:
    from sim.city.reading.readers.place import read_place  # noqa: PLC0415 - needs osmnx

    name = name or place.partition(",")[0]
    return _repaired(read_place(place, paths=paths), name=name, source=f"OpenStreetMap, {place}")


def _repaired(given: SourceStreets, *, name: str, source: str) -> Loaded:
    streets, report = repair_streets(given.pieces, name=name, crs=given.crs, source=source, attribution=given.notice)
    loaded = Loaded(streets, None, replace(report, told=given.told, whereabouts=locate(streets)))
    return loaded if given.buildings is None else _with_buildings(loaded, given.buildings)


def _with_buildings(loaded: Loaded, buildings: Buildings) -> Loaded:
    return replace(loaded, land_use=count_land_use(buildings, loaded.streets)) if len(buildings) else loaded
