"""Coordinates as people write them: what can be mended is mended with a word, and the rest is counted."""

import numpy as np
import pandas as pd
import pytest
from force_town import EAST, NORTH, SOUTH, SYSTEM, WEST, account, keys, read, some_calls

from sim.force.places import to_number

CALLS = {"calls": {"file": "calls.csv"}}


def metres(calls, crs):
    import geopandas

    points = geopandas.GeoSeries(geopandas.points_from_xy(calls["Longitude"], calls["Latitude"]), crs=4326).to_crs(crs)
    return calls.drop(columns=["Longitude", "Latitude"]).assign(X=points.x.round(1), Y=points.y.round(1))


@pytest.fixture
def calls():
    return some_calls(80)


def placed(town, table, **parts):
    table.to_csv(town / "calls.csv", index=False)
    return read(town, **CALLS | parts)


@pytest.mark.parametrize(
    ("text", "number"),
    [("-1.5", -1.5), ("-1,5", -1.5), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("51.5N", 51.5),
    ("0.13 W", -0.13), ("x", np.nan), ("", np.nan), ("inf", np.nan)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text, number):
    assert to_number(text) == pytest.approx(number, nan_ok=True)


def test_swapped_columns_and_swapped_rows_give_the_places_of_the_right_ones(town, calls):
    right = placed(town, calls).calls.table
    crossed = calls.rename(columns={"Longitude": "Latitude", "Latitude": "Longitude"})
    data = placed(town, crossed)
    assert "swapped" in keys(data, "calls", "wrong")
    assert np.array_equal(data.calls.table["segment"], right["segment"])
    some = calls.copy()
    some.loc[:9, ["Longitude", "Latitude"]] = some.loc[:9, ["Latitude", "Longitude"]].to_numpy().copy()
    data = placed(town, some)
    assert [note.values["n"] for note in account(data, "calls").notes if note.key == "rows_swapped"] == [10]
    assert np.array_equal(data.calls.table["segment"], right["segment"])


def test_metres_need_their_system_and_the_sentence_names_one_that_fits(town, calls):
    right = placed(town, calls).calls.table
    british = metres(calls, "EPSG:27700")
    data = placed(town, british)
    assert "crs = 'EPSG:" in data.refused["calls"]
    for parts in ({"calls": CALLS["calls"] | {"crs": "EPSG:27700"}}, {"places": {"crs": "EPSG:27700"}}):
        assert np.array_equal(placed(town, british, **parts).calls.table["segment"], right["segment"])
    own = placed(town, metres(calls, SYSTEM)).calls.table
    assert np.array_equal(own["segment"], right["segment"])


def test_rows_of_other_places_are_counted_and_0_0_is_no_place(town, calls):
    calls.loc[:4, "Longitude"] += 1.0
    calls.loc[5:6, ["Longitude", "Latitude"]] = 0.0
    calls.loc[7, "Longitude"] = 999.0
    data = placed(town, calls)
    told = account(data, "calls")
    assert told.left_out == {"reasons.outside": 6}
    assert told.placed == {"places.coordinates": 72, "places.none": 2}
    assert "at_zero" in keys(data, "calls", "wrong")


def test_a_row_without_coordinates_has_the_beat_that_is_written_and_one_with_them_that_of_its_place(town, calls):
    beats = placed(town, calls, beats={"file": "beats.gpkg"}).calls.table["beat"]
    names = np.array(["A1", "A2", "B1", "B2"])[beats]
    calls = calls.assign(Beat=names)
    calls.loc[:19, ["Longitude", "Latitude"]] = np.nan
    calls.loc[0, "Beat"] = "C9"
    data = placed(town, calls, beats={"file": "beats.gpkg"})
    assert account(data, "calls").placed == {"places.coordinates": 60, "places.beat": 19, "places.none": 1}
    assert np.array_equal(data.calls.table["beat"].iloc[1:], beats.iloc[1:])
    assert "unknown_beats" in keys(data, "calls", "wrong")
    calls["Beat"] = np.roll(names, 1)
    assert "beats_differ" in keys(placed(town, calls, beats={"file": "beats.gpkg"}), "calls", "wrong")


def test_addresses_alone_count_for_hours_and_kinds_and_are_said_to_have_no_place(town, calls):
    data = placed(town, calls.drop(columns=["Longitude", "Latitude"]).assign(Address="1 Main St"))
    assert account(data, "calls").used == 80
    assert account(data, "calls").placed == {"places.address": 80}
    assert "addresses_only" in keys(data, "calls", "wrong")


def test_stations_are_kept_with_the_street_that_they_stand_at(town):
    rows = [f"HQ,{WEST + 120},{SOUTH + 30}", f"North,{EAST - 50},{NORTH + 20}", "Far,1,2"]
    (town / "stations.csv").write_text("\n".join(["name,x,y", *rows]), encoding="utf-8")
    data = read(town, stations={"file": "stations.csv"})
    assert list(data.stations["name"]) == ["HQ", "North"]
    assert account(data, "stations").left_out == {"reasons.outside": 1}
    ends = np.stack([data.net.segment_from, data.net.segment_to])[:, data.stations["segment"]]
    assert all(junction in ends[:, row] for row, junction in enumerate(data.stations["junction"]))
    assert "stations_used" in keys(data, "stations", "read")


def test_a_map_file_of_points_is_a_table_too(town, calls):
    import geopandas

    points = geopandas.points_from_xy(calls["Longitude"], calls["Latitude"])
    frame = geopandas.GeoDataFrame(calls.drop(columns=["Longitude", "Latitude"]), geometry=points, crs=4326)
    for name in ("Received", "Dispatched", "On Scene", "Cleared"):
        frame[name] = frame[name].astype(str)
    frame.to_crs(SYSTEM).to_file(town / "calls.gpkg")
    data = read(town, calls={"file": "calls.gpkg"})
    right = placed(town, calls).calls.table
    assert np.array_equal(data.calls.table["segment"], right["segment"])
    pd.testing.assert_series_equal(data.calls.table["time"], right["time"])
