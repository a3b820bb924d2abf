"""Streets, beats and people: each street in one beat, each person on one street, nothing lost without a word."""

from itertools import pairwise

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from force_town import EAST, NORTH, SOUTH, STEP, SYSTEM, WEST, account, keys, quarters, read
from shapely.geometry import LineString, box

from sim.errors import InputError
from sim.force.reading import read_force

BEATS = {"beats": {"file": "beats.gpkg"}}


def middles(net):
    return shapely.points(net.midpoint_x, net.midpoint_y)


@pytest.mark.parametrize("form", ["gpkg", "geojson", "shp"])
@pytest.mark.parametrize("by", ["midpoint", "length"])
def test_each_street_lies_in_the_beat_that_holds_its_middle(town, form, by):
    beats = quarters()
    (beats.to_crs(4326) if form == "geojson" else beats).to_file(town / f"mine.{form}")
    data = read(town, beats={"file": f"mine.{form}", "by": by})
    assert data.beats.names == ("A1", "A2", "B1", "B2")
    assert sorted(set(data.beats.district)) == [0, 1, 2, 3]
    inside = [shapely.contains(shape, middles(data.net)) for shape in quarters().geometry]
    if by == "midpoint":
        assert all(inside[number][row] for row, number in enumerate(data.beats.district))
    assert keys(data, "beats", "wrong") == []


def test_streets_in_no_beat_go_to_the_nearest_and_are_counted(town):
    beats = quarters()
    beats.geometry = [box(*shape.bounds[:2], *(np.array(shape.bounds[2:]) - 220)) for shape in beats.geometry]
    beats.to_file(town / "beats.gpkg")
    data = read(town, **BEATS)
    inside = np.any([shapely.intersects(shape, middles(data.net)) for shape in beats.geometry], axis=0)
    note = next(note for note in account(data, "beats").notes if note.key == "in_no_beat")
    assert note.values["n"] == (~inside).sum() > 0
    away = np.array([shapely.distance(shape, middles(data.net)) for shape in beats.geometry])
    assert np.allclose(away[data.beats.district, np.arange(len(inside))], away.min(axis=0))


def test_overlaps_and_gaps_between_beats_are_told(town):
    quarters(grow=40).to_file(town / "beats.gpkg")
    assert keys(read(town, **BEATS), "beats", "wrong").count("overlap") == 3
    ring = quarters().union_all().difference(box(WEST + 200, SOUTH + 200, WEST + 400, SOUTH + 400))
    geopandas.GeoDataFrame({"beat": ["all"]}, geometry=[ring], crs=SYSTEM).to_file(town / "beats.gpkg")
    assert "gap" in keys(read(town, **BEATS), "beats", "wrong")


def test_shapes_of_one_name_are_one_beat_and_beats_without_a_street_are_named(town):
    beats = quarters().assign(BEAT=["A", "A", "B", "B"])
    far = geopandas.GeoDataFrame(
        {"BEAT": ["sea"]}, geometry=[box(EAST + 300, NORTH, EAST + 400, NORTH + 50)], crs=SYSTEM
    )
    pd.concat([beats, far]).to_file(town / "beats.gpkg")
    data = read(town, **BEATS)
    assert data.beats.names == ("A", "B")
    assert {"empty_beats"} == set(keys(data, "beats", "wrong"))


@pytest.mark.parametrize("shapes", ["elsewhere", "lines", "none"])
def test_beats_that_cannot_be_are_refused_in_a_sentence(town, shapes):
    if shapes == "elsewhere":
        quarters().translate(1e6).to_file(town / "beats.gpkg")
    elif shapes == "lines":
        geopandas.GeoSeries([LineString([(WEST, SOUTH), (EAST, NORTH)])], crs=SYSTEM).to_file(town / "beats.gpkg")
    else:
        (town / "beats.gpkg").unlink()
    data = read(town, **BEATS)
    assert data.beats is None
    assert "beats" in data.refused
    with pytest.raises(InputError):
        read_force(town, strict=True)


def test_a_file_without_a_system_is_in_degrees_or_in_the_metres_of_the_streets(town):
    for crs in (SYSTEM, 4326):
        quarters().to_crs(crs).to_file(town / "mine.shp")
        (town / "mine.prj").unlink()
        data = read(town, beats={"file": "mine.shp"})
        assert "crs_assumed" in keys(data, "beats")
        assert len(data.beats.names) == 4


def test_no_street_outside_of_the_polygon_is_kept(town):
    half = box(WEST - 50, SOUTH - 50, WEST + 450, NORTH + 50)
    geopandas.GeoSeries([half], crs=SYSTEM).to_crs(4326).to_file(town / "half.geojson")
    data = read(town, streets={"file": "streets.gpkg", "clip": "half.geojson"}, **BEATS)
    assert shapely.contains(half, middles(data.net)).all()
    told = account(data, "streets")
    assert told.rows == told.used + sum(told.left_out.values())
    assert told.used == data.net.n_segments == len(data.beats.district)
    assert data.beats.names == ("A1", "B1")
    assert "empty_beats" in keys(data, "beats", "wrong")


def test_a_polygon_without_a_street_is_refused(town):
    geopandas.GeoSeries([box(0, 0, 1, 1)], crs=SYSTEM).to_file(town / "far.gpkg")
    with pytest.raises(InputError):
        read(town, streets={"file": "streets.gpkg", "clip": "far.gpkg"})


def areas(people, **columns):
    """Give a row of areas from west to east with so many people each."""
    ends = np.linspace(WEST - 50, EAST + 50, len(people) + 1)
    shapes = [box(a, SOUTH - 50, b, NORTH + 50) for a, b in pairwise(ends)]
    return geopandas.GeoDataFrame(
        {"GEOID": range(len(people)), "TOTPOP": people} | columns, geometry=shapes, crs=SYSTEM
    )


PEOPLE = {"population": {"file": "areas.gpkg"}}


def test_people_of_an_area_live_along_its_streets_by_their_length(town):
    given = areas([1000, 0, 500])
    given.to_file(town / "areas.gpkg")
    data = read(town, **PEOPLE)
    assert data.people.residents == pytest.approx(1500)
    homes = data.people.dwellings
    assert (homes == np.round(homes)).all()
    assert homes.sum() == pytest.approx(1500 / 2.4, abs=1)
    for shape, people in zip(given.geometry, given.TOTPOP, strict=True):
        wholly = shapely.contains(shape.buffer(-STEP), middles(data.net))
        assert homes[wholly].sum() == 0 if people == 0 else homes[wholly].min() > 0
    assert data.land_use is not None
    assert np.array_equal(data.land_use.dwellings, homes)


def test_people_beyond_the_polygon_are_left_where_they_live(town):
    areas([900]).to_file(town / "areas.gpkg")
    geopandas.GeoSeries([box(WEST - 50, SOUTH - 50, WEST + 350, NORTH + 50)], crs=SYSTEM).to_file(town / "half.gpkg")
    whole = read(town, **PEOPLE)
    data = read(town, streets={"file": "streets.gpkg", "clip": "half.gpkg"}, **PEOPLE)
    share = data.net.segment_length_m.sum() / whole.net.segment_length_m.sum()
    assert data.people.residents == pytest.approx(900 * share, rel=0.02)
    assert len(data.people.dwellings) == data.net.n_segments


def test_shares_and_ages_are_means_over_people_and_go_into_the_scenario(town):
    people = [1000, 3000]
    given = areas(
        people, HOUSEHOLDS=[500, 1000], RENTERS=[100, 900], MALES=[400, 1500], NEWCOMERS=[10, 300],
        AGE_0_11=[100, 300], AGE_12_17=[100, 300], AGE_18_24=[200, 600], AGE_25_44=[300, 900], AGE_45_64=[200, 600],
        AGE_65_UP=[100, 300],
    )  # fmt: skip
    given.to_file(town / "areas.gpkg")
    shares = read(town, **PEOPLE).people.shares
    assert shares["people.mean_household"] == pytest.approx(4000 / 1500, abs=0.01)
    assert shares["people.share_renting"] == pytest.approx(1000 / 1500, abs=0.001)
    assert shares["people.share_male"] == pytest.approx(1900 / 4000, abs=0.001)
    assert shares["migrants.share_of_residents"] == pytest.approx(310 / 4000, abs=0.001)
    assert [shares[f"people.share_{name}"] for name in ("under_12", "12_17", "18_24", "25_44", "65")] == pytest.approx(
        [0.1, 0.1, 0.2, 0.3, 0.1]
    )


def test_columns_of_ages_that_do_not_add_up_are_not_used(town):
    areas([1000], AGE_0_17=[10], AGE_18_64=[20]).to_file(town / "areas.gpkg")
    data = read(town, **PEOPLE)
    assert "ages_do_not_add_up" in keys(data, "population", "wrong")
    assert not any(name.startswith("people.share_1") for name in data.people.shares)


def test_points_with_people_give_them_to_the_nearest_street_and_each_row_is_counted(town):
    rows = ["name,x,y,people", f"a,{WEST + 50},{SOUTH + 3},\"1,200\"", f"b,{EAST - 50},{NORTH - 3},300", "c,1,2,50",
            f"d,{WEST + 50},{SOUTH + 3},many", "e,,,70", "Total,,,1620"]  # fmt: skip
    (town / "people.csv").write_text("\n".join(rows), encoding="utf-8")
    data = read(town, places={"crs": SYSTEM}, population={"file": "people.csv"})
    told = account(data, "population")
    assert data.people.residents == 1500
    assert (told.rows, told.used) == (6, 2)
    assert told.left_out == {"reasons.outside": 1, "reasons.no_number": 1, "reasons.no_place": 1, "reasons.total": 1}
    assert np.count_nonzero(data.people.dwellings) == 2


def test_areas_without_people_are_refused_and_negative_ones_are_empty(town):
    areas([0, 0]).to_file(town / "areas.gpkg")
    assert "population" in read(town, **PEOPLE).refused
    areas([-666666, 100]).to_file(town / "areas.gpkg")
    data = read(town, **PEOPLE)
    assert data.people.residents == pytest.approx(100)
    assert "negative_people" in keys(data, "population", "wrong")


def test_numbers_of_a_census_are_joined_to_its_areas_whatever_the_form_of_their_names(town):
    given = areas([0, 0, 0]).drop(columns="TOTPOP").assign(GEOID=["09009140100", "09009140200", "09009140300"])
    given.to_file(town / "areas.gpkg")
    rows = [
        "GEO_ID,NAME,B01003_001E,B25003_001E,B25003_003E",
        "Geography,Name,Estimate!!Total,Estimate!!Total,Estimate!!Renter",
        "1400000US09009140100,Tract 1401,1000,400,100", "1400000US09009140300,Tract 1403,500,200,150",
        "1400000US09009999999,Tract 9999,7000,1,1", "1400000US09009140300,Tract 1403,500,200,150",
    ]  # fmt: skip
    (town / "acs.csv").write_text("\n".join(rows), encoding="utf-8")
    data = read(town, population={"file": "areas.gpkg", "table": "acs.csv"})
    notes = {note.key: note.values for note in account(data, "population").notes}
    assert data.people.residents == pytest.approx(1500)
    assert data.people.shares["people.share_renting"] == pytest.approx(250 / 600, abs=0.001)
    assert notes["joined"]["n"] + sum(notes["rows_left_out"]["lost"].values()) == notes["joined"]["of"] == 5
    assert notes["rows_left_out"]["lost"] == {"reasons.no_area_of": 2, "reasons.repeated_id": 1}
    assert notes["areas_without_row"]["n"] == 1
    (town / "acs.csv").write_text("code,people\nx,1\n", encoding="utf-8")
    assert (
        "key and table_key" in read(town, population={"file": "areas.gpkg", "table": "acs.csv"}).refused["population"]
    )


@pytest.mark.parametrize("households", ["1e400", "many", "0", "-5"])
def test_numbers_that_cannot_be_of_households_leave_the_default_and_are_told(town, households):
    rows = ["x,y,people,households,renters", f"{WEST},{SOUTH},100,{households},20"]
    (town / "people.csv").write_text("\n".join(rows), encoding="utf-8")
    data = read(town, places={"crs": SYSTEM}, population={"file": "people.csv"})
    assert data.people.residents == 100
    assert "people.share_renting" not in data.people.shares
    assert "people.mean_household" not in data.people.shares
    assert "odd_household" in keys(data, "population", "wrong")
    assert "no_share" in keys(data, "population", "wrong")


@pytest.mark.parametrize("turn", [1, -1])
def test_a_street_on_a_border_lies_in_the_beat_with_most_of_its_length(town, turn):
    # The border lies 30 m west of the middle of the streets that cross it: they are 20 m and 80 m long on its sides.
    border, names = WEST + 220, ["west", "east"]
    both = [box(WEST - 50, SOUTH - 50, border, NORTH + 50), box(border, SOUTH - 50, EAST + 50, NORTH + 50)]
    geopandas.GeoDataFrame({"BEAT": names[::turn]}, geometry=both[::turn], crs=SYSTEM).to_file(town / "beats.gpkg")
    data = read(town, beats={"file": "beats.gpkg", "by": "length"})
    crossing = (data.net.midpoint_x > WEST + 210) & (data.net.midpoint_x < WEST + 290)
    assert crossing.sum() == 9
    assert {data.beats.names[number] for number in data.beats.district[crossing]} == {"east"}
    # Two beats that overlap hold the same middles: again the one with more of the street has it.
    both[0] = box(WEST - 50, SOUTH - 50, WEST + 260, NORTH + 50)
    geopandas.GeoDataFrame({"BEAT": names[::turn]}, geometry=both[::turn], crs=SYSTEM).to_file(town / "beats.gpkg")
    data = read(town, beats={"file": "beats.gpkg", "by": "midpoint"})
    assert {data.beats.names[number] for number in data.beats.district[crossing]} == {"east"}


def test_a_street_half_in_an_area_has_half_the_homes_of_one_wholly_in_it(town):
    shape = box(WEST - 50, SOUTH - 50, WEST + 50, NORTH + 50)
    geopandas.GeoDataFrame({"people": [240_000]}, geometry=[shape], crs=SYSTEM).to_file(town / "areas.gpkg")
    data = read(town, **PEOPLE)
    homes, net = data.people.dwellings, data.net
    half = (np.abs(net.midpoint_x - WEST - 50) < 1) & (net.segment_length_m < 110)
    whole = (np.abs(net.midpoint_x - WEST) < 1) & (net.segment_length_m < 110)
    assert half.sum() > 4
    assert whole.sum() > 4
    assert homes[half].mean() == pytest.approx(homes[whole].mean() / 2, rel=0.01)
