"""Where further runs help most to find the best strategy (OCBA)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.statistics.paired_runs import Floats

SMALLEST_GAP = 1e-6
"""Share of the largest gap that a tied arm is taken to be apart, so that nothing is divided by zero."""


def allocate_runs(
    means: Floats, variances: Floats, done: NDArray[np.int64], n_more: int, *, better: Literal["less", "more"]
) -> NDArray[np.int64]:
    """Divide further runs over arms so that the best one is found as surely as can be.

    The rule of Chen, Lin, Yücesan & Chick (2000): arm i, which falls short of the best by d_i, gets runs in proportion
    to variance_i / d_i^2, and the best gets s_b * sqrt(sum of n_i^2 / variance_i). It takes arms for independent;
    where they share draws, it spends more than needed on arms that move together with the best.

    Parameters
    ----------
    means, variances, done
        of each arm: the results of its runs, and how many there are
    n_more
        further runs, over all arms
    better
        good direction of the measure

    Returns
    -------
    further runs of each arm; they add up to `n_more`

    Raises
    ------
    InputError
        If there are fewer than two arms, or a mean or variance is not known.
    """
    if len(means) < 2 or not (np.isfinite(means).all() and np.isfinite(variances).all()) or n_more < 0:
        raise InputError("allocation: two arms or more must have a mean and a variance each; run every arm twice first")
    shares = ocba_shares(means, variances, better=better)
    wanted = np.zeros(len(means))
    open_, left = np.ones(len(means), bool), float(done.sum() + n_more)
    while open_.any():  # an arm that has more than its share keeps it, and the others divide the rest
        wanted[open_] = left * shares[open_] / shares[open_].sum() if shares[open_].sum() > 0 else left / open_.sum()
        over = open_ & (wanted < done)
        if not over.any():
            break
        wanted[over] = done[over]
        left -= done[over].sum()
        open_ &= ~over
    return _round_to_sum(wanted - done, n_more)


def ocba_shares(means: Floats, variances: Floats, *, better: Literal["less", "more"]) -> Floats:
    """Give the share of all runs that each arm should have."""
    if not (variances > 0).any():
        return np.full(len(means), 1.0 / len(means))
    best = int(np.argmin(means) if better == "less" else np.argmax(means))
    others = np.arange(len(means)) != best
    gap = np.abs(means - means[best])
    gap = np.maximum(gap, SMALLEST_GAP * gap.max() if gap.max() > 0 else 1.0)
    shares = np.where(others, variances / gap**2, 0.0)
    spread = others & (variances > 0)
    shares[best] = np.sqrt(variances[best] * (shares[spread] ** 2 / variances[spread]).sum())
    of_all: Floats = shares / shares.sum() if shares.sum() > 0 else np.where(others, 0.0, 1.0)
    return of_all


def _round_to_sum(values: Floats, total: int) -> NDArray[np.int64]:
    """Round down, and give what is left to the largest remainders, the first arm first."""
    down = np.floor(values + 1e-9).astype(np.int64)
    rest = np.argsort(-(values - down), kind="stable")[: total - int(down.sum())]
    down[rest] += 1
    return down
