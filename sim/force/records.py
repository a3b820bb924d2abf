"""Calls for service and recorded incidents: each row with its time, place and meaning, or why it is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.force.account import Account, Fate
from sim.force.clocks import read_cell, read_clock
from sim.force.guess import find_columns
from sim.force.kinds import kinds_of, priorities_of
from sim.force.places import Asked, Ground, Places, find_places
from sim.force.settings import Calls, ForceFile, Incidents, files_of
from sim.force.tables import Sheet, read_sheets
from sim.force.times import Column, Times, check_clock_changes, forget_midnight, read_times

LOOKED_AT = 500
"""Cells by which is decided what a column holds."""
LONGEST_H = 24.0
"""Hours from a call to any of its times from which on that time is taken for a slip."""
LEAST_ALIKE = 3
"""So many types with the same round number of rows show a source that hands out no more than that many of each."""
LARGE_PILE = 0.1
"""Share of rows at one place from which on it is told: an office is often given where nobody knew the place."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recorded:
    """Hold the rows of a file that are used, as one table.

    Columns: `time` (clock of the place), `knows_hour`, `x`, `y` (metres, NaN where unknown), `segment`, `beat` (-1
    where unknown), `type` (as written), `kind` (what it means). Of calls also `priority` (0 where unknown), and in
    minutes `to_assigned`, `to_arrived` (from assignment), `wait` (from call to arrival) and `at_scene`; NaN where
    unknown.
    """

    table: pd.DataFrame
    columns: Mapping[str, str]
    """column of the file for each meaning"""
    is_cut: bool = False
    """the source seems to hand out only so many rows of a type, so that their number says nothing"""
    by_month: bool = False
    """the rows say the month alone; they stand at its first day"""

    @property
    def days(self) -> int:
        """Count the days that the rows cover, from the first to the last, or whole months."""
        return covered_days(self.table["time"], by_month=self.by_month)


def read_calls(folder: Path, settings: ForceFile, ground: Ground) -> tuple[Recorded | None, Account]:
    """Read the calls for service."""
    part, account = settings.calls, Account("calls", settings.calls.file)
    if not part.file:
        account.default("no_calls")
        return None, account
    sheet, columns, times, places = _begin(folder, settings, part, ground, account)
    types = sheet.texts(columns.get("type"))
    kinds = kinds_of(_used(types, sheet.fate), "calls", part.types, account)
    kind = np.full(len(types), "", object)
    kind[sheet.fate.is_used] = kinds
    sheet.fate.leave_out(kind == "self", "reasons.self_initiated")
    stages = _stages(sheet, columns, settings, times, account)
    _drop_repeated(sheet, columns, stages)
    used, levels = sheet.fate.is_used, np.zeros(len(types), int)
    if "priority" in columns:
        levels[used] = priorities_of(_used(sheet.texts(columns["priority"]), sheet.fate), part.priorities, account)
    else:
        account.default("no_priority_column")
    table = _table(times, places, types, kind).assign(priority=levels, **_gaps(times, stages, used, account))
    return _end(sheet, table, columns, places, account), account


def read_incidents(folder: Path, settings: ForceFile, ground: Ground) -> tuple[Recorded | None, Account]:
    """Read the recorded incidents."""
    part, account = settings.incidents, Account("incidents", settings.incidents.file)
    if not part.file:
        account.default("no_incidents")
        return None, account
    sheet, columns, times, places = _begin(folder, settings, part, ground, account)
    _drop_repeated(sheet, columns, {})
    types = sheet.texts(columns.get("type"))
    kind = np.full(len(types), "", object)
    kind[sheet.fate.is_used] = kinds_of(_used(types, sheet.fate), "incidents", part.types, account, by_default="other")
    if part.opportunity_follows_records:
        account.wrong("opportunity_follows")
    else:
        account.default("opportunity_apart")
    return _end(sheet, _table(times, places, types, kind), columns, places, account), account


def _begin(
    folder: Path, settings: ForceFile, part: Calls | Incidents, ground: Ground, account: Account
) -> tuple[Sheet, dict[str, str], Times, Places]:
    """Read a file as far as calls and incidents have all in common: columns, times and places."""
    sheet = read_sheets(files_of(folder, part.file), part, account)
    columns = find_columns(account.part, sheet.columns, part.columns, account)
    texts, clocks, name = _time_cells(sheet, columns, account)
    zone = part.time_zone or settings.places.time_zone
    if not zone:
        account.default("no_zone")
    used = sheet.fate.is_used
    blank = np.array([not text for text in texts], bool)
    texts = [text if ok else "" for text, ok in zip(texts, used, strict=True)]
    times = read_times(texts, clocks, account, Column(name, zone, part.date_order))
    sheet.fate.leave_out(blank, "reasons.no_time")
    sheet.fate.leave_out(times.impossible, "reasons.impossible_time")
    sheet.fate.leave_out(np.isnat(times.local), "reasons.time_not_understood")
    check_clock_changes(times, account, name)
    times = forget_midnight(times, account, name, wanted=part.midnight_is_unknown)
    if clocks is None and not times.knows_hour.any():
        account.wrong("no_hours", what=name)
    places = find_places(sheet, columns, ground, account, Asked(part.crs, settings.places.crs, part.reach_m))
    sheet.fate.leave_out(places.outside, "reasons.outside")
    return sheet, columns, times, places


def _time_cells(sheet: Sheet, columns: dict[str, str], account: Account) -> tuple[list[str], list[str] | None, str]:
    """Give the cells with times, and those with times of day where they stand apart."""
    time, day, clock = (columns.get(name) for name in ("time", "date", "clock"))
    if time is None and day is None:
        if clock is None:
            raise InputError(
                f"{account.source} must have a column with times, got {', '.join(sheet.columns[:40])}; name it in "
                f"[{account.part}.columns] time"
            )
        time = columns["time"] = columns.pop("clock")
        clock = None
    if time is not None and day is not None and clock is None and _is_clock(sheet.texts(time)):
        clock = columns["clock"] = columns.pop("time")
        time = None
    if time is not None and not _is_clock(sheet.texts(time)):
        return sheet.texts(time), None, time
    if day is None:
        raise InputError(f"{account.source} must have a column with dates, got times of day alone in {time or clock!r}")
    return sheet.texts(day), sheet.texts(clock) if clock else None, day


def _is_clock(texts: list[str]) -> bool:
    """Tell a column of times of day from one of dates."""
    filled = [text for text in texts if text][:LOOKED_AT]
    clocks = [":" in text and read_clock(text) is not None and read_cell(text) is None for text in filled]
    return sum(clocks) > 0.8 * len(filled) > 0


def _used(texts: list[str], fate: Fate) -> list[str]:
    return [text for text, ok in zip(texts, fate.is_used, strict=True) if ok]


def _stages(
    sheet: Sheet, columns: Mapping[str, str], settings: ForceFile, times: Times, account: Account
) -> dict[str, Times]:
    """Read when a call was assigned, when somebody arrived and when it ended."""
    stages: dict[str, Times] = {}
    part, zone = settings.calls, settings.calls.time_zone or settings.places.time_zone
    for name in ("assigned", "arrived", "cleared"):
        if name not in columns:
            account.default("no_stage", stage=f"meanings.{name}")
            continue
        texts = [text if ok else "" for text, ok in zip(sheet.texts(columns[name]), sheet.fate.is_used, strict=True)]
        if _is_clock(texts):
            stages[name] = _on_the_day(texts, times)
            account.read("stage_without_date", stage=f"meanings.{name}", column=columns[name])
            continue
        stages[name] = read_times(
            texts, None, account, Column(columns[name], zone, part.date_order or _order_told(account))
        )  # fmt: skip
    return stages


def _on_the_day(texts: list[str], times: Times) -> Times:
    """Give times of day their date: that of the call, or the next day where they are earlier than the call."""
    clock = {text: read_clock(text) for text in set(texts)}
    minutes = np.array([np.nan if clock[text] is None else clock[text] for text in texts], float)
    day = times.local.astype("datetime64[D]").astype("datetime64[s]")
    local = day + (60.0 * np.nan_to_num(minutes)).round().astype("timedelta64[s]")
    local = np.where(local < times.local, local + np.timedelta64(86_400, "s"), local)
    known = np.isfinite(minutes) & times.knows_hour
    local[~known] = np.datetime64("NaT")
    return replace(times, local=local, knows_hour=known)


def _order_told(account: Account) -> str:
    """Give the order of dates that another column of the file decided."""
    orders = [str(note.values["order"]) for note in account.notes if note.key == "date_order"]
    return {"kinds.day_first": "day first", "kinds.month_first": "month first"}.get(orders[0], "") if orders else ""


def _drop_repeated(sheet: Sheet, columns: Mapping[str, str], stages: dict[str, Times]) -> None:
    """Keep one row of each number: the first; a further row of a call is often another unit that was sent.

    The call keeps the earliest assignment and arrival of its rows, and the latest end.
    """
    fate = sheet.fate
    rows = np.flatnonzero(fate.is_used)
    copy = sheet.cells.iloc[rows].duplicated().to_numpy()
    repeated = np.zeros(len(fate.reason), bool)
    repeated[rows[copy]] = True
    fate.leave_out(repeated, "reasons.copy")
    if "id" not in columns:
        return
    rows = np.flatnonzero(fate.is_used)
    number = pd.Series(sheet.texts(columns["id"]), dtype=object)[rows]
    named = number[number != ""]
    if len(named) and named.nunique() < 0.1 * len(named):
        return  # a column that holds the same few words for all rows is no number of a call
    again = named.index[named.duplicated()]
    first = named.drop_duplicates()
    home = named.map(pd.Series(first.index, index=first.to_numpy()))
    for name, stage in stages.items():
        best = pd.Series(stage.local[named.index], index=named.index).groupby(home.to_numpy())
        joined = best.max() if name == "cleared" else best.min()
        stage.local[joined.index] = joined.to_numpy()
        stage.knows_hour[joined.index] |= joined.notna().to_numpy()
    repeated = np.zeros(len(fate.reason), bool)
    repeated[again] = True
    fate.leave_out(repeated, "reasons.repeated_id")


def _gaps(times: Times, stages: Mapping[str, Times], used: NDArray[np.bool_], account: Account) -> dict[str, Floats]:
    """Give the minutes between the times of a call; what runs backwards or takes more than a day is not known."""
    never = np.full(len(times.local), np.datetime64("NaT", "s"))
    nothing = replace(times, local=never, knows_hour=np.zeros(len(never), bool))
    assigned, arrived, cleared = (stages.get(name, nothing) for name in ("assigned", "arrived", "cleared"))
    gaps = {
        "to_assigned": times.minutes_until(assigned),
        "to_arrived": assigned.minutes_until(arrived),
        "at_scene": arrived.minutes_until(cleared),
        "wait": times.minutes_until(arrived),
    }
    backwards = {name: int((used & (gap < 0)).sum()) for name, gap in gaps.items()}
    long = {name: int((used & (gap > 60 * LONGEST_H)).sum()) for name, gap in gaps.items()}
    for name, n in backwards.items():
        if n:
            account.wrong("backwards", n=n, what=f"rates.{name}")
    for name, n in long.items():
        if n:
            account.wrong("longer_than_a_day", n=n, what=f"rates.{name}")
    return {name: np.where((gap >= 0) & (gap <= 60 * LONGEST_H), gap, np.nan) for name, gap in gaps.items()}


def _table(times: Times, places: Places, types: list[str], kind: NDArray[np.object_]) -> pd.DataFrame:
    return pd.DataFrame({
        "time": times.local, "knows_hour": times.knows_hour, "x": places.x, "y": places.y, "segment": places.segment,
        "beat": places.beat, "type": types, "kind": kind,
    })  # fmt: skip


def _end(sheet: Sheet, table: pd.DataFrame, columns: Mapping[str, str], places: Places, account: Account) -> Recorded:
    used = sheet.fate.is_used
    account.count(sheet.fate, [str(word) for word in places.how[used]])
    kept = table[used].reset_index(drop=True)
    if kept.empty:
        account.wrong("nothing_used")
        return Recorded(kept, columns)
    by_month = not kept["knows_hour"].any() and bool((kept["time"].dt.day == 1).all())
    _tell_period(kept["time"], account, by_month=by_month)
    is_cut = _tell_cut(kept["type"], account)
    placed = kept[kept["segment"] >= 0]
    if len(placed):
        pile = placed.groupby(["x", "y"]).size().max() if placed["x"].notna().any() else 0
        if pile >= LARGE_PILE * len(placed) and pile > 20:
            account.wrong("pile", n=int(pile), of=len(placed))
    lost = int((places.how[used] == "places.address").sum())
    if lost > 0.5 * len(kept):
        account.wrong("addresses_only", n=lost)
    return Recorded(kept, columns, is_cut, by_month)


def covered_days(time: pd.Series, *, by_month: bool) -> int:
    """Count the days from the first of some times to the last; to the end of its month where only months are known."""
    if not len(time):
        return 0
    first, last = time.min().normalize(), time.max().normalize()
    return int((last - first).days) + (int(last.days_in_month) if by_month else 1)


def _tell_period(time: pd.Series, account: Account, *, by_month: bool) -> None:
    """Say which days the rows cover, and that some are missing in between."""
    days = time.dt.normalize()
    first, last = days.min(), days.max()
    span = covered_days(time, by_month=by_month)
    end = first + pd.Timedelta(days=span - 1)
    account.read("period", first=first.date().isoformat(), last=end.date().isoformat(), days=span)
    if by_month:
        account.wrong("months_alone")
        return
    empty = span - int(days.nunique())
    per_day = len(days) / max(1, span - empty)
    if empty and per_day > 5:  # chance leaves a day without any out of 150 such days
        account.wrong("empty_days", n=empty, of=span)
    months = days.dt.to_period("M").value_counts()
    inner = months.drop([first.to_period("M"), last.to_period("M")], errors="ignore")
    thin = inner[inner < 0.3 * inner.median()] if len(inner) > 3 else inner[:0]
    if len(thin):
        account.wrong("thin_months", months=[str(month) for month in thin.index[:6]])


def _tell_cut(types: pd.Series, account: Account) -> bool:
    """Notice a source that hands out only so many rows of each type."""
    n_of = types[types != ""].value_counts()
    if not len(n_of):
        return False
    alike = Counter(n_of.tolist())
    most = int(n_of.max())
    is_cut = alike[most] >= LEAST_ALIKE and most >= 50
    if is_cut:
        account.wrong("cut_off", types=alike[most], rows=most)
    return is_cut
