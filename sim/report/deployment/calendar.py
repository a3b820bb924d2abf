"""A deployment as a roster that people and their calendars read: one row, and one repeating event, per officer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from sim.errors import InputError
from sim.report.texts import Lang, text
from sim.scenarios.roster import WEEK, Duty

WEEKS_A_CALENDAR = 52
"""A calendar holds a year; one without an end would never leave."""
BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Named(NamedTuple):
    """Say what a calendar is called, and where its times are."""

    letter: str
    scenario: str
    zone: str
    """name of a time zone; empty for the time of the place, whatever it is"""
    start: date
    """no duty begins before"""


def check_zone(zone: str) -> str:
    """Refuse a time zone that the tz database does not know.

    Raises
    ------
    InputError
        With one sentence.
    """
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(f"--time-zone must be a name such as America/New_York, got {zone!r}") from error
    return zone


def tabulate_roster(officers: Sequence[tuple[Duty, tuple[int, ...]]]) -> pd.DataFrame:
    """Give one row per officer: number, district, begin, end, hours of a duty, weekdays, and the hours a week."""
    rows = []
    for number, (line, days) in enumerate(officers, 1):
        end = round(line.begins_min + 60 * line.hours) % (24 * 60)
        rows.append({
            "officer": number, "role": line.role, "district": "" if line.district is None else line.district,
            "begins": line.begins, "ends": f"{end // 60:02d}:{end % 60:02d}", "hours": line.hours,
            "weekdays": " ".join(WEEK[day] for day in days), "hours_a_week": line.hours * len(days),
        })  # fmt: skip
    return pd.DataFrame(rows)


def write_calendar(officers: Sequence[tuple[Duty, tuple[int, ...]]], about: Named, lang: Lang) -> bytes:
    """Write duties as iCalendar (RFC 5545): an event for each officer that comes again every week, for a year.

    Identifiers and stamps come from the roster and not from the clock, so that the same roster gives the same bytes.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - slow to import

    calendar = Calendar()
    calendar.add("prodid", "-//community-policing-sim//cpsim deploy//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", text(lang, "deploy.calendar").format(letter=about.letter, scenario=about.scenario))
    zone = ZoneInfo(about.zone) if about.zone else None
    for number, (line, days) in enumerate(officers, 1):
        if not days:
            continue
        first = min(about.start + timedelta(days=(day - about.start.weekday()) % 7) for day in days)
        begins = datetime.combine(first, time(line.begins_min // 60, line.begins_min % 60), zone)
        key = "deploy.event" if line.district is not None else "deploy.event_anywhere"
        event = Event()
        event.add("uid", f"{_mark(about, number, line, days)}@cpsim")
        event.add("dtstamp", datetime.combine(about.start, time(), UTC))
        event.add("dtstart", begins)
        event.add("duration", timedelta(hours=line.hours))
        event.add("rrule", {
            "freq": "weekly", "byday": [BYDAY[day] for day in days], "count": WEEKS_A_CALENDAR * len(days),
        })  # fmt: skip
        role = text(lang, f"staffing.{line.role}")
        event.add("summary", text(lang, key).format(officer=number, role=role, district=line.district))
        calendar.add_component(event)
    if zone is not None:
        calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _mark(about: Named, number: int, line: Duty, days: tuple[int, ...]) -> str:
    words = f"{about.scenario}|{about.letter}|{number}|{line.model_dump_json()}|{days}"
    return hashlib.sha256(words.encode()).hexdigest()[:24]
