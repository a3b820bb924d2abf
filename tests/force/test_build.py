"""A folder of files becomes a scenario that every command takes, each default named, and is built when files change."""

import os
import time

import numpy as np
import pandas as pd
import pytest
from commands import cpsim
from force_town import SOUTH, SYSTEM, WEST, account, keys, quarters, read, some_calls, write_force
from test_ground import areas

from sim.force.build import built_scenario
from sim.force.reading import read_force
from sim.force.scenario import _heads, settle
from sim.force.settings import read_settings
from sim.force.staff import ShiftLine
from sim.force.template import template_text
from sim.scenarios.scenario import load_scenario
from sim.world import build_city

ALL = {
    "beats": {"file": "beats.gpkg"}, "calls": {"file": "calls.csv"}, "staff": {"file": "staff.csv"},
    "population": {"file": "areas.gpkg"}, "shifts": {"file": "shifts.csv"}, "stations": {"file": "stations.csv"},
    "incidents": {"file": "incidents.csv"},
}  # fmt: skip


@pytest.fixture
def whole(town):
    """Make a folder in which nothing is missing."""
    some_calls(400, days=60).to_csv(town / "calls.csv", index=False)
    some_calls(200, seed=2).to_csv(town / "incidents.csv", index=False)
    areas([900, 600]).to_file(town / "areas.gpkg")
    (town / "staff.csv").write_text("role,n\nPatrol officer,20\nDetective,4\nRecords clerk,3\n", encoding="utf-8")
    (town / "shifts.csv").write_text("shift,start,end,officers\nE,6:00,14:00,6\nL,14:00,22:00,8\nN,22:00,6:00,4\n")
    (town / "stations.csv").write_text(f"name,x,y\nHQ,{WEST},{SOUTH}\n", encoding="utf-8")
    return write_force(town, places={"crs": SYSTEM}, **ALL)


def test_a_built_folder_is_the_scenario_that_its_files_describe(whole):
    path, anew = built_scenario(whole, "en")
    scenario = load_scenario(str(path))
    city = build_city(scenario)
    assert anew
    assert city.has_own_districts
    assert scenario.force.n_districts == city.district.max() + 1 == 4
    assert "dwellings" in city.from_source
    assert scenario.people.n_residents == 1500
    assert (scenario.force.n_response, scenario.force.n_detective, scenario.force.n_foot) == (20, 4, 0)
    assert scenario.force.night_share == pytest.approx((6 * 4 + 2 * 6) / (8 * 18), abs=0.001)
    data = read_force(whole, strict=True)
    district = {name: i for i, name in enumerate(data.beats.names)}
    assert np.array_equal(city.district, data.beats.district)
    assert list(district) == ["A1", "A2", "B1", "B2"]
    for name, value in ((one.name, one.value) for one in settle(data, "en").settings):
        group, _, key = name.partition(".")
        assert getattr(getattr(scenario, group), key) == value


def test_calls_without_an_offence_are_those_of_a_year_for_1000_residents(whole):
    data = read_force(whole, strict=True)
    table = data.calls.table
    days = (table["time"].max().normalize() - table["time"].min().normalize()).days + 1
    n = table["kind"].isin(["traffic", "noise", "welfare"]).sum()
    found = {one.name: one.value for one in settle(data, "en").settings}
    assert found["demand.other_calls"] == pytest.approx(n / 1500 * 1000 * 365 / days, abs=0.1)
    shares = [found[f"demand.share_{kind}"] for kind in ("traffic", "noise", "welfare")]
    assert sum(shares) == pytest.approx(1.0, abs=0.002)
    # The words of types that nobody knows make the number unknown, and the default is named.
    calls = pd.read_csv(whole / "calls.csv").assign(**{"Call Type": "XQ7"})
    calls.to_csv(whole / "calls.csv", index=False)
    settled = settle(read_force(whole, strict=True), "en")
    assert "parts.demand" in settled.defaults
    assert not any(one.name.startswith("demand") for one in settled.settings)


def test_shifts_become_a_roster_with_as_many_on_duty_as_they_say(whole):
    path, _ = built_scenario(whole, "en")
    scenario = load_scenario(str(path))
    lines = {line.begins: line for line in scenario.roster}
    assert {begins: line.hours for begins, line in lines.items()} == {"06:00": 8.0, "14:00": 8.0, "22:00": 8.0}
    n = scenario.force.n_response
    assert sum(line.number for line in lines.values()) == pytest.approx(n, abs=1)
    on_duty = {begins: line.number * line.p_works for begins, line in lines.items()}
    wanted = {"06:00": 6, "14:00": 8, "22:00": 4}
    assert on_duty == pytest.approx(wanted, abs=0.7) or n < 18  # officers are whole, and no more than there are


def test_officers_are_shared_so_that_each_shift_has_whom_it_needs():
    day, night = ShiftLine("06:30", 12.0, 40, tuple(range(7))), ShiftLine("18:30", 12.0, 28, tuple(range(7)))
    weekend = ShiftLine("20:00", 8.0, 12, (4, 5))
    heads = _heads([day, night, weekend], 200)
    assert sum(heads) == pytest.approx(200)
    assert heads[2] == 12.0  # with two days a week nobody of the line has more duties than that
    assert heads[0] / heads[1] == pytest.approx(40 / 28)
    few = _heads([day, night, weekend], 40)  # half of those who would be needed, and each shift is as short
    assert sum(few) == pytest.approx(40, abs=12)
    assert few[0] < 40


def test_a_station_serves_the_beat_that_it_lies_in(whole):
    path, _ = built_scenario(whole, "en")
    scenario, data = load_scenario(str(path)), read_force(whole, strict=True)
    (station,), (row,) = scenario.stations, data.stations.to_dict("records")
    assert station.name == "HQ"
    assert station.districts == ((int(row["beat"]),) if row["beat"] >= 0 else ())
    assert (station.x, station.y) == pytest.approx((row["x"], row["y"]), abs=0.01)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_default_stands_in_the_file_and_in_the_title(town, lang):
    path, _ = built_scenario(town, lang)
    text = path.read_text(encoding="utf-8")
    data = read_force(town, strict=True)
    settled = settle(data, lang)
    from sim.force.words import say, say_note

    title = load_scenario(str(path)).title
    assert all(say(lang, part) in title for part in settled.defaults)
    assert {"parts.population", "parts.staff", "parts.beats", "parts.calls", "parts.shifts"} <= set(settled.defaults)
    notes = [note for one in data.accounts for note in one.notes if note.kind == "default"]
    assert len(notes) >= 6
    assert all(say_note(note, lang) in text for note in notes)
    if lang == "en":
        assert text.isascii()


def test_a_folder_is_built_anew_when_a_file_changes_and_only_then(whole):
    path, anew = built_scenario(whole, "en")
    before = path.read_bytes(), (path.parent / "city.npz").read_bytes()
    assert not built_scenario(whole, "en")[1]
    for name in ("force.toml", "calls.csv", "beats.gpkg"):
        os.utime(whole / name, (time.time() + 5, time.time() + 5))
    assert not built_scenario(whole, "en")[1], "a file that was only touched is the same file"
    (whole / "staff.csv").write_text("role,n\nPatrol officer,21\n", encoding="utf-8")
    path, anew = built_scenario(whole, "en")
    assert anew
    assert load_scenario(str(path)).force.n_response == 21
    (path.parent / "inputs.json").write_text("{", encoding="utf-8")
    assert built_scenario(whole, "en")[1]
    assert before[1] == (path.parent / "city.npz").read_bytes()


def test_a_file_that_cannot_be_used_stops_a_build_and_leaves_no_half_of_one(whole, capsys):
    assert cpsim("force", "build", whole) == 0
    (whole / "staff.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert cpsim("force", "build", whole) == 2
    assert "roles or ranks" in capsys.readouterr().err
    assert cpsim("scenario", "show", "--force", whole) == 2


def test_opportunity_follows_records_only_when_asked_and_with_a_warning(whole):
    assert load_scenario(str(built_scenario(whole, "en")[0])).city.incidents == ""
    asked = ALL | {"incidents": {"file": "incidents.csv", "opportunity_follows_records": True}}
    data = read(whole, places={"crs": SYSTEM}, **asked)
    assert "opportunity_follows" in keys(data, "incidents", "wrong")
    scenario = load_scenario(str(built_scenario(whole, "en")[0]))
    city = build_city(scenario)
    assert city.incidents.used == account(data, "incidents").used
    assert city.opportunity_weight is not None


def test_wherever_a_scenario_is_named_a_folder_will_do(whole, capsys):
    shown = []
    for words in ([whole], ["--force", whole], [whole / "built" / "scenario.toml"]):
        assert cpsim("scenario", "show", *words) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] == shown[2]
    assert cpsim("scenario", "check", whole) == 0
    assert "4 districts that came with the streets are used" in capsys.readouterr().out
    assert cpsim("scenario", "show", "exeter", "--force", whole) == 2
    assert cpsim("scenario", "show", whole / "built") == 2


def test_a_scenario_of_a_folder_runs(whole, tmp_path, capsys):
    assert cpsim("run", "--force", whole, "--days", 1, "--out", tmp_path / "run") == 0
    assert (tmp_path / "run").is_dir()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_new_folder_holds_a_form_that_is_read_as_it_stands(tmp_path, lang, capsys):
    folder = tmp_path / "my_town"
    assert cpsim("force", "new", folder, "--lang", lang) == 0
    assert sorted(file.name for file in folder.iterdir()) == ["README.md", "force.toml"]
    assert read_settings(folder).name == "my_town"
    assert read_settings(folder).model_dump(exclude={"name"}) == type(read_settings(folder))().model_dump(
        exclude={"name"}
    ) | {part: read_settings(folder).model_dump()[part] for part in PARTS_WITH_COLUMNS}
    assert cpsim("force", "new", folder) == 2
    assert cpsim("force", "check", folder) == 2
    assert "streets" in capsys.readouterr().err


PARTS_WITH_COLUMNS = ("population", "calls", "incidents", "staff", "stations", "shifts")


def test_both_languages_of_the_form_have_the_same_keys():
    import tomllib

    forms = {lang: template_text(lang, name="x") for lang in ("en", "zh")}
    assert tomllib.loads(forms["en"]) == tomllib.loads(forms["zh"])
    assert forms["en"].isascii()


def test_a_check_writes_a_map_and_an_account_that_adds_up(whole, tmp_path, capsys):
    assert cpsim("force", "check", whole, "--out", tmp_path / "out") == 0
    told = capsys.readouterr().out
    assert "By default here" in told
    for name in ("map.png", "map.svg", "account.json", "account.csv", "calls_say.csv", "beats.csv", "stations.csv"):
        assert (tmp_path / "out" / name).stat().st_size > 0
    rows = pd.read_csv(tmp_path / "out" / "account.csv", keep_default_na=False)
    for (_, _), part in rows.groupby(["part", "file"]):
        n = part.groupby("count")["n"].sum()
        assert n["rows"] == n["used"] + n.get("not used", 0)
    beats = pd.read_csv(tmp_path / "out" / "beats.csv")
    assert beats["calls"].sum() == 400
    assert not (whole / "built").exists(), "a check changes nothing"


@pytest.mark.parametrize("key", ["beat", "call", "streets.xfile", "calls.columns.wen", "calls.types.NOISE"])
def test_a_key_that_is_not_understood_is_refused_with_the_nearest(whole, key, capsys):
    *tables, last = key.split(".")
    text = f"[{'.'.join(tables)}]\n{last} = 'x'\n" if tables else f"{key} = 'x'\n"
    (whole / "force.toml").write_text(text, encoding="utf-8")
    assert cpsim("force", "check", whole) == 2
    assert last in capsys.readouterr().err


def test_beats_of_another_number_than_districts_cannot_come_of_a_build(whole):
    quarters().iloc[:2].to_file(whole / "beats.gpkg")
    scenario = load_scenario(str(built_scenario(whole, "en")[0]))
    assert scenario.force.n_districts == 2
    assert build_city(scenario).has_own_districts


def test_the_number_of_calls_of_a_source_that_is_cut_off_goes_into_no_scenario(whole):
    types = np.repeat(["NOISE", "TRAFFIC ACCIDENT", "WELFARE CHECK", "LOUD PARTY"], 100)
    pd.read_csv(whole / "calls.csv").assign(**{"Call Type": types}).to_csv(whole / "calls.csv", index=False)
    settled = settle(read_force(whole, strict=True), "en")
    assert "parts.demand" in settled.defaults
    assert not any(one.name.startswith("demand") for one in settled.settings)
    assert any(one.name == "dispatch.service_median_min" for one in settled.settings)


def test_a_built_folder_that_is_moved_still_works_and_is_not_built_anew_where_its_name_is_the_same(
    whole, tmp_path_factory, monkeypatch
):
    write_force(
        whole, places={"crs": SYSTEM},
        **ALL | {"incidents": {"file": "incidents.csv", "opportunity_follows_records": True}},
    )  # fmt: skip
    path, _ = built_scenario(whole, "en")
    before = load_scenario(str(path)).city
    assert str(whole) not in path.read_text(encoding="utf-8")
    moved = tmp_path_factory.mktemp("elsewhere") / whole.name
    whole.rename(moved)
    monkeypatch.chdir(moved.parent)  # the files are counted from the scenario, not from where one stands
    after = load_scenario(str(moved / "built" / "scenario.toml")).city
    assert (after.streets, after.incidents) == tuple(
        str(moved / "built" / name) for name in ("city.npz", "incidents.csv")
    )
    assert (before.streets, before.incidents) == tuple(
        str(whole / "built" / name) for name in ("city.npz", "incidents.csv")
    )
    assert not built_scenario(moved, "en")[1]


def test_a_file_of_a_scenario_that_does_not_lie_beside_it_is_counted_as_it_was(tmp_path):
    (tmp_path / "own.toml").write_text('[city]\nstreets = "no_such_city.npz"\n', encoding="utf-8")
    assert load_scenario(str(tmp_path / "own.toml")).city.streets == "no_such_city.npz"
