"""Who is visited: every kind of household after its own number of days, most overdue first, nobody by two officers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import simulate
from sim.outcomes.doses import count_visits, kinds_of_homes, measure_doses
from sim.policies.contract.example import example_observation
from sim.policies.contract.registry import make_policy
from sim.policies.duties import GOLDEN
from sim.policies.levers import Information
from sim.policies.visiting import visits_due
from sim.roles import HOMES
from sim.scenarios.scenario import Scenario

SEEN = example_observation(n_segments=60)
PLACES = list(range(len(SEEN.on_duty)))
EVERY = np.array([7.0, 30.0, 91.0, 730.0])
DAY = 1440.0
TOWN = Scenario().replace(
    {"city.streets": "organic", "city.n_segments": 120, "people.n_residents": 1500, "people.share_renting": 0.7,
     "migrants.share_of_residents": 0.3, "n_days": 120, "force.n_response": 9, "force.n_foot": 3,
     "force.n_community": 6, "force.n_detective": 1, "force.n_districts": 2}
)  # fmt: skip


def rounds(seen=SEEN, every=EVERY, places=PLACES, **how):
    return visits_due(seen, places, every, np.random.default_rng(3), **how)


def named(tasks):
    return [home for task in tasks for home in task.targets]


def waited(seen=SEEN, every=EVERY):
    days = every[seen.home_kind]
    never = -days * DAY * (np.arange(len(days)) * GOLDEN % 1.0)
    since = np.where(np.isfinite(seen.home_visited), seen.home_visited, never)
    return (seen.now - since) / DAY / days


def test_only_who_is_due_is_named_and_nobody_by_two_officers():
    homes = named(rounds())
    assert len(homes) == len(set(homes)) > 50
    assert (waited()[homes] >= 1.0).all()


def test_officers_visit_their_own_cell():
    cell = (np.arange(len(PLACES)) % 4).astype(np.int32)
    seen = replace(SEEN, cell=cell)
    for task in rounds(seen):
        own = cell[list(seen.on_duty).index(task.officer)]
        assert set(seen.brief.cell[seen.brief.household_segment[list(task.targets)]]) == {own}


def test_officers_have_as_many_as_their_own_time_holds_and_the_city_wide_take_what_is_left():
    cell = np.where(np.arange(len(PLACES)) % 2 == 0, -1, SEEN.brief.cell[0]).astype(np.int32)
    ends = [100.0 if at % 2 else 300.0 for at in PLACES]
    seen = replace(SEEN, cell=cell)
    tasks = rounds(seen, end=ends, visit_takes=20.0)
    homes = named(tasks)
    assert len(homes) == len(set(homes))
    for task in tasks:
        at = list(seen.on_duty).index(task.officer)
        assert len(task.targets) <= ends[at] // 20.0
        assert task.end == ends[at]
    assert max(len(task.targets) for task in tasks) > 5


def test_who_has_waited_longest_against_what_is_meant_comes_first_when_hours_do_not_suffice():
    few = named(rounds(places=PLACES[:1], end=100.0, visit_takes=20.0))
    assert len(few) == 5
    rest = np.setdiff1d(np.flatnonzero(waited() >= 1.0), few)
    assert waited()[few].min() >= waited()[rest].max()


def test_nobody_is_due_where_the_days_are_none_or_somebody_just_called():
    assert not rounds(every=np.zeros(4))
    just = replace(SEEN, home_visited=np.full(len(SEEN.home_visited), SEEN.now - DAY))
    assert not rounds(just)


def test_a_household_that_is_not_shown_is_not_named():
    hidden = SEEN.brief.household_segment.copy()
    hidden[::2] = -1
    homes = named(rounds(replace(SEEN, brief=replace(SEEN.brief, household_segment=hidden))))
    assert homes
    assert not any(home % 2 == 0 for home in homes)


def test_what_is_left_over_at_the_end_of_a_way_is_not_always_the_same():
    orders = [visits_due(SEEN, PLACES[:1], EVERY, np.random.default_rng(seed))[0].targets for seed in range(20)]
    assert len({order[-1] for order in orders}) > 5


@pytest.fixture(scope="module")
def run():
    """Run grid policing in a town that it has the hours for, and whose old people it knows."""
    known = TOWN.replace({"force.old_alone_known": 1.0})
    policy = "grid(auxiliaries=6, poor_appraisal=false, late_information=false, visit_share=0.8)"
    return simulate(known, make_policy(policy), 1)


def test_the_books_tell_the_kinds_apart_as_far_as_they_know(run):
    world = run.world
    homes, people = world.state.households, world.state.residents
    information = Information()
    books = world.record.home_kinds(999.0 * DAY, world, information)
    true = kinds_of_homes(run.tables["people"])
    old, let = HOMES.index("old alone"), HOMES.index("group let")
    assert (true[books == old] == old).all()  # never one who is none, and all whom somebody met
    assert (books[(true == old) & (homes["met"] == 1)] == old).all()
    assert 5 < (books == old).sum() <= (true == old).sum()
    rooms = np.bincount(people["household"], people["migrant"])
    assert (rooms[books == let] >= 2).all()
    assert (books == let).sum() > 5


def test_each_kind_is_visited_as_often_as_is_meant_where_hours_suffice(run):
    doses = count_visits(run.tables["people"], run.tables["contacts"], TOWN.n_days)
    meant = 365.25 / EVERY
    made = doses["a_year"].to_numpy()
    assert made[0] == pytest.approx(meant[0], rel=0.2)
    assert made[2] == pytest.approx(meant[2], rel=0.4)
    assert made[0] > 3 * made[1] > 3 * made[2] > 3 * made[3]
    assert measure_doses(run.tables, TOWN.n_days)["visits_old_alone_a_year"] == pytest.approx(made[0])


def test_the_book_of_visits_is_kept(run):
    state, contacts = run.world.state, run.tables["contacts"]
    visits = contacts[contacts["kind"] == "visit"]
    home = state.residents["household"][visits["resident"].to_numpy()]
    last = np.full(len(state.households), -np.inf)
    np.maximum.at(last, home, visits["t"].to_numpy())
    seen = last > -np.inf
    assert (state.households["visited"][seen] >= last[seen]).all()
    assert seen.sum() > 100
