"""Randomised trials of places: the lot, the estimate with its interval, the test of the lot itself, and power.

A unit has a count before and one after. The estimate is the change of the treated against that of the controls, as a
log rate ratio; the interval comes from how units differ from each other, so that it holds where counts scatter by more
than Poisson's law. It knows nothing of policing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from sim.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
By = Literal["pairs", "strata", "chance"]
LEFT_OUT, CONTROL, TREATED = -1, 0, 1
N_STRATA = 4
N_LOTS = 999
N_TRIALS = 1000


@dataclass(frozen=True)
class Lot:
    """Hold what the lot gave: the arm of each unit, and the block within which it was drawn."""

    arm: Ints
    """(n,) 0 the controls, 1 and on the treatments, -1 for a unit that no full block was left for"""
    block: Ints
    """(n,) units are compared within blocks; -1 for one left out"""

    @property
    def n_arms(self) -> int:
        """Count the arms, the controls among them."""
        return int(self.arm.max()) + 1

    @property
    def is_paired(self) -> bool:
        """Tell whether every block has one unit of each arm."""
        inside = self.block >= 0
        return bool((np.bincount(self.block[inside]) == self.n_arms).all()) and self.n_arms > 1


class Effect(NamedTuple):
    """Hold a contrast on the scale on which it was estimated, a log ratio or a difference."""

    value: float
    low: float
    high: float
    error: float
    """standard error"""


UNKNOWN_EFFECT = Effect(np.nan, np.nan, np.nan, np.nan)


def draw_by_lot(baseline: Floats, shares: tuple[float, ...], rng: Generator, *, by: By = "pairs") -> Lot:
    """Draw which units get which treatment.

    Parameters
    ----------
    baseline
        (n,) what happened before: units with much are compared with units with much
    shares
        share of the units that each treatment gets; the controls get what is left
    by
        'pairs': blocks of one unit for each arm, alike before; 'strata': four blocks of equal size; 'chance': one block

    Raises
    ------
    InputError
        If the shares leave no controls, pairs are asked for with arms of unequal size, or there are too few units.
    """
    n, n_arms = len(baseline), len(shares) + 1
    parts = np.array([1.0 - sum(shares), *shares])
    if parts.min() <= 0.0 or n < 2 * n_arms:
        raise InputError(
            f"a trial must have controls and {2 * n_arms} units at least, got shares {list(shares)} of {n} units"
        )
    if by == "pairs" and not np.allclose(parts, 1.0 / n_arms):
        raise InputError(f"pairs must have arms of equal size, got shares {list(shares)}; take lot = 'strata'")
    order = np.lexsort((rng.random(n), -baseline))  # who ties is put in order by lot, too
    size = {"pairs": n_arms, "strata": -(-n // N_STRATA), "chance": n}[by]
    arm, block = np.full(n, LEFT_OUT, np.int64), np.full(n, LEFT_OUT, np.int64)
    for number, begin in enumerate(range(0, n, size)):
        here = order[begin : begin + size]
        if len(here) < n_arms:
            break
        arm[here] = rng.permutation(_arms_of(len(here), parts, rng))
        block[here] = number
    return Lot(arm, block)


def _arms_of(n: int, parts: Floats, rng: Generator) -> Ints:
    """Share a block out among the arms; what is left over after whole numbers goes to arms by lot."""
    whole = np.floor(n * parts + 1e-9).astype(np.int64)
    over, left = n * parts - whole, n - int(whole.sum())
    more = rng.choice(len(parts), left, replace=False, p=over / over.sum()) if left else np.zeros(0, np.int64)
    return np.repeat(np.arange(len(parts)), whole + np.bincount(more, minlength=len(parts)))


def estimate_change(before: Floats, after: Floats, lot: Lot, *, arm: int = TREATED, level: float = 0.95) -> Effect:
    """Estimate how an arm changed against the controls: a log rate ratio, with the interval of its lot.

    The change of an arm is the ratio of its sums. By how much it is uncertain is seen from its units: each one's count
    after, less what the change of its arm makes of its count before. In pairs, the differences within pairs count.
    """
    changes, influence = [], []
    for one in (arm, CONTROL):
        mine = lot.arm == one
        sum_before, sum_after = before[mine].sum(), after[mine].sum()
        if sum_before <= 0.0 or sum_after <= 0.0:
            return UNKNOWN_EFFECT
        changes.append(np.log(sum_after / sum_before))
        influence.append(np.where(mine, (after - before * sum_after / sum_before) / sum_after, 0.0))
    return _effect(changes[0] - changes[1], influence[0] - influence[1], lot, arm, level)


def estimate_share(yes: Floats, n: Floats, lot: Lot, *, arm: int = TREATED, level: float = 0.95) -> Effect:
    """Estimate the log odds ratio of a share between an arm and the controls; people of one unit are alike.

    Parameters
    ----------
    yes, n
        (n_units,) how many of how many, in each unit
    """
    values, influence = [], []
    for one in (arm, CONTROL):
        mine = lot.arm == one
        total = n[mine].sum()
        share = yes[mine].sum() / total if total else 0.0
        if not 0.0 < share < 1.0:
            return UNKNOWN_EFFECT
        values.append(np.log(share / (1.0 - share)))
        influence.append(np.where(mine, (yes - share * n) / (total * share * (1.0 - share)), 0.0))
    return _effect(values[0] - values[1], influence[0] - influence[1], lot, arm, level)


def estimate_mean(sums: Floats, n: Floats, lot: Lot, *, arm: int = TREATED, level: float = 0.95) -> Effect:
    """Estimate the difference of the mean of people between an arm and the controls.

    Parameters
    ----------
    sums, n
        (n_units,) sum over the people of each unit, and how many they are
    """
    values, influence = [], []
    for one in (arm, CONTROL):
        mine = lot.arm == one
        total = n[mine].sum()
        if not total:
            return UNKNOWN_EFFECT
        values.append(sums[mine].sum() / total)
        influence.append(np.where(mine, (sums - values[-1] * n) / total, 0.0))
    return _effect(values[0] - values[1], influence[0] - influence[1], lot, arm, level)


def _effect(value: float, influence: Floats, lot: Lot, arm: int, level: float) -> Effect:
    """Put an interval round an estimate, from the part that each unit has in its error.

    The variance is taken within blocks, so that what units of a block have in common does not count as chance.
    """
    inside = (lot.arm == arm) | (lot.arm == CONTROL)
    if lot.is_paired:
        pairs = np.bincount(lot.block[inside], influence[inside])
        variance, freedom = len(pairs) * pairs.var(ddof=1) if len(pairs) > 1 else np.nan, len(pairs) - 1
    else:
        group = lot.block[inside] * 2 + (lot.arm[inside] == arm)
        n = np.bincount(group)
        if (n[n > 0] < 2).any():  # a block with one unit of an arm cannot tell how units differ
            group = (lot.arm[inside] == arm).astype(np.int64)
            n = np.bincount(group)
        group, n = np.unique(group, return_inverse=True)[1], n[n > 0]
        mean = np.bincount(group, influence[inside]) / n
        square = np.bincount(group, (influence[inside] - mean[group]) ** 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = float((n / (n - 1.0) * square).sum())
        freedom = int(inside.sum()) - len(n)
    if freedom < 1 or not variance > 0.0:
        return Effect(value, np.nan, np.nan, np.nan)
    error = float(np.sqrt(variance))
    half = float(student.ppf(0.5 + level / 2.0, freedom)) * error
    return Effect(value, value - half, value + half, error)


def lot_p(  # noqa: PLR0913 - a trial, and how often to draw again
    before: Floats, after: Floats, lot: Lot, rng: Generator, *, arm: int = TREATED, n_lots: int = N_LOTS
) -> float:
    """Test by the lot alone: how often another lot would have shown as large a change, had nothing worked."""
    inside = np.flatnonzero((lot.arm == arm) | (lot.arm == CONTROL))
    seen = estimate_change(before, after, lot, arm=arm).value
    if not np.isfinite(seen):
        return np.nan
    treated = _lots_again(lot.arm[inside] == arm, lot.block[inside], rng, n_lots)
    change = _change(before[inside], after[inside], treated)
    as_large = np.abs(change[np.isfinite(change)]) >= abs(seen) - 1e-12
    return float((1 + as_large.sum()) / (1 + len(as_large)))


def _lots_again(treated: NDArray[np.bool_], block: Ints, rng: Generator, n_lots: int) -> NDArray[np.bool_]:
    """Draw the lot again and again within the same blocks."""
    order = np.argsort(block, kind="stable")
    lots = np.empty((n_lots, len(block)), bool)
    for row in range(n_lots):
        lots[row, order] = treated[np.lexsort((rng.random(len(block)), block))]
    return lots


def _change(before: Floats, after: Floats, treated: NDArray[np.bool_]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (np.log((part @ after) / (part @ before)) for part in (treated, ~treated))
    return np.asarray(one - other, np.float64)


class Power(NamedTuple):
    """Tell how often trials of one design would find an effect."""

    n_units: int
    days: int
    effect: float
    """true change of the treated, such as -0.2"""
    found: float
    """share of trials whose interval lies on the side of the effect"""
    half_width: float
    """median half width of the interval, as a log rate ratio"""
    exaggerated: float
    """by what factor those trials overstate the effect that find it: the curse of small trials"""


def simulate_power(  # noqa: PLR0913 - a design has as many parts
    baseline: Floats,
    rates: tuple[float, float],
    rng: Generator,
    *,
    days: int,
    baseline_days: int,
    effect: float,
    shares: tuple[float, ...] = (0.5,),
    by: By = "pairs",
    n_trials: int = N_TRIALS,
    level: float = 0.95,
) -> Power:
    """Run a design many times on paper: draw the lot, let the treated change, estimate.

    The rate of a unit is not its count: units were chosen because they had much. It is drawn from what the count says
    of it where rates of all places are spread as `rates` tells, so that counts fall back by themselves in both arms.

    Parameters
    ----------
    baseline
        (n,) counts of the units before
    rates
        shape and mean of the gamma distribution of all places' counts in the baseline, from `spread_of_rates`
    days, baseline_days
        length of the trial and of the time before
    effect
        change of the treated
    """
    shape, mean = rates
    hits, halves, values = 0, [], []
    for _ in range(n_trials):
        lot = draw_by_lot(baseline, shares, rng, by=by)
        rate = baseline if not np.isfinite(shape) else rng.gamma(shape + baseline) / (shape / mean + 1.0)
        expected = rate * days / baseline_days * np.where(lot.arm == TREATED, 1.0 + effect, 1.0)
        found = estimate_change(baseline, rng.poisson(expected).astype(np.float64), lot, level=level)
        if np.isfinite(found.error):
            halves.append(found.high - found.value)
            if (found.high < 0.0) if effect < 0.0 else (found.low > 0.0):
                hits += 1
                values.append(found.value)
    over = float(np.mean(values) / np.log1p(effect)) if values and effect else np.nan
    return Power(len(baseline), days, effect, hits / n_trials, float(np.median(halves)) if halves else np.nan, over)


def spread_of_rates(counts: Floats) -> tuple[float, float]:
    """Fit a gamma distribution to the rates behind Poisson counts, by moments.

    Returns
    -------
    shape, mean
        the shape is infinite where counts scatter by no more than chance
    """
    mean, variance = float(counts.mean()), float(counts.var(ddof=1)) if len(counts) > 1 else 0.0
    return (mean**2 / (variance - mean), mean) if variance > mean > 0.0 else (np.inf, mean)


def power_of_counts(n_treated: float, n_control: float, effect: float, *, level: float = 0.95) -> float:
    """Give the power that Poisson's law allows for so many expected counts: no trial of counts can have more."""
    error = np.sqrt(1.0 / (n_treated * (1.0 + effect)) + 1.0 / n_control)
    return float(norm.cdf(abs(np.log1p(effect)) / error - norm.ppf(0.5 + level / 2.0)))
