"""Layers of lines as many publishers write them: names of columns, their words, and the nodes that they name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, Point

from sim.city.reading.load import Loaded, load_source
from sim.city.streets import STREET_CLASSES
from sim.errors import InputError

SIDE = 6
"""junctions along each side of the town"""
BLOCK_M = 100.0


def town(**columns: Sequence[Any]) -> geopandas.GeoDataFrame:
    """Draw a chequered town, a line per block, with the nodes of each line; columns repeat their values."""
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    u = np.concatenate([node[:-1].ravel(), node[:, :-1].ravel()])
    v = np.concatenate([node[1:].ravel(), node[:, 1:].ravel()])
    place = np.column_stack(
        [385000 + BLOCK_M * (np.arange(SIDE**2) // SIDE), 6672000 + BLOCK_M * (node.ravel() % SIDE)]
    )
    values = {name: [column[i % len(column)] for i in range(len(u))] for name, column in columns.items()}
    lines = [LineString(place[[a, b]]) for a, b in zip(u, v, strict=True)]
    return geopandas.GeoDataFrame({"first": u, "second": v} | values, geometry=lines, crs="EPSG:3067")


LENGTH_M = BLOCK_M * 2 * SIDE * (SIDE - 1)


def load(frame: geopandas.GeoDataFrame, folder: Path, **options: Any) -> Loaded:
    frame.to_file(folder / "town.gpkg")
    return load_source(folder / "town.gpkg", **options)


def metres(loaded: Loaded) -> float:
    return float(loaded.streets.segment_length_m.sum())


def told(loaded: Loaded) -> str:
    return str(loaded.report)


def one_way_share(loaded: Loaded) -> float:
    net = loaded.streets
    return float(net.segment_length_m[net.drive_forward != net.drive_backward].sum() / net.segment_length_m.sum())


# Words


def test_capitals_in_names_of_columns_and_in_words_change_nothing(tmp_path: Path) -> None:
    columns = {"highway": ["primary", "residential"], "oneway": ["yes", "no", "no"], "maxspeed": ["30", "50 mph"]}
    small = load(town(**columns), tmp_path)
    large = load(town(**{k.upper(): [w.upper() for w in v] for k, v in columns.items()}), tmp_path)
    for column in ("segment_class", "segment_speed_kmh", "drive_forward", "drive_backward", "segment_key"):
        np.testing.assert_array_equal(getattr(large.streets, column), getattr(small.streets, column), err_msg=column)
    assert one_way_share(small) > 0.2


def test_the_columns_that_were_read_are_named(tmp_path: Path) -> None:
    said = told(load(town(FCLASS=["primary"], speed_lim=[30], other_tags=['"oneway"=>"yes"']), tmp_path))
    assert "Read: class from fclass; one-way from oneway; speed from no column; access from no column." in said
    assert "Not read: speed_lim, first, second." in said


def test_a_column_that_was_not_read_is_named_and_those_that_sound_alike_come_first(tmp_path: Path) -> None:
    unread = {"Owner": ["town"], "one_way_dir": ["yes"], "empty": [None]}
    said = told(load(town(highway=["primary"], oneway=["no"], maxspeed=["30"], **unread), tmp_path))
    assert "Not read: one_way_dir, first, second, Owner." in said
    many = load(town(highway=["primary"], **{f"name_{i}": ["a"] for i in range(40)}), tmp_path)
    assert "name_27, and 12 others." in told(many)
    named = town(highway=["primary"], oneway=["no"]).drop(columns=["first", "second"])
    assert "Not read" not in told(load(named, tmp_path))


@pytest.mark.parametrize(
    "columns",
    [
        {"fclass": ["residential"], "oneway": ["F", "T"]},
        {"oneway": ["F", "T", "B"]},
        {"ONEWAY": ["FT", "TF"]},
        {"DIR_TRAVEL": ["F", "T", "B"]},
        {"directionality": ["in direction", "in opposite direction"]},
    ],
)
def test_from_and_to_are_two_directions(columns: dict[str, list[str]], tmp_path: Path) -> None:
    drawn = town(**columns)
    words = next(column for column in columns if column != "fclass")
    plain = {"F": "yes", "FT": "yes", "in direction": "yes", "B": "no"}
    same = town(oneway=[plain.get(word, "-1") for word in drawn[words]])
    got, expected = load(drawn, tmp_path).streets, load(same, tmp_path).streets
    np.testing.assert_array_equal(got.drive_forward, expected.drive_forward)
    np.testing.assert_array_equal(got.drive_backward, expected.drive_backward)
    assert not (got.drive_forward & got.drive_backward).all()


def test_f_and_t_that_may_be_false_and_true_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"oneway must be clear.* false and true or from and to"):
        load(town(oneway=["F", "T"]), tmp_path)


@pytest.mark.parametrize(
    "packed",
    [
        {"highway": ["residential"], "other_tags": ['"oneway"=>"yes","maxspeed"=>"40"', None]},
        {"tags": ['{"highway": "residential", "oneway": "yes", "maxspeed": "40"}', '{"highway": "residential"}']},
    ],
)
def test_tags_that_stand_together_in_one_column_are_read(packed: dict[str, list[Any]], tmp_path: Path) -> None:
    loaded = load(town(**packed), tmp_path)
    assert one_way_share(loaded) > 0.3
    assert (loaded.streets.segment_speed_kmh == 40).any()


def test_a_line_without_highway_among_packed_tags_is_no_street(tmp_path: Path) -> None:
    loaded = load(town(tags=['{"highway": "primary"}'] * 9 + ['{"waterway": "river"}']), tmp_path)
    assert "highway is empty (6)" in told(loaded)


def test_rules_of_overture_are_read(tmp_path: Path) -> None:
    back = '[{"access_type": "denied", "when": {"heading": "backward", "mode": null}}]'
    speed = '[{"max_speed": {"value": 20, "unit": "mph"}, "when": null}]'
    at_night = '[{"access_type": "denied", "when": {"during": "22:00-06:00"}}]'
    on_foot = '[{"access_type": "denied", "when": {"mode": ["foot"]}}]'
    town_of_overture = town(
        **{"class": ["residential"]}, subtype=["road"], access_restrictions=[back, at_night, None, on_foot, None],
        speed_limits=[speed],
    )  # fmt: skip
    loaded = load(town_of_overture, tmp_path)
    assert one_way_share(loaded) > 0.05
    assert loaded.streets.segment_speed_kmh == pytest.approx(20 * 1.609344)
    assert not loaded.streets.walkable.all()
    assert (loaded.streets.drive_forward | loaded.streets.drive_backward).all()


def test_main_roads_of_the_ordnance_survey_are_main_roads(tmp_path: Path) -> None:
    names = load(town(**{"class": ["A Road", "B Road", "Classified Unnumbered", "Unclassified"]}), tmp_path).streets
    shares = np.bincount(names.segment_class, names.segment_length_m, len(STREET_CLASSES)) / LENGTH_M
    for name in ("primary", "secondary", "tertiary", "residential"):
        assert shares[STREET_CLASSES.index(name)] == pytest.approx(0.25, abs=0.1), name


def test_a_few_unknown_classes_are_left_out_and_named(tmp_path: Path) -> None:
    loaded = load(town(fclass=["residential"] * 19 + ["foo"]), tmp_path)
    assert "3 values were not understood: fclass=foo, left out (3)." in told(loaded)


@pytest.mark.parametrize("words", [["asphalt", "gravel"], ["residential"] * 4 + ["foo"]])
def test_a_column_of_other_words_is_refused(words: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"column type must hold words for the class.*(asphalt \(30\)|foo \(12\))"):
        load(town(type=words), tmp_path)


@pytest.mark.parametrize("word", ["river", "rail", "construction"])
def test_lines_of_another_theme_are_no_streets(word: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"got 60 lines and none; there is fclass={word} \(60\)"):
        load(town(fclass=[word]), tmp_path)


def test_points_and_lines_without_points_are_counted(tmp_path: Path) -> None:
    frame = town()
    frame.loc[len(frame)] = {"geometry": Point(385000, 6672000)}
    frame.loc[len(frame)] = {"geometry": LineString()}
    said = told(load(frame, tmp_path))
    assert "2 lines of the source are no streets here and were left out: geometry=Point (1); geometry=none (1)." in said


# Nodes that lines name


def test_lines_are_turned_to_run_between_the_nodes_that_they_name(tmp_path: Path) -> None:
    plain = load(town(), tmp_path).streets
    frame = town()
    swap = np.random.default_rng(0).random(len(frame)) < 0.5
    frame["u"] = np.where(swap, frame["second"], frame["first"]).astype(float)  # numbers as text and with a point
    frame["v"] = np.where(swap, frame["first"], frame["second"]).astype(str)
    loaded = load(frame, tmp_path)
    np.testing.assert_array_equal(loaded.streets.segment_key, plain.segment_key)
    np.testing.assert_allclose(loaded.streets.segment_length_m, plain.segment_length_m)


@pytest.mark.parametrize("ends", ["ab bc", "ab cb", "ba bc", "ba cb"])
def test_dead_ends_are_turned_by_the_node_at_their_other_end(ends: str, tmp_path: Path) -> None:
    place = {"a": (385000, 6672000), "b": (385100, 6672000), "c": (385200, 6672000)}
    lines = [LineString([place[name] for name in pair]) for pair in ends.split()]
    frame = geopandas.GeoDataFrame({"u": ["a", "b"], "v": ["b", "c"]}, geometry=lines, crs="EPSG:3067")
    loaded = load(frame, tmp_path)
    assert metres(loaded) == pytest.approx(200, rel=1e-3)
    assert "u and v name no nodes" not in told(loaded)


def test_a_one_way_street_is_open_as_it_is_drawn_whichever_node_is_named_first(tmp_path: Path) -> None:
    frame = town(oneway=["yes", "no", "no"]).rename(columns={"first": "u", "second": "v"})
    named = load(frame, tmp_path).streets
    swapped = load(frame.rename(columns={"u": "v", "v": "u"}), tmp_path).streets
    np.testing.assert_array_equal(swapped.drive_forward, named.drive_forward)
    np.testing.assert_array_equal(swapped.drive_backward, named.drive_backward)
    assert not (named.drive_forward & named.drive_backward).all()


@pytest.mark.parametrize("names", [([1], [2]), (range(60), range(60, 120)), ([0.5, -1.25, 3.5], [2.5, 0.125])])
def test_columns_u_and_v_that_name_no_nodes_are_passed_over(names: tuple[Any, Any], tmp_path: Path) -> None:
    loaded = load(town(u=names[0], v=names[1]), tmp_path)
    assert metres(loaded) == pytest.approx(LENGTH_M, rel=1e-3)
    assert "u and v name no nodes of the lines, joined where lines share a vertex (60)" in told(loaded)


@pytest.mark.parametrize("wrong", [20, None])
def test_a_line_that_does_not_join_its_nodes_is_refused(wrong: int | None, tmp_path: Path) -> None:
    frame = town().rename(columns={"first": "u", "second": "v"}).astype({"u": float})
    frame.loc[5, "u"] = wrong
    with pytest.raises(InputError, match="1 of 60 lines do not" + (", among them that from 20 to 11" if wrong else "")):
        load(frame, tmp_path)


def test_an_edge_in_parts_is_one_line(tmp_path: Path) -> None:
    frame = town().rename(columns={"first": "u", "second": "v"})
    (a, b), rest = frame.geometry[0].coords, list(frame.geometry[1:])
    middle = (a[0] + 20, a[1] + 5)
    frame.geometry = [MultiLineString([[a, middle], [middle, b]]), *rest]
    assert metres(load(frame, tmp_path)) == pytest.approx(LENGTH_M + 0.8, abs=0.5)


def test_a_length_that_is_no_number_is_measured_and_named(tmp_path: Path) -> None:
    frame = town(length=["100,0", "100.0"]).rename(columns={"first": "u", "second": "v"})
    loaded = load(frame, tmp_path)
    assert metres(loaded) == pytest.approx(LENGTH_M, rel=1e-3)
    assert "length=100,0, measured along the line (30)" in told(loaded)


@pytest.mark.parametrize("metres_per_unit", [0.3048, 1000.0, 0.9144])
def test_lengths_in_another_unit_are_measured_and_named(metres_per_unit: float, tmp_path: Path) -> None:
    frame = town(length=[100 / metres_per_unit, 99 / metres_per_unit]).rename(columns={"first": "u", "second": "v"})
    loaded = load(frame, tmp_path)
    is_yard = metres_per_unit == 0.9144  # too near to a metre to be told from a line that was simplified
    assert metres(loaded) == pytest.approx(LENGTH_M, rel=0.1 if is_yard else 1e-3)
    assert ("length in another unit than metres" in told(loaded)) != is_yard


# Ends that nearly meet


@pytest.mark.parametrize("gap_m", [0.0, 0.005, 0.03])
def test_ends_that_lie_near_each_other_join_wherever_they_lie(gap_m: float, tmp_path: Path) -> None:
    frame, random = town(), np.random.default_rng(1)
    shift = random.uniform(-0.5, 0.5, (len(frame), 2, 2)) * gap_m
    frame.geometry = [LineString(np.array(line.coords) + d) for line, d in zip(frame.geometry, shift, strict=True)]
    net = load(frame, tmp_path).streets
    assert net.n_segments == 60 - 4  # the four corners are no junctions
    assert net.n_junctions == SIDE**2 - 4


# Where on the Earth


@pytest.mark.parametrize(
    ("given", "said", "words"),
    [
        ("EPSG:3067", "EPSG:4326", "coordinates must be degrees, as its coordinate system WGS 84 says"),
        ("EPSG:4326", "EPSG:3067", "must be metres, as its coordinate system ETRS89 / TM35FIN.* look like degrees"),
        ("EPSG:4326", "EPSG:3857", "look like degrees"),
        ("EPSG:3067", 'LOCAL_CS["site",UNIT["metre",1]]', "must have a place on the Earth, got 'site'"),
    ],
)
def test_a_wrong_coordinate_system_is_named_as_the_cause(given: str, said: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        load(town().to_crs(given).set_crs(said, allow_override=True), tmp_path)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'PROJECTION["Transverse_Mercator"],', b""),
        (b'"EUREF-FIN"', b'"\xff\xfe"'),
        (b"6378137.0", b"large"),
        (b"]", b""),
    ],
)
def test_a_damaged_coordinate_system_is_named_as_the_cause(was: bytes, becomes: bytes, tmp_path: Path) -> None:
    town().to_file(tmp_path / "town.shp")
    system = (tmp_path / "town.prj").read_bytes()
    assert was in system
    (tmp_path / "town.prj").write_bytes(system.replace(was, becomes))
    with pytest.raises(InputError, match=r"coordinate system in a form that GDAL reads.*\.prj file beside it"):
        load_source(tmp_path / "town.shp")


def test_what_gdal_thinks_of_a_file_stays_off_the_screen(
    tmp_path: Path, recwarn: pytest.WarningsRecorder, capfd: pytest.CaptureFixture[str]
) -> None:
    town().to_file(tmp_path / "town.gpkg")
    content = bytearray((tmp_path / "town.gpkg").read_bytes())
    assert content[68:72] == b"GPKG"
    content[68:72] = bytes(4)
    (tmp_path / "town.gpkg").write_bytes(content)
    assert metres(load_source(tmp_path / "town.gpkg")) == pytest.approx(LENGTH_M, rel=1e-3)
    assert not recwarn.list
    assert capfd.readouterr().err == ""


def test_a_point_on_the_other_side_of_the_earth_is_refused(tmp_path: Path) -> None:
    frame = town().to_crs("EPSG:4326")
    frame.loc[len(frame)] = {"geometry": LineString([(0, 0), (0.001, 0)])}
    with pytest.raises(InputError, match=r"less than 10 degrees wide, got longitudes from 0\.0000 to 24"):
        load(frame, tmp_path)


def test_lines_without_length_are_named_as_the_cause(tmp_path: Path) -> None:
    frame = town().head(1)
    frame.geometry = [LineString([(385000, 6672000), (385000.01, 6672000)])]
    with pytest.raises(InputError, match=r"end within 0\.1 m of where they start"):
        load(frame, tmp_path)
