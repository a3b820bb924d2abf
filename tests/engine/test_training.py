"""Some officers of a force can be trained; what they learn shows in their contacts and wears off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from worlds import play, scenario

from sim.agents.contacts import felt_fair
from sim.agents.training import train, training_left
from sim.command import take_command
from sim.policies.levers import Levers, Team
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.world import build_world

DAY_MIN = 1440.0


def test_a_course_teaches_hour_by_hour_and_wears_off():
    w = build_world(scenario(effort__training_hours=40.0, effort__training_half_life_days=100.0), 1).state
    gain = float(w.p["training_gain"][0])
    w.officers["clock"][0] = 500.0
    train(w, 0, 10.0 * 60.0)
    assert training_left(w, 0) == pytest.approx(gain / 4, rel=1e-5)
    for _ in range(4):
        train(w, 0, 10.0 * 60.0)
    assert training_left(w, 0) == pytest.approx(gain, rel=1e-5)
    w.officers["clock"][0] += 100.0 * DAY_MIN
    assert training_left(w, 0) == pytest.approx(gain / 2, rel=1e-5)
    assert training_left(w, 1) == 0.0


def test_the_odds_of_a_fair_contact_are_those_of_skill_and_training():
    w = build_world(scenario(), 1).state
    w.officers["skill"][:2], w.officers["trained"][1] = 1.0, np.log(2.0)
    plain, trained = (
        np.mean([felt_fair(w, officer, 0.5, u) for u in (np.arange(3000) + 0.5) / 3000]) for officer in (0, 1)
    )
    assert (plain, trained) == pytest.approx((1 / 2, 2 / 3), abs=1e-3)


class Course(PolicyModel):
    """Send the officers with even numbers to a course for the first days."""

    name = "course"
    n_days: int = 10

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order the course."""
        here = seen.on_duty.tolist() if seen.day < self.n_days else []
        return Orders(tuple(Task(o, "training") for o in here if o % 2 == 0))


def fair_by_arm(**changes: Any) -> tuple[float, float]:
    """Give the shares of fair contacts of trained officers and of others, after the course."""
    town = scenario(n_days=60, force__n_response=24, demand__other_calls=5000.0, force__p_on_duty=1.0, **changes)
    contacts = play(town, Course())["contacts"]
    after = contacts[contacts["t"] > 10 * DAY_MIN]
    shares = [after["fair"][after["officer"] % 2 == arm] for arm in (0, 1)]
    assert min(map(len, shares)) > 300
    return float(shares[0].mean()), float(shares[1].mean())


def test_trained_officers_are_fairer_than_their_colleagues_unless_that_is_cut():
    strong = {"attitudes__p_fair_contact": 0.5}
    trained, others = fair_by_arm(effort__training_gain=1.5, **strong)
    assert trained > others + 0.15
    alike = fair_by_arm(effort__training_gain=0.0, **strong)
    assert abs(alike[0] - alike[1]) < 0.12
    assert alike[1] == pytest.approx(others, abs=0.05)


def test_who_is_at_a_course_is_off_the_street():
    town = scenario(force__p_on_duty=1.0, force__rest_min=0.0)
    days = play(town, Course(n_days=10))["days"]
    free = play(town, Course(n_days=0))["days"]
    assert days["officer_min"][:, 1].sum() < 0.8 * free["officer_min"][:, 1].sum()


class Trained(PolicyModel):
    """Begin with a share of the force trained."""

    name = "trained"
    share: float = 1.0

    def levers(self) -> Levers:
        """Train by lot."""
        return Levers(team=Team(fair_odds=2.0, trained=self.share))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order nothing."""
        return Orders()


def test_the_lever_trains_a_share_of_the_force_by_lot():
    def learnt(share: float) -> np.ndarray:
        world = build_world(scenario(force__n_response=200), 1)
        take_command(world, Trained(share=share))
        return world.state.officers["trained"].astype(float)

    assert learnt(1.0) == pytest.approx(np.log(2.0))
    assert not learnt(0.0).any()
    half = learnt(0.5) > 0
    assert half.mean() == pytest.approx(0.5, abs=0.12)
