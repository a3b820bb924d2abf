"""How likely each parameter set is, by the emulators: what `NAME.plausible.parquet` is drawn from.

Before, every point of the unit cube counts alike. A point is the more likely, the better it meets the fitted targets,
by the same variances that rule points out in history matching: the number's own error, model error, one year's chance
and the emulator. What one year's chance does to several measures at once is taken from the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.batch.calibrate.match import Emulated
from sim.batch.calibrate.problem import Target
from sim.batch.sensitivity.emulator import one_thread
from sim.batch.study.designs import Floats, sobol_points

EVEN = 4096
"""Points all over the cube."""
ROUNDS, AROUND = 3, 1024
"""Rounds of the search around the likely ones, and points of each."""
MOVES = 100
"""Steps of each drawn point away from where it was found."""
TAILS = 4.0
"""Degrees of freedom of what points are drawn from around the likely ones."""

Predict = Callable[[str, Floats], tuple[Floats, Floats]]
"""Gives mean and variance of a measure, by its emulator, at points of the unit cube."""


@dataclass(frozen=True)
class Weighted:
    """Hold points of the unit cube that stand for what is likely, each with its weight."""

    unit: Floats
    weights: Floats
    """summing to one"""
    log_density: Floats

    @property
    def effective(self) -> float:
        """Give the size of an unweighted sample that is worth as much."""
        return float(1.0 / (self.weights**2).sum())

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Number the points of independent draws."""
        return np.asarray(rng.choice(len(self.unit), n, p=self.weights))

    @property
    def spread(self) -> Floats:
        """Give the covariance of the weighted points."""
        apart = self.unit - self.weights @ self.unit
        return np.asarray((apart * self.weights[:, None]).T @ apart)


def log_density(
    targets: tuple[Target, ...], observed: Floats, emulated: Mapping[str, Emulated], predict: Predict, unit: Floats
) -> Floats:
    """Give the logarithm of how likely points are, up to a constant.

    Parameters
    ----------
    observed
        the city's numbers, in the order of the targets
    """
    means = np.empty((len(unit), len(targets)))
    emulator = np.empty_like(means)
    for k, target in enumerate(targets):
        means[:, k], emulator[:, k] = predict(target.measure, unit)
    root = np.linalg.cholesky(stated_covariance(targets, emulated, emulator, unit))
    off = np.linalg.solve(root, (observed - means)[:, :, None])[:, :, 0]
    size = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return np.asarray(-0.5 * (off**2).sum(axis=1) - size)


def stated_covariance(
    targets: tuple[Target, ...], emulated: Mapping[str, Emulated], emulator: Floats, unit: Floats
) -> Floats:
    """Add up all that may set the observations apart from the emulators' means, at points of the unit cube.

    Parameters
    ----------
    emulator
        the emulators' own variances, one row per point, one column per target
    """
    chance = np.column_stack([np.sqrt(emulated[target.measure].one_run(unit)) for target in targets])
    covariance = chance[:, :, None] * chance[:, None, :] * moves_together(targets, emulated)
    each = np.arange(len(targets))
    shared = np.array([target.variance + emulated[target.measure].shared for target in targets])
    covariance[:, each, each] += emulator + shared
    return np.asarray(covariance)


def moves_together(targets: tuple[Target, ...], emulated: Mapping[str, Emulated]) -> Floats:
    """Give the correlations of the measures between runs of one point: a year with more offences has more calls."""
    together = np.eye(len(targets))
    for i, first in enumerate(targets):
        for j, second in enumerate(targets[:i]):
            together[i, j] = together[j, i] = _correlation(emulated[first.measure], emulated[second.measure])
    # Each pair has its own runs where values are missing, and pairs that fit no common matrix are drawn to the middle.
    least = float(np.linalg.eigvalsh(together).min())
    share = 0.0 if least > 1e-6 else (1e-6 - least) / (1.0 - least)
    return np.asarray((1.0 - share) * together + share * np.eye(len(targets)))


def even_points(dimension: int, seed: int) -> Floats:
    """Lay points evenly over the cube, for `weigh` to begin with."""
    return sobol_points(dimension, EVEN, seed)


def weigh(density: Callable[[Floats], Floats], even: Floats, seed: int) -> Weighted:
    """Find the likely part of the cube and weigh points there (adaptive importance sampling, Cornuet et al. 2012).

    Even points tell where it is; further ones are drawn around those that weigh, and every point counts by its density
    over that of all that points were drawn from, so that what even points see is never lost.
    """
    with one_thread():
        return _weigh(density, even, np.random.default_rng(seed))


def _weigh(density: Callable[[Floats], Floats], even: Floats, rng: np.random.Generator) -> Weighted:
    from scipy.stats import multivariate_t  # noqa: PLC0415 - slow to import

    dimension = even.shape[1]
    unit, logs = even, density(even)
    drawn_from: list[tuple[int, Callable[[Floats], Floats]]] = [(len(even), lambda points: np.ones(len(points)))]
    for number in range(ROUNDS):
        weights = _weights(unit, logs, drawn_from)
        middle = weights @ unit
        apart = unit - middle
        # Where one point has all the weight, nothing is known of the spread but the distance to the next one.
        least = np.eye(dimension) * (len(even) ** (-1.0 / dimension) / 2.0 ** (number + 1)) ** 2
        shape = 1.5 * (apart * weights[:, None]).T @ apart + least
        around = multivariate_t(middle, shape, df=TAILS, seed=rng)
        fresh = np.asarray(around.rvs(AROUND)).reshape(AROUND, dimension)
        drawn_from.append((AROUND, around.pdf))
        fresh = fresh[((fresh >= 0.0) & (fresh <= 1.0)).all(axis=1)]  # outside, nothing was likely before
        unit, logs = np.vstack([unit, fresh]), np.concatenate([logs, density(fresh)])
    return Weighted(unit, _weights(unit, logs, drawn_from), logs)


def move(unit: Floats, density: Callable[[Floats], Floats], spread: Floats, rng: np.random.Generator) -> Floats:
    """Let points that were drawn by weight walk on among what is as likely (resample and move, Gilks & Berzuini 2001).

    A point that weighs much is drawn several times; afterwards its copies stand apart, and are distributed as before.

    Parameters
    ----------
    density
        logarithm, up to a constant; minus infinity where no point may go
    spread
        covariance of what is likely
    """
    dimension = unit.shape[1]
    reach = np.linalg.cholesky(2.38**2 / dimension * spread + 1e-12 * np.eye(dimension))
    unit, logs = unit.copy(), density(unit)
    for _ in range(MOVES):
        tried = unit + rng.standard_normal(unit.shape) @ reach.T
        inside = ((tried >= 0.0) & (tried <= 1.0)).all(axis=1)
        there = np.full(len(unit), -np.inf)
        if inside.any():
            there[inside] = density(tried[inside])
        taken = np.log(rng.random(len(unit))) < there - logs
        unit[taken], logs[taken] = tried[taken], there[taken]
    return unit


def _weights(unit: Floats, logs: Floats, drawn_from: list[tuple[int, Callable[[Floats], Floats]]]) -> Floats:
    mixture = np.sum([size * np.atleast_1d(pdf(unit)) for size, pdf in drawn_from], axis=0)
    raw = np.exp(logs - logs.max()) / mixture
    return np.asarray(raw / raw.sum())


def _correlation(one: Emulated, other: Emulated) -> float:
    """Correlate the runs of two measures about the means of their points."""
    common, mine, its = np.intersect1d(one.answers.points, other.answers.points, return_indices=True)
    if not len(common) or one.answers.n_seeds != other.answers.n_seeds:
        return 0.0
    first = (one.answers.values - one.answers.means[:, None])[mine]
    second = (other.answers.values - other.answers.means[:, None])[its]
    whole = ~(np.isnan(first) | np.isnan(second))
    size = np.sqrt((first[whole] ** 2).sum() * (second[whole] ** 2).sum())
    return float((first[whole] * second[whole]).sum() / size) if size > 0.0 else 0.0
