"""From orders to the world: checked, entered in the tables, and nothing else.

Officer-hours are charged by the engine for what officers do; no strategy gets more of them than its shift has.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.officers import walks
from sim.agents.state import State
from sim.agents.tables import NONE, ROLES, TASKS
from sim.city.cells.measures import central_segments
from sim.clock import SHIFT_MIN
from sim.observation import WorldSeen, known_disputes, officers_on_duty, persons_on_file
from sim.policies.contract.rules import Limits, OrdersError, check_orders, check_organisation
from sim.policies.protocol import Orders, Organisation, Task
from sim.roles import FORCE

__all__ = ["OrdersError", "carry_out", "duty_minutes", "organise"]

KIND = {name: number for number, name in enumerate(TASKS)}
WITHOUT_POWERS = frozenset(role.name for role in FORCE if not role.sworn)
"""Roles without the power to stop and search; they do so only where an order names a rate."""
IN_OFFICES = frozenset(role.name for role in FORCE if role.in_office)
"""Roles that wait for work at a desk, not in the street; only detectives work on cases there."""


def organise(world: WorldSeen, organisation: Organisation, *, policy: str) -> None:
    """Divide the city and the force as a policy wants it, before the first shift.

    Who has a cell starts the duty in the middle of it, at a police room of the cell; a way from the station would take
    an hour and more of each shift on foot in a large city, and next to nothing in a small piece of it.

    Raises
    ------
    OrdersError
        If a shape is wrong or an officer's cell does not exist.
    """
    state = world.state
    check_organisation(organisation, policy=policy, n_segments=len(state.segments), n_officers=len(state.officers))
    state.cells[:] = organisation.cell
    state.officers["cell"] = organisation.officer_cell
    state.officers["base"] = _duty_starts(world)
    if organisation.own_cell_min is not None:
        state.p["own_cell_min"] = organisation.own_cell_min


def _duty_starts(world: WorldSeen) -> NDArray[np.int32]:
    """Name the junction in the middle of each officer's cell, or the station of who has none."""
    officers = world.state.officers
    cells, place = np.unique(world.state.cells, return_inverse=True)
    middle = world.city.streets.segment_from[central_segments(world.city.streets, place, len(cells))]
    own = np.searchsorted(cells, officers["cell"])
    return np.where(officers["cell"] == NONE, officers["station"], middle[np.minimum(own, len(cells) - 1)])


def carry_out(world: WorldSeen, orders: Orders, *, policy: str) -> None:
    """Check the orders of the shift that begins now and enter them in the tables.

    Every officer on duty has a task for every minute of the shift: where the orders leave a gap, detectives and
    civilians are at their desks, and all others patrol their own cell, or the city if they own none.

    Raises
    ------
    OrdersError
        If an order cannot be carried out; the world is then as it was.
    """
    state = world.state
    now = float(state.c["now"][0])
    crew = officers_on_duty(state)
    tasks = check_orders(
        orders,
        Limits(
            policy=policy,
            on_duty=frozenset(crew.tolist()),
            n_segments=len(state.segments),
            known_disputes=frozenset(known_disputes(state).tolist()),
            shift_min=float(SHIFT_MIN),
            n_households=int(state.c["n_homes"][0]),
            on_file=frozenset(persons_on_file(state).tolist()),
        ),
    )
    _check_cells(tasks, state, policy)
    tasks = _within_duty(_fill_gaps(tasks, state, crew.tolist()), state, now)
    _let_walk(tasks, state, crew, now)
    targets = [target for task in tasks for target in task.targets]
    _check_room(state, len(tasks), len(targets), policy)
    state.targets[: len(targets)] = targets
    _write_tasks(world, tasks, now)
    _point_officers(state, len(tasks))
    _log(state, len(tasks), now)


def duty_minutes(world: WorldSeen) -> float:
    """Sum the officer-minutes of the shift that begins now: the budget that no strategy can exceed."""
    state, now = world.state, float(world.state.c["now"][0])
    begin, end = _windows(state, now)
    return float((end - begin)[officers_on_duty(state)].sum())


def _windows(state: State, now: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tell from when to when each officer's duty lies in the shift that begins now, in minutes after its begin."""
    begin, end = state.officers["duty_from"] - now, state.officers["duty_end"] - now
    return np.clip(begin, 0.0, SHIFT_MIN), np.clip(end, 0.0, SHIFT_MIN)


def _within_duty(tasks: list[Task], state: State, now: float) -> list[Task]:
    """Leave out what was ordered for a time at which an officer is not on duty."""
    begin, end = (column.tolist() for column in _windows(state, now))
    kept = []
    for task in tasks:
        first, last = max(task.start, begin[task.officer]), min(task.end, end[task.officer])
        if first < last:
            kept.append(task if (first, last) == (task.start, task.end) else replace(task, start=first, end=last))
    return kept


def _let_walk(tasks: list[Task], state: State, crew: NDArray[np.int32], now: float) -> None:
    """Let officers whose duty begins in this shift drive or walk, as their role has it or as they are ordered."""
    officers = state.officers
    fresh = crew[officers["duty_from"][crew] >= now]
    officers["on_foot"][fresh] = walks(officers["role"][fresh])
    ordered = np.array([task.officer for task in tasks if task.on_foot], np.int64)
    officers["on_foot"][np.intersect1d(ordered, fresh)] = 1


def _fill_gaps(tasks: list[Task], state: State, crew: list[int]) -> list[Task]:
    """Give every officer something to do in every minute; `tasks` and `crew` are in order of officers."""
    whole: list[Task] = []
    roles = state.officers["role"][crew].tolist()
    cells = state.officers["cell"][crew].tolist()
    at = 0
    for officer, role, cell in zip(crew, roles, cells, strict=True):
        kind = "desk" if ROLES[role] in IN_OFFICES else "patrol"
        free_from = 0.0
        while at < len(tasks) and tasks[at].officer == officer:
            if tasks[at].start > free_from:
                whole.append(Task(officer, kind, start=free_from, end=tasks[at].start, cell=cell))
            whole.append(tasks[at])
            free_from = tasks[at].end
            at += 1
        if free_from < SHIFT_MIN:
            whole.append(Task(officer, kind, start=free_from, end=float(SHIFT_MIN), cell=cell))
    return whole


def _check_cells(tasks: list[Task], state: State, policy: str) -> None:
    """Refuse a cell without segments: an officer could not patrol there."""
    cell_of = state.cells
    for cell in {task.cell for task in tasks} - {NONE}:
        if not (cell_of == cell).any():
            officer = next(task.officer for task in tasks if task.cell == cell)
            raise OrdersError(
                f"policy {policy!r}, officer {officer}: cell must be one from 0 to {cell_of.max()} that has segments, "
                f"or -1 for the whole city, got {cell}"
            )


def _check_room(state: State, n_tasks: int, n_targets: int, policy: str) -> None:
    room = (
        ("tasks", n_tasks, len(state.tasks)),
        ("targets", n_targets, len(state.targets)),
        ("orders in the ledger", n_tasks, len(state.out.orders) - int(state.out.n["orders"][0])),
    )
    for what, needed, there in room:
        if needed > there:
            raise OrdersError(
                f"policy {policy!r}: a shift has room for {there} {what}, got {needed}; "
                "order fewer tasks, or name fewer targets for each"
            )


def _write_tasks(world: WorldSeen, tasks: list[Task], now: float) -> None:
    state, force = world.state, world.scenario.force
    roles = state.officers["role"].tolist()
    rows = []
    target_start = 0
    for task in tasks:
        habit = 0.0 if ROLES[roles[task.officer]] in WITHOUT_POWERS else force.stops_per_hour
        rows.append(
            (
                task.officer,
                KIND[task.kind],
                now + task.start,
                now + task.end,
                task.cell,
                target_start,
                len(task.targets),
                task.dwell,
                habit if task.stops_per_hour is None else task.stops_per_hour,
                force.p_suspicion if task.p_suspicion is None else task.p_suspicion,
                task.protected,
                task.once,
            )
        )
        target_start += len(task.targets)
    state.tasks[: len(rows)] = rows


def _point_officers(state: State, n_tasks: int) -> None:
    """Lead every officer to the begin and the end of the own rows."""
    owner = state.tasks["officer"][:n_tasks]
    first = np.flatnonzero(np.diff(owner, prepend=NONE))
    officers = state.officers
    officers["task"] = NONE
    officers["tasks_end"] = NONE
    officers["target_at"] = 0
    officers["task"][owner[first]] = first
    officers["tasks_end"][owner[first]] = np.append(first[1:], n_tasks)[: len(first)]


def _log(state: State, n_tasks: int, now: float) -> None:
    """Append the orders to the ledger."""
    at = int(state.out.n["orders"][0])
    rows = state.out.orders[at : at + n_tasks]
    rows["t"] = now
    for column in ("officer", "kind", "start", "end", "cell", "dwell"):
        rows[column] = state.tasks[column][:n_tasks]
    rows["n_targets"] = state.tasks["target_n"][:n_tasks]
    state.out.n["orders"] = at + n_tasks
