import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.outcomes.concentration import (
    count_incidents,
    find_smallest_share,
    measure_concentration,
    measure_gini,
    measure_gini_corrected,
)


def test_all_in_one_place():
    counts = count_incidents(np.zeros(60, int), 200)
    assert find_smallest_share(counts, 0.5) == 1 / 200
    assert measure_gini(counts) == pytest.approx(1 - 1 / 200)
    # More places than incidents: one place holding all is not quite 1, since a lone incident holds all too.
    assert measure_gini_corrected(counts) == pytest.approx(1 - 1 / 60)


def test_equal_spread():
    counts = np.full(40, 3)
    assert find_smallest_share(counts, 0.5) == 0.5
    assert find_smallest_share(counts, 0.25) == 0.25
    assert measure_gini_corrected(counts) == pytest.approx(0.0)


@pytest.mark.parametrize("n_incidents", [1, 7, 99])
def test_fewer_incidents_than_places_can_still_be_equal(n_incidents):
    counts = count_incidents(np.arange(n_incidents), 100)
    assert measure_gini_corrected(counts) == pytest.approx(0.0)
    assert measure_gini(counts) == pytest.approx(1 - n_incidents / 100)


def test_published_example():
    # Half of the places hold one incident each, half hold three: G = 1/4 by the definition.
    assert measure_gini(np.repeat([1, 3], 50)) == pytest.approx(0.25)


def test_nothing_happened():
    found = measure_concentration(np.zeros(0, int), 10, n_replications=3)
    assert found.n_incidents == 0
    assert np.isnan(found.share_holding_50)


def test_random_incidents_fall_within_the_random_baseline():
    inside = 0
    for seed in range(60):
        place = np.random.default_rng(seed).integers(0, 300, 500)
        found = measure_concentration(place, 300, n_replications=200, seed=1)
        low, high = found.random_gini_corrected[1:]
        inside += low <= found.gini_corrected <= high
    assert 50 <= inside <= 60  # 57 expected; fewer than 50 has a chance of 1 in 2,000


def test_concentrated_incidents_fall_outside_it():
    place = np.random.default_rng(0).choice(300, 500, p=np.arange(1, 301) / np.arange(1, 301).sum())
    found = measure_concentration(place, 300)
    assert found.gini_corrected > found.random_gini_corrected.high
    assert found.share_holding_50 < found.random_share_holding_50.low


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 19), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_relabelling_places_changes_nothing(place, random):
    names = list(range(20))
    random.shuffle(names)
    before = count_incidents(np.array(place), 20)
    after = count_incidents(np.array([names[p] for p in place]), 20)
    assert find_smallest_share(before, 0.5) == find_smallest_share(after, 0.5)
    assert measure_gini_corrected(before) == pytest.approx(measure_gini_corrected(after), abs=1e-12)
    assert 0 <= find_smallest_share(before, 0.25) <= find_smallest_share(before, 0.5) <= 0.5
