"""Coordinates of Chinese maps: the published shift, its inverse, every layer of a folder, and the word of warning."""

import itertools

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from force_town import STEP, N, account, keys, read
from shapely.geometry import LineString, box

from sim.city.reading.china import CHINESE, from_wgs84, to_wgs84
from sim.city.reading.load import load_source
from sim.errors import InputError

ZONE = "EPSG:32649"
WEST, SOUTH = 742_000.0, 3_849_000.0
"""Metres of a lattice in the middle of Zhengzhou, in its zone of Universal Transverse Mercator."""
CALLS = {"file": "calls.csv"}


def shifted(frame, system):
    """Give shapes as a Chinese map holds them: degrees that call themselves WGS 84."""
    plain = frame.to_crs(4326)
    moved = shapely.transform(
        plain.geometry.to_numpy(), lambda p: np.column_stack(from_wgs84(p[:, 0], p[:, 1], system))
    )
    return plain.set_geometry(moved, crs=4326)


def streets(step=STEP):
    """Draw a lattice whose blocks are not alike, so that no shift lays it over itself."""
    at = step * np.cumsum(np.linspace(0.7, 1.6, N))
    lines = [LineString([(WEST + at[i], SOUTH + a), (WEST + at[i], SOUTH + b)]) for i in range(N) for a, b in pairs(at)]
    lines += [
        LineString([(WEST + a, SOUTH + at[i]), (WEST + b, SOUTH + at[i])]) for i in range(N) for a, b in pairs(at)
    ]
    return geopandas.GeoDataFrame({"highway": ["residential"] * len(lines)}, geometry=lines, crs=ZONE)


def pairs(at):
    return list(itertools.pairwise(at))


def calls_along(lines, n=150):
    """Draw calls at the streets, some metres beside them as houses are."""
    rng = np.random.default_rng(3)
    chosen = lines.geometry.to_numpy()[rng.integers(0, len(lines), n)]
    points = shapely.get_coordinates(shapely.line_interpolate_point(chosen, rng.random(n), normalized=True))
    there = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*(points + rng.normal(0, 6, (n, 2))).T), crs=ZONE)
    time = pd.Timestamp("2024-03-01 09:30") + pd.to_timedelta(np.arange(n) * 97, unit="min")
    return there, pd.DataFrame({"Call Number": np.arange(n), "Received": time, "Call Type": "LOUD PARTY"})


def write_calls(folder, points, table):
    degrees = points.to_crs(4326).geometry
    table.assign(Longitude=degrees.x.round(7), Latitude=degrees.y.round(7)).to_csv(folder / "calls.csv", index=False)


@pytest.fixture
def zhengzhou(tmp_path):
    lines = streets()
    lines.to_file(tmp_path / "streets.gpkg")
    return tmp_path, lines, *calls_along(lines)


def test_the_shift_is_the_published_one():
    # The values that the open program coordtransform prints for this point of Beijing.
    assert np.array(from_wgs84([116.404], [39.915], "gcj02")).ravel() == pytest.approx(
        [116.41024449916938, 39.91640428150164], abs=1e-9
    )
    back = np.array(to_wgs84([116.41024449916938], [39.91640428150164], "GCJ-02")).ravel()
    assert back == pytest.approx([116.404, 39.915], abs=1e-8)
    # That program brings 116.404, 39.915 of GCJ-02 to these degrees of BD-09.
    plain = to_wgs84([116.404], [39.915], "gcj02")
    assert np.array(from_wgs84(*plain, "bd09")).ravel() == pytest.approx(
        [116.41036949371029, 39.92133699351021], abs=1e-8
    )


@pytest.mark.parametrize("system", CHINESE)
def test_the_inverse_is_within_a_millimetre_everywhere_in_china(system):
    rng = np.random.default_rng(1)
    x, y = rng.uniform(74, 135, 20_000), rng.uniform(18, 53, 20_000)
    back = to_wgs84(*from_wgs84(x, y, system), system)
    assert np.abs(np.array(back) - [x, y]).max() * 111_320 < 1e-3


def test_a_place_outside_of_china_and_no_number_stay():
    x, y = to_wgs84([-0.1, np.nan], [51.5, np.nan], "gcj02")
    assert (x[0], y[0]) == (-0.1, 51.5)
    assert np.isnan([x[1], y[1]]).all()


@pytest.mark.parametrize("system", CHINESE)
@pytest.mark.parametrize("where", ["calls", "places"])
def test_calls_of_a_chinese_map_get_the_places_of_those_of_gps(zhengzhou, system, where):
    folder, _, points, table = zhengzhou
    write_calls(folder, points, table)
    right = read(folder, calls=CALLS).calls.table
    write_calls(folder, shifted(points, system), table)
    parts = {"calls": CALLS | {"crs": system}} if where == "calls" else {"calls": CALLS, "places": {"crs": system}}
    data = read(folder, **parts)
    assert np.allclose(data.calls.table[["x", "y"]], right[["x", "y"]], atol=0.05)
    assert not {"points_shifted", "streets_shifted"} & set(keys(data, "calls"))


@pytest.mark.parametrize("system", CHINESE)
def test_streets_beats_clip_and_points_of_a_map_file_are_brought_as_well(zhengzhou, system):
    folder, lines, points, table = zhengzhou
    west, south, east, north = lines.total_bounds
    middle = (west + east) / 2 + 20
    halves = [box(west - 50, south - 50, middle, north + 50), box(middle, south - 50, east + 50, north + 50)]
    beats = geopandas.GeoDataFrame({"BEAT": ["A", "B"]}, geometry=halves, crs=ZONE)
    table = table.assign(Received=table["Received"].astype(str))
    whole = {}
    for name, frame in (("streets", lines), ("beats", beats), ("clip", beats[:1]), ("calls", points.join(table))):
        frame.to_crs(4326).to_file(folder / f"{name}_gps.geojson")
        shifted(frame, system).to_file(folder / f"{name}_map.geojson")
    for kind, crs in (("gps", ""), ("map", system)):
        whole[kind] = read(
            folder, streets={"file": f"streets_{kind}.geojson", "crs": crs},
            beats={"file": f"beats_{kind}.geojson", "crs": crs}, calls={"file": f"calls_{kind}.geojson", "crs": crs},
        )  # fmt: skip
    gps, map_ = whole["gps"], whole["map"]
    assert np.allclose(map_.net.geometry_x, gps.net.geometry_x, atol=0.05)
    assert np.array_equal(map_.beats.district, gps.beats.district)
    assert np.allclose(map_.calls.table[["x", "y"]], gps.calls.table[["x", "y"]], atol=0.05)
    clipped = [
        read(folder, streets={"file": "streets_gps.geojson", "clip": f"clip_{kind}.geojson", "clip_crs": crs}).net
        for kind, crs in (("gps", ""), ("map", system))
    ]
    assert clipped[0].n_segments == clipped[1].n_segments < gps.net.n_segments


@pytest.mark.parametrize("system", CHINESE)
def test_shifted_points_are_told_with_the_system_that_mends_them(zhengzhou, system):
    folder, _, points, table = zhengzhou
    write_calls(folder, shifted(points, system), table)
    data = read(folder, calls=CALLS | {"reach_m": 3000})
    told = [note.values for note in account(data, "calls").notes if note.key == "points_shifted"]
    assert [values["system"] for values in told] == [system]
    assert told[0]["then"] < told[0]["now"] / 2
    write_calls(folder, points, table)
    again = read(folder, calls=CALLS | {"reach_m": 3000, "crs": system})
    assert [n.values["system"] for n in account(again, "calls").notes if n.key == "points_shifted"] == ["EPSG:4326"]


def test_shifted_streets_are_told_and_right_ones_are_not(zhengzhou):
    folder, lines, points, table = zhengzhou
    write_calls(folder, points, table)
    assert not {"points_shifted", "streets_shifted"} & set(keys(read(folder, calls=CALLS), "calls"))
    shifted(lines, "gcj02").to_file(folder / "amap.geojson")
    data = read(folder, streets={"file": "amap.geojson"}, calls=CALLS | {"reach_m": 3000})
    assert [n.values["system"] for n in account(data, "calls").notes if n.key == "streets_shifted"] == ["gcj02"]


def test_points_that_are_shifted_off_the_streets_are_refused_with_the_remedy(zhengzhou):
    folder, _, points, table = zhengzhou
    write_calls(folder, shifted(points, "bd09"), table)
    data = read(folder, calls=CALLS | {"reach_m": 15})
    assert "crs = 'bd09' puts" in data.refused["calls"]


def test_a_street_layer_of_a_chinese_map_is_read_by_the_name_of_its_system(zhengzhou):
    folder, lines, *_ = zhengzhou
    right = load_source(folder / "streets.gpkg").streets
    shifted(lines, "bd09").to_file(folder / "baidu.gpkg")
    assert np.allclose(load_source(folder / "baidu.gpkg", crs="BD-09").streets.geometry_x, right.geometry_x, atol=0.05)
    with pytest.raises(InputError, match="gcj02 or bd09"):
        load_source(folder / "baidu.gpkg", crs="bd10")
