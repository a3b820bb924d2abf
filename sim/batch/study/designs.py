"""The points of a design: in the unit cube first, then spread over the intervals of the parameters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.batch.study.study import Design, Interval

Floats = npt.NDArray[np.float64]
MORRIS_LEVELS = 4
"""Levels of a parameter in a Morris design; steps are of two thirds of the interval (Morris 1991)."""


def intervals_of(design: Design) -> dict[str, Interval]:
    """Name the parameters that are drawn, with from where to where."""
    return {name: value for name, value in design.parameters.items() if isinstance(value, Interval)}


def drawn_points(design: Design) -> pd.DataFrame:
    """Lay out the points of a design that draws: one row per point, one column per parameter."""
    return spread_all(unit_sample(design), intervals_of(design))


def unit_sample(design: Design) -> Floats:
    """Draw the points of a design in the unit cube; the same seed gives the same points."""
    dimension, n, seed = len(design.parameters), design.points or 0, design.seed
    if design.method == "lhs":
        from scipy.stats import qmc  # noqa: PLC0415 - slow to import, and most studies do without

        return np.asarray(qmc.LatinHypercube(dimension, rng=np.random.default_rng(seed)).random(n))
    if design.method == "sobol":
        return sobol_points(dimension, n, seed)
    from SALib.sample import morris, sobol  # noqa: PLC0415 - as above

    problem = unit_problem(list(design.parameters))
    if design.method == "morris":
        drawn = morris.sample(problem, n, num_levels=MORRIS_LEVELS, seed=seed)
    else:
        drawn = sobol.sample(problem, n, calc_second_order=False, seed=seed)
    return np.asarray(drawn, np.float64)


def unit_problem(names: list[str]) -> dict[str, object]:
    """Describe parameters in the unit cube as SALib wants it."""
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def sobol_points(dimension: int, n: int, seed: int) -> Floats:
    """Draw points that fill the unit cube evenly (Sobol' 1967, scrambled)."""
    from scipy.stats import qmc  # noqa: PLC0415 - as above

    sampler = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(seed))
    # Drawn up to a power of two, where the design is balanced, and cut: the warning that asks for it would say nothing.
    return np.asarray(sampler.random_base2(max(n - 1, 0).bit_length()))[:n]


def spread_all(unit: Floats, intervals: Mapping[str, Interval]) -> pd.DataFrame:
    """Spread points of the unit cube over the intervals of the parameters."""
    return pd.DataFrame({name: spread(unit[:, i], interval) for i, (name, interval) in enumerate(intervals.items())})


def unspread_all(points: pd.DataFrame, intervals: Mapping[str, Interval]) -> Floats:
    """Bring points back into the unit cube, where every parameter counts alike."""
    return np.column_stack([unspread(points[name].to_numpy(np.float64), one) for name, one in intervals.items()])


def spread(unit: Floats, interval: Interval) -> Floats:
    """Spread numbers between 0 and 1 over an interval."""
    if interval.log:
        low, high = np.log(interval.low), np.log(interval.high)
        return np.asarray(np.exp(low + unit * (high - low)))
    return np.asarray(interval.low + unit * (interval.high - interval.low))


def unspread(values: Floats, interval: Interval) -> Floats:
    """Say where in an interval values lie: 0 at its low end, 1 at its high end."""
    if interval.log:
        low, high = np.log(interval.low), np.log(interval.high)
        return np.asarray((np.log(values) - low) / (high - low))
    return np.asarray((values - interval.low) / (interval.high - interval.low))
