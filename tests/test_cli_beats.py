"""`cpsim deploy --redraw-beats`: districts of even work, taken back by a run, judged by runs that did not draw them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from commands import cpsim

from sim.batch.deployment.beats import number_alike, weigh_streets, write_beats
from sim.batch.study.identity import arm_id
from sim.city.cells.measures import count_pieces
from sim.city.reading.beats import read_beats
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.report.beats.polygons import write_polygons
from sim.scenarios.scenario import load_scenario
from sim.world import build_city, build_world

TOWN = {
    "city.streets": "organic", "city.n_segments": 150, "people.n_residents": 500, "people.residents_per_agent": 1.0,
    "demand.other_calls": 4000.0, "force.n_districts": 3, "force.n_response": 12, "force.n_foot": 0,
    "force.n_community": 0, "force.n_detective": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Draw beats anew in a folder of its own; give the folder."""
    folder = tmp_path_factory.mktemp("beats")
    options = [word for name, value in TOWN.items() for word in ("--set", f"{name}={value}")]
    here = Path.cwd()
    os.chdir(folder)
    try:
        words = ("--days", "5", "--seeds", "3", "--screen-seeds", "2", "--workers", "2", "--out", "out")
        assert cpsim("deploy", "--redraw-beats", *options, *words) == 0
    finally:
        os.chdir(here)
    return folder


def test_new_beats_are_whole_and_more_even_on_the_calls_they_were_drawn_by(drawn):
    city = build_city(load_scenario("new_haven").replace(TOWN))
    district = read_beats(str(drawn / "out" / "beats.csv"), city.streets, 3)
    assert count_pieces(city.streets, district) == 3
    origin = json.loads((drawn / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert origin["redrawn"]["workload_max"] < origin["today"]["workload_max"]
    assert not set(origin["seeds"]["learn"]) & set(origin["seeds"]["fresh"])
    runs = pd.read_csv(drawn / "out" / "stages.csv")
    assert runs.groupby("name")["seed"].apply(set).map(lambda seeds: seeds == {1, 2, 3}).all()
    page = (drawn / "out" / "beats.zh.md").read_text(encoding="utf-8")
    assert "重划辖区" in page
    assert "{" not in page
    assert (drawn / "out" / "beats.png").stat().st_size > 10_000


def test_the_exported_scenario_lives_in_the_new_beats(drawn, monkeypatch):
    monkeypatch.chdir(drawn)
    scenario = load_scenario("out/beats.toml")
    district = pd.read_csv("out/beats.csv")["district"].to_numpy()
    world = build_world(scenario, 1)
    assert (world.city.district == district).all()
    assert (world.state.segments["district"] == district).all()
    assert (district != pd.read_csv("out/beats.csv")["district_today"]).any()


def test_polygons_hold_the_middle_of_each_segment_of_their_district(drawn):
    net = build_city(load_scenario("new_haven").replace(TOWN)).streets
    district = pd.read_csv(drawn / "out" / "beats.csv")["district"].to_numpy()
    shapes = geopandas.read_file(drawn / "out" / "beats.geojson").set_crs(None, allow_override=True)
    points = np.column_stack([net.geometry_x, net.geometry_y])
    lines = [shapely.LineString(part) for part in np.split(points, net.geometry_start[1:-1])]
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    for number, shape in enumerate(shapes.geometry):
        inside = shapely.contains(shape, middles)
        assert (inside == (district == number)).all()
    assert shapes["beat"].tolist() == ["0", "1", "2"]


def test_polygons_of_a_real_city_are_in_degrees_where_it_lies(tmp_path):
    city = build_city(load_scenario("new_haven"))
    shapes = geopandas.read_file(write_polygons(city.streets, city.district.astype(np.int64), tmp_path / "b.geojson"))
    west, south, east, north = shapes.total_bounds
    assert -73.1 < west < east < -72.8
    assert 41.2 < south < north < 41.4
    assert len(shapes) == 10
    metres = shapes.to_crs(city.streets.crs).geometry
    overlap = sum(a.intersection(b).area for i, a in enumerate(metres) for b in metres[:i])
    assert overlap < 1e-3 * metres.area.sum()


@pytest.fixture
def small():
    return build_city(load_scenario("new_haven").replace(TOWN))


def test_a_table_that_is_edited_is_another_city_and_another_run(small, tmp_path):
    scenario = load_scenario("new_haven").replace(TOWN)
    file = tmp_path / "beats.csv"
    write_beats(file, small, small.district.astype(np.int64))
    same = scenario.replace({"city.beats": str(file)})
    assert (build_city(same).district == small.district).all()
    first = arm_id(same, make_policy("reactive"), from_day=0)
    write_beats(file, small, (2 - small.district).astype(np.int64))
    os.utime(file, ns=(1, 1))
    assert (build_city(same).district == 2 - small.district).all()
    assert arm_id(same, make_policy("reactive"), from_day=0) != first


WRONG = {
    "a column is missing": (lambda t: t.rename(columns={"district": "beat"}), "must have the columns"),
    "a segment is missing": (lambda t: t.iloc[1:], "must name each of the 150 segments"),
    "a segment is named twice": (lambda t: pd.concat([t, t.iloc[:1]]), "must name each of the 150 segments"),
    "a segment is unknown": (
        lambda t: t.assign(segment_key=t["segment_key"] + 7),
        "must name each of the 150 segments",
    ),
    "a district is empty": (lambda t: t.assign(district=t["district"].replace(1, 0)), "none of them empty"),
    "a district is no number": (lambda t: t.assign(district="north"), "must be a whole number, got 'north'"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_table_that_does_not_fit_is_refused(what, small, tmp_path):
    file = tmp_path / "beats.csv"
    write_beats(file, small, small.district.astype(np.int64))
    change, words = WRONG[what]
    change(pd.read_csv(file)).to_csv(file, index=False)
    with pytest.raises(InputError, match=words):
        read_beats(str(file), small.streets, 3)


def test_new_districts_keep_the_numbers_of_those_they_lie_on():
    today = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    drawn_anew = np.array([2, 2, 2, 2, 0, 0, 1, 1, 1])
    assert number_alike(drawn_anew, today, np.ones(9)).tolist() == [0, 0, 0, 0, 1, 1, 2, 2, 2]


def test_streets_are_weighed_by_the_time_of_their_calls_and_homes(small):
    calls = pd.DataFrame({"segment": [3, 3, 8], "unit_min": [60.0, 60.0, 40.0], "t_call": [5000.0, 5000.0, 10.0]})
    calls = calls.assign(discovered=0, at_room=0)
    weight = weigh_streets(calls, small, from_day=1)
    assert weight.argmax() == 3
    assert weight.sum() == pytest.approx(150.0)
    assert weight[3] > 0.8 * 150.0
    assert weight.min() > 0.0
    with pytest.raises(InputError, match="must have calls"):
        weigh_streets(calls.iloc[:0], small, from_day=0)
