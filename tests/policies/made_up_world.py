"""A small world whose staff, incidents and disputes are set by hand; everything else is as the model builds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
from small_force import FEW

from sim.agents.events import INCIDENTS
from sim.agents.tables import ROLES, row_dtype
from sim.city.land_use import City, infer_land_use
from sim.city.synthetic.statistics import grid_city
from sim.clock import SHIFT_MIN
from sim.scenarios.scenario import Scenario
from sim.world import World, add_officers, build_world

ROSTER = ("response", "response", "response", "foot", "community", "detective", "auxiliary", "mediator")


@lru_cache
def built_world(start):
    """Build a world of a synthetic grid with four districts, as the model builds any."""
    streets = grid_city(n_segments=200, seed=1)
    n = streets.n_segments
    city = City(streets, infer_land_use(streets, n_dwellings=3 * n, seed=1), np.arange(n, dtype=np.int32) % 4)
    sizes = FEW | {"start": start, "n_days": 400, "people.n_residents": 500, "force.n_districts": 4}
    return build_world(Scenario().replace(sizes), 1, city)


def make_world(*, n_officers=24, n_incidents=400, day=70, shift=1, roster=ROSTER, start=date(2014, 1, 1)):
    """Make a world at the begin of a shift; officer `o` has role `roster[o % 8]` and shift `o // 8 % 3`."""
    built = built_world(start)
    own = {name: part.copy() for name, part in built.state.items() if isinstance(part, np.ndarray)}
    officers = np.resize(built.state.officers, n_officers)
    state = replace(built.state, **own | {"officers": officers[:0]})
    world = World(built.scenario, built.city, built.seed, built.clock, state)
    rng = np.random.default_rng(5)
    residents, disputes = state.residents, state.disputes
    residents["migrant"] = rng.random(len(residents)) < 0.3
    residents["registered"] = rng.random(len(residents)) < 0.5
    residents["gone"] = 0
    officers["role"] = [ROLES.index(roster[o % len(roster)]) for o in range(n_officers)]
    officers["shift"] = np.arange(n_officers) // len(roster) % 3
    officers["on_duty"] = officers["shift"] == shift
    officers["duty_end"] = np.where(officers["on_duty"] == 1, day * 1440 + (shift + 1) * SHIFT_MIN, 0.0)
    officers["station"] = built.city.streets.segment_from[np.arange(n_officers) * 5 % built.city.streets.n_segments]
    officers["base"] = officers["station"]
    officers["cell"] = -1
    add_officers(world, officers)
    disputes["key"][:10] = np.arange(1, 11)
    disputes["known"][:6] = 1
    disputes["agreed"][0] = 1
    disputes["segment"][:10] = np.arange(10, 20)
    now = day * 1440.0 + shift * SHIFT_MIN
    state.c["now"] = now
    state.c["n_queue"] = 3
    world.record.add(make_incidents(rng, n_incidents, built.city.streets.n_segments, first=0.0, last=now))
    return world


def make_incidents(rng, n_incidents, n_segments, *, first, last):
    rows = np.zeros(n_incidents, row_dtype(INCIDENTS))
    rows["t"] = rng.uniform(first, last, n_incidents)
    rows["t_recorded"] = rows["t"] + rng.exponential(480, n_incidents)
    rows["type"] = rng.integers(0, 5, n_incidents)
    rows["segment"] = (n_segments * rng.random(n_incidents) ** 4).astype(int)
    rows["cause"] = rng.integers(1, 2**60, n_incidents)
    return rows
