"""How many officers a city needs so that a part of it has so many, and what they cost before anything is run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from sim.agents.population.officers import build_officers, local_force
from sim.agents.tables import AUXILIARY, MEDIATOR, ROLES, WARDEN, WORKER
from sim.clock import SHIFT_MIN
from sim.errors import InputError
from sim.policies.compose import joined_levers
from sim.policies.levers import Team
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.world import build_city

MONTH_DAYS = 365.0 / 12.0
FARTHEST = 40
"""Sizes round the proportional one that are tried before a role is said not to fit."""
HIRED = {"auxiliaries": AUXILIARY, "mediators": MEDIATOR, "workers": WORKER, "warden_pairs": WARDEN}


@lru_cache(maxsize=64)
def here(scenario: Scenario) -> Scenario:
    """Give the scenario with the force that is in its part."""
    return local_force(scenario, build_city(scenario))


def officers_here(scenario: Scenario) -> dict[str, int]:
    """Count the officers of the part by role."""
    return here(scenario).n_officers


def whole_force(scenario: Scenario, wanted: Mapping[str, int]) -> dict[str, int]:
    """Find the force of the whole city of which the part has so many officers of each role.

    Officers are dealt out by `sim.agents.population.officers.local_force`, which is asked, so that no second rule can
    disagree with it.

    Returns
    -------
    sizes
        what `--set` must say, by dotted name; nothing where the part has these numbers anyway

    Raises
    ------
    InputError
        If no force gives the part so many.
    """
    unknown = sorted(wanted.keys() - set(ROLES))
    if unknown or not all(0 <= n <= 100_000 for n in wanted.values()):
        raise InputError(f"roles of officers are {', '.join(ROLES)}, each 0 to 100000, got {dict(wanted)}")
    now = officers_here(scenario)
    changed = {role: n for role, n in wanted.items() if n != now[role]}
    if not changed or not scenario.is_cut:
        return {f"force.n_{role}": n for role, n in changed.items()}
    sizes: dict[str, int] = {}
    for role, n in changed.items():
        sizes[f"force.n_{role}"] = _size_for(scenario, role, n)
    return sizes


def _size_for(scenario: Scenario, role: str, n: int) -> int:
    if n == 0:
        return 0
    city = build_city(scenario)
    share = scenario.city.part if scenario.city.part < 1.0 else 1.0 / max(scenario.force.n_districts, 1)
    share *= max(len(city.part.districts), 1) if city.part is not None else 1
    guess = round(n / share)
    for off in range(FARTHEST):
        for size in {guess + off, guess - off}:
            if size > 0 and local_force(scenario.replace({f"force.n_{role}": size}), city).n_officers[role] == n:
                return size
    raise InputError(f"no force of the whole city gives this part {n} officers of the role {role}; try another number")


def monthly_cost(scenario: Scenario, policy: PolicyModel) -> dict[str, Any]:
    """Say what the staff of a side works and costs in a month, from rosters alone: overtime shows only in a run.

    Returns
    -------
    cost
        `officers` (posts) and `hours` (paid, a month) by role, hired staff included; `hours_all`, and `sworn_hours`,
        what that costs in hours of a sworn officer
    """
    local = here(scenario)
    parts = policy.parts(scenario.start) if not policy.switches() else policy.ever()[-1]
    team = joined_levers(parts).team
    posts, hours = _by_role(local, scenario)
    hired = _hired(team, local, scenario)
    for role, n in hired.items():
        posts[role] += n
        hours[role] += n * local.force.p_on_duty * SHIFT_MIN / 60.0 * MONTH_DAYS
    price = _prices(local)
    if team.within_budget and posts["response"]:
        owed = min(posts["response"], int(sum(price[role] * n for role, n in hired.items()) + 0.5))
        hours["response"] *= 1.0 - owed / posts["response"]
        posts["response"] -= owed
    sworn = sum(price[role] * hours[role] for role in ROLES)
    return {
        "officers": posts, "hours": {role: round(h, 1) for role, h in hours.items()},
        "hours_all": round(sum(hours.values()), 1), "sworn_hours": round(sworn, 1), "hired": hired,
    }  # fmt: skip


def residents_here(scenario: Scenario) -> int:
    """Estimate how many residents a part has: those of its share of homes."""
    city = build_city(scenario)
    return round(scenario.people.n_residents * (1.0 if city.part is None else city.part.share))


def _by_role(local: Scenario, scenario: Scenario) -> tuple[dict[str, int], dict[str, float]]:
    table = build_officers(local, build_city(scenario), 0)
    p_works = np.where(table["p_works"] < 0.0, local.force.p_on_duty, table["p_works"])
    share_of_days = np.array([bin(int(days)).count("1") / 7.0 for days in table["weekdays"]])
    month = p_works * share_of_days * table["duty_length"] / 60.0 * MONTH_DAYS
    mine = {role: table["sworn_role"] == number for number, role in enumerate(ROLES)}
    return {role: int(one.sum()) for role, one in mine.items()}, {
        role: float(month[one].sum()) for role, one in mine.items()
    }


def _hired(team: Team, local: Scenario, scenario: Scenario) -> dict[str, int]:
    n = residents_here(scenario)
    del local
    return {
        ROLES[role]: round(getattr(team, name) * n / 1000.0)
        for name, role in HIRED.items()
        if getattr(team, name) > 0.0
    }


def _prices(scenario: Scenario) -> dict[str, float]:
    cost = scenario.cost
    civil = {"auxiliary": cost.cost_auxiliary, "mediator": cost.cost_mediator, "worker": cost.cost_worker}
    return dict.fromkeys(ROLES, 1.0) | civil | {"warden": cost.cost_warden}
