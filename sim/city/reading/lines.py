"""Street pieces from a layer of lines: a shapefile, a GeoPackage, GeoJSON, anything that GDAL reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.kinds import PATHS_HINT, StreetKind, street_kind
from sim.city.reading.pieces import StreetPieces, link_pieces, number_vertices, split_lines, stack_kinds
from sim.city.reading.projection import metric_crs
from sim.city.reading.told import SourceStreets, Told
from sim.errors import InputError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def read_lines(path: str | os.PathLike[str], *, layer: str | None = None, paths: bool = False) -> SourceStreets:
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
    The pieces in metres, and what could not be used.

    Raises
    ------
    InputError
        If GDAL cannot read the file, or it has no lines or does not say where on Earth they are.
    """
    import geopandas  # noqa: PLC0415 - heavy; workers start without it
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    try:
        frame = geopandas.read_file(path, layer=layer or _line_layer(path))
    except (DataLayerError, DataSourceError) as error:
        said = str(error).partition("; It might help")[0].rstrip(".")  # what follows is for programmers
        raise InputError(f"street file {str(path)!r}: must be a layer of lines that GDAL reads, got: {said}") from error
    return pieces_from_frame(frame, str(path), paths=paths)


def pieces_from_frame(frame: GeoDataFrame, source: str, *, paths: bool = False) -> SourceStreets:
    """Make street pieces of a table of lines, one row per street.

    Columns have the names of OpenStreetMap tags or of Census columns; `street_kind` lists them. A table with
    columns `u` and `v` is a layer of edges as OSMnx writes it, joined at its nodes and nowhere else.
    """
    if frame.crs is None:
        raise InputError(
            f"street layer {source!r}: must say its coordinate system, got none; "
            f"save it with one (for degrees of longitude and latitude EPSG:4326)"
        )
    frame = frame[frame.geometry.notna() & frame.geom_type.isin(["LineString", "MultiLineString"])].explode()
    rows = frame.drop(columns=frame.geometry.name).to_dict("records")
    kinds = [street_kind(row, paths=paths) for row in rows]
    frame = frame[[kind is not None for kind in kinds]]
    if frame.empty:
        raise InputError(
            f"street layer {source!r}: must hold at least one line that is a street, got {len(kinds)} lines and none; "
            f"{PATHS_HINT}"
        )
    crs = metric_crs(*frame.to_crs("EPSG:4326").total_bounds)
    lines = [np.asarray(shape.coords) for shape in frame.to_crs(crs).geometry.force_2d()]
    pieces = _joined(frame, lines, [kind for kind in kinds if kind is not None])
    return SourceStreets(pieces, crs, Told())


def _joined(frame: GeoDataFrame, lines: list[NDArray[np.float64]], kinds: list[StreetKind]) -> StreetPieces:
    if {"u", "v"} <= set(frame.columns):
        length = frame["length"].to_numpy(float) if "length" in frame else np.full(len(frame), np.nan)
        # Saved without directions, u and v stand in any order, and from and to in that of the line.
        start, end = ("from", "to") if {"from", "to"} <= set(frame.columns) else ("u", "v")
        return link_pieces(frame[start], frame[end], lines, stack_kinds(kinds), length)
    numbered, x, y = number_vertices(lines)
    return split_lines(numbered, x, y, stack_kinds(kinds))


def _line_layer(path: str | os.PathLike[str]) -> str:
    import pyogrio  # noqa: PLC0415 - heavy; workers start without it

    layers = pyogrio.list_layers(path)
    for name, kind in layers:
        # A layer that mixes points and lines, as exports of OpenStreetMap do, is of the kind 'Unknown'.
        if kind is not None and ("LineString" in kind or kind in ("Unknown", "GeometryCollection")):
            return str(name)
    raise InputError(f"street file {str(path)!r}: must hold a layer of lines, got {[str(n) for n, _ in layers]}")
