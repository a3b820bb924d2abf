"""What moved people: the parts that attitudes add up from when a run ends, and how strategies differ in each.

The ledger accounts for what everybody feels, by cause: each contact, story, sight and offence entered what it did, and
it faded there as it faded in the people. So the parts add up to the mean, and the differences of the parts to the
difference of the means.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.agents.events import PARTS
from sim.outcomes.columns import read_codes
from sim.outcomes.feelings import SHARES, pair_runs
from sim.statistics.estimates import mean_estimate

SOURCES = {
    "contacts": ("call", "stop", "check", "visit", "mediation", "meeting", "walk_in", "waiting", "outcome", "watched"),
    "stories": ("told",),
    "sight": ("seen",),
    "problems": ("problem", "letter"),
    "crime": ("crime",),
    "disorder": ("disorder",),
    "rest": ("turnover", "trait", "mood", "bounds"),
}
"""What a reader asks for, by the causes of the ledger: own contacts, what others tell, officers who are seen, what is
done about what matters in the street, crime and disorder around. The rest are traits, moods, who has moved, and what
the ends of the scale cut off."""
ACCOUNT_MEASURES = tuple(f"{feeling}_from_{source}" for feeling in SHARES for source in SOURCES)
COLUMNS = ("policy", "feeling", "source", "sd", "sd_low", "sd_high", "n_pairs")


def measure_account(account: pd.DataFrame) -> dict[str, float]:
    """Give what each source adds to the mean of a feeling over all residents when a run ends.

    Parameters
    ----------
    account
        table of the ledger, written every 30 days and at the end

    Returns
    -------
    row
        `ACCOUNT_MEASURES`, on the scale of feelings from 0 to 1; those of a feeling add up to its mean. Not a number
        where a run has no account
    """
    if len(account) == 0:
        return dict.fromkeys(ACCOUNT_MEASURES, np.nan)
    last = account[account["day"] == account["day"].max()]
    part = read_codes(last["part"], PARTS)
    n_people = float(last["n"].to_numpy(np.float64)[part == 0].sum())
    row = {}
    for feeling in SHARES:
        felt = last[feeling].to_numpy(np.float64)
        for source, parts in SOURCES.items():
            total = float(felt[np.isin(part, [PARTS.index(name) for name in parts])].sum())
            row[f"{feeling}_from_{source}"] = total / n_people if n_people else np.nan
    return row


def account_of(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Take `measure_account` of the ledger of a run; unknown where a run has not ended or is older."""
    ended = len(tables.get("feelings", ())) > 0
    return measure_account(tables["account"] if ended and "account" in tables else pd.DataFrame())


def compare_accounts(runs: pd.DataFrame, *, baseline: str) -> pd.DataFrame:
    """Tell by how much each source moved a feeling under a strategy, against the baseline, seed by seed.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed` and measures

    Returns
    -------
    table
        `COLUMNS`, one row for each other policy, feeling and source; in standard deviations between adults under the
        baseline
    """
    rows = []
    for policy, usual, other in pair_runs(runs, baseline):
        for feeling in SHARES:
            spread = usual[f"{feeling}_sd"].to_numpy(np.float64)
            for source in SOURCES:
                name = f"{feeling}_from_{source}"
                apart = (other[name] - usual[name]).to_numpy(np.float64)
                rows.append((policy, feeling, source, *mean_estimate(apart / spread), len(usual)))
    return pd.DataFrame(rows, columns=list(COLUMNS))
