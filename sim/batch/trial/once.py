"""One trial in one city: units, lot, treatments, and what a report of a trial tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.tables import AWAY
from sim.batch.trial.conduct import (
    Before,
    Counts,
    Progress,
    Watched,
    around_units,
    count_units,
    hottest_segments,
    run_in_two_parts,
    shares_of_crew,
    surroundings,
    treated_by,
    units_of_segments,
)
from sim.batch.trial.design import Trial, scenario_of, strategies_of
from sim.city.cells.methods import divide
from sim.errors import InputError
from sim.policies.compose import Composed
from sim.policies.home_visits import HomeVisits
from sim.policies.in_places import Treatment
from sim.policies.protocol import PolicyModel
from sim.policies.reactive import Reactive
from sim.scenarios.scenario import Scenario
from sim.statistics.trials import Effect, Lot, draw_by_lot, estimate_change, estimate_mean, lot_p
from sim.world import World, build_city

FEELINGS = ("security", "satisfaction", "trust")
ADULT = 18
LOT, TEST = 1, 2
"""What the chance of a trial is drawn for, beside the seed of its city."""


class Enrolled:
    """Hold the units of a trial, and which of them a segment or a resident belongs to."""

    def __init__(self, trial: Trial, before: Before, seed: int) -> None:
        world, table = before.world, before.tables[table_of(trial)]
        n_segments = len(world.state.segments)
        kind = trial.units.kind
        self.homes = np.zeros(0, np.int64)
        if kind == "hottest":
            own = table[table["type"].isin(trial.outcome.types)]
            segments = hottest_segments(own, n_segments, trial.units.n)
            self.unit_of = units_of_segments(segments, n_segments)
            self.n = len(segments)
        elif kind == "households":
            self.homes = _homes_by_lot(world, trial.units.n, np.random.default_rng([seed, LOT, 1]))
            self.n = len(self.homes)
            self.unit_of = np.full(n_segments, -1, np.int64)
        else:
            self.unit_of = areas_of(trial, world)
            self.n = int(self.unit_of.max()) + 1
        counts = count_units(
            table, self.unit_of, self.n, from_day=trial.from_day, end_day=trial.from_day, types=trial.outcome.types
        )
        self.baseline = counts.before

    def units_of_residents(self, people: pd.DataFrame) -> NDArray[np.int64]:
        """Name the unit of each resident, below 0 for none."""
        if not len(self.homes):
            return np.asarray(self.unit_of[people["home"].to_numpy(np.int64)], np.int64)
        unit = np.full(int(people["household"].max()) + 1, -1, np.int64)
        unit[self.homes] = np.arange(len(self.homes))
        return np.asarray(unit[people["household"].to_numpy(np.int64)], np.int64)


def table_of(trial: Trial) -> str:
    """Name the table of the ledger that is counted."""
    return "incidents" if trial.outcome.counts == "recorded" else "offences"


def areas_of(trial: Trial, world: World) -> NDArray[np.int64]:
    """Name the district or cell of each segment."""
    if trial.units.kind == "districts":
        return world.city.district.astype(np.int64)
    weight = world.city.land_use.dwellings + 1.0
    return divide(world.city.streets, trial.units.n, "equal", weight=weight).astype(np.int64)


def check_units(trial: Trial) -> None:
    """Refuse a trial of units that the city does not have, before anything is run.

    Raises
    ------
    InputError
        If there are fewer units than are asked for, or too few for a lot.
    """
    city = build_city(scenario_of(trial))
    n_segments, n_districts = city.streets.n_segments, int(city.district.max()) + 1
    n = n_districts if trial.units.kind == "districts" else trial.units.n
    if trial.units.kind in ("hottest", "cells") and n > n_segments:
        raise InputError(f"units.n must be at most the {n_segments} segments of the city, got {n}")
    draw_by_lot(np.zeros(n), trial.shares, np.random.default_rng(LOT), by=trial.lot)


def conduct(trial: Trial, seed: int, progress: Progress | None = None) -> dict[str, Any]:
    """Conduct a trial in the city of a seed, with a lot of its own.

    Returns
    -------
    told
        what a report of a trial tells, as plain values: `flow`, `baseline`, and `effects` for each arm
    """
    scenario = scenario_of(trial)
    rng = np.random.default_rng([seed, LOT])
    drawn: dict[str, Any] = {}

    def choose(before: Before) -> PolicyModel:
        units = Enrolled(trial, before, seed)
        lot = draw_by_lot(units.baseline, trial.shares, rng, by=trial.lot)
        drawn.update(units=units, lot=lot)
        return _policy(trial, scenario, units, lot)

    run = run_in_two_parts(
        scenario,
        _policy(trial, scenario, None, None),
        choose,
        seed,
        from_day=trial.from_day,
        feelings_on=(trial.from_day - 1, scenario.n_days - 1),
        progress=progress,
    )
    return _tell(trial, run, drawn["units"], drawn["lot"], seed)


def _policy(trial: Trial, scenario: Scenario, units: Enrolled | None, lot: Lot | None) -> PolicyModel:
    """Put the policy of the whole run together; without a lot, the one with empty lists of places."""
    if trial.units.kind == "households":
        homes = () if units is None or lot is None else tuple(units.homes[lot.arm == 1].tolist())
        visits = HomeVisits(
            homes=homes, first_day=trial.from_day, a_day=max(1, -(-len(homes) // max(1, trial.days // 2)))
        )
        date = scenario.start + timedelta(days=trial.from_day)
        return Composed(stages=((Reactive(),), (visits,)), dates=(date,))
    where = []
    for arm, crew in enumerate(shares_of_crew(len(trial.arms)), start=1):
        mine: tuple[int, ...] = ()
        if units is not None and lot is not None:
            treated = np.isin(units.unit_of, np.flatnonzero(lot.arm == arm))
            mine = tuple(np.flatnonzero(treated).tolist())
        where.append(Treatment(segments=mine, blackouts=trial.blackouts, crew=crew, levers=trial.levers))
    return treated_by(scenario, strategies_of(trial), where, from_day=trial.from_day)


def _tell(trial: Trial, run: Watched, units: Enrolled, lot: Lot, seed: int) -> dict[str, Any]:
    """Estimate everything that a trial reports."""
    table, end = run.tables[table_of(trial)], run.scenario.n_days
    counts = count_units(table, units.unit_of, units.n, from_day=trial.from_day, end_day=end, types=trial.outcome.types)
    near, around = None, None
    if trial.blocks_around and trial.units.kind != "households":
        near = surroundings(run.world.city.streets, units.unit_of, lot, blocks=trial.blocks_around)
        around = around_units(table, near, from_day=trial.from_day, end_day=end, types=trial.outcome.types)
    people = _changes_of_feeling(run, units, trial.from_day)
    effects = {}
    for arm, label in enumerate(trial.labels[1:], start=1):
        effects[label] = _effects_of(arm, counts, lot, people, units, seed, has_counts=trial.units.kind != "households")
        if around is not None:
            effects[label]["around"] = _plain(estimate_change(around[0].before, around[0].after, around[1], arm=arm))
    arms = [lot.arm == arm for arm in range(lot.n_arms)]
    return {
        "flow": {
            "enrolled": units.n,
            "left_out": int((lot.arm < 0).sum()),
            "arms": {label: int(mine.sum()) for label, mine in zip(trial.labels, arms, strict=True)},
            "residents": {
                label: int(mine[people["unit"]].sum()) for label, mine in zip(trial.labels, arms, strict=True)
            },
            "segments_around": 0 if near is None else int((near >= 0).sum()),
        },
        "baseline": {
            label: {"before": float(counts.before[mine].mean()), "after": float(counts.after[mine].mean())}
            for label, mine in zip(trial.labels, arms, strict=True)
        },
        "imbalance_sd": [_imbalance(counts.before, arms[0], mine) for mine in arms[1:]],
        "effects": effects,
    }


def _effects_of(  # noqa: PLR0913, PLR0917 - what, of whom, by which lot
    arm: int, counts: Counts, lot: Lot, people: pd.DataFrame, units: Enrolled, seed: int, *, has_counts: bool
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if has_counts:
        told["change"] = _plain(estimate_change(counts.before, counts.after, lot, arm=arm))
        told["p"] = lot_p(counts.before, counts.after, lot, np.random.default_rng([seed, TEST, arm]), arm=arm)
    n = np.bincount(people["unit"], minlength=units.n).astype(float)
    controls = lot.arm[people["unit"].to_numpy()] == 0
    for feeling in FEELINGS:
        spread = float(people.loc[controls, f"{feeling}_before"].std())
        in_sd = people[feeling] / spread if spread > 0.0 else people[feeling] * np.nan
        sums = np.bincount(people["unit"], in_sd, minlength=units.n).astype(float)
        told[f"{feeling}_sd"] = _plain(estimate_mean(sums, n, lot, arm=arm))
    return told


def _changes_of_feeling(run: Watched, units: Enrolled, from_day: int) -> pd.DataFrame:
    """List the adults of the units who were there before and at the end, and how what they feel changed."""
    before, after = run.feelings[from_day - 1], run.feelings[run.scenario.n_days - 1]
    people = run.tables["people"]
    unit = units.units_of_residents(people)
    stays = (before["present"] > 0) & (after["present"] > 0) & (before["key"] == after["key"])
    mine = stays.to_numpy() & (unit >= 0) & (people["age"] >= ADULT).to_numpy()
    table = pd.DataFrame({"unit": unit[mine]})
    for feeling in FEELINGS:
        table[f"{feeling}_before"] = before[feeling].to_numpy(float)[mine]
        table[feeling] = after[feeling].to_numpy(float)[mine] - before[feeling].to_numpy(float)[mine]
    return table


def _homes_by_lot(world: World, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw households in which an adult lives who is in the city."""
    state, residents = world.state, world.state.residents
    here = (residents["age"] >= ADULT) & (residents["present"] == 1) & (state.where != AWAY)
    homes = np.unique(residents["household"][here])
    if len(homes) < n:
        raise InputError(f"units.n must be at most the {len(homes)} households of the city, got {n}")
    return rng.permutation(homes)[:n].astype(np.int64)


def _imbalance(before: NDArray[np.float64], control: NDArray[np.bool_], treated: NDArray[np.bool_]) -> float:
    """Give by how many standard deviations the arms differed before."""
    spread = np.sqrt((before[control].var() + before[treated].var()) / 2.0)
    return float((before[treated].mean() - before[control].mean()) / spread) if spread > 0.0 else 0.0


def _plain(effect: Effect) -> list[float]:
    return [float(value) for value in effect]
