"""GraphML that keeps its promises about types, directions and nodes, and GraphML that does not."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import networkx
import numpy as np
import osmium
import osmnx
import pytest
from test_repair import n_parts

from sim.city.reading.load import Loaded, load_source, load_streets
from sim.city.reading.readers.graphml import read_graphml
from sim.city.reading.words.classes import HIGHWAY_CLASS
from sim.city.streets import StreetNetwork
from sim.errors import InputError

CORNER = Path(__file__).parent / "data" / "corner.osm.pbf"

NODES = {"a": (-72.9, 41.3), "b": (-72.89, 41.3), "c": (-72.88, 41.3)}


def street(*ends: str, bend: float = 0.0) -> str:
    """Draw a line through nodes, bent between them."""
    (x, y), (to_x, to_y) = (NODES[end] for end in ends)
    return f"LINESTRING ({x} {y}, {(x + to_x) / 2} {(y + to_y) / 2 + bend}, {to_x} {to_y})"


def write(folder: Path, graph: networkx.Graph, **edges: dict[str, Any]) -> Path:
    """Write a graph over the three nodes, with an edge for each pair of letters."""
    for node, (x, y) in NODES.items():
        graph.add_node(node, x=x, y=y)
    for pair, tags in edges.items():
        graph.add_edge(pair[0], pair[1], **tags)
    networkx.write_graphml(graph, folder / "graph.graphml")
    return folder / "graph.graphml"


def length(net: StreetNetwork) -> float:
    return float(net.segment_length_m.sum())


@pytest.mark.parametrize("line", [("a", "b"), ("b", "a")])
def test_a_line_may_run_either_way_in_an_undirected_graph(line: tuple[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, networkx.Graph(), ab={"geometry": street(*line)}, bc={"geometry": street("b", "c")})
    assert length(load_streets(path)) == pytest.approx(1675, abs=1)


def test_a_reverse_edge_with_the_line_of_the_forward_edge_bends_nothing(tmp_path: Path) -> None:
    bent = {"geometry": street("a", "b", bend=0.002)}
    both = write(tmp_path, networkx.DiGraph(), ab=bent, ba=bent, bc={}, cb={})
    net = load_streets(both)
    once = load_streets(write(tmp_path, networkx.Graph(), ab=bent, bc={}))
    assert length(net) == pytest.approx(length(once), abs=0.1)
    assert (net.drive_forward & net.drive_backward).all()


def test_an_edge_with_a_direction_is_open_in_that_direction_only(tmp_path: Path) -> None:
    ring = {pair: {"oneway": "no", "highway": "residential"} for pair in ("ab", "bc", "ca")}
    bent = {"ca": ring["ca"] | {"geometry": street("c", "a", bend=0.01)}}
    net = load_streets(write(tmp_path, networkx.DiGraph(), **ring | bent))
    assert (net.drive_forward != net.drive_backward).all()


def test_a_line_of_other_nodes_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, networkx.Graph(), ab={"geometry": street("b", "c")}, bc={})
    with pytest.raises(InputError, match=r"must join its two nodes, but that from node 'a' to node 'b'"):
        load_streets(path)


def test_a_line_reaches_its_nodes_where_crossings_were_drawn_together(tmp_path: Path) -> None:
    short = "LINESTRING (-72.8999 41.3, -72.8901 41.3)"
    net = load_streets(write(tmp_path, networkx.Graph(), ab={"geometry": short}, bc={}))
    assert length(net) == pytest.approx(1675, abs=1)


@pytest.fixture
def corner(tmp_path: Path) -> networkx.MultiDiGraph:
    """Make the graph that OSMnx makes of the sample."""
    nodes = {thing.id for thing in osmium.FileProcessor(str(CORNER)) if thing.is_node()}
    with osmium.SimpleWriter(str(tmp_path / "corner.osm")) as writer:
        for thing in osmium.FileProcessor(str(CORNER)):
            street = thing.is_way() and thing.tags.get("highway") in HIGHWAY_CLASS
            if thing.is_node() or (street and nodes.issuperset(node.ref for node in thing.nodes)):
                writer.add(thing)
    return osmnx.graph.graph_from_xml(tmp_path / "corner.osm", retain_all=True)


def test_an_undirected_graph_of_osmnx_gives_the_same_city_as_the_directed_one(
    corner: networkx.MultiDiGraph, tmp_path: Path
) -> None:
    osmnx.io.save_graphml(corner, tmp_path / "directed.graphml")
    osmnx.io.save_graphml(osmnx.convert.to_undirected(corner), tmp_path / "undirected.graphml")
    directed, undirected = (load_streets(tmp_path / f"{name}.graphml") for name in ("directed", "undirected"))
    assert n_parts(undirected, undirected.drive) == 1
    assert (directed.drive_forward != directed.drive_backward).any()
    np.testing.assert_array_equal(undirected.segment_key, directed.segment_key)
    for column in ("drive_forward", "drive_backward", "segment_class"):
        np.testing.assert_array_equal(getattr(undirected, column), getattr(directed, column), err_msg=column)


def test_a_directed_graph_that_is_called_undirected_keeps_every_edge(
    corner: networkx.MultiDiGraph, tmp_path: Path
) -> None:
    osmnx.io.save_graphml(corner, tmp_path / "directed.graphml")
    text = (tmp_path / "directed.graphml").read_text(encoding="utf-8")
    (tmp_path / "called.graphml").write_text(
        text.replace('edgedefault="directed"', 'edgedefault="undirected"'), encoding="utf-8"
    )
    graph = read_graphml(tmp_path / "called.graphml")
    assert graph.number_of_edges() == corner.number_of_edges()


def test_edges_inside_another_edge_are_refused(corner: networkx.MultiDiGraph, tmp_path: Path) -> None:
    osmnx.io.save_graphml(corner, tmp_path / "corner.graphml")
    text = (tmp_path / "corner.graphml").read_text(encoding="utf-8")
    first, second = text.index("<edge "), text.index("<edge ", text.index("<edge ") + 1)
    inner = text[second : text.index("</edge>", second) + len("</edge>")]
    (tmp_path / "nested.graphml").write_text(
        (text[:second] + text[second + len(inner) :]).replace("</edge>", inner + "</edge>", 1), encoding="utf-8"
    )
    assert first < second
    with pytest.raises(InputError, match=r"1 of .* edges stand inside other elements"):
        read_graphml(tmp_path / "nested.graphml")


def test_a_one_way_street_whose_direction_was_lost_is_named(tmp_path: Path) -> None:
    loaded = load_source(write(tmp_path, networkx.Graph(), ab={"oneway": "yes"}, bc={}))
    assert "from and to of a one-way edge without direction, taken as open both ways (1)" in str(loaded.report)


# Promises of types that are not kept


def graphml(
    folder: Path, *, kind: str = "double", value: str = "", name: str = "length", more: str = "", **node: str
) -> Path:
    """Write a graph of one edge by hand, with one value of a promised type."""
    place = {"x": "24.0", "y": "60.0"} | node
    keys = "".join(f'<key id="{k}" for="node" attr.name="{k}" attr.type="double"/>' for k in place)
    start = "".join(f'<data key="{k}">{v}</data>' for k, v in place.items())
    tag = f'<data key="tag">{value}</data>' if value else ""
    path = folder / "hand.graphml"
    path.write_text(
        f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}<key id="tag" for="edge" attr.name="{name}" '
        f'attr.type="{kind}"/><graph edgedefault="directed"><node id="a">{start}</node><node id="b">'
        f'<data key="x">24.001</data><data key="y">60.001</data></node>'
        f'<edge source="a" target="b">{tag}</edge>{more}</graph></graphml>'
    )
    return path


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("oneway", "boolean", "yes"),
        ("length", "int", "127.7"),
        ("length", "long", "127.7"),
        ("length", "decimal", "127.7"),
    ],
)
def test_a_value_of_another_type_than_promised_is_read(name: str, kind: str, value: str, tmp_path: Path) -> None:
    loaded = load_source(graphml(tmp_path, name=name, kind=kind, value=value))
    assert not loaded.report.told.not_understood  # type: ignore[union-attr]
    if name == "length":
        assert length(loaded.streets) == pytest.approx(127.7)


def test_a_length_with_a_decimal_comma_is_measured_and_named(tmp_path: Path) -> None:
    loaded: Loaded = load_source(graphml(tmp_path, value="127,7"))
    assert length(loaded.streets) == pytest.approx(125, abs=1)
    assert "length=127,7, measured along the line (1)" in str(loaded.report)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"x": "24,0"}, "numbers with a decimal point, got '24,0' and '60.0' at node 'a'"),
        ({"x": "1e999"}, "every coordinate must be a number"),
        ({"x": "385000", "y": "6672000"}, "must be one city, less than 1,000 km wide"),
        ({"more": '<edge source="b" target="zz"/>'}, "node 'zz', which an edge joins, has none; it may not be listed"),
        ({"more": '<edge source="b"/>'}, "node 'None', which an edge joins, has none"),
        ({"more": '<edge source="b" target="a"><data key="other">1</data></edge>'}, "no key other"),
        ({"name": "geometry", "value": "LINESTRING EMPTY"}, "must be a LineString, got a line without points"),
        ({"name": "geometry", "value": "LINESTRING (nan 60, 24 60)"}, "every coordinate must be a number"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(wrong: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words) as error:
        load_streets(graphml(tmp_path, **wrong))  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.graphml", b"<graphml/>"),
        ("a.graphml", b'<?xml version="1.0" encoding="latin-9x"?><graphml/>'),
        ("a.graphml", b"\xff\xfe"),
        ("a.graphml.gz", b"plain"),
        ("a.graphml.gz", gzip.compress(b"<graphml/>", mtime=0)[:-6]),
    ],
)
def test_a_damaged_file_gets_one_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="must be GraphML that networkx can read, got: "):
        load_streets(tmp_path / name)
