"""A Gaussian process in the place of the simulation: quick to ask, and knows how unsure it is.

It is the sum of a level, a plane and a Matérn process, none of them known beforehand, and of the chance of the seeds,
whose variance is known; so it is unsure of level and slopes, too.
Leaving each point out in turn tells how good it is, without another run (Bastos & O'Hagan 2009).
"""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.batch.study.designs import Floats
from sim.errors import InputError

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

LEAST_POINTS = 8
BLOCK = 2048
"""Points asked at a time, so that memory does not grow with them."""


@dataclass(frozen=True)
class Check:
    """Tell how well points are predicted from all others."""

    explained: float
    """share of the variance of the points that is predicted; chance of the seeds cannot be"""
    scale: float
    """root mean square of error over stated error; one where what is stated is right"""
    within: float
    """share of the points within two stated errors"""


class Seen(NamedTuple):
    """Hold what an emulator says of some points, on its own scale, and what each of its own points adds to that."""

    mean: Floats
    variance: Floats
    weights: Floats
    """one row per own point of the emulator, one column per point looked at"""


class Emulator:
    """Foretell the mean outcome at any point of the unit cube.

    Parameters
    ----------
    unit, values
        points of the unit cube, and the mean outcome at each
    noise
        variance that chance leaves in each mean
    """

    def __init__(self, unit: Floats, values: Floats, noise: Floats) -> None:
        from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - slow to import
        from sklearn.gaussian_process import GaussianProcessRegressor  # noqa: PLC0415
        from sklearn.gaussian_process.kernels import (  # noqa: PLC0415
            ConstantKernel,
            DotProduct,
            Matern,
            WhiteKernel,
        )

        n, dimension = unit.shape
        if n < LEAST_POINTS:
            raise InputError(f"an emulator must have {LEAST_POINTS} points at least, got {n}")
        self._scale = float(values.std()) or 1.0
        self._mean = float(values.mean())
        rest = (values - self._mean) / self._scale
        plane = ConstantKernel(1.0, (1e-3, 1e2)) * DotProduct(0.0, "fixed")
        bent = ConstantKernel(0.3, (1e-4, 1e2)) * Matern([1.0] * dimension, (0.1, 20.0), nu=2.5)
        kernel = ConstantKernel(1.0, "fixed") + plane + bent
        self._process = GaussianProcessRegressor(
            kernel + WhiteKernel(1e-3, (1e-8, 1.0)), alpha=noise / self._scale**2 + 1e-8, n_restarts_optimizer=1,
            random_state=1,
        )  # fmt: skip
        with one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: the parameter does nothing
            self._process.fit(unit - 0.5, rest)
            self._inverse = np.linalg.inv(self._process.L_ @ self._process.L_.T)
        self.check = self._leave_out(values)

    def __call__(self, unit: Floats) -> tuple[Floats, Floats]:
        """Give mean and variance at points of the unit cube; the variance is widened where the check asks for it."""
        means, variances = [], []
        for start in range(0, len(unit), BLOCK):
            some = unit[start : start + BLOCK]
            with one_thread():
                mean, error = self._process.predict(some - 0.5, return_std=True)
            means.append(self._mean + mean * self._scale)
            variances.append((error * self._scale * max(1.0, self.check.scale)) ** 2)
        return np.concatenate(means), np.concatenate(variances)

    def weigh_points(self, unit: Floats) -> Seen:
        """Look at points of the unit cube with what each of the emulator's own points has to say of them."""
        process = self._process
        with one_thread():
            mean, error = process.predict(unit - 0.5, return_std=True)
            weights = self._inverse @ process.kernel_(process.X_train_, unit - 0.5)
        return Seen(mean, error**2, weights)

    def without(self, point: int, seen: Seen) -> tuple[Floats, Floats]:
        """Give mean and variance as if one of the emulator's own points had not been run.

        Scales stay as they were fitted; the rest follows without another fit (Rasmussen & Williams 2006, 5.12).
        """
        weight, own = seen.weights[point], self._inverse[point, point]
        mean = seen.mean - weight * self._process.alpha_[point] / own
        variance = seen.variance + weight**2 / own
        widened = (self._scale * max(1.0, self.check.scale)) ** 2
        return np.asarray(self._mean + mean * self._scale), np.asarray(variance * widened)

    def draw(self, unit: Floats, n: int, seed: int) -> Floats:
        """Draw outcomes at some points together, as they may well be: one row per draw."""
        normal = np.random.default_rng(seed).standard_normal((n, len(unit)))
        with one_thread():
            mean, cov = self._process.predict(unit - 0.5, return_cov=True)
            value, vector = np.linalg.eigh(cov * max(1.0, self.check.scale) ** 2)
            root = vector * np.sqrt(np.maximum(value, 0.0))
        return np.asarray(self._mean + (mean + normal @ root.T) * self._scale)

    def _leave_out(self, values: Floats) -> Check:
        """Foretell each point from all others, without another fit (Rasmussen & Williams 2006, 5.12)."""
        inverse = self._inverse
        variance = 1.0 / np.diag(inverse)
        error = (inverse @ self._process.y_train_) * variance
        stated = error / np.sqrt(variance)
        total = float(np.var(values / self._scale))
        explained = 1.0 - float(np.mean(error**2)) / total if total > 0 else float("nan")
        return Check(explained, float(np.sqrt(np.mean(stated**2))), float(np.mean(np.abs(stated) <= 2.0)))


def one_thread() -> AbstractContextManager[object]:
    """Let matrices of some hundred rows be worked on by one thread: more wait for each other, and round otherwise."""
    limited: AbstractContextManager[object] = _pools().limit(limits=1)
    return limited


@cache
def _pools() -> ThreadpoolController:
    """Find the pools of threads once: to look through all loaded libraries takes longer than most of what is asked."""
    import sklearn.gaussian_process  # noqa: F401, PLC0415 - slow to import; loads every library that has such a pool
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415 - as scikit-learn, which brings it

    return ThreadpoolController()
