import numpy as np
import pytest
from scipy.stats import binom, kstest
from street_grid import make_grid

from sim.clock import DAY_MIN
from sim.outcomes.distances import find_near_segments, measure_distances
from sim.outcomes.near_repeats import measure_near_repeats, measure_repeat_timing

NET = make_grid()


def independent(seed, n=250):
    """Draw incidents that gather in hot places and have nothing to do with each other in time."""
    rng = np.random.default_rng(seed)
    weight = rng.pareto(1.5, NET.n_segments) + 0.05
    return rng.choice(NET.n_segments, n, p=weight / weight.sum()), rng.uniform(0, 365 * DAY_MIN, n)


def planted(seed, n=200, n_echoes=60):
    """Add to independent incidents echoes next door within a week."""
    segment, t = independent(seed, n)
    rng = np.random.default_rng(seed + 1000)
    start, neighbour = NET.neighbours
    source = rng.choice(n, n_echoes)
    pick = rng.integers(start[segment[source]], start[segment[source] + 1])
    return np.append(segment, neighbour[pick]), np.append(t, t[source] + rng.uniform(0, 7 * DAY_MIN, n_echoes))


def seasonal(seed, n=250):
    """Draw independent incidents of which half fall in one summer of three months."""
    segment, t = independent(seed, n)
    summer = np.random.default_rng(seed + 500).random(n) < 0.5
    return segment, np.where(summer, 180 * DAY_MIN + t / 4, t)


def p_of_broken_test(segment, t, seed):
    """Test as beginners do: against dates spread evenly over the year, where the real test permutes those seen."""
    week = 7 / 365
    near = find_near_segments(NET, segment, within_m=100.0)
    close = set(zip(near.segment.tolist(), near.other.tolist(), strict=True))
    i, j = np.triu_indices(len(segment), 1)
    beside = np.array([(a, b) in close and a != b for a, b in zip(segment[i], segment[j], strict=True)])
    n_together = int((beside & (np.abs(t[i] - t[j]) < 7 * DAY_MIN)).sum())
    return binom.sf(n_together - 1, int(beside.sum()), 2 * week - week**2)


def p_of_test(segment, t, seed):
    found = measure_near_repeats(
        NET, segment, t, space_edges_m=(0, 100), time_edges_days=(0, 7), n_permutations=99, seed=seed
    )
    return found.p[1, 0]


def test_p_is_uniform_without_near_repeats():
    assert kstest([p_of_test(*independent(seed), seed) for seed in range(300)], "uniform").pvalue > 0.01


def test_p_is_uniform_in_a_city_with_seasons():
    assert kstest([p_of_test(*seasonal(seed), seed) for seed in range(150)], "uniform").pvalue > 0.01


def test_that_check_rejects_a_test_that_forgets_seasons():
    assert kstest([p_of_broken_test(*seasonal(seed), seed) for seed in range(150)], "uniform").pvalue < 0.001


def test_planted_near_repeats_are_found_where_they_are():
    found = measure_near_repeats(NET, *planted(3), n_permutations=499)
    assert found.p[1, 0] == pytest.approx(1 / 500)  # up to 100 m and 7 days
    assert found.ratio[1, 0] > found.null_high[1, 0] > 1
    assert found.p[4, 3] > 0.01  # 300 to 400 m, 21 to 28 days
    assert found.as_table().shape == (20, 10)


def test_a_boost_at_the_same_place_is_told_from_a_hot_place():
    segment, t = independent(5, 300)
    assert measure_repeat_timing(segment, t, n_permutations=199).p[0, 0] > 0.01
    boosted = np.append(segment, segment[:60]), np.append(t, t[:60] + 3 * DAY_MIN)
    found = measure_repeat_timing(*boosted, n_permutations=199)
    assert found.p[0, 0] == pytest.approx(1 / 200)
    assert found.ratio[0, 0] > 1.5


def test_counts_equal_a_plain_double_loop():
    segment, t = planted(1, 60, 20)
    found = measure_near_repeats(NET, segment, t, n_permutations=3)
    metres = measure_distances(NET, np.repeat(segment, len(segment)), np.tile(segment, len(segment)))
    expected = np.zeros((5, 4), int)
    for i in range(len(t)):
        for j in range(i):
            far, apart = metres[i * len(t) + j], abs(t[i] - t[j]) / DAY_MIN
            if far <= 400 and apart < 28:
                expected[int(np.ceil(far / 100)), int(apart // 7)] += 1
    assert np.array_equal(found.observed, expected)
    merged = measure_near_repeats(NET, segment, t, same_place_apart=False, n_permutations=3)
    assert np.array_equal(merged.observed, np.vstack([expected[:2].sum(axis=0), expected[2:]]))
    assert merged.as_table()["from_m"].unique().tolist() == [0, 100, 200, 300]


def test_order_of_incidents_and_names_of_places_do_not_matter():
    segment, t = planted(2)
    shuffle = np.random.default_rng(0).permutation(len(t))
    assert np.array_equal(
        measure_near_repeats(NET, segment, t, n_permutations=2).observed,
        measure_near_repeats(NET, segment[shuffle], t[shuffle], n_permutations=2).observed,
    )
    renamed = measure_repeat_timing(1000 - segment, t, n_permutations=2).observed
    assert np.array_equal(measure_repeat_timing(segment, t, n_permutations=2).observed, renamed)


def test_no_incidents_give_no_pairs():
    found = measure_near_repeats(NET, np.zeros(0, int), np.zeros(0), n_permutations=2)
    assert found.observed.sum() == 0
    assert np.isnan(found.ratio).all()


def test_distances_run_along_streets():
    # Horizontal streets 0, 1, ... of the first row; vertical ones from 90 on.
    assert measure_distances(NET, np.array([0, 0, 0, -1]), np.array([0, 1, 90, 3]))[:3].tolist() == [0, 100, 100]
    assert np.isnan(measure_distances(NET, np.array([-1]), np.array([3]))).all()
    near = find_near_segments(NET, np.array([0, 1, 4, 90]), within_m=150.0)
    assert sorted(zip(near.segment.tolist(), near.other.tolist(), strict=True)) == [
        (0, 0), (0, 1), (0, 90), (1, 0), (1, 1), (4, 4), (90, 0), (90, 90),
    ]  # fmt: skip
