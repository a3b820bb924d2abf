"""OpenStreetMap files as editors and servers write them: any order, new and deleted things, damage."""

from __future__ import annotations

import bz2
import gzip
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, parse

import numpy as np
import osmium
import pytest

from sim.city.reading.load import Loaded, load_source
from sim.errors import InputError

CORNER = Path(__file__).parent / "data" / "corner.osm.pbf"

Change = Callable[[Element], None]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("osm") / "corner.osm"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(CORNER)):
            writer.add(thing)
    return path


@pytest.fixture(scope="module")
def corner() -> Loaded:
    return load_source(CORNER)


def changed(plain: Path, folder: Path, *changes: Change) -> Path:
    tree = parse(plain)
    for change in changes:
        change(tree.getroot())
    path = folder / "corner.osm"
    ElementTree(tree.getroot()).write(path, encoding="utf-8")
    return path


def ways_first(root: Element) -> None:
    root[:] = sorted(root, key=lambda thing: ("way", "relation", "node").index(thing.tag))


def new_to_the_server(root: Element) -> None:
    for thing in root.iter():
        for key in ("id", "ref"):
            if key in thing.attrib and thing.tag != "member":
                thing.set(key, "-" + thing.attrib[key])
        for key in ("version", "timestamp", "changeset"):
            if thing.tag != "osm":
                thing.attrib.pop(key, None)


def places_at_ways(root: Element) -> None:
    place = {node.get("id"): node for node in root.findall("node")}
    for ref in root.iter("nd"):
        node = place.get(ref.get("ref"))
        if node is not None:
            ref.set("lat", node.get("lat", ""))
            ref.set("lon", node.get("lon", ""))
    for node in [node for node in place.values() if node.find("tag") is None]:
        root.remove(node)


def with_a_street_too_many(mark: dict[str, str]) -> Change:
    """Add a street between the streets furthest west and furthest east, with a mark of its own."""

    def change(root: Element) -> None:
        streets = [way for way in root.findall("way") if way.find("tag[@k='highway'][@v='residential']") is not None]
        on_street = {ref.get("ref") for way in streets for ref in way.iter("nd")}
        nodes = [node for node in root.findall("node") if node.get("id") in on_street]
        nodes.sort(key=lambda node: float(node.get("lon", "0")))
        way = SubElement(root, "way", {"id": "999999999", "version": "3", **mark})
        for node in (nodes[0], nodes[-1]):
            SubElement(way, "nd", {"ref": node.get("id", "")})
        SubElement(way, "tag", {"k": "highway", "v": "primary"})

    return change


def tags_between_nodes(root: Element) -> None:
    for way in root.iter("way"):
        tags = way.findall("tag")
        for tag in tags[:1]:
            way.remove(tag)
            way.insert(1, tag)


def older(root: Element) -> None:
    """Give the street that is deleted an earlier version that was not."""
    way = root.findall("way")[-1]
    first = SubElement(root, "way", {"id": way.get("id", ""), "version": "2"})
    first.extend(list(way))


SAME = {
    "ways first": [ways_first],
    "new": [new_to_the_server],
    "new, ways first": [new_to_the_server, ways_first],
    "places at the ways": [places_at_ways],
    "deleted on the server": [with_a_street_too_many({"visible": "false"})],
    "tags between the nodes of a way": [tags_between_nodes],
    "deleted in the editor": [with_a_street_too_many({"visible": "true", "action": "delete"})],
    "deleted lately": [with_a_street_too_many({"visible": "false"}), older],
}


@pytest.mark.parametrize("changes", SAME.values(), ids=SAME.keys())
def test_the_same_streets_and_buildings_come_out(
    changes: Sequence[Change], plain: Path, corner: Loaded, tmp_path: Path
) -> None:
    loaded = load_source(changed(plain, tmp_path, *changes))
    assert loaded.streets.n_segments == corner.streets.n_segments
    np.testing.assert_array_equal(loaded.streets.segment_key, corner.streets.segment_key)
    assert loaded.land_use is not None
    assert corner.land_use is not None
    for amount in ("dwellings", "jobs", "shops", "venues"):
        got, expected = getattr(loaded.land_use, amount), getattr(corner.land_use, amount)
        np.testing.assert_allclose(got, expected, rtol=1e-5, err_msg=amount)


def test_a_street_that_is_not_deleted_counts(plain: Path, corner: Loaded, tmp_path: Path) -> None:
    more = load_source(changed(plain, tmp_path, with_a_street_too_many({"visible": "true"})))
    assert more.streets.segment_length_m.sum() > corner.streets.segment_length_m.sum() + 100


def test_what_is_left_out_is_counted_by_its_words(corner: Loaded) -> None:
    assert corner.report is not None
    ways = [way.tags["highway"] for way in osmium.FileProcessor(str(CORNER)) if way.is_way() and "highway" in way.tags]
    footways = ways.count("footway")
    assert footways > 3
    assert corner.report.told.left_out["highway=footway"] == footways
    assert "highway=footway" in str(corner.report)
    assert corner.report.told.missing["place of a node, the street ends there"] == 7


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        (r'<node id="\d+"', '<node id="x1"', "illegal id: 'x1'"),
        (r'<nd ref="\d+"', '<nd ref="one"', "illegal id: 'one'"),
        (r'<way id="(\d+)"', r'<way id="\1" version="new"', "illegal version: 'new'"),
        (r' lat="60', ' lat="sixty', "wrong format for coordinate"),
        (r' lat="60\.', ' lat="60,', "characters after coordinate"),
        (r'<osm version="0.6"', "<osm", "version"),
        (r"</osm>", "", "XML parsing error"),
    ],
)
def test_damage_gets_one_sentence(was: str, becomes: str, words: str, plain: Path, tmp_path: Path) -> None:
    text, count = re.subn(was, becomes, plain.read_text(), count=1)
    assert count == 1
    (tmp_path / "no.osm").write_text(text)
    with pytest.raises(InputError, match=rf"must be OpenStreetMap XML or PBF, got: .*{words}") as error:
        load_source(tmp_path / "no.osm")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("no.osm.gz", b"plain"),
        ("no.osm.bz2", b"plain"),
        ("no.osm.gz", gzip.compress(b"<osm/>", mtime=0)[:-6]),
        ("no.osm.bz2", bz2.compress(b"<osm/>")[:-6]),
        ("no.osm.pbf", b"plain"),
    ],
)
def test_a_damaged_archive_gets_one_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="must be OpenStreetMap XML or PBF"):
        load_source(tmp_path / name)
