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
from sim.scenarios.scenario import FORCE_SIZES, Scenario

HIRED_FROM = 500_000
"""Keys of hired staff begin here within their role, so that hiring leaves the keys of the force as they are."""


def build_officers(scenario: Scenario, city: City, seed: int) -> Table:
    """Make the officers of a scenario.

    Response officers fill all three shifts by the roster's shares; the others work by day and in the
    evening. Each has a station, the middle of the district that they are assigned to in turn.
    """
    return _make([getattr(scenario.force, f"n_{role}") for role in ROLES], 0, scenario, city, seed)


def local_force(scenario: Scenario, city: City) -> Scenario:
    """Give a scenario the force of a part: that of its districts, or in proportion to a share that was cut.

    Officers are dealt out to districts in turn, as in the whole city. Each role that has anybody keeps one officer.
    """
    if city.part is None:
        return scenario
    changes: dict[str, Any] = {"force.n_districts": int(city.district.max()) + 1}
    n_whole, chosen = scenario.force.n_districts, city.part.districts
    for name, number in scenario.force:
        if name in FORCE_SIZES and number > 0:
            turns = np.arange(number) % n_whole
            n = np.count_nonzero(np.isin(turns, chosen)) if chosen else round(scenario.city.part * number)
            changes[f"force.{name}"] = max(1, int(n))
    return scenario.replace(changes)


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
    officers["station"] = _stations(city)[officers["district"]] if len(role) else 0
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
    for role, first in starts.items():
        if role == WARDEN:
            continue
        mine = np.flatnonzero((officers["role"] == role) & (officers["hired"] == 0))
        begins[mine] = _two_shifts(np.full(len(mine), first), _halve_districts(place[mine] % force.n_districts))
    officers["shift"] = begins // SHIFT_MIN % SHIFTS_A_DAY
    officers["late_min"] = begins % SHIFT_MIN


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


def _stations(city: City) -> np.ndarray:
    """Name the junction nearest to the middle of each district."""
    net, out = city.streets, []
    for district in range(int(city.district.max()) + 1):
        mine = np.flatnonzero(city.district == district)
        x, y = net.midpoint_x[mine], net.midpoint_y[mine]
        middle = mine[np.argmin(np.hypot(x - x.mean(), y - y.mean()))]
        out.append(net.segment_from[middle])
    return np.array(out, np.int32)
