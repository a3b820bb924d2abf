"""What the strategies order, held against what the literature says that officers do."""

from dataclasses import replace

import numpy as np
import pytest

from sim.policies.contract.conformance import example_observation
from sim.policies.hotspot import Hotspot, share_out
from sim.policies.protocol import Orders
from sim.policies.reactive import Reactive

CITY = {"n_segments": 3700, "n_officers": 150, "n_incidents": 5000, "day": 73}
ONE_CAR = {"on_duty": np.array([0], np.int32), "role": ("response",), "cell": np.array([-1], np.int32)}


def decide(policy, seen, seed=1):
    return policy.decide(seen, np.random.default_rng(seed))


def places(orders):
    return [target for task in orders.tasks for target in task.targets]


def test_reactive_sends_nobody_anywhere():
    assert decide(Reactive(), example_observation()) == Orders()


def test_reactive_by_district_keeps_patrol_officers_where_they_start():
    brief = example_observation().brief
    organisation = Reactive(patrol_in="district").organise(brief)
    crew = np.isin(brief.role, ("response", "foot"))

    assert np.array_equal(organisation.officer_cell[crew], brief.district[brief.base[crew]])
    assert np.all(organisation.officer_cell[~crew] == -1)
    assert np.all(Reactive().organise(brief).officer_cell == -1)


def test_hot_spot_rounds_go_to_this_weeks_hottest_segments():
    seen = example_observation(**CITY)
    hot = set(seen.hottest(0.02, weeks=8, until=seen.week_began).tolist())
    ordered = places(decide(Hotspot(), seen))

    assert ordered
    assert set(ordered) <= hot
    rounds = {task.start: [] for task in decide(Hotspot(), seen).tasks}
    assert sorted(rounds) == [0.0, 120.0, 240.0, 360.0]
    for task in decide(Hotspot(), seen).tasks:
        assert task.once
        assert task.end == task.start + 120.0
        rounds[task.start] += task.targets
    for stops in rounds.values():
        assert len(set(stops)) == len(stops)
        assert set(stops) == set(ordered)


def test_hot_spot_rounds_are_for_response_and_foot_officers_with_the_radio_on():
    seen = example_observation(**CITY)
    orders = decide(Hotspot(), seen)

    assert {task.officer for task in orders.tasks} <= set(seen.with_role("response", "foot").tolist())
    assert all(task.kind == "rounds" and task.dwell == 15.0 and not task.protected for task in orders.tasks)


def test_a_round_fits_into_two_hours_ways_included():
    seen = example_observation(**CITY)
    x, y = seen.brief.segment_x, seen.brief.segment_y
    on_foot = set(seen.with_role("foot").tolist())
    for task in decide(Hotspot(), seen).tasks:
        stops = np.array(task.targets)
        way_m = np.hypot(*(np.diff(np.append(v[stops], v[stops[0]])) for v in (x, y))).sum()
        way_min = way_m / ((3.5 if task.officer in on_foot else 15.0) * 1000 / 60)
        assert len(stops) == 1 or len(stops) * 15 + way_min < 120 * 1.25


def test_each_officer_keeps_the_hottest_of_the_places_nearby():
    seen = example_observation(**CITY)
    ranks = {s: i for i, s in enumerate(seen.hottest(0.1, weeks=8, until=seen.week_began).tolist())}
    short, long = (decide(Hotspot(share=0.1, every_min=every), seen) for every in (60, 240))

    def mean_rank(orders):
        return np.mean([ranks[s] for s in places(orders)])

    assert len(places(short)) < len(places(long))
    assert mean_rank(short) < mean_rank(long)


def test_walkers_get_places_near_their_base():
    seen = example_observation(**CITY)
    brief = seen.brief
    away_m = {"foot": [], "response": []}
    for seed in range(10):
        for task in decide(Hotspot(), seen, seed).tasks:
            x, y = brief.segment_x[list(task.targets)].mean(), brief.segment_y[list(task.targets)].mean()
            base = brief.base[task.officer]
            away_m[brief.role[task.officer]].append(np.hypot(x - brief.segment_x[base], y - brief.segment_y[base]))

    assert np.mean(away_m["foot"]) < 0.5 * np.mean(away_m["response"])


def test_the_order_of_a_round_is_drawn_anew_each_shift():
    seen = example_observation(**CITY)
    one, other = (decide(Hotspot(), seen, seed) for seed in (1, 2))

    assert one != other
    assert {task.targets for task in one.tasks} != {task.targets for task in other.tasks}


def test_the_map_changes_on_monday_and_not_between():
    later = example_observation(**(CITY | {"day": 90}))

    def list_of(day):
        seen = replace(later, day=day, now=day * 1440.0, weekday=day % 7)
        # One officer and a day of time: the round is the whole list, whatever the lots.
        return set(places(decide(Hotspot(share=0.005, every_min=480, dwell=1), replace(seen, **ONE_CAR))))

    assert list_of(70) == list_of(73) == list_of(76)
    assert list_of(70) != list_of(77)


@pytest.mark.parametrize(("share_of_force", "expected"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_only_a_share_of_the_force_makes_rounds(share_of_force, expected):
    seen = example_observation(**CITY)
    n_able = len(seen.with_role("response", "foot"))
    crew = {task.officer for task in decide(Hotspot(share_of_force=share_of_force, share=0.1), seen).tasks}

    assert len(crew) == round(expected * n_able)


def test_without_a_map_there_is_random_patrol():
    assert decide(Hotspot(), example_observation(n_incidents=0)) == Orders()
    assert decide(Hotspot(), example_observation(n_on_duty=0)) == Orders()
    assert decide(Hotspot(), example_observation(day=3, shift=2)) == Orders()


@pytest.mark.parametrize(("n_places", "n_groups"), [(0, 3), (1, 4), (5, 5), (64, 8), (70, 9), (7, 1)])
def test_places_are_shared_out_evenly_and_completely(n_places, n_groups):
    rng = np.random.default_rng(1)
    groups = share_out(rng.random(n_places), rng.random(n_places), n_groups)

    assert len(groups) == n_groups
    assert sorted(np.concatenate(groups).tolist()) == list(range(n_places))
    assert np.ptp([len(g) for g in groups]) <= (1 if n_groups & (n_groups - 1) == 0 else 2)


def test_groups_lie_closer_together_than_lots_would():
    rng = np.random.default_rng(1)
    x, y = rng.random(64), rng.random(64)

    def spread(groups):
        return np.mean([np.hypot(x[g] - x[g].mean(), y[g] - y[g].mean()).mean() for g in groups])

    assert spread(share_out(x, y, 8)) < 0.5 * spread(np.array_split(rng.permutation(64), 8))
