"""Posts of hired staff: how often somebody leaves one, and how much of the time it stands empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import DAY_MIN, YEAR_DAYS
from sim.ledger.force import Force

POST_MEASURES = ("staff_leaving_a_year", "empty_posts_pct")
EMPTY_DAYS = 10
"""So many days in a row without any duty are no days off: the post stands empty. With a chance of 0.6 to work on a
day, days off alone make a row of ten once in 10,000 times."""


def measure_posts(orders: pd.DataFrame, force: Force | None, *, n_days: int, from_day: int = 0) -> dict[str, float]:
    """Give what a summary tells of the posts of hired staff.

    How many left is known of the whole run, so that rate is one of all the time since the staff was hired, a
    warm-up within it included; the empty time is that of the days from `from_day` on.

    Parameters
    ----------
    orders
        the ledger table, of the whole run: whoever is on duty has an order
    force
        the force of the run; without it, or where nobody is hired, nothing of this is known
    """
    if force is None:
        return dict.fromkeys(POST_MEASURES, np.nan)
    posts = np.flatnonzero((force.officers["hired"] == 1) & (force.officers["employed"] == 1))
    duty = orders.loc[orders["officer"].isin(posts), ["officer", "start"]]
    if duty.empty:
        return dict.fromkeys(POST_MEASURES, np.nan)
    day = (duty["start"].to_numpy(np.float64) // DAY_MIN).astype(np.int64)
    hired_on = int(day.min())
    years = len(posts) * (n_days - hired_on) / YEAR_DAYS
    first = max(hired_on, from_day)
    empty = sum(
        count_empty_days(day[duty["officer"].to_numpy() == post], hired_on=hired_on, first=first, end=n_days)
        for post in posts.tolist()
    )
    return {
        "staff_leaving_a_year": float(force.officers["n_left"].to_numpy()[posts].sum()) / years,
        "empty_posts_pct": 100.0 * empty / (len(posts) * (n_days - first)),
    }


def count_empty_days(duty: NDArray[np.int64], *, hired_on: int, first: int, end: int) -> int:
    """Count the days from `first` up to `end` on which a post stood empty.

    Parameters
    ----------
    duty
        days on which somebody was on duty there, in any order, each as often as it comes
    hired_on
        day from which on somebody may be on duty
    """
    edges = np.concatenate([[hired_on - 1], np.unique(duty), [end]])
    begins, ends = edges[:-1] + 1, edges[1:]
    counted = np.maximum(np.minimum(ends, end) - np.maximum(begins, first), 0)
    return int(counted[ends - begins >= EMPTY_DAYS].sum())
