"""A number with its 95 % interval, and the few ways used here to get one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z95 = 1.959963984540054


class Estimate(NamedTuple):
    """Hold a value and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(np.nan, np.nan, np.nan)


def share_estimate(hits: float, n: float, *, population: float = np.inf) -> Estimate:
    """Estimate a share, with the score interval of Wilson (1927).

    It stays within 0 and 1 and holds its level at small counts, unlike the textbook interval.

    Parameters
    ----------
    hits, n
        how many of how many
    population
        size of the population that the `n` were drawn from without replacement; the interval
        shrinks as the sample exhausts it
    """
    if n <= 0:
        return UNKNOWN
    p = hits / n
    z2 = Z95**2 * (max(population - n, 0.0) / max(population - 1.0, 1.0) if np.isfinite(population) else 1.0)
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2) / (1 + z2 / n) * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Estimate(p, max(centre - half, 0.0), min(centre + half, 1.0))


def rate_ratio(after: float, before: float) -> Estimate:
    """Estimate the ratio of two Poisson counts, with the interval of its logarithm.

    Half a count is added to both where one is zero (Haldane 1956), so that the logarithm exists.
    """
    if after == 0 and before == 0:
        return UNKNOWN
    if after == 0 or before == 0:
        after, before = after + 0.5, before + 0.5
    ratio, spread = after / before, Z95 * np.sqrt(1 / after + 1 / before)
    return Estimate(ratio, ratio * np.exp(-spread), ratio * np.exp(spread))


def mean_estimate(values: Floats, *, level: float = 0.95) -> Estimate:
    """Estimate a mean from independent values (seeds, pairs of runs), with Student's interval."""
    from scipy.stats import t  # noqa: PLC0415 - slow to import, and a sweep does without

    values = values[~np.isnan(values)]
    if len(values) == 0:
        return UNKNOWN
    mean = float(values.mean())
    if len(values) == 1:
        return Estimate(mean, np.nan, np.nan)
    half = float(t.ppf((1.0 + level) / 2.0, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return Estimate(mean, mean - half, mean + half)


def ratio_of_means(above: Floats, below: Floats, *, level: float = 0.95) -> Estimate:
    """Estimate the ratio of two means of paired values, with the interval of Fieller (1954).

    Where the interval of the mean below holds zero, any ratio fits and the ends are not known.
    """
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    n = len(above)
    if n == 0 or below.mean() == 0.0:
        return UNKNOWN
    ratio = float(above.mean() / below.mean())
    if n == 1:
        return Estimate(ratio, np.nan, np.nan)
    # All r fit for which the mean of `above - r * below` does not differ clearly from zero: a r^2 - 2 b r + c <= 0.
    spread = t.ppf((1.0 + level) / 2.0, n - 1) ** 2 * np.cov(above, below) / n
    a = below.mean() ** 2 - spread[1, 1]
    b = above.mean() * below.mean() - spread[0, 1]
    c = above.mean() ** 2 - spread[0, 0]
    if a <= 0.0:
        return Estimate(ratio, np.nan, np.nan)
    half = np.sqrt(max(b * b - a * c, 0.0))
    return Estimate(ratio, float((b - half) / a), float((b + half) / a))


def percentile_interval(draws: Floats) -> tuple[float, float]:
    """Give the 2.5th and 97.5th percentile of replications."""
    finite = draws[~np.isnan(draws)]
    if len(finite) == 0:
        return (np.nan, np.nan)
    low, high = np.percentile(finite, (2.5, 97.5))
    return float(low), float(high)
