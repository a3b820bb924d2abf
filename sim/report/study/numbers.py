"""Where the numbers of a report come in: means of each strategy, and differences from the baseline in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.outcomes.measures import BETTER, MEASURES
from sim.report.numbers import mean_within
from sim.statistics.contrasts import contrasts
from sim.statistics.pairs import COLUMNS

MORE_COLUMNS = ("all_low", "all_high", "p_best", "baseline_p_best", "margin")


def compare_arms(
    runs: pd.DataFrame, *, baseline: str, measures: Sequence[str], margins: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Compare every strategy with the baseline; every difference of the report comes from here.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and the measures
    margins
        by measure, the largest difference that would not matter

    Returns
    -------
    table
        the table of `sim.statistics.contrasts.contrasts`; empty where nothing stands beside the baseline
    """
    if runs["policy"].nunique() < 2:
        return pd.DataFrame(columns=[*COLUMNS, *MORE_COLUMNS])
    return contrasts(runs, baseline, measures, margins=margins, better=BETTER)


def tabulate_means(runs: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Give `policy`, `measure`, `mean`, `low`, `high`, `n`; an interval stays within what its measure can be."""
    rows = [
        (policy, name, *mean_within(own[name].to_numpy(np.float64), MEASURES[name]), int(own[name].notna().sum()))
        for policy, own in runs.groupby("policy", sort=False)
        for name in measures
    ]
    return pd.DataFrame(rows, columns=["policy", "measure", "mean", "low", "high", "n"])
