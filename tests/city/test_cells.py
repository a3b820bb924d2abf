"""Cells: each hangs together, loads are equal, every segment has one."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.city.cells.equal import divide_equal
from sim.city.land_use import infer_land_use
from sim.city.streets import StreetNetwork
from sim.city.synthetic.statistics import grid_city, organic_city
from sim.errors import InputError


def hangs_together(net: StreetNetwork, inside: NDArray[np.bool_]) -> bool:
    """Tell, independently of the division, whether segments reach each other over shared junctions."""
    graph = nx.Graph(zip(net.segment_from[inside].tolist(), net.segment_to[inside].tolist(), strict=True))
    return bool(nx.is_connected(graph))


@pytest.mark.parametrize("build", [grid_city, organic_city])
@settings(max_examples=10, deadline=None)
@given(data=st.data(), n_segments=st.integers(20, 400), seed=st.integers(0, 2**40))
def test_cells_hang_together_whatever_the_weights(build, data: st.DataObject, n_segments: int, seed: int) -> None:  # type: ignore[no-untyped-def]
    net = build(n_segments=n_segments, seed=seed)
    n_cells = data.draw(st.integers(1, n_segments))
    weight = np.random.default_rng(seed).exponential(1.0, n_segments) * (np.arange(n_segments) % 3 > 0)
    cell = divide_equal(net, n_cells, weight)
    assert set(cell.tolist()) == set(range(n_cells))
    assert all(hangs_together(net, cell == c) for c in range(n_cells))


@pytest.mark.parametrize("n_cells", [2, 7, 16, 30])
@pytest.mark.parametrize("build", [grid_city, organic_city])
def test_loads_are_equal_within_a_fifth(build, n_cells: int) -> None:  # type: ignore[no-untyped-def]
    for seed in range(3):
        net = build(n_segments=1500, seed=seed)
        for weight in (net.segment_length_m, infer_land_use(net, n_dwellings=20_000, seed=seed).dwellings):
            load = np.bincount(divide_equal(net, n_cells, weight), weight)
            assert load.max() < 1.2 * load.mean()
            assert load.min() > 0.8 * load.mean()


@pytest.mark.parametrize("seed", [0, 15])
def test_a_bottleneck_does_not_leave_cells_unequal(seed: int) -> None:
    # Halving alone leaves these two cities with cells of up to 1.39 and down to 0.70 of the mean.
    net = organic_city(n_segments=1500, seed=seed)
    cell = divide_equal(net, 60)
    load = np.bincount(cell, net.segment_length_m)
    assert load.max() < 1.2 * load.mean()
    assert load.min() > 0.8 * load.mean()
    assert all(hangs_together(net, cell == c) for c in range(60))


def test_cells_are_compact() -> None:
    net = grid_city(n_segments=3000, seed=1)
    cell = divide_equal(net, 9)
    spread = sum(np.var(net.midpoint_x[cell == c]) + np.var(net.midpoint_y[cell == c]) for c in range(9)) / 9
    whole = np.var(net.midpoint_x) + np.var(net.midpoint_y)
    assert spread < whole / 9 * 1.5  # nine squares would give a ninth


def test_weight_moves_the_borders() -> None:
    net = grid_city(n_segments=1000, seed=1)
    west = net.midpoint_x < np.median(net.midpoint_x)
    cell = divide_equal(net, 10, np.where(west, 9.0, 1.0))
    assert len(np.unique(cell[west])) >= 8


def test_the_division_is_the_same_each_time_and_covers_one_cell() -> None:
    net = organic_city(n_segments=500, seed=2)
    np.testing.assert_array_equal(divide_equal(net, 8), divide_equal(net, 8))
    assert not divide_equal(net, 1).any()


def test_impossible_divisions_are_refused() -> None:
    net = grid_city(n_segments=20, seed=0)
    for n_cells in (0, 21):
        with pytest.raises(InputError, match=f"between 1 and the 20 segments .* got {n_cells}"):
            divide_equal(net, n_cells)
    with pytest.raises(InputError, match="0 or more"):
        divide_equal(net, 2, np.full(20, -1.0))
    with pytest.raises(InputError, match="for each of 20 segments"):
        divide_equal(net, 2, np.ones(3))
