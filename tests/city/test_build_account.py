"""A build accounts for every line and metre of its source, in numbers beside the city file."""

from __future__ import annotations

import json

import geopandas
import pytest
from shapely.geometry import LineString, MultiLineString, Point

from sim.cli import main
from sim.errors import InputError

STREETS = {
    "residential": LineString([(24.94, 60.166), (24.95, 60.166)]),
    "primary": LineString([(24.95, 60.166), (24.95, 60.170)]),
    "footway": MultiLineString([[(24.94, 60.166), (24.94, 60.168)], [(24.94, 60.168), (24.94, 60.169)]]),
    "quux": LineString([(24.95, 60.170), (24.96, 60.170)]),
    "tertiary": LineString([(24.94, 60.166), (24.94, 60.16600000001)]),
    "service": Point(24.94, 60.166),
}


@pytest.fixture
def layer(tmp_path):
    file = tmp_path / "streets.geojson"
    frame = geopandas.GeoDataFrame({"highway": list(STREETS)}, geometry=list(STREETS.values()), crs="EPSG:4326")
    frame.to_file(file)
    return file


def test_each_line_of_a_layer_is_used_or_left_out_with_its_reason(layer, tmp_path, capsys):
    assert main(["city", "build", str(layer), "-o", str(tmp_path / "city.npz")]) == 0
    told = json.loads((tmp_path / "city.build.json").read_text(encoding="utf-8"))
    assert told["lines_read"] == 7  # a line of two parts is two
    assert told["lines_used"] == 2
    assert told["lines_left_out"] == {
        "geometry=Point": 1, "highway=footway": 2, "highway=quux": 1,
        "not longer than 0.05 m, within which places are one": 1,
    }  # fmt: skip
    assert told["metres"] == pytest.approx(told["metres_given"], abs=0.02)


def test_a_way_of_one_node_is_left_out_with_its_reason(tmp_path, capsys):
    nodes = "".join(f'<node id="{n}" lat="60.{166 + n}" lon="24.94"/>' for n in (1, 2, 3))
    ways = "".join(
        f'<way id="{n}">{"".join(f"<nd ref={chr(34)}{node}{chr(34)}/>" for node in nodes_of)}'
        '<tag k="highway" v="residential"/></way>'
        for n, nodes_of in ((7, (1, 2)), (8, (2, 3)), (9, (3,)), (10, (98, 99)))
    )
    file = tmp_path / "streets.osm"
    file.write_text(f'<osm version="0.6">{nodes}{ways}</osm>', encoding="utf-8")
    assert main(["city", "build", str(file), "-o", str(tmp_path / "city.npz")]) == 0
    told = json.loads((tmp_path / "city.build.json").read_text(encoding="utf-8"))
    assert (told["lines_read"], told["lines_used"]) == (4, 2)
    assert told["lines_left_out"] == {"fewer than two nodes with a place": 2}


def test_a_feature_that_gdal_passes_over_is_refused(layer, tmp_path):
    from sim.city.reading.load import load_source

    content = json.loads(layer.read_bytes())
    del content["features"][1]["type"]
    layer.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match="feature 2 is null"):
        load_source(layer)


def test_a_city_file_of_which_a_junction_was_moved_is_refused(layer, tmp_path):
    import numpy as np

    from sim.city.files import read_streets

    file = tmp_path / "city.npz"
    assert main(["city", "build", str(layer), "-o", str(file)]) == 0
    read_streets(file)
    arrays = dict(np.load(file))
    arrays["junction_x"] = arrays["junction_x"] + np.arange(len(arrays["junction_x"]), dtype=np.int32) * 1_000_000
    np.savez(file, **arrays)
    with pytest.raises(InputError, match="junctions lie farther apart"):
        read_streets(file)
