"""A quick search for one point that fits, by Optuna; it says nothing of how many others fit as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.batch.calibrate.match import Simulate
from sim.batch.calibrate.problem import Problem
from sim.batch.study.designs import Floats, spread_all
from sim.errors import InputError

BATCH = 10
"""Points that are run at a time."""
NO_VALUE = 1e6
"""Loss of a point of which a target is not known."""


@dataclass(frozen=True)
class QuickFit:
    """Hold the best point of a search."""

    problem: Problem
    point: pd.DataFrame
    """one row, one column per parameter"""
    loss: float
    """sum of weighted squared misses, in standard deviations, over the fitted targets"""
    table: pd.DataFrame
    """`measure`, `held_out`, `observed`, `sd`, `simulated`, `miss` of every target at the point"""
    losses: tuple[float, ...]
    """of all points, in the order of the search"""


def fit_quickly(problem: Problem, simulate: Simulate) -> QuickFit:
    """Search the point with the smallest loss.

    Raises
    ------
    InputError
        If Optuna is not installed.
    """
    try:
        import optuna  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError(
            "the quick search must have Optuna: pip install 'community-policing-sim[calibrate]'"
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    names = list(problem.parameters)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=problem.seed, n_startup_trials=2 * BATCH))
    unit_interval: optuna.distributions.BaseDistribution = optuna.distributions.FloatDistribution(0.0, 1.0)
    spaces = dict.fromkeys(names, unit_interval)
    losses: list[float] = []
    tried: list[tuple[float, Floats, pd.DataFrame]] = []
    for batch, start in enumerate(range(0, problem.trials, BATCH), start=1):
        trials = [study.ask(spaces) for _ in range(min(BATCH, problem.trials - start))]
        unit = np.array([[trial.params[name] for name in names] for trial in trials])
        runs = simulate(f"quick-{batch}", spread_all(unit, problem.parameters))
        for number, trial in enumerate(trials):
            own = runs[runs["point"] == number]
            loss = loss_of(problem, own)
            study.tell(trial, loss)
            losses.append(loss)
            tried.append((loss, unit[number], own))
    loss, best, own = min(tried, key=lambda one: one[0])
    return QuickFit(problem, spread_all(best[None, :], problem.parameters), loss, misses(problem, own), tuple(losses))


def loss_of(problem: Problem, runs: pd.DataFrame) -> float:
    """Sum up how far the fitted targets are missed; those held out have no part in it."""
    table = misses(problem, runs).set_index("measure")
    total = sum(target.weight * float(table.loc[target.measure, "miss"]) ** 2 for target in problem.fitted)
    return total if np.isfinite(total) else NO_VALUE


def misses(problem: Problem, runs: pd.DataFrame) -> pd.DataFrame:
    """Tell by how many standard deviations each target is missed by the mean of some runs of one point."""
    rows = []
    for target in problem.targets:
        values = runs[target.measure].to_numpy(np.float64)
        values = values[~np.isnan(values)]
        simulated = float(values.mean()) if len(values) else float("nan")
        one_run = float(values.var(ddof=1)) if len(values) > 1 else 0.0
        miss = abs(target.value - simulated) / float(np.sqrt(target.variance + one_run))
        row = {"measure": target.measure, "held_out": target.hold_out, "observed": target.value, "sd": target.sd}
        row |= {"model_sd": target.model_sd}
        rows.append(row | {"simulated": simulated, "miss": miss})
    return pd.DataFrame(rows)
