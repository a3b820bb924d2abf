"""Today's deployment: who is on when and where now, what may be changed of it, and the scenario of another one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.officers import build_officers, local_force
from sim.agents.tables import ROLES
from sim.batch.deployment.slots import HOUR_MIN, Floats, Ints, Slots, share_out, weeks_for
from sim.city.land_use import City
from sim.clock import SHIFT_MIN
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.scenarios.roster import LONGEST_H, SHORTEST_H
from sim.scenarios.scenario import Scenario

USUAL_DAYS = 5.0
THREE_SHIFTS = (0, SHIFT_MIN, 2 * SHIFT_MIN)
WEEKEND = 0b1100000


@dataclass(frozen=True)
class Limits:
    """Say what a deployment may be; what is not said is as it is today."""

    role: str = "response"
    begins: tuple[int, ...] = ()
    """minutes after midnight; empty for those of today and the three shifts of the day"""
    hours: float = 0.0
    """length of a duty; 0 for the commonest of today"""
    officers: int = 0
    """0 for as many as today"""
    least_crew: float = 0.0
    least_on_duty: float = 1.0


@dataclass(frozen=True)
class Today:
    """Hold the officers of a role as they are now."""

    district: NDArray[np.int64]
    """(n_officers,) by number in the part that is there"""
    begins: Floats
    """(n_officers,) minutes after midnight"""
    weekdays: NDArray[np.int64]
    """(n_officers,) bit 0 for Monday"""
    hours: Floats
    """(n_officers,) of a duty"""
    days: Floats
    """(n_officers,) days on duty a week, in the mean"""

    @property
    def hours_a_week(self) -> float:
        """Give the officer-hours on duty a week."""
        return float((self.hours * self.days).sum())


def read_today(scenario: Scenario, city: City, role: str) -> Today:
    """Read the duties of a role from the force that a scenario makes.

    Raises
    ------
    InputError
        If there is no such role, or nobody has it.
    """
    if role not in ROLES:
        raise InputError(f"--role must be one of {', '.join(ROLES)}, got {role!r}{did_you_mean(role, ROLES)}")
    local = local_force(scenario, city)
    officers = build_officers(local, city, 0)
    mine = officers[officers["sworn_role"] == ROLES.index(role)]
    if not len(mine):
        raise InputError(
            f"deploy must have officers to deploy, got force.n_{role} = 0; set a number, for instance "
            f"--set force.n_{role}=10, or another --role"
        )
    worked = np.where(mine["worked"] >= 0.0, mine["worked"], scenario.force.p_on_duty)
    return Today(
        mine["district"].astype(np.int64),
        SHIFT_MIN * mine["shift"].astype(np.float64) + mine["late_min"].astype(np.float64),
        mine["weekdays"].astype(np.int64), mine["duty_length"] / HOUR_MIN, 7.0 * worked,
    )  # fmt: skip


def lay_out(scenario: Scenario, city: City, today: Today, limits: Limits) -> Slots:
    """Lay out the places of a roster within the limits, each officer with the hours that one has today.

    Raises
    ------
    InputError
        If the limits leave none.
    """
    begins = limits.begins or tuple(sorted({*map(int, today.begins.tolist()), *THREE_SHIFTS}))
    hours = limits.hours or _commonest(today.hours)
    if not SHORTEST_H <= hours <= LONGEST_H:
        raise InputError(f"--shift-hours must lie between {SHORTEST_H:g} and {LONGEST_H:g}, got {hours:g}")
    worked = today.hours_a_week / len(today.hours) / hours
    away = _away_of(scenario, limits.role)
    days = round(worked / (1.0 - away), 9)
    if days > 7.0:
        raise InputError(
            f"--shift-hours must be long enough for the {worked * hours:.1f} hours a week that an officer is on duty, "
            f"got {hours:g}; try {min(np.ceil(worked * hours / (7.0 * (1.0 - away))), LONGEST_H):g}"
        )
    slots = Slots(
        limits.role, limits.officers or len(today.hours), _districts_of(scenario, city), begins,
        weeks_for(days), hours, days, away, limits.least_crew, limits.least_on_duty,
    )  # fmt: skip
    if slots.districts == (None,) and slots.least_crew > 0.0:
        raise InputError(
            "--min-crew must be left out where a share of a city is simulated, whose districts are others; "
            "try --part 'district 0', or the whole city"
        )
    share_out(slots, np.ones(slots.shape))  # refuses limits that nothing keeps
    return slots


def _away_of(scenario: Scenario, role: str) -> float:
    """Give the share of rostered days lost to leave and sickness: that of the roster, or what is left of five days."""
    lines = [line for line in scenario.roster if line.role == role]
    if lines:
        weight = [line.number * line.p_works * len(line.days()) for line in lines]
        return round(float(np.average([line.away for line in lines], weights=weight)), 4)
    return round(max(0.0, 1.0 - scenario.force.p_on_duty * 7.0 / USUAL_DAYS), 4)


def _districts_of(scenario: Scenario, city: City) -> tuple[int | None, ...]:
    """Name the districts by their numbers in the whole city; none of a share that was cut out, whose own are others."""
    if city.part is not None:
        return city.part.districts or (None,)
    return tuple(range(scenario.force.n_districts))


def _commonest(values: Floats) -> float:
    found, n = np.unique(values, return_counts=True)
    return float(found[n.argmax()])


def table_of(today: Today, slots: Slots) -> Floats:
    """Lay today's officers on the places of a roster: the nearest begin that is allowed, the week that fits."""
    table = np.zeros(slots.shape)
    allowed = np.array(slots.begins, np.float64)
    for district, begins, weekdays in zip(today.district, today.begins, today.weekdays, strict=True):
        away = np.abs(allowed - begins)
        begin = int(np.minimum(away, 24 * HOUR_MIN - away).argmin())
        wanted = "" if weekdays & WEEKEND else "Mon-Fri"
        week = slots.weeks.index(wanted) if wanted in slots.weeks else 0
        table[0 if slots.districts == (None,) else district, begin, week] += 1.0
    return table


def unchanged(today: Today, slots: Slots, table: Floats) -> Ints | None:
    """Give today's officers by place where these places say the same of each: begin, hours, days and number."""
    same: bool = set(today.begins.tolist()) <= set(map(float, slots.begins)) and len(today.hours) == slots.officers
    same = same and bool(np.allclose(today.hours, slots.hours)) and float(np.ptp(today.days)) < 1e-9
    full = all(days & WEEKEND == WEEKEND for days in today.weekdays.tolist())
    return table.astype(np.int64) if same and full else None


def with_deployment(scenario: Scenario, slots: Slots, counts: Ints) -> Scenario:
    """Give a scenario another deployment of a role; all other roles stay as they are.

    Its name says which one, so that two deployments are never taken for each other.
    """
    lines = slots.lines(counts)
    others = tuple(line for line in scenario.roster if line.role != slots.role)
    changes = {"roster": (*others, *lines), f"force.n_{slots.role}": _number_of(scenario, slots)}
    mark = hashlib.sha256(repr([line.model_dump() for line in lines]).encode()).hexdigest()[:8]
    return scenario.replace(changes | {"name": f"{scenario.name}-roster-{mark}"})


def _number_of(scenario: Scenario, slots: Slots) -> int:
    """Give the officers of the whole force of whom as many as wanted are in the part that is there."""
    if slots.districts != (None,) or not scenario.is_cut:
        return slots.officers
    share = scenario.city.part
    near = round(slots.officers / share)
    now = int(getattr(scenario.force, f"n_{slots.role}"))
    tried = [now, *sorted(range(max(near - 3, 1), near + 4), key=lambda n: abs(n - near))]
    return next(n for n in tried if max(1, round(share * n)) == slots.officers)
