"""Who is sent to heads of buildings and into police rooms, and how such orders stand beside others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.errors import InputError
from sim.policies.compose import merge_orders
from sim.policies.contract.example import example_observation
from sim.policies.contract.registry import make_policy
from sim.policies.contract.rules import OrdersError, check_organisation
from sim.policies.landlords import buildings
from sim.policies.night_economy import NightEconomy
from sim.policies.police_rooms import places_of_rooms
from sim.policies.protocol import Orders, Task

SEEN = example_observation(n_segments=400, n_officers=96, n_on_duty=48)
NIGHT, BY_DAY, EVENING = (replace(SEEN, shift=shift) for shift in range(3))
FEW_ROLES = ("response", "detective")


def orders(name, seen, seed=1):
    return make_policy(name).decide(seen, np.random.default_rng(seed)).tasks


def test_a_building_is_some_homes_side_by_side_in_one_street():
    number = buildings(np.array([3, 3, 3, 3, 3, 5, 5, 6, -1, -1, 8], np.int32), 2)
    assert number.tolist() == [0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6]
    assert len(buildings(np.zeros(0, np.int32), 2)) == 0


def test_heads_are_looked_in_on_when_due_before_others_are_asked():
    heads = np.unique(SEEN.home_head[SEEN.home_head >= 0])
    late = heads[SEEN.now - SEEN.home_visited[heads] >= 30 * 1440.0]
    named = [home for task in orders("landlords(share=1.0, let_share=1.0)", BY_DAY) for home in task.targets]
    looked_in = set(named) & set(heads.tolist())
    assert looked_in
    assert looked_in <= set(late.tolist())
    only = replace(BY_DAY, home_visited=np.where(np.isin(np.arange(2000), heads), BY_DAY.now, BY_DAY.home_visited))
    assert not {home for task in orders("landlords", only) for home in task.targets} & set(heads.tolist())


def test_one_home_of_a_building_is_asked_where_newcomers_are_and_nobody_who_has_just_said_no():
    free = replace(BY_DAY, home_head=np.full(2000, -1, np.int32))
    name = "landlords(share=1.0, let_share=0.1, homes_a_head=2)"
    asked = [home for task in orders(name, free) for home in task.targets]
    assert len(asked) > 5
    number = buildings(free.brief.household_segment, 2)
    assert len(np.unique(number[asked])) == len(asked)
    most = np.argsort(-free.registered, kind="stable")[:40]
    assert set(free.brief.household_segment[asked].tolist()) <= set(most.tolist())
    assert (free.home_asked[asked] <= free.now - 365 * 1440.0).all()
    assert not orders(name, replace(free, home_asked=np.full(2000, free.now - 10 * 1440.0)))
    assert not orders(name, replace(free, registered=np.zeros(400, np.int32)))


def test_heads_are_seen_by_community_officers_by_day_and_in_the_evening_and_by_a_car_in_a_small_force():
    assert not orders("landlords", NIGHT)
    crew = set(SEEN.with_role("community").tolist())
    for seen in (BY_DAY, EVENING):
        assert {task.officer for task in orders("landlords", seen)} <= crew
    few = example_observation(n_segments=400, n_officers=12, n_on_duty=6, roster=FEW_ROLES)
    tasks = orders("landlords", few)
    assert len({task.officer for task in tasks}) == 1
    assert {few.brief.role[task.officer] for task in tasks} == {"response"}
    assert not orders("landlords", replace(few, on_duty=few.on_duty[:0], role=(), cell=few.cell[:0]))


def test_rooms_are_as_many_as_is_meant_and_lie_apart():
    brief = SEEN.brief
    rooms = places_of_rooms(brief, brief.n_residents / 6.0)
    assert len(np.unique(rooms)) == len(rooms) == 6
    x, y = brief.segment_x[rooms], brief.segment_y[rooms]
    apart = np.hypot(x[:, None] - x, y[:, None] - y)[np.triu_indices(6, 1)]
    anywhere = np.random.default_rng(1).choice(np.flatnonzero(brief.dwellings > 0), (500, 6))
    random = [np.hypot(np.subtract.outer(brief.segment_x[s], brief.segment_x[s]),
                       np.subtract.outer(brief.segment_y[s], brief.segment_y[s]))[np.triu_indices(6, 1)].min()
              for s in anywhere]  # fmt: skip
    assert apart.min() > np.quantile(random, 0.95)
    assert brief.dwellings[rooms].mean() > brief.dwellings.mean()
    assert len(places_of_rooms(brief, 1e6)) == 1
    assert len(places_of_rooms(replace(brief, dwellings=np.zeros(400)), 500.0)) == 0


def test_a_room_has_one_officer_while_it_is_open_an_auxiliary_first():
    for seen, until in ((BY_DAY, 480.0), (EVENING, 360.0)):
        tasks = orders("police_rooms(residents_a_room=500)", seen)
        assert tasks
        assert len({task.officer for task in tasks}) == len({task.targets for task in tasks}) == len(tasks)
        assert max(task.end for task in tasks) <= until
        roles = [seen.brief.role[task.officer] for task in tasks]
        n = len(seen.with_role("auxiliary"))
        assert roles.count("auxiliary") <= n
        assert set(roles) <= {"auxiliary", "community"}
        assert "community" not in roles or roles.index("community") >= roles.count("auxiliary")
    assert not orders("police_rooms", NIGHT)
    assert not orders("police_rooms(closes_h=16)", EVENING)
    few = example_observation(n_segments=400, n_officers=12, n_on_duty=6, roster=FEW_ROLES)
    assert [few.brief.role[task.officer] for task in orders("police_rooms(residents_a_room=500)", few)] in (
        ["response"], []
    )  # fmt: skip


def test_hours_and_places_that_cannot_be_are_refused():
    with pytest.raises(InputError, match="must open before they close"):
        make_policy("police_rooms(opens_h=12, closes_h=10)")
    policy, brief = make_policy("police_rooms"), SEEN.brief
    for wrong, said in (
        ({"police_rooms": np.array([400])}, "segments from 0 to 399"),
        ({"police_rooms": np.array([0.5])}, "list of segments"),
        ({"rooms_open_h": (9.0, 9.0)}, "two hours of a day"),
        ({"homes_a_head": 0}, "whole number of 1 or more"),
    ):
        with pytest.raises(OrdersError, match=said):
            check_organisation(
                replace(policy.organise(brief), **wrong), policy="x", n_segments=400, n_officers=len(brief.officer)
            )


def test_what_comes_first_cuts_other_orders_short_and_nothing_else_does():
    visits = Task(1, "homes", (3,), end=240.0)
    rounds = Task(1, "rounds", (5,), start=240.0)
    heads = Task(1, "heads", (7,), end=120.0)
    room = Task(2, "room", (9,), protected=True)
    other = Task(2, "rounds", (5,), end=300.0)
    merged = merge_orders([Orders((visits, rounds, other)), Orders((heads, room))]).tasks
    assert set(merged) == {replace(visits, start=120.0), rounds, heads, room}
    patrol = Task(1, "patrol", start=100.0, end=300.0)
    assert merge_orders([Orders((visits, rounds)), Orders((patrol,))]).tasks == (visits, rounds)
    again = Task(2, "heads", (8,), end=60.0)
    assert merge_orders([Orders((room,)), Orders((again,))]).tasks == (room,)


def test_licensees_are_visited_by_a_car_where_nobody_else_is_on_duty_in_the_evening():
    few = example_observation(n_segments=400, n_officers=12, n_on_duty=6, roster=FEW_ROLES, shift=2, day=74)
    tasks = NightEconomy(venue_streets=0.2).decide(few, np.random.default_rng(1)).tasks
    assert [few.brief.role[task.officer] for task in tasks] == ["response"]
    assert not NightEconomy(venue_streets=0.2, licensing_share=0.0).decide(few, np.random.default_rng(1)).tasks
