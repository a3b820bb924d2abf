"""One cell with a time, in whatever form: what its date may be, and minutes after midnight."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil import parser as dateutil_parser

EXCEL_BEGINS = datetime(1899, 12, 30)
SERIAL_DAYS = (18_000.0, 80_000.0)
"""Serial numbers of Excel from 1949 to 2119; other numbers are no dates."""
EPOCH = (3e8, 4e9)
"""Seconds since 1970, from 1979 to 2096."""

CLOCK = re.compile(
    r"(?P<half1>上午|下午|凌晨|早上|中午|晚上|am|pm)?\s*(?P<h>\d{1,2})\s*(?:[:.h时点：]\s*(?P<m>\d{1,2})\s*(?:[:.分：]\s*(?P<s>\d{1,2})"
    r"(?:[.,]\d+)?)?)?\s*(?:[分秒]|hrs?|uhr)?\s*(?P<half2>a\.?m\.?|p\.?m\.?|上午|下午)?",
    re.IGNORECASE,
)
PACKED_CLOCK = re.compile(r"(?P<h>\d{1,2})(?P<m>\d{2})(?P<s>\d{2})?\s*(?:hrs?)?", re.IGNORECASE)
ZONE = re.compile(r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?")
YEAR_LAST = re.compile(r"(?P<a>\d{1,2})\s*[-/.]\s*(?P<b>\d{1,2})\s*[-/.]\s*(?P<y>\d{4}|\d{2})(?!\d)")
MONTH_ONLY = re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*月?")
PACKED = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<h>\d{2})(?P<n>\d{2})(?P<s>\d{2})?)?")
EVENING = {"下午", "晚上", "pm", "p.m.", "p.m", "pm."}
MORNING = {"上午", "凌晨", "早上", "am", "a.m.", "a.m", "am."}


class Cell(NamedTuple):
    """Hold what one cell says."""

    first: int
    """first number of the date; the year where `order` is 'ymd'"""
    second: int
    third: int
    order: str
    """'ymd', or '?' where day and month may be either of the first two"""
    minute: float
    """after midnight; NaN where the cell has a date alone"""
    offset: float
    """minutes east of Greenwich; NaN where none is said"""


NAN = float("nan")


def read_cell(text: str) -> Cell | None:
    """Read a date with or without a time of day; None where it is neither."""
    text = " ".join(text.replace("\u3000", " ").replace("T", " ", text[4:5] == "-" and "T" in text[8:12]).split())
    for read in (_number, _packed, _by_numbers, _by_words):
        cell = read(text)
        if cell is not None:
            return cell
    return None


def read_clock(text: str) -> float | None:
    """Read a time of day alone: minutes after midnight, None where it is none."""
    text = text.strip()
    if re.fullmatch(r"0?[.,]\d+|0|1[.,]0*", text):
        return round(1440.0 * float(text.replace(",", ".")), 2) % 1440.0
    found = PACKED_CLOCK.fullmatch(text) if text.isdigit() and len(text) > 2 else CLOCK.fullmatch(text)
    found = found or PACKED_CLOCK.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(name) or 0) for name in ("h", "m", "s"))
    half = next((word.casefold() for word in (parts.get("half1"), parts.get("half2")) if word), "")
    if half in EVENING and hour < 12:
        hour += 12
    elif half in MORNING and hour == 12:
        hour = 0
    if (hour, minute, second) == (24, 0, 0):
        return 1440.0
    return hour * 60.0 + minute + second / 60.0 if hour < 24 and minute < 60 and second < 61 else None


def _number(text: str) -> Cell | None:
    """Read serial numbers of Excel and seconds since 1970."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if SERIAL_DAYS[0] <= number <= SERIAL_DAYS[1]:
        when = EXCEL_BEGINS + timedelta(days=number) + timedelta(seconds=0.5)
        whole = float(number).is_integer()
        return _of(when.date(), NAN if whole else when.hour * 60 + when.minute + when.second / 60.0)
    for unit in (1.0, 1000.0):
        if (
            EPOCH[0] <= number / unit <= EPOCH[1]
            and len(text.partition(".")[0]) >= 9
            and PACKED.fullmatch(text) is None
        ):
            when = datetime(1970, 1, 1) + timedelta(seconds=number / unit)
            return _of(when.date(), when.hour * 60 + when.minute + when.second / 60.0, 0.0)
    return None


def _packed(text: str) -> Cell | None:
    found = PACKED.match(text)
    if found is None:
        return None
    year, month, day = (int(found[name]) for name in ("y", "m", "d"))
    rest = text[found.end() :].strip()
    if found["h"] is not None:
        packed = int(found["h"]) * 60.0 + int(found["n"]) + int(found["s"] or 0) / 60.0
        return _ymd(year, month, day, packed, NAN) if not rest else None
    minute = read_clock(rest) if rest else NAN
    return None if minute is None else _ymd(year, month, day, minute, NAN)


def _by_numbers(text: str) -> Cell | None:
    """Read dates in numbers, and what stands behind them: a time of day, and a zone."""
    found = YEAR_FIRST.match(text) or YEAR_LAST.match(text)
    if found is None:
        whole = MONTH_ONLY.fullmatch(text)
        return _ymd(int(whole["y"]), int(whole["m"]), 1, NAN, NAN) if whole else None
    rest, offset = _without_zone(text[found.end() :].strip(" ,"))
    minute = read_clock(rest) if rest else NAN
    if minute is None:
        return None
    if found.re is YEAR_FIRST:
        return _ymd(int(found["y"]), int(found["m"]), int(found["d"]), minute, offset)
    year = int(found["y"])
    year += 0 if year > 99 else 2000 if year < 70 else 1900
    return Cell(int(found["a"]), int(found["b"]), year, "?", minute, offset)


def _without_zone(text: str) -> tuple[str, float]:
    at = re.search(r"(Z|UTC|GMT|[+-]\d{2}:?\d{2})$", text, re.IGNORECASE)
    if at is None:
        return text, NAN
    zone = at[1]
    if zone[0] not in "+-":
        return text[: at.start()].strip(), 0.0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return text[: at.start()].strip(), float(-minutes if zone[0] == "-" else minutes)


def _by_words(text: str) -> Cell | None:
    """Read months in letters: Thu, Sept. 18th 2014 01:53 p.m."""
    if not any(letter.isalpha() for letter in text) or not any(letter.isdigit() for letter in text):
        return None
    clock = re.search(r"\b\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?\s*$", text, re.IGNORECASE)
    minute = read_clock(clock[0]) if clock else NAN
    rest = text[: clock.start()] if clock else text
    if minute is None or not re.search(r"[^\W\d_]{3}", rest):
        return None
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a word that is taken for an unknown zone is none of a date
        for default in (datetime(2001, 1, 1), datetime(2002, 2, 2)):  # what depends on the default was not said
            try:
                found.append(dateutil_parser.parse(rest.replace("Sept", "Sep"), default=default).date())
            except (ValueError, OverflowError, TypeError, Warning):
                return None
    return _of(found[0], minute) if found[0] == found[1] else None


def _ymd(year: int, month: int, day: int, minute: float, offset: float) -> Cell | None:
    try:
        return _of(date(year, month, day), minute, offset)
    except ValueError:
        return None


def _of(day: date, minute: float, offset: float = NAN) -> Cell:
    return Cell(day.year, day.month, day.day, "ymd", minute, offset)
