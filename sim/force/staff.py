"""Staff, shifts and stations: read, checked and told, and what of them the model can take."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.city.reading.buildings import nearest_segment
from sim.clock import SHIFT_MIN, SHIFTS_A_DAY
from sim.errors import InputError
from sim.force.account import Account
from sim.force.clocks import read_clock
from sim.force.guess import find_columns
from sim.force.kinds import kinds_of
from sim.force.places import Asked, Ground, find_places, to_number
from sim.force.settings import ForceFile, Table, file_of
from sim.force.tables import Sheet, read_sheet
from sim.roles import ROLES
from sim.scenarios.roster import LONGEST_H, SHORTEST_H, WEEK

WEEK_MIN = 7 * 1440
CHINESE_DAYS = "一二三四五六日"
ALL_DAYS = {"", "all", "daily", "every day", "everyday", "每天", "每日", "全周"}
REACH_M = 300.0
"""A station that is farther than this from any street lies elsewhere."""
LONG_SHIFT_H = 13.0
"""Hours of a shift from which on it is told."""


def read_staff(folder: Path, settings: ForceFile) -> tuple[dict[str, int] | None, Account]:
    """Count the staff of each role, from a table with a row for each person or for each kind of post.

    Raises
    ------
    InputError
        If the table says nothing of roles.
    """
    part, account = settings.staff, Account("staff", settings.staff.file)
    if not part.file:
        account.default("no_staff")
        return None, account
    sheet = read_sheet(file_of(folder, part.file), part, account)
    columns = find_columns("staff", sheet.columns, part.columns, account)
    if "role" not in columns and "rank" not in columns:
        raise InputError(
            f"{account.source} must have a column with roles or ranks, got {', '.join(sheet.columns[:30])}; name it in "
            "[staff.columns] role"
        )
    words = [
        role or rank
        for role, rank in zip(sheet.texts(columns.get("role")), sheet.texts(columns.get("rank")), strict=True)
    ]
    sheet.fate.leave_out(np.array([not word for word in words], bool), "reasons.no_role")
    _leave_out_absent(sheet, columns, account)
    if "id" in columns:
        numbers = pd.Series(sheet.texts(columns["id"]), dtype=object)
        sheet.fate.leave_out(((numbers != "") & numbers.duplicated()).to_numpy(), "reasons.repeated_id")
    count = np.ones(len(words))
    if "count" in columns:
        count = np.array([to_number(text) for text in sheet.texts(columns["count"])])
        sheet.fate.leave_out(~(count >= 0), "reasons.no_number")
    used = sheet.fate.is_used
    roles = np.full(len(words), "", object)
    roles[used] = kinds_of(
        [word for word, ok in zip(words, used, strict=True) if ok], "roles", dict(part.roles), account
    )
    sheet.fate.leave_out(roles == "", "reasons.unknown_role")
    sheet.fate.leave_out(roles == "desk", "reasons.desk")
    account.count(sheet.fate)
    number = {role: round(float(count[sheet.fate.is_used & (roles == role)].sum())) for role in ROLES}
    account.read("staff", roles={f"kinds.{role}": n for role, n in number.items() if n}, n=sum(number.values()))
    if not any(number.values()):
        raise InputError(f"{account.source} must name staff of roles that the model knows, got none; set [staff.roles]")
    for name in ("hours", "leave"):
        if name in columns:
            _tell_mean(sheet, columns[name], name, account)
    return number, account


def _leave_out_absent(sheet: Sheet, columns: dict[str, str], account: Account) -> None:
    if "status" not in columns:
        return
    texts = sheet.texts(columns["status"])
    state = np.array(kinds_of(texts, "absent", {}, Account("staff"), by_default="here"), object)
    for kind in ("vacant", "left", "away"):
        rows = (state == kind) & sheet.fate.is_used
        if rows.any():
            account.read("absent", n=int(rows.sum()), state=f"kinds.{kind}",
                         words=sorted({texts[i] for i in np.flatnonzero(rows)})[:6])  # fmt: skip
        sheet.fate.leave_out(rows, f"reasons.{kind}")


def _tell_mean(sheet: Sheet, column: str, name: str, account: Account) -> None:
    values = np.array([to_number(text) for text in sheet.texts(column)])[sheet.fate.is_used]
    if np.isfinite(values).any():
        account.read(f"mean_{name}", mean=round(float(np.nanmean(values)), 1), n=int(np.isfinite(values).sum()))
    if name == "hours" and (values > 60).any():
        account.wrong("many_hours", n=int((values > 60).sum()))


def _open(
    folder: Path, part: Table, account: Account, needed: tuple[str, str], what: str
) -> tuple[Sheet, dict[str, str]]:
    """Read a table that must have two columns, and find its columns."""
    sheet = read_sheet(file_of(folder, part.file), part, account)
    columns = find_columns(account.part, sheet.columns, part.columns, account)
    if not set(needed) <= columns.keys():
        raise InputError(
            f"{account.source} must have columns with {what}, got {', '.join(sheet.columns[:30])}; name them in "
            f"[{account.part}.columns] {' and '.join(needed)}"
        )
    return sheet, columns


class ShiftLine(NamedTuple):
    """Describe a shift with its officers."""

    begins: str
    hours: float
    n_officers: int
    """on duty on each of its days"""
    days: tuple[int, ...]
    """weekdays on which it begins, Monday 0"""


class Shifts(NamedTuple):
    """Hold what a table of shifts gives a scenario."""

    shares: dict[str, float]
    """the shares of the night and the day shift as parameters, where the table has numbers of officers"""
    lines: tuple[ShiftLine, ...]
    """the shifts that have numbers of officers"""


NO_SHIFTS = Shifts({}, ())


def read_shifts(folder: Path, settings: ForceFile) -> tuple[Shifts, Account]:
    """Read a table of shifts, and check hours without anybody, overlaps and the least crews."""
    part, account = settings.shifts, Account("shifts", settings.shifts.file)
    if not part.file:
        account.default("no_shifts")
        return NO_SHIFTS, account
    sheet, columns = _open(folder, part, account, ("start", "end"), "the begin and the end of each shift")
    begin, end = ([read_clock(text) for text in sheet.texts(columns[name])] for name in ("start", "end"))
    unclear = np.array([a is None or b is None for a, b in zip(begin, end, strict=True)], bool)
    sheet.fate.leave_out(unclear, "reasons.time_not_understood")
    count, least = (
        np.array([to_number(text) for text in sheet.texts(columns.get(name))]) for name in ("count", "minimum")
    )
    days = [_days(text) for text in sheet.texts(columns.get("weekday"))]
    sheet.fate.leave_out(np.array([not day for day in days], bool), "reasons.day_not_understood")
    account.count(sheet.fate)
    on_duty, needed, strength = np.zeros(WEEK_MIN), np.zeros(WEEK_MIN), np.zeros(1440)
    names = sheet.texts(columns.get("name"))
    for row in np.flatnonzero(sheet.fate.is_used):
        first, last = begin[row] or 0.0, end[row] or 0.0
        length = (last - first) % 1440.0 or 1440.0
        account.read(
            "shift", name=names[row] or str(row + 1), start=_clock(first), end=_clock(last), hours=round(length / 60, 1)
        )
        if length > 60 * LONG_SHIFT_H:
            account.wrong("long_shift", name=names[row] or str(row + 1), hours=round(length / 60, 1))
        if least[row] > count[row]:
            account.wrong(
                "below_minimum", name=names[row] or str(row + 1), n=round(count[row]), least=round(least[row])
            )
        minutes = (first + np.arange(length)).astype(int)
        for day in days[row]:
            at = (day * 1440 + minutes) % WEEK_MIN
            on_duty[at] += 1
            needed[at] += np.nan_to_num(least[row])
        strength[minutes % 1440] += np.nan_to_num(count[row]) * len(days[row]) / 7.0
    _tell_cover(on_duty, account)
    if np.isfinite(least).any():
        account.read("least_crew", least=round(float(needed.min())), most=round(float(needed.max())))
    parts = strength.reshape(SHIFTS_A_DAY, SHIFT_MIN).sum(axis=1)
    if parts.sum() <= 0:
        account.default("shift_shares")
        return NO_SHIFTS, account
    night, day, _ = parts / parts.sum()
    shares = {"force.night_share": round(float(night), 3), "force.day_share": round(float(day), 3)}
    lines = _lines(begin, end, count, days, np.flatnonzero(sheet.fate.is_used))
    if not lines:
        account.default("three_shifts", night=round(100 * float(night)), day=round(100 * float(day)))
    return Shifts(shares, lines), account


def _lines(
    begin: list[float | None], end: list[float | None], count: np.ndarray, days: list[tuple[int, ...]], rows: np.ndarray
) -> tuple[ShiftLine, ...]:
    """Give the shifts as lines of a roster; none where one is longer than a roster of the model can have."""
    lines = []
    for row in rows[np.nan_to_num(count[rows]) >= 1]:
        first, last = begin[row] or 0.0, end[row] or 0.0
        hours = ((last - first) % 1440.0 or 1440.0) / 60.0
        if not SHORTEST_H <= hours <= LONGEST_H:
            return ()
        lines.append(ShiftLine(_clock(first), round(hours, 2), round(float(count[row])), days[row]))
    return tuple(lines)


def _tell_cover(on_duty: np.ndarray, account: Account) -> None:
    for words, minutes in (("shift_gap", on_duty == 0), ("shift_overlap", on_duty > 1)):
        n = int(minutes.sum())
        if n:
            begins = np.flatnonzero(minutes & ~np.roll(minutes, 1))
            at = sorted({_clock(int(minute) % 1440) for minute in begins})
            (account.wrong if words == "shift_gap" else account.read)(words, hours=round(n / 60, 1), at=at[:8])


def _days(text: str) -> tuple[int, ...]:
    """Read the weekdays of a row: a name, several, or a span such as Mon-Fri; all where nothing is said."""
    plain = text.casefold().strip()
    if plain in ALL_DAYS:
        return tuple(range(7))
    if re.search(r"weekday|工作日", plain):
        return tuple(range(5))
    if re.search(r"weekend|周末", plain):
        return 5, 6
    plain = re.sub(r"周天|星期天", "周日", plain)
    found = [
        (match.start(), day)
        for day, name in enumerate(WEEK)
        for match in re.finditer(rf"\b{name.casefold()}|(?:周|星期|[至到、,，-])\s*{CHINESE_DAYS[day]}", plain)
    ]
    numbers = [day for _, day in sorted(found)]
    if not numbers and re.fullmatch(r"[1-7]", plain):
        return (int(plain) - 1,)
    if len(numbers) == 2 and re.search(r"-|–|to|至|到", plain):
        return tuple((numbers[0] + i) % 7 for i in range((numbers[1] - numbers[0]) % 7 + 1))
    return tuple(sorted(set(numbers)))


def _clock(minute: float) -> str:
    whole = round(minute) % 1440
    return f"{whole // 60:02d}:{whole % 60:02d}"


def read_stations(folder: Path, settings: ForceFile, ground: Ground) -> tuple[pd.DataFrame | None, Account]:
    """Read the stations, each with the street that it stands at.

    Returns
    -------
    stations
        `name`, `x`, `y` (metres), `segment`, `junction` (the nearer end of the street), `beat` (-1 without beats)
    account
    """
    part, account = settings.stations, Account("stations", settings.stations.file)
    if not part.file:
        account.default("no_stations")
        return None, account
    sheet, columns = _open(folder, part, account, ("x", "y"), "the coordinates of each station")
    places = find_places(sheet, columns, ground, account, Asked(part.crs, settings.places.crs, REACH_M))
    sheet.fate.leave_out(places.outside, "reasons.outside")
    sheet.fate.leave_out(places.segment < 0, "reasons.no_place")
    account.count(sheet.fate)
    rows, net = np.flatnonzero(sheet.fate.is_used), ground.net
    segment = nearest_segment(net, places.x[rows], places.y[rows], walkable_only=True)[0]
    ends = np.stack([net.segment_from[segment], net.segment_to[segment]])
    away = np.hypot(net.junction_x[ends] - places.x[rows], net.junction_y[ends] - places.y[rows])
    names = sheet.texts(columns.get("name"))
    stations = pd.DataFrame({
        "name": [names[row] or str(row + 1) for row in rows], "x": places.x[rows], "y": places.y[rows],
        "segment": segment, "junction": ends[away.argmin(axis=0), np.arange(len(rows))], "beat": places.beat[rows],
    })  # fmt: skip
    account.read("stations_used", n=len(stations))
    if ground.beats is not None and len(stations):
        n_of = Counter(stations["beat"].tolist())
        account.read("stations_by_beat", without=sum(i not in n_of for i in range(len(ground.beats.names))),
                     of=len(ground.beats.names))  # fmt: skip
    return stations, account
