"""How deployments differ from today's, run by run of the same chance, and what of it is beyond chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.batch.deployment.goals import GOALS
from sim.batch.deployment.slots import Floats
from sim.statistics.multiple import simultaneous_factors
from sim.statistics.pairs import pair_differences

TODAY = "today"
COLUMNS = ("point", "measure", "today", "value", "difference", "low", "high", "n_pairs", "verdict")
LEVEL = 0.95


def mean_differences(rows: pd.DataFrame, names: Sequence[str], goals: Sequence[str]) -> Floats:
    """Give the mean difference of each deployment from today's, less being better.

    Returns
    -------
    values
        (n_names, n_goals), not a number where a goal is not known of the runs of both
    """
    by_seed = {name: own.set_index("seed") for name, own in rows.groupby("name", sort=False)}
    out = np.full((len(names), len(goals)), np.nan)
    for i, name in enumerate(names):
        apart = (by_seed[name][list(goals)] - by_seed[TODAY][list(goals)]).mean()
        out[i] = [-apart[goal] if GOALS[goal].better == "more" else apart[goal] for goal in goals]
    return out


def steps_of(rows: pd.DataFrame, goals: Sequence[str]) -> Floats:
    """Give the difference in each goal below which two deployments count as equal in a front."""
    today = rows[rows["name"] == TODAY][list(goals)].mean()
    return np.array([max(GOALS[goal].step * abs(float(today[goal])), 1e-9) for goal in goals])


def known_goals(rows: pd.DataFrame, goals: Sequence[str]) -> tuple[str, ...]:
    """Keep the goals that today's runs have a value of: a town without calls has no response."""
    today = rows[rows["name"] == TODAY]
    return tuple(goal for goal in goals if bool(today[goal].notna().any()))


def judge_points(rows: pd.DataFrame, measures: Sequence[str], goals: Sequence[str]) -> pd.DataFrame:
    """Estimate how each deployment differs from today's, with intervals that hold together.

    All intervals of all points and goals hold with 95 % at once: the factor of each measure is that of the largest of
    the points (Westfall & Young), at a level that the goals share (Bonferroni). Looked at one by one, some of twenty
    intervals would leave out zero by chance.

    Parameters
    ----------
    rows
        runs of the points and of today's roster, with the same seeds, by which nothing was chosen
    measures
        what is estimated
    goals
        those of them that the search was for, and that are known

    Returns
    -------
    table
        one row per point and measure: `point`, `measure`, `today`, `value`, `difference`, `low`, `high`, `n_pairs`,
        `verdict` ('better', 'worse', 'unclear', 'unknown')
    """
    if set(rows["name"]) == {TODAY}:
        return pd.DataFrame(columns=list(COLUMNS))
    paired = pair_differences(rows.rename(columns={"name": "policy"}), baseline=TODAY, measures=measures)
    names = [name for name in dict.fromkeys(rows["name"]) if name != TODAY]
    wide = {name: rows[rows["name"] == name].set_index("seed").sort_index() for name in (TODAY, *names)}
    level = 1.0 - (1.0 - LEVEL) / max(len(goals), 1)
    tables = [np.column_stack([(wide[n][m] - wide[TODAY][m]).to_numpy(np.float64) for n in names]) for m in measures]
    factors = dict(zip(measures, simultaneous_factors(tables, level), strict=True))
    out = []
    for row in paired.to_dict("records"):
        name, measure = str(row["policy"]), str(row["measure"])
        apart = (wide[name][measure] - wide[TODAY][measure]).dropna().to_numpy(np.float64)
        low, high = _ends(apart, float(factors[measure]))
        out.append({
            "point": name, "measure": measure, "today": row["baseline"], "value": row["baseline"] + row["difference"],
            "difference": row["difference"], "low": low, "high": high, "n_pairs": row["n_pairs"],
            "verdict": _verdict(low, high, measure),
        })  # fmt: skip
    return pd.DataFrame(out, columns=list(COLUMNS))


def _ends(apart: Floats, factor: float) -> tuple[float, float]:
    if len(apart) < 2:
        return np.nan, np.nan
    mean, spread = float(apart.mean()), float(apart.std(ddof=1))
    half = factor * spread / np.sqrt(len(apart)) if spread > 0.0 else 0.0
    return mean - half, mean + half


def _verdict(low: float, high: float, measure: str) -> str:
    if not np.isfinite([low, high]).all():
        return "unknown"
    if low <= 0.0 <= high or measure not in GOALS:
        return "unclear"
    return "better" if (high < 0.0) == (GOALS[measure].better == "less") else "worse"
