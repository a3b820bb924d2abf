"""How many recorded incidents are cleared by an arrest, and how that depends on the response.

An incident recorded near the end of a run has had less time to be cleared. Counting it as a failure
would bias every short run, so shares are estimated as survival curves are (Kaplan & Meier 1958).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import DAY_MIN
from sim.outcomes.columns import read_codes
from sim.params import ASSAULT, BURGLARY, CRIMES, ROBBERY, THEFT
from sim.statistics.estimates import UNKNOWN, Z95, Estimate, share_estimate

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GROUPS = {"violent": (ROBBERY, ASSAULT), "property": (BURGLARY, THEFT)}
"""Groups of types in which clearance is published [fbi2019]."""
DELAY_EDGES_MIN = (0.0, 5.0, 10.0, 15.0, 30.0, 60.0, np.inf)
MIN_CASES = 20
"""fewer tell nothing about a slope"""


def time_to_clearance(incidents: pd.DataFrame, arrests: pd.DataFrame, *, end_min: float) -> tuple[Floats, Flags]:
    """Give how long each incident stayed open in days, and whether an arrest ended it.

    Parameters
    ----------
    incidents, arrests
        ledger tables; an arrest names the offence by `cause`
    end_min
        end of the run
    """
    first_arrest = arrests.groupby("cause")["t"].min()
    arrested = incidents["cause"].map(first_arrest).to_numpy(np.float64)
    cleared = ~np.isnan(arrested)
    until = np.where(cleared, arrested, end_min)
    # An arrest on the spot comes before the record is written.
    return np.maximum(until - incidents["t_recorded"].to_numpy(np.float64), 0.0) / DAY_MIN, cleared


def estimate_cleared(open_days: Floats, cleared: Flags, *, within_days: float = 365.0) -> Estimate:
    """Estimate the share cleared within a time, with Greenwood's interval on the log-log scale.

    Where no incident was followed for so long, the answer is for the longest time that one was.
    """
    if len(open_days) == 0:
        return UNKNOWN
    times, n_cleared = np.unique(open_days[cleared & (open_days <= within_days)], return_counts=True)
    # Cleared and censored at the same moment: the cleared one comes first, as is the custom.
    at_risk = len(open_days) - np.searchsorted(np.sort(open_days), times, "left")
    still_open = float(np.prod(1.0 - n_cleared / at_risk))
    if not 0.0 < still_open < 1.0:
        return share_estimate((1.0 - still_open) * len(open_days), len(open_days))
    greenwood = float(np.sum(n_cleared / (at_risk * np.maximum(at_risk - n_cleared, 1))))
    spread = Z95 * np.sqrt(greenwood) / abs(np.log(still_open))
    return Estimate(1.0 - still_open, 1.0 - still_open ** np.exp(-spread), 1.0 - still_open ** np.exp(spread))


def measure_clearance(
    incidents: pd.DataFrame, arrests: pd.DataFrame, *, end_min: float, within_days: float = 365.0
) -> pd.DataFrame:
    """Estimate the share of recorded incidents cleared, by recorded type and by group [fbi2019].

    Returns
    -------
    table
        rows: the crime types, 'violent', 'property' and 'all'; columns `n_recorded`, `n_cleared`
        (so far), `share`, `low`, `high`
    """
    kind = read_codes(incidents["type"], CRIMES)
    open_days, cleared = time_to_clearance(incidents, arrests, end_min=end_min)
    chosen = {name: kind == i for i, name in enumerate(CRIMES)}
    chosen |= {name: np.isin(kind, types) for name, types in GROUPS.items()}
    chosen["all"] = np.ones(len(kind), bool)
    rows = {}
    for name, keep in chosen.items():
        share = estimate_cleared(open_days[keep], cleared[keep], within_days=within_days)
        rows[name] = {
            "n_recorded": int(keep.sum()), "n_cleared": int(cleared[keep].sum()),
            "share": share.value, "low": share.low, "high": share.high,
        }  # fmt: skip
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "type"
    return table


def measure_clearance_by_delay(
    incidents: pd.DataFrame,
    arrests: pd.DataFrame,
    *,
    end_min: float,
    within_days: float = 365.0,
    edges_min: Sequence[float] = DELAY_EDGES_MIN,
) -> pd.DataFrame:
    """Estimate the share cleared for classes of response time; incidents found by officers are left out.

    Returns
    -------
    table
        one row per class, indexed by its lower edge in minutes; columns `n_recorded`, `share`, `low`, `high`
    """
    called = incidents[incidents["response_min"].notna()]
    open_days, cleared = time_to_clearance(called, arrests, end_min=end_min)
    delay = called["response_min"].to_numpy(np.float64)
    rows = {}
    for low, high in pairwise(edges_min):
        keep = (delay >= low) & (delay < high)
        share = estimate_cleared(open_days[keep], cleared[keep], within_days=within_days)
        rows[low] = {"n_recorded": int(keep.sum()), "share": share.value, "low": share.low, "high": share.high}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index.name = "from_min"
    return table


def estimate_delay_effect(
    incidents: pd.DataFrame, arrests: pd.DataFrame, *, end_min: float, within_days: float = 365.0, longer: float = 0.10
) -> Estimate:
    """Estimate the change of the share cleared when the response takes 10 % longer [blanes2018].

    A straight line of cleared on the logarithm of the delay and the type of crime, with an interval
    that allows for unequal spread. Only incidents followed for `within_days`, or all if none was.
    """
    called = incidents[incidents["response_min"].notna() & (incidents["response_min"] > 0)]
    followed = (end_min - called["t_recorded"]) >= within_days * DAY_MIN
    called = called[followed] if followed.any() else called
    if len(called) < MIN_CASES:
        return UNKNOWN
    open_days, cleared = time_to_clearance(called, arrests, end_min=end_min)
    kind = read_codes(called["type"], CRIMES)
    types = np.unique(kind)
    log_delay = np.log(called["response_min"].to_numpy(np.float64))
    design = np.column_stack([log_delay, *((kind == t).astype(float) for t in types)])
    outcome = (cleared & (open_days <= within_days)).astype(float)
    inverse = np.linalg.pinv(design.T @ design)
    slope = inverse @ design.T @ outcome
    residual = outcome - design @ slope
    covariance = inverse @ (design.T * residual**2) @ design @ inverse
    step = np.log1p(longer)
    half = Z95 * step * float(np.sqrt(covariance[0, 0]))
    value = float(slope[0]) * step
    return Estimate(value, value - half, value + half)
