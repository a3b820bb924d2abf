"""The compiled core and its slow, readable twin in Mesa come to the same offences and the same positions."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from sim.mesa_face.agents import Officer, Resident
from sim.mesa_face.model import CommunityPolicingModel
from sim.scenarios.scenario import Scenario
from sim.world import build_world

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from mesa_twin import TwinCity, cut_down

SMALL = {
    "city.streets": "organic",
    "city.n_segments": 150,
    "people.n_residents": 600,
    "offending.searches_per_year": 900,
    "offending.share_offending": 0.3,
    "force.n_response": 12,
    "force.n_foot": 4,
    "force.n_districts": 3,
}


SLOW = {"people.walking_kmh": 1.0, "people.walk_up_to_m": 9000}
"""People are still on one way when the next one is due."""


@pytest.fixture(
    scope="module",
    params=[(1, {"tick_min": 5}), (2, {"tick_min": 10}), (3, {"tick_min": 60}), (4, SLOW)],
    ids=["5 min", "10 min", "60 min", "slow walkers"],
)
def pair(request):
    """The core and the twin after the same ticks, with what both saw on the way."""
    seed, changes = request.param
    scenario = cut_down(Scenario().replace(SMALL | {"n_days": 8} | changes))
    core = CommunityPolicingModel(scenario, "reactive", rng=seed, collect_every=0)
    twin = TwinCity(build_world(scenario, seed))
    seen = []
    for tick in range(5 * scenario.clock.ticks_a_day):  # a working week with its Saturday
        core.step()
        twin.step()
        if tick % 7 == 0:
            seen.append((positions_of_core(core), positions_of_twin(twin)))
    return core, twin, seen


def positions_of_core(model):
    kinds = model.agents_by_type
    return [who.pos for who in kinds[Resident]], [who.pos for who in kinds[Officer]]


def positions_of_twin(twin):
    people = [person.cell.coordinate for person in twin.people]
    return people, [None if officer.cell is None else officer.cell.coordinate for officer in twin.officers]


def test_offences_are_the_same(pair):
    core, twin, _ = pair
    rows = core.table("offences")
    assert len(rows) > 50
    assert rows["type"].nunique() == 3  # nobody is hurt: whom one meets is no part of the twin
    kinds = rows["type"].cat.codes
    in_core = list(zip(rows["cause"], rows["t"], kinds, rows["segment"], strict=True))
    assert twin.offences == in_core


def test_everybody_is_in_the_same_place(pair):
    _, _, seen = pair
    assert all(a == b for a, b in seen)
    everybody = np.array([people for (people, _), _ in seen])
    assert (everybody != everybody[0]).any(axis=0).mean() > 0.8, "hardly anybody moved"


def test_streets_carry_the_same_marks(pair):
    core, twin, _ = pair
    segments, crowds = core.world.state.segments, core.world.state.crowds
    for name in ("n_home", "n_visiting", "n_street", "n_police"):
        counted = segments if name == "n_police" else crowds
        assert [getattr(street, name) for street in twin.streets] == counted[name].tolist(), name
    for name in ("presence", "visible", "boost", "disorder"):
        values = np.array([getattr(street, name) for street in twin.streets])
        np.testing.assert_allclose(values, segments[name], rtol=1e-6, err_msg=name)
        assert values.any(), name


def test_police_made_a_difference(pair):
    core, twin, _ = pair
    assert core.table("days")["n_deterred"].sum() > 0
    assert sum(officer.n_turns for officer in twin.officers) == core.world.state.officers["n_turns"].sum()
