"""A roster of one's own: who comes on duty when, for how long, on which weekdays, and in which district; and stations.

Without one, a force works the three shifts of the scenario's shares, and has a station in the middle of each district.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.clock import SHIFT_MIN
from sim.roles import FORCE

Ints = NDArray[np.int64]
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ROSTERED = tuple(role.name for role in FORCE)
SHORTEST_H, LONGEST_H = 1.0, 16.0
"""Hours of a duty."""
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Duty(BaseModel):
    """Describe one line of a roster: some officers of a role who come on duty at the same hour of the same days."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    role: str
    number: Annotated[int, Field(ge=1, le=100_000)]
    """officers of the line; where the force has more or fewer of the role than its lines, these share them"""
    begins: str
    """time of day, for instance 06:30"""
    hours: Annotated[float, Field(ge=SHORTEST_H, le=LONGEST_H)] = SHIFT_MIN / 60.0
    weekdays: str = ""
    """days on which the duty begins: 'Mon-Fri', 'Sat,Sun'; empty for all"""
    days_a_week: Annotated[float, Field(gt=0.0, le=7.0)] | None = None
    """of these, how many each officer works in the mean; not given, all of them but five at most"""
    away: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.15
    """share of these days lost to leave and sickness; training and court are apart [prior]"""
    district: Annotated[int, Field(ge=0)] | None = None
    """where they work; not given, all districts in turn"""

    @model_validator(mode="after")
    def _check(self) -> Duty:
        if self.role not in ROSTERED:
            raise ValueError(f"role must be one of {', '.join(ROSTERED)}, got {self.role!r}")
        if not TIME.fullmatch(self.begins):
            raise ValueError(f"begins must be a time of day such as '06:30', got {self.begins!r}")
        n_days = len(self.days())
        if self.days_a_week is not None and self.days_a_week > n_days:
            raise ValueError(f"days_a_week must be at most the {n_days} days of the line, got {self.days_a_week:g}")
        return self

    @property
    def begins_min(self) -> int:
        """Give the begin in minutes after midnight."""
        hour, _, minute = self.begins.partition(":")
        return 60 * int(hour) + int(minute)

    def days(self) -> tuple[int, ...]:
        """Name the weekdays on which the duty begins, Monday 0.

        Raises
        ------
        ValueError
            If they are not written as days of the week.
        """
        if not self.weekdays.strip():
            return tuple(range(len(WEEK)))
        days: set[int] = set()
        for part in self.weekdays.split(","):
            first, dash, last = (word.strip().capitalize() for word in part.partition("-"))
            if first not in WEEK or (dash and last not in WEEK):
                raise ValueError(f"weekdays must be written as 'Mon-Fri' or 'Sat,Sun', got {self.weekdays!r}")
            begin, end = WEEK.index(first), WEEK.index(last if dash else first)
            days |= {day % len(WEEK) for day in range(begin, end + 1 + (len(WEEK) if end < begin else 0))}
        return tuple(sorted(days))

    @property
    def p_works(self) -> float:
        """Give the chance that an officer of the line works on one of its days."""
        n = len(self.days())
        wanted = min(5.0, n) if self.days_a_week is None else self.days_a_week
        return wanted / n * (1.0 - self.away)


class Station(BaseModel):
    """Describe where the officers of some districts begin and end their duty, and where prisoners are taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = ""
    x: float
    """metres east, in the coordinates of the city file"""
    y: float
    """metres north"""
    districts: tuple[Annotated[int, Field(ge=0)], ...] = ()
    """districts that it serves; a district that no station names is served by the nearest"""


class Dealt(NamedTuple):
    """Tell the line of a roster that each officer of a role has, and the place within it."""

    line: Ints
    """(n_officers,) index into the lines of the role"""
    place: Ints
    """(n_officers,) 0 for the first officer of the line"""


def lines_of(roster: Sequence[Duty], role: str) -> list[Duty]:
    """Give the lines of a role."""
    return [line for line in roster if line.role == role]


def deal_lines(lines: Sequence[Duty], n: int) -> Dealt:
    """Deal the lines of a role to its officers, in proportion to their numbers.

    By the rule of Sainte-Laguë, one officer after the other: as many officers as the lines have in all are dealt just
    as the lines say, and one more or fewer leaves the duties of all others as they are.
    """
    number = np.array([line.number for line in lines], np.float64)
    taken = np.zeros(len(lines), np.int64)
    line, place = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for officer in range(n):
        chosen = int(np.argmax(number / (taken + 0.5)))
        line[officer], place[officer] = chosen, taken[chosen]
        taken[chosen] += 1
    return Dealt(line, place)


def districts_of(lines: Sequence[Duty], dealt: Dealt, n_districts: int) -> Ints:
    """Give the district of each officer: that of the line, or else all districts in turn within the line."""
    fixed = np.array([-1 if line.district is None else line.district for line in lines], np.int64)[dealt.line]
    return np.where(fixed >= 0, fixed, dealt.place % n_districts)


def hours_by_shift(lines: Sequence[Duty]) -> tuple[float, float, float]:
    """Give the shares of the hours of some lines that lie in the night, the day and the evening shift, in the mean."""
    hours = np.zeros(3)
    for line in lines:
        weight = line.number * line.p_works * len(line.days())
        minutes = np.arange(line.begins_min, line.begins_min + round(60.0 * line.hours)) % (3 * SHIFT_MIN)
        hours += weight * np.bincount(minutes // SHIFT_MIN, minlength=3)
    night, day, evening = (hours / hours.sum()).tolist()
    return night, day, evening


def cut_roster(
    roster: Sequence[Duty], numbers: dict[str, int], chosen: Sequence[int], n_districts: int
) -> tuple[Duty, ...]:
    """Keep of a roster what belongs to some districts, numbered anew in the order in which they are named.

    Parameters
    ----------
    numbers
        officers of the whole city by role
    chosen
        districts that are kept; none where a share of the city was cut out whose districts are others: lines then keep
        their proportions, and their officers are dealt to all districts in turn
    n_districts
        of the whole city
    """
    kept = []
    for role in dict.fromkeys(line.role for line in roster):
        lines = lines_of(roster, role)
        if not chosen:
            kept += [line.model_copy(update={"district": None}) for line in lines]
            continue
        dealt = deal_lines(lines, numbers[role])
        mine = np.isin(districts_of(lines, dealt, n_districts), chosen)
        count = np.bincount(dealt.line[mine], minlength=len(lines))
        for line, n in zip(lines, count.tolist(), strict=True):
            if n:
                there = None if line.district is None else list(chosen).index(line.district)
                kept.append(line.model_copy(update={"number": n, "district": there}))
    return tuple(kept)


def cut_stations(stations: Sequence[Station], chosen: Sequence[int]) -> tuple[Station, ...]:
    """Keep the stations of some districts, numbered anew; all of them where a share of the city was cut out."""
    if not chosen:
        return tuple(station.model_copy(update={"districts": ()}) for station in stations)
    kept = []
    for station in stations:
        mine = tuple(list(chosen).index(district) for district in station.districts if district in chosen)
        if mine or not station.districts:
            kept.append(station.model_copy(update={"districts": mine}))
    return tuple(kept)


def check_roster(
    roster: Sequence[Duty], stations: Sequence[Station], numbers: dict[str, int], n_districts: int
) -> None:
    """Refuse a roster or stations that do not fit the force.

    Raises
    ------
    ValueError
        With one sentence.
    """
    for line in roster:
        if numbers.get(line.role, 0) == 0:
            raise ValueError(
                f"a roster can hold roles that the force has, got {line.role!r} with force.n_{line.role} = 0"
            )
    named = [line.district for line in roster if line.district is not None]
    named += [district for station in stations for district in station.districts]
    beyond = [district for district in named if district >= n_districts]
    if beyond:
        raise ValueError(f"a district must be one of 0 to {n_districts - 1} (force.n_districts), got {beyond[0]}")
    served = [district for station in stations for district in station.districts]
    twice = {district for district in served if served.count(district) > 1}
    if twice:
        raise ValueError(f"a district must have one station, got two for district {min(twice)}")
