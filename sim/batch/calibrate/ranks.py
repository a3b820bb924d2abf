"""Simulation-based calibration (Talts et al. 2018) tells whether a calibration is as sure as it may be, and no surer.

Truths are drawn from what was thought before, the model makes one year of each, and that year is calibrated as a city's
would be. If the answer is right, the rank of the truth among draws of the posterior is even, and a region of 80 % holds
the truth in 80 % of the cases. All truths share one bank of runs: each is a point of the bank, and is judged by
emulators that have not seen it, so a hundred calibrations cost about as many runs as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.batch.calibrate import posterior
from sim.batch.calibrate.match import Emulated, emulate
from sim.batch.calibrate.problem import Problem
from sim.batch.study.designs import Floats, spread_all
from sim.errors import InputError
from sim.statistics.estimates import Estimate, share_estimate
from sim.statistics.multiple import adjust_holm
from sim.statistics.ranks import Evenness, judge_ranks

DRAWS = 199
"""Of each posterior; so many that the ranks within 50, 80 and 95 % are whole numbers of two hundred."""
LEVELS = (0.5, 0.8, 0.95)
JOINT = "joint"
"""Name of the row on all parameters at once: the share of the posterior that is likelier than the truth."""
LEVEL = 0.01
"""For all rows together. Truths share the bank's emulators, whose errors they have in common; 5 % would be too many."""
FEW = 20
"""Truths below which nothing is told."""

SimulateApart = Callable[[str, pd.DataFrame, int], pd.DataFrame]
"""Runs each point so many times, every run with a seed that no other has; gives `point`, `seed` and measures."""


@dataclass(frozen=True)
class Ranks:
    """Hold where truths lie in what their own years make likely."""

    problem: Problem
    ranks: pd.DataFrame
    """one row per truth, one column per parameter and `joint`: how many of `DRAWS` draws lie below"""
    table: pd.DataFrame
    """`parameter`, by level `covered_50`, `low_50`, `high_50` and so on, `spread` with `spread_low` and `spread_high`,
    `p` and `p_holm`"""
    kept: Estimate
    """share of truths that history matching does not rule out"""
    effective: float
    """smallest effective sample size of a posterior; a small one makes ranks coarse"""
    n_runs: int

    @property
    def is_even(self) -> bool:
        """Tell whether nothing speaks against the calibration."""
        return bool(self.table["p_holm"].min() >= LEVEL)

    @property
    def verdict(self) -> str:
        """Say 'right', 'too_sure', 'too_unsure' or, where the truth lies to one side, 'shifted'."""
        if self.is_even:
            return "right"
        worst = self.table.loc[self.table["p"].idxmin()]
        if worst["high_80"] < 0.8 or worst["spread_low"] > 1.0:
            return "too_sure"
        return "too_unsure" if worst["low_80"] > 0.8 or worst["spread_high"] < 1.0 else "shifted"


def check_ranks(problem: Problem, simulate: SimulateApart) -> Ranks:
    """Calibrate on truths that the model made, and look where they lie.

    No two runs share a seed: if all did, one bad seed of the bank would shift every answer alike, and a hundred truths
    would be little more than one.

    Raises
    ------
    InputError
        If fewer than twenty truths have a value of every fitted target.
    """
    rng = np.random.default_rng([problem.seed, 20])
    unit = rng.random((problem.truths, len(problem.parameters)))
    points = spread_all(unit, problem.parameters)
    runs = simulate("ranks", points, problem.seeds + 1)
    number = runs.sort_values("seed").groupby("point").cumcount()
    years = runs[number == 0].set_index("point").reindex(range(len(unit)))
    bank = runs[number > 0].assign(seed=number[number > 0])
    targets = problem.fitted
    names = [target.measure for target in targets]
    emulated = {name: emulate(name, unit, bank) for name in names}
    # A year is seen as a city's is: off by the number's own error, and by what the model is said to leave out.
    error = rng.normal(size=(len(unit), len(targets))) * np.sqrt([target.variance for target in targets])
    observed = years[names].to_numpy(np.float64) + error
    usable = np.flatnonzero(~np.isnan(observed).any(axis=1))
    if len(usable) < FEW:
        raise InputError(
            f"ranks must have {FEW} truths at least with a value of {', '.join(names)}, got {len(usable)} of "
            f"{len(unit)}"
        )
    ranks, sizes, kept = [], [], 0
    served = Bank(problem, emulated, unit)
    for point in usable:
        likely, own, misses = served.calibrate_without(int(point), observed[point])
        chosen = likely.draw(DRAWS, rng)
        below = (likely.unit[chosen] < unit[point]).sum(axis=0)
        ranks.append([*below, int((likely.log_density[chosen] > own).sum())])
        sizes.append(likely.effective)
        kept += misses <= problem.cutoff
    told = pd.DataFrame(ranks, columns=[*problem.parameters, JOINT], index=pd.Index(usable, name="truth"))
    share = share_estimate(kept, len(usable))
    return Ranks(problem, told, tabulate_ranks(told), share, min(sizes), len(runs))


def tabulate_ranks(ranks: pd.DataFrame) -> pd.DataFrame:
    """Give coverage, the spread of the errors and the test of evenness, for each parameter and all at once."""
    judged = {name: judge_ranks(ranks[name].to_numpy(np.int64), DRAWS) for name in ranks.columns}
    adjusted = adjust_holm(np.array([[one.p] for one in judged.values()]))[:, 0]
    rows = []
    for (name, one), p_holm in zip(judged.items(), adjusted, strict=True):
        row: dict[str, object] = {"parameter": name}
        for level in LEVELS:
            place = (ranks[name].to_numpy(np.float64) + 0.5) / (DRAWS + 1)
            inside = place <= level if name == JOINT else np.abs(place - 0.5) <= level / 2.0
            share, percent = share_estimate(int(inside.sum()), len(inside)), round(100 * level)
            row |= {f"covered_{percent}": share.value, f"low_{percent}": share.low, f"high_{percent}": share.high}
        rows.append(row | _spread_of(one, name) | {"p": one.p, "p_holm": float(p_holm)})
    return pd.DataFrame(rows)


class Bank:
    """Serve all truths with the same runs: each is calibrated by emulators that have not seen its own point."""

    def __init__(self, problem: Problem, emulated: Mapping[str, Emulated], unit: Floats) -> None:
        self._problem, self._emulated, self._unit = problem, emulated, unit
        self._even = posterior.even_points(unit.shape[1], problem.seed)
        self._seen = {name: one.emulator.weigh_points(self._even) for name, one in emulated.items()}
        self._rows = {
            name: {int(point): row for row, point in enumerate(one.answers.points)} for name, one in emulated.items()
        }

    def calibrate_without(self, point: int, observed: Floats) -> tuple[posterior.Weighted, float, float]:
        """Calibrate on a year of a point.

        Returns
        -------
        likely, own, miss
            the posterior, the logarithm of its density at the truth, and the implausibility of the truth
        """
        targets = self._problem.fitted

        def predict(measure: str, places: Floats) -> tuple[Floats, Floats]:
            emulator, row = self._emulated[measure].emulator, self._rows[measure].get(point)
            if row is None:
                return emulator(places)
            seen = self._seen[measure] if places is self._even else emulator.weigh_points(places)
            return emulator.without(row, seen)

        def density(places: Floats) -> Floats:
            return posterior.log_density(targets, observed, self._emulated, predict, places)

        truth = self._unit[point][None, :]
        told = [predict(target.measure, truth) for target in targets]
        emulator = np.column_stack([variance for _, variance in told])
        stated = np.diagonal(posterior.stated_covariance(targets, self._emulated, emulator, truth)[0])
        off = np.abs(observed - np.array([mean[0] for mean, _ in told])) / np.sqrt(stated)
        likely = posterior.weigh(density, self._even, self._problem.seed)
        return likely, float(density(truth)[0]), float(off.max())


def _spread_of(one: Evenness, name: str) -> dict[str, float]:
    if name == JOINT:  # a share has one side; how far it is off has no spread
        return {"spread": np.nan, "spread_low": np.nan, "spread_high": np.nan}
    return {"spread": one.spread.value, "spread_low": one.spread.low, "spread_high": one.spread.high}
