"""Street pieces from a layer of lines: a shapefile, a GeoPackage, GeoJSON, anything that GDAL reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.kinds import directions_from_tags, first_value, open_on_foot, osm_class, speed_from_tag, tiger_class
from sim.city.pieces import LineKinds, StreetPieces, number_vertices, split_lines
from sim.city.projection import metric_crs
from sim.city.streets import STREET_CLASSES
from sim.errors import InputError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CLASS_COLUMNS = ("highway", "MTFCC", "mtfcc", "CFCC", "class", "fclass", "link_type")
SPEED_COLUMNS = ("maxspeed", "speed_kph", "speed_kmh", "speed_ab", "speed")

RESIDENTIAL = STREET_CLASSES.index("residential")


def read_lines(path: str | os.PathLike[str], *, layer: str | None = None, paths: bool = False) -> tuple[StreetPieces, str]:
    """Read street pieces from a layer of lines that join where they share a vertex.

    Parameters
    ----------
    path
        File that GDAL reads.
    layer
        Layer to read when the file has several; the first with lines otherwise.
    paths
        Also keep footways, alleys and service roads.

    Returns
    -------
    The pieces in metres, and their coordinate system.

    Raises
    ------
    InputError
        If the file has no lines or does not say where on Earth they are.
    """
    import geopandas  # noqa: PLC0415 - heavy; workers start without it

    frame = geopandas.read_file(path, layer=layer or _line_layer(path))
    return pieces_from_frame(frame, str(path), paths=paths)


def pieces_from_frame(frame: GeoDataFrame, source: str, *, paths: bool = False) -> tuple[StreetPieces, str]:
    """Make street pieces of a table of lines, one row a street.

    Columns that are understood: `highway` (OpenStreetMap), `MTFCC` or `CFCC` (Census), `class`; `maxspeed` and
    its like in km/h; `oneway`; `junction`; `foot`. Without a class every line is a residential street.
    """
    if frame.crs is None:
        raise InputError(
            f"street layer {source!r}: must say its coordinate system, got none; "
            f"save it with one (for degrees of longitude and latitude EPSG:4326)"
        )
    frame = frame[frame.geometry.notna() & frame.geom_type.isin(["LineString", "MultiLineString"])].explode()
    classes = [_class_of(row, paths=paths) for row in frame.drop(columns="geometry").to_dict("records")]
    frame = frame[[c is not None for c in classes]]
    if frame.empty:
        raise InputError(
            f"street layer {source!r}: must hold at least one line that is a street, got {len(classes)} lines and none; "
            f"paths=True also keeps footways and service roads"
        )
    crs = metric_crs(*frame.to_crs("EPSG:4326").total_bounds)
    geometry = frame.to_crs(crs).geometry.force_2d()
    lines, x, y = number_vertices([np.asarray(g.coords) for g in geometry])
    kinds = _kinds(frame.drop(columns="geometry").to_dict("records"), [c for c in classes if c is not None])
    return split_lines(lines, x, y, kinds), crs


def _line_layer(path: str | os.PathLike[str]) -> str:
    import pyogrio  # noqa: PLC0415 - heavy; workers start without it

    layers = pyogrio.list_layers(path)
    for name, kind in layers:
        if kind is not None and "LineString" in kind:
            return str(name)
    raise InputError(f"street file {str(path)!r}: must hold a layer of lines, got {[str(n) for n, _ in layers]}")


def _class_of(row: dict[str, object], *, paths: bool) -> int | None:
    for column in CLASS_COLUMNS:
        if column not in row:
            continue
        word = first_value(row[column])
        if column.lower() in ("mtfcc", "cfcc"):
            return tiger_class(word, paths=paths)
        known = osm_class(word, paths=paths)
        return known if column == "highway" or known is not None else _class_by_name(word, paths=paths)
    return RESIDENTIAL


def _class_by_name(word: str | None, *, paths: bool) -> int | None:
    """Take a class that is not of OpenStreetMap by its own name, and anything unknown as a residential street."""
    if word in ("service", "path", "footway", "steps", "cycleway", "track") and not paths:
        return None
    return STREET_CLASSES.index(word) if word in STREET_CLASSES else RESIDENTIAL


def _kinds(rows: list[dict[str, object]], classes: list[int]) -> LineKinds:
    ways = [
        directions_from_tags(*(first_value(row.get(word)) for word in ("oneway", "junction", "highway"))) for row in rows
    ]
    speeds = [next((speed_from_tag(row[c]) for c in SPEED_COLUMNS if c in row), np.nan) for row in rows]
    on_foot = [open_on_foot(c, first_value(row.get("foot"))) for row, c in zip(rows, classes, strict=True)]
    directions: NDArray[np.bool_] = np.array(ways, bool).reshape(-1, 2)
    return LineKinds(
        np.array(classes, np.uint8), np.array(speeds, float), directions[:, 0], directions[:, 1], np.array(on_foot, bool)
    )
