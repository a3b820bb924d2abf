"""Approximate Bayesian computation: draws of a posterior, by pyABC's sequential Monte Carlo (Toni & Stumpf 2010).

A population is points that miss the numbers by less than epsilon; each next one is drawn around the one before, with a
smaller epsilon, and weighted so that what was thought before counts evenly over the intervals. What is accepted within
a ball is the posterior under an error that is even over the ball (Wilkinson 2013): epsilon stops where that error is
as wide as the numbers' own, for a smaller one would claim to know more than the numbers do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.batch.calibrate.learnt import judge_target
from sim.batch.calibrate.match import Simulate
from sim.batch.calibrate.problem import Problem
from sim.batch.calibrate.quick import loss_of
from sim.batch.calibrate.reach import Reach, judge_reach
from sim.batch.study.designs import Floats, spread_all
from sim.errors import InputError

BATCH = 20
"""Points that are run at a time, at least; the answer does not depend on it."""
DRAWS = 4096
"""Points of equal weight that stand for the weighted ones where ranges are told."""


@dataclass(frozen=True)
class AbcFit:
    """Hold the last full population."""

    problem: Problem
    unit: Floats
    weights: Floats
    """of each point, summing to one"""
    missed: Floats
    """root mean square of how far the fitted targets are missed, in standard deviations, weighted as targets are"""
    runs: pd.DataFrame
    """of the points, numbered as in `unit`"""
    populations: pd.DataFrame
    """`epsilon`, `judged` (points until it was full), `accepted`, `effective` (size of an unweighted sample as good)"""
    n_points: int
    """all points that were run, those of no use among them"""
    reach: Reach
    """what the model can do at all, by the first population, which lies all over the intervals"""

    @property
    def epsilon(self) -> float:
        """Give the miss that the last population allowed."""
        return float(self.populations["epsilon"].iat[-1])

    @property
    def fits(self) -> bool:
        """Tell whether a population came as near as history matching asks of each target."""
        return self.epsilon <= self.problem.cutoff

    @property
    def reached(self) -> bool:
        """Tell whether epsilon came down to where it should stop."""
        return self.epsilon <= smallest_epsilon(self.problem)

    @property
    def plausible(self) -> Floats:
        """Give points that all count alike."""
        return np.asarray(self.unit[resample(self.weights, DRAWS, self.problem.seed)])


def fit_by_abc(problem: Problem, simulate: Simulate, *, batch: int = BATCH) -> AbcFit:
    """Draw from the posterior.

    Parameters
    ----------
    simulate
        runs points; when it remembers runs, a stopped calibration goes on where it was, for all proposals come again

    Raises
    ------
    InputError
        If pyABC is not installed.
    """
    try:
        import pyabc  # noqa: F401, PLC0415 - an extra, asked for by name so that no other mistake is taken for its lack
    except ImportError as error:
        raise InputError(
            "approximate Bayesian computation must have pyABC: pip install 'community-policing-sim[abc]'"
        ) from error
    from sim.batch.calibrate.abc_batches import FIRST, Budget, run_populations  # noqa: PLC0415 - needs the extra

    own: dict[tuple[float, ...], pd.DataFrame] = {}
    first: list[pd.DataFrame] = []

    def run_all(label: str, unit: Floats) -> list[float]:
        runs = simulate(label, spread_all(unit, problem.parameters))
        parts = [runs[runs["point"] == number] for number in range(len(unit))]
        if label.startswith(FIRST):
            first.extend([part.assign(point=number) for number, part in enumerate(parts, start=len(first))])
        own.update(zip(map(tuple, unit.tolist()), parts, strict=True))
        return [miss_of(problem, part) for part in parts]

    asked = problem.abc
    budget = Budget(asked.particles, asked.populations, asked.max_points, smallest_epsilon(problem), batch)
    last = run_populations(len(problem.parameters), run_all, budget, seed=problem.seed)
    parts = [own[tuple(point)].assign(point=number) for number, point in enumerate(last.unit.tolist())]
    runs = pd.concat(parts, ignore_index=True)
    reach = judge_reach(problem, pd.concat(first, ignore_index=True))
    return AbcFit(problem, last.unit, last.weights, last.missed, runs, last.populations, len(own), reach)


def smallest_epsilon(problem: Problem) -> float:
    """Give the miss at which to stop.

    An error that is even over a ball of k targets has the variance of the numbers' own error, one, in each direction
    where the ball's radius is the root of k + 2; epsilon is a mean over the targets.
    """
    n = len(problem.fitted)
    return problem.abc.epsilon or math.sqrt((n + 2) / n)


def miss_of(problem: Problem, runs: pd.DataFrame) -> float:
    """Tell how far the fitted targets are missed: the loss of the quick search, as a mean, in standard deviations."""
    return math.sqrt(loss_of(problem, runs) / sum(target.weight for target in problem.fitted))


def resample(weights: Floats, n: int, seed: int) -> np.ndarray:
    """Number the points that stand for weighted ones, evenly: each comes as often as its weight says, or once more."""
    steps = (np.random.default_rng(seed).random() + np.arange(n)) / n
    return np.minimum(np.searchsorted(np.cumsum(weights) / weights.sum(), steps, side="right"), len(weights) - 1)


def drawn_points(fit: AbcFit) -> pd.DataFrame:
    """Draw the points to carry on, in the form that history matching gives them: all count alike."""
    chosen = resample(fit.weights, fit.problem.keep, fit.problem.seed)
    return spread_all(fit.unit[chosen], fit.problem.parameters)


def particle_table(fit: AbcFit) -> pd.DataFrame:
    """List all points of the last population, each with its `weight` and `miss`."""
    return spread_all(fit.unit, fit.problem.parameters).assign(weight=fit.weights, miss=fit.missed)


def posterior_fit(fit: AbcFit) -> pd.DataFrame:
    """Set each target, held-out ones too, beside the years of the points' own runs, as `fit_table` does."""
    chosen = resample(fit.weights, DRAWS, fit.problem.seed)
    rows = []
    for target in fit.problem.targets:
        table = fit.runs.pivot(index="point", columns="seed", values=target.measure).reindex(range(len(fit.unit)))
        drawn = table.to_numpy(np.float64)[chosen].ravel()
        years = drawn[~np.isnan(drawn)]
        if not len(years):
            raise InputError(f"{target.measure} must have a value in some run, to be set beside {target.value:g}")
        rows.append(judge_target(target, years, table.mean(axis=1).dropna().to_numpy(np.float64)))
    return pd.DataFrame(rows)
