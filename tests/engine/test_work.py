"""Cells by workload count calls and not homes: where they lie, and as many as are sent."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import scenario

from sim.agents.population.work import expected_work
from sim.world import build_world

PARTS = {"share_traffic": 0.0, "share_noise": 0.0, "share_welfare": 0.0, "planned_home_calls": 0.0}


def work_of(**demand: float) -> tuple[np.ndarray, np.ndarray]:
    world = build_world(scenario(**{f"demand__{name}": value for name, value in (PARTS | demand).items()}), 1)
    return expected_work(world.scenario.demand, world.state), world.state.segments["dwellings"]


def test_work_sums_to_the_calls_that_are_sent():
    work, _ = work_of(share_traffic=0.5, referred_traffic=0.2, other_calls=1000.0, planned_home_calls=50.0)
    assert work.sum() == pytest.approx(450.0)


def test_offences_lie_where_homes_are_and_traffic_does_not():
    at_homes, homes = work_of(planned_home_calls=100.0)
    assert np.allclose(at_homes / 100.0, homes / homes.sum())
    traffic, _ = work_of(share_traffic=0.5)
    assert np.corrcoef(traffic, homes)[0, 1] < 0.5
    assert not work_of()[0].any()


def test_help_is_divided_between_homes_and_places():
    alone, homes = work_of(share_welfare=0.5, share_welfare_places=0.0)
    assert np.allclose(alone / alone.sum(), homes / homes.sum())
    places, _ = work_of(share_welfare=0.5, share_welfare_places=1.0)
    assert places.sum() == pytest.approx(alone.sum())
    assert not np.allclose(places, alone)
