"""What theory says of a force: an answer in seconds, to begin a search with and to check it by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.batch.staffing.hypercube import Ways, approximate_hypercube, typical_ways
from sim.batch.staffing.queueing import HOURS_A_WEEK, Load, erlang_c, p_wait_longer
from sim.batch.staffing.targets import Target, within_of
from sim.clock import SHIFT_MIN, SHIFTS_A_DAY
from sim.scenarios.roster import lines_of
from sim.scenarios.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MIDDLES = (np.arange(8) + 0.5) / 8.0
"""Quantiles that stand for the exponential time on the telephone."""
LEAST_TRIED, TIMES_TRIED = 21, 4
"""An hour is given up after this many units, or as many times those that waiting asks for: the way is what is long."""
DEFAULT_WAIT = 0.1
"""Share of calls that may find nobody free, where no target says what an hour needs."""


@dataclass
class Theory:
    """Answer for any force, from the work that calls make and the ways between them."""

    scenario: Scenario
    load: Load
    ways: Ways
    street_hours: Callable[[int], float]
    """officer-hours a day on the streets of a force of some size"""
    cars: Callable[[int], Ints]
    """officers in cars by shift, of a force of some size"""
    _travel: dict[tuple[int, float, float], tuple[Floats, Floats]] = field(default_factory=dict)
    _in_time: dict[tuple[int, int, str, float], float] = field(default_factory=dict)

    def predict(self, target: Target, size: int) -> float | None:
        """Give the value of a target's measure under a force, or nothing where theory has no answer.

        Theory knows the wait and the way of calls of priority 1 and of all calls, and the time that is not committed.
        It knows three shifts by share, and no roster.
        """
        if lines_of(self.scenario.roster, "response"):
            return None
        if target.measure in {"uncommitted_pct", "busy_pct"}:
            busy = min(1.0, self.load.busy_hours / max(self.street_hours(size), 1e-9))
            return 100.0 * (busy if target.measure == "busy_pct" else 1.0 - busy)
        asked = calls_of(target)
        return None if asked is None else 100.0 * self.answered_within(size, *asked)

    def answered_within(self, size: int, priority: str, minutes: float) -> float:
        """Give the share of calls with a unit there in time, over the hours of the week and who happens to be on duty.

        An officer of a shift is on duty with the scenario's chance, each for itself, so an hour has a binomial number.
        """
        total = 0.0
        for hour in range(HOURS_A_WEEK):
            n = int(self.cars(size)[_shift_of(hour)])
            chances = _binomial(n, self.scenario.force.p_on_duty)
            in_time = sum(
                chance * self.in_time(units, hour, priority, minutes)
                for units, chance in enumerate(chances)
                if chance > 1e-6
            )
            total += float(self.load.erlang[hour]) * in_time
        return total / max(float(self.load.erlang.sum()), 1e-12)

    def in_time(self, units: int, hour: int, priority: str, minutes: float) -> float:
        """Give the share of calls of an hour of the week with a unit there in time, with some units on duty."""
        key = (units, hour, priority, minutes)
        if key not in self._in_time:
            self._in_time[key] = self._compute_in_time(*key)
        return self._in_time[key]

    def _compute_in_time(self, units: int, hour: int, priority: str, minutes: float) -> float:
        if units == 0:
            return 0.0
        urgent = priority == "1"
        way, weight = self._way(units, hour, urgent)
        at_telephone = -np.log1p(-MIDDLES) * self.scenario.dispatch.call_handling_min
        turning_out = 0.0 if self.scenario.dispatch.service_exponential else self.scenario.dispatch.turnout_min
        left = minutes - turning_out - at_telephone[:, None] - way[None, :]
        share = self.load.urgent if urgent else 1.0
        late = p_wait_longer(units, self._work(units, hour), self.load.service_min, left, share=share)
        return float(((1.0 - late) @ weight).mean())

    def _work(self, units: int, hour: int) -> float:
        """Add breaks and stops to the work of an hour: they take officers away as calls do."""
        return float(self.load.erlang[hour]) + units * self.load.away

    def _way(self, units: int, hour: int, urgent: bool) -> tuple[Floats, Floats]:
        """Give the driving times to calls and their weights, to a tenth of a minute and of the share that is busy."""
        busy = round(min(self._work(units, hour) / units, 0.9), 1)
        speed = self.scenario.dispatch.emergency_factor if urgent else 1.0
        if (units, busy, speed) not in self._travel:
            minutes, weight = typical_ways(self.ways, units, busy * units)
            steps, at = np.unique((minutes / speed * 10.0).round(), return_inverse=True)
            self._travel[units, busy, speed] = steps / 10.0, np.bincount(at, weight).astype(np.float64)
        return self._travel[units, busy, speed]

    def requirement(self, targets: Sequence[Target]) -> tuple[Ints, int]:
        """Give the least units on duty that each hour of the week needs to meet the targets that theory knows.

        Where there is no such target, a unit must be free for nine calls of ten. So it must where no number of units
        meets them, since the way alone takes too long.

        Returns
        -------
        units
            (168,) Monday 00:00 first
        n_never
            hours in which no number of units meets the targets
        """
        found = [self._need(hour, targets) for hour in range(HOURS_A_WEEK)]
        least = [self._least_by_wait(hour) for hour in range(HOURS_A_WEEK)]
        units = [least[hour] if units is None else units for hour, units in enumerate(found)]
        return np.array(units), sum(units is None for units in found)

    def _need(self, hour: int, targets: Sequence[Target]) -> int | None:
        timed = [(asked, target.bound / 100.0) for target in targets if (asked := calls_of(target)) and target.at_least]
        most_busy = [busy for target in targets if (busy := _most_busy(target)) is not None]
        least = self._least_by_wait(hour)
        if not timed and not most_busy:
            return least
        work = float(self.load.erlang[hour])
        for units in range(1, max(LEAST_TRIED, TIMES_TRIED * least)):
            if all(work <= busy * units for busy in most_busy) and all(
                self.in_time(units, hour, *asked) >= bound for asked, bound in timed
            ):
                return units
        return None

    def _least_by_wait(self, hour: int) -> int:
        """Give the least units of which one is free for nine calls of ten; breaks and stops take a share of each."""
        units = 1
        while erlang_c(units, self._work(units, hour)) > DEFAULT_WAIT:
            units += 1
        return units

    def busy_by_unit(self, size: int) -> Floats:
        """Give how busy each unit is by the hypercube model, with as many units as are on duty on average."""
        on_duty = max(1, round(float(self.cars(size).mean()) * self.scenario.force.p_on_duty))
        rng = np.random.default_rng([1, on_duty])
        n_places = len(self.ways.minutes)
        work = np.full(n_places, float(self.load.erlang.mean()) / n_places)
        return np.sort(approximate_hypercube(self.ways.minutes[rng.integers(0, n_places, on_duty)], work).busy)


def calls_of(target: Target) -> tuple[str, float] | None:
    """Tell which calls a target is about and within how many minutes, where theory has an answer."""
    name = target.measure.replace("response_", "answered_", 1)
    within = within_of(name)
    return None if within is None or within.priority not in {"1", "all"} else (within.priority, within.minutes)


def _most_busy(target: Target) -> float | None:
    if target.measure == "uncommitted_pct" and target.at_least:
        return 1.0 - target.bound / 100.0
    return target.bound / 100.0 if target.measure == "busy_pct" and not target.at_least else None


def guess_size(theory: Theory, targets: Sequence[Target], *, least: int, most: int, own: int) -> int | None:
    """Give the smallest force that theory expects to meet the targets that it knows.

    Returns
    -------
    size
        `own` where theory knows none of the targets; nothing where it expects no force to meet them
    """
    known = [target for target in targets if not target.wants_fewer and theory.predict(target, least) is not None]
    if not known:
        return own

    def met(size: int) -> bool:
        return all(target.met_by(theory.predict(target, size) or 0.0) for target in known)

    if not met(most):
        return None
    low, high = least - 1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if met(middle) else (middle, high)
    return high


def _shift_of(hour: int) -> int:
    return hour % 24 * 60 // SHIFT_MIN % SHIFTS_A_DAY


def _binomial(n: int, p: float) -> Floats:
    from scipy.stats import binom  # noqa: PLC0415 - slow to import

    return np.asarray(binom.pmf(np.arange(n + 1), n, p))
