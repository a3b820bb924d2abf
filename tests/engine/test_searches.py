"""A search that goes only as far as it is asked gives what a whole tree gives, to the byte."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import Busy, digest, run, scenario, ticks

import sim.world
from sim.agents.dispatch import is_free, list_crew, minutes_to_call, nearest_free
from sim.agents.routing import FAR, build_roads, minutes_between, minutes_within, plan_route
from sim.agents.state import Roads, State
from sim.agents.tables import FOOT, NEVER, NONE, PATROL
from sim.city.reading.load import load_streets
from sim.city.streets import StreetNetwork
from sim.city.synthetic.statistics import grid_city, organic_city
from sim.world import World, build_world

CITIES = {
    "grid": lambda: grid_city(n_segments=300, seed=2),
    "organic": lambda: organic_city(n_segments=300, seed=2),
    "new_haven": lambda: load_streets("new_haven"),
}
CROWD: dict[str, Any] = {
    "n_days": 6,
    "city__n_segments": 500,
    "force__n_response": 24,
    "force__n_foot": 12,
    "force__foot_kmh": 10.0,
    "dispatch__own_cell_min": 3.0,
    "dispatch__units_first": 3,
}


@cache
def both_ways(streets: str, kind: str) -> tuple[StreetNetwork, Roads, Roads]:
    """Prepare the same roads with room for all trees, and with room for none."""
    net = CITIES[streets]()
    kmh = net.segment_speed_kmh if kind == "drive" else np.full(net.n_segments, 4.5)
    arcs = getattr(net, kind)
    whole, part = build_roads(net, arcs, kmh), build_roads(net, arcs, kmh, 0)
    assert len(whole.tree_to) == net.n_junctions
    assert len(part.tree_to) == 1
    return net, whole, part


def pairs(net: StreetNetwork, n: int) -> list[tuple[int, int]]:
    """Draw origins and destinations, several questions in a row about most of the destinations."""
    rng = np.random.default_rng(5)
    goals = np.repeat(rng.integers(net.n_junctions, size=n), rng.integers(1, 8, size=n))
    return list(zip(rng.integers(net.n_junctions, size=len(goals)).tolist(), goals.tolist(), strict=True))


@pytest.mark.parametrize("kind", ["walk", "drive"])
@pytest.mark.parametrize("streets", CITIES)
def test_ways_are_those_of_the_whole_tree(streets, kind):
    net, whole, part = both_ways(streets, kind)
    a, b = np.zeros(600, np.int32), np.zeros(600, np.int32)
    for origin, goal in pairs(net, 60):
        assert minutes_between(part, origin, goal) == minutes_between(whole, origin, goal)
        n = plan_route(whole, origin, goal, a)
        assert plan_route(part, origin, goal, b) == n
        assert (a[:n] == b[:n]).all()


@pytest.mark.parametrize("streets", CITIES)
def test_what_is_within_the_limit_is_exact_and_what_is_not_is_never_said_to_be(streets):
    net, whole, part = both_ways(streets, "drive")
    rng = np.random.default_rng(6)
    n_near = n_beyond = 0
    for origin, goal in pairs(net, 200):
        exact, limit = minutes_between(whole, origin, goal), float(rng.choice([0.5, 2.0, 5.0, 20.0]))
        found = minutes_within(part, origin, goal, limit)
        assert found == exact or (found == FAR and exact > limit)
        n_near += exact <= limit
        n_beyond += found == FAR
    assert n_near > 50
    assert n_beyond > 50


def test_a_search_stops_where_it_can():
    _, whole, part = both_ways("new_haven", "drive")
    near = int(whole.head[whole.start[100]])
    minutes_between(part, near, 100)
    assert (part.tree_min[0] < FAR).sum() < 0.1 * len(part.x)


def test_a_run_does_not_show_whether_trees_are_kept(monkeypatch):
    def play() -> tuple[World, str]:
        world = build_world(scenario(**CROWD), 4)
        return world, digest(run(world, Busy())) + digest(world.arrays())

    large, kept = play()
    monkeypatch.setattr(sim.world, "TREE_BYTES", 0)
    small, searched = play()
    assert len(large.state.drive.tree_to) > len(small.state.drive.tree_to) == 1
    assert searched == kept


def who_is_first(w: State, row: int, t: float) -> int:
    """Ask every free unit for its exact minutes; the lower key comes first among equals."""
    priority = int(w.calls["priority"][row])
    free = [o for o in range(len(w.officers)) if is_free(w, o, priority)]
    asked = [(minutes_to_call(w, o, row, t, NEVER), int(w.officers["key"][o]), o) for o in free]
    return min((one for one in asked if one[0] < NEVER), default=(0.0, 0, NONE))[2]


@pytest.mark.parametrize("streets", ["grid", "organic"])
def test_the_unit_that_is_sent_is_the_one_that_a_round_of_questions_would_find(streets):
    what = scenario(**CROWD | {"city__streets": streets})
    world, rng, chosen = build_world(what, 2), np.random.default_rng(7), []
    net, force = world.city.streets, what.force
    searched = replace(
        world.state,
        walk=build_roads(net, net.walk, np.full(net.n_segments, force.foot_kmh), 0),
        drive=build_roads(net, net.drive, net.segment_speed_kmh * what.dispatch.limit_factor, 0),
    )
    for tick in ticks(world, Busy(), 1):
        w, t = world.state, 5.0 * (tick + 1)
        row = int(np.flatnonzero(w.calls["state"] == 0)[0])
        for _ in range(10):
            w.calls["segment"][row], w.calls["priority"][row] = rng.integers(net.n_segments), rng.integers(1, 4)
            there = w.officers["segment"][w.officers["activity"] == PATROL]
            w.calls["discovered"][row] = there.size > 0 and rng.random() < 0.3
            if w.calls["discovered"][row]:
                w.calls["segment"][row] = max(int(rng.choice(there)), 0)
            expected = who_is_first(w, row, t)
            assert nearest_free(w, list_crew(w), row, t) == expected
            assert nearest_free(searched, list_crew(searched), row, t) == expected
            chosen.append(expected)
        w.calls[row] = np.zeros((), w.calls.dtype)
    by_foot = np.array([o != NONE and w.officers["role"][o] == FOOT for o in chosen])
    assert len(set(chosen)) > 15
    assert by_foot.mean() > 0.02
