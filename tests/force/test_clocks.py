"""Times in every form in which they are exported."""

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.force.account import Account
from sim.force.clocks import read_cell, read_clock
from sim.force.times import Column, check_clock_changes, forget_midnight, read_times

SAME_TIME = [
    "2014-09-18 13:53", "2014-09-18T13:53:00", "2014/9/18 1:53 PM", "18.09.2014 13.53", "9/18/2014 1:53:00 PM",
    "Thu, Sept. 18th 2014 01:53 p.m.", "18-Sep-14 13:53", "20140918135300", "20140918 1353", "2014年9月18日 下午1:53",
    "2014年9月18日13时53分", "41900.5784722222",
]  # fmt: skip


def times(texts, clocks=None, zone="", order=""):
    return read_times(list(texts), clocks, Account("calls", "calls.csv"), Column("time", zone, order))


@pytest.mark.parametrize("text", SAME_TIME)
def test_one_time_is_the_same_in_every_form(text):
    read = times([text])
    assert read.local[0] == np.datetime64("2014-09-18T13:53:00")
    assert read.knows_hour[0]


@pytest.mark.parametrize(
    "text", ["3:05", "unknown", "2014-02-30", "2014-01-01 25:00", "hello 5", "Sep 2014", "12", "", "1 Sep 2014 NULL"]
)
def test_what_is_no_date_is_none_and_nothing_is_made_up_for_what_is_missing(text):
    assert np.isnat(times([text], order="day first").local[0])


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("form", ["%H:%M", "%I:%M %p", "%I:%M%p", "%H%M", "%Hh%M", "%H.%M"])
def test_a_time_of_day_is_read_back_in_every_form(form, hour):
    moment = pd.Timestamp(2014, 1, 1, hour, 7)
    assert read_clock(moment.strftime(form)) == hour * 60 + 7


def test_midnight_at_the_end_of_a_day_is_the_begin_of_the_next():
    assert times(["2014-09-18 24:00"]).local[0] == np.datetime64("2014-09-19T00:00:00")
    assert read_clock("12:00 am") == 0.0
    assert read_clock("12:00 pm") == 720.0


def test_one_date_of_a_column_decides_for_all_of_it():
    assert times(["01/02/2014", "13/02/2014"]).local[0] == np.datetime64("2014-02-01")
    assert times(["01/02/2014", "02/13/2014"]).local[0] == np.datetime64("2014-01-02")


def test_a_column_that_decides_nothing_is_refused_until_the_user_does():
    with pytest.raises(InputError, match="date_order"):
        times(["01/02/2014", "03/04/2014"])
    assert times(["01/02/2014"], order="month first").local[0] == np.datetime64("2014-01-02")
    with pytest.raises(InputError, match="got both"):
        times(["13/02/2014", "02/13/2014"])


def test_times_with_a_zone_are_brought_to_the_clock_of_the_place():
    read = times(["2014-07-01T12:00:00Z", "2014-01-01T12:00:00Z", "2014-07-01 12:00:00+02:00"], zone="Europe/London")
    hours = pd.DatetimeIndex(read.local).hour
    assert list(hours) == [13, 12, 11]


def test_minutes_across_the_change_of_the_clock_are_those_that_passed():
    begin = times(["2014-03-30 00:50", "2014-10-26 00:50", "2014-10-26 01:50"], zone="Europe/London")
    end = times(["2014-03-30 02:10", "2014-10-26 02:10", "2014-10-26 01:10"], zone="Europe/London")
    assert list(begin.minutes_until(end)) == [20.0, 140.0, 20.0]


def test_hours_that_came_twice_or_never_are_counted_and_kept():
    read = times(["2014-03-30 01:30", "2014-10-26 01:30", "2014-06-01 01:30"], zone="Europe/London")
    told = Account("calls")
    check_clock_changes(read, told, "time")
    assert {note.key: note.values["n"] for note in told.notes} == {"hour_twice": 1, "hour_missing": 1}
    assert not np.isnat(read.local).any()


def test_far_too_many_at_midnight_are_days_without_an_hour_and_a_usual_number_is_not():
    rng = np.random.default_rng(1)
    drawn = [f"2014-01-{1 + i % 28:02d} {rng.integers(24):02d}:{rng.integers(60):02d}" for i in range(400)]
    told = Account("calls")
    many = forget_midnight(times([*drawn, *["2014-01-05 00:00"] * 60]), told, "time", wanted=None)
    assert many.knows_hour.sum() <= 400
    assert not np.isnat(many.local).any()
    assert [note.key for note in told.notes] == ["midnight"]
    assert forget_midnight(times(drawn), told, "time", wanted=None).knows_hour.all()


def test_every_hour_on_the_hour_is_no_reason_to_doubt_midnight():
    rounded = times([f"2014-01-{1 + i % 28:02d} {i % 24:02d}:00" for i in range(480)])
    assert forget_midnight(rounded, Account("calls"), "time", wanted=None).knows_hour.all()


def test_years_that_stand_for_nothing_are_impossible_and_not_early():
    read = times(["1900-01-01 00:00", "2014-01-01 10:00"])
    assert list(read.impossible) == [True, False]


def test_a_number_is_a_date_only_where_a_program_writes_one_so():
    assert read_cell("41900").first == 2014
    assert read_cell("5") is None
    assert np.isnan(read_cell("41900").minute)
