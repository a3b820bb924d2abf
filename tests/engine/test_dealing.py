"""What is dealt in turn to the same officers: districts, cells and shifts, none of which may lock to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_force import FEW

from sim.agents.population.officers import HIRED_FROM, build_officers, deal_in_turn
from sim.agents.tables import AUXILIARY, COMMUNITY, FOOT
from sim.command import take_command
from sim.observation import brief
from sim.policies.contract.registry import make_policy
from sim.policies.duties import spread_over_cells
from sim.policies.levers import Levers, Team
from sim.policies.protocol import Orders, PolicyModel
from sim.scenarios.scenario import Scenario
from sim.world import build_city, build_world

N_DISTRICTS = range(1, 13)
FORCES = ((2, 2), (2, 3), (3, 5), (7, 4))
"""Foot and community officers for each district; a few more come on top."""


def scenario_of(n_districts, n_foot, n_community, **changes):
    return Scenario().replace(
        FEW
        | {
            "n_days": 2, "city.streets": "grid", "city.n_segments": 120, "people.n_residents": 600,
            "force.n_districts": n_districts, "force.n_foot": n_foot, "force.n_community": n_community,
        }
        | changes
    )  # fmt: skip


def count_duties(place, begins):
    """Count officers by place (rows) and hour at which their duty begins."""
    hours, column = np.unique(begins, return_inverse=True)
    places, row = np.unique(place, return_inverse=True)
    table = np.zeros((len(places), len(hours)), int)
    np.add.at(table, (row, column), 1)
    return table


def begins_of(officers):
    return 480.0 * officers["shift"] + officers["late_min"]


def assert_every_place_has_every_duty(table, n_duties=2):
    assert table.shape[1] == n_duties
    assert table.min() >= 1
    assert np.ptp(table.sum(axis=0)) <= 1


class Own(PolicyModel):
    """Begin at hours of its own, with some who otherwise drive; or hire staff round the clock."""

    name = "own"
    team: Team = Team(community_start_h=7.0, foot_start_h=9.0, share_community=0.4, share_foot=0.3)

    def levers(self):
        return Levers(team=self.team)

    def decide(self, seen, rng):
        return Orders()


@pytest.mark.parametrize("n", N_DISTRICTS)
def test_every_district_has_both_duties_as_soon_as_it_has_two_officers_of_a_role(n):
    city = build_city(scenario_of(n, 1, 1))
    for each_foot, each_community in FORCES:
        for more in (0, 1):
            officers = build_officers(scenario_of(n, n * each_foot + more, n * each_community + more), city, 1)
            for role in (FOOT, COMMUNITY):
                mine = officers[officers["role"] == role]
                assert len(np.unique(mine["station"])) == n
                assert_every_place_has_every_duty(count_duties(mine["station"], begins_of(mine)))


@pytest.mark.parametrize("n", N_DISTRICTS)
@pytest.mark.parametrize("n_duties", [2, 3])
def test_any_first_officers_are_balanced_and_keep_their_duties(n, n_duties):
    duties = deal_in_turn(np.arange(20 * n), n_duties, n)
    running = np.array([np.cumsum(duties == duty) for duty in range(n_duties)])
    assert np.ptp(running, axis=0).max() <= 1
    assert np.array_equal(duties[: 7 * n], deal_in_turn(np.arange(7 * n), n_duties, n))
    for district in range(n):
        assert set(duties[district::n][:n_duties]) == set(range(n_duties))


@pytest.mark.parametrize("n", [1, 2, 4, 5, 10])
def test_hours_of_a_strategy_are_dealt_over_the_districts_too(n):
    world = build_world(scenario_of(n, 2 * n, 2 * n), 1)
    take_command(world, Own())
    officers = world.state.officers
    for role, hours in ((FOOT, {9.0, 17.0}), (COMMUNITY, {7.0, 15.0})):
        mine = officers[officers["role"] == role]
        assert len(mine) > 2 * n
        assert set(begins_of(mine) / 60.0) == hours
        assert_every_place_has_every_duty(count_duties(mine["station"], begins_of(mine)))


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_staff_round_the_clock_is_in_every_district_in_every_shift(n):
    world = build_world(scenario_of(n, 1, 1), 1)
    take_command(world, Own(team=Team(auxiliaries=50.0, round_the_clock=True)))
    officers = world.state.officers
    mine = officers[officers["role"] == AUXILIARY]
    assert len(mine) == 30
    assert (mine["key"] % 1_000_000 > HIRED_FROM).all()
    assert_every_place_has_every_duty(count_duties(mine["station"], begins_of(mine)), 3)


@pytest.mark.parametrize("n_districts", [1, 2, 3, 4])
@pytest.mark.parametrize("n_cells", [1, 2, 3, 4, 5, 6])
def test_every_cell_has_both_duties_as_soon_as_it_has_two_officers(n_districts, n_cells):
    world = build_world(scenario_of(n_districts, 1, 2 * n_cells + 1), 1)
    take_command(world, make_policy("reactive"))
    about = brief(world)
    about = replace(about, cell=(np.arange(about.n_segments) % n_cells).astype(np.int32))
    owned = spread_over_cells(about, ("community",))
    mine = owned >= 0
    table = count_duties(owned[mine], about.duty_begins[mine])
    assert_every_place_has_every_duty(table)
    assert np.ptp(table.sum(axis=1)) <= 1
    homes = np.bincount(about.cell, weights=about.dwellings)
    assert np.all(np.diff(homes[owned[mine][:n_cells]]) <= 0), "the largest come first"
