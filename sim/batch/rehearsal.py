"""Try a strategy before it is run in earnest: every rule of the contract, and at last a month in a small city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np

from sim.city.land_use import City
from sim.engine import simulate
from sim.outcomes.ordered import count_aimed_orders
from sim.policies.compose import Composed
from sim.policies.contract.cases import crossed_cases
from sim.policies.contract.conformance import ConformanceError, check_contract
from sim.policies.contract.example import example_observation
from sim.policies.contract.foreign import faults_of
from sim.policies.contract.places import fitted
from sim.policies.levers import Levers
from sim.policies.protocol import Observation, PolicyModel
from sim.roles import ROLES
from sim.scenarios.scenario import Scenario
from sim.world import build_city

MONTH = "month"
SEED = 1
_SMALL_CITY: Mapping[str, Any] = {
    "n_days": 30, "city.streets": "grid", "city.n_segments": 120, "people.n_residents": 1000, "force.n_districts": 4,
    "offending.searches_per_year": 100,
}  # fmt: skip
_ONE_OFFICER = {f"force.n_{role}": int(role == "response") for role in ROLES}
MONTHS: Mapping[str, Mapping[str, Any]] = {
    "a month in a small city": {f"force.n_{role}": 9 if role == "response" else 3 for role in ROLES},
    "a month with one officer": _ONE_OFFICER,
    "a month without an offence": {"offending.searches_per_year": 0, "disputes.disputes_per_household": 0},
}
"""What a strategy has to get through, by name: a usual month, and two in which its lists are short or empty."""


@dataclass(frozen=True)
class Rehearsal:
    """Tell what a strategy has shown."""

    rules: tuple[str, ...]
    """names of the rules, all kept"""
    n_briefings: int
    """made-up briefings that it was tried on"""
    n_with_orders: int
    """of these, how many it gave any order at"""
    n_month: int
    """orders of the simulated months that name a place, a person or a case"""
    acts_by_levers: bool
    """it changes the force by its levers or its organisation"""

    @property
    def remark(self) -> str:
        """Say in a sentence what a reader must know of a strategy that keeps every rule; nothing where all is well."""
        where = f"in {self.n_briefings} made-up briefings and {len(MONTHS)} simulated months"
        if self.n_with_orders == 0 and self.n_month == 0:
            alone = "it acts by its levers alone" if self.acts_by_levers else "runs under it are those of reactive"
            return f"it gave no order {where}: {alone}"
        if self.n_month == 0:
            return (
                f"it gave no order with a target in {len(MONTHS)} simulated months, though it gave orders in "
                f"{self.n_with_orders} of {self.n_briefings} made-up briefings: see whether it waits for something "
                "that seldom happens"
            )
        return ""


def check_policy(policy: PolicyModel, *, seen: Observation | None = None) -> Rehearsal:
    """Check a strategy against every rule of the contract, and let it run for a month.

    Made-up briefings find most faults in a second; what only a run shows (the first shift of all, staff that comes and
    goes, orders that the engine cannot carry out) comes to light in the last rule.

    Parameters
    ----------
    policy
        the policy with its parameters, as it should be run
    seen
        one more observation to try it on, for instance `sim.observation.observe(world)` of your own city

    Raises
    ------
    ConformanceError
        At the first broken rule; it names the rule.
    """
    rules = check_contract(policy, seen=seen)
    stages = [Composed(stages=(stage,)) if len(stage) > 1 else stage[0] for stage in policy.ever()]
    n_month = sum(_live_through(stage, name) for stage in stages for name in MONTHS)
    given = [
        any(part.decide(briefing, np.random.default_rng(SEED)).tasks for stage in policy.ever() for part in stage)
        for _, briefing in crossed_cases()
    ]
    levers = any(part.levers() != Levers() or _organises(part) for stage in policy.ever() for part in stage)
    return Rehearsal((*rules, MONTH), len(given), sum(given), n_month, levers)


def _live_through(policy: PolicyModel, name: str) -> int:
    """Run a month, and count the orders that name a target."""
    scenario = _scenario(name)
    try:
        with faults_of(policy):
            city = _city(name)
            placed = fitted(policy, city.streets.n_segments, int(city.district.max()) + 1)
            run = simulate(scenario, placed, SEED, city=city)
    except Exception as error:
        what = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise ConformanceError(MONTH, f"{policy.name} must get through {name}, but {what}") from error
    return count_aimed_orders(run.tables["orders"])


def _organises(policy: PolicyModel) -> bool:
    """Tell whether a strategy divides a city or its force otherwise than one that says nothing of it."""
    brief = example_observation().brief
    own, usual = policy.organise(brief), PolicyModel.organise(policy, brief)
    return not all(np.array_equal(getattr(own, part.name), getattr(usual, part.name)) for part in fields(own))


def _scenario(name: str) -> Scenario:
    return Scenario().replace({**_SMALL_CITY, **MONTHS[name]})


@cache
def _city(name: str) -> City:
    return build_city(_scenario(name))
