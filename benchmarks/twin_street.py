"""The streets of the twin: cells of a Mesa network, with what offenders and police find and leave there."""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np
from mesa.discrete_space import Cell

from sim.clock import DAY_MIN
from sim.params import ASSAULT, BURGLARY, CRIMES, DISORDER, ROBBERY, THEFT

HOME, WORK, _, LEISURE_B, TRAVELLING = range(5)


def single(x: float) -> float:
    """Round as the narrow columns of the tables do."""
    return float(np.float32(x))


def left_after(time: float, half_life: float) -> float:
    """Return the share that is left after a time."""
    return math.exp(-math.log(2.0) * time / half_life)


class Town(mesa.Model):
    """What streets and people know of the city that they are in; `mesa_twin.TwinCity` makes it."""

    world: Any
    seed_of_run: int
    p: Any
    """parameters of the scenario by name"""
    ticks_a_day: int
    tick_of_plan: int
    weekday: list[int]
    streets: list[Street]
    people: list[Any]
    searches: list[Any]
    offences: list[Any]
    n_at_home: int
    foot_ticks: int
    visit_ticks: int
    out_ticks: int
    mean_foot: float
    mean_visiting: float
    mean_out: float
    times: Any
    legs: Any
    """room for the trips of a person's day"""


class Street(Cell):
    """A street segment, and what offenders and police find and leave there."""

    ends: dict[int, complex]
    """where the street ends, by junction"""

    def furnish(self, city: Town, row: Any) -> None:  # noqa: ANN401 - a row of the table of segments
        """Take over a row of the table of segments."""
        self.city, self.p = city, city.p
        self.length_m = float(row["length_m"])
        self.opportunity = row["opportunity"].tolist()
        self.n_residents = int(row["n_residents"])
        self.n_home = self.n_residents
        self.n_visiting = self.n_out = self.n_street = self.n_foot = self.n_police = 0
        self.visible = self.presence = self.presence_t = self.disorder = self.boost_t = 0.0
        self.boost = [0.0] * len(CRIMES)

    def count(self, where: int, change: int, *, on_foot: bool) -> None:
        """Count a person in or out."""
        if where == HOME:
            self.n_home += change
            self.city.n_at_home += change
        elif where == TRAVELLING:
            self.n_street += change
            self.n_foot += change * on_foot
        else:
            self.n_visiting += change
            self.n_out += change * (where == LEISURE_B)

    def attraction(self, kind: int, t: float) -> float:
        """Return what the street offers for a crime type at this moment."""
        p, city = self.p, self.city
        boost = self.boost[kind] * left_after(t - self.boost_t, p.boost_half_life_days * DAY_MIN)
        value = self.opportunity[kind] * 1.0 * (1.0 + boost)
        if value <= 0.0:
            return 0.0
        sober = self.n_visiting - self.n_out
        guarded = 1.0 / (1.0 + p.guardian_weight * (self.n_street + p.guardian_indoors * sober))
        # Drawn toward the city where few are simulated.
        at_home = (self.n_home + 2.0 * (city.n_at_home / len(city.people))) / (self.n_residents + 2.0)
        at_home = min(at_home, 1.0)
        if kind == BURGLARY:
            usual = 1.0 - p.usual_at_home * p.occupancy_weight
            return float(value * (1.0 - p.occupancy_weight * at_home) * guarded / usual)
        if kind == ROBBERY:
            exposed = self.n_foot + p.share_outside * self.n_out
            usual = city.mean_foot + p.share_outside * city.mean_out
            return float(value * min(exposed * guarded / usual, p.most_exposed))
        if kind == THEFT:
            visitors = min(self.n_visiting / city.mean_visiting, p.most_visitors)
            return float(value * (1.0 - p.theft_by_visitors + p.theft_by_visitors * visitors) * guarded)
        people = self.n_foot + p.sober_weight * sober + p.drink_weight * self.n_out
        usual = city.mean_foot + p.sober_weight * (city.mean_visiting - city.mean_out) + p.drink_weight * city.mean_out
        company = min(people / usual, p.most_company)
        if kind == ASSAULT:
            indoors = p.assault_at_home * at_home / p.usual_at_home
            return float(value * (indoors + (1.0 - p.assault_at_home) * company))
        shared = 1.0 - p.disorder_by_company + p.disorder_by_company * company
        return float(value * shared * (1.0 + self.disorder))

    def show(self, t: float, by: float) -> None:
        """Change how much police is in sight from a moment on, which may lie before one that is booked already."""
        rate = math.log(2.0) / self.p.residue_half_life_min
        if t > self.presence_t:
            self.presence, self.presence_t = self.seen_minutes(t), t
        else:
            self.presence += by / rate * (1.0 - math.exp(-rate * (self.presence_t - t)))
        self.visible += by

    def seen_minutes(self, t: float) -> float:
        """Return the minutes of police in sight, as far as they have not faded."""
        rate = math.log(2.0) / self.p.residue_half_life_min
        left = math.exp(-rate * max(t - self.presence_t, 0.0))
        return self.presence * left + self.visible / rate * (1.0 - left)

    def residue_at(self, t: float) -> float:
        """Return the deterrence that present and past presence exerts."""
        p = self.p
        return float(p.residue_max * (1.0 - math.exp(-self.seen_minutes(t) / p.residue_rise_min)) ** p.residue_power)

    def p_deterred(self, t: float) -> float:
        """Return the chance that an offender is turned away by police, here or farther along the street."""
        reach, length = self.p.sight_m, max(self.length_m, 1.0)
        beyond = max(0.0, 1.0 - reach / length)
        unmoved = 1.0 - max(self.residue_at(t), self._in_sight() * (1.0 - beyond * beyond))
        for other in self.connections.values():
            if self._goes_on_in(other):
                onward = max(other.length_m, 1.0)
                area = reach**2 - max(reach - length, 0.0) ** 2 - max(reach - onward, 0.0) ** 2
                area += max(reach - length - onward, 0.0) ** 2
                unmoved *= 1.0 - area / (2.0 * length * onward) * max(other.residue_at(t), other._in_sight())
        return 1.0 - unmoved

    def _in_sight(self) -> float:
        return float(1.0 - (1.0 - self.p.p_deter_present) ** self.visible)

    def _goes_on_in(self, other: Street) -> bool:
        """Tell whether the street goes on in another one, turning by less than forty degrees."""
        shared = [j for j in reversed(self.ends) if j in other.ends]
        begin = next(point for j, point in self.ends.items() if j != shared[0])
        end = next(point for j, point in other.ends.items() if j != shared[0])
        before, after = self.ends[shared[0]] - begin, end - self.ends[shared[0]]
        along = before.real * after.real + before.imag * after.imag
        return along > math.cos(math.radians(40.0)) * abs(before) * abs(after)

    def suffer(self, kind: int, t: float) -> None:
        """Let an offence leave its marks, here and next door."""
        self._raise_boost(kind, t, self.p.boost[kind])
        for other in self.connections.values():
            other._raise_boost(kind, t, self.p.boost[kind] * self.p.boost_next_door)
        if kind == DISORDER:
            self.disorder = single(self.disorder + self.p.disorder_added * (1.0 - self.disorder))

    def _raise_boost(self, kind: int, t: float, by: float) -> None:
        fade = left_after(t - self.boost_t, self.p.boost_half_life_days * DAY_MIN)
        self.boost = [single(boost * fade) for boost in self.boost]
        self.boost[kind] = single(min(self.boost[kind] + by, self.p.boost_max))
        self.boost_t = t
