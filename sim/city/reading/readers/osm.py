"""Street pieces and buildings from OpenStreetMap files: XML or PBF, streamed through osmium."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.buildings import Buildings, Tags, offer
from sim.city.reading.extent import refuse_misplaced
from sim.city.reading.pieces import split_lines, stack_kinds
from sim.city.reading.projection import metric_crs, to_metres
from sim.city.reading.readers.osm_order import in_order
from sim.city.reading.source import OSM_NOTICE, SourceStreets
from sim.city.reading.words.kinds import PATHS_HINT, StreetKind, street_kind
from sim.city.reading.words.told import Told
from sim.errors import InputError

if TYPE_CHECKING:
    from osmium.osm import NodeRef
    from osmium.osm.types import OSMEntity

OFFER_KEYS = ("building", "amenity", "shop", "office", "railway", "public_transport")

FAULTS = (RuntimeError, ValueError, OverflowError, OSError, EOFError, zlib.error)
"""What osmium and the parsers of compression raise for a file that is damaged."""

Degrees = list[tuple[float, float]]


@dataclass
class Found:
    """Collect what a pass over a file finds; degrees, not yet metres."""

    ways: list[list[int]] = field(default_factory=list)
    """numbers of the nodes of each street"""
    kinds: list[StreetKind] = field(default_factory=list)
    place: dict[int, tuple[float, float]] = field(default_factory=dict)
    """longitude and latitude of each node of a street"""
    rings: list[tuple[Tags, Degrees]] = field(default_factory=list)
    """tags and outline of each building and point of interest; a point has an outline of one"""
    told: Told = field(default_factory=Told)


def read_osm(path: str | os.PathLike[str], *, paths: bool = False) -> SourceStreets:
    """Read streets and buildings from an OpenStreetMap file.

    Parameters
    ----------
    path
        XML or PBF, compressed or not.
    paths
        Also keep footways, alleys and service roads.

    Returns
    -------
    The pieces in metres, what stands along them, and what could not be used.

    Raises
    ------
    InputError
        If the file cannot be read or has no street.
    """
    import osmium  # noqa: PLC0415 - workers start without it

    if not Path(path).is_file():
        raise InputError(f"street file {str(path)!r}: must be a file that exists, got no file of this name")
    found = Found()
    try:
        with TemporaryDirectory() as folder:
            stream = osmium.FileProcessor(str(in_order(Path(path), Path(folder))))
            stream = stream.with_areas(osmium.filter.KeyFilter(*OFFER_KEYS))
            for thing in stream.with_filter(osmium.filter.KeyFilter("highway", *OFFER_KEYS)):
                _collect(thing, found, paths=paths)
    except (*FAULTS, osmium.InvalidLocationError) as error:
        said = " ".join(str(error).split()).rstrip(".")
        raise InputError(f"street file {str(path)!r}: must be OpenStreetMap XML or PBF, got: {said}") from error
    return finish(found, str(path))


def finish(found: Found, source: str) -> SourceStreets:
    """Project what was found and cut the streets where they meet."""
    if not found.ways:
        raise InputError(
            f"street source {source!r}: must hold at least one street, got none; {found.told.why_none()}{PATHS_HINT}"
        )
    ids = {node: row for row, node in enumerate(found.place)}
    degrees = np.array(list(found.place.values()))
    refuse_misplaced(degrees[:, 0], degrees[:, 1], "EPSG:4326", source)
    crs = metric_crs(*degrees.min(axis=0), *degrees.max(axis=0), source=source)
    x, y = to_metres(degrees[:, 0], degrees[:, 1], crs, source=source)
    lines = [np.array([ids[node] for node in way], np.int32) for way in found.ways]
    pieces = split_lines(lines, x, y, stack_kinds(found.kinds))
    return SourceStreets(pieces, crs, found.told, OSM_NOTICE, _measure(found.rings, crs, source))


def _collect(thing: OSMEntity, found: Found, *, paths: bool) -> None:
    from osmium import osm  # noqa: PLC0415

    tags = dict(thing.tags)
    if isinstance(thing, osm.Way):
        if "highway" in tags:
            _collect_way(thing.nodes, tags, found, paths=paths)
    elif isinstance(thing, osm.Node):
        if any(key in tags for key in OFFER_KEYS):
            found.rings.append((tags, [(thing.lon, thing.lat)]))
    elif isinstance(thing, osm.Area):
        ring = next(iter(thing.outer_rings()), None)
        if ring is not None:
            found.rings.append((tags, [(n.lon, n.lat) for n in ring]))


def _collect_way(nodes: Iterable[NodeRef], tags: Tags, found: Found, *, paths: bool) -> None:
    found.told.lines["read"] += 1
    kind = street_kind(tags, paths=paths, told=found.told)
    if kind is None:
        return
    n_before = len(found.ways)
    run: list[int] = []
    for node in nodes:
        # An extract that was clipped names nodes that it does not hold: the way ends and goes on behind them.
        if node.location.valid():
            found.place[node.ref] = (node.lon, node.lat)
            run.append(node.ref)
        else:
            found.told.missing["place of a node, the street ends there"] += 1
            _add_run(run, kind, found)
            run = []
    _add_run(run, kind, found)
    if len(found.ways) > n_before:
        found.told.lines["used"] += 1
    else:
        found.told.left_out["fewer than two nodes with a place"] += 1


def _add_run(run: list[int], kind: StreetKind, found: Found) -> None:
    if len(run) > 1:
        found.ways.append(run)
        found.kinds.append(kind)


def _measure(rings: list[tuple[Tags, Degrees]], crs: str, source: str) -> Buildings:
    if not rings:
        return Buildings(np.zeros(0), np.zeros(0), np.zeros((0, 5)))
    degrees = np.array([point for _, ring in rings for point in ring])
    x, y = to_metres(degrees[:, 0], degrees[:, 1], crs, source=source)
    ends = np.cumsum([len(ring) for _, ring in rings])
    outlines = np.split(np.column_stack([x, y]), ends[:-1])
    amounts = np.array([offer(tags, _area_m2(line)) for (tags, _), line in zip(rings, outlines, strict=True)])
    centre = np.array([line.mean(axis=0) for line in outlines])
    some = amounts.any(axis=1)
    return Buildings(centre[some, 0], centre[some, 1], amounts[some])


def _area_m2(line: NDArray[np.float64]) -> float:
    x, y = (line - line[0]).T
    return float(0.5 * abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)))
