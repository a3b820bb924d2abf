"""What each lever of a reform adds, alone and together: all settings of its switches over the same seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import pandas as pd

from sim.batch.running.forks import begin_together
from sim.batch.running.many import Progress, check_request, run_folder, run_many
from sim.batch.running.runs import RunPlan
from sim.errors import InputError
from sim.outcomes.measures import MEASURES, choose_headline
from sim.policies.compose import Composed
from sim.policies.levers import STAFF
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

OUTCOMES = (
    "offences_per_1000", "recorded_per_1000", "feel_safe_pct", "satisfied_end_pct", "trusting_end_pct",
    "stops_per_1000", "checks_per_1000", "visits_per_1000", "cost_per_1000",
)  # fmt: skip
"""What a reform is judged by: crime, safe, satisfied, trust, burden and cost."""

ACTS_THROUGH = {
    "grid": ("cell_calls_gini", "cell_load_gini", "own_cell_pct", "way_mean_min"),
    "team": ("empty_posts_pct", "staff_leaving_a_year", "duty_hours_auxiliary", "fair_contacts_pct"),
    "information": (
        "sight_at_hot_pct", "wrong_doors_pct", "registered_again_pct", "visits_old_alone_a_year", "registered_pct",
        "cleared_pct", "deterred_per_1000",
    ),
    "appraisal": (
        "hollow_visits_pct", "visits_met_pct", "old_alone_met_pct", "downgraded_pct", "response_1_mean_min",
    ),
    "participation": (
        "know_services_pct", "volunteers_per_1000", "attended_per_1000", "hours_problem", "reported_pct", "aware_pct",
        "lasting_agreements_pct",
    ),
}  # fmt: skip
"""By lever, the measures in which what officers and residents do differently must show first, if it does anything."""


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
    since: date | None = None
    """date at which the strategy with the switches comes in; None where it is in force from the start"""
    shown: tuple[str, ...] = choose_headline(OUTCOMES)
    """outcomes of tables and pictures for people; files for programs hold all"""
    tells_through: bool = True
    """whether what each lever acts through is told beside the outcomes"""


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
    below `out`; called again with the same inputs, finished runs are reused and an interrupted one continues. Of a
    strategy whose switches come in at a date, all days before it are left out, and run once for all variants.

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
    from_day = max(from_day, days_before(policy, scenario.start))
    check_request(list(variants), seeds, workers=workers, from_day=from_day, n_days=scenario.n_days)
    plans = {
        (label, seed): RunPlan(scenario, variant, seed, run_folder(out, label, seed))
        for label, variant in variants.items()
        for seed in seeds
    }
    if _hire_alike(list(variants.values())):
        groups = [[plans[label, seed] for label in variants] for seed in seeds]
        before = days_before(policy, scenario.start)
        begin_together(groups, n_days=before, workers=workers, progress=progress)
    runs, failures = run_many(plans, workers=workers, from_day=from_day, progress=progress)
    for lever in levers:
        mended = [not getattr(with_switches(variants[label]), FAULTS[lever]) for label in runs["policy"]]
        runs.insert(runs.columns.get_loc("folder"), lever, pd.array(mended, "int64"))
    effects = tabulate_effects(runs, switches=levers, measures=list(MEASURES))
    since = policy.switches()[-1] if policy.switches() else None
    return LeverStudy(scenario, name, levers, tuple(seeds), from_day, runs, effects, failures, since)


def has_switches(policy: PolicyModel) -> bool:
    """Tell whether one strategy of the last stage of a policy has the five switches."""
    return any(not _missing(part) for part in policy.ever()[-1])


def with_switches(policy: PolicyModel) -> PolicyModel:
    """Find the strategy with the five switches: the policy itself, or the one of its last stage that has them.

    Raises
    ------
    InputError
        If none has them, two have, or it is not the last stage that has them: what is measured then ends with it.
    """
    found = [part for part in policy.ever()[-1] if not _missing(part)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"levers: one strategy alone may have the five switches, got two in {policy.name!r}")
    if any(not _missing(part) for stage in policy.ever() for part in stage):
        raise InputError(
            f"levers: the strategy with the five switches must be in force until the run ends, got {policy.name!r}"
        )
    raise InputError(
        f"levers: a strategy must have the switches {', '.join(FAULTS.values())}, as reform and grid have, "
        f"got {policy.name!r} without {_missing(policy.ever()[-1][0])[0]!r}"
    )


def days_before(policy: PolicyModel, start: date) -> int:
    """Count the days of a run before the strategy with the switches comes in; 0 where it is there from the start."""
    return max(0, (policy.switches()[-1] - start).days) if policy.switches() else 0


def free_levers(policy: PolicyModel) -> tuple[str, ...]:
    """Name the levers whose switch the strategy has and nobody has set."""
    given = with_switches(policy).model_fields_set
    free = tuple(lever for lever, fault in FAULTS.items() if fault not in given)
    if not free:
        raise InputError("levers: at least one of the five switches must be left free, got all five set by hand")
    return free


def mend_in_turn(policy: PolicyModel, levers: Sequence[str]) -> dict[str, PolicyModel]:
    """Make the strategy with every setting of some levers, by the names of those that are mended."""
    variants = {}
    for setting in product((False, True), repeat=len(levers)):
        mended = [lever for lever, on in zip(levers, setting, strict=True) if on]
        faults = {FAULTS[lever]: lever not in mended for lever in levers}
        variants["+".join(mended) or "none"] = _set(policy, faults)
    return variants


def _set(policy: PolicyModel, faults: Mapping[str, bool]) -> PolicyModel:
    if not isinstance(policy, Composed):
        return policy.model_copy(update=dict(faults))
    own = with_switches(policy)
    last = tuple(part.model_copy(update=dict(faults)) if part is own else part for part in policy.stages[-1])
    return policy.model_copy(update={"stages": (*policy.stages[:-1], last)})


def _hire_alike(variants: Sequence[PolicyModel]) -> bool:
    """Tell whether all variants hire as many, so that their worlds are of one shape before the first is hired."""
    hired = {
        tuple(
            getattr(part.levers().scaled(part.hours).team, staff)
            for stage in one.ever()
            for part in stage
            for staff in STAFF
        )
        for one in variants
    }
    return len(hired) == 1


def _missing(policy: PolicyModel) -> list[str]:
    return [fault for fault in FAULTS.values() if fault not in type(policy).model_fields]
