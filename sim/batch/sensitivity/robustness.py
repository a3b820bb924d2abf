"""In how much of what may be true a strategy beats another one, and where that turns over.

A study lays points over the parameters' plausible space; at each, both strategies ran with the same seeds. Points are
few and every difference is noisy, so the share is not counted: a Gaussian process takes up all differences, and many
surfaces that may well have made them are drawn from it. Each has its share of the space; the shares give the interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.batch.sensitivity.boxes import Box, coverage_and_density, find_box
from sim.batch.sensitivity.chance import point_noise
from sim.batch.sensitivity.emulator import Check, Emulator
from sim.batch.sensitivity.outcome import Answers, Asked, answers_of, check_asked, space_of
from sim.batch.store.read import StudyRuns
from sim.batch.study.designs import Floats, sobol_points, spread
from sim.batch.study.study import Interval
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.statistics.estimates import Estimate, mean_estimate

PLACES = 1024
"""Points of the space at which every surface is looked at."""
DRAWS = 500
TURNS = 0.02
"""Smallest share of the space on either side for which a rule is looked for."""
VERDICTS = ("better", "worse", "unclear")


@dataclass(frozen=True)
class Rule:
    """Hold where the rarer of the two answers is found, and how well the rule tells."""

    cases: str
    """'better' or 'worse': what is found inside"""
    limits: dict[str, tuple[float | None, float | None]]
    """by parameter, from where to where, in its unit; None where there is no end"""
    coverage: Estimate
    density: Estimate
    volume: float
    """share of the space that lies inside"""
    n_points: int
    """points of the study inside"""
    n_cases: int
    """of them, those whose mean difference is a case"""


@dataclass(frozen=True)
class Robustness:
    """Hold in how much of the space a strategy is better."""

    asked: Asked
    scenario: str
    better: str
    """'less' or 'more'"""
    intervals: dict[str, Interval]
    points: pd.DataFrame
    """one row per point: the parameters, `difference`, `low`, `high`, `verdict` and `p_better` by the process"""
    share: Estimate
    check: Check
    n_seeds: int
    rule: Rule | None
    """None where one answer holds nearly everywhere"""

    def counts(self) -> dict[str, int]:
        """Count the points that are better, worse and unclear by their own interval."""
        return {verdict: int((self.points["verdict"] == verdict).sum()) for verdict in VERDICTS}


def judge_robustness(
    study_runs: StudyRuns, asked: Asked, *, scenario: str | None = None, better: str | None = None
) -> Robustness:
    """Estimate the share of a study's space in which a strategy is better than another one, and where it turns over.

    Parameters
    ----------
    better
        'less' or 'more', for a measure that has no good direction of its own

    Raises
    ------
    InputError
        If the design does not fill the space evenly, there is one seed only, or no direction is known.
    """
    scenario = check_asked(study_runs, asked, scenario)
    design = study_runs.study.design
    if design is None or design.method not in {"lhs", "sobol"}:
        got = "none" if design is None else repr(design.method)
        raise InputError(
            f"the design must fill the space evenly (lhs or sobol) for a share of it to be told, got {got}"
        )
    better = better or MEASURES[asked.outcome].better
    if not better:
        raise InputError(f"{asked.outcome} has no good direction of its own: --better must say less or more")
    intervals, unit = space_of(study_runs)
    answers = answers_of(study_runs.runs, asked, scenario=scenario)
    return judge_answers(asked, scenario, better, intervals, unit[answers.points], answers)


def judge_answers(  # noqa: PLR0913, PLR0917 - a space and what was found in it
    asked: Asked, scenario: str, better: str, intervals: dict[str, Interval], unit: Floats, answers: Answers
) -> Robustness:
    """Judge differences at points of the unit cube."""
    if answers.n_seeds < 2:
        raise InputError("robustness must have two seeds at least, to tell chance from difference; got one")
    sign = -1.0 if better == "less" else 1.0
    emulator = Emulator(unit, answers.means, point_noise(unit, answers))
    places = sobol_points(unit.shape[1], PLACES, 1)
    drawn = emulator.draw(np.vstack([places, unit]), DRAWS, 1)
    # What the seeds did to all points alike does not average out over points; few seeds know it badly, hence Student's.
    drawn += np.random.default_rng(2).standard_t(answers.n_seeds - 1, (DRAWS, 1)) * answers.shared() ** 0.5
    is_better = sign * drawn > 0.0
    shares = is_better[:, :PLACES].mean(axis=1)
    share = Estimate(float(shares.mean()), *map(float, np.quantile(shares, [0.025, 0.975])))
    points = _points_table(intervals, unit, answers, sign)
    points["p_better"] = is_better[:, PLACES:].mean(axis=0)
    rule = _find_rule(intervals, places, is_better[:, :PLACES], unit, sign * answers.means)
    return Robustness(asked, scenario, better, intervals, points, share, emulator.check, answers.n_seeds, rule)


def _points_table(intervals: dict[str, Interval], unit: Floats, answers: Answers, sign: float) -> pd.DataFrame:
    table = pd.DataFrame({name: spread(unit[:, i], one) for i, (name, one) in enumerate(intervals.items())})
    table.insert(0, "point", answers.points)
    estimates = [mean_estimate(row) for row in answers.values]
    table["difference"] = [one.value for one in estimates]
    table["low"], table["high"] = [one.low for one in estimates], [one.high for one in estimates]
    ends = np.sort(sign * table[["low", "high"]].to_numpy(float), axis=1)
    table["verdict"] = np.where(ends[:, 0] > 0.0, "better", np.where(ends[:, 1] < 0.0, "worse", "unclear"))
    return table


def _find_rule(
    intervals: dict[str, Interval], places: Floats, is_better: np.ndarray, unit: Floats, gain: Floats
) -> Rule | None:
    """Describe where the rarer answer is; the box is found on the mean of the surfaces and judged on each."""
    share = float(is_better.mean())
    cases = "worse" if share > 0.5 else "better"
    drawn = ~is_better if cases == "worse" else is_better
    likely = drawn.mean(axis=0)
    if min(share, 1.0 - share) < TURNS or likely.max() < 0.5:
        return None
    box = find_box(places, likely)
    if not box.limits:
        return None
    inside = box.holds(places)
    pairs = np.array([coverage_and_density(one.astype(float), inside) for one in drawn])
    own = box.holds(unit)
    n_cases = int(((gain[own] < 0.0) if cases == "worse" else (gain[own] > 0.0)).sum())
    coverage, density = (_spread_of(pairs[:, i]) for i in range(2))
    return Rule(cases, _in_units(box, intervals), coverage, density, float(inside.mean()), int(own.sum()), n_cases)


def _in_units(box: Box, intervals: dict[str, Interval]) -> dict[str, tuple[float | None, float | None]]:
    limits: dict[str, tuple[float | None, float | None]] = {}
    for i, (name, interval) in enumerate(intervals.items()):
        if i in box.limits:
            low, high = box.limits[i]
            ends = spread(np.array([low, high]), interval)
            limits[name] = (float(ends[0]) if low > 0.0 else None, float(ends[1]) if high < 1.0 else None)
    return limits


def _spread_of(values: Floats) -> Estimate:
    finite = values[~np.isnan(values)]
    return Estimate(float(finite.mean()), *map(float, np.quantile(finite, [0.025, 0.975])))
