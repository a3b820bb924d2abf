"""Lay the runs of a study out seed by seed, for whatever is computed in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.inputs.spelling import did_you_mean

Floats = NDArray[np.float64]
ROUNDING = 1e-12
"""Share of a measure's size below which a difference is the last bit of a sum and no difference."""


class PairedRuns(NamedTuple):
    """Hold the measures of all arms over common seeds, the baseline first."""

    arms: tuple[str, ...]
    measures: tuple[str, ...]
    values: Floats
    """by seed (ascending), arm and measure; NaN where there is no run or no value"""


class Pairs(NamedTuple):
    """Hold the pairs of every arm and measure in columns: arm after arm, measure by measure within."""

    arm: Floats
    """by seed and column; NaN where the pair is not complete"""
    baseline: Floats
    difference: Floats
    n: Floats
    """complete pairs of every column"""


def lay_out(runs: pd.DataFrame, *, baseline: str, measures: Sequence[str]) -> PairedRuns:
    """Put runs side by side by seed.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and the measures, some of them not known
    baseline
        the policy that the others are compared with

    Raises
    ------
    InputError
        If the baseline was not run, a measure is no column, or a policy has two runs with one seed.
    """
    policies = [str(policy) for policy in runs["policy"].unique()]
    if baseline not in policies:
        raise InputError(
            f"comparison: baseline must be one of {', '.join(policies)}, got {baseline!r}"
            + did_you_mean(baseline, policies)
        )
    for measure in measures:
        if measure not in runs.columns:
            raise InputError(f"comparison: each measure must be a column of the runs, got {measure!r}")
    if runs.duplicated(["policy", "seed"]).any():
        raise InputError("comparison: each policy may have one run a seed; average or drop repeated runs first")
    arms = (baseline, *(policy for policy in policies if policy != baseline))
    seeds, row = np.unique(runs["seed"].to_numpy(), return_inverse=True)
    values = np.full((len(seeds), len(arms), len(measures)), np.nan)
    place = {arm: i for i, arm in enumerate(arms)}
    column = np.array([place[str(policy)] for policy in runs["policy"]], np.intp)
    values[row, column] = runs[list(measures)].to_numpy(np.float64)
    return PairedRuns(arms, tuple(measures), values)


def pair_up(runs: PairedRuns) -> Pairs:
    """Take every arm's difference from the baseline, seed by seed."""
    n_seeds = len(runs.values)
    first = np.broadcast_to(runs.values[:, :1], runs.values[:, 1:].shape)
    has_both = ~(np.isnan(first) | np.isnan(runs.values[:, 1:]))
    below = np.where(has_both, first, np.nan).reshape(n_seeds, -1)
    above = np.where(has_both, runs.values[:, 1:], np.nan).reshape(n_seeds, -1)
    apart = above - below
    apart[np.abs(apart) <= ROUNDING * (np.abs(above) + np.abs(below))] = 0.0
    return Pairs(above, below, apart, has_both.reshape(n_seeds, -1).sum(axis=0).astype(np.float64))


def column_means(values: Floats) -> Floats:
    """Give the mean of what is known in each column, or NaN."""
    is_finite = ~np.isnan(values)
    n = is_finite.sum(axis=0)
    total = np.where(is_finite, values, 0.0).sum(axis=0)
    means: Floats = np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0)
    return means


def column_covariances(left: Floats, right: Floats) -> Floats:
    """Give the covariance of each column of the one with that of the other, over what both know."""
    product = (left - column_means(left)) * (right - column_means(right))
    n = (~np.isnan(product)).sum(axis=0)
    total = np.where(np.isnan(product), 0.0, product).sum(axis=0)
    covariance: Floats = np.divide(total, n - 1, out=np.full(n.shape, np.nan), where=n > 1)
    scale = np.abs(column_means(left) * column_means(right))
    covariance[np.abs(covariance) <= ROUNDING**2 * scale] = 0.0
    return covariance
