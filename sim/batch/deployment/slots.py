"""What a deployment is made of: when a duty begins, in which district, on which days; and always as many officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.batch.staffing.queueing import HOURS_A_WEEK
from sim.errors import InputError
from sim.scenarios.roster import Duty

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEEKS = ("", "Mon-Fri", "Wed-Sun")
"""Days on which a duty may begin: all of them in turn, never at a weekend, every weekend."""
HOUR_MIN = 60


@dataclass(frozen=True, eq=False)
class Slots:
    """Lay out the places of a roster: a share of the officers for each district, begin and week."""

    role: str
    officers: int
    """how many there are, the same in every deployment"""
    districts: tuple[int | None, ...]
    """by number of the whole city; None alone where districts are no choice"""
    begins: tuple[int, ...]
    """minutes after midnight"""
    weeks: tuple[str, ...]
    """out of `WEEKS`"""
    hours: float
    """length of a duty"""
    days: float
    """days a week on which each officer is rostered"""
    away: float
    """share of these lost to leave and sickness"""
    least_crew: float = 0.0
    """officers on duty in each district, in the mean, at any hour"""
    least_on_duty: float = 0.0
    """officers on duty in the whole town, in the mean, at any hour"""
    as_it_is: Ints | None = None
    """the places of today's roster, where it can be written so to the minute: no point of a search, but its rival"""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Count districts, begins and weeks."""
        return len(self.districts), len(self.begins), len(self.weeks)

    @property
    def hours_an_officer(self) -> float:
        """Give the hours a week that an officer is on duty in the mean."""
        return self.hours * self.days * (1.0 - self.away)

    @property
    def hours_a_week(self) -> float:
        """Give the officer-hours a week of every deployment."""
        return self.officers * self.hours_an_officer

    def line(self, district: int, begin: int, week: int, number: int) -> Duty:
        """Write a place of the roster as a line of a scenario."""
        hour, minute = divmod(self.begins[begin], HOUR_MIN)
        return Duty(
            role=self.role, number=number, begins=f"{hour:02d}:{minute:02d}", hours=self.hours,
            weekdays=self.weeks[week], days_a_week=self.days, away=self.away, district=self.districts[district],
        )  # fmt: skip

    def lines(self, counts: Ints) -> tuple[Duty, ...]:
        """Write whole officers by place as the lines of a scenario.

        Parameters
        ----------
        counts
            (n_districts, n_begins, n_weeks) officers
        """
        places = [tuple(at) for at in np.argwhere(counts > 0).tolist()]
        return tuple(self.line(d, b, w, int(counts[d, b, w])) for d, b, w in places)

    @cached_property
    def on_duty(self) -> Floats:
        """(n_begins, n_weeks, 168) officers on duty in the mean by hour of the week, for each officer of a place."""
        out = np.zeros((len(self.begins), len(self.weeks), HOURS_A_WEEK))
        for begin in range(len(self.begins)):
            for week in range(len(self.weeks)):
                out[begin, week] = hours_of_line(self.line(0, begin, week, 1))
        return out

    def by_hour(self, counts: Ints) -> Floats:
        """Give the officers on duty in the mean, (n_districts, 168)."""
        return np.asarray(np.einsum("dbw,bwh->dh", counts, self.on_duty), np.float64)


def hours_of_line(line: Duty) -> Floats:
    """Give the share of each hour of the week that an officer of a line is on duty in the mean; the week is a ring."""
    minutes = np.zeros(HOURS_A_WEEK * HOUR_MIN)
    for day in line.days():
        first = day * 24 * HOUR_MIN + line.begins_min
        minutes[np.arange(first, first + round(HOUR_MIN * line.hours)) % len(minutes)] += line.p_works
    return np.asarray(minutes.reshape(HOURS_A_WEEK, HOUR_MIN).mean(axis=1), np.float64)


def weeks_for(days: float) -> tuple[str, ...]:
    """Name the weeks that hold so many days."""
    fit = [week for week in WEEKS if days <= (7 if not week else 5)]
    return tuple(fit)


def share_out(slots: Slots, shares: Floats) -> Ints:
    """Turn shares into whole officers: always as many as there are, within the limits, as near to the shares as can be.

    By largest remainders (Hamilton); of equal ones the earlier place has the officer. Where that leaves a district or
    the town with fewer than its least crew, the nearest whole numbers that do not are found (an integer programme).

    Parameters
    ----------
    shares
        (n_districts, n_begins, n_weeks) 0 or more, in any unit

    Raises
    ------
    InputError
        If no deployment keeps the limits.
    """
    wanted = slots.officers * shares / shares.sum()
    counts = np.floor(wanted + 1e-9).astype(np.int64)
    left = slots.officers - int(counts.sum())
    order = np.argsort(-(wanted - counts).round(9), axis=None, kind="stable")
    np.add.at(counts.reshape(-1), order[:left], 1)
    return counts if keeps_limits(slots, counts) else _nearest_within(slots, wanted)


def keeps_limits(slots: Slots, counts: Ints) -> bool:
    """Tell whether every district, and the town, has its least crew at any hour."""
    there = slots.by_hour(counts) + 1e-9
    return bool((there >= slots.least_crew).all() and (there.sum(axis=0) >= slots.least_on_duty).all())


def _nearest_within(slots: Slots, wanted: Floats) -> Ints:
    """Find whole officers within the limits whose numbers differ least from those wanted, in sum."""
    from scipy.optimize import LinearConstraint, milp  # noqa: PLC0415 - slow to import

    n_districts, n = slots.shape[0], wanted.size
    hours = np.unique(slots.on_duty.reshape(-1, HOURS_A_WEEK).T.round(12), axis=0)  # many hours ask the same
    eye, none = np.eye(n), np.zeros((1, n))
    rules = [
        LinearConstraint(np.hstack([eye, -eye]), ub=wanted.reshape(-1)),
        LinearConstraint(np.hstack([eye, eye]), lb=wanted.reshape(-1)),
        LinearConstraint(np.hstack([np.ones((1, n)), none]), lb=slots.officers, ub=slots.officers),
        LinearConstraint(
            np.hstack([np.tile(hours, n_districts), np.zeros((len(hours), n))]), lb=slots.least_on_duty - 1e-9
        ),
        LinearConstraint(
            np.hstack([np.kron(np.eye(n_districts), hours), np.zeros((n_districts * len(hours), n))]),
            lb=slots.least_crew - 1e-9,
        ),
    ]  # fmt: skip
    # Of solutions that are equally near, the earlier places are filled: a solver's choice is then no matter of chance.
    cost = np.r_[1e-6 * np.arange(n), np.ones(n)]
    found = milp(c=cost, constraints=rules, integrality=np.r_[np.ones(n), np.zeros(n)])
    if found.x is None:
        raise InputError(
            f"the limits must leave a deployment, but {slots.officers} officers of {slots.hours_an_officer:.1f} hours "
            f"a week cannot keep {slots.least_crew:g} on duty in each of {n_districts} districts and "
            f"{slots.least_on_duty:g} in the town at every hour; "
            "try a smaller --min-crew or --min-on-duty, more --starts or more --officers"
        )
    return np.asarray(np.rint(found.x[:n]), np.int64).reshape(wanted.shape)


def deal_days(slots: Slots, counts: Ints) -> list[tuple[Duty, tuple[int, ...]]]:
    """Give each officer a line and weekdays: days in a row where the week allows, days off spread over the officers.

    The days of all officers of a line add up to what the line asks for, to the day.

    Returns
    -------
    officers
        line of one officer, and the weekdays on which the duty begins, Monday 0
    """
    out: list[tuple[Duty, tuple[int, ...]]] = []
    owed = 0.0
    for number, line in enumerate(slots.lines(counts)):
        days = line.days()
        for place in range(line.number):
            owed += slots.days
            n = min(len(days), round(owed))
            owed -= n
            first = (place * len(days) // line.number + number) % len(days)
            mine = sorted(days[(first + k) % len(days)] for k in range(n))
            out.append((line.model_copy(update={"number": 1}), tuple(mine)))
    return out


def read_begins(words: Sequence[str]) -> tuple[int, ...]:
    """Read times of day such as `8` or `6:30`.

    Raises
    ------
    InputError
        If one is none, or stands there twice.
    """
    begins = []
    for word in words:
        hour, colon, minute = word.strip().partition(":")
        good = hour.isdecimal() and len(hour) <= 2 and int(hour) < 24
        good = good and (not colon or (minute.isdecimal() and len(minute) == 2 and int(minute) < HOUR_MIN))
        if not good:
            raise InputError(f"--starts must list times of day such as 0,8,16 or 6:30,14:30, got {word!r}")
        begins.append(HOUR_MIN * int(hour) + int(minute or 0))
    if len(set(begins)) < len(begins):
        raise InputError(f"--starts must list each time once, got {','.join(words)}")
    return tuple(sorted(begins))
