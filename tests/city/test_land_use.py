"""Land use: whole totals, main streets and a centre, and numbers that follow the segment."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.city.centrality import measure_anew, read_kept
from sim.city.land_use import FRONTAGE_M, LandUse, _fit, infer_land_use, merge_land_use
from sim.city.reading.buildings import Buildings, count_land_use, nearest_segment
from sim.city.reading.load import EMBEDDED, embedded_city
from sim.city.recorded import incident_weights
from sim.city.streets import StreetNetwork
from sim.city.synthetic.statistics import grid_city, organic_city
from sim.errors import InputError

COLUMNS = ["dwellings", "jobs", "venues", "shops", "stations"]


def renumbered(net: StreetNetwork, order: NDArray[np.int64]) -> StreetNetwork:
    """Give the same streets with their rows in another order, keys carried along."""
    per_segment = [f.name for f in fields(net) if f.name.startswith(("segment_", "drive_")) or f.name == "walkable"]
    points = [np.arange(net.geometry_start[i], net.geometry_start[i + 1]) for i in order]
    start = np.concatenate([[0], np.cumsum([len(p) for p in points])]).astype(np.int32)
    point = np.concatenate(points)
    return replace(
        net,
        geometry_start=start,
        geometry_x=net.geometry_x[point],
        geometry_y=net.geometry_y[point],
        **{name: getattr(net, name)[order] for name in per_segment},
    )


@pytest.mark.parametrize("build", [grid_city, organic_city])
@settings(max_examples=15, deadline=None)
@given(n_segments=st.integers(20, 500), seed=st.integers(0, 2**40), n_dwellings=st.integers(0, 30_000))
def test_dwellings_are_whole_and_sum_to_what_was_asked(build, n_segments: int, seed: int, n_dwellings: int) -> None:  # type: ignore[no-untyped-def]
    found = infer_land_use(build(n_segments=n_segments, seed=seed), n_dwellings=n_dwellings, seed=seed)
    assert found.dwellings.sum(dtype=np.float64) == n_dwellings
    for name in COLUMNS:
        value = getattr(found, name)
        assert value.shape == (n_segments,)
        assert (value >= 0).all()
        assert (value == np.floor(value)).all()
    assert found.inferred


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**40), shuffle=st.integers(0, 2**32))
def test_renumbering_segments_renumbers_land_use_and_nothing_else(seed: int, shuffle: int) -> None:
    net = organic_city(n_segments=300, seed=3)
    order = np.random.default_rng(shuffle).permutation(net.n_segments)
    before = infer_land_use(net, n_dwellings=4000, seed=seed)
    after = infer_land_use(renumbered(net, order), n_dwellings=4000, seed=seed)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name)[order])


def test_seeds_differ_and_repeat() -> None:
    net = grid_city(n_segments=400, seed=1)
    one, again, two = (infer_land_use(net, n_dwellings=5000, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.dwellings, again.dwellings)
    assert (one.dwellings != two.dwellings).mean() > 0.5


@pytest.mark.parametrize("build", [grid_city, organic_city])
def test_trade_gathers_on_main_streets_and_homes_do_not(build) -> None:  # type: ignore[no-untyped-def]
    net = build(n_segments=3000, seed=2)
    found = infer_land_use(net, n_dwellings=40_000, seed=2)
    main = net.segment_class <= 4
    share = {name: getattr(found, name)[main].sum() / getattr(found, name).sum() for name in COLUMNS}
    length_share = net.segment_length_m[main].sum() / net.segment_length_m.sum()
    assert share["shops"] > 2 * length_share
    assert share["venues"] > 2 * length_share
    assert share["dwellings"] < 1.1 * length_share


def share_holding_half(value: NDArray[np.float32]) -> float:
    """Give the smallest share of segments that holds half of the total."""
    held = np.cumsum(np.sort(value)[::-1])
    return float((np.searchsorted(held, held[-1] / 2) + 1) / len(value))


def test_trade_is_more_concentrated_than_homes_and_gathers_in_clusters() -> None:
    net = organic_city(n_segments=4000, seed=5)
    found = infer_land_use(net, n_dwellings=60_000, seed=5)
    assert share_holding_half(found.venues) < 0.04
    assert 0.15 < share_holding_half(found.dwellings) < 0.35
    trade = found.venues + found.shops
    start, other = net.neighbours
    nearby = np.add.reduceat(trade[other], start[:-1])  # every segment has a neighbour
    busy = trade > 0
    assert nearby[busy].mean() > 3 * nearby[~busy].mean()


def test_streets_hold_no_more_places_than_fit_behind_their_pavements() -> None:
    net = organic_city(n_segments=4000, seed=5)
    found = infer_land_use(net, n_dwellings=60_000, seed=5)
    room = np.ceil(net.segment_length_m / FRONTAGE_M)
    assert (found.venues <= room).all()
    assert (found.shops <= room).all()


@pytest.mark.parametrize("room", [3.0, np.array([1.0, 5.0, 50.0, 9.0])])
def test_what_does_not_fit_stands_elsewhere(room: float | NDArray[np.float64]) -> None:
    expected = np.array([6.0, 0.5, 0.0, 1.0])
    fitted = _fit(expected, room)
    assert fitted.sum() == pytest.approx(expected.sum())
    assert (fitted <= room).all()
    assert fitted[2] == 0.0
    assert fitted[3] / fitted[1] == pytest.approx(2.0) or (fitted == room).any()


def test_a_town_too_small_for_its_trade_is_filled_alike() -> None:
    np.testing.assert_allclose(_fit(np.array([9.0, 1.0, 0.0]), 2.0), [5.0, 5.0, 0.0])


def test_rates_are_met_on_average() -> None:
    net = grid_city(n_segments=1000, seed=1)
    totals = np.array(
        [[getattr(infer_land_use(net, n_dwellings=40_000, seed=s), name).sum() for name in COLUMNS] for s in range(8)]
    ).mean(axis=0)
    np.testing.assert_allclose(totals, [40_000, 60_000, 200, 320, 13], rtol=0.06)


@pytest.mark.parametrize("wrong", [{"n_dwellings": -1, "seed": 0}, {"n_dwellings": 5, "seed": -3}])
def test_negative_counts_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match="0 or more, got -"):
        infer_land_use(grid_city(n_segments=20, seed=0), **wrong)


def land_use(dwellings: list[float], *, inferred: bool) -> LandUse:
    column = np.array(dwellings, np.float32)
    return LandUse(column, column, column, column, column, inferred)


def test_merging_keeps_what_was_observed_and_fills_the_rest() -> None:
    merged = merge_land_use(land_use([3.0, np.nan], inferred=False), land_use([9.0, 9.0], inferred=True))
    np.testing.assert_array_equal(merged.venues, [3.0, 9.0])
    assert merged.inferred
    assert not merge_land_use(land_use([3.0, 4.0], inferred=False), land_use([9.0, 9.0], inferred=True)).inferred


def test_merging_two_cities_is_refused() -> None:
    with pytest.raises(InputError, match="same segments"):
        merge_land_use(land_use([3.0], inferred=False), land_use([9.0, 9.0], inferred=True))


@settings(max_examples=30, deadline=None)
@given(incidents=st.lists(st.integers(0, 19), max_size=200), smoothing=st.floats(0.1, 50.0))
def test_incident_weights_have_mean_one_keep_the_order_and_shrink(incidents: list[int], smoothing: float) -> None:
    net = grid_city(n_segments=20, seed=0)
    count = np.bincount(np.array(incidents, np.int64), minlength=20)
    weight = incident_weights(net, np.array(incidents, np.int64), smoothing=smoothing)
    assert weight.mean() == pytest.approx(1.0)
    assert (weight > 0).all()
    assert (np.diff(weight[np.argsort(count, kind="stable")]) >= -1e-12).all()
    if incidents:
        assert weight.max() <= max(count.max() / count.mean(), 1.0) + 1e-9


def test_incident_weights_recover_rates_better_than_raw_counts() -> None:
    net = grid_city(n_segments=2000, seed=0)
    rng = np.random.default_rng(0)
    rate = rng.gamma(0.8, 1 / 0.8, net.n_segments)
    count = rng.poisson(rate)
    weight = incident_weights(net, np.repeat(np.arange(net.n_segments), count))
    assert np.mean((weight - rate) ** 2) < 0.7 * np.mean((count / count.mean() - rate) ** 2)


def test_even_incidents_say_nothing() -> None:
    net = grid_city(n_segments=20, seed=0)
    np.testing.assert_array_equal(incident_weights(net, np.arange(20)), np.ones(20))


def test_incidents_off_the_streets_are_refused() -> None:
    net = grid_city(n_segments=20, seed=0)
    with pytest.raises(InputError, match="from 0 to 19, got 3 to 20"):
        incident_weights(net, np.array([3, 20]))
    with pytest.raises(InputError, match="smoothing must be positive"):
        incident_weights(net, np.array([3]), smoothing=0.0)


@pytest.mark.parametrize("name", EMBEDDED)
def test_what_is_kept_of_the_centrality_of_an_embedded_city_is_what_would_be_measured(name):
    net = embedded_city(name)
    kept, anew = read_kept(net), measure_anew(net)
    assert kept is not None, "an embedded city changed: run scripts/build_centrality.py"
    np.testing.assert_allclose(kept.closeness, anew.closeness, rtol=1e-12)
    np.testing.assert_allclose(kept.betweenness, anew.betweenness, rtol=1e-9, atol=1e-12)
    slower = replace(net, segment_speed_kmh=net.segment_speed_kmh * 1.01)
    assert read_kept(slower) is None


@pytest.mark.parametrize("far", [1e300, -1e200, np.inf, np.nan])
def test_a_point_beyond_every_map_is_infinitely_far_and_takes_no_other_point_with_it(far: float) -> None:
    net = grid_city(n_segments=60, seed=1)
    x, y = (
        np.array([net.midpoint_x[7], far, net.midpoint_x[9], 5.0]),
        np.array([net.midpoint_y[7], 5.0, net.midpoint_y[9], far]),
    )
    segment, distance = nearest_segment(net, x, y)
    np.testing.assert_array_equal(np.isinf(distance), [False, True, False, True])
    np.testing.assert_array_equal(segment[[0, 2]], [7, 9])
    counted = count_land_use(Buildings(x, y, np.ones((4, 5))), net)
    assert counted.dwellings.sum() == 2
    assert np.isinf(nearest_segment(net, x[[1]], y[[1]])[1]).all()
