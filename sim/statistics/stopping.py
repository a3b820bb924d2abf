"""When there are seeds enough: an interval that still holds after one has looked again and again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.statistics.intervals import Student, describe_differences, student_interval
from sim.statistics.paired_runs import Floats, lay_out, pair_up

LOOKED_AT_LEVEL = 0.965
"""Level of the interval that is looked at again and again, so that the one at the stop holds at 95 %.

Chow & Robbins (1965) stop at the first interval that is narrow enough; that happens early where the variance came out
too small, and the 95 % interval then holds the truth in 93 % only. docs/comparison.md has the measurement.
"""
LEAST_FIRST = 5
MOST_SEEDS = 10_000_000


def judge_precision(runs: pd.DataFrame, *, baseline: str, measure: str, half_width: float) -> pd.DataFrame:
    """Tell whether the differences of one measure are known well enough to stop.

    Look at fixed numbers of seeds and after whole seeds only, from 10 seeds on. After a stop, the interval to report is
    the one of this table.

    Returns
    -------
    table
        one row per policy: `policy`, `n_pairs`, `difference`, `low`, `high`, `half_width`, `enough`, and `more`, the
        further seeds that the variance so far asks for; NaN where there is no variance yet

    Raises
    ------
    InputError
        If the half width is not above 0, or the baseline was not run.
    """
    if not half_width > 0.0:
        raise InputError(f"half_width must be above 0, in the unit of {measure}, got {half_width}")
    laid = lay_out(runs, baseline=baseline, measures=[measure])
    pairs = pair_up(laid)
    about = describe_differences(pairs)
    low, high = student_interval(about, LOOKED_AT_LEVEL)
    half = (high - low) / 2.0
    needed = seeds_needed(about, half_width)
    return pd.DataFrame(
        {
            "policy": list(laid.arms[1:]),
            "n_pairs": pairs.n.astype(np.int64),
            "difference": about.mean,
            "low": low,
            "high": high,
            "half_width": half,
            "enough": (half <= half_width) & (pairs.n >= LEAST_FIRST),
            "more": np.maximum(needed - pairs.n, 0.0),
        }
    )


def seeds_needed(about: Student, half_width: float) -> Floats:
    """Project how many pairs make the half width small enough, if the variance stays as it is."""
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    spread = about.error * np.sqrt(about.freedom + 1.0)
    low, high = np.full(spread.shape, float(LEAST_FIRST)), np.full(spread.shape, float(MOST_SEEDS))
    while (high > low).any():  # the half width falls with every pair, so halving finds the first that is enough
        middle = np.floor((low + high) / 2.0)
        fits = t.ppf((1.0 + LOOKED_AT_LEVEL) / 2.0, middle - 1.0) * spread / np.sqrt(middle) <= half_width
        low, high = np.where(fits, low, np.minimum(middle + 1.0, high)), np.where(fits, middle, high)
    return np.where(np.isnan(spread), np.nan, low)
