"""Where the numbers of a report come in: means of each strategy, and differences from the baseline in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.outcomes.estimates import mean_estimate
from sim.outcomes.measures import MEASURES
from sim.outcomes.pairs import COLUMNS, pair_differences

N_DRAWS = 4000
LEVEL = 0.95
MORE_COLUMNS = ("all_low", "all_high", "p_best", "baseline_p_best", "margin")


def compare_arms(
    runs: pd.DataFrame, *, baseline: str, measures: Sequence[str], margins: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Compare every strategy with the baseline; every difference of the report comes from here.

    Parameters
    ----------
    runs
        one row a run: `policy`, `seed` and the measures
    margins
        by measure, the largest difference that would not matter

    Returns
    -------
    table
        one row a policy and measure: the columns of `pair_differences`; `all_low` and `all_high`, an interval that
        holds for all policies at the same time (Bonferroni); `p_best`, the share of samples of seeds in which the
        policy has the best mean of all; `baseline_p_best`; `margin`
    """
    if runs["policy"].nunique() < 2:
        return pd.DataFrame(columns=[*COLUMNS, *MORE_COLUMNS])
    found = pair_differences(runs, baseline=baseline, measures=measures)
    n_options = found["policy"].nunique()
    wider = [_widen(int(n), n_options) for n in found["n_pairs"]]
    found["all_low"] = found["difference"] - (found["difference"] - found["low"]) * wider
    found["all_high"] = found["difference"] + (found["high"] - found["difference"]) * wider
    best = {name: _share_best(runs, name) for name in measures}
    found["p_best"] = [best[m].get(p, np.nan) for m, p in zip(found["measure"], found["policy"], strict=True)]
    found["baseline_p_best"] = [best[name].get(baseline, np.nan) for name in found["measure"]]
    found["margin"] = [(margins or {}).get(name, np.nan) for name in found["measure"]]
    return found


def tabulate_means(runs: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Give the mean of each strategy: `policy`, `measure`, `mean`, `low`, `high`, `n`."""
    rows = [
        (policy, name, *mean_estimate(own[name].to_numpy(np.float64)), int(own[name].notna().sum()))
        for policy, own in runs.groupby("policy", sort=False)
        for name in measures
    ]
    return pd.DataFrame(rows, columns=["policy", "measure", "mean", "low", "high", "n"])


def _widen(n: int, n_options: int) -> float:
    """Give how many times the interval for all options is as wide as that for one."""
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    if n < 2:
        return np.nan
    return float(t.ppf(1.0 - (1.0 - LEVEL) / (2 * n_options), n - 1) / t.ppf(0.5 + LEVEL / 2, n - 1))


def _share_best(runs: pd.DataFrame, measure: str) -> dict[str, float]:
    """Draw seeds with replacement, all strategies together, and count which has the best mean; ties are shared."""
    better = MEASURES[measure].better
    table = runs.pivot(index="seed", columns="policy", values=measure).dropna()
    if not better or len(table) < 2:
        return {}
    drawn = np.random.default_rng(1).multinomial(len(table), np.full(len(table), 1 / len(table)), N_DRAWS)
    means = drawn @ table.to_numpy(np.float64) * (-1.0 if better == "less" else 1.0)
    first = np.isclose(means, means.max(axis=1, keepdims=True), rtol=0.0, atol=1e-9)
    share = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return dict(zip(map(str, table.columns), share.tolist(), strict=True))
