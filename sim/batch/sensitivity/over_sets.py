"""The chance that a strategy is better over what may be true: parameter sets that a calibration left, and seeds.

At each set both strategies ran with the same seeds. With few seeds the sign of a set's mean is half chance, and
counting signs would draw every share towards a half. So a Gaussian process takes up the differences of all sets,
surfaces that may well have made them are drawn from it, and each gives its share of the sets. The sets are a sample,
too: with every surface their weights are drawn anew (Bayesian bootstrap, Rubin 1981).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.batch.sensitivity.chance import point_noise
from sim.batch.sensitivity.emulator import LEAST_POINTS, Emulator
from sim.batch.sensitivity.outcome import Answers
from sim.batch.study.carried import Carried
from sim.batch.study.designs import unspread_all
from sim.outcomes.measures import MEASURES
from sim.statistics.estimates import Estimate

DRAWS = 1000


class Share(NamedTuple):
    """Tell in how much of what may be true a strategy is better."""

    policy: str
    share: Estimate | None
    """None where seeds or sets are too few"""
    n_sets: int
    n_seeds: int


def judge_over_sets(runs: pd.DataFrame, about: Carried, *, policy: str, baseline: str, outcome: str) -> Share:
    """Estimate the share of what may be true in which a strategy is better than the baseline.

    Parameters
    ----------
    runs
        of one scenario: `policy`, `point`, `seed`, the parameters and the outcome
    """
    one, other = (
        runs[runs["policy"] == name].pivot(index="point", columns="seed", values=outcome) for name in (policy, baseline)
    )
    apart = (one - other).dropna(how="all").dropna(how="all", axis=1)
    n_sets, n_seeds = apart.shape
    if n_sets < LEAST_POINTS or n_seeds < 2:
        return Share(policy, None, n_sets, n_seeds)
    points = runs.drop_duplicates("point").set_index("point").loc[apart.index, list(about.parameters)]
    unit = unspread_all(points, about.parameters)
    answers = Answers(apart.index.to_numpy(np.int64), apart.to_numpy(np.float64))
    weights = np.array(about.weights)[answers.points]
    if not np.nan_to_num(answers.values).any():  # nothing that the strategy does reaches the outcome
        return Share(policy, Estimate(0.0, 0.0, 0.0), n_sets, n_seeds)
    sign = -1.0 if MEASURES[outcome].better == "less" else 1.0
    drawn = Emulator(unit, answers.means, point_noise(unit, answers)).draw(unit, DRAWS, 1)
    rng = np.random.default_rng(2)
    # What the seeds did to all sets alike does not average out over sets; few seeds know it badly, hence Student's.
    drawn += rng.standard_t(n_seeds - 1, (DRAWS, 1)) * answers.shared() ** 0.5
    is_better = sign * drawn > 0.0
    anew = weights * rng.standard_exponential((DRAWS, n_sets))
    shares = (is_better * anew).sum(axis=1) / anew.sum(axis=1)
    value = float((is_better @ weights).mean() / weights.sum())
    return Share(policy, Estimate(value, *map(float, np.quantile(shares, [0.025, 0.975]))), n_sets, n_seeds)
