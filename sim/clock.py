"""Time: minutes since the first midnight, ticks, shifts and the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError

DAY_MIN = 1440
YEAR_DAYS = 365.25
YEAR_MIN = YEAR_DAYS * DAY_MIN
SHIFT_MIN = 480
"""Three equal shifts a day, starting at 00:00, 08:00 and 16:00."""
SHIFTS_A_DAY = 3
TICKS_ALLOWED = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 60)


@dataclass(frozen=True)
class Clock:
    """Turn ticks into the calendar.

    Minute 0 is midnight of `start`. A shift is a whole number of ticks, so that a briefing never falls inside one.
    """

    start: date
    n_days: int
    tick_min: int

    def __post_init__(self) -> None:
        if self.tick_min not in TICKS_ALLOWED:
            raise InputError(
                f"tick_min must divide a shift of {SHIFT_MIN} min: one of {TICKS_ALLOWED}, got {self.tick_min}"
            )
        if self.n_days > (date.max - self.start).days:
            raise InputError(f"a run must end before the year 10000, got {self.n_days} days from {self.start}")

    @property
    def n_shifts(self) -> int:
        """Count the shifts of the run."""
        return self.n_days * SHIFTS_A_DAY

    @property
    def ticks_a_shift(self) -> int:
        """Count the ticks of a shift."""
        return SHIFT_MIN // self.tick_min

    @property
    def ticks_a_day(self) -> int:
        """Count the ticks of a day."""
        return DAY_MIN // self.tick_min

    def date_of(self, day: int) -> date:
        """Name the date of a day of the run."""
        return self.start + timedelta(days=day)

    def weekdays(self) -> NDArray[np.uint8]:
        """Give the weekday of each day of the run, Monday 0, and of one day more."""
        first = self.start.weekday()
        return ((first + np.arange(self.n_days + 1)) % 7).astype(np.uint8)

    def year_phases(self) -> NDArray[np.float64]:
        """Give the season of each day as an angle in radians, 0 on the first of January."""
        days = np.datetime64(self.start) + np.arange(self.n_days + 1)
        years = days.astype("datetime64[Y]")
        phases: NDArray[np.float64] = 2 * np.pi * (days - years.astype("datetime64[D]")).astype(float) / YEAR_DAYS
        return phases
