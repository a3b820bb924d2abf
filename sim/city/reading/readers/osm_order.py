"""OpenStreetMap files in the order that a stream needs: nodes first, numbers above nought, nothing deleted."""

from __future__ import annotations

import bz2
import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from xml.etree.ElementTree import ElementTree, ParseError, fromstring

if TYPE_CHECKING:
    from osmium.osm import Node, Relation, Way

OPENERS: Mapping[str, Callable[..., BinaryIO]] = {".gz": gzip.open, ".bz2": bz2.open}  # type: ignore[dict-item]

DELETED = re.compile(rb"""\saction=["']delete["']""")
TAG_BETWEEN = re.compile(rb"<tag\b[^>]*>\s*(?:</tag>\s*)?<(?:nd|member)\b")
KINDS = "nwr"
"""node, way, relation: the order in which they stand in a sorted file"""

Place = tuple[float, float]


@dataclass
class Things:
    """Hold the newest version of each thing of a file."""

    version: dict[tuple[str, int], int] = field(default_factory=dict)
    place: dict[int, Place] = field(default_factory=dict)
    """longitude and latitude of the nodes"""
    refs: dict[int, list[int]] = field(default_factory=dict)
    """nodes of the ways"""
    members: dict[int, list[tuple[str, int, str]]] = field(default_factory=dict)
    """kind, number and role of what belongs to a relation"""
    tags: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)


def in_order(path: Path, folder: Path) -> Path:
    """Give a file that can be streamed: the same when it is in order, else a sorted copy in a folder.

    Editors and servers write ways before nodes, numbers below nought for what is new, coordinates at the ways
    instead of nodes, things that were deleted, and tags between the nodes of a way.
    """
    path = _tidied(path, folder)
    if _says_sorted(path) or _is_in_order(path):
        return path
    sorted_copy = folder / "sorted.osm.pbf"
    _write(_collect(path), sorted_copy)
    return sorted_copy


def _tidied(path: Path, folder: Path) -> Path:
    """Take out what an editor marked as deleted and has not yet sent, and put the tags of a way behind its nodes.

    The reader does not see the mark, and of a list that a tag interrupts it keeps the first part without a word.
    """
    ending = path.suffix.lower()
    if ending == ".pbf":
        return path
    with OPENERS.get(ending, open)(path, "rb") as file:
        content = file.read()
    if DELETED.search(content) is None and TAG_BETWEEN.search(content) is None:
        return path
    try:
        root = fromstring(content)
    except ParseError:
        return path  # osmium names the line
    for element in [one for one in root if one.get("action") == "delete"]:
        root.remove(element)
    for element in root:
        element[:] = sorted(element, key=lambda one: one.tag == "tag")
    kept = folder / "kept.osm"
    ElementTree(root).write(kept, encoding="utf-8")
    return kept


def _says_sorted(path: Path) -> bool:
    import osmium  # noqa: PLC0415 - workers start without it

    if not path.name.lower().endswith(".pbf"):
        return False
    header = osmium.FileProcessor(str(path)).header
    return str(header.get("sorting", "")) == "Type_then_ID"


def _things(path: Path, *, tagged: bool = False) -> Iterator[Node | Way | Relation]:
    import osmium  # noqa: PLC0415
    from osmium import osm  # noqa: PLC0415

    stream = osmium.FileProcessor(str(path))
    for thing in stream.with_filter(osmium.filter.EmptyTagFilter()) if tagged else stream:
        if isinstance(thing, osm.Node | osm.Way | osm.Relation):
            yield thing


def _is_in_order(path: Path) -> bool:
    last = 0
    # Of the millions of nodes in a large binary file the few with tags show the order as well.
    for thing in _things(path, tagged=path.suffix.lower() == ".pbf"):
        kind = KINDS.find(thing.type_str())
        if kind < last or thing.id <= 0 or not thing.visible:
            return False
        if thing.is_way() and any(node.location.valid() for node in getattr(thing, "nodes", ())):
            return False
        last = kind
    return True


def _collect(path: Path) -> Things:
    things = Things()
    for thing in _things(path):
        key = thing.type_str(), thing.id
        if thing.version < things.version.get(key, 0):
            continue
        things.version[key] = thing.version
        _forget(key, things)
        if thing.visible:
            _keep(thing, key, things)
    return things


def _forget(key: tuple[str, int], things: Things) -> None:
    kind, number = key
    things.tags.pop(key, None)
    {"n": things.place, "w": things.refs, "r": things.members}[kind].pop(number, None)  # type: ignore[attr-defined]


def _keep(thing: Node | Way | Relation, key: tuple[str, int], things: Things) -> None:
    from osmium import osm  # noqa: PLC0415

    things.tags[key] = dict(thing.tags)
    if isinstance(thing, osm.Node):
        if thing.location.valid():
            things.place[thing.id] = thing.lon, thing.lat
    elif isinstance(thing, osm.Way):
        things.refs[thing.id] = [node.ref for node in thing.nodes]
        for node in thing.nodes:
            if node.location.valid():
                things.place.setdefault(node.ref, (node.lon, node.lat))
    elif isinstance(thing, osm.Relation):
        things.members[thing.id] = [(member.type, member.ref, member.role) for member in thing.members]


def _write(things: Things, path: Path) -> None:
    import osmium  # noqa: PLC0415
    from osmium.osm import mutable  # noqa: PLC0415

    node = _numbered([*things.place, *(ref for refs in things.refs.values() for ref in refs)])
    way, relation = _numbered(things.refs), _numbered(things.members)
    number = {"n": node, "w": way, "r": relation}
    with osmium.SimpleWriter(str(path)) as writer:
        for old, place in things.place.items():
            writer.add_node(mutable.Node(id=node[old], location=place, tags=things.tags.get(("n", old), {})))
        for old, refs in things.refs.items():
            tags = things.tags["w", old]
            writer.add_way(mutable.Way(id=way[old], nodes=[node[ref] for ref in refs], tags=tags))
        for old, members in things.members.items():
            there = [(kind, number[kind][ref], role) for kind, ref, role in members if ref in number[kind]]
            writer.add_relation(mutable.Relation(id=relation[old], members=there, tags=things.tags["r", old]))


def _numbered(old: Iterable[int]) -> dict[int, int]:
    return {one: row + 1 for row, one in enumerate(dict.fromkeys(old))}
