"""What a run cost: paid time by role, equipment, doorstaff, volunteers, all in hours of a sworn officer.

Everything is read from the ledger. A price is the scenario's, so the same folder can be priced anew; without prices
there is a count of hours and no cost.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from sim.agents.tables import ROLES, TASKS
from sim.clock import DAY_MIN, SHIFT_MIN
from sim.outcomes.columns import read_codes
from sim.scenarios.police import Cost
from sim.statistics.estimates import mean_estimate, ratio_of_means

YEAR_DAYS = 365.0
POSTS = (TASKS.index("post"), TASKS.index("room"))
"""What has a hut or a shop: a fixed post, a police room."""


class Verdict(StrEnum):
    """Say what can be said of a price of prevention."""

    UNKNOWN = "unknown"
    """one pair of runs or none: there is no interval"""
    NONE = "none"
    """the interval of the effect covers zero: no clear effect, so there is nothing to divide by"""
    MORE = "more"
    """offences rose: nothing was prevented"""
    FREE = "free"
    """offences fell, and the strategy cost no more than the baseline"""
    PRICED = "priced"


PRICE_COLUMNS = ("policy", "baseline", "verdict", "price", "low", "high", "extra_cost", "prevented", "n_pairs")


def measure_cost(days: pd.DataFrame, orders: pd.DataFrame, prices: Cost, *, from_day: int = 0) -> pd.Series:
    """Add up what a run cost, from a day on.

    Overtime is paid time, and a post that stands empty costs nothing. A place is paid for on the day on which work on
    it begins.

    Parameters
    ----------
    days, orders
        ledger tables, the warm-up included: what was equipped then is not paid for again
    from_day
        days before are left out

    Returns
    -------
    cost
        sworn hours by item: the roles, `places`, `volunteers`, `doorstaff`, `cameras`, `support` and `posts`; not
        a number where the table has no such column
    """
    kept = days[days["day"] >= from_day]
    hours = measure_duty_hours(kept) * len(kept)
    staff = {"auxiliary": prices.cost_auxiliary, "mediator": prices.cost_mediator, "worker": prices.cost_worker}
    staff["warden"] = prices.cost_warden
    cost = {role: float(hours[role]) * staff.get(role, 1.0) for role in ROLES}
    before = days.loc[days["day"] < from_day]
    cost["places"] = prices.cost_place * (_last(kept, "n_places") - _last(before, "n_places"))
    helped = float(kept["n_volunteers"].sum()) if "n_volunteers" in kept else np.nan
    cost["volunteers"] = prices.cost_volunteer * helped / YEAR_DAYS
    cost["doorstaff"] = prices.cost_doorstaff * _sum_of(kept, "doorstaff_hours")
    cost["cameras"] = prices.cost_camera * _sum_of(kept, "n_cameras") / YEAR_DAYS
    cost["support"] = prices.cost_support * _sum_of(kept, "n_helped") / YEAR_DAYS
    cost["posts"] = prices.cost_post_day * count_post_days(orders[orders["t"] >= from_day * DAY_MIN])
    return pd.Series(cost, name="sworn_hours", dtype=float)


def measure_duty_hours(days: pd.DataFrame) -> pd.Series:
    """Give paid hours a day by role, overtime included."""
    if f"duty_min_{ROLES[0]}" not in days:
        return pd.Series(np.nan, index=pd.Index(ROLES, name="role"), name="hours_a_day")
    names = [f"duty_min_{role}" for role in ROLES]
    paid = days.reindex(columns=names)
    # No older version had anybody of the roles that came later.
    paid = paid.fillna(0.0).where(paid[names[0]].notna(), np.nan)
    hours = paid.to_numpy(np.float64).sum(axis=0) / 60.0 / max(len(days), 1)
    return pd.Series(hours, index=pd.Index(ROLES, name="role"), name="hours_a_day")


def count_post_days(orders: pd.DataFrame) -> int:
    """Count the fixed posts and police rooms of each day, and add the days up.

    An order says by its cell where its post stands, and all who hold the same one stand at one post. Orders that name
    no cell are taken as posts with one officer each: as many as were held at the same time in the day's fullest shift.
    """
    held = orders[np.isin(read_codes(orders["kind"], TASKS), POSTS)]
    if held.empty:
        return 0
    day, shift = (held["t"] // DAY_MIN).astype(int), (held["t"] // SHIFT_MIN).astype(int)
    posted = pd.DataFrame({"day": day, "shift": shift, "officer": held["officer"], "cell": held["cell"]})
    named = posted[posted["cell"] >= 0].drop_duplicates(["day", "cell"])
    alone = posted[posted["cell"] < 0].groupby(["day", "shift"])["officer"].nunique()
    return len(named) + int(alone.groupby("day").max().sum())


def price_prevention(runs: pd.DataFrame, *, baseline: str) -> pd.DataFrame:
    """Estimate what each strategy pays for an offence prevented, against a baseline and in pairs of one seed.

    The price is the ratio of two means, the extra cost and the offences prevented, with the interval of Fieller
    (1954). Where the interval of the effect covers zero there is no price, and no price is negative: a strategy that
    prevents and costs no more is said to be free.

    Parameters
    ----------
    runs
        one row per run: `policy`, `seed`, `offences_per_1000`, `cost_per_1000`

    Returns
    -------
    table
        one row per policy: `PRICE_COLUMNS`; price in sworn hours for an offence, extra cost in sworn hours and
        prevented offences for 1,000 residents a year
    """
    both = ["offences_per_1000", "cost_per_1000"]
    by_seed = {policy: rows.set_index("seed")[both] for policy, rows in runs.groupby("policy", sort=False)}
    rows = []
    for policy, own in by_seed.items():
        if policy == baseline:
            continue
        apart = (own - by_seed[baseline]).dropna()
        extra = apart["cost_per_1000"].to_numpy(np.float64)
        prevented = -apart["offences_per_1000"].to_numpy(np.float64)
        verdict, price = _price(extra, prevented)
        means = (float(extra.mean()), float(prevented.mean())) if len(apart) else (np.nan, np.nan)
        rows.append((policy, baseline, str(verdict), *price, *means, len(apart)))
    return pd.DataFrame(rows, columns=list(PRICE_COLUMNS))


def _price(extra: np.ndarray, prevented: np.ndarray) -> tuple[Verdict, tuple[float, float, float]]:
    nothing = (np.nan, np.nan, np.nan)
    effect = mean_estimate(prevented)
    if np.isnan(effect.low):
        return Verdict.UNKNOWN, nothing
    if effect.high < 0.0:
        return Verdict.MORE, nothing
    if effect.low <= 0.0:
        return Verdict.NONE, nothing
    if extra.mean() <= 0.0:
        return Verdict.FREE, nothing
    price = ratio_of_means(extra, prevented)
    return Verdict.PRICED, (price.value, max(price.low, 0.0), price.high)


def _sum_of(days: pd.DataFrame, column: str) -> float:
    """Add up what no older version could set: a table without the column had nothing of it."""
    return float(days[column].fillna(0.0).sum()) if column in days else 0.0


def _last(days: pd.DataFrame, column: str) -> float:
    if column not in days:
        return np.nan
    return float(days[column].iloc[-1]) if len(days) else 0.0
