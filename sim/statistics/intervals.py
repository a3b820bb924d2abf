"""Intervals of paired differences and ratios, for all arms and measures at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.statistics.paired_runs import Floats, Pairs, column_covariances, column_means
from sim.statistics.resampling import quantile_pair, resample_student


class Student(NamedTuple):
    """Hold mean, standard error and degrees of freedom of each column."""

    mean: Floats
    error: Floats
    freedom: Floats


def describe_differences(pairs: Pairs) -> Student:
    """Give what Student's interval of each difference is made of; the error of a single pair is not known."""
    freedom = np.where(pairs.n > 1, pairs.n - 1.0, np.nan)
    variance = column_covariances(pairs.difference, pairs.difference)
    return Student(column_means(pairs.difference), np.sqrt(variance / (freedom + 1.0)), freedom)


def student_interval(about: Student, level: float = 0.95) -> tuple[Floats, Floats]:
    """Give the ends of Student's interval."""
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    half = t.ppf((1.0 + level) / 2.0, about.freedom) * about.error
    return about.mean - half, about.mean + half


def student_p(about: Student, value: Floats | float = 0.0, *, side: int = 0) -> Floats:
    """Give the p value against a mean of `value`.

    A difference that is the same in every pair has no chance in it: its p value is 0, or 1 where it equals `value`.

    Parameters
    ----------
    side
        0: against any other mean; 1: for a larger one; -1: for a smaller one
    """
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    apart = about.mean - value
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(apart == 0.0, 0.0, apart / about.error)
    p = 2.0 * t.sf(np.abs(score), about.freedom) if side == 0 else t.sf(side * score, about.freedom)
    never = (about.error == 0.0) & (apart == 0.0)
    return np.where(np.isnan(about.error), np.nan, np.where(never, 1.0, p))


def bootstrap_interval(pairs: Pairs, about: Student, counts: Floats) -> tuple[Floats, Floats]:
    """Give the bootstrap-t interval of each difference."""
    low, high = quantile_pair(resample_student(pairs.difference - about.mean, counts))
    return _end(about, high), _end(about, low)


def _end(about: Student, quantile: Floats) -> Floats:
    """Give an end that resampling told; that of a constant is the constant, and what it cannot tell is not known."""
    told = np.where(np.isfinite(quantile), quantile, np.nan)
    end: Floats = np.where(about.error == 0.0, about.mean, about.mean - told * about.error)
    return end


class Ratio(NamedTuple):
    """Hold a ratio of means with two intervals."""

    value: Floats
    low: Floats
    high: Floats
    boot_low: Floats
    boot_high: Floats


def estimate_ratios(pairs: Pairs, counts: Floats) -> Ratio:
    """Estimate each arm's mean as a multiple of the baseline's, with the intervals of Fieller (1954).

    All ratios fit for which the mean of `arm - ratio * baseline` does not differ clearly from zero, by Student's
    quantile or that of the bootstrap. Where the mean of the baseline is itself not clearly different from zero, the
    ends are not known.
    """
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    above, below = column_means(pairs.arm), column_means(pairs.baseline)
    value = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0.0)
    apart = (pairs.arm - above) - value * (pairs.baseline - below)
    boot_low, boot_high = quantile_pair(resample_student(apart, counts))
    quantile = t.ppf(0.975, np.where(pairs.n > 1, pairs.n - 1.0, np.nan))
    ends = [
        end
        for high, low in ((quantile, -quantile), (boot_high, boot_low))
        for end in _in_order(_fieller_end(pairs, high), _fieller_end(pairs, low))
    ]
    no_chance = column_covariances(apart, apart) == 0.0
    return Ratio(value, *(np.where(no_chance, value, end) for end in ends))


def _in_order(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Put the lower end first: where the baseline's mean is negative, a larger ratio is a smaller arm."""
    return np.minimum(one, other), np.maximum(one, other)


def _fieller_end(pairs: Pairs, quantile: Floats) -> Floats:
    """Solve mean(arm - r * baseline) = quantile * error(arm - r * baseline) for r."""
    above, below = column_means(pairs.arm), column_means(pairs.baseline)
    sign = np.where(below < 0.0, -1.0, 1.0)
    with np.errstate(all="ignore"):
        scale = (quantile**2) / pairs.n
        a = below**2 - scale * column_covariances(pairs.baseline, pairs.baseline)
        b = above * below - scale * column_covariances(pairs.arm, pairs.baseline)
        c = above**2 - scale * column_covariances(pairs.arm, pairs.arm)
        root = (b - sign * np.sign(quantile) * np.sqrt(np.maximum(b * b - a * c, 0.0))) / a
    end: Floats = np.where((a > 0.0) & np.isfinite(root), root, np.nan)
    return end
