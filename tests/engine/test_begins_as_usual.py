"""A run begins among as many disputes and custodies as there are later, so that its first season is none of its own."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import scenario

from sim.agents.dispute_steps import intensity_at
from sim.agents.disputes import disputes_go_on
from sim.agents.events import BEGAN
from sim.agents.investigation import some_are_in_custody
from sim.agents.tables import AWAY
from sim.engine import run_shifts
from sim.policies.reactive import Reactive
from sim.world import World, build_world

TOWN: dict[str, Any] = {
    "n_days": 300, "city__n_segments": 120, "people__n_residents": 3000, "disputes__disputes_per_household": 0.5,
    "force__n_response": 12,
}  # fmt: skip


def begun(**changes: Any) -> World:
    """Make a town and let its disputes and custodies be under way."""
    world = build_world(scenario(**TOWN | changes), 1)
    disputes_go_on(world.state)
    some_are_in_custody(world.state)
    return world


@cache
def year(*, from_nothing: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Give disputes that go on, by day, and the steps of disputes of 300 days."""
    world = build_world(scenario(**TOWN), 1)
    steps, going = [], []
    for shift, rows in run_shifts(world, Reactive()):
        if shift == 1 and from_nothing:  # what a run was like that began on an empty street
            world.state.disputes["key"] = 0
            world.state.flares[:] = 1e18
        steps.append(rows["disputes"])
        going.append(rows["days"]["n_disputes"])
    return np.concatenate(going), np.concatenate(steps)


def is_steady(going: np.ndarray) -> bool:
    """Tell whether the first month has about as many disputes as the last three."""
    return bool(0.8 < going[:30].mean() / going[-90:].mean() < 1.25)


def test_the_first_month_has_as_many_disputes_as_later_ones():
    assert is_steady(year()[0])
    assert not is_steady(year(from_nothing=True)[0])


def test_disputes_that_began_before_are_not_told_as_begun():
    world, (_, steps) = begun(), year()
    old = world.state.disputes["key"][world.state.disputes["key"] != 0]
    assert len(old) > 50
    assert not set(old.tolist()) & set(steps["dispute"][steps["what"] == BEGAN].tolist())
    assert set(old.tolist()) & set(steps["dispute"].tolist()), "none of them is ever heard of"


def test_they_began_before_are_not_over_and_flare_up_from_now_on():
    w = begun().state
    rows = np.flatnonzero(w.disputes["key"] != 0)
    assert (w.disputes["began"][rows] <= 0.0).all()
    assert all(intensity_at(w, int(row), 0.0) >= w.p["dispute_over"][0] for row in rows)
    assert (w.flares[rows] > 0.0).all()


def test_the_more_active_are_in_custody_and_come_out():
    world = begun(investigation__custody_at_start=0.05, offending__share_offending=0.5)
    w = world.state
    inside = w.offenders["custody_until"] > 0.0
    assert 0.02 * len(inside) < inside.sum() < 0.08 * len(inside)
    assert (w.where[w.offenders["resident"][inside]] == AWAY).all()
    assert w.offenders["rate"][inside].mean() > 2.0 * w.offenders["rate"].mean()
    assert not (begun(investigation__custody_at_start=0.0).state.offenders["custody_until"] > 0.0).any()


def test_what_is_left_of_a_custody_weighs_long_ones():
    same = {"investigation__custody_days": dict.fromkeys(("burglary", "robbery", "theft", "assault", "disorder"), 40.0)}
    w = begun(investigation__custody_at_start=0.2, offending__share_offending=0.8, **same).state
    left = w.offenders["custody_until"][w.offenders["custody_until"] > 0.0] / 1440.0
    assert left.mean() == pytest.approx(40.0, rel=0.2)
    mixed = begun(investigation__custody_at_start=0.2, offending__share_offending=0.8).state
    of_mixed = mixed.offenders["custody_until"][mixed.offenders["custody_until"] > 0.0] / 1440.0
    weight, days = np.diff(mixed.offenders["mix"], axis=1, prepend=0.0), mixed.p["custody_days"][0]
    assert of_mixed.mean() > (weight.mean(axis=0) * days).sum()
