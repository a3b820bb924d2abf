"""How much chance there is at each point: where there is more crime, years also differ by more.

Few seeds a point know its variance badly, and one variance for the whole space would be wrong where counts are small.
So the logarithm of the variance is fitted as a plane over the space, by the likelihood of sums of squares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.batch.sensitivity.outcome import Answers
from sim.batch.study.designs import Floats

Variance = Callable[[Floats], Floats]
"""Gives the variance of one run at points of the unit cube."""


def point_noise(unit: Floats, answers: Answers) -> Floats:
    """Give the variance that chance leaves in the mean of each point, set against other points."""
    n_seeds = (~np.isnan(answers.values)).sum(axis=1)
    n = len(n_seeds)
    sums = np.nansum(answers.apart() ** 2, axis=1) * n / max(n - 1, 1)  # the seeds' own means took their share
    return np.asarray(fit_variance(unit, sums, n_seeds - 1)(unit) / n_seeds)


def one_run(unit: Floats, answers: Answers) -> Variance:
    """Give the variance of a single run."""
    n_seeds = (~np.isnan(answers.values)).sum(axis=1)
    return fit_variance(unit, np.nansum((answers.values - answers.means[:, None]) ** 2, axis=1), n_seeds - 1)


def fit_variance(unit: Floats, sums: Floats, freedom: Floats) -> Variance:
    """Fit a variance to sums of squares with so many degrees of freedom; slopes are held back where little is known."""
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to import

    total = float(sums.sum() / max(freedom.sum(), 1))
    if total == 0.0:
        return lambda points: np.zeros(len(points))
    plane, own = _plane(unit), sums / total

    def loss(slopes: Floats) -> tuple[float, Floats]:
        log = np.clip(plane @ slopes, -20.0, 20.0)
        part = own * np.exp(-log)
        held = np.append(0.0, slopes[1:])
        return float((freedom * log + part).sum() + held @ held) / 2.0, plane.T @ (freedom - part) / 2.0 + held

    slopes = minimize(loss, np.zeros(plane.shape[1]), jac=True, method="L-BFGS-B").x
    return lambda points: np.asarray(total * np.exp(np.clip(_plane(points) @ slopes, -20.0, 20.0)))


def _plane(unit: Floats) -> Floats:
    return np.column_stack([np.ones(len(unit)), unit - 0.5])
