"""Are ranks even? The ranks of truths among draws of their posteriors are, where the posteriors are right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.statistics.estimates import UNKNOWN, Estimate

SAMPLES = 4000
"""Samples of even ranks that a statistic is set against."""


class Evenness(NamedTuple):
    """Tell how far ranks are from even."""

    p: float
    """of the hypothesis that every rank is as likely as any other"""
    spread: Estimate
    """real errors over stated ones: above 1 the posteriors are too narrow, below 1 too wide"""


def judge_ranks(ranks: NDArray[np.int64], draws: int, *, seed: int = 1) -> Evenness:
    """Test whether ranks among so many draws are even.

    The statistic is that of Anderson & Darling (1954), which looks at both tails, where posteriors that are too sure
    show first. It is set against samples of even ranks, of the same number and as coarse, so the level is exact.
    The spread is the root mean square of the ranks' normal scores, with the interval of a variance.

    Parameters
    ----------
    ranks
        number of draws below each truth, from none to all
    """
    from scipy.stats import chi2, norm  # noqa: PLC0415 - slow to import

    n = len(ranks)
    if n < 2:
        return Evenness(np.nan, UNKNOWN)
    even = np.random.default_rng(seed).integers(0, draws + 1, (SAMPLES, n))
    own = float(_anderson_darling(ranks[None, :], draws)[0])
    p = float((1 + (_anderson_darling(even, draws) >= own).sum()) / (1 + SAMPLES))
    squares = float((norm.ppf((ranks + 0.5) / (draws + 1)) ** 2).sum())
    # The scores of the ranks that there can be have a variance a little below one.
    squares /= float((norm.ppf((np.arange(draws + 1) + 0.5) / (draws + 1)) ** 2).mean())
    low, high = (np.sqrt(squares / chi2.ppf(end, n)) for end in (0.975, 0.025))
    return Evenness(p, Estimate(float(np.sqrt(squares / n)), float(low), float(high)))


def _anderson_darling(ranks: NDArray[np.int64], draws: int) -> NDArray[np.float64]:
    """Give the statistic of each row."""
    place = (np.sort(ranks, axis=1) + 0.5) / (draws + 1)
    n = place.shape[1]
    weights = 2.0 * np.arange(1, n + 1) - 1.0
    return np.asarray(-n - (weights * (np.log(place) + np.log1p(-place[:, ::-1]))).mean(axis=1))
