"""Days breathe: who is where at which hour, by weekday, age and kind of day, and what breaks when a part is cut."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import scenario

from sim.agents.days import MAX_TRIPS, PLAN_BEGINS_MIN, leg_ends, plan_person
from sim.agents.opportunity import attraction
from sim.agents.tables import (
    AT_HOME,
    AT_LEISURE_A,
    AT_LEISURE_B,
    AT_WORK,
    CHILD,
    DAYS_NIGHT,
    DAYS_WORK,
    OLD,
    YOUNG,
)
from sim.agents.waking import can_quarrel, is_awake, p_calls_now, p_searches_now
from sim.clock import DAY_MIN
from sim.params import ASSAULT, BURGLARY, ROBBERY
from sim.world import World, build_world

Places = NDArray[np.int64]
TUESDAY, FRIDAY, SATURDAY, SUNDAY = 1, 4, 5, 6
NO_EVENINGS = {f"days__p_evening_{name}": 0.0 for name in ("week", "friday", "saturday", "sunday")}


@cache
def town(**changes: Any) -> World:
    """Build a town whose first day is a Monday."""
    return build_world(scenario(n_days=14, start="2014-01-06", people__n_residents=4000, **changes), 1)


def plans(world: World, day: int) -> list[list[tuple[float, int, int]]]:
    """Give everybody's trips of a day: minutes after four, from where, where to."""
    times, legs = np.empty(MAX_TRIPS), np.empty(MAX_TRIPS, np.uint8)
    out = []
    for person in range(len(world.state.routines)):
        n = plan_person(world.state, person, day, times, legs)
        out.append([(float(times[i]), *leg_ends(int(legs[i]))) for i in range(n)])
    return out


def places_at(world: World, day: int, hour: float) -> Places:
    """Tell where people are by the plan of a day, ways left out; an hour after midnight counts on from 24."""
    minute = 60.0 * hour - PLAN_BEGINS_MIN
    return np.array([([AT_HOME] + [goal for t, _, goal in plan if t <= minute])[-1] for plan in plans(world, day)])


@pytest.mark.parametrize("day", range(7))
def test_a_plan_is_one_way_in_order_of_time(day):
    for kind, plan in zip(town().state.routines["kind"], plans(town(), day), strict=True):
        assert all(a[0] <= b[0] and a[2] == b[1] for a, b in pairwise(plan))
        assert not plan or (plan[0][1] == AT_HOME and plan[-1][0] < DAY_MIN)
        assert not plan or plan[-1][2] == AT_HOME or (kind == DAYS_NIGHT and plan[-1][1:] == (AT_HOME, AT_WORK))


def test_who_is_still_at_work_at_four_goes_home_first():
    world = build_world(scenario(people__n_residents=500), 1)
    world.state.where[:] = AT_WORK
    assert all(plan[0][1:] == (AT_WORK, AT_HOME) for plan in plans(world, 0))


def test_sunday_night_at_three_differs_from_tuesday_and_is_the_nights_of_the_young():
    on_sunday, on_tuesday = places_at(town(), SATURDAY, 25.5), places_at(town(), TUESDAY - 1, 25.5)
    young = town().state.routines["age_band"] == YOUNG
    out = [np.isin(places, (AT_LEISURE_A, AT_LEISURE_B)) for places in (on_sunday, on_tuesday)]
    assert out[0].mean() > 4 * out[1].mean() > 0
    assert out[0][young].mean() > 3 * out[0][~young].mean()
    cut = town(**NO_EVENINGS)
    assert not any(np.isin(places_at(cut, day, 25.5), (AT_LEISURE_A, AT_LEISURE_B)).any() for day in (0, 5))


def test_places_close():
    for hours, closing in (({}, 26.0), ({"days__closing_h": 24.0, "days__closing_week_h": 23.0}, 24.0)):
        world = town(**hours)
        assert (places_at(world, SATURDAY, closing - 0.2) == AT_LEISURE_B).mean() > 0.01
        assert not (places_at(world, SATURDAY, closing + 0.3) == AT_LEISURE_B).any()
        assert not (places_at(world, TUESDAY, closing - 0.7) == AT_LEISURE_B).any()


def test_work_at_night_and_on_sundays_has_its_share_and_can_be_cut():
    world, works = town(), town().state.routines["kind"]
    at_night = places_at(world, TUESDAY, 27.0) == AT_WORK
    assert set(works[at_night]) == {DAYS_NIGHT}
    assert 0.5 < at_night[works == DAYS_NIGHT].mean() < 0.8
    on_sunday = places_at(world, SUNDAY, 14.0) == AT_WORK
    assert 0.02 < on_sunday.mean() < 0.3 * (places_at(world, TUESDAY, 14.0) == AT_WORK).mean()
    cut = town(
        days__share_night_shift=0.0, days__share_rota=0.0, days__share_late_shift=0.0, days__p_at_work_weekend=0.0
    )
    assert not (places_at(cut, TUESDAY, 27.0) == AT_WORK).any()
    assert (places_at(cut, SUNDAY, 14.0) == AT_WORK).mean() < 0.02  # students only


def test_children_are_never_out_for_the_evening_and_the_old_are_home_early():
    band = town().state.routines["age_band"]
    late = [places_at(town(), SATURDAY, hour) for hour in (20.0, 21.0, 23.5)]
    assert all((places[band == CHILD] != AT_LEISURE_B).all() for places in late)
    assert (late[1][band == OLD] != AT_HOME).any()
    assert (late[2][band == OLD] == AT_HOME).all()


def test_some_free_afternoons_are_spent_in_homes_unless_nobody_visits():
    def in_homes(share: float) -> float:
        w = (world := town(days__share_visiting=share)).state
        where = w.rounds["place"][w.routines["round"], AT_LEISURE_A][places_at(world, SUNDAY, 15.0) == AT_LEISURE_A]
        return float((w.segments["shops"][where] == 0.0).mean())

    # Three seeds gave 0.30 to 0.32; hardly a street has shops.
    assert in_homes(0.35) > 0.2
    assert in_homes(0.0) == 0.0


def test_fear_keeps_people_at_home_in_the_evening_and_only_then():
    world = build_world(scenario(people__n_residents=3000, start="2014-01-06", days__stay_in_fear=1.0), 1)
    world.state.residents["security"] = 1.0
    evening, noon = (places_at(world, FRIDAY, hour) for hour in (21.0, 12.0))
    world.state.residents["security"] = 0.0
    assert (evening == AT_LEISURE_B).any()
    assert not (places_at(world, FRIDAY, 21.0) == AT_LEISURE_B).any()
    np.testing.assert_array_equal(places_at(world, FRIDAY, 12.0), noon)
    world.state.p["stay_in_fear"] = 0.0
    np.testing.assert_array_equal(places_at(world, FRIDAY, 21.0), evening)


def awake_at(world: World, day: int, hour: float, people: Places) -> float:
    return float(np.mean([is_awake(world.state, person, 60.0 * (24.0 * day + hour)) for person in people.tolist()]))


def test_nine_in_ten_sleep_at_three_and_hardly_anybody_at_noon():
    everybody = np.arange(len(town().state.routines))
    assert 0.90 < 1.0 - awake_at(town(), TUESDAY, 27.0, everybody) < 0.98
    assert awake_at(town(), TUESDAY, 12.0, everybody) > 0.95
    workers = np.flatnonzero(town().state.routines["kind"] == DAYS_WORK)
    assert awake_at(town(), TUESDAY, 31.0, workers) > awake_at(town(), SATURDAY, 31.0, workers) + 0.3
    night = np.flatnonzero(town().state.routines["kind"] == DAYS_NIGHT)
    assert awake_at(town(), TUESDAY, 11.0, night) < 0.1


def test_calls_quarrels_and_searches_need_somebody_awake():
    world = build_world(scenario(people__n_residents=400), 1)
    state, noon, night = world.state, 12.0 * 60.0, 27.0 * 60.0
    one, other = (int(row) for row in np.flatnonzero(state.routines["kind"] == DAYS_WORK)[:2])
    asleep = next(t for t in (night, night + DAY_MIN, night + 2 * DAY_MIN) if not is_awake(state, one, t))
    assert p_calls_now(state, one, asleep) < 0.2 * p_calls_now(state, one, noon)
    assert p_searches_now(state, one, BURGLARY, asleep) == 0.0 < p_searches_now(state, one, BURGLARY, noon)
    assert not can_quarrel(state, one, other, asleep)
    state.where[one] = AT_LEISURE_B
    assert p_searches_now(state, one, ASSAULT, asleep) == 1.0
    assert p_searches_now(state, one, BURGLARY, asleep) < 1.0
    assert not can_quarrel(state, one, other, noon)
    state.p["hour_profile_flat"] = 1.0
    assert p_calls_now(state, one, asleep) == pytest.approx(p_calls_now(state, other, noon))


def test_violence_follows_those_who_are_out_and_robbery_those_on_foot():
    world = build_world(scenario(people__n_residents=400), 1)
    state, place = world.state, world.state.crowds[:1]
    state.c["mean_foot"], state.c["mean_visiting"], state.c["mean_out"] = 1.0, 4.0, 1.0
    place["n_home"] = state.segments["n_residents"][:1]
    place["n_visiting"] = 20
    by_day = {kind: attraction(state, 0, kind, 0.0) for kind in (ASSAULT, ROBBERY, BURGLARY)}
    place["n_out"] = 20  # the same number of people, out for the evening
    by_night = {kind: attraction(state, 0, kind, 0.0) for kind in by_day}
    assert by_night[ASSAULT] > 2.0 * by_day[ASSAULT]
    assert by_night[ROBBERY] > by_day[ROBBERY] == 0.0
    state.p["drink_weight"] = state.p["sober_weight"]
    assert attraction(state, 0, ASSAULT, 0.0) < by_night[ASSAULT] / 2.0
    place["n_street"], alone = 5, attraction(state, 0, ROBBERY, 0.0)  # in cars: they see, and nobody robs them
    seen = attraction(state, 0, ROBBERY, 0.0)
    place["n_foot"] = 5
    assert seen < min(alone, attraction(state, 0, ROBBERY, 0.0))
