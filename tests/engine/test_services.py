"""Who knows of a strategy's services: by letters, visits and meetings; who does not, seldom comes, joins or tells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import run, scenario

from sim.agents.contacts import visit_household
from sim.agents.evidence import p_tells
from sim.agents.letters import deliver_letters, hold_meeting
from sim.agents.services import forget_services, knows_of_services, takes_part
from sim.agents.tables import AT_HOME
from sim.agents.volunteers import volunteers_change
from sim.policies.contract.registry import make_policy
from sim.world import World, build_world

ALL_READ = {"attitudes__p_reads": 1.0, "attitudes__reads_by_age": 0.0}
ALL_COME = {"attitudes__p_attends": 1.0, "helpers__unaware_takes_part": 1.0}


def town(known: float = 0.0, **changes: Any) -> World:
    """Build a town in which some know of the services of the strategy, and everybody is at home."""
    world = build_world(scenario(**changes), 1)
    world.state.levers["known"], world.state.levers["p_hollow"] = known, 0.0
    world.state.where[:] = AT_HOME
    return world


def aware(world: World) -> np.ndarray:
    return np.array([knows_of_services(world.state, r) for r in range(len(world.state.residents))])


def homely(world: World) -> int:
    return int(world.state.segments["n_residents"].argmax())


def test_as_many_know_at_first_as_the_strategy_says_and_nobody_where_it_has_no_services():
    assert aware(town(0.3)).mean() == pytest.approx(0.3, abs=0.05)
    assert not aware(town(0.0)).any()
    assert not aware(town(-1.0)).any()


@pytest.mark.parametrize("way", ["letter", "meeting", "visit"])
def test_a_letter_a_meeting_and_a_visit_tell_those_they_reach_and_who_lives_with_them(way):
    world = town(**ALL_READ, **ALL_COME)
    street, homes = homely(world), world.state.residents["home"]
    if way == "letter":
        deliver_letters(world.state, street, 0.0)
    elif way == "meeting":
        hold_meeting(world.state, 0, street, 0.0)
    else:
        visit_household(world.state, 0, int(world.state.segments["first_household"][street]), 0.0)
    told = aware(world)
    assert told[homes == street].mean() > (0.8 if way != "visit" else 0.0)
    assert told[homes == street].any()
    if way != "meeting":
        assert not told[homes != street].any()
    household = world.state.residents["household"]
    assert set(np.unique(household[told])).isdisjoint(np.unique(household[~told]))


def test_nobody_is_told_of_services_that_a_strategy_does_not_have():
    world = town(-1.0, **ALL_READ)
    deliver_letters(world.state, homely(world), 0.0)
    assert not world.state.residents["told"].any()


def test_half_is_forgotten_after_the_half_life():
    world = town(helpers__services_half_life_days=20.0)
    world.state.residents["told"] = 1
    for day in range(20):
        forget_services(world.state, day)
    assert world.state.residents["told"].mean() == pytest.approx(0.5, abs=0.05)


def at_meeting(known: float, **changes: Any) -> int:
    world = town(known, attitudes__p_attends=0.3, **changes)
    hold_meeting(world.state, 0, homely(world), 0.0)
    return int(world.state.out.n["contacts"][0])


def test_who_does_not_know_seldom_comes_and_cut_it_makes_no_difference():
    free, told, nobody = at_meeting(-1.0), at_meeting(1.0), at_meeting(0.0)
    assert free == told
    assert nobody < 0.6 * told
    assert at_meeting(0.0, helpers__unaware_takes_part=1.0) == told
    assert at_meeting(0.0, helpers__unaware_takes_part=0.0) == 0


def joined(known: float, **changes: Any) -> int:
    world = town(known, helpers__join_per_year=5.0, **changes)
    world.state.levers["volunteers"] = world.state.levers["recognition"] = 1.0
    for day in range(30):
        volunteers_change(world.state, day)
    return int(world.state.c["n_volunteers"][0])


def test_who_does_not_know_seldom_joins_and_cut_it_makes_no_difference():
    assert joined(-1.0) == joined(1.0) > 3 * joined(0.0) > 0
    assert joined(0.0, helpers__unaware_takes_part=1.0) == joined(1.0)


def test_who_knows_tells_more_readily_and_cut_it_makes_no_difference():
    def tells(known: float, **changes: Any) -> float:
        world = town(known, **changes)
        return float(np.mean([p_tells(world.state, r) for r in range(200)]))

    assert tells(1.0) > tells(0.0) + 0.04
    assert tells(0.0) == tells(-1.0)
    assert tells(1.0, investigation__p_told=0.5, helpers__aware_on_telling=0.0) == tells(0.0)
    assert takes_part(town(1.0).state, 0) == 1.0


def test_the_reform_spreads_the_word_and_a_grid_without_participation_by_visits_alone():
    def share(policy: str) -> float:
        days = run(build_world(scenario(n_days=60), 1), make_policy(policy))["days"]
        return float(days["n_aware"][-1] / days["n_adults"][-1])

    often = "reform(letters_days=20, residents_a_cell=400, auxiliaries=2, visit_share=0.1{})"
    lots, few = share(often.format("")), share(often.format(", little_participation=true"))
    assert lots > few + 0.2
    assert few > 0.1
    assert share("reactive") == 0.0
