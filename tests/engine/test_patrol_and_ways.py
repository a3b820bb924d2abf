"""Random patrol goes everywhere alike, as theory says, and officers take the quickest ways."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import play, scenario

from sim.agents.routing import FAR, build_roads, minutes_between, plan_route
from sim.city.reading.load import load_streets
from sim.city.streets import StreetNetwork
from sim.city.synthetic.statistics import grid_city, organic_city
from sim.world import build_city

N_MONTHS = 8
QUIET: dict[str, Any] = {
    "n_days": 30,
    "people__n_residents": 50,
    "offending__share_offending": 0.0,
    "disputes__disputes_per_household": 0.0,
    "demand__other_calls": 0.0,
    "force__n_response": 0,
    "force__n_foot": 0,
    "force__n_community": 0,
    "force__n_detective": 0,
    "force__n_auxiliary": 0,
    "force__n_mediator": 0,
    "force__p_on_duty": 1.0,
    "force__rest_min": 0.0,
    "force__briefing_min": 0.0,
    "force__handover_min": 0.0,
    "force__training_days": 0.0,
    "force__least_crew": 0.0,
    "force__foot_kmh": 10.0,
    "force__stops_per_hour": 0.0,
}
TOWN = build_city(scenario(**QUIET))


@cache
def visits(role: str) -> NDArray[np.float64]:
    """Count how often officers of a role walk or drive along each segment, in each of some months."""
    town = scenario(**QUIET | {f"force__n_{role}": 6})
    months = [play(town, seed=seed, city=TOWN)["segments"]["police_min"] for seed in range(1, N_MONTHS + 1)]
    return np.array(months) / TOWN.streets.segment_length_m


def unevenness(counts: NDArray[np.float64]) -> float:
    """Measure how unequal the visits of segments are, in standard errors of chance between months.

    A walk that never turns back, on streets open both ways, visits all arcs alike (it is doubly stochastic), so
    junctions in proportion to their streets. The sum of squared distances from the mean is compared with what the
    spread between months explains.
    """
    n, n_segments = counts.shape
    relative = counts / counts.mean(axis=1, keepdims=True)
    z = (relative.mean(axis=0) - 1.0) / (relative.std(axis=0, ddof=1) / math.sqrt(n))
    # Squares of Student's t with n - 1 degrees of freedom.
    df = n - 1
    mean, variance = df / (df - 2), 2 * df**2 * (df - 1) / ((df - 2) ** 2 * (df - 4))
    return float((np.mean(z**2) - mean) / math.sqrt(variance / n_segments))


def test_random_patrol_on_foot_visits_all_streets_alike():
    assert visits("foot").sum() > 1000
    assert abs(unevenness(visits("foot"))) < 4


def test_one_way_streets_make_patrol_by_car_uneven_and_that_is_noticed():
    assert not TOWN.streets.drive_backward.all()
    assert unevenness(visits("response")) > 8


def graph_of(net: StreetNetwork, kind: str, kmh: NDArray[np.float64]) -> nx.DiGraph:
    """Make a graph of the ways for NetworkX, the quickest of parallel ones."""
    arcs = getattr(net, kind)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(net.n_junctions))
    for tail in range(net.n_junctions):
        for k in range(arcs.start[tail], arcs.start[tail + 1]):
            minutes = net.segment_length_m[arcs.segment[k]] / (kmh[arcs.segment[k]] * 1000 / 60)
            before = graph.get_edge_data(tail, int(arcs.head[k]), {"minutes": math.inf})["minutes"]
            graph.add_edge(tail, int(arcs.head[k]), minutes=min(before, minutes))
    return graph


@pytest.mark.parametrize("kind", ["walk", "drive"])
@pytest.mark.parametrize("streets", ["grid", "organic", "new_haven"])
def test_ways_are_as_quick_as_those_of_networkx(streets, kind):
    net = {
        "grid": lambda: grid_city(n_segments=300, seed=2),
        "organic": lambda: organic_city(n_segments=300, seed=2),
    }.get(streets, lambda: load_streets(streets))()
    kmh = net.segment_speed_kmh if kind == "drive" else np.full(net.n_segments, 4.5)
    roads, graph = build_roads(net, getattr(net, kind), kmh), graph_of(net, kind, kmh)
    rng = np.random.default_rng(1)
    for goal in rng.choice(net.n_junctions, 4, replace=False).tolist():
        expected = nx.single_source_dijkstra_path_length(graph.reverse(copy=False), goal, weight="minutes")
        for origin in rng.choice(net.n_junctions, 50).tolist():
            found = minutes_between(roads, origin, goal)
            if origin in expected:
                assert found == pytest.approx(expected[origin], rel=1e-4, abs=1e-4)
                assert route_minutes(roads, origin, goal) == pytest.approx(found, rel=1e-4, abs=1e-4)
            else:
                assert found == FAR


def route_minutes(roads: Any, origin: int, goal: int) -> float:
    """Follow a planned route to its end and add up its minutes."""
    route = np.zeros(2000, np.int32)
    at, minutes = origin, 0.0
    for arc in route[: plan_route(roads, origin, goal, route)]:
        assert roads.start[at] <= arc < roads.start[at + 1]
        at, minutes = int(roads.head[arc]), minutes + float(roads.minutes[arc])
    assert at == goal
    return minutes


def test_a_wrong_speed_is_noticed():
    net = grid_city(n_segments=300, seed=2)
    slow = np.full(net.n_segments, 4.5)
    slow[::10] = 2.0
    roads, graph = build_roads(net, net.walk, slow), graph_of(net, "walk", np.full(net.n_segments, 4.5))
    expected = nx.single_source_dijkstra_path_length(graph, 0, weight="minutes")
    assert any(minutes_between(roads, j, 0) > expected[j] * 1.01 for j in range(net.n_junctions))
