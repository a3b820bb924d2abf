"""Street pieces from a layer of lines: a shapefile, a GeoPackage, GeoJSON, anything that GDAL reads."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.china import is_chinese, to_wgs84
from sim.city.reading.extent import refuse_misplaced
from sim.city.reading.pieces import StreetPieces, link_pieces, number_vertices, split_lines, stack_kinds
from sim.city.reading.projection import metric_crs
from sim.city.reading.readers.edges import NODES_SHARE, Line, metres_or_nothing, turns_of
from sim.city.reading.readers.geojson import refuse_lost_features
from sim.city.reading.snapping import SNAP_M
from sim.city.reading.source import SourceStreets
from sim.city.reading.words.columns import Tags, columns_not_read, columns_read, tags_of_rows
from sim.city.reading.words.kinds import PATHS_HINT, StreetKind, street_kind
from sim.city.reading.words.told import Told
from sim.city.reading.words.values import first_value, metres_given
from sim.city.streets import Floats
from sim.errors import InputError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def read_lines(
    path: str | os.PathLike[str], *, layer: str | None = None, paths: bool = False, crs: str | None = None
) -> SourceStreets:
    """Read street pieces from a layer of lines that join where they share a vertex.

    Parameters
    ----------
    path
        File that GDAL reads.
    layer
        Layer to read when the file has several; the first with lines otherwise.
    paths
        Also keep footways, alleys and service roads.
    crs
        Coordinate system, where the file says none or a wrong one.

    Returns
    -------
    The pieces in metres, and what could not be used.

    Raises
    ------
    InputError
        If GDAL cannot read the file, or it has no lines or does not say where on Earth they are.
    """
    import geopandas  # noqa: PLC0415 - heavy; workers start without it
    from pyogrio.errors import CRSError  # noqa: PLC0415
    from shapely.errors import GEOSException  # noqa: PLC0415

    layer = layer or _line_layer(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what GDAL makes of measures and encodings: for programmers
            frame = geopandas.read_file(path, layer=layer)
    except (CRSError, UnboundLocalError) as error:  # the second is how pyogrio fails where GDAL cannot write it out
        said = "" if isinstance(error, UnboundLocalError) else f" ({' '.join(str(error).split())})"
        raise InputError(
            f"street file {str(path)!r}: must say its coordinate system in a form that GDAL reads, got another{said}; "
            f"that of a shapefile stands in the .prj file beside it"
        ) from error
    except (RuntimeError, ValueError, GEOSException) as error:  # pyogrio's errors are of these kinds
        raise _not_read(path, error) from error
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise InputError(f"street file {str(path)!r}: must be a layer of lines, got a table without geometry")
    refuse_lost_features(path, len(frame))
    if crs is not None:
        frame = with_system(frame, crs)
    return pieces_from_frame(frame, str(path), paths=paths)


def with_system(frame: GeoDataFrame, crs: str) -> GeoDataFrame:
    """Give shapes the system that a user says they are in; those of a Chinese map are brought to WGS 84."""
    import shapely  # noqa: PLC0415 - heavy; workers start without it

    if not is_chinese(crs):
        return frame.set_crs(crs, allow_override=True)
    degrees = shapely.transform(
        frame.geometry.to_numpy(), lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], crs))
    )
    return frame.set_geometry(degrees, crs="EPSG:4326")


def pieces_from_frame(frame: GeoDataFrame, source: str, *, paths: bool = False) -> SourceStreets:
    """Make street pieces of a table of lines, one row per street.

    Columns have the names of OpenStreetMap tags, of Census columns or of those that `tags_of_rows` knows. A table
    whose columns `u` and `v` name the nodes of its lines is a layer of edges as OSMnx writes it, joined at its
    nodes and nowhere else.
    """
    if frame.crs is None:
        raise InputError(
            f"street layer {source!r}: must say its coordinate system, got none; "
            f"name it with --crs, or save it with one (for degrees of longitude and latitude EPSG:4326)"
        )
    told = Told()
    frame = _lines_of(frame, told)
    told.lines["read"] = told.left_out.total() + len(frame)
    rows = frame.drop(columns=frame.geometry.name).to_dict("records")
    tags = tags_of_rows(rows, source)
    told.read_from.update(columns_read(tags))
    told.not_read.extend(columns_not_read(rows, told.read_from))
    kinds = [street_kind(row, paths=paths, told=told) for row in tags]
    kept = [kind is not None for kind in kinds]
    told.lines["used"] = sum(kept)
    if not any(kept):
        raise InputError(
            f"street layer {source!r}: must hold at least one line that is a street, got {len(kinds)} lines and none; "
            f"{told.why_none()}{PATHS_HINT}"
        )
    lines, crs = _metric_lines(frame[kept], source)
    tags = [row for row, keep in zip(tags, kept, strict=True) if keep]
    pieces = _joined(tags, lines, [kind for kind in kinds if kind is not None], told, source)
    return SourceStreets(pieces, crs, told)


def _lines_of(frame: GeoDataFrame, told: Told) -> GeoDataFrame:
    shapes = frame.geom_type.where(~frame.geometry.is_empty, None)
    is_line = shapes.isin(["LineString", "MultiLineString"])
    told.left_out.update(f"geometry={word}" for word in shapes[~is_line].fillna("none"))
    frame = frame[is_line]
    if {"u", "v"} <= {str(column).casefold() for column in frame.columns}:
        with np.errstate(all="ignore"):  # of coordinates that are no numbers, refused with all others
            frame = frame.set_geometry(frame.geometry.line_merge(directed=True))  # an edge in parts is one line
    return frame.explode(index_parts=False)


def _metric_lines(frame: GeoDataFrame, source: str) -> tuple[list[Line], str]:
    from pyproj.exceptions import CRSError, ProjError  # noqa: PLC0415 - heavy; workers start without it

    shapes = frame.geometry.force_2d()
    points = shapes.get_coordinates().to_numpy()
    try:
        refuse_misplaced(points[:, 0], points[:, 1], frame.crs.to_wkt(), source)
        crs = metric_crs(*shapes.to_crs("EPSG:4326").total_bounds, source=source)
        return [np.asarray(shape.coords) for shape in shapes.to_crs(crs)], crs
    except (CRSError, ProjError) as error:
        raise InputError(
            f"street layer {source!r}: its coordinate system must have a place on the Earth, got {frame.crs.name!r}; "
            f"save it with one such as EPSG:4326"
        ) from error


def _joined(tags: Sequence[Tags], lines: list[Line], kinds: list[StreetKind], told: Told, source: str) -> StreetPieces:
    """Join lines at the nodes that they name, or else where they share a vertex."""
    names = [(first_value(row.get("u")), first_value(row.get("v"))) for row in tags]
    named = [(u, v) for u, v in names if u is not None and v is not None]
    if len(named) > NODES_SHARE * len(tags):
        rows = [row for row, (u, v) in enumerate(names) if u is not None and v is not None]
        turned, fits = turns_of([u for u, _ in named], [v for _, v in named], [lines[row] for row in rows])
        if fits.mean() > NODES_SHARE:
            _refuse_strays(named, fits, len(tags), source)
            # A one-way street is open as its line is drawn, so the names of nodes change places and not the line.
            ends = [(v, u) if turn else (u, v) for (u, v), turn in zip(named, turned, strict=True)]
            start, end = zip(*ends, strict=True)
            length = metres_or_nothing(_lengths(tags, told), lines, told)
            return link_pieces(start, end, lines, stack_kinds(kinds), length)
    if named:
        told.not_understood["u and v name no nodes of the lines, joined where lines share a vertex"] += len(named)
    numbered, x, y = number_vertices(lines)
    n_points = sum(len(line) < 2 for line in numbered)
    if n_points:
        told.lines["used"] -= n_points
        told.left_out[f"not longer than {SNAP_M} m, within which places are one"] += n_points
    return split_lines(numbered, x, y, stack_kinds(kinds))


def _refuse_strays(named: Sequence[tuple[str, str]], fits: NDArray[np.bool_], n_lines: int, source: str) -> None:
    if fits.all() and len(named) == n_lines:
        return
    stray = f", among them that from {' to '.join(named[int(np.argmin(fits))])}" if not fits.all() else ""
    raise InputError(
        f"street layer {source!r}: every line must join the nodes that its columns u and v name, but "
        f"{n_lines - int(fits.sum())} of {n_lines} lines do not{stray}; mend them, or take the two columns out to join "
        f"lines where they share a vertex"
    )


def _lengths(tags: Sequence[Tags], told: Told) -> Floats:
    read = [metres_given(row.get("length")) for row in tags]
    told.not_understood.update(f"length={word}, measured along the line" for _, word in read if word)
    return np.array([length for length, _ in read])


def _line_layer(path: str | os.PathLike[str]) -> str:
    import pyogrio  # noqa: PLC0415 - heavy; workers start without it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layers = pyogrio.list_layers(path)
    except (RuntimeError, ValueError) as error:
        raise _not_read(path, error) from error
    for name, kind in layers:
        # A layer that mixes points and lines, as exports of OpenStreetMap do, is of the kind 'Unknown'.
        if kind is not None and ("LineString" in kind or kind in ("Unknown", "GeometryCollection")):
            return str(name)
    raise InputError(f"street file {str(path)!r}: must hold a layer of lines, got {[str(n) for n, _ in layers]}")


def _not_read(path: str | os.PathLike[str], error: Exception) -> InputError:
    said = " ".join(str(error).partition("; It might help")[0].split()).rstrip(".")  # what follows is for programmers
    return InputError(f"street file {str(path)!r}: must be a layer of lines that GDAL reads, got: {said}")
