"""Which runs come next: all at once, some seeds at a time until it is sure enough, or those that help to find the best.

A rule looks only when all runs so far are done, and at fixed numbers of them, so that what it decides depends
on nothing but the study.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.study.plan import Plan
from sim.batch.study.study import Allocate, Stop
from sim.outcomes.measures import MEASURES
from sim.statistics.allocation import allocate_runs
from sim.statistics.stopping import judge_precision


class RunsSoFar(Protocol):
    """Whoever knows the runs that are planned, and can read their results."""

    rows: pd.DataFrame
    """`run`, `arm` (number), `seed`"""

    def runs(self) -> pd.DataFrame:
        """Read the runs of the plan so far, one row each."""


def next_rows(plan: Plan, folder: RunsSoFar) -> pd.DataFrame:
    """List the runs to make after those that are planned; none when the study is at its end."""
    seeds, study = plan.study.all_seeds, plan.study
    planned = np.bincount(folder.rows["arm"].to_numpy(np.int64), minlength=len(plan.arms))
    n_done = int(planned.min())
    if study.stop is not None:
        return plan.rows(_until_sure(plan, study.stop, folder, n_done))
    if study.allocate is not None:
        return plan.rows_beyond(planned, planned + _to_find_best(plan, study.allocate, folder, planned))
    return plan.rows(seeds[n_done:])


def _until_sure(plan: Plan, rule: Stop, folder: RunsSoFar, n_done: int) -> tuple[int, ...]:
    """Name the next seeds for every arm."""
    seeds = plan.study.all_seeds
    if n_done == 0:
        return seeds[: rule.first]
    if n_done >= len(seeds) or is_sure_enough(plan, folder.runs()):
        return ()
    return seeds[n_done : n_done + rule.step]


def is_sure_enough(plan: Plan, runs: pd.DataFrame) -> bool:
    """Tell whether every interval of the rule's outcome is narrow enough, though it is looked at again and again."""
    rule = plan.study.stop
    assert rule is not None
    for _, rows in runs.groupby(["scenario", "point"]):
        table = rows.rename(columns={"strategy": "policy"})
        found = judge_precision(table, baseline=plan.baseline, measure=rule.outcome, half_width=rule.half_width)
        if not found["enough"].all():
            return False
    return True


def _to_find_best(plan: Plan, rule: Allocate, folder: RunsSoFar, planned: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the further runs of each arm, none beyond the seeds of the study."""
    n_seeds, n_arms = len(plan.study.all_seeds), len(plan.arms)
    if not planned.any():
        return np.full(n_arms, min(rule.first, n_seeds), np.int64)
    n_more = min(rule.step, n_arms * rule.first + rule.runs - int(planned.sum()))
    if n_more <= 0:
        return np.zeros(n_arms, np.int64)
    runs = folder.runs()
    by_arm = runs.groupby("arm")[rule.outcome]
    names = [arm.id for arm in plan.arms]
    means, variances = (by_arm.agg(how).reindex(names).to_numpy(np.float64) for how in ("mean", "var"))
    better: Literal["less", "more"] = "less" if MEASURES[rule.outcome].better == "less" else "more"
    more = allocate_runs(means, variances, planned, n_more, better=better)
    return np.minimum(more, n_seeds - planned)
