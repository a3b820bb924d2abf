"""A visit goes by the register: wrong doors, vacant rooms, people at risk, late copies, and what registering costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from worlds import run, scenario

from sim.agents.contacts import visit_household
from sim.agents.population.people import _stale_at_start
from sim.agents.register import BY_VISITOR, STALE, STRUCK, is_listed, is_listed_in_vain
from sim.agents.residents import take_away
from sim.agents.tables import AT_HOME, AWAY
from sim.observation import observe
from sim.policies.contract.registry import make_policy
from sim.policies.levers import Information
from sim.roles import HOMES
from sim.world import World, build_world

DAY = 1440.0
TENANTS: dict[str, Any] = {
    "people__share_renting": 0.9,
    "migrants__share_of_residents": 0.45,
    "migrants__mean_stay_days": 150.0,
}
OLD_ALONE = HOMES.index("old alone")
GRID = "grid(auxiliaries=6, residents_a_cell=400, poor_appraisal=false, visit_share=0.8, late_information=false)"


def town(seed: int = 1, **changes: Any) -> World:
    """Build a town of tenants, with everybody at home and nobody on the register."""
    world = build_world(scenario(**TENANTS | changes), seed)
    people = world.state.residents
    people["registered"] = people["gone"] = people["entered"] = 0
    world.state.where[:] = AT_HOME
    world.state.levers["p_hollow"] = 0.0
    return world


def household_of(world: World, n_rooms: int) -> tuple[int, list[int]]:
    """Find a household of so many adults who are all tenants of rooms, and nobody else."""
    people, homes = world.state.residents, world.state.households
    rooms = np.bincount(people["household"], people["migrant"])
    household = int(np.flatnonzero((homes["n"] == n_rooms) & (rooms == n_rooms))[0])
    first = int(homes["first"][household])
    return household, list(range(first, first + n_rooms))


def visit(world: World, household: int, t: float = 0.0) -> list[int]:
    """Pay a visit; give whom it reached."""
    out, before = world.state.out, int(world.state.out.n["contacts"][0])
    visit_household(world.state, 0, household, t)
    return [int(row) for row in out.contacts["resident"][before : out.n["contacts"][0]]]


def counted(world: World, *names: str) -> list[int]:
    return [int(world.state.c[name][0]) for name in names]


def test_a_tenant_on_the_register_is_asked_for_before_others():
    world = town()
    household, (one, other) = household_of(world, 2)
    for named in (one, other):
        world.state.residents["registered"][[one, other]] = 0
        world.state.residents["registered"][named] = 1
        world.state.residents["n_visits"][[one, other]] = 0
        assert visit(world, household) == [named]
    assert counted(world, "n_doors", "n_wrong_doors", "n_vacant_doors") == [2, 0, 0]


def test_who_left_and_is_still_named_is_asked_for_in_vain_and_whoever_opens_is_met_instead():
    world = town()
    household, (one, other) = household_of(world, 2)
    people = world.state.residents
    take_away(world.state, one)
    people["present"][one], people["gone"][one], people["n_visits"][other] = 0, STALE, 3
    assert visit(world, household) == [other]
    assert counted(world, "n_wrong_doors", "n_registrations") == [1, 1]
    assert (people["gone"][one], people["registered"][other]) == (0, BY_VISITOR)


def test_where_nobody_lives_the_time_is_lost():
    world = town()
    household, rooms = household_of(world, 2)
    people = world.state.residents
    people["present"][rooms], world.state.where[rooms] = 0, AWAY
    assert visit(world, household) == []
    assert counted(world, "n_vacant_doors", "n_wrong_doors") == [1, 0]
    people["gone"][rooms[0]] = STALE
    assert visit(world, household) == []
    assert counted(world, "n_vacant_doors", "n_wrong_doors") == [1, 1]
    assert world.state.households["met"][household] == 0


def test_all_who_are_at_home_and_not_known_are_registered_and_it_takes_their_time_and_the_officers():
    world = town(migrants__registration_min=7.0)
    household, rooms = household_of(world, 2)
    world.state.officers["paper_min"][0] = 0.0
    assert len(visit(world, household)) == 1
    assert (world.state.residents["registered"][rooms] == BY_VISITOR).all()
    assert world.state.officers["paper_min"][0] == pytest.approx(14.0)
    assert counted(world, "n_registrations", "n_registered_again") == [2, 0]
    visit(world, household)
    assert counted(world, "n_registrations") == [2]


def test_a_copy_that_lags_or_misses_entries_has_tenants_registered_again_and_cut_it_does_not():
    def again(missing: float, lag_days: float) -> list[int]:
        world = town()
        household, rooms = household_of(world, 2)
        people = world.state.residents
        people["registered"][rooms], people["entered"][rooms] = 1, 10 + 1
        world.state.levers["register_missing"], world.state.levers["register_lag_min"] = missing, lag_days * DAY
        visit(world, household, 20.0 * DAY)
        return counted(world, "n_registrations", "n_registered_again")

    assert again(0.0, 0.0) == [0, 0]
    assert again(0.0, 30.0) == [2, 2]
    assert again(1.0, 0.0) == [2, 2]
    assert again(0.0, 5.0) == [0, 0]


def test_a_tenant_who_was_signed_off_is_taken_for_there_until_the_copy_hears_of_it():
    world = town()
    people = world.state.residents
    room = household_of(world, 1)[1][0]
    people["gone"][room], people["entered"][room] = STRUCK, 10 + 1
    assert not is_listed_in_vain(world.state, room, 11.0 * DAY)
    world.state.levers["register_lag_min"] = 30.0 * DAY
    assert is_listed_in_vain(world.state, room, 11.0 * DAY)
    assert not is_listed_in_vain(world.state, room, 41.0 * DAY)


@pytest.mark.parametrize("information", [Information(), Information(completeness=0.6, lag_days=20.0)])
def test_who_plans_the_rounds_and_who_stands_at_the_door_have_the_same_copy(information):
    world = build_world(scenario(n_days=40, **TENANTS), 3)
    run(world)
    state = world.state
    now = float(state.c["now"][0])
    state.levers["register_missing"] = 1.0 - information.completeness
    state.levers["register_lag_min"] = information.lag_days * DAY
    rooms = np.flatnonzero(state.residents["migrant"])
    listed = [r for r in rooms if is_listed(state, r, now) or is_listed_in_vain(state, r, now)]
    # The book is read once a day.
    world.record._register = ((-1, information), np.zeros(0, np.int32))
    world.record._listed = ((-1, information), np.zeros(0, np.int64))
    shown = observe(world, information).registered
    assert np.array_equal(shown, np.bincount(state.residents["home"][listed], minlength=len(shown)))
    assert shown.sum() > 20


def stale(world: World) -> float:
    """Give the share of entries that name somebody who has left."""
    people = world.state.residents
    n = int((people["gone"] == STALE).sum())
    return n / (n + int((people["registered"] > 0).sum()))


def test_entries_of_who_left_stay_unless_they_are_signed_off():
    def after(**changes: Any) -> float:
        world = build_world(scenario(n_days=60, **TENANTS | changes), 1)
        run(world)
        return stale(world)

    assert after() > 0.15
    assert after(migrants__p_signed_off=1.0) == 0.0


def test_a_run_begins_with_as_many_false_entries_as_it_goes_on_with():
    what = scenario(n_days=120, **TENANTS)
    worlds = [build_world(what, seed) for seed in (1, 2, 3)]
    begin = np.mean([stale(world) for world in worlds])
    for world in worlds:
        run(world)
    assert np.mean([stale(world) for world in worlds]) == pytest.approx(begin, abs=0.06)
    assert begin > 0.2
    assert _stale_at_start(scenario(migrants__p_signed_off=1.0), 0.3) == 0.0


def kinds(world: World, information: Information) -> int:
    return int((observe(world, information).home_kind == OLD_ALONE).sum())


def test_old_people_who_live_alone_are_visited_as_such_once_somebody_knows_of_them():
    world = build_world(scenario(people__n_residents=3000), 1)
    homes, people = world.state.households, world.state.residents
    alone = (homes["n"] == 1) & (people["age"][homes["first"]] >= 65)
    some, shared = kinds(world, Information()), kinds(world, Information(shared=0.5))
    late = kinds(world, Information(completeness=0.5))
    assert 0.45 * alone.sum() < some < 0.75 * alone.sum()
    assert late < some < shared < alone.sum()
    homes["met"] = 1
    world.record._kinds = ((-1, Information()), np.zeros(0, np.uint8))  # asked again on the same day
    assert kinds(world, Information(completeness=0.5)) == alone.sum()


def test_the_old_whom_nobody_knows_wait_and_cut_they_do_not():
    def visits(known: float) -> float:
        what = scenario(n_days=40, force__old_alone_known=known, **TENANTS)
        world = build_world(what, 1)
        rows = run(world, make_policy(GRID))
        homes, people = world.state.households, world.state.residents
        alone = (homes["n"] == 1) & (people["age"][homes["first"]] >= 65)
        reached = people["household"][rows["contacts"]["resident"][rows["contacts"]["kind"] == 3]]
        return float(np.isin(reached, np.flatnonzero(alone)).sum())

    assert visits(1.0) > 1.5 * visits(0.0)


def test_wrong_doors_are_a_matter_of_the_register_and_go_away_with_it():
    def doors(**changes: Any) -> np.ndarray:
        rows = run(build_world(scenario(n_days=60, **TENANTS | changes), 1), make_policy(GRID))
        days = rows["days"]
        return np.array([days[name].sum() for name in ("n_doors", "n_wrong_doors")], float)

    usual, true = doors(), doors(migrants__p_signed_off=1.0)
    assert usual[1] / usual[0] > 0.03
    assert true[1] == 0.0
    assert true[0] > 100


def test_who_orders_no_visits_calls_at_no_door_and_only_who_comes_registers():
    rows = run(build_world(scenario(n_days=20, **TENANTS), 1))
    days = rows["days"]
    assert not days["n_doors"].any()
    assert not days["n_registered_again"].any()
    assert days["n_registrations"].sum() > 0
    assert np.allclose(days["registration_min"], 6.0 * days["n_registrations"])


def test_the_information_lever_reaches_visitors():
    policy = make_policy("grid")
    late = policy.levers().information
    assert (late.completeness, late.lag_days) == (0.67, 30.0)
    world = build_world(scenario(n_days=1, **TENANTS), 1)
    run(world, policy)
    assert world.state.levers["register_missing"][0] == pytest.approx(0.33)
    assert world.state.levers["register_lag_min"][0] == pytest.approx(30.0 * DAY)
    assert replace(late, lag_days=0.0) != late
