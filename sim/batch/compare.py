"""Several strategies over the same seeds, and their differences in pairs.

Runs of one seed share every draw that the strategy does not change, so the difference between two
strategies is taken seed by seed: its interval is far narrower than that of two independent means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from sim.batch.reached import compare_reached
from sim.batch.running.many import Progress, check_request, run_folder, run_many
from sim.batch.running.runs import RunPlan
from sim.errors import InputError
from sim.outcomes.measures import MEASURES, choose_headline
from sim.policies.compose import pay_within_budget
from sim.policies.protocol import Floats, PolicyModel
from sim.policies.reactive import Reactive
from sim.policies.visiting import meant_a_year
from sim.scenarios.scenario import Scenario
from sim.statistics.pairs import pair_differences

WITHIN_BUDGET = " [within budget]"
"""What the label of a strategy ends with whose hired staff is paid for by response officers."""


@dataclass(frozen=True)
class Strategy:
    """A policy under the name that a comparison gives it: how the user wrote it."""

    label: str
    policy: PolicyModel


@dataclass(frozen=True)
class Comparison:
    """Hold the results of several strategies.

    The first strategy is the one that the others are compared with.
    """

    scenario: Scenario
    strategies: tuple[str, ...]
    seeds: tuple[int, ...]
    from_day: int
    runs: pd.DataFrame
    """one row per finished run: `policy`, `seed`, `folder`, `digest`, `n_orders` with a target, and every measure"""
    differences: pd.DataFrame
    """the table of `sim.statistics.pairs.pair_differences` for every measure; the first strategy is the baseline"""
    failures: dict[str, str]
    """what went wrong, by run; its pairs are left out"""
    without_orders: tuple[str, ...] = ()
    """strategies that gave no order with a target in any of their runs, other than `reactive`, which never does"""
    shown: tuple[str, ...] = choose_headline()
    """measures of tables and pictures for people; files for programs hold all"""
    meant: Mapping[str, Floats] = field(default_factory=dict)
    """visits in a year that each strategy means to make, by kind of household, as `meant_a_year` gives them"""
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    """the table of `sim.outcomes.feelings_groups.compare_groups`"""
    same_until: int = 0
    """days from the start on which all strategies are one and the same"""


def compare(  # noqa: PLR0913 - what, over what, how, where to
    scenario: Scenario,
    strategies: Sequence[Strategy],
    seeds: Sequence[int],
    *,
    out: Path,
    workers: int,
    from_day: int = 0,
    progress: Progress | None = None,
) -> Comparison:
    """Run every strategy with every seed and compare them in pairs.

    Every run has its folder below `out`. Called again with the same inputs, finished runs are reused and an
    interrupted one continues.

    Parameters
    ----------
    strategies
        the first is the one that the others are compared with
    out
        folder of the comparison
    workers
        processes at work at the same time
    from_day
        days before are a warm-up and left out of the measures
    progress
        called with the simulated days done and to do, over all runs; may raise to stop

    Raises
    ------
    InputError
        If there are no strategies or seeds, one is named twice, or no run at all succeeds.
    """
    labels = tuple(strategy.label for strategy in strategies)
    check_request(labels, seeds, workers=workers, from_day=from_day, n_days=scenario.n_days)
    plans = {
        (strategy.label, seed): RunPlan(scenario, strategy.policy, seed, run_folder(out, strategy.label, seed))
        for strategy in strategies
        for seed in seeds
    }
    runs, failures = run_many(plans, workers=workers, from_day=from_day, progress=progress)
    if labels[0] not in set(runs["policy"]):
        raise InputError(
            f"every run of the baseline {labels[0]!r} failed; the first problem was: {next(iter(failures.values()))}"
        )
    differences = pair_differences(runs, baseline=labels[0], measures=list(MEASURES))
    n_orders = runs.groupby("policy")["n_orders"].sum()
    without_orders = tuple(
        strategy.label
        for strategy in strategies
        if n_orders.get(strategy.label) == 0 and strategy.policy.name != Reactive.name
    )
    return Comparison(
        scenario, labels, tuple(seeds), from_day, runs, differences, failures, without_orders,
        meant={strategy.label: meant_a_year(strategy.policy) for strategy in strategies},
        groups=compare_reached(runs, labels[0], out), same_until=day_apart(strategies, scenario.start),
    )  # fmt: skip


def day_apart(strategies: Sequence[Strategy], start: date) -> int:
    """Count the days from the start on which all strategies are one and the same; 0 where they never differ.

    A strategy that comes in at a date is the one before it until then, to the byte. Days on which nothing can differ
    make every difference smaller than it is.
    """
    policies = [strategy.policy for strategy in strategies]
    for day in (start, *sorted({when for policy in policies for when in policy.switches()})):
        if any(policy.parts(day) != policies[0].parts(day) for policy in policies):
            return (day - start).days
    return 0


def at_equal_cost(strategies: Sequence[Strategy]) -> list[Strategy]:
    """Let every strategy pay for the staff that it hires; its label says so, and one that hires nobody stays as is."""
    paid = [pay_within_budget(strategy.policy) for strategy in strategies]
    return [
        old if policy == old.policy else Strategy(old.label + WITHIN_BUDGET, policy)
        for old, policy in zip(strategies, paid, strict=True)
    ]
