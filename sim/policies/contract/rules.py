"""What makes orders and an organisation valid: one set of rules, for the engine and for the conformance suite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import index

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.policies.arguments import check_number
from sim.policies.levers import EVERY_NIGHT, Watch
from sim.policies.protocol import TASK_KINDS, Observation, Orders, Organisation, Task
from sim.roles import AIMLESS, AT_HOMES

"""Kinds of task that name no target; every other kind needs one."""
TIME_SLACK_MIN = 1e-6


class OrdersError(InputError):
    """Name the policy, the officer and what would work."""


@dataclass(frozen=True)
class Limits:
    """Hold what the orders of one shift may name."""

    policy: str
    on_duty: frozenset[int]
    n_segments: int
    known_disputes: frozenset[int]
    shift_min: float
    n_households: int = 0
    on_file: frozenset[int] = frozenset()

    @classmethod
    def of(cls, seen: Observation, policy: str) -> Limits:
        """Take the limits from an observation."""
        return cls(
            policy=policy,
            on_duty=frozenset(seen.on_duty.tolist()),
            n_segments=seen.brief.n_segments,
            known_disputes=frozenset(seen.known_disputes.tolist()),
            shift_min=seen.brief.shift_min,
            n_households=len(seen.brief.household_segment),
            on_file=frozenset(seen.files.person.tolist()),
        )


def check_orders(orders: Orders, limits: Limits) -> list[Task]:
    """Check the orders of a shift and put them into order.

    Returns
    -------
    tasks
        by officer, then by time

    Raises
    ------
    OrdersError
        If an officer is not on duty, a kind is unknown, a target is missing or does not exist, a number is out of
        range, or two tasks of an officer overlap.
    """
    if not isinstance(orders, Orders):
        raise OrdersError(
            f"policy {limits.policy!r}: decide must return Orders, got {type(orders).__name__}; "
            "`Orders()` leaves everybody on patrol"
        )
    tasks = list(orders.tasks)
    for task in tasks:
        if not isinstance(task, Task):
            raise OrdersError(f"policy {limits.policy!r}: orders must hold Task values, got {type(task).__name__}")
        try:
            problem = next(_problems(task, limits), "")
        except TypeError as error:
            problem = f"a task must hold numbers where numbers are meant, got {task} ({error})"
        if problem:
            raise OrdersError(f"policy {limits.policy!r}, officer {task.officer}: {problem}")
    tasks.sort(key=_when)
    for earlier, later in pairwise(tasks):
        if later.officer == earlier.officer and later.start < earlier.end - TIME_SLACK_MIN:
            raise OrdersError(
                f"policy {limits.policy!r}, officer {later.officer}: tasks must follow one another, got "
                f"{earlier.kind!r} until {earlier.end:g} min and {later.kind!r} from {later.start:g} min; "
                f"start the second at {earlier.end:g}"
            )
    return tasks


def _when(task: Task) -> tuple[int, float]:
    return task.officer, task.start


def _problems(task: Task, limits: Limits) -> Iterator[str]:
    """Say what is wrong with a task; the caller takes the first problem, so a check may rely on those before it."""
    if index(task.officer) not in limits.on_duty:
        yield "only officers who start this shift can be ordered; take them from `seen.on_duty`"
    if task.kind not in TASK_KINDS:
        yield f"a task must be one of {', '.join(TASK_KINDS)}, got {task.kind!r}"
    for name in ("protected", "on_foot", "once"):
        value: object = getattr(task, name)
        if not isinstance(value, bool | np.bool_):
            yield f"{name} must be True or False, got {value!r}"
    if not 0 <= task.start < task.end <= limits.shift_min:
        yield f"a task must lie within 0 and {limits.shift_min:g} min of the shift, got {task.start} to {task.end}"
    if not 0 < task.dwell <= limits.shift_min:
        yield f"dwell must be more than 0 and at most {limits.shift_min:g} min, got {task.dwell}"
    if task.stops_per_hour is not None and not 0 <= task.stops_per_hour <= 60:
        yield f"stops_per_hour must lie between 0 and 60, got {task.stops_per_hour}"
    if task.p_suspicion is not None and not 0 <= task.p_suspicion <= 1:
        yield f"p_suspicion must lie between 0 and 1, got {task.p_suspicion}"
    if task.once and task.kind != "rounds":
        yield f"once is for 'rounds', whose stops are made again and again otherwise, got {task.kind!r}; leave it out"
    if index(task.cell) < -1:
        yield f"cell must be the number of a cell, or -1 for the whole city, got {task.cell}"
    yield from _problems_of_targets(task, limits)


def _problems_of_targets(task: Task, limits: Limits) -> Iterator[str]:
    targets = task.targets
    if task.kind in AIMLESS:
        if len(targets):
            yield f"{task.kind!r} names no targets, got {len(targets)}; 'rounds' goes from place to place"
    elif not len(targets):
        yield f"{task.kind!r} needs at least one target; leave the task out to let the officer patrol"
    elif task.kind == "mediation":
        unknown = [d for d in targets if index(d) not in limits.known_disputes]
        if unknown:
            yield f"dispute {unknown[0]} is not known to the police; take numbers from `seen.known_disputes`"
    elif task.kind == "supervise":
        unknown = [person for person in targets if index(person) not in limits.on_file]
        if unknown:
            yield f"person {unknown[0]} is not on file; take numbers from `seen.files.person`"
    else:
        what, n = ("households", limits.n_households) if task.kind in AT_HOMES else ("segments", limits.n_segments)
        lowest, highest = min(map(index, targets)), max(map(index, targets))
        if lowest < 0 or highest >= n:
            yield f"targets must be {what} from 0 to {n - 1}, got {lowest if lowest < 0 else highest}"


def check_organisation(organisation: Organisation, *, policy: str, n_segments: int, n_officers: int) -> None:
    """Check the cells of a city and of its officers.

    Raises
    ------
    OrdersError
        If a shape is wrong, a cell or a number of guards is negative, an officer's cell does not exist, a night is no
        weekday, a head has no home to look after, a police room lies nowhere or never opens, or `own_cell_min` is
        negative.
    """
    if not isinstance(organisation, Organisation):
        raise OrdersError(f"policy {policy!r}: organise must return Organisation, got {type(organisation).__name__}")
    cell = _whole_numbers(organisation.cell, "cell", n_segments, "segment", policy)
    if cell.min(initial=0) < 0:
        raise OrdersError(f"policy {policy!r}: every segment must lie in a cell of 0 or more, got {cell.min()}")
    owned = _whole_numbers(organisation.officer_cell, "officer_cell", n_officers, "officer", policy)
    strange = ~np.isin(owned, np.append(np.unique(cell), -1))
    if strange.any():
        officer = int(np.flatnonzero(strange)[0])
        raise OrdersError(
            f"policy {policy!r}, officer {officer}: officer_cell must be a cell that has segments, or -1 for the whole "
            f"city, got {owned[officer]}"
        )
    _check_guards(organisation, n_segments, policy)
    _check_service(organisation, n_segments, policy)
    _check_watch(organisation.watch, policy)
    _check_watch_streets(organisation.watch_streets, n_segments, policy)
    lead = organisation.own_cell_min
    if lead is None:
        return
    try:
        check_number(lead, "own_cell_min", low=0.0, high=1440.0)
    except InputError as error:
        raise OrdersError(f"policy {policy!r}: {error}, or None to leave the scenario's") from error


def _check_guards(organisation: Organisation, n_segments: int, policy: str) -> None:
    """Check the doorstaff and the cameras that a strategy pays."""
    for name in ("doorstaff", "cameras"):
        given = getattr(organisation, name)
        if given is None:
            continue
        array = np.asarray(given)
        if array.shape != (n_segments,) or array.dtype.kind not in "fiu" or not (array >= 0).all():
            raise OrdersError(
                f"policy {policy!r}: {name} must hold a number of 0 or more for each segment ({n_segments}), or be "
                f"None, got shape {array.shape} of {array.dtype}"
            )
        if not np.isfinite(array).all():
            raise OrdersError(f"policy {policy!r}: {name} must be finite")
    nights = organisation.doorstaff_nights
    if not set(nights) <= set(EVERY_NIGHT):
        raise OrdersError(f"policy {policy!r}: doorstaff_nights must be weekdays from 0 (Monday) to 6, got {nights}")


def _check_service(organisation: Organisation, n_segments: int, policy: str) -> None:
    """Check what heads of buildings look after, and where and when police rooms are open."""
    homes: object = organisation.homes_a_head
    if not isinstance(homes, int | np.integer) or isinstance(homes, bool) or homes < 1:
        raise OrdersError(f"policy {policy!r}: homes_a_head must be a whole number of 1 or more, got {homes!r}")
    if organisation.police_rooms is None:
        return
    rooms = np.asarray(organisation.police_rooms)
    if rooms.ndim != 1 or (rooms.size and rooms.dtype.kind not in "iu"):
        raise OrdersError(f"policy {policy!r}: police_rooms must be a list of segments, got {rooms.dtype}")
    if rooms.size and (rooms.min() < 0 or rooms.max() >= n_segments):
        raise OrdersError(f"policy {policy!r}: police_rooms must be segments from 0 to {n_segments - 1}")
    opens, closes = organisation.rooms_open_h
    if not 0.0 <= opens < closes <= 24.0:
        raise OrdersError(
            f"policy {policy!r}: rooms_open_h must be two hours of a day, the first before the second, got "
            f"{opens:g} and {closes:g}"
        )


def _check_watch(watch: Watch | None, policy: str) -> None:
    """Check when and where volunteers go on patrol: they are home before the plans of the next day are made."""
    if watch is None:
        return
    if not isinstance(watch, Watch):
        raise OrdersError(f"policy {policy!r}: watch must be a Watch or None, got {type(watch).__name__}")
    if not set(watch.evenings) <= set(EVERY_NIGHT):
        raise OrdersError(
            f"policy {policy!r}: watch.evenings must be weekdays from 0 (Monday) to 6, got {watch.evenings}"
        )
    try:
        check_number(watch.from_h, "watch.from_h", low=12.0, high=23.0)
        check_number(watch.hours, "watch.hours", above=0.0, high=4.0)
        check_number(watch.turnout, "watch.turnout", low=0.0, high=1.0)
    except InputError as error:
        raise OrdersError(f"policy {policy!r}: {error}") from error


def _check_watch_streets(streets: NDArray[np.bool_] | None, n_segments: int, policy: str) -> None:
    """Check from where volunteers go on patrol."""
    if streets is not None and (np.shape(streets) != (n_segments,) or np.asarray(streets).dtype != np.bool_):
        raise OrdersError(
            f"policy {policy!r}: watch_streets must say of each segment ({n_segments}) whether those who live there "
            f"may go on patrol, or be None, got shape {np.shape(streets)}"
        )


def _whole_numbers(values: Iterable[int], name: str, n: int, of: str, policy: str) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.shape != (n,) or array.dtype.kind not in "iu":
        raise OrdersError(
            f"policy {policy!r}: {name} must hold one whole number for each {of} ({n}), "
            f"got shape {array.shape} of {array.dtype}"
        )
    return array.astype(np.int64)
