"""What the self-exciting fit finds in a city where nothing triggers anything; docs/strategies.md says so."""

from __future__ import annotations

import numpy as np
from streets_and_records import self_exciting_record

from sim.policies.contract.example import example_observation
from sim.policies.maps.estimates import fit_self_exciting
from sim.policies.protocol import WEEK_MIN

BRIEF = example_observation(1, n_segments=1500).brief


def fitted(seed, *, own):
    record = self_exciting_record(BRIEF, own=own, near=0.0, decay_days=14, shape=0.5, per_year=2.7, weeks=52, seed=seed)
    return fit_self_exciting(BRIEF, record, until=52 * WEEK_MIN)


def test_a_record_of_chance_alone_shows_a_small_trigger():
    found = [fitted(seed, own=0.0) for seed in range(4)]
    assert 0.03 < np.mean([process.own for process in found]) < 0.06
    assert 0.01 < np.mean([process.near for process in found]) < 0.04


def test_a_real_trigger_stands_out_from_it():
    assert min(fitted(seed, own=0.2).own for seed in range(4)) > 0.12
