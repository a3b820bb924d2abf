"""A force of any size with the roles of a scenario, and who is on duty when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.officers import build_officers
from sim.agents.tables import COMMUNITY, RESPONSE, ROLES
from sim.city.land_use import City
from sim.clock import SHIFTS_A_DAY
from sim.errors import InputError
from sim.inputs.spelling import did_you_mean
from sim.roles import SWORN
from sim.scenarios.scenario import Scenario
from sim.world import build_city


def roles_to_vary(scenario: Scenario, wanted: Sequence[str]) -> tuple[str, ...]:
    """Name the roles whose number is searched: those wanted, or all sworn ones that the scenario has.

    Raises
    ------
    InputError
        If there is no such role, or nobody to begin with.
    """
    for role in wanted:
        if role not in ROLES:
            raise InputError(f"--role must be one of {', '.join(ROLES)}, got {role!r}{did_you_mean(role, ROLES)}")
    roles = tuple(dict.fromkeys(wanted)) or tuple(role for role in SWORN if count_role(scenario, role) > 0)
    if sum(count_role(scenario, role) for role in roles) == 0:
        if len(roles) == 1:
            return roles
        raise InputError(
            f"{scenario.name} has nobody in {', '.join(roles) or 'a sworn role'}; "
            f"set a number, for instance --set force.n_{(roles or SWORN)[0]}=10"
        )
    return roles


def count_role(scenario: Scenario, role: str) -> int:
    """Count the officers of a role."""
    return int(getattr(scenario.force, f"n_{role}"))


def share_out_roles(scenario: Scenario, roles: Sequence[str], size: int) -> dict[str, int]:
    """Share officers out over roles in the proportions of the scenario.

    By the method of odd divisors (Webster), under which one officer more never takes one from a role: forces of
    neighbouring size differ by one person.
    """
    own = np.array([count_role(scenario, role) for role in roles], float)
    own = own if own.sum() > 0 else np.ones(len(roles))
    numbers = np.zeros(len(roles), int)
    for _ in range(size):
        numbers[np.argmax(own / (2.0 * numbers + 1.0))] += 1
    return dict(zip(roles, numbers.tolist(), strict=True))


def with_force(scenario: Scenario, roles: Sequence[str], size: int) -> Scenario:
    """Give the scenario another number of officers in some roles."""
    numbers = share_out_roles(scenario, roles, size)
    return scenario.replace({f"force.n_{role}": number for role, number in numbers.items()})


def town_of(scenario: Scenario, residents: int) -> Scenario:
    """Give a made-up town of so many residents like a scenario: its density, its rates, its force in proportion.

    Its streets are grown, as many for each resident as the scenario has. To spread fewer people over the scenario's own
    streets would make every way too long.
    """
    factor = residents / scenario.people.n_residents
    changes: dict[str, Any] = {
        "people.n_residents": residents,
        "city.n_segments": max(20, round(factor * build_city(scenario).streets.n_segments)),
        "force.n_districts": max(1, round(factor * scenario.force.n_districts)),
    }
    if not scenario.city.is_synthetic:
        changes |= {
            "city.streets": "organic",
            "city.stands_for": f"a town of {residents:,} residents like {scenario.name}",
        }
    for role, number in scenario.n_officers.items():
        changes[f"force.n_{role}"] = max(1, round(factor * number)) if number else 0
    return scenario.replace(changes)


def cars_by_shift(scenario: Scenario, city: City) -> NDArray[np.int64]:
    """Count, by shift, the officers in cars whom dispatch can send; those on foot reach too little to be counted."""
    officers = build_officers(scenario, city, 0)
    drives = np.isin(officers["role"], (RESPONSE, COMMUNITY))
    return np.bincount(officers["shift"][drives], minlength=SHIFTS_A_DAY)
