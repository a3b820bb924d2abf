"""Street pieces from a graph: GraphML as OSMnx writes it, or any networkx graph with coordinates."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.kinds import PATHS_HINT, StreetKind, street_kind
from sim.city.reading.pieces import link_pieces, stack_kinds
from sim.city.reading.projection import localise
from sim.city.reading.told import OSM_NOTICE, SourceStreets, Told
from sim.errors import InputError

if TYPE_CHECKING:
    from networkx import Graph

COORDINATES = (("x", "y"), ("lon", "lat"), ("lng", "lat"), ("longitude", "latitude"))


def read_graph(path: str | os.PathLike[str], *, paths: bool = False) -> SourceStreets:
    """Read street pieces from a GraphML file, compressed or not.

    Parameters
    ----------
    path
        File as `osmnx.io.save_graphml` or `networkx.write_graphml` writes it.
    paths
        Also keep footways, alleys and service roads.

    Returns
    -------
    The pieces in metres, and what could not be used.

    Raises
    ------
    InputError
        If the file is no GraphML, or its nodes have no coordinates.
    """
    import networkx  # noqa: PLC0415 - workers start without it

    try:
        graph = networkx.read_graphml(path)
    except (ParseError, OSError, networkx.NetworkXError) as error:
        raise InputError(f"street graph {str(path)!r}: must be GraphML that networkx can read, got: {error}") from error
    return pieces_from_graph(graph, str(path), paths=paths)


def pieces_from_graph(graph: Graph[Any], source: str, *, paths: bool = False) -> SourceStreets:
    """Make street pieces of a graph, one edge each.

    In a directed graph an edge is one direction, whatever its tags say. An undirected graph does not keep
    which end of an edge came first, so its streets are open both ways.

    Parameters
    ----------
    graph
        Nodes need `x` and `y` (or `lon` and `lat`); edges may have `geometry`, `length` in metres, `highway`,
        `maxspeed`.
    source
        Name of it in errors.
    paths
        Also keep footways, alleys and service roads.
    """
    place = _places(graph, source)
    kept = []
    for u, v, tags in graph.edges(data=True):
        kind = street_kind(tags, paths=paths)
        if kind is not None:
            one = _one_way(kind, directed=graph.is_directed())
            kept.append((u, v, _line(place[u], place[v], tags, source), one, _length(tags)))
    if not kept:
        raise InputError(
            f"street graph {source!r}: must have at least one edge that is a street, got "
            f"{graph.number_of_edges()} edges and none; {PATHS_HINT}"
        )
    u, v, lines, kinds, length = zip(*kept, strict=True)
    points = np.concatenate(lines)
    x, y, crs = _localised(points, graph.graph.get("crs"), source)
    ends = np.cumsum([len(line) for line in lines])
    metric = np.split(np.column_stack([x, y]), ends[:-1])
    pieces = link_pieces(u, v, metric, stack_kinds(kinds), np.array(length))
    return SourceStreets(pieces, crs, Told(), OSM_NOTICE if _is_from_osm(graph) else "")


def _places(graph: Graph[Any], source: str) -> dict[object, tuple[float, float]]:
    for east, north in COORDINATES:
        if all(east in tags and north in tags for _, tags in graph.nodes(data=True)):
            try:
                return {node: (float(tags[east]), float(tags[north])) for node, tags in graph.nodes(data=True)}
            except (TypeError, ValueError) as error:
                raise InputError(
                    f"street graph {source!r}: {east} and {north} of every node must be numbers, but {error}"
                ) from error
    raise InputError(
        f"street graph {source!r}: every node must have coordinates named x and y, or lon and lat, "
        f"got nodes without; graphs of OSMnx have them"
    )


def _line(
    start: tuple[float, float], end: tuple[float, float], tags: Mapping[str, Any], source: str
) -> NDArray[np.float64]:
    if not tags.get("geometry"):
        return np.array([start, end])
    import shapely  # noqa: PLC0415 - workers start without it

    shape = tags["geometry"]
    try:
        shape = shapely.from_wkt(shape) if isinstance(shape, str) else shape
    except shapely.errors.ShapelyError as error:
        raise InputError(
            f"street graph {source!r}: geometry must be WKT of a line, got {tags['geometry']!r}"
        ) from error
    if shape.geom_type != "LineString":
        raise InputError(f"street graph {source!r}: geometry must be a LineString, got a {shape.geom_type}")
    return np.asarray(shape.coords)[:, :2]


def _localised(
    points: NDArray[np.float64], crs: str | None, source: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    from pyproj.exceptions import CRSError  # noqa: PLC0415 - workers start without it

    try:
        return localise(points[:, 0], points[:, 1], crs)
    except CRSError as error:
        raise InputError(
            f"street graph {source!r}: crs must name a coordinate system, such as EPSG:4326, got {crs!r}"
        ) from error


def _one_way(kind: StreetKind, *, directed: bool) -> StreetKind:
    drivable = kind.forward or kind.backward
    return kind._replace(forward=drivable, backward=drivable and not directed)


def _length(tags: Mapping[str, Any]) -> float:
    try:
        return float(tags.get("length", np.nan))
    except (TypeError, ValueError):
        return float("nan")


def _is_from_osm(graph: Graph[Any]) -> bool:
    return any("osmid" in tags for _, _, tags in graph.edges(data=True))
