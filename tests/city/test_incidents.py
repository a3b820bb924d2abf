"""Recorded incidents weight opportunity where a scenario asks for it; each row of their file is accounted for."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

from sim.city.reading.incidents import read_incidents
from sim.city.reading.load import embedded_city
from sim.city.synthetic.statistics import grid_city
from sim.errors import InputError
from sim.scenarios.scenario import Scenario
from sim.world import build_city

NET = grid_city(n_segments=80, seed=3)
REAL = embedded_city("new_haven")


def write_points(path, x, y, names=("x", "y")):
    pd.DataFrame({names[0]: x, names[1]: y}).to_csv(path, index=False)
    return str(path)


def real_places(n):
    """Give longitude and latitude of the middle of some streets of a real city."""
    chosen = np.arange(n) % REAL.n_segments
    return Transformer.from_crs(REAL.crs, "EPSG:4326", always_xy=True).transform(
        REAL.geometry_x[REAL.geometry_start[chosen]], REAL.geometry_y[REAL.geometry_start[chosen]]
    )


def test_streets_with_incidents_weigh_more_and_the_mean_is_one(tmp_path):
    hot = 17
    path = write_points(tmp_path / "p.csv", np.repeat(NET.midpoint_x[hot], 30), np.repeat(NET.midpoint_y[hot], 30))
    weight = read_incidents(path, NET).weight
    assert weight.argmax() == hot
    assert weight.mean() == pytest.approx(1.0)
    assert (weight > 0).all()


def test_a_scenario_uses_them_only_when_it_names_a_file_and_sees_that_the_file_changes(tmp_path):
    base = {"city.streets": "grid", "city.n_segments": 80, "people.n_residents": 500, "force.n_districts": 2}
    plain = Scenario().replace(base)
    assert build_city(plain).opportunity_weight is None
    net = build_city(plain).streets
    for segment in (5, 6):
        x, y = np.repeat(net.midpoint_x[segment], 40 + segment), np.repeat(net.midpoint_y[segment], 40 + segment)
        city = build_city(plain.replace({"city.incidents": write_points(tmp_path / "p.csv", x, y)}))
        assert city.opportunity_weight.argmax() == segment
        assert city.incidents.used == city.incidents.most_at_one_place == 40 + segment


def test_each_row_is_counted_once_by_what_became_of_it(tmp_path):
    lon, lat = real_places(60)
    good = [f"{x:.6f},{y:.6f},theft" for x, y in zip(lon, lat, strict=True)]
    bad = [",,fraud", "unknown,unknown,fraud", "0,0,theft", "0.0,0.0,theft", "-72.0,41.3,theft", "500,41.3,theft"]
    misfits = [f"{good[0]},from a shop, at night", "-72.9"]
    path = tmp_path / "p.csv"
    path.write_text("\n".join(["Longitude,LATITUDE,what", "", *good, *bad, "", *misfits, ",,", ""]))
    count = asdict(read_incidents(str(path), REAL).count)
    assert count.pop("median_m") < 1.0
    assert count == {
        "rows": 68, "used": 60, "misfits": 2, "without_place": 2, "at_zero": 2, "off_the_streets": 2,
        "most_at_one_place": count["most_at_one_place"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "separator", "names"),
    [
        ("gbk", ",", ("经度", "纬度", "类型")),
        ("utf-8-sig", ";", ("Lng", "Lat", "Straße")),
        ("cp1252", ";", ("Long", "Lat", "Calle Ñuñoa")),
        ("utf-16", "\t", ("longitude", "latitude", "kind")),
    ],
)
def test_exports_of_many_countries_give_the_same_weights(tmp_path, encoding, separator, names):
    lon, lat = real_places(500)
    plain = read_incidents(write_points(tmp_path / "plain.csv", lon, lat, ("lon", "lat")), REAL)
    decimal = "," if separator == ";" else "."
    rows = [
        [str(x).replace(".", decimal), str(y).replace(".", decimal), names[2]] for x, y in zip(lon, lat, strict=True)
    ]
    text = "\r\n\r\n".join(separator.join(row) for row in [list(names), *rows])
    (tmp_path / "export.csv").write_bytes(text.encode(encoding))
    read = read_incidents(str(tmp_path / "export.csv"), REAL)
    assert read.count == plain.count
    np.testing.assert_array_equal(read.weight, plain.weight)


def nearly_all_at_zero(n):
    lon, lat = real_places(n)
    return np.append(lon[:3], np.zeros(n - 3)), np.append(lat[:3], np.zeros(n - 3))


@pytest.mark.parametrize(
    ("x", "y", "names", "words"),
    [
        (*nearly_all_at_zero(2003), ("lon", "lat"), r"got 3 of 2,003 rows \(2,000 at 0, 0\)"),
        (
            *(place + np.arange(40) for place in real_places(40)),
            ("lon", "lat"),
            r"got 1 of 40 rows \(39 off the streets",
        ),
        (*real_places(9)[::-1], ("lon", "lat"), "lon and lat are swapped: give each its right name"),
        (*real_places(9), ("x", "y"), "x and y seem to be degrees: call the columns lon and lat"),
        (["a"] * 9, ["b"] * 9, ("lon", "lat"), "got 0 of 9 rows .9 without two numbers"),
        ([], [], ("lon", "lat"), "got 0 of 0 rows"),
        ([1.0], [2.0], ("a", "b"), "must have the columns lon and lat, or x and y, got a, b"),
    ],
)
def test_a_file_that_loses_most_of_its_rows_is_refused_with_the_reason(tmp_path, x, y, names, words):
    path = write_points(tmp_path / "p.csv", x, y, names)
    with pytest.raises(InputError, match=words) as error:
        read_incidents(path, REAL)
    assert "\n" not in str(error.value)


def test_streets_that_lie_nowhere_take_no_degrees(tmp_path):
    with pytest.raises(InputError, match="give x and y"):
        read_incidents(write_points(tmp_path / "p.csv", [1.0], [2.0], ("lon", "lat")), NET)


def test_a_missing_file_is_refused():
    with pytest.raises(InputError, match="no file"):
        read_incidents("nowhere.csv", NET)


def test_a_coordinate_beyond_every_map_is_left_out_and_counted(tmp_path):
    net = grid_city(n_segments=60, seed=1)
    rows = [f"{x},{y}" for x, y in zip(net.junction_x, net.junction_y, strict=True)]
    file = tmp_path / "far.csv"
    file.write_text("\n".join(["x,y", *rows, "1e300,5", "3,-1e200"]) + "\n")
    assert read_incidents(file, net).count.used == len(rows)
