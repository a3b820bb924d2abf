"""A run as claims look at it: the ledger, the city, and what residents truly felt on some days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.land_use import City
from sim.clock import DAY_MIN, SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.ledger.notes import Notes
from sim.params import CRIMES
from sim.policies.contract.registry import make_policy
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario, load_scenario
from sim.validation.claim import Setting
from sim.world import World, build_world

LARGEST_CITY = 300_000
"""Residents of the largest city that is simulated whole; a larger one keeps the size of its scenario."""
Progress = Callable[[int, int], None]
"""Called with the simulated days done and to do; may raise to stop."""


@dataclass(frozen=True)
class Seen:
    """Hold one finished run."""

    scenario: Scenario
    policy: PolicyModel
    seed: int
    tables: Mapping[str, pd.DataFrame]
    """the ledger, by table"""
    world: World
    """as it stands at the end"""
    feelings: Mapping[int, pd.DataFrame]
    """what residents truly felt at the end of the days that the setting names: one row per resident, in one order"""

    @property
    def years(self) -> float:
        """Give the length of the run in years."""
        return self.scenario.n_days / 365.0

    @property
    def n_segments(self) -> int:
        """Count the street segments of the city."""
        return len(self.world.state.segments)

    @property
    def n_residents(self) -> float:
        """Count the residents on an average day."""
        return float(self.tables["days"]["n_residents"].mean())


def scenario_for(setting: Setting) -> Scenario:
    """Make the scenario of a setting.

    Raises
    ------
    InputError
        If the scenario does not exist or a change cannot be made.
    """
    scenario = load_scenario(setting.scenario)
    real = scenario.people.n_residents * scenario.people.residents_per_agent
    if setting.residents_per_agent and real <= LARGEST_CITY * setting.residents_per_agent:
        scenario = scenario.at_scale(setting.residents_per_agent)
    return scenario.replace({"n_days": setting.n_days} | dict(setting.changes), where=f"the setting {setting.key!r}")


def watch(  # noqa: PLR0913 - everything after the third by keyword
    scenario: Scenario,
    policy: PolicyModel | str,
    seed: int,
    *,
    feelings_on: tuple[int, ...] = (),
    each_shift: Callable[[World, int], None] | None = None,
    each_tick: Callable[[World], None] | None = None,
    intervene: Callable[[World, int], None] | None = None,
    progress: Progress | None = None,
    city: City | None = None,
) -> Seen:
    """Run a scenario in memory.

    Parameters
    ----------
    feelings_on
        days at whose end all residents are asked what they truly feel
    each_shift
        called with the world and the number of shifts done after each shift, to look at what the ledger does not keep;
        it must change nothing
    each_tick
        the same after each tick: slow, for what lasts minutes
    intervene
        called as `each_shift` is, after everybody has looked: it may change the world, as an experimenter would who
        is no part of it. What it changes must depend on the world and the shift alone
    progress
        called after each simulated day
    city
        the city, if it is not to be made as the scenario says

    Raises
    ------
    InputError
        If the city cannot be made or the policy gives orders that cannot be carried out.
    """
    policy = make_policy(policy) if isinstance(policy, str) else policy
    world = build_world(scenario, seed, city)
    notes = Notes(feelings_on)
    for shift, rows in run_shifts(world, policy, each_tick=each_tick):
        notes.take(world.state, shift, rows)
        if each_shift is not None:
            each_shift(world, shift)
        if intervene is not None:
            intervene(world, shift)
        if progress is not None and shift % SHIFTS_A_DAY == 0:
            progress(shift // SHIFTS_A_DAY, scenario.n_days)
    return Seen(scenario, policy, seed, notes.tables(), world, notes.feelings)


def count_between(
    table: pd.DataFrame, column: str, first_day: float, end_day: float, n_segments: int
) -> NDArray[np.int64]:
    """Count rows by segment from a day until another one begins.

    Parameters
    ----------
    column
        time by which rows are taken, in minutes
    """
    t = table[column]
    within = (t >= first_day * DAY_MIN) & (t < end_day * DAY_MIN)
    counts: NDArray[np.int64] = np.bincount(table["segment"][within], minlength=n_segments)
    return counts


def of_type(table: pd.DataFrame, *crimes: str) -> pd.DataFrame:
    """Keep the rows of some types of crime."""
    assert set(crimes) <= set(CRIMES), crimes
    return table[table["type"].isin(crimes)]
