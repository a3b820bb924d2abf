"""Shares from a stratified sample: how many to ask where, and what the answers say of all.

Strata are drawn without replacement, and those who answer are taken for a simple random sample of their
stratum. Intervals follow from this design; that those who do not answer differ is in no interval.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.statistics.estimates import UNKNOWN, Estimate, share_estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 2
"""The fewest invited in a stratum: one alone tells nothing of the spread within."""


def share_out(n: int, sizes: Ints) -> Ints:
    """Share a sample out over strata in proportion to their sizes, the largest remainders rounded up.

    Parameters
    ----------
    n
        sample size
    sizes
        residents of each stratum

    Returns
    -------
    n_of
        invited of each stratum; at least two where there are two, and never more than there are
    """
    if sizes.sum() == 0:
        return np.zeros(len(sizes), np.int64)
    due = min(n, int(sizes.sum())) * sizes / sizes.sum()
    n_of = np.floor(due).astype(np.int64)
    left = round(due.sum()) - int(n_of.sum())
    n_of[np.argsort(n_of - due, kind="stable")[:left]] += 1
    enough: Ints = np.minimum(np.maximum(n_of, LEAST), sizes)
    return enough


def estimate_share(
    agrees: NDArray[np.bool_],
    stratum: Ints,
    sizes: dict[int, float],
    *,
    group: Ints | None = None,
    group_sizes: dict[int, float] | None = None,
) -> Estimate:
    """Estimate the share of a population that agrees, from those who answered.

    Parameters
    ----------
    agrees
        the answers
    stratum
        stratum of each who answered
    sizes
        residents of each stratum
    group, group_sizes
        where given, the share is post-stratified: each group of those who answered stands for as many as
        the group has (age groups of the register, say)

    Returns
    -------
    share
        with the interval of Wilson at the effective sample size: that of a simple random sample as exact
        as this one
    """
    if len(agrees) == 0:
        return UNKNOWN
    number, stratum_of = np.unique(stratum, return_inverse=True)
    size = np.array([sizes[h] for h in number.tolist()], float)
    n_of = np.bincount(stratum_of).astype(float)
    weight = (size / n_of)[stratum_of] / size.sum()
    y = agrees.astype(float)
    share, deviation = float(weight @ y), y
    if group is not None and group_sizes is not None:
        share, deviation = _post_stratify(y, weight, group, group_sizes)
    variance = _variance(deviation, stratum_of, n_of, size)
    return _interval(min(max(share, 0.0), 1.0), variance, len(y), float(size.sum()))


def _post_stratify(y: Floats, weight: Floats, group: Ints, group_sizes: dict[int, float]) -> tuple[float, Floats]:
    """Give the post-stratified share, and the deviations whose variance is its own (Taylor linearisation)."""
    number, group_of = np.unique(group, return_inverse=True)
    true = np.array([group_sizes[g] for g in number.tolist()], float)
    true /= true.sum()
    answered = np.bincount(group_of, weight)
    mean = np.bincount(group_of, weight * y) / answered
    return float(true @ mean), (true / answered)[group_of] * (y - mean[group_of])


def _variance(value: Floats, stratum_of: Ints, n_of: Floats, size: Floats) -> float:
    """Give the variance of a weighted mean over strata; a stratum with one answer has the spread of all."""
    mean = np.bincount(stratum_of, value) / n_of
    within = np.bincount(stratum_of, (value - mean[stratum_of]) ** 2)
    pooled = within.sum() / max(float((n_of - 1).sum()), 1.0) if (n_of > 1).any() else float(value.var())
    spread = np.where(n_of > 1, within / np.maximum(n_of - 1, 1), pooled)
    part = size / size.sum()
    return float((part**2 * np.maximum(1.0 - n_of / size, 0.0) * spread / n_of).sum())


def _interval(share: float, variance: float, n: int, population: float) -> Estimate:
    if n >= population:
        return Estimate(share, share, share)
    spread = share * (1.0 - share)
    n_effective = spread / variance if variance > 0 and spread > 0 else n / (1.0 - n / population)
    return share_estimate(share * n_effective, n_effective)
