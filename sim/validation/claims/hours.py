"""When offences happen and calls come: hours of the day, days of the week, seasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import DAY_MIN
from sim.outcomes.response import select_called
from sim.outcomes.week import HOUR_MIN, HOURS_A_WEEK, list_weeks
from sim.validation.seen import Seen, of_type

Floats = NDArray[np.float64]

DAY_BEGINS_H = 5
"""Hours are counted from here, so that 1 h of the night that follows is 25 and a peak near midnight has a mean."""
WEEKEND_FROM_H, WEEKEND_TO_H = 4 * 24 + 18, 6
"""From Friday 18 h to Monday 6 h."""
WINTER, SUMMER = 0, 2
"""Numbers of the seasons: December to February, March to May, June to August, September to November."""


def seasons(seen: Seen) -> dict[str, float]:
    """Compare offences per day between seasons of three months, reported or not, as the survey of victims does.

    For the range, the highest and the lowest season are named on every other day and compared on the days between,
    and the other way round: four seasons without any difference would have a range by chance.
    """
    offences = seen.tables["offences"]
    winter_to_summer = {}
    for crime in ("burglary", "robbery"):
        winter, _, summer, _ = _per_day(_days_of(of_type(offences, crime)), seen, np.ones(seen.scenario.n_days, bool))
        winter_to_summer[crime] = 100.0 * (winter / summer - 1.0) if summer > 0 else float("nan")
    day = _days_of(of_type(offences, "assault"))
    even = np.arange(seen.scenario.n_days) % 2 == 0
    halves = _per_day(day, seen, even), _per_day(day, seen, ~even)
    return winter_to_summer | {"assault_range": float(np.mean([_range(*halves), _range(*halves[::-1])]))}


def by_hour(seen: Seen) -> dict[str, float]:
    """Count records by the hour of the offence, and calls by the hour of the call, officers' own finds left out.

    The hour of a peak is the middle one of the three hours in a row that have most, and its share is a third of
    theirs: of a few hundred robberies a year, a single hour has most by chance.
    """
    numbers: dict[str, float] = {}
    calls = select_called(seen.tables["calls"])
    times = {crime: of_type(seen.tables["incidents"], crime)["t"] for crime in ("robbery", "assault", "burglary")}
    for name, t in (times | {"calls": calls["t_call"]}).items():
        share = _hour_shares(t.to_numpy(np.float64))
        peak, at_peak = find_peak(share)
        numbers |= {f"{name}_peak_h": peak, f"{name}_peak_share": 100.0 * at_peak}
        numbers |= {f"{name}_at_{hour}_share": 100.0 * float(share[hour]) for hour in (4, 6)}
    return numbers


def by_weekday(seen: Seen) -> dict[str, float]:
    """Divide records per hour (assaults) or per day (burglaries of homes, of which somebody is the victim) of the week.

    The time is that of the offence.
    """
    incidents, offences = seen.tables["incidents"], seen.tables["offences"]
    of_homes = offences.loc[offences["victim"] >= 0, "cause"]
    burglaries = of_type(incidents, "burglary")
    assault = _hours_of_week(of_type(incidents, "assault"), seen)
    burglary = _hours_of_week(burglaries[burglaries["cause"].isin(of_homes)], seen)
    hour = np.arange(HOURS_A_WEEK)
    weekend = (hour >= WEEKEND_FROM_H) | (hour < WEEKEND_TO_H)
    working = hour < 5 * 24
    return {
        "assault_weekend": _ratio(assault[weekend].mean(), assault[~weekend].mean()),
        "burglary_working_days": _ratio(burglary[working].mean(), burglary[~working].mean()),
    }


def find_peak(share: Floats) -> tuple[float, float]:
    """Give the middle of the three hours in a row with the largest share of a day, 5 to 28 h, and a third of it."""
    around = (np.roll(share, 1) + share + np.roll(share, -1)) / 3.0
    if not np.isfinite(around).all():
        return float("nan"), float("nan")
    hour = int(around.argmax())
    return float(hour if hour >= DAY_BEGINS_H else hour + 24), float(around[hour])


def _hour_shares(t_min: Floats) -> Floats:
    counts = np.bincount((t_min % DAY_MIN // HOUR_MIN).astype(np.int64), minlength=24).astype(np.float64)
    return counts / counts.sum() if counts.sum() > 0 else np.full(24, np.nan)


def _days_of(table: pd.DataFrame) -> NDArray[np.int64]:
    days: NDArray[np.int64] = (table["t"].to_numpy(np.float64) // DAY_MIN).astype(np.int64)
    return days


def _per_day(day: NDArray[np.int64], seen: Seen, chosen: NDArray[np.bool_]) -> Floats:
    """Give the events per day in each of the four seasons, on chosen days of the run; not a number without a day."""
    dates = np.datetime64(seen.scenario.start) + np.arange(seen.scenario.n_days)
    season = dates.astype("datetime64[M]").astype(np.int64) % 12
    season = (season + 1) % 12 // 3  # December, January and February are 0
    counts = np.bincount(day, minlength=seen.scenario.n_days)
    n_days = np.bincount(season[chosen], minlength=4)
    return np.asarray(
        np.bincount(season[chosen], counts[chosen], minlength=4) / np.where(n_days > 0, n_days, np.nan), np.float64
    )


def _range(named_on: Floats, compared_on: Floats) -> float:
    """Give how far the highest season lies above the lowest, in per cent of the mean of the seasons in the run."""
    if not np.isfinite(named_on).any() or not np.nanmean(compared_on) > 0:
        return float("nan")
    highest, lowest = int(np.nanargmax(named_on)), int(np.nanargmin(named_on))
    return 100.0 * float((compared_on[highest] - compared_on[lowest]) / np.nanmean(compared_on))


def _hours_of_week(table: pd.DataFrame, seen: Seen) -> Floats:
    weeks = list_weeks(
        table["t"].to_numpy(np.float64), first_weekday=seen.scenario.start.weekday(), n_days=seen.scenario.n_days
    )
    return np.asarray(np.nanmean(weeks, axis=0), np.float64)


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below > 0 else float("nan")
