"""The power to tell two courses apart: held against trials by hand, and against variants that are wrong on purpose."""

import numpy as np
import pytest
from scipy.stats import norm, ttest_ind

from sim.statistics.apart import (
    overdispersion,
    power_at,
    power_of_numbers,
    power_of_stages,
    spread_over,
    without_level,
)

N_SEEDS = 5


def naive_power(apart):
    """Measure along the direction of the same seeds: the variant that takes chance for a difference."""
    return power_at(float(np.linalg.norm(apart.mean(axis=0))))


def test_courses_that_differ_by_chance_alone_are_told_apart_as_often_as_the_level_says():
    rng = np.random.default_rng(1)
    draws = [rng.normal(0.0, 2.0, (N_SEEDS, 8)) for _ in range(400)]
    crossed = np.mean([power_of_numbers(one).value for one in draws])
    assert crossed < 0.15  # distances below zero are cut at zero, so that it lies somewhat above 5 %
    assert np.mean([naive_power(one) for one in draws]) > 2.0 * crossed


@pytest.mark.parametrize("distance", [0.5, 2.0, 4.0])
def test_a_known_distance_gives_the_power_of_its_test(distance):
    rng = np.random.default_rng(2)
    far = np.array([0.6, -0.8, 0.0]) * distance
    power = power_of_numbers(far + rng.normal(0.0, 0.01, (N_SEEDS, 3)))
    tests = rng.normal(distance, 1.0, 40_000)
    assert power.value == pytest.approx(np.mean(np.abs(tests) > norm.ppf(0.975)), abs=0.02)
    assert power.low <= power.value <= power.high


def test_one_seed_tells_no_power_and_a_missing_number_none():
    assert np.isnan(power_of_numbers(np.ones((1, 4))).value)
    assert np.isnan(power_of_numbers(np.array([[1.0, np.nan], [1.0, 2.0]])).value)


def test_a_level_tells_nothing_and_a_change_does():
    error = np.array([0.1, 0.1, 0.2, 0.1])
    level = np.full((N_SEEDS, 4), 0.5) / error
    change = np.tile([0.0, 0.0, 0.5, 0.5], (N_SEEDS, 1)) / error
    assert power_of_numbers(without_level(level, error)).value == pytest.approx(0.05)
    assert power_of_numbers(level).value > 0.99  # the variant that trusts a level
    assert power_of_numbers(without_level(change, error)).value > 0.9
    assert power_of_numbers(without_level(np.array([[3.0], [3.0]]), np.array([0.1]))).value == pytest.approx(0.05)


@pytest.mark.parametrize("n_units", [4, 12])
def test_power_of_places_that_came_earlier_is_that_of_trials_by_hand(n_units):
    rng = np.random.default_rng(3)
    effect, error, half = -0.3, 0.2, n_units // 2
    power = power_of_stages(np.full(N_SEEDS, effect), error, n_units)
    early, late = (rng.normal(mean, error, (4000, half)) for mean in (effect, 0.0))
    found = np.mean(ttest_ind(early, late, axis=1).pvalue < 0.05)
    assert power.value == pytest.approx(found, abs=0.03)
    of_normal = power_at(abs(effect) / (2.0 * error / np.sqrt(n_units)))
    assert abs(power.value - found) < abs(of_normal - found)  # the variant that forgets how few units there are


def test_power_of_places_has_the_interval_of_the_seeds_and_stays_known_far_out():
    power = power_of_stages(np.array([-0.2, 0.3, -0.1, 0.2]), 0.1, 12)
    assert power.low == pytest.approx(0.05, abs=0.001)
    assert power.low <= power.value <= power.high
    assert power_of_stages(np.full(3, 5.0), 0.01, 12).value == pytest.approx(1.0)
    assert np.isnan(power_of_stages(np.array([0.1]), 0.1, 12).value)
    assert np.isnan(power_of_stages(np.array([0.1, 0.1]), 0.1, 2).value)


def test_scatter_beyond_poisson_is_measured_and_never_below_one():
    rng = np.random.default_rng(4)
    poisson = overdispersion(rng.poisson(50.0, (40, 30)).astype(float))
    wide = overdispersion(rng.poisson(rng.gamma(10.0, 5.0, (40, 30))).astype(float))
    assert 1.0 <= poisson < 1.2
    assert wide == pytest.approx(6.0, rel=0.2)
    assert overdispersion(np.full((4, 3), 7.0)) == 1.0
    assert overdispersion(np.zeros((4, 3))) == 1.0


def test_heavy_values_count_for_more():
    mean, low, high = spread_over(np.array([1.0, 2.0, 9.0]), np.array([0.98, 0.01, 0.01]))
    assert mean == pytest.approx(1.09)
    assert (low, high) == (1.0, 1.0)
    assert spread_over(np.array([3.0, 1.0, 2.0]), np.ones(3) / 3.0) == pytest.approx((2.0, 1.0, 3.0))
    assert np.isnan(spread_over(np.array([np.nan]), np.ones(1))).all()
