"""Small worlds in which a rule of the engine can be seen at work within a second."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.agents.events import LEDGER
from sim.city.land_use import City
from sim.clock import SHIFT_MIN, SHIFTS_A_DAY
from sim.draws import policy_generator
from sim.engine import brief_force, drain, open_world, run_shifts, run_ticks
from sim.observation import brief, observe
from sim.orders import carry_out, organise
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.policies.reactive import Reactive
from sim.scenarios.scenario import Scenario
from sim.world import World, build_world

Ledger = dict[str, NDArray[Any]]
SMALL_BUDGET = os.environ.get("CPSIM_BUDGET") == "small"
"""Slow tests run with few seeds, to see that they run; the full number is for a release."""

SMALL: dict[str, Any] = {
    "name": "small",
    "n_days": 10,
    "city.streets": "grid",
    "city.n_segments": 200,
    "people.n_residents": 1500,
    "people.residents_per_agent": 1.0,
    "offending.searches_per_year": 60.0,
    "investigation.custody_at_start": 0.0,  # ten days need all who are active; test_begins_as_usual.py has custodies
    "disputes.disputes_per_household": 0.5,
    "demand.other_calls": 1500.0,
    "force.n_districts": 4,
    "force.n_response": 12,
    "force.n_foot": 4,
    "force.n_community": 4,
    "force.n_detective": 4,
    "force.n_auxiliary": 2,
    "force.n_mediator": 2,
    "force.stops_per_hour": 1.0,
}
"""A town of 200 streets where much happens, so that ten days show every kind of event."""


def scenario(**changes: Any) -> Scenario:
    """Make the small scenario with some parameters changed; a double underscore stands for the dot."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return Scenario().replace(SMALL | named)


class Busy(PolicyModel):
    """Give every kind of task in turn, so that every activity of an officer occurs."""

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        hot = seen.hottest(0.05, weeks=8).tolist() or [0, 1, 2]
        disputes = seen.known_disputes.tolist()
        kinds = ("rounds", "visits", "post", "problem", "patrol", "mediation", "desk")
        tasks = []
        for i, officer in enumerate(seen.on_duty.tolist()):
            kind = kinds[(i + seen.shift + seen.day) % len(kinds)]
            if kind == "mediation" and not disputes:
                kind = "visits"
            targets = {"patrol": (), "desk": (), "mediation": tuple(disputes)}.get(kind, tuple(hot))
            tasks.append(Task(officer, kind, targets, start=30.0 * (i % 3), end=300.0 + 20.0 * i % 170))
        return Orders(tuple(tasks))


Busy.name = "busy"


def run(world: World, policy: PolicyModel | None = None) -> Ledger:
    """Run a world to its end and give its ledger."""
    parts = list(shifts(world, policy))
    return {name: np.concatenate([rows[name] for rows in parts]) for name in LEDGER}


def shifts(world: World, policy: PolicyModel | None = None) -> Iterator[Ledger]:
    """Run a world and give the rows of each shift."""
    for _, rows in run_shifts(world, policy or Reactive()):
        yield rows


def play(what: Scenario, policy: PolicyModel | None = None, seed: int = 1, city: City | None = None) -> Ledger:
    """Build a world, run it, and give its ledger."""
    return run(build_world(what, seed, city), policy)


def digest(arrays: Mapping[str, Any]) -> str:
    """Name the bytes of some arrays, or of columns of bundles of arrays, by one checksum.

    Structured arrays are read column by column: what lies between aligned columns is no value.
    """
    out = hashlib.sha256()
    for name in sorted(arrays):
        value = arrays[name]
        if not isinstance(value, np.ndarray):
            continue
        for column in value.dtype.names or ("",):
            part = value[column] if column else value
            out.update(f"{name}.{column}".encode())
            out.update(np.ascontiguousarray(part).tobytes())
    return out.hexdigest()


def ticks(world: World, policy: PolicyModel, n_days: int) -> Iterator[int]:
    """Run a world tick by tick, so that it can be looked at in between."""
    state, clock = world.state, world.clock
    organise(world, policy.organise(brief(world)), policy=policy.name)
    open_world(state)
    for shift in range(n_days * SHIFTS_A_DAY):
        brief_force(state, shift % SHIFTS_A_DAY, float(shift * SHIFT_MIN))
        orders = policy.decide(observe(world), policy_generator(world.seed, policy.name, shift))
        carry_out(world, orders, policy=policy.name)
        for tick in range(shift * clock.ticks_a_shift, (shift + 1) * clock.ticks_a_shift):
            assert run_ticks(state, tick + 1)
            yield tick
        drain(world)
