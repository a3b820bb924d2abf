"""Daily rounds: who shares them, how their places are chosen, and how their ways are found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import scenario

from sim.agents.population import paths
from sim.agents.population.contraction import N_LANES, contract, fill_minutes, in_grains
from sim.agents.population.rounds import choose_places
from sim.agents.population.squares import divide_into_squares, smooth_field
from sim.agents.routing import FAR, build_roads, minutes_between
from sim.agents.state import State
from sim.agents.tables import AT_WORK, DAYS_WORK, NONE
from sim.draws import Stream
from sim.world import build_city, build_world

STREETS = {
    "grid": scenario(city__n_segments=400),
    "organic": scenario(city__streets="organic", city__n_segments=700),
    "new_haven": scenario(city__streets="new_haven"),
}


@pytest.mark.parametrize("name", STREETS)
def test_one_pass_tells_what_a_search_finds(name):
    net = build_city(STREETS[name]).streets
    roads = in_grains(build_roads(net, net.drive, net.segment_speed_kmh.astype(float)))
    streets, n = contract(roads), net.n_junctions
    assert sorted(streets.rank) == list(range(n))
    goals = np.random.default_rng(1).choice(n, N_LANES, replace=False)
    times, minutes = np.empty((n, N_LANES), np.float32), np.empty((N_LANES, n), np.float32)
    fill_minutes(streets, streets.rank[goals].astype(np.int64), times, minutes)
    for goal, told in zip(goals.tolist(), minutes, strict=True):
        searched = [minutes_between(roads, origin, goal) for origin in range(n)]
        # Sums of whole grains are exact, so that not a bit may differ.
        assert np.array_equal(told[streets.rank], np.minimum(searched, FAR).astype(np.float32))


def test_ways_do_not_depend_on_the_number_of_processors(monkeypatch):
    one = build_world(STREETS["organic"], 1).state
    monkeypatch.setattr(paths, "ALONE", 0)
    monkeypatch.setattr(paths.os, "cpu_count", lambda: 3)
    other = build_world(STREETS["organic"], 1).state
    for table in ("paths", "rounds", "awareness"):
        assert np.array_equal(getattr(one, table), getattr(other, table)), table


def jobs_of_a_street(n_rounds: int) -> list[tuple[int, int]]:
    """Count the workers of each street and the places where they work, the street with the most workers first."""
    state: State = build_world(scenario(people__rounds_per_street=n_rounds, people__n_residents=3000), 1).state
    routines = state.routines[state.routines["kind"] == DAYS_WORK]
    place = state.rounds["place"][routines["round"]]
    streets = [place[place[:, 0] == home, AT_WORK] for home in np.unique(place[:, 0])]
    return sorted(((len(s), len(np.unique(s))) for s in streets), reverse=True)


def test_people_of_a_street_share_as_many_rounds_as_it_has():
    n_workers, n_alone = jobs_of_a_street(1)[0]
    assert n_workers > 20
    assert n_alone == 1
    assert 8 < jobs_of_a_street(16)[0][1] <= 16
    assert jobs_of_a_street(256)[0][1] > 0.6 * n_workers


def chosen(decay_m: float, tries_of: float = 1.0) -> tuple[NDArray[Any], NDArray[Any]]:
    """Choose a place 40,000 times from one home; give the shares of distance bands, and what they should be."""
    city = build_city(scenario(city__n_segments=1500))
    net, weight, n = city.streets, city.land_use.jobs.astype(float), 40_000
    x, y = net.midpoint_x.astype(float), net.midpoint_y.astype(float)
    home = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
    squares = divide_into_squares(net, decay_m / 2)
    place = choose_places(
        1, int(Stream.WORK), np.arange(n, dtype=np.uint64), 0, np.full(n, home, np.int32), squares,
        np.cumsum(weight[squares.segment]), x, y, decay_m * tries_of,
    )  # fmt: skip
    distance = np.hypot(x - x[home], y - y[home])
    band = np.digitize(distance, np.quantile(distance, [0.1, 0.25, 0.5, 0.75]))
    due = np.bincount(band, weight * 0.5 ** (distance / decay_m))
    return np.bincount(band[place], minlength=len(due)) / n, due / due.sum()


def test_places_are_chosen_by_what_they_offer_and_how_near_they_are():
    share, due = chosen(400.0)
    assert np.abs(share - due).max() < 0.01
    share, due = chosen(400.0, tries_of=1.3)
    assert np.abs(share - due).max() > 0.02


def test_a_smooth_field_is_alike_nearby_and_nowhere_else():
    net = build_city(scenario(city__n_segments=1500)).streets
    rng = np.random.default_rng(1)
    values = np.array([smooth_field(net, rng.standard_normal(net.n_segments), 300.0) for _ in range(60)])
    assert values.std() == pytest.approx(1.0, abs=0.05)
    middle = int(np.argmin(np.hypot(net.midpoint_x - net.midpoint_x.mean(), net.midpoint_y - net.midpoint_y.mean())))
    distance = np.hypot(net.midpoint_x - net.midpoint_x[middle], net.midpoint_y - net.midpoint_y[middle])
    alike = (values * values[:, [middle]]).mean(axis=0)
    near, far = (distance > 0) & (distance < 120), distance > 700
    assert alike[near].mean() > 0.5
    assert abs(alike[far].mean()) < 0.15


def test_nobody_is_without_a_round():
    state = build_world(scenario(), 1).state
    assert state.routines["round"].min() >= 0
    assert len(np.unique(state.routines["round"])) == len(state.rounds)
    assert np.array_equal(state.rounds["place"][state.routines["round"], 0], state.residents["home"])
    assert (state.rounds["place"][:, 0] != NONE).all()
