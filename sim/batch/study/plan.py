"""All runs of a study in the order in which they are made: seed by seed, so that every arm has results early."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.compare import Strategy, at_equal_cost
from sim.batch.study.carried import Carried, carried_by
from sim.batch.study.designs import drawn_points
from sim.batch.study.identity import arm_id, model_version, run_id, streets_identity
from sim.batch.study.study import MOST_ARMS, Design, Interval, Study
from sim.errors import InputError
from sim.inputs.complaints import checked
from sim.inputs.csv_tables import read_csv_table
from sim.inputs.spelling import did_you_mean
from sim.policies.compose import Composed, check_switches
from sim.policies.contract.registry import make_policy, policy_identity, sources_of
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario, load_scenario

POLICY = "policy."
"""What the name of a parameter of strategies begins with, in a design."""


@dataclass(frozen=True)
class Arm:
    """Hold what is run with every seed."""

    id: str
    scenario: str
    strategy: str
    point: int


@dataclass(frozen=True)
class Plan:
    """Hold all arms of a study, and make any of its runs."""

    study: Study
    scenarios: Mapping[str, Scenario]
    strategies: tuple[Strategy, ...]
    points: pd.DataFrame
    """one row per point of the design, one column per parameter; one row without columns where nothing is varied"""
    arms: tuple[Arm, ...]
    """by point, scenario and strategy"""
    model: str
    sources: Mapping[str, list[dict[str, Any]]]
    """what each strategy was when the study was planned, by label, as `sources_of` says it"""
    carried: Carried | None
    """what is known of the points, where they are parameter sets that a calibration found"""

    @property
    def baseline(self) -> str:
        """Give the label of the strategy that the others are compared with."""
        return self.strategies[self.study.strategies.index(self.study.against)].label

    @property
    def seeds_kept(self) -> frozenset[int]:
        """Name the seeds whose runs keep their ledger."""
        seeds, kept = self.study.all_seeds, self.study.ledgers
        if isinstance(kept, int):
            return frozenset(seeds[:kept])
        return frozenset(seeds if kept == "all" else ())

    def world(self, arm: Arm) -> tuple[Scenario, PolicyModel]:
        """Make the scenario and the policy of an arm."""
        values = _values(self.points, arm.point)
        policy = next(strategy.policy for strategy in self.strategies if strategy.label == arm.strategy)
        where = f"design, point {arm.point + 1}"
        return _set_scenario(self.scenarios[arm.scenario], values, where), _set_policy(policy, values, where)

    def rows(self, seeds: tuple[int, ...]) -> pd.DataFrame:
        """List the runs of some seeds: `run` (their names), `arm` (number) and `seed`."""
        n = len(self.arms)
        arms = np.tile(np.arange(n, dtype=np.int32), len(seeds))
        names = [run_id(arm.id, seed) for seed in seeds for arm in self.arms]
        return pd.DataFrame({"run": names, "arm": arms, "seed": np.repeat(np.asarray(seeds, np.int64), n)})

    def rows_beyond(self, planned: NDArray[np.int64], wanted: NDArray[np.int64]) -> pd.DataFrame:
        """List the runs that bring every arm from some number of seeds to another, seed by seed."""
        seeds = self.study.all_seeds
        pairs = sorted(
            (number, arm) for arm in range(len(self.arms)) for number in range(int(planned[arm]), int(wanted[arm]))
        )
        return pd.DataFrame(
            {
                "run": [run_id(self.arms[arm].id, seeds[number]) for number, arm in pairs],
                "arm": np.array([arm for _, arm in pairs], np.int32),
                "seed": np.array([seeds[number] for number, _ in pairs], np.int64),
            }
        )

    def table(self) -> pd.DataFrame:
        """Lay out the arms: `arm`, `scenario`, `strategy`, `point`, and one column per parameter."""
        arms = pd.DataFrame(
            {
                "arm": [arm.id for arm in self.arms],
                "scenario": [arm.scenario for arm in self.arms],
                "strategy": [arm.strategy for arm in self.arms],
                "point": np.array([arm.point for arm in self.arms], np.int32),
            }
        )
        values = self.points.iloc[arms["point"]].reset_index(drop=True)
        return pd.concat([arms, values], axis=1)

    def inputs(self) -> dict[str, Any]:
        """Write out the scenarios and strategies in full, before the design sets anything."""
        scenarios = {
            name: {"values": one.model_dump(mode="json"), "streets_sha256": streets_identity(one.city)}
            for name, one in self.scenarios.items()
        }
        strategies = {one.label: policy_identity(one.policy) for one in self.strategies}
        inputs = {"model": self.model, "scenarios": scenarios, "strategies": strategies}
        return inputs | ({"parameter_sets": self.carried.model_dump(mode="json")} if self.carried is not None else {})


def make_plan(study: Study, *, beside: Path | None = None, progress: Callable[[int, int], None] | None = None) -> Plan:
    """Work out every arm of a study.

    Parameters
    ----------
    beside
        folder from which the files that the study names are counted
    progress
        called with the points laid out and all points: a large study takes minutes before its first run

    Raises
    ------
    InputError
        If a scenario, strategy or parameter does not exist, a value does not fit, or a parameter would change nothing.
    """
    folder = beside or Path()
    scenarios = {name: _base_scenario(study, name, folder) for name in study.scenarios}
    strategies = [Strategy(spec, make_policy(_spec(spec, folder))) for spec in study.strategies]
    if study.equal_cost:
        strategies = at_equal_cost(strategies)
    shortest = min(scenario.n_days for scenario in scenarios.values())
    if study.warm_up >= shortest:
        raise InputError(f"warm_up must be shorter than the run of {shortest} days, got {study.warm_up}")
    points, carried = design_points(study.design, folder), carried_by(study.design, folder)
    _refuse_idle(points, strategies)
    _refuse_many(len(points) * len(scenarios) * len(strategies))
    sources = {strategy.label: sources_of(strategy.policy) for strategy in strategies}
    arms = []
    for point in range(len(points)):
        if progress is not None:
            progress(point, len(points))
        values, where = _values(points, point), f"design, point {point + 1}"
        policies = {strategy.label: _set_policy(strategy.policy, values, where) for strategy in strategies}
        for name, scenario in scenarios.items():
            here = _set_scenario(scenario, values, where)
            for policy in policies.values():
                check_switches(policy, here.start, here.n_days)
            arms += [
                Arm(arm_id(here, policy, from_day=study.warm_up), name, label, point)
                for label, policy in policies.items()
            ]
    return Plan(study, scenarios, tuple(strategies), points, tuple(arms), model_version(), sources, carried)


def design_points(design: Design | None, folder: Path) -> pd.DataFrame:
    """Lay out the points of a design: one row per point, one column per parameter."""
    if design is None:
        return pd.DataFrame(index=pd.RangeIndex(1))
    if design.method == "table":
        return _read_points(folder / design.file)
    if design.method == "grid":
        values = [value for value in design.parameters.values() if not isinstance(value, Interval)]
        _refuse_many(prod(len(some) for some in values))
        return pd.DataFrame(list(product(*values)), columns=list(design.parameters))
    return drawn_points(design)


def _refuse_many(number: int) -> None:
    if number > MOST_ARMS:
        raise InputError(
            f"a study must have {MOST_ARMS:,} combinations of points, scenarios and strategies at most, "
            f"got {number:,}; method = 'sobol' covers the same space with as many points as you name"
        )


def _read_points(file: Path) -> pd.DataFrame:
    if not file.is_file() or file.suffix not in {".csv", ".parquet"}:
        raise InputError(f"design.file must be a CSV or Parquet file that exists, got {str(file)!r}")
    points = _read_parquet(file) if file.suffix == ".parquet" else read_csv_table(file, "design.file").typed()
    if points.empty or points.isna().to_numpy().any():
        raise InputError(f"{file} must have one column per parameter (people.n_residents) and a value in every cell")
    return points


def _read_parquet(file: Path) -> pd.DataFrame:
    try:
        points = pd.read_parquet(file)
    except (ValueError, OSError) as error:
        raise InputError(f"design.file must be a Parquet file, but reading {file} failed: {error}") from error
    return points.set_axis([str(name) for name in points.columns], axis=1).reset_index(drop=True)


def _base_scenario(study: Study, name: str, folder: Path) -> Scenario:
    beside = folder / name
    scenario = load_scenario(str(beside) if name.endswith(".toml") and beside.is_file() else name)
    if study.scale is not None:
        scenario = scenario.at_scale(study.scale)
    if study.part is not None:
        scenario = scenario.with_part(str(study.part))
    return scenario.replace(study.set, where="[set]") if study.set else scenario


def _spec(spec: str, folder: Path) -> str:
    """Count the files that a strategy names from the folder of the study, where they stand there."""
    placed, within, places = spec.rpartition(" in ")
    if within and (folder / places.strip()).is_file():
        return f"{_spec(placed, folder)} in {folder / places.strip()}"
    file, colon, rest = spec.partition(".py")
    return f"{folder / file}{colon}{rest}" if colon and (folder / f"{file}.py").is_file() else spec


def _values(points: pd.DataFrame, point: int) -> dict[str, Any]:
    return {str(name): _plain(points[name].iat[point]) for name in points.columns}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any type
    return value.item() if isinstance(value, np.generic) else value


def _set_scenario(scenario: Scenario, values: Mapping[str, Any], where: str) -> Scenario:
    own = {name: _fitting(scenario, name, value) for name, value in values.items() if not name.startswith(POLICY)}
    return scenario.replace(own, where=where) if own else scenario


def _fitting(scenario: Scenario, name: str, value: Any) -> Any:  # noqa: ANN401 - a parameter of any type
    """Round what a design draws for a whole number."""
    at: Any = scenario
    for part in name.split("."):
        at = getattr(at, part, None)
    return round(value) if isinstance(at, int) and not isinstance(at, bool) and isinstance(value, float) else value


def _set_policy(policy: PolicyModel, values: Mapping[str, Any], where: str) -> PolicyModel:
    """Set the parameters of the design that a strategy has."""
    known = type(policy).model_fields
    own = {
        name.removeprefix(POLICY): value
        for name, value in values.items()
        if name.startswith(POLICY) and name.removeprefix(POLICY) in known and not isinstance(policy, Composed)
    }
    if not own:
        return policy
    content = policy.model_dump(exclude_unset=True) | own
    listed = "`cpsim policy list` lists every parameter"
    return checked(type(policy), content, where=f"{where}: policy {policy.name!r}", listed=listed)


def _refuse_idle(points: pd.DataFrame, strategies: list[Strategy]) -> None:
    """Refuse a parameter that no strategy has: it would be varied without a word and change nothing."""
    kinds = [type(one.policy) for one in strategies if not isinstance(one.policy, Composed)]
    known = {f"{POLICY}{name}" for kind in kinds for name in kind.model_fields}
    for column in map(str, points.columns):
        if column.startswith(POLICY) and column not in known:
            raise InputError(
                f"design: {column} must be a parameter of one strategy at least, got "
                f"{', '.join(one.label for one in strategies)}{did_you_mean(column, known)}; strategies put together "
                "take theirs in brackets"
            )
