"""Trials on made-up counts: a planted effect is found, intervals hold their level, power is what theory says."""

from __future__ import annotations

import numpy as np
import pytest

from sim.errors import InputError
from sim.statistics.trials import (
    Lot,
    draw_by_lot,
    estimate_change,
    estimate_mean,
    estimate_share,
    lot_p,
    power_of_counts,
    simulate_power,
    spread_of_rates,
)

TRUE = np.log(0.8)


def made_trial(rng, *, n=60, effect=-0.2, by="pairs", per_unit=30.0, shape=1.5):
    """Draw places that differ, a count before and one after, and the lot."""
    rate = per_unit * rng.gamma(shape, 1.0 / shape, n)
    before = rng.poisson(rate).astype(float)
    lot = draw_by_lot(before, (0.5,), rng, by=by)
    return before, rng.poisson(rate * np.where(lot.arm == 1, 1.0 + effect, 1.0)).astype(float), lot


def coverage(estimate, *, n_trials=300, **about):
    rng = np.random.default_rng(7)
    inside = []
    for _ in range(n_trials):
        effect = estimate(*made_trial(rng, **about))
        inside.append(effect.low <= TRUE <= effect.high)
    return float(np.mean(inside))


def posts_alone(before, after, lot):
    return estimate_change(np.ones_like(before), after, lot)


def without_pairs(before, after, lot):
    """Take each pair's halves for unrelated, and counts for Poisson's: the sum of four reciprocals."""
    effect = estimate_change(before, after, lot)
    four = sum(1.0 / some[lot.arm == arm].sum() for some in (before, after) for arm in (0, 1))
    half = 1.96 * np.sqrt(four)
    return effect._replace(low=effect.value - half, high=effect.value + half)


def test_a_lot_is_fair_and_pairs_units_that_were_alike():
    rng = np.random.default_rng(1)
    baseline = np.arange(41.0)
    n_treated = np.zeros(41)
    for _ in range(400):
        lot = draw_by_lot(baseline, (0.5,), rng)
        assert (lot.arm >= 0).sum() == 40, "the odd one is left out"
        for block in range(20):
            here = np.flatnonzero(lot.block == block)
            assert sorted(lot.arm[here]) == [0, 1]
            assert abs(here[0] - here[1]) == 1
        n_treated += lot.arm == 1
    assert abs(n_treated[1:] - 200).max() < 4.5 * 10.0


@pytest.mark.parametrize("by", ["strata", "chance"])
def test_three_arms_get_their_shares(by):
    lot = draw_by_lot(np.arange(40.0), (0.25, 0.25), np.random.default_rng(1), by=by)
    assert np.bincount(lot.arm)[0] == 20
    assert abs(np.bincount(lot.arm)[1:] - 10).max() <= 2
    assert lot.block.max() == (3 if by == "strata" else 0)


def test_a_lot_without_controls_or_with_unequal_pairs_is_refused():
    rng = np.random.default_rng(1)
    for shares, by in (((1.0,), "chance"), ((0.5, 0.5), "strata"), ((0.3,), "pairs")):
        with pytest.raises(InputError, match="must have"):
            draw_by_lot(np.arange(20.0), shares, rng, by=by)
    with pytest.raises(InputError, match="4 units at least"):
        draw_by_lot(np.arange(3.0), (0.5,), rng)


def test_a_planted_effect_is_the_estimate():
    lot = Lot(np.array([1, 0, 1, 0]), np.array([0, 0, 1, 1]))
    effect = estimate_change(np.array([10.0, 10, 20, 20]), np.array([8.0, 10, 16, 20]), lot)
    assert effect.value == pytest.approx(TRUE)
    effect = estimate_change(np.array([10.0, 10, 20, 20]), np.array([5.0, 10, 19, 20]), lot)
    # By hand: the sums give ln(24/30); residues of the pairs are (5 - 8)/24 and (19 - 16)/24.
    assert effect.value == pytest.approx(TRUE)
    assert effect.error == pytest.approx(np.sqrt(2 * 2 * (3 / 24) ** 2))


@pytest.mark.parametrize("by", ["pairs", "strata", "chance"])
def test_the_interval_covers_the_truth_as_often_as_it_says(by):
    assert 0.91 < coverage(estimate_change, by=by) < 0.985


def test_an_interval_that_ignores_the_scatter_of_places_is_rejected():
    assert coverage(estimate_change, shape=3.0) > 0.91

    def scattered(before, after, lot):
        # Places change by themselves, each in its own way; four reciprocals do not know it.
        rng = np.random.default_rng(int(after.sum()))
        own = rng.poisson(after * rng.gamma(4.0, 0.25, len(after))).astype(float)
        return before, own, lot

    honest = coverage(lambda *trial: estimate_change(*scattered(*trial)))
    broken = coverage(lambda *trial: without_pairs(*scattered(*trial)))
    assert honest > 0.88 > broken + 0.15


def test_counts_after_alone_are_worth_much_less_without_pairs():
    rng = np.random.default_rng(3)
    trials = [made_trial(rng, by="chance") for _ in range(200)]
    widths = [(estimate_change(*one).error, posts_alone(*one).error) for one in trials]
    assert np.median([post / change for change, post in widths]) > 2.0


def test_the_test_of_the_lot_holds_its_level_and_finds_a_large_effect():
    rng = np.random.default_rng(5)
    p = [lot_p(*made_trial(rng, n=24, effect=0.0), rng, n_lots=99) for _ in range(200)]
    assert 0.01 < np.mean(np.array(p) <= 0.05) < 0.10
    assert lot_p(*made_trial(rng, effect=-0.5), rng) < 0.01


def test_power_on_paper_is_that_of_theory_where_theory_has_one():
    # Equal places whose rate is known: nothing but Poisson's law is left. 20 places of 40 counts a half year.
    rng = np.random.default_rng(9)
    paper = simulate_power(
        np.full(40, 80.0), (np.inf, 80.0), rng, days=182, baseline_days=364, effect=-0.1, n_trials=600
    )
    theory = power_of_counts(20 * 40.0, 20 * 40.0, -0.1)
    assert paper.found == pytest.approx(theory, abs=0.06)
    none = simulate_power(np.full(40, 80.0), (np.inf, 80.0), rng, days=182, baseline_days=364, effect=0.0, n_trials=400)
    assert none.found < 0.06


def test_more_places_and_more_time_find_more_and_small_trials_exaggerate():
    rng = np.random.default_rng(9)
    counts = rng.negative_binomial(2, 0.1, 200).astype(float)
    rates = spread_of_rates(counts)

    def power(n, days):
        hot = np.sort(counts)[::-1][:n]
        return simulate_power(hot, rates, rng, days=days, baseline_days=365, effect=-0.2, n_trials=200)

    small, longer, larger = power(20, 90), power(20, 365), power(100, 365)
    assert small.found < longer.found < larger.found
    assert small.exaggerated > longer.exaggerated > 1.0
    assert small.half_width > larger.half_width


def test_the_spread_of_rates_is_told_from_chance():
    rng = np.random.default_rng(2)
    shape, mean = spread_of_rates(rng.poisson(5.0 * rng.gamma(2.0, 0.5, 20_000)).astype(float))
    assert shape == pytest.approx(2.0, rel=0.1)
    assert mean == pytest.approx(5.0, rel=0.05)
    assert spread_of_rates(np.full(10, 3.0))[0] == np.inf


def test_people_of_one_place_count_as_one_place():
    rng = np.random.default_rng(4)
    lot = draw_by_lot(np.zeros(40), (0.5,), rng, by="chance")
    n = np.full(40, 100.0)
    share = 0.4 + 0.1 * rng.standard_normal(40)
    odds = estimate_share(np.round(share * n), n, lot)
    plain = np.sqrt(4.0 / (0.24 * 4000))
    assert odds.error > 1.5 * plain
    assert odds.low < 0.0 < odds.high
    mean = estimate_mean(share * n, n, lot)
    assert mean.error == pytest.approx(0.1 * np.sqrt(2 / 20), rel=0.3)
