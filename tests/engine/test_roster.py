"""A roster of a force's own: who is on duty when, on which days, for how long, and from which station."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.population.officers import local_force
from sim.engine import run_shifts
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.scenarios.roster import Duty, deal_lines, districts_of
from sim.scenarios.scenario import Scenario
from sim.world import build_city, build_world

DAY, WEEKS = 1440.0, 4
TOWN = {
    "n_days": 7 * WEEKS, "city.streets": "grid", "city.n_segments": 160, "people.n_residents": 800,
    "force.n_districts": 4, "force.n_response": 20, "force.n_foot": 4, "force.n_community": 4, "force.n_detective": 2,
    "force.training_days": 0.0, "force.least_crew": 0.0,
}  # fmt: skip


def town(roster=(), **changes):
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return Scenario().replace(TOWN | {"roster": tuple(roster)} | named)


def duties(scenario, policy="reactive"):
    """List begin and length of every duty of response officers, as they are when a briefing finds them."""
    world = build_world(scenario, 1)
    found = set()
    for _ in run_shifts(world, make_policy(policy)):
        officers = world.state.officers
        for row in np.flatnonzero((officers["role"] == 0) & (officers["duty_end"] > 0)).tolist():
            begin = float(officers["duty_from"][row])
            found.add((row, begin, float(officers["duty_end"][row]) - begin))
    return world, np.array(sorted(found))


def test_as_many_officers_as_the_lines_have_are_dealt_as_they_say():
    lines = [Duty(role="response", number=n, begins="06:00") for n in (7, 5, 3, 1)]
    assert np.bincount(deal_lines(lines, 16).line).tolist() == [7, 5, 3, 1]
    for n in range(1, 40):
        one_less, one_more = deal_lines(lines, n), deal_lines(lines, n + 1)
        assert np.array_equal(one_more.line[:n], one_less.line)
        assert np.array_equal(one_more.place[:n], one_less.place)


def test_officers_of_a_line_go_to_its_district_or_to_all_in_turn():
    lines = [Duty(role="foot", number=8, begins="06:00"), Duty(role="foot", number=4, begins="14:00", district=2)]
    dealt = deal_lines(lines, 12)
    district = districts_of(lines, dealt, 4)
    assert np.bincount(district[dealt.line == 0]).tolist() == [2, 2, 2, 2]
    assert set(district[dealt.line == 1].tolist()) == {2}


def test_duties_begin_and_last_as_the_roster_says():
    early = {"role": "response", "number": 12, "begins": "06:30", "hours": 12, "away": 0.0}
    late = {"role": "response", "number": 8, "begins": "18:30", "hours": 10, "weekdays": "Fri-Sun", "away": 0.0}
    scenario = town([early, late])
    _, found = duties(scenario)
    begins, length = found[:, 1] % DAY, found[:, 2]
    assert set(begins.tolist()) == {390.0, 1110.0}
    assert set(length[begins == 390.0].tolist()) == {720.0}
    assert set(length[begins == 1110.0].tolist()) == {600.0}
    weekday = (scenario.start.weekday() + found[:, 1] // DAY) % 7
    assert set(weekday[begins == 1110.0].tolist()) == {4.0, 5.0, 6.0}
    assert (begins == 1110.0).sum() == 8 * 3 * WEEKS  # all of them, on each of their days
    # Five days of seven, each drawn: 12 officers for four weeks give 240 duties in the mean.
    assert (begins == 390.0).sum() == pytest.approx(240, abs=4 * np.sqrt(12 * 28 * 5 / 7 * 2 / 7))


def test_paid_time_is_that_of_the_roster():
    line = {"role": "response", "number": 20, "begins": "07:00", "hours": 12, "days_a_week": 7, "away": 0.0}
    world = build_world(town([line], force__p_hospital=0.0), 1)
    minutes = sum(float(rows["days"]["duty_min"][:, 0].sum()) for _, rows in run_shifts(world, make_policy("reactive")))
    assert minutes / (20 * 720 * 7 * WEEKS) == pytest.approx(1.0, abs=0.05)  # overtime, and the last night


def test_nobody_is_on_duty_where_the_roster_has_nobody():
    line = {"role": "response", "number": 20, "begins": "08:00", "weekdays": "Mon-Fri", "away": 0.0}
    world, on_duty = build_world(town([line]), 1), {}
    for shift, _ in run_shifts(world, make_policy("reactive")):
        officers, at = world.state.officers, (shift * 480.0) - 1.0
        busy = (officers["role"] == 0) & (officers["duty_from"] <= at) & (officers["duty_end"] > at)
        on_duty.setdefault((int(at // DAY), int(at % DAY // 480)), int(busy.sum()))
    monday = 7 - town().start.weekday()
    assert on_duty[monday, 1] == 20
    assert on_duty[monday, 0] == on_duty[monday, 2] == 0
    assert on_duty[monday - 1, 1] == on_duty[monday - 2, 1] == 0  # the weekend before


def test_orders_reach_a_duty_that_goes_on_into_the_next_shift():
    line = {"role": "response", "number": 20, "begins": "07:00", "hours": 12, "days_a_week": 7, "away": 0.0}
    world = build_world(town([line], n_days=3), 1)
    orders = np.concatenate([rows["orders"] for _, rows in run_shifts(world, make_policy("hotspot"))])
    shift = orders["t"][world.state.officers["role"][orders["officer"]] == 0] % DAY // 480
    # From seven to eight, all of the day shift, and until seven in the evening shift.
    assert {int(one) for one in shift.tolist()} == {0, 1, 2}


def test_a_part_keeps_its_own_lines():
    roster = [
        {"role": "response", "number": 14, "begins": "07:00", "hours": 12},
        {"role": "response", "number": 6, "begins": "19:00", "hours": 12, "district": 3},
    ]
    scenario = town(roster, n_days=2).replace({"city.districts": "1,3"})
    local = local_force(scenario, build_city(scenario))
    numbers = {line.begins: (line.number, line.district) for line in local.roster}
    assert numbers == {"07:00": (7, None), "19:00": (6, 1)}  # two of four districts; district 3 is the second of them
    assert local.force.n_response == 13


def test_a_station_is_where_the_scenario_says():
    bare = build_world(town(), 1)
    net = bare.city.streets
    corner = {"name": "corner", "x": float(net.midpoint_x.min()), "y": float(net.midpoint_y.min()), "districts": (2,)}
    world = build_world(town(stations=(corner,)), 1)
    one = set(world.state.officers["station"].tolist())
    assert len(set(bare.state.officers["station"].tolist())) == 4
    assert len(one) == 1  # the only station serves the districts that name none, too
    junction = one.pop()
    nearest = np.argmin(np.hypot(net.midpoint_x - corner["x"], net.midpoint_y - corner["y"]))
    assert junction == net.segment_from[nearest]


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ([{"role": "patrol", "number": 1, "begins": "07:00"}], "role must be one of response"),
        ([{"role": "foot", "number": 1, "begins": "24:00"}], "time of day such as '06:30', got '24:00'"),
        (
            [{"role": "foot", "number": 1, "begins": "07:00", "weekdays": "Mo-Fr"}],
            "'Mon-Fri' or 'Sat,Sun', got 'Mo-Fr'",
        ),
        (
            [{"role": "foot", "number": 1, "begins": "07:00", "weekdays": "Sat,Sun", "days_a_week": 3}],
            "at most the 2 days",
        ),
        ([{"role": "mediator", "number": 1, "begins": "07:00"}], "force.n_mediator = 0"),
        ([{"role": "foot", "number": 1, "begins": "07:00", "district": 4}], "0 to 3"),
    ],
)
def test_a_roster_that_does_not_fit_is_refused(roster, said):
    with pytest.raises(InputError, match=said):
        town(roster)
