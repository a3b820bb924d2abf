"""What residents feel, as people understand it: the share who feel safe, are satisfied, trust; and differences of it.

A mean on a scale of 0 to 1 says little to anybody. So a difference is told as a share of adults, as an odds ratio, in
which studies of policing report it, and in standard deviations between residents, in which surveys do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.outcomes.questionnaire import MIN_AGE, POINTS
from sim.outcomes.survey import AGREES
from sim.statistics.estimates import UNKNOWN, Estimate, mean_estimate

Floats = NDArray[np.float64]
SHARES = {"security": "feel_safe_pct", "satisfaction": "satisfied_end_pct", "trust": "trusting_end_pct"}
"""The measure that gives the share who agree, by feeling."""
AGREES_FROM = (AGREES - 1) / len(POINTS)
"""The least feeling at which an answer without noise is 4 or 5 of five."""
COLUMNS = (
    "policy", "feeling", "baseline_pct", "policy_pct", "points", "points_low", "points_high",
    "odds_ratio", "odds_ratio_low", "odds_ratio_high", "sd", "sd_low", "sd_high", "n_pairs",
)  # fmt: skip


def measure_feelings(feelings: pd.DataFrame, people: pd.DataFrame) -> dict[str, float]:
    """Give the share of adults who agree when a run ends, and how much adults differ, by feeling.

    Parameters
    ----------
    feelings, people
        tables of the ledger; one row for each resident, in one order

    Returns
    -------
    row
        `feel_safe_pct`, `satisfied_end_pct`, `trusting_end_pct`, in per cent; and `security_sd`, `satisfaction_sd`,
        `trust_sd`, on the scale of feelings; not a number where nobody lives here
    """
    here = feelings[adults(feelings, people)]
    row = {}
    for feeling, share in SHARES.items():
        felt = here[feeling].to_numpy(np.float64)
        row[share] = 100.0 * share_who_agree(felt)
        row[f"{feeling}_sd"] = float(felt.std(ddof=1)) if len(felt) > 1 else np.nan
    return row


def adults(feelings: pd.DataFrame, people: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell who is old enough for a survey and lives here when the run ends."""
    old_enough = people["age"].to_numpy() >= MIN_AGE
    return np.asarray((feelings["present"].to_numpy() > 0) & old_enough)


def share_who_agree(felt: Floats) -> float:
    """Give the share who would answer 4 or 5 of five if an answer had no noise."""
    return float(np.mean(felt >= AGREES_FROM)) if len(felt) else np.nan


def compare_feelings(runs: pd.DataFrame, *, baseline: str) -> pd.DataFrame:
    """Tell how strategies differ in what residents feel: points, odds ratio and standard deviations.

    All are taken seed by seed. A standard deviation is that between adults under the baseline.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and measures

    Returns
    -------
    table
        `COLUMNS`, one row for each other policy and feeling
    """
    rows = []
    for policy, usual, other in pair_runs(runs, baseline):
        for feeling, share in SHARES.items():
            before, after = (one[share].to_numpy(np.float64) for one in (usual, other))
            apart = (other[f"{feeling}_end"] - usual[f"{feeling}_end"]).to_numpy(np.float64)
            points = mean_estimate(after - before)
            ratio = _exp(mean_estimate(log_odds(after) - log_odds(before)))
            sd = mean_estimate(apart / usual[f"{feeling}_sd"].to_numpy(np.float64))
            means = (float(before.mean()), float(after.mean())) if len(usual) else (np.nan, np.nan)
            rows.append((policy, feeling, *means, *points, *ratio, *sd, len(usual)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def pair_runs(runs: pd.DataFrame, baseline: str) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Give for each other policy the runs of the baseline and its own, both by the seeds that both have."""
    by_policy = {str(name): rows.set_index("seed") for name, rows in runs.groupby("policy", sort=False)}
    usual = by_policy.pop(baseline)
    for policy, other in by_policy.items():
        seeds = usual.index.intersection(other.index)
        yield policy, usual.loc[seeds], other.loc[seeds]


def log_odds(per_cent: Floats) -> Floats:
    """Give the logarithm of the odds of shares in per cent; unknown where all or nobody agree."""
    share = np.asarray(per_cent, np.float64) / 100.0
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log(share / (1.0 - share))
    return np.where(np.isfinite(odds), odds, np.nan)


def _exp(estimate: Estimate) -> Estimate:
    return UNKNOWN if np.isnan(estimate.value) else Estimate(*(float(np.exp(part)) for part in estimate))


def feelings_of(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Take `measure_feelings` of the ledger of a run; unknown where a run has not ended or is older."""
    if len(tables.get("feelings", ())) == 0 or len(tables["feelings"]) != len(tables["people"]):
        return dict.fromkeys([*SHARES.values(), *(f"{feeling}_sd" for feeling in SHARES)], np.nan)
    return measure_feelings(tables["feelings"], tables["people"])
