"""The hours of the week: when offences happen, calls come in and officers are busy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import DAY_MIN

Floats = NDArray[np.float64]

HOURS_A_WEEK = 168
HOUR_MIN = 60


def list_weeks(t_min: Floats, *, first_weekday: int, n_days: int) -> Floats:
    """Count events in each hour of each week.

    Parameters
    ----------
    t_min
        (n_events,) minutes since the first midnight; those outside the run are left out
    first_weekday
        weekday of the first day, Monday 0

    Returns
    -------
    weeks
        (n_weeks, 168) from Monday midnight; not a number in hours before and after the run
    """
    inside = t_min[(t_min >= 0) & (t_min < n_days * DAY_MIN)]
    counts = np.bincount((inside // HOUR_MIN).astype(np.int64), minlength=n_days * 24)
    return _fold(counts.astype(np.float64), first_weekday)


def list_busy_weeks(calls: pd.DataFrame, *, first_weekday: int, n_days: int) -> Floats:
    """Give the mean number of officers on calls in each hour of each week.

    A unit counts as busy from its dispatch to the end of the work, which overstates those that came to help
    and left early.

    Returns
    -------
    weeks
        (n_weeks, 168) as `list_weeks` gives them
    """
    sent = calls[calls["t_sent"].notna()]
    n_min = n_days * DAY_MIN
    units = np.maximum(sent["n_units"].to_numpy(np.float64), 1.0)
    change = np.zeros(n_min + 1)
    np.add.at(change, np.clip(sent["t_sent"].to_numpy(np.float64), 0, n_min).astype(np.int64), units)
    np.add.at(change, np.clip(sent["t_closed"].to_numpy(np.float64), 0, n_min).astype(np.int64), -units)
    busy = np.cumsum(change[:-1]).reshape(-1, HOUR_MIN).mean(axis=1)
    return _fold(busy, first_weekday)


def _fold(hours: Floats, first_weekday: int) -> Floats:
    before = first_weekday * 24
    n_weeks = -(-(before + len(hours)) // HOURS_A_WEEK)
    padded = np.full(n_weeks * HOURS_A_WEEK, np.nan)
    padded[before : before + len(hours)] = hours
    return padded.reshape(n_weeks, HOURS_A_WEEK)
