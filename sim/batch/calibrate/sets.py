"""The parameter sets that a calibration hands on: draws by how likely each is, with all that is known of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.batch.calibrate import posterior
from sim.batch.calibrate.abc import AbcFit
from sim.batch.calibrate.match import Matching
from sim.batch.calibrate.problem import Problem
from sim.batch.sensitivity.emulator import one_thread
from sim.batch.study.carried import SUFFIX, Carried, write_carried
from sim.batch.study.designs import Floats, spread_all
from sim.batch.study.identity import model_version


def sets_file(problem: Problem, out: Path) -> Path:
    """Name the file of a calibration's parameter sets."""
    return out / f"{problem.name}{SUFFIX}"


def write_matched_sets(matching: Matching, out: Path) -> Path:
    """Draw `sets` parameter sets from what is plausible, the more of them where targets are met better."""
    problem = matching.problem
    points = spread_all(draw_sets(matching), problem.parameters)
    weights = np.full(len(points), 1.0 / len(points))
    return _write(problem, "history matching", points, weights, out)


def write_abc_sets(fit: AbcFit, out: Path) -> Path:
    """Hand on all particles with their weights: drawn anew, a heavy one would pass for several."""
    return _write(
        fit.problem, "abc", spread_all(fit.unit, fit.problem.parameters), fit.weights / fit.weights.sum(), out
    )


def draw_sets(matching: Matching) -> Floats:
    """Draw points of the unit cube, no two the same, from the emulators' posterior of what is not ruled out."""
    problem, targets = matching.problem, matching.problem.fitted
    observed = np.array([target.value for target in targets])

    def predict(measure: str, unit: Floats) -> tuple[Floats, Floats]:
        return matching.emulated[measure].emulator(unit)

    def density(unit: Floats) -> Floats:
        return posterior.log_density(targets, observed, matching.emulated, predict, unit)

    def is_left(unit: Floats) -> NDArray[np.bool_]:
        misses = [matching.emulated[target.measure].miss(target, unit) for target in targets]
        return np.asarray(np.max(misses, axis=0) <= problem.cutoff)

    likely = posterior.weigh(density, posterior.even_points(len(problem.parameters), problem.seed), problem.seed)
    weights = np.where(is_left(likely.unit), likely.weights, 0.0)
    rng = np.random.default_rng([problem.seed, 200])
    if weights.sum() == 0.0:  # a region that no point of the search hit, and the walk did
        return matching.region.inside[rng.integers(0, len(matching.region.inside), problem.sets)]
    drawn = likely.unit[rng.choice(len(weights), problem.sets, p=weights / weights.sum())]
    with one_thread():
        return posterior.move(drawn, lambda unit: np.where(is_left(unit), density(unit), -np.inf), likely.spread, rng)


def _write(problem: Problem, method: str, points: pd.DataFrame, weights: Floats, out: Path) -> Path:
    about = Carried.model_validate(
        {
            "problem": problem.name,
            "method": method,
            "model": model_version(),
            "scenario": problem.scenario,
            "strategy": problem.strategy,
            "seeds": problem.seeds,
            "seed": problem.seed,
            "set": problem.set,
            "targets": [target.model_dump() for target in problem.targets],
            "parameters": {name: one.model_dump() for name, one in problem.parameters.items()},
            "weights": weights.tolist(),
        }
    )
    file = sets_file(problem, out)
    write_carried(file, points, about)
    return file
