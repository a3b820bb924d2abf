"""The streets of the twin: cells of a Mesa network, with what offenders and police find and leave there."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
from mesa.discrete_space import Cell

from sim.clock import DAY_MIN
from sim.params import ASSAULT, BURGLARY, CRIMES, DISORDER, ROBBERY, THEFT

HOME, WORK, LEISURE_A, LEISURE_B, TRAVELLING = range(5)
MAX_BOOST = 20.0


def single(x: float) -> float:
    """Round as the narrow columns of the tables do."""
    return float(np.float32(x))


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
    street_ticks: int
    visit_ticks: int
    mean_street: float
    mean_visiting: float


class Street(Cell):
    """A street segment, and what offenders and police find and leave there."""

    def furnish(self, city: Town, row: Any) -> None:  # noqa: ANN401 - a row of the table of segments
        """Take over a row of the table of segments."""
        self.city, self.p = city, city.p
        self.length_m = float(row["length_m"])
        self.opportunity = row["opportunity"].tolist()
        self.n_residents = int(row["n_residents"])
        self.n_home = self.n_residents
        self.n_visiting = self.n_street = self.n_police = 0
        self.residue = self.residue_t = self.disorder = self.boost_t = 0.0
        self.boost = [0.0] * len(CRIMES)

    def count(self, where: int, change: int) -> None:
        """Count a person in or out."""
        if where == HOME:
            self.n_home += change
            self.city.n_at_home += change
        elif where == TRAVELLING:
            self.n_street += change
        else:
            self.n_visiting += change

    def attraction(self, kind: int, t: float) -> float:
        """Return what the street offers for a crime type at this moment."""
        p, city = self.p, self.city
        boost = self.boost[kind] * 0.5 ** ((t - self.boost_t) / (p.boost_half_life_days * DAY_MIN))
        value = self.opportunity[kind] * 1.0 * (1.0 + boost)
        if value <= 0.0:
            return 0.0
        guarded = 1.0 / (1.0 + p.guardian_weight * self.n_street)
        if kind == BURGLARY:
            # Drawn toward the city where few are simulated.
            at_home = (self.n_home + 2.0 * (city.n_at_home / len(city.people))) / (self.n_residents + 2.0)
            empty = 1.0 - p.occupancy_weight * min(at_home, 1.0)
            return float(value * empty * guarded / (1.0 - 0.6 * p.occupancy_weight))
        if kind == ROBBERY:
            return float(value * min(self.n_street * guarded / city.mean_street, 20.0))
        if kind == THEFT:
            return float(value * (0.6 + 0.4 * min(self.n_visiting / city.mean_visiting, 4.0)) * guarded)
        people = min((self.n_visiting + self.n_street) / (city.mean_visiting + city.mean_street), 10.0)
        hour = (t % DAY_MIN) / 60.0
        evening = 1.0 if hour >= 19.0 or hour < 4.0 else p.daytime_violence
        if kind == ASSAULT:
            return float(value * (0.3 + 0.7 * people) * evening)
        return float(value * (0.6 + 0.4 * people) * (1.0 + self.disorder) * (0.5 + 0.5 * evening))

    def residue_at(self, t: float) -> float:
        """Return the deterrence that past presence still exerts."""
        age = t - self.residue_t
        return self.residue * 0.5 ** (age / self.p.residue_half_life_min) if age > 0.0 else self.residue

    def p_deterred(self, t: float) -> float:
        """Return the chance that an offender is turned away by police, there or just gone."""
        residue = self.residue_at(t)
        return max(residue, self.p.p_deter_present) if self.n_police > 0 else residue

    def suffer(self, kind: int, t: float) -> None:
        """Let an offence leave its marks, here and next door."""
        self._raise_boost(kind, t, self.p.boost[kind])
        for other in self.connections.values():
            other._raise_boost(kind, t, self.p.boost[kind] * self.p.boost_next_door)
        if kind == DISORDER:
            self.disorder = single(self.disorder + 0.1 * (1.0 - self.disorder))

    def _raise_boost(self, kind: int, t: float, by: float) -> None:
        fade = 0.5 ** ((t - self.boost_t) / (self.p.boost_half_life_days * DAY_MIN))
        self.boost = [single(boost * fade) for boost in self.boost]
        self.boost[kind] = single(min(self.boost[kind] + by, MAX_BOOST))
        self.boost_t = t
