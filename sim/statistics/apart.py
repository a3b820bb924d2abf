"""Whether numbers could tell two courses of events apart, and how often: distance in standard errors, and its power.

Two courses are simulated with the same seeds. What they differ by is measured in standard errors of whoever would
collect the numbers, so that a distance of 2.8 is found four times in five by a test at 5 %. It knows nothing of
policing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nct, norm
from scipy.stats import t as student

from sim.statistics.estimates import mean_estimate

Floats = NDArray[np.float64]
LEVEL = 0.05
"""Of every test whose power is told."""
LEAST_UNITS = 4


class Power(NamedTuple):
    """Hold how often two courses are told apart, and the ends of its interval over seeds."""

    value: float
    low: float
    high: float


UNKNOWN_POWER = Power(np.nan, np.nan, np.nan)


def without_level(apart: Floats, error: Floats) -> Floats:
    """Take the level out of differences that are measured in standard errors: what is left is how they change.

    A level can always be explained: by what an office counts, or by a parameter that was fitted. Generalised least
    squares with a free constant, so that one number alone tells nothing.

    Parameters
    ----------
    apart
        (n, m) differences over their standard errors
    error
        (m,) the standard errors
    """
    constant = (1.0 / error) / np.linalg.norm(1.0 / error)
    return np.asarray(apart - np.outer(apart @ constant, constant), np.float64)


def power_of_numbers(apart: Floats, *, level: float = LEVEL) -> Power:
    """Tell how often the best test of all numbers together would find the difference of two courses.

    The best test looks in the direction in which the courses differ. That direction is estimated, and whoever measures
    along it with the same seeds takes the chance of a few runs for a difference. So each seed is measured along the
    direction that the other seeds give (cross-fitting), which makes the distance too short where seeds are few, never
    too long on average.

    Parameters
    ----------
    apart
        (n, m) differences over their standard errors: one row for each seed, one column for each number

    Returns
    -------
    power
        unknown with one seed; its interval is that of the mean distance over seeds, Student's
    """
    if len(apart) < 2 or not np.isfinite(apart).all():
        return UNKNOWN_POWER
    others = apart.sum(axis=0) - apart
    length = np.linalg.norm(others, axis=1)
    along = np.einsum("ij,ij->i", apart, others) / np.where(length > 0.0, length, 1.0)
    distance = mean_estimate(along)
    return Power(*(power_at(max(one, 0.0), level=level) for one in distance))


def power_at(distance: float, *, level: float = LEVEL) -> float:
    """Give the power of a two-sided test of a number that lies so many standard errors away."""
    bound = float(norm.ppf(1.0 - level / 2.0))
    return float(norm.cdf(distance - bound) + norm.cdf(-distance - bound))


def power_of_stages(effects: Floats, error: float, n_units: int, *, level: float = LEVEL) -> Power:
    """Tell how often units that were treated earlier and later would show an effect, after against before.

    Half of the units are treated, the others not yet. The change of the one half is compared with that of the other
    (difference in differences), with Student's t on as many degrees as units leave; its power is that of the
    noncentral t.

    Parameters
    ----------
    effects
        (n,) difference between the courses in what the treatment does, one for each seed
    error
        standard deviation of the change of one unit, on the same scale
    n_units
        how many there are in both halves together
    """
    if len(effects) < 2 or n_units < LEAST_UNITS or not (error > 0.0 and np.isfinite(effects).all()):
        return UNKNOWN_POWER
    value, low, high = mean_estimate(effects)
    near = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
    far = max(abs(low), abs(high))
    of_mean = 2.0 * error / np.sqrt(n_units)
    return Power(*(_power_of_t(one / of_mean, n_units - 2, level) for one in (abs(value), near, far)))


def _power_of_t(distance: float, freedom: int, level: float) -> float:
    bound = float(student.ppf(1.0 - level / 2.0, freedom))
    power = float(nct.sf(bound, freedom, distance) + nct.cdf(-bound, freedom, distance))
    return power if np.isfinite(power) else float(norm.sf(bound - distance))  # far out the noncentral t is not computed


def overdispersion(counts: Floats) -> float:
    """Give by what factor counts of one course scatter more between seeds than Poisson's law says; 1 at least.

    Parameters
    ----------
    counts
        (n, m) one row for each seed, one column for each time
    """
    if len(counts) < 2:
        return 1.0
    mean = counts.mean(axis=0)
    known = mean > 0.0
    if not known.any():
        return 1.0
    return max(1.0, float((counts[:, known].var(axis=0, ddof=1) / mean[known]).mean()))


def spread_over(values: Floats, weights: Floats) -> tuple[float, float, float]:
    """Give the weighted mean of some values, and the ends between which 95 % of the weight lies."""
    known = np.isfinite(values)
    if not known.any():
        return np.nan, np.nan, np.nan
    order = np.argsort(values[known], kind="stable")
    value, weight = values[known][order], weights[known][order] / weights[known].sum()
    reached = np.cumsum(weight)
    low = value[int(np.searchsorted(reached, 0.025, side="left"))]
    high = value[min(int(np.searchsorted(reached, 0.975 - 1e-12, side="left")), len(value) - 1)]
    return float(value @ weight), float(low), float(high)
