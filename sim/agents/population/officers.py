"""Make the force: officers by role, their shifts and where their duty starts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.agents.state import Table
from sim.agents.tables import COMMUNITY, FOOT, NEVER, NONE, OFFICERS, RESPONSE, ROLES, WARDEN, row_dtype, zero_rows
from sim.city.land_use import City
from sim.clock import SHIFT_MIN, SHIFTS_A_DAY
from sim.draws import Stream, normals, uniforms
from sim.roles import FORCE
from sim.scenarios.roster import Duty, cut_roster, cut_stations, deal_lines, districts_of, lines_of
from sim.scenarios.scenario import Scenario

ALL_DAYS = 0b1111111
OPEN = -1.0
"""Chance to work and share of days worked of who has no line in a roster: the scenario's `force.p_on_duty`."""
HIRED_FROM = 500_000
"""Keys of hired staff begin here within their role, so that hiring leaves the keys of the force as they are."""


def build_officers(scenario: Scenario, city: City, seed: int) -> Table:
    """Make the officers of a scenario.

    Response officers fill all three shifts by the scenario's shares; the others work by day and in the evening; where
    the scenario has a roster, its lines say otherwise. Each has the station of the district that they are assigned to,
    in turn or by the roster.
    """
    return _make([getattr(scenario.force, f"n_{role}") for role in ROLES], 0, scenario, city, seed)


def local_force(scenario: Scenario, city: City) -> Scenario:
    """Give a scenario the force of a part: that of its districts, or in proportion to a share that was cut.

    Officers are dealt out to districts in turn or by the roster, as in the whole city. Each role that has anybody keeps
    one officer.
    """
    if city.part is None:
        return scenario
    n_whole, chosen = scenario.force.n_districts, city.part.districts
    changes: dict[str, Any] = {
        "force.n_districts": int(city.district.max()) + 1,
        "roster": cut_roster(scenario.roster, scenario.n_officers, chosen, n_whole),
        "stations": cut_stations(scenario.stations, chosen),
    }
    for role, number in scenario.n_officers.items():
        if number > 0:
            there = _districts(scenario, role, np.arange(number))
            n = np.count_nonzero(np.isin(there, chosen)) if chosen else round(scenario.city.part * number)
            changes[f"force.n_{role}"] = max(1, int(n))
    return scenario.replace(changes)


def _districts(scenario: Scenario, role: str, place: np.ndarray) -> np.ndarray:
    """Give the districts of officers of a role: as their lines of the roster say, or in turn."""
    lines, n_districts = lines_of(scenario.roster, role), scenario.force.n_districts
    if not lines or not len(place):
        return place % n_districts
    return districts_of(lines, deal_lines(lines, int(place.max()) + 1), n_districts)[place]


def hire_staff(numbers: list[int], scenario: Scenario, city: City, seed: int) -> Table:
    """Make staff that a strategy hires beside the force: by role, in the order of `ROLES`; not yet employed."""
    staff = _make(numbers, HIRED_FROM, scenario, city, seed)
    staff["hired"], staff["employed"] = 1, 0
    return staff


def _make(numbers: list[int], first: int, scenario: Scenario, city: City, seed: int) -> Table:
    role = np.repeat(np.arange(len(ROLES)), numbers)
    officers = zero_rows(len(role), row_dtype(OFFICERS))
    # Keys by role and number: one officer more of a role leaves all others as they are.
    place = np.concatenate([np.arange(n) for n in numbers]) if len(role) else np.zeros(0, np.int64)
    officers["key"] = role * 1_000_000 + first + place + 1
    officers["sworn_role"], officers["employed"] = role, 1
    give_duty_times(officers, scenario, {})
    give_roles(officers, role.astype(np.uint8))
    officers["cell"] = NONE
    officers["district"] = place % scenario.force.n_districts
    for number, name in enumerate(ROLES if first == 0 else ()):
        officers["district"][role == number] = _districts(scenario, name, place[role == number])
    officers["station"] = _stations(city, scenario)[officers["district"]] if len(role) else 0
    officers["base"] = officers["station"]
    officers["skill"] = np.exp(scenario.force.skill_spread * normals(seed, Stream.OFFICER, officers["key"], 0))
    officers["eye"] = np.exp(scenario.force.eye_spread * normals(seed, Stream.OFFICER, officers["key"], 1))
    officers["junction"] = officers["base"]
    for column in ("segment", "target", "task", "call", "doing"):
        officers[column] = NONE
    officers["until"] = officers["rest_at"] = NEVER
    officers["next_stop"] = -np.log1p(-uniforms(seed, Stream.STOP_WHEN, officers["key"], 0))
    return officers


def give_roles(officers: Table, role: np.ndarray) -> None:
    """Set the roles of officers, and with them whether they drive."""
    officers["role"] = role
    officers["on_foot"] = walks(role)


def walks(role: np.ndarray) -> np.ndarray:
    """Tell which roles walk unless an order says otherwise."""
    return np.array([kind.on_foot for kind in FORCE])[role]


def give_duty_times(officers: Table, scenario: Scenario, starts: Mapping[int, float]) -> None:
    """Set when the duty of each officer begins, by the scenario's roster and by what a strategy says of some roles.

    Response officers fill the three shifts of the day by share. Wardens have one duty a day, all of them at the same
    hour. All others have two shifts, of which the first begins at an hour of the role's own and the second when it
    ends. Districts are dealt out in turn as well, so the shifts are dealt such that every district has both as soon as
    it has two officers of a role.

    Parameters
    ----------
    starts
        hour of the first shift by role, as a strategy sets it for all who have that role now
    """
    force = scenario.force
    place, sworn = officers["key"] % HIRED_FROM - 1, officers["sworn_role"]
    hour = np.full(len(officers), 8.0)
    hour[sworn == FOOT], hour[sworn == COMMUNITY] = force.foot_start_h, force.community_start_h
    begins = np.where(
        sworn == RESPONSE,
        SHIFT_MIN * _shifts(place, force.night_share, force.day_share),
        _two_shifts(hour, deal_in_turn(place, 2, force.n_districts)),
    )
    begins[sworn == WARDEN] = 60.0 * starts.get(WARDEN, force.warden_start_h)
    officers["duty_length"], officers["weekdays"], officers["p_works"], officers["worked"] = (
        SHIFT_MIN,
        ALL_DAYS,
        OPEN,
        OPEN,
    )
    for number, name in enumerate(ROLES):
        lines = lines_of(scenario.roster, name)
        mine = np.flatnonzero((sworn == number) & (officers["hired"] == 0))
        if lines and len(mine) and not (number == WARDEN and WARDEN in starts):
            begins[mine] = _give_lines(officers, mine, lines, place[mine])
    for role, first in starts.items():
        if role == WARDEN:
            continue
        mine = np.flatnonzero((officers["role"] == role) & (officers["hired"] == 0))
        begins[mine] = _two_shifts(np.full(len(mine), first), _halve_districts(place[mine] % force.n_districts))
        officers["duty_length"][mine] = SHIFT_MIN
    officers["shift"] = begins // SHIFT_MIN % SHIFTS_A_DAY
    officers["late_min"] = begins % SHIFT_MIN


def _give_lines(officers: Table, rows: np.ndarray, lines: list[Duty], place: np.ndarray) -> np.ndarray:
    """Set length and days of duty as the lines of a roster say, and return when the duties begin."""
    of = deal_lines(lines, int(place.max()) + 1).line[place]
    officers["duty_length"][rows] = np.array([60.0 * line.hours for line in lines])[of]
    officers["weekdays"][rows] = np.array([sum(1 << day for day in line.days()) for line in lines], np.uint8)[of]
    officers["p_works"][rows] = np.array([line.p_works for line in lines])[of]
    officers["worked"][rows] = np.array([line.p_works * len(line.days()) / 7.0 for line in lines])[of]
    return np.array([line.begins_min for line in lines], np.float64)[of]


def give_shifts_of_the_day(officers: Table, rows: np.ndarray, n_districts: int) -> None:
    """Deal the three shifts of the day to some officers, so that a district has all three once it has three of them."""
    officers["shift"][rows] = deal_in_turn(officers["key"][rows] % HIRED_FROM - 1, SHIFTS_A_DAY, n_districts)


def deal_in_turn(place: np.ndarray, n_duties: int, n_districts: int) -> np.ndarray:
    """Deal duties in turn to officers whose districts are dealt in turn by the same places.

    Where the two numbers have a common factor, both turns come back to their beginning together, before every duty
    has been in every district. The duties then go on by one more, so that the next turn brings another duty.
    Any first officers are balanced within one, and their duties stay when others are added.
    """
    return np.asarray((place + place // math.lcm(n_duties, n_districts)) % n_duties)


def _halve_districts(district: np.ndarray) -> np.ndarray:
    """Deal two duties to any officers, so that they are balanced within one in every district and over all of them."""
    duty = np.zeros(len(district), np.int64)
    duty[np.argsort(district, kind="stable")] = np.arange(len(district)) % 2
    return duty


def _two_shifts(hour: np.ndarray, duty: np.ndarray) -> np.ndarray:
    return np.asarray(np.round(60.0 * hour) + SHIFT_MIN * duty)


def _shifts(place: np.ndarray, night: float, day: float) -> np.ndarray:
    """Spread numbers over the three shifts by share, evenly in any prefix."""
    share_before = (place * 0.618033988749895) % 1.0
    return np.where(share_before < night, 0, np.where(share_before < night + day, 1, 2))


def _stations(city: City, scenario: Scenario) -> np.ndarray:
    """Name the junction of each district's station: the one that the scenario gives it, or nearest to its middle.

    A district that no station of the scenario names is served by the one that is nearest to its middle.
    """
    net, out = city.streets, []
    for district in range(int(city.district.max()) + 1):
        mine = np.flatnonzero(city.district == district)
        x, y = net.midpoint_x[mine].mean(), net.midpoint_y[mine].mean()
        there = [station for station in scenario.stations if district in station.districts] or scenario.stations
        if there:
            chosen = min(there, key=lambda station: math.hypot(station.x - x, station.y - y))
            nearest = np.argmin(np.hypot(net.midpoint_x - chosen.x, net.midpoint_y - chosen.y))
        else:
            nearest = mine[np.argmin(np.hypot(net.midpoint_x[mine] - x, net.midpoint_y[mine] - y))]
        out.append(net.segment_from[nearest])
    return np.array(out, np.int32)
