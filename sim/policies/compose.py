"""Strategies put together: two at the same time, or one after the other at a date.

A part draws from its own chance and sees the city as if it were alone, so `reactive until 2014-10-01 then grid` is
`reactive` to the byte until that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from pydantic import Field, SerializeAsAny, model_validator

from sim.errors import InputError
from sim.policies.levers import STAFF, Levers
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.roles import COMES_FIRST, IN_TURN


class Composed(PolicyModel):
    """Several strategies in one; each of `stages` is in force from its date on, the first from the start."""

    stages: tuple[tuple[SerializeAsAny[PolicyModel], ...], ...] = Field(...)
    dates: tuple[date, ...] = ()

    @property
    def name(self) -> str:  # type: ignore[override]
        """Give the names of the parts as a user would write them."""
        words = [" + ".join(part.name for part in stage) for stage in self.stages]
        text = words[0]
        for when, word in zip(self.dates, words[1:], strict=True):
            text += f" until {when} then {word}"
        return text

    @model_validator(mode="after")
    def _stages_follow_one_another(self) -> Composed:
        if not self.stages or not all(self.stages):
            raise ValueError("every stage must hold one strategy at least")
        if len(self.dates) != len(self.stages) - 1:
            raise ValueError(
                f"{len(self.stages)} stages need {len(self.stages) - 1} dates between them, got {len(self.dates)}"
            )
        if any(later <= earlier for earlier, later in pairwise(self.dates)):
            raise ValueError(f"the dates of a switch must follow one another, got {', '.join(map(str, self.dates))}")
        return self

    def switches(self) -> tuple[date, ...]:
        """Name the first day of every stage but the first."""
        return self.dates

    def parts(self, day: date) -> tuple[PolicyModel, ...]:
        """Name the strategies in force on a day."""
        return self.stages[sum(when <= day for when in self.dates)]

    def ever(self) -> tuple[tuple[PolicyModel, ...], ...]:
        """List the stages."""
        return self.stages

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Put the orders of the first stage together, all from one generator; the engine asks the parts one by one."""
        return merge_orders([part.decide(seen, rng) for part in self.stages[0]])


def check_switches(policy: PolicyModel, start: date, n_days: int) -> None:
    """Refuse a strategy of stages of which one is never in force: its result would be that of another strategy.

    Raises
    ------
    InputError
        If a stage begins on the first day of the run, before it or after its end.
    """
    last = start + timedelta(days=n_days - 1)
    for when in policy.switches():
        if not start < when <= last:
            raise InputError(
                f"policy {policy.name!r}: each stage must be in force on one day of the run at least, so a switch must "
                f"lie after {start} and no later than {last}, got {when}"
            )


def joined_levers(parts: tuple[PolicyModel, ...]) -> Levers:
    """Put the levers of strategies together that are in force at the same time."""
    levers = Levers()
    for part in parts:
        levers = levers + part.levers().scaled(part.hours)
    if any(part.within_budget for part in parts):
        levers = replace(levers, team=replace(levers.team, within_budget=True))
    return levers


def pay_within_budget(policy: PolicyModel) -> PolicyModel:
    """Give the same strategy with its hired staff paid for by response officers; one that hires nobody stays as it is.

    Strategies are compared on one budget of officer-hours, or one of them has more police than the other.
    """
    if isinstance(policy, Composed):
        stages = tuple(tuple(pay_within_budget(part) for part in stage) for stage in policy.stages)
        return policy if stages == policy.stages else policy.model_copy(update={"stages": stages})
    team = policy.levers().scaled(policy.hours).team
    hires = any(getattr(team, staff) > 0.0 for staff in STAFF)
    return policy.model_copy(update={"within_budget": True}) if hires else policy


def merge_orders(orders: list[Orders]) -> Orders:
    """Put orders together: who has an order from one strategy for a time gets none from a later one for it.

    What must be seen to at its time (`sim.roles.COMES_FIRST`: a police room that is open, a head of a building who
    waits) is seen to whatever else is ordered; those orders are cut short for it.
    """
    fixed, held = _in_turn([[task for task in some.tasks if task.kind in COMES_FIRST] for some in orders], {})
    beside = [[_beside(task, held) for task in some.tasks if task.kind not in COMES_FIRST] for some in orders]
    others, _ = _in_turn(beside, held)
    return Orders((*others, *fixed))


Spans = dict[int, list[tuple[float, float]]]


def _in_turn(orders: Sequence[Sequence[Task | None]], held: Spans) -> tuple[list[Task], Spans]:
    """Take the orders of each strategy for the times that are not taken yet, the first one first."""
    taken = {officer: list(spans) for officer, spans in held.items()}
    tasks: list[Task] = []
    for some in orders:
        new = [task for task in some if task is not None and not _overlaps(task, taken.get(task.officer, []))]
        for task in new:
            taken.setdefault(task.officer, []).append((task.start, task.end))
        tasks += new
    return tasks, taken


def _beside(task: Task, held: Spans) -> Task | None:
    """Cut a task down to the longest time that is left beside some others; None where nothing is."""
    free = [(task.start, task.end)]
    for start, end in held.get(task.officer, []):
        free = [
            (a, b) for first, last in free for a, b in ((first, min(last, start)), (max(first, end), last)) if a < b
        ]
    if not free:
        return None
    start, end = max(free, key=lambda span: (span[1] - span[0], -span[0]))
    return task if (start, end) == (task.start, task.end) else replace(task, start=start, end=end)


def _overlaps(task: Task, spans: list[tuple[float, float]]) -> bool:
    return any(task.start < end and start < task.end for start, end in spans)


def carried_out(orders: Orders, policy: PolicyModel, rng: Generator) -> Orders:
    """Give what is left of orders where a strategy gets part of its means or is carried out in part.

    With `hours` below one, fewer officers are under its orders. With `fidelity` below one, those who are deliver less
    of the dose: they stop earlier, stay shorter and visit the first places of a round only. What is not delivered is
    ordinary patrol, so that it costs as much.
    """
    if policy.hours >= 1.0 and policy.fidelity >= 1.0:
        return orders
    officers = sorted({task.officer for task in orders.tasks})
    given = {officer for officer, u in zip(officers, rng.random(len(officers)), strict=True) if u < policy.hours}
    if policy.fidelity <= 0.0:
        return Orders()
    return Orders(tuple(_in_part(task, policy.fidelity) for task in orders.tasks if task.officer in given))


def _in_part(task: Task, share: float) -> Task:
    end, dwell = task.start + share * (task.end - task.start), max(1.0, share * task.dwell)
    targets = task.targets
    if task.kind in IN_TURN:
        targets = targets[: int(np.ceil(share * len(targets)))]
    return replace(task, end=end, dwell=dwell, targets=targets)
