"""A day that is watched is the day that is run, and its diary says what the ledger has."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest
from commands import cpsim
from matplotlib.text import Text

from sim.agents.events import DISPUTE_STEPS
from sim.agents.tables import ACTIVITIES, CALLS, CONTACTS, PLACES, ROLES, TRAVELLING
from sim.clock import SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.errors import InputError
from sim.params import CRIMES
from sim.policies.contract.registry import make_policy
from sim.report.day.choose import KINDS, check_choice, choose_officer, choose_resident
from sim.report.day.diary import Event, officer_diary, resident_diary, spent
from sim.report.day.hours import COLOURS, spread
from sim.report.day.picture import draw_day, middle_of, short_list
from sim.report.day.text import entries_of, tell, write_day
from sim.report.day.watch import segments_of_resident, watch_day
from sim.report.day.way import way_of
from sim.report.style import save_figure
from sim.report.texts import LANGUAGES, read_texts
from sim.scenarios.scenario import Scenario
from sim.world import build_world

DAY, SEED = 2, 3
STRATEGY = (
    "grid(auxiliaries=4,others_days=10,tenants_days=10) + posts(residents_a_post=500,staff_a_post=6,checks_per_hour=30)"
)
BUSY = {
    "name": "busy", "n_days": 5, "city.streets": "grid", "city.n_segments": 200, "people.n_residents": 1500,
    "offending.share_offending": 0.15, "offending.searches_per_year": 400.0, "disputes.disputes_per_household": 2.0,
    "disputes.dispute_events_per_month": 10.0, "demand.other_calls": 8000.0,
    "force.n_districts": 4, "force.n_response": 12, "force.n_foot": 4, "force.n_community": 6, "force.n_detective": 2,
    "force.stops_per_hour": 4.0,
}  # fmt: skip
"""A town in which a day shows every kind of event."""


@pytest.fixture(scope="module")
def watched():
    return watch_day(Scenario().replace(BUSY), make_policy(STRATEGY), SEED, DAY)


@pytest.fixture(scope="module")
def diaries(watched):
    return [officer_diary(watched, row) for row in range(len(watched.world.state.officers))]


def arrays_after(n_shifts, look=None):
    world = build_world(Scenario().replace(BUSY), SEED)
    for shift, _ in run_shifts(world, make_policy(STRATEGY), each_tick=look):
        if shift == n_shifts:
            return world.arrays()
    raise AssertionError


def same(a, b):
    """Compare all columns byte by byte; what lies between the columns of a row means nothing."""
    return all(
        value[column].tobytes() == b[name][column].tobytes()
        for name, value in a.items() for column in value.dtype.names or (...,)
    )  # fmt: skip


def test_looking_changes_nothing(watched):
    plain = arrays_after((DAY + 1) * SHIFTS_A_DAY + 1)
    assert same(plain, watched.world.arrays())


def test_a_look_that_meddles_is_noticed(watched):
    def meddle(world):
        world.state.residents["trust"][0] *= 0.999

    assert not same(arrays_after((DAY + 1) * SHIFTS_A_DAY + 1, meddle), watched.world.arrays())


def test_a_resident_is_told_from_midnight_to_midnight_where_the_model_has_them(watched):
    for row in range(0, 1500, 50):
        diary = resident_diary(watched, row)
        assert diary.stays[0].begin == 0.0
        assert diary.stays[-1].end == 1440.0
        assert all(a.end == b.begin for a, b in pairwise(diary.stays))
        assert sum(spent(diary).values()) == 1440.0
        home = watched.world.state.residents["home"][row]
        at_home = watched.looks.where[:, row] == PLACES.index("home")
        assert (diary.segments[at_home] == home).all()


def test_who_is_on_the_way_is_on_some_street(watched):
    on_the_way = watched.looks.where == TRAVELLING
    rows = np.flatnonzero(on_the_way.any(axis=0))
    assert len(rows) > 100
    for row in rows[:20]:
        assert (segments_of_resident(watched, row)[on_the_way[:, row]] >= 0).all()


def contacts_of_day(watched, officer):
    contacts = watched.tables["contacts"]
    today = (contacts["t"] >= watched.begin) & (contacts["t"] < watched.begin + 1440.0)
    return contacts[today & (contacts["officer"] == officer)]


def test_a_diary_of_an_officer_has_every_contact_arrest_and_first_arrival(watched, diaries):
    n_contacts = 0
    for diary in diaries:
        mine = contacts_of_day(watched, diary.row)
        expected = (mine["kind"] != "response").sum()
        assert sum(event.what.startswith("contact_") for event in diary.events) == expected
        n_contacts += expected
        calls = watched.tables["calls"]
        there = calls[(calls["officer"] == diary.row) & (calls["t_arrived"] // 1440 == DAY)]
        assert sum(event.what in ("first_at_call", "found_call") for event in diary.events) == len(there)
    assert n_contacts > 50


def test_who_is_at_a_call_is_seen_there(watched, diaries):
    """The looks and the ledger are two witnesses of the same day."""
    n = 0
    for diary in diaries:
        for event in diary.events:
            tick = int(event.t // watched.looks.tick_min)
            if event.what != "first_at_call" or event.minutes < 2 * watched.looks.tick_min:
                continue
            activity = ACTIVITIES[watched.looks.activity[tick, diary.row]]
            if activity == "serve":
                assert diary.segments[tick] == event.segment
                n += 1
    assert n > 5


def test_a_resident_hears_of_each_contact_of_the_officers(watched):
    state = watched.world.state
    contacts = watched.tables["contacts"]
    today = contacts[(contacts["t"] >= watched.begin) & (contacts["t"] < watched.begin + 1440.0)]
    for row in today["resident"].unique()[:30]:
        mine = today[(today["resident"] == row) & (today["resident_key"] == state.residents["key"][row])]
        told = [event for event in resident_diary(watched, int(row)).events if event.what.startswith("contact_")]
        assert len(told) == len(mine)


def test_the_way_is_one_piece_while_somebody_is_on_the_way(watched, diaries):
    net = watched.world.city.streets
    ends = np.column_stack([net.segment_from, net.segment_to])
    n_pieces = 0
    for diary in diaries[:12]:
        steps = way_of(diary, net, watched.looks.tick_min)
        apart = [not set(ends[a.segment]) & set(ends[b.segment]) for a, b in pairwise(steps)]
        n_rests = sum(stay.what not in ("patrol", "travel", "respond") for stay in diary.stays)
        assert sum(apart) <= n_rests
        n_pieces += len(steps)
    assert n_pieces > 100


def test_many_events_are_told_together_and_none_is_lost(watched, diaries):
    busiest = max(diaries, key=lambda diary: len(diary.events))
    assert len(busiest.events) > 6
    for most in (1000, 6):
        entries = entries_of(busiest, "en", most=most)
        assert sum(len(entry.events) for entry in entries) == len(busiest.events)
        assert [entry.t for entry in entries] == sorted(entry.t for entry in entries)
        kinds = {event.what for event in busiest.events}
        assert len(entries) <= max(most, len(kinds))


def test_labels_keep_their_order_and_cover_no_other():
    wanted, heights = [10.0, 11.0, 12.0, 90.0, 99.0], [10.0, 20.0, 10.0, 10.0, 10.0]
    places = spread(wanted, heights, 100.0)
    for (a, ha), (b, hb) in pairwise(zip(places, heights, strict=True)):
        assert b - a >= (ha + hb) / 2.0 - 1e-9
    assert places[0] - 5.0 >= 0.0
    assert places[-1] + 5.0 <= 100.0
    assert spread([50.0], [10.0], 100.0) == [50.0]


def test_numbers_in_a_row_are_a_span():
    assert short_list([4]) == "4"
    assert short_list([1, 2, 3, 4]) == "1–4"
    assert short_list([1, 3, 7, 9]) == "1, 3, 7 …"


def test_the_middle_of_a_bent_street_lies_on_it():
    class Bent:
        geometry_start = np.array([0, 3])
        geometry_x = np.array([0.0, 0.0, 100.0])
        geometry_y = np.array([0.0, 50.0, 50.0])

    assert middle_of(Bent(), 0) == (25.0, 50.0)


def test_every_thing_that_can_happen_has_words():
    words = read_texts()
    assert {f"doing.{name}" for name in (*ACTIVITIES, *PLACES, "school", "walk") if name != "off"} <= set(words)
    assert set(COLOURS) == {name for name in (*ACTIVITIES, *PLACES, "school", "walk") if name != "off"}
    assert {f"day.role_{name}" for name in ROLES} <= set(words)
    assert {f"kind.{name}" for name in (*CALLS, *CRIMES)} <= set(words)
    happened = {key.partition(".")[2] for key in words if key.startswith("happened.")}
    assert happened == {key.partition(".")[2] for key in words if key.startswith("briefly.")}
    assert {f"contact_{kind}" for kind in CONTACTS} | {f"quarrel_{step}" for step in DISPUTE_STEPS} <= happened


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_event_of_a_busy_day_can_be_told(watched, diaries, lang):
    residents = [resident_diary(watched, row) for row in range(0, 1500, 20)]
    told = {event.what: tell(event, lang) for diary in (*diaries, *residents) for event in diary.events}
    assert len(told) > 8
    assert not any("{" in words or "nan" in words for words in told.values())


def test_an_unknown_length_is_said_to_be_unknown():
    assert "unknown" in tell(Event(10.0, "first_at_call", 1, "noise", 3), "en")


def test_somebody_of_each_kind_is_drawn_and_is_of_that_kind(watched):
    people, looked = watched.world.state.residents, 0
    for kind in KINDS:
        try:
            row = choose_resident(watched, kind)
        except InputError:
            continue  # not everything happens on a day
        looked += 1
        assert people["age"][row] >= 18
        if kind == "checked":
            assert any(event.what == "contact_check" for event in resident_diary(watched, row).events)
    assert looked >= 10
    assert choose_resident(watched, "17") == 17


def test_an_officer_is_drawn_among_those_whom_the_strategy_orders(watched):
    role = watched.world.state.officers["role"]
    orders = watched.tables["orders"]
    ordered = set(orders[orders["n_targets"] > 0]["officer"])
    assert choose_officer(watched, None) in ordered
    for name in ("response", "community", "auxiliary"):
        assert ROLES[role[choose_officer(watched, name)]] == name
    assert choose_officer(watched, "auxiliary") in ordered


def test_whom_a_resident_met_tells_of_the_same_contact(watched):
    row = choose_resident(watched, "checked")
    officer = officer_diary(watched, choose_officer(watched, "met", row))
    first = next(event for event in resident_diary(watched, row).events if event.what.startswith("contact_"))
    assert any(event.t == first.t and event.what == first.what for event in officer.events)


def test_a_change_of_mood_is_told_apart_from_what_happened(watched):
    """Of those whom nobody met or hurt, what moves in a day is mood; its weekly change must not pass for an effect."""
    left, by_mood = [], []
    for row in range(0, 1500, 5):
        diary = resident_diary(watched, row)
        before, after, mood = diary.felt["satisfaction"]
        within = 0.05 < before < 0.95 and 0.05 < after < 0.95  # the ends of the scale cut changes off
        if within and abs(mood) > 0.02 and all(event.what == "offence_here" for event in diary.events):
            left.append(abs(after - before - mood))
            by_mood.append(abs(mood))
    assert len(by_mood) > 5
    assert np.median(left) < 0.2 * np.median(by_mood)


WRONG = {
    "officer": ("--officer sergeant", "--officer must be a number or one of response", "须为编号或"),
    "kind": ("--resident vistied", "(did you mean 'visited'?)", "（是否指 'visited'？）"),
    "day": ("--day 4", "--day must lie between 0 and 3, the last day of the run, got 4", "--day 须介于 0 与 3"),
    "number": ("--day 1 --resident 99999", "a number below 300, got 99999", "小于 300 的编号"),
    "role": ("--day 1 --officer worker", "nobody of the role 'worker' was on duty on day 1", "没有岗位为 'worker'"),
    "met": ("--day 1 --officer met --resident 3", "resident 3 met nobody on day 1", "3 号居民没有遇到警员"),
    "nobody": ("--day 1 --resident checked", "there is nobody of the kind 'checked'", "没有属于类别 'checked'"),
}  # fmt: skip
TINY = (
    "--set n_days=4 --set city.n_segments=60 --set people.n_residents=300 --set force.n_districts=1 --set city.part=1"
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_word_is_answered_with_a_sentence(wrong, lang, capsys, tmp_path):
    line, english, chinese = WRONG[wrong]
    words = ["day", "fengqiao_town", *TINY.split(), "--policy", "reactive", "--out", tmp_path, *line.split()]
    assert cpsim(*words, "--lang", lang) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("cpsim: ")]
    assert len(told) == 1
    assert (english if lang == "en" else chinese) in told[0]


def test_a_word_is_refused_before_anything_is_run():
    with pytest.raises(InputError, match="one of adult"):
        check_choice(None, "nobody")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_writes_tables_pictures_and_where_they_come_from(tmp_path, capsys, lang):
    words = ("day", "fengqiao_town", *TINY.split(), "--day", 1, "--lang", lang)
    for name in ("a", "b"):
        assert cpsim(*words, "--out", tmp_path / name) == 0
    told = capsys.readouterr().out
    assert ("Officer and resident were drawn by lot" if lang == "en" else "抽签选出") in told
    for name in ("officer.csv", "resident.csv", "day.json", "officer.svg", "resident.svg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    with (tmp_path / "a/resident.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["begins"] == "00:00"
    assert {row["row"] for row in rows} <= {"doing", "event"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pictures_of_a_busy_day_fit(watched, diaries, lang, tmp_path):
    busiest = max(diaries, key=lambda diary: len(diary.events))
    checked = resident_diary(watched, choose_resident(watched, "met"))
    for diary in (busiest, checked):
        figure = draw_day(watched, diary, lang=lang)
        figure.draw_without_rendering()
        for one in figure.findobj(Text):
            if one.get_visible() and one.get_text() and one.get_in_layout() and one.axes is not figure.axes[0]:
                box = one.get_window_extent()
                assert box.x1 <= figure.bbox.x1 + 1, one.get_text()
                assert box.y0 >= -1, one.get_text()
        png, _ = save_figure(figure, tmp_path / diary.who)
        assert png.stat().st_size > 10_000


def test_the_table_numbers_events_as_the_picture_does(watched, diaries, tmp_path):
    busiest = max(diaries, key=lambda diary: len(diary.events))
    write_day(watched, [busiest], tmp_path, "en")
    with (tmp_path / "officer.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["row"] == "event"]
    assert len(rows) == len(busiest.events)
    assert {int(row["number"]) for row in rows} == set(range(1, len(entries_of(busiest, "en")) + 1))
