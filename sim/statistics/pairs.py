"""Compare strategies run by run: the same seed, the same chance, another policy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.statistics.estimates import mean_estimate

COLUMNS = ("policy", "measure", "baseline", "difference", "low", "high", "n_pairs")


def pair_differences(runs: pd.DataFrame, *, baseline: str, measures: Sequence[str]) -> pd.DataFrame:
    """Estimate how each policy differs from a baseline, from runs with the same seed.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed`, and the measures of `summarise`
    baseline
        the policy to compare with

    Returns
    -------
    table
        one row per policy and measure: `policy`, `measure`, `baseline` (its mean), `difference`, `low`, `high`,
        `n_pairs`

    Raises
    ------
    InputError
        If the baseline was not run, or a policy has two runs with one seed.
    """
    policies = runs["policy"].unique().tolist()
    if baseline not in policies:
        raise InputError(f"comparison: baseline must be one of {', '.join(map(str, policies))}, got {baseline!r}")
    if runs.duplicated(["policy", "seed"]).any():
        raise InputError("comparison: each policy may have one run a seed; average or drop repeated runs first")
    by_seed = {policy: rows.set_index("seed")[list(measures)] for policy, rows in runs.groupby("policy", sort=False)}
    described = []
    for policy in policies:
        if policy == baseline:
            continue
        apart = (by_seed[policy] - by_seed[baseline]).dropna(how="all")
        for measure in measures:
            values = apart[measure].to_numpy(np.float64)
            estimate = mean_estimate(values)
            described.append(
                {
                    "policy": policy,
                    "measure": measure,
                    "baseline": float(by_seed[baseline][measure].mean()),
                    "difference": estimate.value,
                    "low": estimate.low,
                    "high": estimate.high,
                    "n_pairs": int((~np.isnan(values)).sum()),
                }
            )
    return pd.DataFrame(described, columns=list(COLUMNS))
