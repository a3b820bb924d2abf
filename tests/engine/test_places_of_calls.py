"""Demand has places and callers: few streets, homes and persons make most calls, unless the mechanism is cut."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import Ledger, run, scenario

from sim.agents.tables import BY_RESPONSE, INVALID, NOISE, NONE, TRAFFIC, WELFARE
from sim.city.centrality import measure_centrality
from sim.outcomes.concentration import find_smallest_share
from sim.world import World, build_world

QUIET: dict[str, Any] = {
    "n_days": 60,
    "offending__share_offending": 0.0,
    "disputes__disputes_per_household": 0.0,
    "demand__other_calls": 5000.0,
    "people__n_residents": 1500,
}
ALIKE = {"demand__place_call_spread": 0.0, "demand__household_call_spread": 0.0, "demand__caller_spread": 0.0}


@cache
def lived(changes: tuple[tuple[str, float], ...] = ()) -> tuple[World, Ledger]:
    """Run the quiet town with some parameters changed."""
    world = build_world(scenario(**QUIET | dict(changes)), 1)
    return world, run(world)


def calls(kind: int, **changes: float) -> NDArray[Any]:
    """Give the calls of a kind."""
    rows = lived(tuple(changes.items()))[1]["calls"]
    return rows[rows["kind"] == kind]


def half_of(where: NDArray[Any], n: int) -> float:
    """Give the smallest share of places that holds half of some calls."""
    return float(find_smallest_share(np.bincount(where, minlength=n), 0.5))


@pytest.mark.parametrize(("kind", "least"), [(TRAFFIC, 1.5), (WELFARE, 1.5), (NOISE, 1.3)])
def test_few_streets_make_most_calls_unless_streets_and_homes_are_alike(kind, least):
    whole, cut = (half_of(calls(kind, **changes)["segment"], 200) for changes in ({}, ALIKE))
    assert least * whole < cut


def test_few_persons_make_most_invalid_calls_unless_all_have_the_same_habit():
    whole, cut = (half_of(calls(INVALID, **changes)["caller"], 1500) for changes in ({}, ALIKE))
    assert 2.0 * whole < cut


def flow_of(rows: NDArray[Any]) -> float:
    """Give the mean traffic of the streets that calls are about, against the mean street by length."""
    net = lived()[0].city.streets
    flow = measure_centrality(net).betweenness
    return float(flow[rows["segment"]].mean() / np.average(flow, weights=net.segment_length_m))


def test_traffic_calls_lie_on_main_roads_unless_demand_is_even():
    assert flow_of(calls(TRAFFIC)) > 2.0
    even = {"demand__hour_profile_flat": 1.0}  # calls of all kinds are made where people are
    several = [flow_of(calls(kind, **even)) for kind in (TRAFFIC, NOISE, WELFARE, INVALID)]
    assert max(several) < 1.3 * min(several)
    assert flow_of(calls(TRAFFIC)) > 1.5 * flow_of(calls(TRAFFIC, **even))


def test_who_is_on_the_road_calls_and_nobody_else():
    rows = calls(TRAFFIC)
    assert 0 < (rows["caller"] >= 0).sum() < len(rows)
    assert (calls(TRAFFIC, demand__hour_profile_flat=1.0)["caller"] >= 0).all()


def at_night(**changes: float) -> float:
    """Give the share of calls about noise that fall into the hours of quiet."""
    hour = calls(NOISE, **changes)["t_call"] % 1440.0 / 60.0
    return float(((hour >= 22.0) | (hour < 6.0)).mean())


def test_noise_is_called_about_at_night_unless_people_bear_it_as_by_day():
    assert at_night() > 1.5 * at_night(demand__quiet_hours=1.0)
    assert at_night() > 0.25
    assert (calls(NOISE)["caller"] >= 0).mean() > 0.5


@pytest.mark.parametrize("share", [0.0, 0.45, 1.0])
def test_shops_schools_and_alarms_call_and_are_no_residents(share):
    rows = calls(WELFARE, demand__share_welfare_places=share)
    chance = 4.0 * np.sqrt(share * (1.0 - share) / len(rows))
    assert (rows["caller"] == NONE).mean() == pytest.approx(share, abs=chance)


def calls_of_old_people(old_welfare: float) -> float:
    """Give the calls for help of an old person against those of any other."""
    changes = {"demand__old_welfare": old_welfare, "demand__household_call_spread": 0.0}
    people = lived(tuple(changes.items()))[0].state.residents
    caller = calls(WELFARE, **changes)["caller"]
    old = people["age"] >= 65
    n = np.bincount(caller[caller >= 0], minlength=len(people))
    return float(n[old].mean() / n[~old].mean())


def test_old_people_need_help_more_often_unless_they_are_like_others():
    assert calls_of_old_people(4.0) > 2.0
    assert 0.5 < calls_of_old_people(1.0) < 1.6


def test_what_is_referred_is_counted_and_not_sent():
    names = ("demand__referred_traffic", "demand__referred_noise", "demand__referred_welfare")
    whole, cut = lived()[1], lived(tuple(dict.fromkeys(names, 0.0).items()))[1]
    n_invalid = [int((ledger["calls"]["kind"] == INVALID).sum()) for ledger in (whole, cut)]
    assert cut["days"]["n_telephone"].sum() == n_invalid[1]
    referred = whole["days"]["n_telephone"].sum() - n_invalid[0]
    assert referred > 150
    assert abs(len(whole["calls"]) + referred - len(cut["calls"])) < 10  # some are still open when the run ends


def test_most_callers_about_noise_are_not_met():
    whole, cut = lived()[1], lived((("demand__noise_caller_met", 1.0), ("demand__traffic_caller_met", 1.0)))[1]
    met = [int((ledger["contacts"]["kind"] == BY_RESPONSE).sum()) for ledger in (whole, cut)]
    assert met[0] < 0.9 * met[1]
    np.testing.assert_array_equal(whole["calls"]["t_call"], cut["calls"]["t_call"])


def test_the_number_of_calls_of_a_town_does_not_depend_on_how_they_are_spread():
    whole, cut = (sum(len(calls(kind, **c)) for kind in (TRAFFIC, NOISE, WELFARE)) for c in ({}, ALIKE))
    assert whole == pytest.approx(cut, rel=0.2)
