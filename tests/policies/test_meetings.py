"""Meetings come as often as is meant, what was raised is worked on, and every home gets its letters in turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import simulate
from sim.policies.contract.example import example_observation
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario

SEEN = example_observation(n_segments=200, n_officers=96, n_on_duty=48)
EVENING, BY_DAY = (example_observation(n_segments=200, n_officers=96, n_on_duty=48, shift=shift) for shift in (2, 1))
TOWN = Scenario().replace(
    {"city.streets": "organic", "city.n_segments": 120, "people.n_residents": 1500, "n_days": 60, "force.n_response": 9,
     "force.n_foot": 3, "force.n_community": 6, "force.n_detective": 1, "force.n_districts": 2,
     "disputes.disputes_per_household": 1.0, "attitudes.p_attends": 0.2}
)  # fmt: skip


def orders(name, seen, seed=1):
    return make_policy(name).decide(seen, np.random.default_rng(seed)).tasks


def over_a_year(name, seen):
    return [task for day in range(365) for task in orders(name, replace(seen, day=day, now=day * 1440.0), day)]


def test_each_neighbourhood_meets_as_often_as_is_meant():
    wanted = SEEN.brief.n_residents / 400 / 30 * 365
    meetings = over_a_year("meetings(residents_a_meeting=400, every_days=30)", EVENING)
    assert len(meetings) == pytest.approx(wanted, abs=1.0)
    assert all(task.kind == "meeting" and len(task.targets) == 1 for task in meetings)
    assert not over_a_year("meetings(residents_a_meeting=400, every_days=30)", replace(EVENING, shift=0))


def test_meetings_are_held_by_day_where_no_community_officer_works_in_the_evening():
    by_day = np.where([role == "community" for role in BY_DAY.brief.role], 480.0, BY_DAY.brief.duty_begins)
    early = replace(BY_DAY, brief=replace(BY_DAY.brief, duty_begins=by_day))
    often = "meetings(residents_a_meeting=100, every_days=7)"
    assert {task.kind for task in orders(often, early)} >= {"meeting"}
    assert "meeting" not in {task.kind for task in orders(often, BY_DAY)}


def test_meetings_are_held_where_more_is_on_record():
    counts = EVENING.counts(weeks=13.0)
    many = "meetings(residents_a_meeting=100, every_days=7)"
    places = [orders(many, replace(EVENING, day=EVENING.day + i), i) for i in range(60)]
    at = [task.targets[0] for tasks in places for task in tasks]
    assert len(at) >= 60
    homes = EVENING.brief.dwellings > 0
    assert counts[at].mean() > 1.5 * counts[homes].mean()


def test_what_was_raised_is_worked_on_most_named_first():
    raised = np.zeros(200)
    raised[[5, 17, 40]] = [1.0, 4.0, 2.0]
    tasks = orders("meetings(follow_share=1.0, dwell=160.0)", replace(BY_DAY, raised=raised))
    done = [task.targets for task in tasks if task.kind == "problem"]
    assert {street for targets in done for street in targets} == {5, 17, 40}
    assert done[0][0] == 17
    assert not orders("meetings", replace(BY_DAY, raised=np.zeros(200)))


def test_every_street_with_homes_gets_a_letter_once_in_its_period():
    streets = [
        street
        for day in range(30)
        for task in orders("letters(every_days=30)", replace(BY_DAY, day=day))
        for street in task.targets
    ]
    assert sorted(streets) == np.flatnonzero(BY_DAY.brief.dwellings > 0).tolist()


def test_neighbourhood_policing_can_do_without_hot_spots():
    kinds = {
        name: {task.kind for seen in (EVENING, BY_DAY) for task in orders(name, seen)}
        for name in ("neighbourhood", "neighbourhood(hot_spots=false)")
    }
    assert "rounds" in kinds["neighbourhood"]
    assert "rounds" not in kinds["neighbourhood(hot_spots=false)"]
    assert "homes" in kinds["neighbourhood(hot_spots=false)"]


def test_who_comes_to_a_meeting_sets_what_officers_work_on():
    name = "meetings(residents_a_meeting=100, every_days=7, follow_share=0.5)"
    run, nobody = (simulate(TOWN.replace({"attitudes.p_attends": p}), make_policy(name), 1) for p in (0.2, 0.0))
    met = run.tables["contacts"]
    met = met[met["kind"] == "meeting"]
    assert len(met) > 100
    assert met["found"].mean() > 0.1  # who has something to say
    assert (run.world.state.raised > 0.5).sum() > 3
    worked = run.tables["orders"]["kind"] == "problem"
    assert worked.sum() > 10
    assert not (nobody.tables["orders"]["kind"] == "problem").any()
    assert not nobody.world.state.raised.any()
