"""Columns of times: the order of day and month, hours that nobody knew, and the change to summer time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.force.account import Account, Bools
from sim.force.clocks import Cell, read_cell, read_clock

YEARS = (1970, 2100)
"""Years outside of these stand for times that nobody knew."""
MUCH_AT_MIDNIGHT = 0.03
"""Share of rows at 00:00 from which on it may stand for an unknown hour,"""
TIMES_AS_MANY = 4.0
"""if it has at least this many times the rows of the usual full hour, and of the usual minute of 23 and 1 o'clock."""

Times64 = NDArray[np.datetime64]


@dataclass(frozen=True)
class Times:
    """Hold a column of times on the clock of the place."""

    local: Times64
    """(n,) NaT where there is none"""
    knows_hour: Bools
    """(n,) the time of day is known, and not the day alone"""
    empty: Bools
    """(n,) nothing was written"""
    impossible: Bools
    """(n,) a year before 1970 or after 2100, which stands for a time that nobody knew"""
    zone: str
    """empty where the place has none"""

    def utc(self, *, later: bool = False) -> Times64:
        """Give times on the clock of Greenwich; of an hour that came twice the first, or the later one."""
        if not self.zone:
            return self.local
        there = pd.DatetimeIndex(self.local).tz_localize(
            self.zone, ambiguous=np.full(len(self.local), not later), nonexistent="shift_forward"
        )
        return np.asarray(there.tz_convert("UTC").tz_localize(None).to_numpy(), "datetime64[s]")

    def minutes_until(self, end: Times) -> NDArray[np.float64]:
        """Give (n,) minutes to another time; NaN where one of the two is not known to the minute."""
        gap = _minutes(end.utc() - self.utc())
        late = _minutes(end.utc(later=True) - self.utc())
        gap = np.where((gap < 0) & (late >= 0), late, gap)
        return np.where(self.knows_hour & end.knows_hour, gap, np.nan)


class Column(NamedTuple):
    """Say how a column of times is to be read."""

    name: str
    zone: str
    """name of the time zone of the place; empty to take times as they are written"""
    order: str
    """'day first', 'month first', or empty where the column decides"""


def read_times(texts: list[str], clocks: list[str] | None, account: Account, column: Column) -> Times:
    """Read a column of times, or two of dates and times of day.

    Parameters
    ----------
    texts
        cells with date and time, or with the date alone
    clocks
        cells with the time of day, where it has a column of its own

    Raises
    ------
    InputError
        If nothing decides whether day or month comes first.
    """
    what, zone, order = column
    unique = {text: read_cell(text) if text else None for text in set(texts)}
    swapped = _order_of_dates(unique, order, account, what)
    day_of = {text: _day(cell, month_first=swapped) for text, cell in unique.items()}
    cells = [unique[text] for text in texts]
    day = np.array([day_of[text] for text in texts], "datetime64[D]")
    minute = np.array([np.nan if cell is None else cell.minute for cell in cells], float)
    offset = np.array([np.nan if cell is None else cell.offset for cell in cells], float)
    if clocks is not None:
        of_clock = {text: read_clock(text) for text in set(clocks)}
        own = np.array([np.nan if of_clock[text] is None else of_clock[text] for text in clocks], float)
        minute = np.where(np.isnan(minute), own, minute)
    local = day.astype("datetime64[s]") + (60.0 * np.nan_to_num(minute)).round().astype("timedelta64[s]")
    local = _from_offsets(local, offset, zone, account, what)
    year = local.astype("datetime64[Y]").astype(float) + 1970
    impossible = ~np.isnat(local) & ((year < YEARS[0]) | (year > YEARS[1]))
    local[impossible] = np.datetime64("NaT")
    empty = np.array([not text for text in texts], bool)
    return Times(local, ~np.isnan(minute) & ~np.isnat(local), empty, impossible, zone)


def _order_of_dates(cells: dict[str, Cell | None], order: str, account: Account, what: str) -> bool:
    """Tell whether the month comes first, from all dates of a column."""
    both = [cell for cell in cells.values() if cell is not None and cell.order == "?"]
    if not both:
        return False
    day_first = sum(cell.first > 12 for cell in both)
    month_first = sum(cell.second > 12 for cell in both)
    if order:
        against = day_first if order == "month first" else month_first
        if against:
            account.wrong("against_order", what=what, n=against, order=order)
        return order == "month first"
    if day_first and month_first:
        # Single slips of the pen do not decide: one in a hundred.
        if min(day_first, month_first) > 0.01 * max(day_first, month_first):
            raise InputError(
                f"{account.source}: dates of column {what!r} must have the day first or the month first, got both: "
                f"{day_first} with a first and {month_first} with a second number above 12; set date_order, and the "
                "others are counted as not understood"
            )
    elif not day_first and not month_first:
        raise InputError(
            f"{account.source}: dates of column {what!r} must tell whether the day or the month comes first, but no "
            "number of them is above 12; set date_order = 'day first' or 'month first' in force.toml"
        )
    account.read("date_order", what=what, order="kinds.month_first" if month_first > day_first else "kinds.day_first")
    return month_first > day_first


def _day(cell: Cell | None, *, month_first: bool) -> np.datetime64:
    if cell is None:
        return np.datetime64("NaT", "D")
    year, month, day = cell[:3]
    if cell.order == "?":
        (month, day), year = (cell[:2] if month_first else (cell.second, cell.first)), cell.third
    try:
        return np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D")
    except ValueError:
        return np.datetime64("NaT", "D")


def _from_offsets(local: Times64, offset: NDArray[np.float64], zone: str, account: Account, what: str) -> Times64:
    """Bring times that say how far they are from Greenwich to the clock of the place."""
    said = np.isfinite(offset)
    if not said.any():
        return local
    if not zone:
        account.wrong("zone_not_used", what=what, n=int(said.sum()))
        return local
    utc = local[said] - (60.0 * offset[said]).astype("timedelta64[s]")
    there = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    local = local.copy()
    local[said] = there.to_numpy().astype("datetime64[s]")
    account.read("from_offsets", what=what, n=int(said.sum()), zone=zone)
    return local


def check_clock_changes(times: Times, account: Account, what: str) -> None:
    """Count times that came twice, or not at all, on the nights on which the clock was changed; none is left out."""
    known = times.local[times.knows_hour]
    if not times.zone or not len(known):
        return
    index = pd.DatetimeIndex(known)
    first, second = (
        index.tz_localize(times.zone, ambiguous=np.full(len(index), summer), nonexistent="NaT")
        for summer in (True, False)
    )
    missing, twice = int(first.isna().sum()), int((first != second)[~first.isna()].sum())
    if twice:
        account.read("hour_twice", what=what, n=twice)
    if missing:
        account.wrong("hour_missing", what=what, n=missing, zone=times.zone)


def forget_midnight(times: Times, account: Account, what: str, *, wanted: bool | None) -> Times:
    """Take 00:00 for an unknown hour where far too many rows have it."""
    known = times.knows_hour
    second = (times.local - times.local.astype("datetime64[D]")).astype("timedelta64[s]").astype(float)
    at_zero = known & (second == 0)
    n, of = int(at_zero.sum()), int(known.sum())
    full_hours = [int((known & (second == 3600 * hour)).sum()) for hour in range(1, 24)]
    too_many = n > MUCH_AT_MIDNIGHT * of and n > TIMES_AS_MANY * max(1.0, float(np.median(full_hours)))
    if not n or wanted is False or not (too_many or wanted):
        return times
    account.wrong("midnight", what=what, n=n, of=of)
    return Times(times.local, known & ~at_zero, times.empty, times.impossible, times.zone)


def _minutes(gap: NDArray[np.timedelta64]) -> NDArray[np.float64]:
    return np.where(np.isnat(gap), np.nan, gap.astype("timedelta64[s]").astype(float) / 60.0)
