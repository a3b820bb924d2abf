"""Streets of a real city, from whatever file or place name a user has."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from sim.city.files import read_all, read_name, read_streets
from sim.city.land_use import LandUse
from sim.city.reading.buildings import Buildings, count_land_use
from sim.city.reading.china import is_chinese
from sim.city.reading.repair import RepairReport, repair_streets
from sim.city.reading.source import SourceStreets
from sim.city.reading.whereabouts import locate
from sim.city.streets import Ints, StreetNetwork
from sim.errors import InputError

DATA = Path(__file__).parents[1] / "data"

EMBEDDED = ("new_haven", "coquimbo")
"""Cities that come with the package."""

MOST_IN_AN_ENDING = 5
"""Letters; places such as St.Gallen go on with a capital."""


class Asked(NamedTuple):
    """Hold what a user asks of a file of streets."""

    layer: str | None
    paths: bool
    crs: str | None


def _read_osm(path: Path, asked: Asked) -> SourceStreets:
    from sim.city.reading.readers.osm import read_osm  # noqa: PLC0415 - needs osmium; workers start without it

    return read_osm(path, paths=asked.paths)


def _read_graph(path: Path, asked: Asked) -> SourceStreets:
    from sim.city.reading.readers.graph import read_graph  # noqa: PLC0415 - needs networkx

    return read_graph(path, paths=asked.paths, crs=asked.crs)


def _read_layer(path: Path, asked: Asked) -> SourceStreets:
    from sim.city.reading.readers.lines import read_lines  # noqa: PLC0415 - needs geopandas

    return read_lines(path, layer=asked.layer, paths=asked.paths, crs=asked.crs)


@dataclass(frozen=True)
class Reader:
    """Say which files one function reads, and which options it has no use for."""

    what: str
    endings: tuple[str, ...]
    """in small letters"""
    read: Callable[[Path, Asked], SourceStreets] | None
    """None for a city file, which was repaired before"""
    no_use_for: Mapping[str, str]
    """options that are refused, and what the source is that has no use for them"""


NO_LAYERS, IN_DEGREES, FINISHED = "a source without layers", "in degrees in any case", "a finished city"
READERS = (
    Reader("saved city", (".npz",), None, dict.fromkeys(("name", "layer", "paths", "crs"), FINISHED)),
    Reader("GraphML", (".graphml", ".graphml.gz"), _read_graph, {"layer": NO_LAYERS}),
    Reader(
        "OpenStreetMap XML or PBF",
        (".osm.pbf", ".pbf", ".osm", ".osm.xml", ".osm.gz", ".osm.bz2"),
        _read_osm,
        {"layer": NO_LAYERS, "crs": IN_DEGREES},
    ),
    Reader(
        "GeoPackage or another layer of lines",
        (".gpkg", ".shp", ".shp.zip", ".geojson", ".json", ".fgb", ".gml", ".kml", ".gdb", ".sqlite"),
        _read_layer,
        {},
    ),
)
"""Every kind of file that streets are read from; a file with another ending is left to the last one."""
SAVED_CITY, ANY_FILE = READERS[0], READERS[-1]
A_PLACE = {"layer": NO_LAYERS, "crs": IN_DEGREES}
"""What a name of a place has no use for."""


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
    if source in EMBEDDED or _reader_of(path) is None:
        return source.partition(",")[0].strip()
    if path.is_file() and _reader_of(path) is SAVED_CITY:
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
    path, reader = Path(source), _reader_of(Path(source))
    embedded = isinstance(source, str) and source in EMBEDDED
    no_use_for = SAVED_CITY.no_use_for if embedded else A_PLACE if reader is None else reader.no_use_for
    _refuse_options(str(source), no_use_for, {"name": name, "layer": layer, "paths": paths or None, "crs": crs})
    if embedded:
        return Loaded(embedded_city(str(source)), None, None)
    if reader is None:
        return _load_place(str(source), name, paths=paths)
    if reader.read is None:
        streets, land_use, district = read_all(path)
        return Loaded(streets, land_use, None, district)
    if not path.exists():
        kinds = ", ".join(one.what for one in READERS)
        raise InputError(
            f"street source: must be a file that exists ({kinds}), an embedded city or a place name, "
            f"got {str(source)!r}"
        )
    given = reader.read(path, Asked(layer, paths, _checked_crs(crs)))
    return _repaired(given, name=name or path.name.split(".")[0], source=path.name)


def _refuse_options(source: str, no_use_for: Mapping[str, str], options: Mapping[str, object]) -> None:
    """Refuse what the source has no use for: nothing that a user sets is ever dropped."""
    for option, what in no_use_for.items():
        if options[option] is not None:
            raise InputError(f"{option} must be left out for {source!r}, which is {what}, got {options[option]!r}")


def _reader_of(path: Path) -> Reader | None:
    """Choose who reads a source by its ending; None for a place, which is looked up on the internet."""
    name = path.name.lower()
    by_ending = next((reader for reader in READERS if name.endswith(reader.endings)), None)
    return by_ending or (ANY_FILE if _is_file_name(path) else None)


def _is_file_name(path: Path) -> bool:
    """Tell a file from a place: whatever ends as files do is never looked up on the internet."""
    ending = path.suffix[1:]
    ends_as_a_file = 2 <= len(ending) <= MOST_IN_AN_ENDING and ending.isalnum() and ending == ending.lower()
    return path.exists() or len(path.parts) > 1 or ends_as_a_file


def _checked_crs(crs: str | None) -> str | None:
    """Refuse what names no coordinate system of a map."""
    if crs is None or is_chinese(crs):
        return crs
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
            f"or gcj02 or bd09 for a Chinese map, got {crs!r}"
        )
    return system.to_wkt()


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
