"""A city whose streets lead elsewhere keeps what stands along each street, and nothing of how streets hang together."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenarios.scenario import load_scenario
from sim.validation.asking import Answer, plan_jobs
from sim.validation.baselines import name_of
from sim.validation.card import judge
from sim.validation.claim import load_claims
from sim.validation.rewired import N_SEEDS, ON_REWIRED, REWIRED, pieces_of, rewire_city
from sim.validation.seen import watch
from sim.world import build_city

CLAIMS = load_claims()
SMALL = load_scenario("new_haven").replace(
    {"n_days": 2, "people.n_residents": 800, "city.streets": "grid", "city.n_segments": 150, "force.n_districts": 2}
)


@pytest.fixture(scope="module")
def cities():
    city = build_city(load_scenario("new_haven"))
    return city, rewire_city(city, 1)


def test_junctions_keep_their_number_of_streets_and_streets_what_stands_along_them(cities):
    before, after = (city.streets for city in cities)
    ends = [np.concatenate([net.segment_from, net.segment_to]) for net in (before, after)]
    n_streets = [np.bincount(some, minlength=before.n_junctions) for some in ends]
    assert (n_streets[0] == n_streets[1]).all()
    assert (before.segment_length_m == after.segment_length_m).all()
    assert (cities[0].land_use.dwellings == cities[1].land_use.dwellings).all()
    assert (after.segment_from != after.segment_to).all()


def test_streets_lead_elsewhere_and_ramps_stay(cities):
    before, after = (city.streets for city in cities)
    same = before.segment_to == after.segment_to
    assert same[~before.walkable].all()
    assert same[before.walkable].mean() < 0.02


@pytest.mark.parametrize("seed", range(5))
def test_everybody_can_still_walk_everywhere(cities, seed):
    net = rewire_city(cities[0], seed).streets
    walked = net.walkable
    pieces = pieces_of(
        net.segment_from[walked].astype(np.int64), net.segment_to[walked].astype(np.int64), net.n_junctions
    )
    assert len(set(pieces[net.segment_from[walked]])) == 1


def test_the_same_seed_gives_the_same_streets_and_another_one_others(cities):
    one, again, other = (rewire_city(cities[0], seed).streets.segment_to for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).mean() > 0.9


def test_the_model_runs_on_such_streets():
    city = build_city(SMALL)
    runs = [watch(SMALL, "reactive", 1, city=one) for one in (city, rewire_city(city, 1))]
    segments = [run.tables["calls"]["segment"].tolist() for run in runs]
    assert all(segments)
    assert segments[0] != segments[1]


def test_runs_on_such_streets_are_planned_for_what_is_asked_of_places_alone():
    asked = CLAIMS.only(["places", "hours"])
    plain, more = (plan_jobs(asked, quick=False, on_rewired=on) for on in (False, True))
    added = [job for job in more if job.rewired]
    assert len(added) == N_SEEDS == len(more) - len(plain)
    assert {f"{family}.{name}" for job in added for family, name in job.functions} <= ON_REWIRED
    assert {job.name for job in added}.isdisjoint(job.name for job in plain)


@pytest.mark.parametrize(("share", "explained"), [(4.5, True), (9.0, False)])
def test_the_card_says_whether_a_pattern_comes_about_there_as_well(share, explained):
    numbers = {"half": 4.5, "quarter": 1.0, "gini_beyond_chance": 0.4}
    there = [Answer("whole_city", seed, {"places.recorded": numbers}) for seed in (1, 2, 3)]
    elsewhere = [
        Answer("whole_city", seed, {name_of("places.recorded", REWIRED): numbers | {"half": share + 0.01 * seed}})
        for seed in (1, 2, 3)
    ]
    verdicts = judge(CLAIMS.only(["half_of_crime"]), [*there, *elsewhere], {})
    (one,) = [verdict for verdict in verdicts if verdict.claim.key == "half_of_crime"]
    assert (REWIRED in one.as_well_by) == explained
