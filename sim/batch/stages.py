"""Which seeds come next: all at once, or some at a time until an interval is narrow enough."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from sim.batch.plan import Plan
from sim.outcomes.stopping import judge_precision


class RunsSoFar(Protocol):
    """Whoever can read the runs there are."""

    def runs(self) -> pd.DataFrame:
        """Read the runs of the plan so far, one row each."""


def next_seeds(plan: Plan, folder: RunsSoFar, n_done: int) -> tuple[int, ...]:
    """Name the seeds to run after the first `n_done`; none when the study is at its end.

    A rule that stops looks only after whole seeds and at fixed numbers of them, so that what it decides hangs on
    nothing but the study.
    """
    seeds, rule = plan.study.all_seeds, plan.study.stop
    if rule is None:
        return seeds[n_done:]
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
