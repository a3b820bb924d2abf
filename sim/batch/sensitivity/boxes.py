"""Where in a space something happens, as a rule that one can read: a box, peeled from the whole space.

The patient rule induction of Friedman & Fisher (1999), as scenario discovery uses it (Bryant & Lempert 2010): thin
slices are cut off where there are fewest cases, and what is left is judged by its coverage (how many of all cases are
in it) and its density (how many in it are cases).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.batch.study.designs import Floats

PEEL = 0.05
"""Share of the points in the box that one cut takes away."""
LEAST = 0.05
"""Smallest share of the space that a box may be."""


@dataclass(frozen=True)
class Box:
    """Hold from where to where in each parameter that is limited; in the unit cube."""

    limits: Mapping[int, tuple[float, float]]

    def holds(self, unit: Floats) -> np.ndarray:
        """Tell which points lie inside."""
        inside = np.ones(len(unit), bool)
        for i, (low, high) in self.limits.items():
            inside &= (unit[:, i] >= low) & (unit[:, i] <= high)
        return inside


def find_box(unit: Floats, cases: Floats) -> Box:
    """Find the box that holds most cases and least else.

    Parameters
    ----------
    unit
        points that fill the unit cube
    cases
        probability of each that it is a case

    Returns
    -------
    box
        of all boxes on the way from the whole space inwards, that with the largest harmonic mean of coverage and
        density; limits that hardly matter are left out
    """
    box = Box({})
    best, best_score = box, _score(unit, cases, box)
    while (smaller := _peel(unit, cases, box)) is not None:
        box = smaller
        score = _score(unit, cases, box)
        if score > best_score:
            best, best_score = box, score
    return _without_idle_limits(unit, cases, best, best_score)


def coverage_and_density(cases: Floats, inside: np.ndarray) -> tuple[float, float]:
    """Give the share of the cases that lie inside, and the share of what lies inside that are cases."""
    n, caught = int(inside.sum()), float(cases[inside].sum())
    total = float(cases.sum())
    return (caught / total if total > 0 else float("nan")), (caught / n if n else float("nan"))


def _peel(unit: Floats, cases: Floats, box: Box) -> Box | None:
    inside = box.holds(unit)
    if inside.sum() * (1.0 - PEEL) < LEAST * len(unit):
        return None
    best, best_density = None, -1.0
    for i in range(unit.shape[1]):
        low, high = box.limits.get(i, (0.0, 1.0))
        own = unit[inside, i]
        for limits in ((float(np.quantile(own, PEEL)), high), (low, float(np.quantile(own, 1.0 - PEEL)))):
            tried = Box({**box.limits, i: limits})
            kept = tried.holds(unit)
            density = float(cases[kept].mean()) if kept.any() else -1.0
            if density > best_density and kept.sum() < inside.sum():
                best, best_density = tried, density
    return best


def _score(unit: Floats, cases: Floats, box: Box) -> float:
    coverage, density = coverage_and_density(cases, box.holds(unit))
    return 2.0 * coverage * density / (coverage + density) if coverage + density > 0 else 0.0


def _without_idle_limits(unit: Floats, cases: Floats, box: Box, score: float) -> Box:
    """Leave out a limit when the rule is as good without it, all but a hundredth."""
    for i in sorted(box.limits, key=lambda i: box.limits[i][1] - box.limits[i][0], reverse=True):
        fewer = Box({j: limits for j, limits in box.limits.items() if j != i})
        without = _score(unit, cases, fewer)
        if without >= score - 0.01:
            return _without_idle_limits(unit, cases, fewer, max(without, score))
    open_ended = {
        i: (0.0 if low < 0.02 else low, 1.0 if high > 0.98 else high) for i, (low, high) in box.limits.items()
    }
    return Box({i: limits for i, limits in open_ended.items() if limits != (0.0, 1.0)})
