"""Estimates of hot spots see the record of their day and nothing later, and each what it says."""

from dataclasses import replace

import numpy as np
import pytest

from sim.policies.conformance import example_observation
from sim.policies.estimates import estimate_scores, hottest_by_estimate, kernel_map, last_year_map, self_exciting_map
from sim.policies.levers import ESTIMATES, Information
from sim.policies.protocol import WEEK_MIN, Record
from sim.policies.relabelling import relabel_observation

SEEN = example_observation(n_segments=300, n_incidents=900, day=70)


def with_incidents(*incidents, day=70):
    """Show incidents of (minute, segment), each recorded an hour later."""
    seen = example_observation(n_segments=300, n_incidents=0, day=day)
    t = np.array([float(minute) for minute, _ in incidents])
    segment = np.array([where for _, where in incidents], np.int32)
    none = np.zeros(len(t), np.uint8)
    return replace(seen, record=Record(t, t + 60.0, none, segment, none.astype(bool)))


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_what_comes_later_is_not_known(estimate):
    seen = replace(SEEN, information=Information(estimate=estimate))
    until = 40 * 1440.0
    kept = seen.record.t_recorded <= until
    past = replace(
        seen,
        record=Record(
            *(getattr(seen.record, name)[kept] for name in ("t", "t_recorded", "type", "segment", "discovered"))
        ),
    )
    one, other = (estimate_scores(s, weeks=8, until=until) for s in (seen, past))
    assert np.array_equal(one, other)
    # The same check sees a leak where there is one.
    assert not np.array_equal(one, estimate_scores(seen, weeks=8, until=seen.now))


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_other_numbers_for_segments_permute_the_scores(estimate):
    seen = replace(SEEN, information=Information(estimate=estimate))
    segment = np.random.default_rng(3).permutation(300).astype(np.int32)
    officer = np.arange(len(seen.brief.officer), dtype=np.int32)
    renumbered = relabel_observation(seen, segment, officer)
    before, after = (estimate_scores(s, weeks=8, until=seen.week_began) for s in (seen, renumbered))
    assert after[segment] == pytest.approx(before)


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_no_segment_without_a_score_is_named(estimate):
    seen = replace(with_incidents((80_000, 5), (80_100, 5)), information=Information(estimate=estimate))
    named = hottest_by_estimate(seen, 0.1, weeks=8, until=seen.now)
    assert named[0] == 5
    assert (estimate_scores(seen, weeks=8, until=seen.now)[named] > 0).all()


def test_a_kernel_spreads_to_the_streets_next_door_and_no_farther_than_two():
    seen = with_incidents((80_000, 50))
    score = kernel_map(seen, weeks=8, until=seen.now) * seen.brief.segment_length_m / 100.0
    start, neighbours = seen.brief.neighbours_start, seen.brief.neighbours
    next_door = set(neighbours[start[50] : start[51]].tolist())
    behind = {int(s) for n in next_door for s in neighbours[start[n] : start[n + 1]]}
    assert score[50] >= 1.0
    assert set(np.flatnonzero(score)) == {50} | next_door | behind


def test_a_fresh_incident_excites_more_than_an_old_one():
    seen = with_incidents((10_000, 10), (100_000, 200))
    score = self_exciting_map(seen, until=seen.now)
    assert score[200] > score[10] > 0.0


def test_last_year_looks_at_the_same_weeks_a_year_ago():
    now = 400 * 1440.0
    seen = with_incidents((now - 52 * WEEK_MIN, 7), (now - 10 * WEEK_MIN, 8), day=400)
    score = last_year_map(seen, weeks=8, until=now)
    assert score[7] == 1.0
    assert score[8] == 0.0
