"""What each lever of a reform adds, alone and together: all settings of its switches over the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd

from sim.batch.running.many import Progress, check_request, run_folder, run_many
from sim.batch.running.runs import RunPlan
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.statistics.factorial import tabulate_effects

FAULTS = {
    "grid": "bad_cells",
    "team": "weak_team",
    "information": "late_information",
    "appraisal": "poor_appraisal",
    "participation": "little_participation",
}
"""The switch of each lever; a lever is mended where its switch is off."""


@dataclass(frozen=True)
class LeverStudy:
    """Hold the results of a study of levers."""

    scenario: Scenario
    strategy: str
    """the strategy as the user wrote it"""
    levers: tuple[str, ...]
    """the levers that were mended or not; the others stood still"""
    seeds: tuple[int, ...]
    from_day: int
    runs: pd.DataFrame
    """one row per finished run: `policy` (the levers that were mended), 0 or 1 for each lever, the measures"""
    effects: pd.DataFrame
    """the table of `sim.statistics.factorial.tabulate_effects` for every measure"""
    failures: dict[str, str]
    """what went wrong, by run; its seed is left out of the effects"""


def study_levers(  # noqa: PLR0913 - what, over what, how, where to
    scenario: Scenario,
    policy: PolicyModel,
    seeds: Sequence[int],
    *,
    name: str,
    out: Path,
    workers: int,
    from_day: int = 0,
    progress: Progress | None = None,
) -> LeverStudy:
    """Run a strategy with every setting of its five switches and tell what each lever adds.

    A switch that the strategy was given by hand stands still; the design is over the others. Every run has its folder
    below `out`; called again with the same inputs, finished runs are reused and an interrupted one continues.

    Parameters
    ----------
    name
        what the strategy is called in tables
    out, workers, from_day, progress
        as in `sim.batch.compare.compare`

    Raises
    ------
    InputError
        If the strategy has no such switches or all of them were given, or no run at all succeeds.
    """
    levers = free_levers(policy)
    variants = mend_in_turn(policy, levers)
    check_request(list(variants), seeds, workers=workers, from_day=from_day, n_days=scenario.n_days)
    plans = {
        (label, seed): RunPlan(scenario, variant, seed, run_folder(out, label, seed))
        for label, variant in variants.items()
        for seed in seeds
    }
    runs, failures = run_many(plans, workers=workers, from_day=from_day, progress=progress)
    for lever in levers:
        mended = [not getattr(variants[label], FAULTS[lever]) for label in runs["policy"]]
        runs.insert(runs.columns.get_loc("folder"), lever, pd.array(mended, "int64"))
    effects = tabulate_effects(runs, switches=levers, measures=list(MEASURES))
    return LeverStudy(scenario, name, levers, tuple(seeds), from_day, runs, effects, failures)


def free_levers(policy: PolicyModel) -> tuple[str, ...]:
    """Name the levers whose switch the strategy has and nobody has set."""
    missing = [fault for fault in FAULTS.values() if fault not in type(policy).model_fields]
    if missing:
        raise InputError(
            f"levers: a strategy must have the switches {', '.join(FAULTS.values())}, as reform and grid have, "
            f"got {policy.name!r} without {missing[0]!r}"
        )
    free = tuple(lever for lever, fault in FAULTS.items() if fault not in policy.model_fields_set)
    if not free:
        raise InputError("levers: at least one of the five switches must be left free, got all five set by hand")
    return free


def mend_in_turn(policy: PolicyModel, levers: Sequence[str]) -> dict[str, PolicyModel]:
    """Make the strategy with every setting of some levers, by the names of those that are mended."""
    variants = {}
    for setting in product((False, True), repeat=len(levers)):
        mended = [lever for lever, on in zip(levers, setting, strict=True) if on]
        faults = {FAULTS[lever]: lever not in mended for lever in levers}
        variants["+".join(mended) or "none"] = policy.model_copy(update=faults)
    return variants
