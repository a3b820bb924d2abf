"""What becomes of quarrels: agreements, how many of them last, and who calls again.

An agreement and a lasting agreement are two things: official success rates count the first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.agents.events import AGREED, BROKEN, CALLED, DISPUTE_STEPS, PRESSED
from sim.clock import DAY_MIN
from sim.outcomes.columns import read_codes

LASTS_DAYS = 180.0


class Agreements(NamedTuple):
    """Count agreements, and those that lasted of the ones followed for long enough."""

    n: int
    n_followed: int
    n_lasting: int


def count_agreements(disputes: pd.DataFrame, *, end_min: float, within_days: float = LASTS_DAYS) -> Agreements:
    """Count agreements, pressed ones included, and those not broken within a time.

    An agreement of the last months has not been followed for so long; whether it lasts is not known, so it is not
    asked. A quarrel that ended cannot break an agreement.

    Parameters
    ----------
    disputes
        ledger table
    end_min
        end of the run
    """
    what = read_codes(disputes["what"], DISPUTE_STEPS)
    columns = ["dispute", "t"]
    made = disputes.loc[np.isin(what, (AGREED, PRESSED)), columns].sort_values("t")
    broken = disputes.loc[what == BROKEN, columns].sort_values("t").assign(t_broken=lambda rows: rows["t"])
    followed = made[made["t"] + within_days * DAY_MIN <= end_min]
    # A new agreement can only follow the break of the old one, so the next break is that of this agreement.
    next_break = pd.merge_asof(followed, broken, on="t", by="dispute", direction="forward", allow_exact_matches=False)
    lasting = ~(next_break["t_broken"] - next_break["t"] <= within_days * DAY_MIN)
    return Agreements(len(made), len(followed), int(lasting.sum()))


def measure_repeat_calls(disputes: pd.DataFrame, offences: pd.DataFrame) -> float:
    """Give how often a quarrelling pair calls again, as a mean over the pairs of residents that called at all.

    A call is one about the quarrel itself or about blows that were reported.
    """
    quarrel = disputes.loc[read_codes(disputes["what"], DISPUTE_STEPS) == CALLED, "dispute"]
    told = offences[(offences["dispute"] != 0) & (offences["reported"] > 0)]
    pair = pair_of_disputes(disputes)
    calls = pd.concat([quarrel, told["dispute"]]).map(pair).dropna()
    return float(len(calls) / calls.nunique() - 1.0) if len(calls) else np.nan


def pair_of_disputes(disputes: pd.DataFrame) -> pd.Series:
    """Name the pair of each dispute: the same two residents are one pair, whoever began."""
    once = disputes.drop_duplicates("dispute")
    parties = np.sort(once[["resident_a", "resident_b"]].to_numpy(np.int64), axis=1)
    names = parties[:, 0] * (1 << 32) + parties[:, 1]
    return pd.Series(names, index=once["dispute"].to_numpy())
