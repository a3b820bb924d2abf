"""History matching: what cannot have made a city's numbers is ruled out, wave by wave; what is left is plausible.

Each wave runs some points, fits an emulator a target to all runs so far, and rules out where a target is missed by more
than three standard deviations of all that may be off: the observation, one year's chance, and the emulator itself
(Craig et al. 1997; Vernon et al. 2010; Andrianakis et al. 2015). It may rule out everything, and then says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.batch.calibrate.problem import Problem, Target
from sim.batch.calibrate.reach import Reach, judge_reach
from sim.batch.calibrate.region import Region, find_region
from sim.batch.sensitivity.chance import Variance, one_run, point_noise
from sim.batch.sensitivity.emulator import Check, Emulator
from sim.batch.sensitivity.outcome import Answers
from sim.batch.study.designs import Floats, spread_all
from sim.errors import InputError

Simulate = Callable[[str, pd.DataFrame], pd.DataFrame]
"""Runs points under a label: one row per point, one column per parameter; gives `point`, `seed` and measures."""
Propose = Callable[[str, Callable[[], Floats]], Floats]
"""Gives the points of a wave, remembered or made now."""
SETTLED = 0.25
"""Part of the other variances below which an emulator's own is no reason for another wave."""


@dataclass(frozen=True)
class Emulated:
    """Hold all that is known of one measure over the space."""

    emulator: Emulator
    one_run: Variance
    """of a single run, which the city's one year is, too; where there is more crime, it is larger"""
    noise: Floats
    """variance that chance leaves in the mean of each point of `answers`"""
    shared: float
    """variance that the seeds leave in all means alike"""
    answers: Answers

    def miss(self, target: Target, unit: Floats) -> Floats:
        """Give the implausibility: by how many standard deviations of all that may be off a target is missed."""
        mean, variance = self.emulator(unit)
        off = target.variance + self.one_run(unit) + variance + self.shared
        return np.asarray(np.abs(target.value - mean) / np.sqrt(off))


@dataclass(frozen=True)
class Wave:
    """Hold what a wave left."""

    n_points: int
    share: float
    """share of the whole space that is plausible after it"""
    checks: Mapping[str, Check]


@dataclass(frozen=True)
class Matching:
    """Hold which points may have made a city's numbers."""

    problem: Problem
    waves: tuple[Wave, ...]
    unit: Floats
    """all points that were run"""
    runs: pd.DataFrame
    emulated: Mapping[str, Emulated]
    """by measure; those of held-out targets are made when all points are chosen"""
    region: Region
    confirmed: np.ndarray
    """numbers of the points whose own runs meet every fitted target"""
    reach: Reach
    """what the model can do at all, by the points of the first wave, which lie all over the intervals"""

    @property
    def fits(self) -> bool:
        """Tell whether anything fits."""
        return len(self.region.inside) > 0

    @property
    def plausible(self) -> Floats:
        """Give points spread over what is plausible, in the unit cube."""
        return self.region.inside


def match_history(problem: Problem, simulate: Simulate, propose: Propose | None = None) -> Matching:
    """Rule out, wave by wave, what cannot have made the numbers.

    Parameters
    ----------
    simulate
        runs points
    propose
        remembers the points of earlier waves, so that a stopped calibration goes on with the same
    """
    propose = propose or (lambda _, make: make())
    dimension = len(problem.parameters)
    unit, runs = np.zeros((0, dimension)), pd.DataFrame()
    waves: list[Wave] = []
    emulated: dict[str, Emulated] = {}
    nothing = np.zeros((0, dimension))
    region = Region(nothing, 1.0, np.zeros(dimension), nothing, np.zeros(0))
    for number in range(1, problem.waves + 1):
        chosen = propose(f"wave-{number}", lambda: _next_points(problem, region, len(waves)))  # noqa: B023 - called at once
        runs = add_runs(runs, simulate(f"wave-{number}", spread_all(chosen, problem.parameters)), len(unit))
        unit = np.vstack([unit, chosen])
        emulated = {target.measure: emulate(target.measure, unit, runs) for target in problem.fitted}
        region = find_region(_judge(problem.fitted, emulated), dimension, problem.cutoff, seed=problem.seed + number)
        checks = {name: one.emulator.check for name, one in emulated.items()}
        waves.append(Wave(len(chosen), region.share, checks))
        if len(region.inside) and _settled(problem, emulated, region.inside):
            break
    confirmed = confirm(problem, emulated, unit)
    emulated |= {target.measure: emulate(target.measure, unit, runs) for target in problem.held_out}
    # Even points, by the emulators of the last wave: the first ones may have seen too little to rule a number out.
    anywhere = region.tried
    least_miss = {
        target.measure: float(emulated[target.measure].miss(target, anywhere).min()) for target in problem.targets
    }
    reach = judge_reach(problem, runs[runs["point"] < waves[0].n_points], least_miss=least_miss)
    return Matching(problem, tuple(waves), unit, runs, emulated, region, confirmed, reach)


def emulate(measure: str, unit: Floats, runs: pd.DataFrame) -> Emulated:
    """Fit an emulator of a measure to all runs."""
    table = runs.pivot_table(index="point", columns="seed", values=measure, dropna=False).astype(np.float64)
    table = table.dropna(how="all").dropna(how="all", axis=1)
    if table.shape[1] < 2:
        raise InputError(f"{measure} must have a value with two seeds at least, to tell its chance")
    answers = Answers(table.index.to_numpy(np.int64), table.to_numpy(np.float64))
    points = unit[answers.points]
    noise = point_noise(points, answers)
    return Emulated(Emulator(points, answers.means, noise), one_run(points, answers), noise, answers.shared(), answers)


def add_runs(runs: pd.DataFrame, more: pd.DataFrame, offset: int) -> pd.DataFrame:
    """Put the runs of a wave behind all earlier ones, with points numbered through."""
    return pd.concat([runs, more.assign(point=more["point"] + offset)], ignore_index=True)


def confirm(problem: Problem, emulated: Mapping[str, Emulated], unit: Floats) -> np.ndarray:
    """List the points whose own runs meet every fitted target, without any emulator."""
    good = np.ones(len(unit), bool)
    for target in problem.fitted:
        one = emulated[target.measure]
        miss = np.full(len(unit), np.inf)
        variance = target.variance + one.one_run(unit[one.answers.points]) + one.noise + one.shared
        miss[one.answers.points] = np.abs(target.value - one.answers.means) / np.sqrt(variance)
        good &= miss <= problem.cutoff
    return np.flatnonzero(good)


def _judge(targets: tuple[Target, ...], emulated: Mapping[str, Emulated]) -> Callable[[Floats], Floats]:
    def worst(unit: Floats) -> Floats:
        return np.asarray(np.max([emulated[target.measure].miss(target, unit) for target in targets], axis=0))

    return worst


def _next_points(problem: Problem, region: Region, n_waves: int) -> Floats:
    """Fill the space first; then what is left of it; and around the closest miss where nothing is left."""
    from scipy.stats import qmc  # noqa: PLC0415 - slow to import

    rng = np.random.default_rng([problem.seed, n_waves])
    dimension = len(problem.parameters)
    if n_waves == 0:
        return np.asarray(qmc.LatinHypercube(dimension, rng=rng).random(problem.points))
    if len(region.inside):
        picks = rng.permutation(len(region.inside))[: problem.points]
        return region.inside[picks]
    near = region.closest + rng.normal(0.0, 0.1, (problem.points, dimension))
    return np.asarray(np.clip(near, 0.0, 1.0))


def _settled(problem: Problem, emulated: Mapping[str, Emulated], inside: Floats) -> bool:
    """Tell whether the emulators are so sure that another wave could hardly rule out more."""
    for target in problem.fitted:
        one = emulated[target.measure]
        own = float(one.emulator(inside)[1].mean()) + one.shared
        if own > SETTLED * (target.variance + float(one.one_run(inside).mean())):
            return False
    return True
