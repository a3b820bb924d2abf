"""Rules of dispatch, each where it shows: own district first, units kept back, and the order of those who wait."""

import numpy as np
import pytest
from recorded_town import number, replayed, write_calls
from worlds import play

from sim.world import build_city, build_world

PLAIN = {
    "force__n_foot": 0, "force__n_community": 0, "force__n_detective": 0, "force__n_response": 16,
    "force__p_on_duty": 1.0, "force__stops_per_hour": 0.0, "force__training_days": 0.0, "force__rest_min": 0.0,
    "dispatch__stack_reserve": 0.0, "dispatch__second_noise": 0.0, "dispatch__second_welfare": 0.0,
    "dispatch__units_first": 1,
}  # fmt: skip
"""Sixteen cars of four districts, four or five of them on duty, who do nothing but patrol and answer."""


ALL_ROUND = {"force__n_response": 36, "force__night_share": 0.34, "force__day_share": 0.33}
"""Three cars of every district at any hour."""


def answered(path, seed=1, **changes):
    """Give calls by number, and the district of who came first."""
    what = replayed(path, **PLAIN | changes)
    world = build_world(what, seed)
    calls = play(what, seed=seed)["calls"]
    calls = calls[calls["discovered"] == 0]
    calls = calls[np.argsort(number(calls))]
    return calls, world.state.officers["district"]


def own_share(calls, districts, district_of):
    came = calls["officer"] >= 0
    return np.mean(districts[calls["officer"][came]] == district_of[calls["segment"][came]])


@pytest.fixture
def spread(tmp_path):
    """Write quiet calls all over the town."""
    return write_calls(tmp_path / "spread.csv", [(25.0 * i, (11 * i) % 200, "noise", 3, 10.0) for i in range(110)])


def test_units_of_the_own_district_go_first(spread):
    district_of = build_city(replayed(spread)).district
    near, first = (
        own_share(*answered(spread, **ALL_ROUND, dispatch__own_district_min=lead), district_of)
        for lead in (0.0, 1440.0)
    )
    assert first > 0.95 > near + 0.1


@pytest.fixture
def rush(tmp_path):
    """Write long calls of low priority that take all cars, and then, again and again, one of priority 1."""
    rows = []
    for hour in range(0, 40, 4):
        rows += [(60.0 * hour + i, (17 * i + hour) % 200, "welfare", 2, 90.0) for i in range(12)]
        rows.append((60.0 * hour + 30.0, (31 * hour) % 200, "welfare", 1, 20.0))
    return write_calls(tmp_path / "rush.csv", rows)


def waits(calls, priority):
    mine = calls[calls["priority"] == priority]
    return mine["t_arrived"] - mine["t_call"]


def test_a_district_that_keeps_a_unit_back_has_one_for_priority_1(rush):
    usual, _ = answered(rush)
    kept, _ = answered(rush, dispatch__kept_a_district=1, dispatch__kept_max_min=600.0)
    assert np.nanmean(waits(kept, 1)) < 0.5 * np.nanmean(waits(usual, 1))
    assert np.nanmean(waits(kept, 2)) > np.nanmean(waits(usual, 2))


def test_nobody_waits_longer_for_that_reason_than_is_said(rush):
    """Keep more units than there are, so that every call waits, and see for how long."""
    calls, _ = answered(rush, **ALL_ROUND, dispatch__kept_a_district=50, dispatch__kept_max_min=25.0)
    sent = calls["t_sent"] - calls["t_call"]
    first = sent[(calls["priority"] == 2)][:4]
    assert (first >= 25.0).all()
    assert (first < 25.0 + 5.0 + 15.0).all()  # the telephone, and looked at again every five minutes


def test_waiting_calls_are_served_by_priority_or_in_the_order_in_which_they_came(rush):
    usual, _ = answered(rush, dispatch__preemption=0.0)
    by_time, _ = answered(rush, dispatch__preemption=0.0, dispatch__by_priority=0.0)
    assert np.nanmean(waits(by_time, 1)) > 1.5 * np.nanmean(waits(usual, 1))
