"""Deployments as rosters: always as many officers and hours, within the limits, and back from scenario and calendar."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from icalendar import Calendar

from sim.agents.population.officers import build_officers, local_force
from sim.agents.tables import ROLES
from sim.batch.deployment.guesses import Work, fit_demand, need_by_theory
from sim.batch.deployment.slots import Slots, deal_days, hours_of_line, keeps_limits, read_begins, share_out, weeks_for
from sim.batch.deployment.today import Limits, lay_out, read_today, table_of, with_deployment
from sim.batch.staffing.queueing import HOURS_A_WEEK
from sim.errors import InputError
from sim.report.deployment.calendar import Named, check_zone, tabulate_roster, write_calendar
from sim.scenarios.scenario import load_scenario
from sim.world import build_city

TOWN = {
    "city.streets": "grid", "city.n_segments": 120, "people.n_residents": 900, "people.residents_per_agent": 1.0,
    "force.n_districts": 4, "force.n_response": 26, "force.n_foot": 2, "force.n_community": 2, "force.n_detective": 2,
}  # fmt: skip


def town(**changes):
    return load_scenario("new_haven").replace(TOWN | {name.replace("__", "."): v for name, v in changes.items()})


def slots_of(**changes):
    usual = {
        "role": "response", "officers": 20, "districts": (0, 1), "begins": (0, 480, 960), "weeks": weeks_for(5.0),
        "hours": 8.0, "days": 5.0, "away": 0.16,
    }  # fmt: skip
    return Slots(**(usual | changes))


@st.composite
def any_slots(draw):
    days = draw(st.sampled_from([3.5, 4.2, 5.0, 6.0]))
    n_districts, n_begins = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    begins = tuple(sorted(draw(st.sets(st.integers(0, 47), min_size=n_begins, max_size=n_begins))))
    slots = slots_of(
        officers=draw(st.integers(1, 60)), districts=tuple(range(n_districts)), begins=tuple(30 * b for b in begins),
        weeks=weeks_for(days), hours=draw(st.sampled_from([6.0, 8.0, 12.0])), days=days,
        away=draw(st.sampled_from([0.0, 0.16, 0.4])), least_crew=draw(st.sampled_from([0.0, 0.0, 0.5, 1.0])),
        least_on_duty=draw(st.sampled_from([0.0, 1.0, 2.0])),
    )  # fmt: skip
    shares = draw(arrays(np.float64, slots.shape, elements=st.floats(0.0, 10.0, allow_subnormal=False)))
    return slots, shares + 1e-3


@given(any_slots())
@settings(max_examples=80, deadline=None)
def test_every_candidate_has_the_same_officers_and_hours_and_keeps_the_limits(made):
    slots, shares = made
    try:
        counts = share_out(slots, shares)
    except InputError:
        assert slots.least_crew > 0.0 or slots.least_on_duty > 0.0
        return
    assert counts.shape == slots.shape
    assert counts.min() >= 0
    assert counts.sum() == slots.officers
    lines = slots.lines(counts)
    assert sum(line.number for line in lines) == slots.officers
    hours = sum(line.number * hours_of_line(line).sum() for line in lines)
    assert hours == pytest.approx(slots.hours_a_week)
    assert slots.by_hour(counts).sum() == pytest.approx(slots.hours_a_week)
    assert keeps_limits(slots, counts)


def test_without_limits_the_officers_are_those_of_the_shares_to_the_whole():
    slots = slots_of(least_on_duty=0.0)
    shares = np.random.default_rng(1).random(slots.shape)
    counts = share_out(slots, shares)
    assert np.abs(counts - 20 * shares / shares.sum()).max() < 1.0


def test_a_least_crew_moves_as_few_officers_as_it_must():
    slots = slots_of(least_crew=0.5)
    shares = np.zeros(slots.shape)
    shares[0, 1, 0] = 1.0
    counts = share_out(slots, shares)
    assert (slots.by_hour(counts) >= 0.5 - 1e-9).all()
    # 0.6 of an officer of all days is there at any hour: one officer is enough for each of the five empty places.
    assert counts[0, 1, 0] == 15


def test_limits_that_nothing_keeps_are_refused_with_what_would_work():
    with pytest.raises(InputError, match="cannot keep 3 on duty in each of 2 districts"):
        share_out(slots_of(least_crew=3.0), np.ones((2, 3, 3)))


def test_hours_of_today_are_the_hours_of_every_deployment():
    for changes in ({}, {"force__p_on_duty": 0.8}, {"roster": [
        {"role": "response", "number": 20, "begins": "06:30", "hours": 10.0, "days_a_week": 4.0},
        {"role": "response", "number": 6, "begins": "20:00", "hours": 10.0, "weekdays": "Fri-Sun", "days_a_week": 3.0},
    ]}):  # fmt: skip
        scenario = town(**changes)
        city = build_city(scenario)
        today = read_today(scenario, city, "response")
        slots = lay_out(scenario, city, today, Limits())
        assert slots.officers == len(today.hours) == 26
        assert slots.hours_a_week == pytest.approx(today.hours_a_week)
        assert set(slots.begins) >= {0, 480, 960}
        assert table_of(today, slots).sum() == 26
        longer = lay_out(scenario, city, today, Limits(hours=12.0, begins=(360, 1080)))
        assert longer.hours_a_week == pytest.approx(today.hours_a_week)


def test_a_deployment_becomes_the_officers_of_a_world_to_the_man():
    scenario = town()
    city = build_city(scenario)
    slots = lay_out(scenario, city, read_today(scenario, city, "response"), Limits())
    counts = share_out(slots, np.random.default_rng(3).random(slots.shape))
    there = with_deployment(scenario, slots, counts)
    again = table_of(read_today(there, city, "response"), slots)
    assert (again.sum(axis=2) == counts.sum(axis=2)).all()
    assert there.n_officers == scenario.n_officers
    assert with_deployment(scenario, slots, counts).name == there.name != scenario.name
    other = np.roll(counts, 1, axis=1)
    assert with_deployment(scenario, slots, other).name != there.name


def test_a_part_of_a_city_has_the_officers_that_were_dealt_to_it():
    whole = load_scenario("new_haven")
    for part, districts in (("district 3", (3,)), ("districts 2,3", (2, 3)), ("0.1", (None,))):
        scenario = whole.with_part(part)
        city = build_city(scenario)
        today = read_today(scenario, city, "response")
        slots = lay_out(scenario, city, today, Limits(officers=len(today.hours) + 1))
        assert slots.districts == districts
        counts = share_out(slots, np.random.default_rng(3).random(slots.shape))
        there = with_deployment(scenario, slots, counts)
        local = build_officers(local_force(there, city), city, 0)
        mine = local[local["sworn_role"] == ROLES.index("response")]
        assert len(mine) == slots.officers
        if districts != (None,):
            assert (np.bincount(mine["district"]) == counts.sum(axis=(1, 2))).all()
        others = build_officers(local_force(scenario, city), city, 0)
        assert (np.bincount(local["role"])[1:] == np.bincount(others["role"])[1:]).all()


def test_theory_keeps_more_free_where_little_is_to_do_than_calls_would():
    slots = slots_of(officers=40)
    erlang = np.full((2, HOURS_A_WEEK), 0.2)
    erlang[0] = 3.0
    work = Work(erlang, erlang, 0.0, 500)
    need = need_by_theory(slots, work)
    assert need.sum() <= slots.hours_a_week
    by_theory, by_calls = need[1].sum() / need.sum(), 0.2 / 3.2
    assert by_theory > by_calls
    shares = fit_demand(slots, need)
    assert shares[1].sum() / shares.sum() == pytest.approx(by_theory, rel=0.02)


def test_shares_follow_a_demand_by_night():
    slots = slots_of(districts=(0,))
    demand = np.zeros((1, 7, 24))
    demand[:, :, :8] = 1.0
    shares = fit_demand(slots, demand.reshape(1, -1))
    assert shares[0, 0].sum() > 0.99 * shares.sum()


@given(any_slots(), st.sampled_from(["", "America/New_York", "Asia/Shanghai"]))
@settings(max_examples=25, deadline=None)
def test_a_calendar_adds_up_to_the_hours_of_the_roster(made, zone):
    slots, shares = made
    slots = slots_of(
        **{name: getattr(slots, name) for name in ("officers", "districts", "begins", "weeks", "hours", "days")}
    )
    officers = deal_days(slots, share_out(slots, shares))
    asked = slots.officers * slots.days
    assert abs(sum(len(days) for _, days in officers) - asked) <= 1.0
    start = date(2014, 1, 1)
    content = write_calendar(officers, Named("A", "town", zone, start), "en")
    assert content == write_calendar(officers, Named("A", "town", zone, start), "en")
    events = Calendar.from_ical(content).walk("VEVENT")
    week = start + timedelta(days=14)
    hours = 0.0
    for event in events:
        begins = event.decoded("dtstart")
        assert (begins.tzinfo is None) == (zone == "")
        assert begins.date() >= start
        plain = begins.replace(tzinfo=None)
        rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=plain)
        found = [one for one in rule if week <= one.date() < week + timedelta(days=7)]
        hours += len(found) * event.decoded("duration").total_seconds() / 3600.0
    table = tabulate_roster(officers)
    assert hours == pytest.approx(table["hours_a_week"].sum())
    assert len(events) == len([days for _, days in officers if days])
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_lines_of_a_calendar_are_as_the_standard_wants_them():
    officers = deal_days(slots_of(), share_out(slots_of(), np.ones((2, 3, 3))))
    content = write_calendar(officers, Named("A", "一个名字很长的城镇" * 8, "Asia/Shanghai", date(2014, 1, 1)), "zh")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"BEGIN:VTIMEZONE" in content
    assert "巡逻处警" in content.decode()


def test_days_off_are_spread_over_the_officers_of_a_line():
    slots = slots_of(districts=(None,), begins=(480,), weeks=("",), officers=14)
    by_day = np.bincount([day for _, days in deal_days(slots, np.array([[[14]]])) for day in days], minlength=7)
    assert by_day.tolist() == [10] * 7


@pytest.mark.parametrize("words", ["24", "8:5", "8:60", "eight", "", "8,8", "-1"])
def test_times_that_are_none_are_refused(words):
    with pytest.raises(InputError, match="--starts must list"):
        read_begins(words.split(","))


def test_times_are_read_in_order_and_zones_by_name():
    assert read_begins(["16", "6:30", "0"]) == (0, 390, 960)
    assert check_zone("Asia/Shanghai") == "Asia/Shanghai"
    with pytest.raises(InputError, match="--time-zone must be a name"):
        check_zone("Asia/Nowhere")
