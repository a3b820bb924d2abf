"""A build says where on Earth the city lies and how much of it was lost, and refuses one that lies elsewhere."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import geopandas
import networkx
import numpy as np
import pytest
from pyproj import Transformer
from shapely.geometry import LineString

from sim.city.reading.load import embedded_city, load_source
from sim.city.reading.whereabouts import locate
from sim.city.streets import StreetNetwork
from sim.cli import main
from sim.errors import InputError

PART = 500
"""segments, neighbours since they are numbered along a curve that fills the plane"""


def graph_of(net: StreetNetwork, crs: str = "EPSG:4326", *, swapped: bool = False) -> networkx.Graph:
    """Give a part of a city back as a graph with lengths, as OSMnx saves it."""
    x, y = Transformer.from_crs(net.crs, crs, always_xy=True).transform(net.junction_x, net.junction_y)
    x, y = (y, x) if swapped else (x, y)
    graph = networkx.MultiDiGraph(crs=crs)
    graph.add_nodes_from(
        (node, {"x": a, "y": b}) for node, (a, b) in enumerate(zip(x.tolist(), y.tolist(), strict=True))
    )
    ends = zip(net.segment_from.tolist(), net.segment_to.tolist(), net.segment_length_m.tolist(), strict=True)
    for a, b, length in islice(ends, PART):
        graph.add_edge(a, b, length=length, highway="residential")
        graph.add_edge(b, a, length=length, highway="residential")
    return graph


@pytest.mark.parametrize(("name", "place"), [("new_haven", "41.299° N, 72.930° W"), ("coquimbo", "° S, 71.")])
def test_a_city_says_where_it_lies(name: str, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "show", name]) == 0
    told = capsys.readouterr().out
    assert place in told
    assert f"{embedded_city(name).segment_length_m.sum() / 1000:,.1f} km of street" in told


def test_a_build_says_where_the_city_lies_and_what_was_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    networkx.write_graphml(graph_of(embedded_city("new_haven")), tmp_path / "city.graphml")
    assert main(["city", "build", str(tmp_path / "city.graphml"), "-o", str(tmp_path / "city.npz")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == str(locate(load_source(tmp_path / "city.npz").streets))
    assert told[0].startswith("The city lies around 41.")
    assert any("% of the length of street was lost" in line for line in told)


@pytest.mark.parametrize("name", ["new_haven", "coquimbo"])
@pytest.mark.parametrize("lengths", [True, False])
def test_swapped_longitude_and_latitude_are_refused(tmp_path: Path, name: str, lengths: bool) -> None:
    graph = graph_of(embedded_city(name), swapped=True)
    if not lengths:
        for _, _, tags in graph.edges(data=True):
            del tags["length"]
    networkx.write_graphml(graph, tmp_path / "swapped.graphml")
    with pytest.raises(InputError, match=r"swapped\.graphml.*may be swapped"):
        load_source(tmp_path / "swapped.graphml")


def moved(net: StreetNetwork, crs: str) -> StreetNetwork:
    """Put the streets of a city elsewhere on Earth; within a zone a metre stays a metre."""
    return StreetNetwork(
        **{name: value for name, value in vars(net).items() if name in net.__dataclass_fields__} | {"crs": crs}
    )


@pytest.mark.parametrize("zone", ["EPSG:32723", "EPSG:32631", "EPSG:32650"])  # Brazil, western Europe, China
def test_lengths_betray_swapped_degrees_where_latitudes_do_not(tmp_path: Path, zone: str) -> None:
    net = moved(embedded_city("new_haven"), zone)
    networkx.write_graphml(graph_of(net), tmp_path / "right.graphml")
    assert load_source(tmp_path / "right.graphml").streets.crs == zone
    networkx.write_graphml(graph_of(net, swapped=True), tmp_path / "swapped.graphml")
    with pytest.raises(InputError, match="swapped"):
        load_source(tmp_path / "swapped.graphml")


def test_swapped_degrees_without_a_system_are_no_metres(tmp_path: Path) -> None:
    graph = graph_of(moved(embedded_city("new_haven"), "EPSG:32650"), swapped=True)
    del graph.graph["crs"]
    networkx.write_graphml(graph, tmp_path / "swapped.graphml")
    with pytest.raises(InputError, match="seem swapped"):
        load_source(tmp_path / "swapped.graphml")


def two_towns(gap: int) -> geopandas.GeoDataFrame:
    """Draw a large grid and a smaller one that no street joins to it."""
    lines = []
    for east, n in ((0, 12), (12_000, gap)):
        steps = np.arange(n) * 100.0
        lines += [LineString([(385_000 + east + x, 6_672_000 + y) for x in steps]) for y in steps]
        lines += [LineString([(385_000 + east + x, 6_672_000 + y) for y in steps]) for x in steps]
    return geopandas.GeoDataFrame({"highway": ["residential"] * len(lines)}, geometry=lines, crs="EPSG:3067")


@pytest.mark.parametrize(("n", "warned"), [(4, False), (6, True)])
def test_more_than_a_tenth_lost_is_a_warning(tmp_path: Path, n: int, warned: bool) -> None:
    two_towns(n).to_file(tmp_path / "towns.gpkg")
    report = load_source(tmp_path / "towns.gpkg").report
    assert report is not None
    lost, kept = 2 * n * (n - 1) * 100, 2 * 12 * 11 * 100
    assert report.share_lost == pytest.approx(lost / (lost + kept), rel=0.01)
    assert ("Warning" in str(report)) is warned
    assert f"{100 * report.share_lost:.1f} % of the length of street was lost" in str(report)


def test_a_layer_without_a_system_is_read_once_it_is_named(tmp_path: Path) -> None:
    lines = two_towns(0).to_crs("EPSG:2393")  # an older grid of Finland: 3,385,000 east
    right = locate(load_streets_of(lines, tmp_path / "right.shp"))
    lines.to_file(tmp_path / "bare.shp")
    (tmp_path / "bare.prj").unlink()
    with pytest.raises(InputError, match="--crs"):
        load_source(tmp_path / "bare.shp")
    assert locate(load_source(tmp_path / "bare.shp", crs="EPSG:2393").streets) == right
    assert right.latitude == pytest.approx(60.17, abs=0.02)


def load_streets_of(lines: geopandas.GeoDataFrame, path: Path) -> StreetNetwork:
    lines.to_file(path)
    return load_source(path).streets


def test_a_wrong_system_of_a_graph_is_replaced_by_the_named_one(tmp_path: Path) -> None:
    graph = graph_of(embedded_city("new_haven"))
    graph.graph["crs"] = "EPSG:2234"  # feet of Connecticut
    networkx.write_graphml(graph, tmp_path / "city.graphml")
    with pytest.raises(InputError, match="--crs"):
        load_source(tmp_path / "city.graphml")
    assert load_source(tmp_path / "city.graphml", crs="EPSG:4326").streets.crs == "EPSG:32618"


@pytest.mark.parametrize(
    ("source", "crs", "words"),
    [
        ("city.graphml", "banana", "--crs must name a coordinate system of a map"),
        ("city.graphml", "EPSG:5773", "--crs must name a coordinate system of a map"),
        ("city.osm.pbf", "EPSG:4326", "crs must be left out .* in degrees"),
        ("Nowhere, Finland", "EPSG:4326", "crs must be left out .* in degrees"),
        ("new_haven", "EPSG:4326", "crs must be left out .* finished city"),
    ],
)
def test_a_system_that_is_none_or_has_no_use_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, crs: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("city.graphml", "city.osm.pbf"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match=words):
        load_source(source, crs=crs)
