"""The schedule: what happens in a tick, in a shift and in a run, each on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.account import list_account
from sim.agents.avoidance import tell_of_police
from sim.agents.census import list_feelings, list_people
from sim.agents.conspicuous import next_search_end
from sim.agents.days import PLAN_BEGINS_MIN, plan_day
from sim.agents.demand import begin_calls, make_other_calls, plan_calls
from sim.agents.dispatch import let_time_pass, police_until
from sim.agents.disputes import (
    disputes_arise,
    disputes_end,
    disputes_go_on,
    first_flares,
    flare_up,
    look_again,
    next_flare,
)
from sim.agents.draws_beyond import HOUR_MIN, look_beyond
from sim.agents.events import LEDGER, SEGMENT_PANEL
from sim.agents.feelings_day import feel_day
from sim.agents.heads import heads_work
from sim.agents.investigation import release, some_are_in_custody, work_cases
from sim.agents.migrants import migrate, strain_shocks
from sim.agents.nuisances import handle_tickets
from sim.agents.offenders import end_search, next_search_at, plan_searches, search_next
from sim.agents.officers import begin_shift
from sim.agents.panel import write_day
from sim.agents.problem_places import improvements_wear_off
from sim.agents.residents import move
from sim.agents.retaliation import strike_back
from sim.agents.services import forget_services
from sim.agents.staff import staff_turnover
from sim.agents.state import State
from sim.agents.stops import look_at_searchers
from sim.agents.tables import row_dtype
from sim.agents.volunteers import volunteers_change, volunteers_tell
from sim.agents.walking_in import bring_affairs
from sim.agents.watches import walk_beats
from sim.city.land_use import City
from sim.clock import DAY_MIN, SHIFT_MIN, SHIFTS_A_DAY
from sim.command import decide, look_at_calendar, share_with_partners, take_command
from sim.compiling.compiled import compiled, phase
from sim.ledger.force import Force, list_force
from sim.ledger.notes import Notes
from sim.orders import carry_out
from sim.outcomes.questionnaire import ask_residents, find_people
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.world import World, build_world

MARGIN = 0.5
"""A buffer fuller than this at the begin of a tick is drained first."""
PANEL_DAYS = 30


@phase
def run_ticks(w: State, last: int) -> bool:
    """Run up to tick `last`: the whole model, in this order.

    Returns early, and False, when a buffer must be drained first.
    """
    c, minutes = w.c[0], w.p[0].tick_min
    while c.tick < last:
        if _is_full(w):
            return False
        begin, end = float(c.tick * minutes), float((c.tick + 1) * minutes)
        c.now = begin
        if c.tick * minutes % DAY_MIN == PLAN_BEGINS_MIN:
            calendar(w, c.day, begin)  # 1. arrivals, shocks, releases, disputes that arise, plans of the day
        move(w, (c.tick * minutes - PLAN_BEGINS_MIN) % DAY_MIN // minutes)  # 2. people follow their day
        walk_beats(w, begin)  # and volunteers, of an evening, their beat
        if c.tick * minutes % HOUR_MIN < minutes:
            look_beyond(w, begin)
        make_other_calls(w, end)  # 3. the bulk of demand
        act_in_order(w, end)  # 4. to 6. quarrels, offences and police, each at its own moment
        c.tick += 1
        if c.tick * minutes % DAY_MIN == 0:
            work_cases(w, end)  # 7. detectives, at the end of the day
            feel_day(w)  # 8. what the day did to people; own contacts and offences were felt at once
            write_day(w, c.day, end)
            c.day += 1
    return True


@phase
def act_in_order(w: State, end: float) -> None:
    """Let happen what happens before the end of a tick, in order of time.

    The police act up to each quarrel, blow and search before it is decided: what an offender finds is the street
    as it is at that moment, so that no result depends on the length of a tick.
    """
    flares = first_flares(w)
    row = next_flare(w, flares)
    while True:
        flare_at, search_at, act_at = w.flares[row], next_search_at(w), next_search_end(w)
        grudge_at = w.c[0].grudge_at
        t = min(flare_at, search_at, act_at, grudge_at)
        if t >= end:
            break
        police_until(w, t)  # 4. calls that become ready are answered, officers act
        if act_at == t:
            end_search(w, t)  # 6. offences, and who notices and reports them
        elif flare_at == t:
            flare_up(w, row)  # 5. quarrels, calls and blows
            look_again(w, flares, row)
            row = next_flare(w, flares)
        elif grudge_at == t:
            strike_back(w)  # 5. the hurt strike back
        else:
            search_next(w)  # 6. searches begin, and whom an officer sees
            look_at_searchers(w, t)
    police_until(w, end)
    let_time_pass(w, end)


@phase
def calendar(w: State, day: int, t: float) -> None:
    """Do what happens once a day, at four in the morning."""
    until = t + DAY_MIN
    migrate(w, day, t)
    release(w, t)
    strain_shocks(w, day)
    staff_turnover(w, day, t)
    forget_services(w, day)
    volunteers_change(w, day)
    disputes_end(w, t)
    disputes_arise(w, day, t)
    volunteers_tell(w, day)
    heads_work(w, day, t)
    bring_affairs(w, day, t)
    handle_tickets(w, t)
    improvements_wear_off(w)
    tell_of_police(w)
    plan_day(w, day)
    plan_searches(w, until)
    plan_calls(w, until)


@compiled
def _is_full(w: State) -> bool:
    out, n = w.out, w.out.n[0]
    return bool(
        n.offences > MARGIN * out.offences.size
        or n.calls > MARGIN * out.calls.size
        or n.incidents > MARGIN * out.incidents.size
        or n.contacts > MARGIN * out.contacts.size
        or n.arrests > MARGIN * out.arrests.size
        or n.disputes > MARGIN * out.disputes.size
        or n.tickets > MARGIN * out.tickets.size
    )


@phase
def open_world(w: State) -> None:
    """Begin among disputes and custodies that are under way, and plan what happens before the first four o'clock."""
    begin_calls(w)
    disputes_go_on(w)
    some_are_in_custody(w)
    plan_day(w, -1)
    plan_searches(w, float(PLAN_BEGINS_MIN))
    plan_calls(w, float(PLAN_BEGINS_MIN))


@phase
def brief_force(w: State, shift: int, t: float) -> None:
    """Bring the officers of a shift on duty, before their briefing."""
    w.c[0].now = t
    begin_shift(w, shift, t)


class Keeper(Protocol):
    """Keep the ledger of a run: a `sim.ledger.run_folder.RunFolder`, or whoever wants its rows."""

    def append(self, tables: Mapping[str, NDArray[Any]]) -> None:
        """Take over the rows of a shift."""

    def is_due(self, shift: int) -> bool:
        """Tell whether `checkpoint` must be called after so many shifts."""

    def checkpoint(self, state: Mapping[str, NDArray[Any]], shift: int) -> None:
        """Make the run resumable from here."""

    def finish(self, force: Force) -> None:
        """Take note that the run is complete, and of the force and its cells as they are then."""


@dataclass(frozen=True)
class Run:
    """Hold the inputs of a run and its results."""

    scenario: Scenario
    policy: PolicyModel
    seed: int
    tables: Mapping[str, pd.DataFrame]
    """the ledger by table; empty where a run folder holds it"""
    folder: Keeper | None
    world: World


def simulate(  # noqa: PLR0913 - one entry, everything after the third by keyword
    scenario: Scenario,
    policy: PolicyModel,
    seed: int,
    *,
    folder: Keeper | None = None,
    resume: tuple[dict[str, NDArray[Any]], int] | None = None,
    progress: Callable[[int, int], None] | None = None,
    city: City | None = None,
) -> Run:
    """Run one scenario under one policy.

    Parameters
    ----------
    folder
        where to write the ledger; without one it is kept in memory
    resume
        state and number of the next shift, as `RunFolder.open_for_resume` returns them
    progress
        called after each simulated day with the days done and the days of the run; may raise to stop
    city
        the city, if it is at hand

    Raises
    ------
    InputError
        If the city cannot be made or the policy gives orders that cannot be carried out.
    """
    world = build_world(scenario, seed, city)
    notes = Notes()
    for shift, rows in run_shifts(world, policy, resume=resume):
        if folder is not None:
            folder.append(rows)
            if folder.is_due(shift):
                folder.checkpoint(world.arrays(), shift)
        else:
            notes.take(world.state, shift, rows)
        if progress is not None and shift % SHIFTS_A_DAY == 0:
            progress(shift // SHIFTS_A_DAY, scenario.n_days)
    if folder is not None:
        folder.finish(list_force(world.state))
    return Run(scenario, policy, seed, notes.tables(), folder, world)


def run_shifts(
    world: World,
    policy: PolicyModel,
    *,
    resume: tuple[dict[str, NDArray[Any]], int] | None = None,
    each_tick: Callable[[World], None] | None = None,
) -> Iterator[tuple[int, dict[str, NDArray[Any]]]]:
    """Run a world from briefing to briefing.

    Parameters
    ----------
    each_tick
        called after each tick to look at what the ledger does not keep; it must change nothing

    Yields
    ------
    shift, rows
        shifts done so far, and the event rows of the one just done, by table
    """
    clock = world.clock
    first = 0 if resume is None else resume[1]
    take_command(world, policy, first // SHIFTS_A_DAY)
    state, people = world.state, list_people(world.state)
    if resume is None:
        open_world(state)
    else:
        world.restore(resume[0])
    for shift in range(first, clock.n_shifts):
        look_at_calendar(world, policy, shift)
        brief_force(state, shift % SHIFTS_A_DAY, float(shift * SHIFT_MIN))
        carry_out(world, decide(world, policy, shift), policy=policy.name)
        rows = drain(world)
        last = (shift + 1) * clock.ticks_a_shift
        for stop in [last] if each_tick is None else range(shift * clock.ticks_a_shift + 1, last + 1):
            while not run_ticks(state, stop):
                rows = _joined(rows, drain(world))
            if each_tick is not None:
                each_tick(world)
        rows = _joined(rows, drain(world))
        if shift == 0:
            rows["people"] = people
        done = shift + 1
        yield done, rows | take_panels(world, done)


def drain(world: World) -> dict[str, NDArray[Any]]:
    """Take the event rows out of the buffers; the record book learns of new incidents."""
    out = world.state.out
    rows = {name: getattr(out, name)[: out.n[name][0]].copy() for name in LEDGER}
    out.n[:] = 0
    world.record.add(rows["incidents"])
    share_with_partners(world, rows["offences"], rows["incidents"])
    return rows


def _joined(a: dict[str, NDArray[Any]], b: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([a[name], b[name]]) if len(a[name]) else b[name] for name in a}


def take_panels(world: World, done: int) -> dict[str, NDArray[Any]]:
    """Take what is written every 30 days and at the end, if it is due after so many shifts."""
    clock, day = world.clock, done // SHIFTS_A_DAY - 1
    if done % (PANEL_DAYS * SHIFTS_A_DAY) != 0 and done != clock.n_shifts:
        return {}
    survey, wave = world.scenario.survey, day // PANEL_DAYS
    answers = ask_residents(find_people(world.state), seed=world.seed, wave=wave, survey=survey, day=day)
    panels = {
        "segments": take_segment_panel(world, day), "answers": answers, "account": list_account(world.state, day),
    }  # fmt: skip
    return panels | {"feelings": list_feelings(world.state)} if done == clock.n_shifts else panels


def take_segment_panel(world: World, day: int) -> NDArray[Any]:
    """Read the panel of segments and begin a new period."""
    segments = world.state.segments
    panel = np.zeros(len(segments), row_dtype(SEGMENT_PANEL))
    panel["day"], panel["segment"] = day, np.arange(len(segments))
    for name in ("police_min", "n_passes", "n_offences", "disorder"):
        panel[name] = segments[name]
    for name in ("police_min", "n_passes", "n_offences"):
        segments[name] = 0
    return panel
