"""What is said of a question before it is run: completed, priced, timed, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.roles import SWORN
from sim.scenarios.scenario import Scenario
from sim.web.force_of import monthly_cost, officers_here, residents_here
from sim.web.question import ROLES, SIDES, Asked, Question
from sim.web.settings import Limits, Settings
from sim.web.strategies import strategy_names
from sim.web.words import Both, both, problem

START_S, BUILD_S, SHIFT_S, RESIDENT_DAY_S = 1.0, 2.4e-5, 0.03, 1.0e-6
"""Seconds of a run on a core of the machine that `benchmarks/page.py` was run on: begin, a resident of the whole city
to build, a day, and a resident for a day. A first guess; what is left is then told by what has run."""


NOWHERE = Path()
"""Folder of plans that are made to be checked, not run."""


def describe_question(asked: Asked, settings: Settings) -> dict[str, Any]:
    """Say all that is known of a question before it is run.

    Raises
    ------
    InputError
        If its city or a part of it cannot be had, so that nothing can be said.
    """
    faults = list_faults(asked, settings.limits)
    told: dict[str, Any] = {"id": asked.id, "canonical": asked.text, "faults": faults, "names": side_names(asked)}
    told |= {"question": complete(asked), "n_residents": residents_here(asked.base)} | force_beside(asked)
    if faults:
        return told | {"command": "", "cost": None, "seconds": None}
    cost = {side: _cost(asked, side) for side in SIDES}
    return told | {
        "command": asked.command(settings.store), "cost": cost | {"money_unit": both("cost.unit")},
        "seconds": seconds_for(asked, settings.workers), "start": str(asked.base.start),
    }  # fmt: skip


def complete(asked: Asked) -> dict[str, Any]:
    """Give the question with everything said that was left to defaults."""
    whole = asked.question.model_dump(mode="json", exclude_none=True)
    force = force_beside(asked)
    for name in SIDES:
        whole[name] |= {"officers": force["officers"][name], "night": force["night"][name]}
    return whole | {"start": str(asked.base.start)}


def force_beside(asked: Asked) -> dict[str, Any]:
    """Give the officers by role and the share by night that the part has, and that each side has."""
    usual, night = officers_here(asked.base), asked.base.force.night_share
    sides = {name: asked.question.side(name) for name in SIDES}
    return {
        "officers": {"usual": usual} | {name: usual | side.officers for name, side in sides.items()},
        "night": {"usual": night} | {name: night if s.night is None else s.night for name, s in sides.items()},
    }


def list_faults(asked: Asked, limits: Limits) -> list[Both]:
    """Say why a question cannot be run, each in a sentence; nothing where it can."""
    question = asked.question
    faults = [*_too_large(question, asked.base, limits)]
    try:
        scenarios = [asked.scenario(side) for side in SIDES]
        policies = [one.policy for one in asked.strategies]
        for side in SIDES:
            asked.plan(side, 1, NOWHERE)
        if scenarios[0] == scenarios[1] and policies[0] == policies[1]:
            faults.append(both("faults.same"))
    except InputError as error:
        faults.append(problem(str(error)))
    return faults


def side_names(asked: Asked) -> dict[str, Both]:
    """Name both sides as people say it."""
    return {name: strategy_names([one.key for one in asked.question.side(name).strategies]) for name in SIDES}


def seconds_for(asked: Asked, workers: int) -> int:
    """Guess how long all runs of a question take, none of them made yet."""
    n_runs = 2 * asked.question.seeds
    return max(1, round(n_runs * run_seconds(asked.base) / max(1, min(workers, n_runs))))


def run_seconds(scenario: Scenario) -> float:
    """Guess how long one run takes."""
    whole, here = scenario.people.n_residents, residents_here(scenario)
    return START_S + BUILD_S * whole + scenario.n_days * (SHIFT_S + RESIDENT_DAY_S * here)


def list_roles() -> list[dict[str, Any]]:
    """List the roles of a force."""
    return [
        {"key": role, "name": both(f"roles.{role}"), "line": both(f"role_lines.{role}"), "sworn": role in SWORN}
        for role in ROLES
    ]


def _cost(asked: Asked, side: str) -> dict[str, Any]:
    cost = monthly_cost(asked.scenario(side), asked.strategies[SIDES.index(side)].policy)
    return cost | {"by_role": cost["hours"], "hours": cost["hours_all"], "money": cost["sworn_hours"]}


def _too_large(question: Question, scenario: Scenario, limits: Limits) -> list[Both]:
    n = residents_here(scenario)
    faults = []
    if n > limits.residents:
        faults.append(both("faults.many", n=f"{n:,}", most=f"{limits.residents:,}"))
    work = 2 * n * question.days * question.seeds
    if work > limits.resident_days or question.seeds > limits.seeds or question.days > limits.days:
        fits = max(1, min(limits.seeds, limits.resident_days // max(1, 2 * n * question.days)))
        faults.append(
            both("faults.large", n=f"{n:,}", days=f"{question.days:,}", seeds=question.seeds, fits=fits,
                 most=f"{limits.resident_days:,}", most_days=f"{limits.days:,}", most_seeds=limits.seeds)
        )  # fmt: skip
    return faults
