"""Who is in command: the strategy in force, the levers that it sets, and the staff that it pays.

The engine asks three things here: to take command before the first tick, to look at the calendar before each
shift, and to decide what the shift should do. Everything that a strategy can change passes through this module and
`sim.orders`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.population.affairs import neutral_levers
from sim.agents.population.officers import give_duty_times, give_roles, give_shifts_of_the_day, hire_staff
from sim.agents.population.work import expected_work
from sim.agents.state import Table
from sim.agents.tables import AUXILIARY, COMMUNITY, FOOT, MEDIATOR, NONE, RESPONSE, ROLES, WARDEN, WORKER
from sim.city.cells.methods import divide
from sim.clock import DAY_MIN, SHIFTS_A_DAY
from sim.draws import Stream, policy_generator, uniforms
from sim.errors import InputError
from sim.observation import RECORD_ROWS, brief, observe
from sim.orders import organise
from sim.policies.compose import carried_out, check_switches, joined_levers, merge_orders
from sim.policies.contract.places import check_places
from sim.policies.levers import Grid, Levers, Team, check_levers
from sim.policies.protocol import HOMES_A_HEAD, CityBrief, Floats, Orders, Organisation, PolicyModel
from sim.scenarios.police import Effort
from sim.scenarios.scenario import Scenario
from sim.world import World, add_officers

FEWEST_SEGMENTS = 5
"""A cell has as many streets at least."""
HIRED = {"auxiliaries": AUXILIARY, "mediators": MEDIATOR, "workers": WORKER, "warden_pairs": WARDEN}
"""Roles of the staff that a `Team` lever can hire."""


def take_command(world: World, policy: PolicyModel, day: int = 0) -> None:
    """Hire the staff that a strategy will ever need, and put the stage of a day in force; before its first tick.

    Raises
    ------
    InputError
        If a lever cannot be set, or a stage of the strategy lies outside the run.
    """
    check_switches(policy, world.scenario.start, world.scenario.n_days)
    check_places(policy, brief(world))
    levers = [_levers(stage) for stage in policy.ever()]
    most = [max(_n_hired(world, one.team)[role] for one in levers) for role in range(len(ROLES))]
    if any(most):
        add_officers(world, hire_staff(most, world.local, world.city, world.seed))
    enter_stage(world, policy.parts(world.clock.date_of(day)))


def look_at_calendar(world: World, policy: PolicyModel, shift: int) -> None:
    """Apply the changes due at this shift: another strategy, other rates of the scenario's timeline."""
    day = shift // SHIFTS_A_DAY
    if shift % SHIFTS_A_DAY:
        return
    today = world.clock.date_of(day)
    for change in world.scenario.timeline:
        name, crime = change.column()
        column = world.state.p[name]
        column[0 if crime is None else (0, crime)] = change.value_on(today)
    if day > 0 and policy.parts(today) != policy.parts(world.clock.date_of(day - 1)):
        enter_stage(world, policy.parts(today))


def decide(world: World, policy: PolicyModel, shift: int) -> Orders:
    """Ask the strategies in force for the orders of the shift that begins now.

    Each part sees what its own `Information` lever lets it see, draws from its own chance, and is carried out as far
    as its `hours` and `fidelity` say; where two give the same officer an order, the first named one is obeyed.
    """
    orders = []
    for part in policy.parts(world.clock.date_of(shift // SHIFTS_A_DAY)):
        if part.hours <= 0.0:
            continue
        seen = observe(world, part.levers().information)
        wanted = part.decide(seen, policy_generator(world.seed, part.draws_as, shift))
        orders.append(carried_out(wanted, part, policy_generator(world.seed, f"{part.draws_as} carried out", shift)))
    return orders[0] if len(orders) == 1 else merge_orders(orders)


def enter_stage(world: World, parts: tuple[PolicyModel, ...]) -> None:
    """Put strategies in force: cells, roles, staff, and what officers are rewarded for."""
    levers = _levers(parts)
    fidelity = min((part.fidelity for part in parts), default=1.0)
    world.state.cells[:] = _cells(world, levers.grid)
    world.state.officers["base"] = world.state.officers["station"]
    _employ(world, levers.team)
    _train(world, levers.team, fidelity)
    world.state.levers[0] = lever_row(levers, world.scenario.effort, fidelity)
    world.state.p["own_cell_min"] = world.scenario.dispatch.own_cell_min
    world.p_shared = levers.information.shared
    world.record.brief = None
    about = brief(world)
    working = [part for part in parts if part.hours > 0.0]
    name = " + ".join(part.name for part in parts)
    organisation = _organisation(working, about)
    organise(world, organisation, policy=name)
    _pay_guards(world, organisation)
    _open_rooms(world, organisation)
    _ask_for_patrols(world, organisation, fidelity)
    if levers.grid.own_cell_min is not None:
        world.state.p["own_cell_min"] = levers.grid.own_cell_min


def lever_row(levers: Levers, effort: Effort, fidelity: float) -> Table:
    """Turn levers into what officers do differently.

    Appraisal acts through effort: where visits count, they are made, some of them for the form; where arrests count,
    more people are stopped on thinner grounds; where response times count, work at the scene is cut short; where few
    records are rewarded, offences are entered as something less. Audits prevent a share of that. Where nothing is
    appraised at all, some of the unseen work is done for the form.
    """
    row: Table = neutral_levers()[0]
    rewarded, helped = levers.appraisal, levers.participation
    unwatched = 1.0 - rewarded.audit
    some = min(1.0, rewarded.visits + rewarded.satisfaction + rewarded.arrests + rewarded.response)
    real = (1.0 - effort.idle_share * (1.0 - some)) * (1.0 - effort.hollow_max * rewarded.visits * unwatched)
    row["p_hollow"] = 1.0 - real * fidelity
    row["p_downgraded"] = effort.downgrade_max * rewarded.records * unwatched
    row["stop_factor"] = 1.0 + effort.stop_gain * rewarded.arrests
    row["more_suspicion"] = effort.suspicion_gain * rewarded.arrests * unwatched
    row["service_factor"] = 1.0 - effort.hurry * rewarded.response
    row["fair_odds"] = effort.hurry_fair_odds**rewarded.response * effort.satisfaction_fair_odds**rewarded.satisfaction
    row["volunteers"], row["recognition"] = helped.volunteers, helped.recognition
    row["agencies"], row["diversion"] = helped.agencies, helped.diversion
    row["follow_up"] = helped.follow_up * fidelity
    row["support"] = helped.support
    row["turnover"] = levers.team.turnover_per_year
    row["register_missing"] = 1.0 - levers.information.completeness
    row["register_lag_min"] = levers.information.lag_days * DAY_MIN
    row["known"] = -1.0 if helped.known is None else helped.known
    return row


def _pay_guards(world: World, organisation: Organisation) -> None:
    """Put doorstaff and cameras of a stage in place of those of the stage before, beside what a city has anyway."""
    for name, wanted in (("n_doorstaff", organisation.doorstaff), ("n_cameras", organisation.cameras)):
        number = np.zeros(len(world.state.segments)) if wanted is None else np.asarray(wanted, np.float64)
        world.state.segments[name] += number - world.guards.get(name, 0.0)
        world.guards[name] = number
    world.state.levers["doorstaff_nights"] = np.isin(np.arange(7), organisation.doorstaff_nights)


def _open_rooms(world: World, organisation: Organisation) -> None:
    """Tell each street where its next police room is, as the crow flies, and heads how many homes they look after."""
    rooms, levers = world.state.rooms, world.state.levers
    levers["homes_a_head"] = organisation.homes_a_head
    rooms["segment"], rooms["near"], rooms["walk_min"] = NONE, 0.0, 0.0
    places = np.unique(np.asarray(() if organisation.police_rooms is None else organisation.police_rooms, np.int64))
    if not len(places):
        return
    levers["rooms_open_h"], levers["rooms_close_h"] = organisation.rooms_open_h
    x, y = world.city.streets.midpoint_x, world.city.streets.midpoint_y
    away_m = np.stack([np.hypot(x - x[place], y - y[place]) for place in places])
    rooms["segment"], away_m = places[away_m.argmin(axis=0)], away_m.min(axis=0)
    rooms["near"] = 0.5 ** (away_m / world.scenario.rooms.room_half_m)
    rooms["walk_min"] = away_m / (world.scenario.people.walking_kmh * 1000.0 / 60.0)


def _ask_for_patrols(world: World, organisation: Organisation, fidelity: float) -> None:
    """Say on which evenings volunteers go on patrol, from which streets, and how many of them turn up."""
    state, watch = world.state, organisation.watch
    row = state.levers
    row["watch_turnout"] = 0.0 if watch is None else watch.turnout * fidelity
    state.beats["open"] = 0
    if watch is None:
        return
    row["watch_evenings"] = np.isin(np.arange(7), watch.evenings)
    row["watch_from_min"], row["watch_min"] = 60.0 * watch.from_h, 60.0 * watch.hours
    state.beats["open"] = 1 if organisation.watch_streets is None else organisation.watch_streets


def _levers(parts: tuple[PolicyModel, ...]) -> Levers:
    for part in parts:
        check_levers(part.levers(), policy=part.name)
    return joined_levers(parts)


def _cells(world: World, grid: Grid) -> NDArray[np.int32]:
    """Divide the city as the lever says."""
    n_residents = int(world.state.c["n_living"][0])
    n_cells = int(world.city.district.max()) + 1
    if grid.residents_a_cell > 0.0:
        n_cells = max(
            1, min(round(n_residents / grid.residents_a_cell), world.city.streets.n_segments // FEWEST_SEGMENTS)
        )
    if grid.division == "districts" and grid.residents_a_cell == 0.0:
        return world.city.district.astype(np.int32)
    city = world.city
    if grid.division == "districts":
        raise InputError("a Grid lever must leave out residents_a_cell where the districts stay as they are")
    by_work = grid.division == "workload"
    weight = expected_work(world.scenario.demand, world.state) if by_work else city.land_use.dwellings + 1.0
    return divide(city.streets, n_cells, grid.division, weight=weight, seed=world.scenario.city.layout_seed)


def _n_hired(world: World, team: Team) -> list[int]:
    numbers = [0] * len(ROLES)
    for name, role in HIRED.items():
        numbers[role] = round(getattr(team, name) * int(world.state.c["n_living"][0]) / 1000.0)
    return numbers


def _employ(world: World, team: Team) -> None:
    """Give officers their roles, employ the staff that the team asks for, and let go who must pay for it."""
    officers = world.state.officers
    hired = officers["hired"] == 1
    role = officers["sworn_role"].copy()
    cars = np.flatnonzero(~hired & (role == RESPONSE))
    turn = _spread(len(cars))
    role[cars[turn < team.share_community]] = COMMUNITY
    role[cars[(turn >= team.share_community) & (turn < team.share_community + team.share_foot)]] = FOOT
    give_roles(officers, role)
    give_duty_times(officers, world.local, _starts(team))
    officers["employed"] = ~hired
    if team.round_the_clock:
        give_shifts_of_the_day(officers, hired & (role != WARDEN), world.local.force.n_districts)
    for number, wanted in enumerate(_n_hired(world, team)):
        officers["employed"][np.flatnonzero(hired & (role == number))[:wanted]] = 1
    if team.within_budget:
        _pay_for_staff(officers, role, world.local)


def _train(world: World, team: Team, fidelity: float) -> None:
    """Train officers for the strategy that begins: a share of them by lot, each by a draw of their own.

    What an earlier strategy taught wears off as it would; who was trained better than that stays so.
    """
    if team.fair_odds == 1.0:
        return
    officers, now = world.state.officers, float(world.state.c["now"][0])
    half_life_min = world.scenario.effort.training_half_life_days * DAY_MIN
    left = officers["trained"] * 0.5 ** ((now - officers["trained_t"]) / half_life_min)
    learnt = math.log(max(team.fair_odds, 1e-9)) * fidelity
    chosen = uniforms(world.seed, Stream.TRAINING, officers["key"], 0) < team.trained
    gains = chosen & (np.abs(left) < abs(learnt))
    officers["trained"] = np.where(gains, learnt, left)
    officers["trained_t"] = now


def _starts(team: Team) -> dict[int, float]:
    """Name the roles whose shifts a strategy begins at an hour of its own."""
    hours = {FOOT: team.foot_start_h, COMMUNITY: team.community_start_h, WARDEN: team.warden_start_h}
    return {role: hour for role, hour in hours.items() if hour is not None}


def _spread(n: int) -> NDArray[np.float64]:
    """Give places in a row numbers from 0 to 1 that are spread evenly in any prefix, and unlike those of the roster."""
    return np.asarray((np.arange(n) * 0.7548776662466927 + 0.5) % 1.0, np.float64)


def _pay_for_staff(officers: Table, role: NDArray[np.uint8], scenario: Scenario) -> None:
    """Let response officers go, the last ones first, until the hired staff is paid for."""
    cost = scenario.cost
    price = {AUXILIARY: cost.cost_auxiliary, MEDIATOR: cost.cost_mediator, WORKER: cost.cost_worker}
    price[WARDEN] = cost.cost_warden
    employed = (officers["hired"] == 1) & (officers["employed"] == 1)
    owed = sum(price[number] * int((employed & (role == number)).sum()) for number in price)
    cars = np.flatnonzero((officers["hired"] == 0) & (role == RESPONSE))
    officers["employed"][cars[len(cars) - min(len(cars), math.floor(owed + 0.5)) :]] = 0


def _organisation(parts: list[PolicyModel], about: CityBrief) -> Organisation:
    """Ask the strategies who owns which cell; of several the first one that says so is followed."""
    whole = Organisation(cell=about.cell, officer_cell=np.full(len(about.officer), NONE, np.int32))
    for part in parts:
        own = part.organise(about)
        free = np.asarray(whole.officer_cell) == NONE
        whole = replace(
            whole,
            cell=own.cell if len(parts) == 1 else whole.cell,
            officer_cell=np.where(free, own.officer_cell, whole.officer_cell).astype(np.int32),
            own_cell_min=whole.own_cell_min if own.own_cell_min is None else own.own_cell_min,
            doorstaff=_paid_together(whole.doorstaff, own.doorstaff, part.hours),
            doorstaff_nights=whole.doorstaff_nights if own.doorstaff is None else own.doorstaff_nights,
            cameras=_paid_together(whole.cameras, own.cameras, part.hours),
            **_service_of(whole, own),
            watch=own.watch or whole.watch,
            watch_streets=whole.watch_streets if own.watch is None else own.watch_streets,
        )
    return whole


def _service_of(whole: Organisation, own: Organisation) -> dict[str, Any]:
    """Add the police rooms of a strategy to those of others; of all else the one that departs from the default."""
    more: dict[str, Any] = {}
    if own.homes_a_head != HOMES_A_HEAD:
        more["homes_a_head"] = own.homes_a_head
    if own.police_rooms is not None:
        before = () if whole.police_rooms is None else whole.police_rooms
        more["police_rooms"] = np.union1d(np.asarray(before, np.int32), own.police_rooms).astype(np.int32)
        more["rooms_open_h"] = own.rooms_open_h
    return more


def _paid_together(before: Floats | None, more: Floats | None, share: float) -> Floats | None:
    """Add up what strategies pay for in each street, of the last one as far as its means go."""
    if more is None:
        return before
    return share * np.asarray(more, np.float64) + (0.0 if before is None else before)


def share_with_partners(world: World, offences: Table, incidents: Table) -> None:
    """Let partners (hospitals, schools, housing) tell of some offences that nobody reported to the police.

    What officers came upon since is on record, and not told a second time.
    """
    if world.p_shared <= 0.0:
        return
    hidden = offences[(offences["reported"] == 0) & (offences["discovered"] == 0)]
    told = hidden[uniforms(world.seed, Stream.INFORMATION, hidden["cause"], 1) < world.p_shared]
    rows = np.zeros(len(told), RECORD_ROWS)
    for name in ("t", "type", "segment", "cause"):
        rows[name] = told[name]
    rows["t_recorded"] = told["t"] + world.scenario.helpers.sharing_delay_days * DAY_MIN
    world.shared.add(rows)
    world.shared.strike(incidents["cause"])
