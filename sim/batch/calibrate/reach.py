"""Can the model make such numbers at all? What it makes over the whole of the intervals, beside what was observed.

A calibration chooses among what the model can do. Where no parameters of the intervals give a number, or no parameters
give all of them at once, no choice helps, and that is said before anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.batch.calibrate.problem import Problem, Target
from sim.batch.study.designs import Floats

FAR = 0.01
"""Share of the model's own years below which the observed numbers are called far from all of them."""


@dataclass(frozen=True)
class Reach:
    """Hold what the model makes over the whole of the intervals, and how the observed numbers lie to it."""

    table: pd.DataFrame
    """`measure`, `held_out`, `observed`, `sd`, `model_sd`; `low`, `high`: 95 % of the years over all points; `least`,
    `most`; `reached`: whether any parameters may give the number, for what it is worth"""
    distance: float
    """Mahalanobis distance of the fitted numbers from the years of all points"""
    p_distance: float
    """share of the model's own years, seen as a city's is, that lie as far"""
    nearest: float
    """root mean square, over the fitted targets, of how far the nearest year is, in standard deviations"""
    p_nearest: float
    """share of the model's own years, seen as a city's is, that are as far from all years of other points"""
    n_points: int
    n_years: int

    def out_of_reach(self, *, held_out: bool = False) -> list[str]:
        """Name the targets that no parameters give; fitted ones, or those held out."""
        table = self.table
        return list(table[~table["reached"] & (table["held_out"] == held_out)]["measure"])

    @property
    def is_far(self) -> bool:
        """Tell whether the numbers together lie where hardly any year of the model does."""
        return bool(self.p_nearest < FAR)


def judge_reach(problem: Problem, runs: pd.DataFrame, *, least_miss: Mapping[str, float] | None = None) -> Reach:
    """Set the observed numbers beside the years of points that are spread over the whole of the intervals.

    Parameters
    ----------
    runs
        of those points: `point`, `seed` and every target
    least_miss
        by measure, the least implausibility anywhere in the intervals by its emulator, which also sees between points;
        a number is out of reach where neither runs nor emulator come near
    """
    rows = [_row(target, runs, problem.cutoff, (least_miss or {}).get(target.measure)) for target in problem.targets]
    names = [target.measure for target in problem.fitted]
    whole = runs.dropna(subset=names)
    years, points = whole[names].to_numpy(np.float64), whole["point"].to_numpy(np.int64)
    n_points = int(runs["point"].nunique())
    if len(np.unique(points)) <= len(names):
        return Reach(pd.DataFrame(rows), np.nan, np.nan, np.nan, np.nan, n_points, len(whole))
    observed = np.array([target.value for target in problem.fitted])
    off = np.sqrt([target.variance for target in problem.fitted])
    # The model's own years are seen as a city's is, with the error of the numbers.
    seen = years + np.random.default_rng(problem.seed).normal(size=years.shape) * off
    distance, p_distance = _mahalanobis(seen, observed)
    nearest, p_nearest = _nearest(years, seen, points, observed, off)
    return Reach(pd.DataFrame(rows), distance, p_distance, nearest, p_nearest, n_points, len(whole))


def _row(target: Target, runs: pd.DataFrame, cutoff: float, least_miss: float | None) -> dict[str, object]:
    years = runs[target.measure].dropna().to_numpy(np.float64)
    row: dict[str, object] = {
        "measure": target.measure, "held_out": target.hold_out, "observed": target.value, "sd": target.sd,
        "model_sd": target.model_sd,
    }  # fmt: skip
    if not len(years):
        return row | dict.fromkeys(("low", "high", "least", "most"), np.nan) | {"reached": True}
    off = cutoff * np.sqrt(target.variance)
    low, high = np.quantile(years, [0.025, 0.975])
    by_runs = years.min() - off <= target.value <= years.max() + off
    row |= {"low": float(low), "high": float(high), "least": float(years.min()), "most": float(years.max())}
    return row | {"reached": bool(by_runs or (least_miss is not None and least_miss <= cutoff))}


def _mahalanobis(seen: Floats, observed: Floats) -> tuple[float, float]:
    middle = seen.mean(axis=0)
    inverse = np.linalg.pinv(np.atleast_2d(np.cov(seen, rowvar=False)))
    own = np.einsum("ij,jk,ik->i", seen - middle, inverse, seen - middle)
    distance = float((observed - middle) @ inverse @ (observed - middle))
    return float(np.sqrt(distance)), float((1 + (own >= distance).sum()) / (1 + len(own)))


def _nearest(years: Floats, seen: Floats, points: np.ndarray, observed: Floats, off: Floats) -> tuple[float, float]:
    """Find the nearest year, and set its distance beside that of each year to the years of all other points."""
    frame = pd.DataFrame(years).groupby(points)
    chance = np.nan_to_num(frame.var(ddof=1).mean().to_numpy(np.float64))
    scale = np.sqrt(off**2 + chance)

    def distances(value: Floats) -> Floats:
        return np.asarray(np.sqrt((((years - value) / scale) ** 2).mean(axis=1)))

    nearest = float(distances(observed).min())
    own = np.array([distances(one)[points != point].min() for one, point in zip(seen, points, strict=True)])
    return nearest, float((1 + (own >= nearest).sum()) / (1 + len(own)))
