"""A visit to homes that are named: exactly these, each once, met or not; calls only delay it."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import scenario

from sim.engine import simulate
from sim.errors import InputError
from sim.policies.contract.conformance import example_observation
from sim.policies.contract.rules import Limits, check_orders
from sim.policies.protocol import Orders, PolicyModel, Task

HOMES = tuple(range(3, 400, 11))


class Named(PolicyModel):
    """Send community officers to named homes in the day shift of one day; off the radio or not."""

    protected: bool = False
    homes: tuple[int, ...] = HOMES

    def decide(self, seen, rng):
        crew = seen.with_role("community", "foot", "response").tolist()
        if seen.day != 2 or seen.shift != 1 or not crew:
            return Orders()
        tasks = [
            Task(o, "homes", self.homes[i :: len(crew)], end=480.0, protected=self.protected)
            for i, o in enumerate(crew)
            if self.homes[i :: len(crew)]
        ]
        return Orders(tuple(tasks))


Named.name = "named"


def visited(policy, **changes):
    run = simulate(scenario(n_days=4, **changes), policy, 1)
    contacts = run.tables["contacts"]
    visits = contacts[contacts["kind"] == "visit"]
    return run, visits, run.world.state.residents["household"][visits["resident"].to_numpy()]


def test_each_named_home_is_visited_once_and_no_other():
    run, visits, homes = visited(Named(protected=True))
    grown = set(run.world.state.residents["household"][run.world.state.residents["age"] >= 18].tolist())
    assert set(homes.tolist()) <= set(HOMES)
    assert len(homes) == len(set(homes.tolist())) > 0.9 * len(set(HOMES) & grown)
    assert 0 < visits["met"].sum() < len(visits)
    assert (visits["segment"].to_numpy() == run.world.state.households["segment"][homes]).all()


def test_a_call_on_the_way_delays_a_home_and_does_not_drop_it():
    few = HOMES[::4]
    _, _, homes = visited(Named(homes=few), demand__other_calls=3000.0)
    assert len(homes) == len(set(homes.tolist()))
    assert set(homes.tolist()) <= set(few)
    assert len(homes) > 0.7 * len(few)


def test_nobody_is_visited_where_nobody_is_named():
    assert not len(visited(Named(homes=()))[1])


def test_a_home_that_no_household_has_is_refused():
    seen = example_observation()
    n = len(seen.brief.household_segment)
    officer = int(seen.on_duty[0])
    check_orders(Orders((Task(officer, "homes", (n - 1,)),)), Limits.of(seen, "p"))
    with pytest.raises(InputError, match=f"households from 0 to {n - 1}, got {n}"):
        check_orders(Orders((Task(officer, "homes", (n,)),)), Limits.of(seen, "p"))


def test_the_register_tells_where_households_live():
    run, _, _ = visited(Named(homes=()))
    shown = run.world.record.brief.household_segment
    assert np.array_equal(shown, run.world.state.households["segment"])
