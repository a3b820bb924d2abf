"""The result at every point of a study: a measure, or what a strategy changes of it, seed by seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.batch.store.read import StudyRuns
from sim.batch.study.designs import intervals_of, unspread_all
from sim.batch.study.study import Interval
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.outcomes.measures import refuse_unknown_measure

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """Say what is looked at: a measure under a strategy, or its paired difference from another strategy."""

    outcome: str
    of: str
    against: str | None = None


@dataclass(frozen=True)
class Answers:
    """Hold an outcome at every point, as a table of points and seeds."""

    points: Numbers
    """numbers of the points that have a value for some seed"""
    values: Floats
    """one row per point, one column per seed; not a number where a run is missing or knows nothing"""

    @property
    def n_seeds(self) -> int:
        """Count the seeds."""
        return int(self.values.shape[1])

    @property
    def means(self) -> Floats:
        """Give the mean of each point over its seeds."""
        return np.asarray(np.nanmean(self.values, axis=1))

    def apart(self) -> Floats:
        """Give what seeds and points do together: all that is left when each seed's own luck is taken off.

        All points share their seeds. A seed that is bad everywhere shifts every point alike and blurs no comparison
        between points; only the rest does.
        """
        centred = self.values - self.means[:, None]
        return np.asarray(centred - np.nanmean(centred, axis=0)[None, :])

    def noise(self) -> float:
        """Estimate the variance that chance leaves in the mean of a point, set against other points."""
        n, k = self.values.shape
        if k < 2 or n < 2:
            return float("nan")
        is_finite = ~np.isnan(self.values)
        freedom = max(is_finite.sum() - n - k + 1, 1)
        return float(np.nansum(self.apart() ** 2) / freedom * np.mean(1.0 / is_finite.sum(axis=1)))

    def shared(self) -> float:
        """Estimate the variance that the seeds leave in all means alike: it does not average out over points."""
        if self.n_seeds < 2:
            return float("nan")
        luck = np.nanmean(self.values - self.means[:, None], axis=0)
        return float(np.var(luck, ddof=1) / self.n_seeds)


def answers_of(runs: pd.DataFrame, asked: Asked, *, scenario: str) -> Answers:
    """Pick an outcome out of the runs of a study; points without any value are left out."""
    here = runs[runs["scenario"] == scenario]
    table = _by_seed(here, asked.of, asked.outcome)
    if asked.against is not None:
        table -= _by_seed(here, asked.against, asked.outcome)
    table = table.dropna(how="all").dropna(how="all", axis=1)
    if table.empty:
        raise InputError(f"the study must have a value of {asked.outcome} for one point at least, and has none")
    return Answers(table.index.to_numpy(np.int64), table.to_numpy(np.float64))


def _by_seed(runs: pd.DataFrame, strategy: str, outcome: str) -> pd.DataFrame:
    own = runs[runs["strategy"] == strategy]
    return own.pivot_table(index="point", columns="seed", values=outcome, dropna=False).astype(np.float64)


def check_asked(study_runs: StudyRuns, asked: Asked, scenario: str | None) -> str:
    """Refuse what the study does not hold, and give the scenario to look at."""
    strategies = list(dict.fromkeys(study_runs.arms["strategy"]))
    refuse_unknown_measure(asked.outcome, "--outcome")
    for strategy in (asked.of, asked.against):
        if strategy is not None and strategy not in strategies:
            raise InputError(
                f"a strategy must be one of {', '.join(strategies)} in this study, got {strategy!r}"
                + did_you_mean(strategy, strategies)
            )
    if asked.of == asked.against:
        raise InputError(f"two strategies must be compared, got {asked.of!r} twice")
    scenarios = list(dict.fromkeys(study_runs.arms["scenario"]))
    if scenario is None and len(scenarios) > 1:
        raise InputError(f"--scenario must say which of {', '.join(scenarios)}")
    if scenario is not None and scenario not in scenarios:
        raise InputError(
            f"--scenario must be one of {', '.join(scenarios)}, got {scenario!r}" + did_you_mean(scenario, scenarios)
        )
    return scenario or str(scenarios[0])


def space_of(study_runs: StudyRuns) -> tuple[dict[str, Interval], Floats]:
    """Give what a study draws, and all its points in the unit cube, in the order of their numbers.

    Raises
    ------
    InputError
        If the study draws nothing, or its points are not those of its design.
    """
    design = study_runs.study.design
    intervals = {} if design is None else intervals_of(design)
    if design is None or not intervals:
        raise InputError("the study must draw parameters from intervals (method lhs, sobol, morris or saltelli)")
    points = study_runs.arms.drop_duplicates("point").sort_values("point")
    missing = [name for name in intervals if name not in points.columns]
    if missing or not np.array_equal(points["point"], np.arange(len(points))):
        raise InputError(f"{study_runs.path} must hold every point of its design; its table of arms was edited")
    return intervals, unspread_all(points, intervals)
