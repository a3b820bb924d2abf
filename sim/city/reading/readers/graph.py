"""Street pieces from a graph: GraphML as OSMnx writes it, or any networkx graph with coordinates."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.china import is_chinese, to_wgs84
from sim.city.reading.extent import refuse_misplaced
from sim.city.reading.pieces import link_pieces, stack_kinds
from sim.city.reading.projection import localise
from sim.city.reading.readers.edges import NODE_REACH_M, metres_or_nothing, run_between
from sim.city.reading.source import OSM_NOTICE, SourceStreets
from sim.city.reading.words.columns import Tags, columns_not_read, columns_read, tags_of_rows
from sim.city.reading.words.kinds import PATHS_HINT, StreetKind, street_kind
from sim.city.reading.words.told import Told
from sim.city.reading.words.values import first_value, metres_given
from sim.errors import InputError

if TYPE_CHECKING:
    from networkx import Graph

COORDINATES = (("x", "y"), ("lon", "lat"), ("lng", "lat"), ("longitude", "latitude"))


class Link(NamedTuple):
    """Hold one edge that is a street."""

    start: object
    end: object
    line: NDArray[np.float64] | None
    """points as the source has them; None for a straight line"""
    kind: StreetKind
    length_m: float


def read_graph(path: str | os.PathLike[str], *, paths: bool = False, crs: str | None = None) -> SourceStreets:
    """Read street pieces from a GraphML file, compressed or not.

    Parameters
    ----------
    path
        File as `osmnx.io.save_graphml` or `networkx.write_graphml` writes it.
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
        If the file is no GraphML, or its nodes have no coordinates.
    """
    from sim.city.reading.readers.graphml import read_graphml  # noqa: PLC0415 - needs networkx; workers start without it

    graph = read_graphml(path)
    if crs is not None:
        graph.graph["crs"] = crs
    return pieces_from_graph(graph, str(path), paths=paths)


def pieces_from_graph(graph: Graph[Any], source: str, *, paths: bool = False) -> SourceStreets:
    """Make street pieces of a graph, one edge each.

    In a directed graph an edge is one direction, whatever its tags say. An undirected graph does not keep
    which end of an edge came first: a street is one-way there when its edge says `from` and `to`, as
    OSMnx writes it, and else open both ways. A line is turned so that it runs from node to node.

    Parameters
    ----------
    graph
        Nodes need `x` and `y` (or `lon` and `lat`); edges may have `geometry`, `length` in metres, `highway`,
        `maxspeed` and the other tags that `street_kind` reads.
    source
        Name of it in errors.
    paths
        Also keep footways, alleys and service roads.

    Raises
    ------
    InputError
        If no edge is a street, a node has no place, or a line joins other places than its nodes.
    """
    edges = list(graph.edges(data=True))
    told, links = Told(), []
    rows = [tags for _, _, tags in edges]
    tags_of_edges = tags_of_rows(rows, source)
    told.read_from.update(columns_read(tags_of_edges))
    told.not_read.extend(columns_not_read(rows, told.read_from))
    for (u, v, _), tags in zip(edges, tags_of_edges, strict=True):
        kind = street_kind(tags, paths=paths, told=told)
        if kind is None:
            continue
        ends: tuple[object, object] = (u, v)
        if graph.is_directed():
            kind = kind._replace(forward=kind.forward or kind.backward, backward=False)
        else:
            ends, kind = _undirected(ends, tags, kind, told)
        links.append(_link(ends, tags, kind, told, source))
    told.lines.update(read=len(edges), used=len(links))
    if not links:
        raise InputError(
            f"street graph {source!r}: must have at least one edge that is a street, got {len(edges)} edges and none; "
            f"{told.why_none()}{PATHS_HINT}"
        )
    place = _places(graph, [node for link in links for node in (link.start, link.end)], source)
    lines, crs = _metric_lines(links, place, graph.graph.get("crs"), source)
    start, end, _, kinds, length = zip(*links, strict=True)
    pieces = link_pieces(start, end, lines, stack_kinds(kinds), metres_or_nothing(np.array(length), lines, told))
    return SourceStreets(pieces, crs, told, OSM_NOTICE if _is_from_osm(graph) else "")


def _link(edge: tuple[object, object], tags: Tags, kind: StreetKind, told: Told, source: str) -> Link:
    length, odd = metres_given(tags.get("length"))
    if odd:
        told.not_understood[f"length={odd}, measured along the line"] += 1
    return Link(*edge, _line(tags, source), kind, length)


def _undirected(
    edge: tuple[object, object], tags: Tags, kind: StreetKind, told: Told
) -> tuple[tuple[object, object], StreetKind]:
    """Give the ends of an undirected edge in the order of its one-way rule, where the file keeps that order."""
    if kind.forward == kind.backward:
        return edge, kind
    u, v = (first_value(node) for node in edge)
    ends = first_value(tags.get("from")), first_value(tags.get("to"))
    if ends == (u, v):
        return edge, kind
    if ends == (v, u):
        return edge[::-1], kind
    told.missing["from and to of a one-way edge without direction, taken as open both ways"] += 1
    return edge, kind._replace(forward=True, backward=True)


def _places(graph: Graph[Any], used: Sequence[object], source: str) -> dict[object, NDArray[np.float64]]:
    """Give the coordinates of the nodes that streets join."""
    nodes = dict.fromkeys(used)
    for east, north in COORDINATES:
        if any(east in graph.nodes[node] and north in graph.nodes[node] for node in nodes):
            return {node: _place(graph.nodes[node], node, (east, north), source) for node in nodes}
    raise InputError(
        f"street graph {source!r}: every node must have coordinates named x and y, or lon and lat, "
        f"got nodes without; graphs of OSMnx have them"
    )


def _place(tags: Mapping[str, Any], node: object, names: tuple[str, str], source: str) -> NDArray[np.float64]:
    words = [tags.get(name) for name in names]
    if words == [None, None]:
        raise InputError(
            f"street graph {source!r}: every node must have coordinates named {names[0]} and {names[1]}, "
            f"but node {node!r}, which an edge joins, has none; it may not be listed"
        )
    try:
        return np.array([float(str(word)) for word in words])
    except ValueError as error:
        raise InputError(
            f"street graph {source!r}: {names[0]} and {names[1]} of every node must be numbers with a decimal point, "
            f"got {words[0]!r} and {words[1]!r} at node {node!r}"
        ) from error


def _line(tags: Mapping[str, Any], source: str) -> NDArray[np.float64] | None:
    if not tags.get("geometry"):
        return None
    import shapely  # noqa: PLC0415 - workers start without it

    shape = tags["geometry"]
    try:
        with np.errstate(all="ignore"):  # of coordinates that are no numbers, refused with all others
            shape = shapely.from_wkt(shape) if isinstance(shape, str) else shape
    except shapely.errors.ShapelyError as error:
        raise InputError(
            f"street graph {source!r}: geometry must be WKT of a line, got {tags['geometry']!r}"
        ) from error
    if shape.geom_type != "LineString" or shape.is_empty:
        what = "line without points" if shape.geom_type == "LineString" else shape.geom_type
        raise InputError(f"street graph {source!r}: geometry must be a LineString, got a {what}")
    return np.asarray(shape.coords)[:, :2]


def _metric_lines(
    links: Sequence[Link], place: Mapping[object, NDArray[np.float64]], crs: str | None, source: str
) -> tuple[list[NDArray[np.float64]], str]:
    drawn = [link.line if link.line is not None else np.zeros((0, 2)) for link in links]
    points = np.concatenate([np.array(list(place.values())), *drawn])
    x, y, metric = _localised(points, crs, source)
    ends = np.cumsum([len(place), *(len(line) for line in drawn)])
    at, *parts = np.split(np.column_stack([x, y]), ends[:-1])
    node_at = dict(zip(place, at, strict=True))
    lines = []
    for link, part in zip(links, parts, strict=True):
        start, end = node_at[link.start], node_at[link.end]
        line = run_between(part, start, end) if len(part) else np.array([start, end])
        if line is None:
            raise InputError(
                f"street graph {source!r}: the line of every edge must join its two nodes, but that from node "
                f"{link.start!r} to node {link.end!r} ends more than {NODE_REACH_M:g} m from one of them"
            )
        lines.append(line)
    return lines, metric


def _localised(
    points: NDArray[np.float64], crs: str | None, source: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    from pyproj.exceptions import CRSError  # noqa: PLC0415 - workers start without it

    if crs is not None and is_chinese(crs):
        points, crs = np.column_stack(to_wgs84(points[:, 0], points[:, 1], crs)), "EPSG:4326"
    try:
        refuse_misplaced(points[:, 0], points[:, 1], crs, source)
        return localise(points[:, 0], points[:, 1], crs, source)
    except CRSError as error:
        raise InputError(
            f"street graph {source!r}: crs must name a coordinate system, such as EPSG:4326, got {crs!r}"
        ) from error


def _is_from_osm(graph: Graph[Any]) -> bool:
    return any("osmid" in tags for _, _, tags in graph.edges(data=True))
