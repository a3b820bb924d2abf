"""What a calibration has learnt: how well each target is met, the held-out ones too, and which parameters are known."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Protocol

import numpy as np
import pandas as pd

from sim.batch.calibrate.match import Matching
from sim.batch.calibrate.problem import Problem, Target
from sim.batch.study.designs import Floats, spread

NOT_INFORMED = 0.8
"""Width of what is plausible against what was thought before, from which on the data have told next to nothing."""
TENTHS = 10
"""Parts of a parameter's interval along which its profile is told."""
TOGETHER = 0.6
"""Rank correlation from which on two parameters are known together better than each alone."""


class Found(Protocol):
    """What a method must give so that what is known of parameters can be told alike for all methods."""

    @property
    def problem(self) -> Problem:
        """Give what was asked."""

    @property
    def plausible(self) -> Floats:
        """Give points of the unit cube that all count alike."""


def fit_table(matching: Matching) -> pd.DataFrame:
    """Set each target beside what plausible points give for it.

    Returns
    -------
    table
        `measure`, `held_out`, `observed`, `sd`; `simulated`, `low`, `high`: median and 95 % range of a year over all
        plausible points, chance and emulator included; `runs_low`, `runs_high`: means of the points whose own runs
        fit; `miss`: standard deviations of all that may be off between the observation and the middle; `within`:
        whether the observation, for what it is worth, lies in the range; `explained`, `scale`: check of the emulator
    """
    return pd.DataFrame([_fit_row(matching, target) for target in matching.problem.targets])


def parameter_table(matching: Found) -> pd.DataFrame:
    """Set what is plausible of each parameter beside what was thought before.

    Returns
    -------
    table
        `parameter`, `low`, `high` (before), `plausible_low`, `plausible_high` (95 % range), `width` (relative to
        before), `ruled_out` (the rest of it), `informed`, `partner` and `correlation` (the other parameter that it goes
        with most)
    """
    unit, rows = matching.plausible, []
    together = rank_correlations(unit)
    for i, (name, interval) in enumerate(matching.problem.parameters.items()):
        low, high = np.quantile(unit[:, i], [0.025, 0.975])
        ends = spread(np.array([low, high]), interval)
        width = float((high - low) / 0.95)
        others = np.where(np.arange(len(together)) == i, -1.0, np.abs(together[i]))
        j = int(others.argmax())
        rows.append(
            {
                "parameter": name,
                "low": interval.low,
                "high": interval.high,
                "plausible_low": float(ends[0]),
                "plausible_high": float(ends[1]),
                "width": width,
                "ruled_out": max(1.0 - width, 0.0),
                "informed": width < NOT_INFORMED,
                "partner": list(matching.problem.parameters)[j] if len(others) > 1 else "",
                "correlation": float(together[i, j]) if len(others) > 1 else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def profile_table(matching: Matching) -> pd.DataFrame:
    """Tell what each tenth of a parameter's interval is worth, whatever the other parameters are.

    Returns
    -------
    table
        `parameter`, `tenth`, `low`, `high`, `least_miss` (the least implausibility of all points tried there), `share`
        (of the points that stand for what is plausible)
    """
    region, rows = matching.region, []
    shares = plausible_shares(matching)
    for i, (name, interval) in enumerate(matching.problem.parameters.items()):
        tenth = np.minimum((region.tried[:, i] * TENTHS).astype(np.int64), TENTHS - 1)
        ends = spread(np.linspace(0.0, 1.0, TENTHS + 1), interval)
        for number in range(TENTHS):
            least = float(region.missed[tenth == number].min())
            if shares[i, number] > 0.0:  # points of the walk are plausible, each of them
                least = min(least, matching.problem.cutoff)
            rows.append((name, number + 1, float(ends[number]), float(ends[number + 1]), least, shares[i, number]))
    return pd.DataFrame(rows, columns=["parameter", "tenth", "low", "high", "least_miss", "share"])


def plausible_shares(fit: Found) -> Floats:
    """Give the share of what is plausible in each tenth: one row per parameter."""
    tenth = np.minimum((fit.plausible * TENTHS).astype(np.int64), TENTHS - 1)
    return np.array([np.bincount(column, minlength=TENTHS) / max(len(column), 1) for column in tenth.T])


def pair_table(fit: Found) -> pd.DataFrame:
    """List all pairs of parameters: `one`, `other`, rank `correlation` among what is plausible, `tied`.

    A pair with a negative correlation trades off: more of one and less of the other make the same numbers.
    """
    names = list(fit.problem.parameters)
    together = rank_correlations(fit.plausible)
    pairs = [(names[i], names[j], float(together[i, j])) for i, j in combinations(range(len(names)), 2)]
    table = pd.DataFrame(pairs, columns=["one", "other", "correlation"])
    return table.assign(tied=table["correlation"].abs() > TOGETHER)


def confounded(matching: Found) -> list[tuple[str, str, float]]:
    """List pairs of parameters that the data tie to each other, so that they cannot be told one by one."""
    table = pair_table(matching)
    return [(row.one, row.other, row.correlation) for row in table[table["tied"]].itertuples()]


def rank_correlations(unit: Floats) -> Floats:
    """Give rank correlations of all pairs of columns."""
    return np.asarray(pd.DataFrame(unit).corr(method="spearman").fillna(0.0).to_numpy(float))


def plausible_points(matching: Matching) -> pd.DataFrame:
    """Pick the points to carry on: those whose own runs fit first, then others from all over the plausible region."""
    own = matching.unit[matching.confirmed][: matching.problem.keep]
    rng = np.random.default_rng(matching.problem.seed)
    rest = matching.region.inside[rng.permutation(len(matching.region.inside))][: matching.problem.keep - len(own)]
    unit = np.vstack([own, rest])
    return pd.DataFrame({n: spread(unit[:, i], one) for i, (n, one) in enumerate(matching.problem.parameters.items())})


def closest_misses(matching: Matching) -> pd.DataFrame:
    """Tell, where nothing fits, by how much each target is missed at the point that misses least."""
    closest = matching.region.closest[None, :]
    rows = []
    for target in matching.problem.fitted:
        one = matching.emulated[target.measure]
        simulated = float(one.emulator(closest)[0][0])
        miss = float(one.miss(target, closest)[0])
        rows.append({"measure": target.measure, "observed": target.value, "simulated": simulated, "miss": miss})
    return pd.DataFrame(rows)


def _fit_row(matching: Matching, target: Target) -> dict[str, object]:
    one = matching.emulated[target.measure]
    mean, variance = one.emulator(matching.region.inside)
    rng = np.random.default_rng(1)
    scatter = np.sqrt(variance + one.shared + one.one_run(matching.region.inside))
    years = mean + rng.normal(size=(20, len(mean))) * scatter
    fitting = one.answers.means[np.isin(one.answers.points, matching.confirmed)]
    check = one.emulator.check
    return judge_target(target, years, fitting) | {"explained": check.explained, "scale": check.scale}


def judge_target(target: Target, years: Floats, means: Floats) -> dict[str, object]:
    """Set a target beside plausible years of it and the means of points that fit by their own runs."""
    low, middle, high = (float(value) for value in np.quantile(years, [0.025, 0.5, 0.975]))
    spread_all = float(np.sqrt(years.var() + target.variance))
    # The observation is itself off by its standard deviation; what it might have been is set against the range.
    off = 1.96 * math.sqrt(target.variance)
    return {
        "measure": target.measure,
        "held_out": target.hold_out,
        "observed": target.value,
        "sd": target.sd,
        "model_sd": target.model_sd,
        "simulated": middle,
        "low": low,
        "high": high,
        "runs_low": float(means.min()) if len(means) else float("nan"),
        "runs_high": float(means.max()) if len(means) else float("nan"),
        "miss": abs(target.value - middle) / spread_all,
        "within": bool(low - off <= target.value <= high + off),
    }
