"""Synthetic cities: whole, driveable, repeatable, and like real ones in form."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city.streets import Arcs, StreetNetwork
from sim.city.synthetic.statistics import grid_city, organic_city, street_statistics
from sim.errors import InputError

Builder = Callable[..., StreetNetwork]
BUILDERS: list[Builder] = [grid_city, organic_city]


def as_graph(net: StreetNetwork, arcs: Arcs) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(net.n_junctions))
    for tail in range(net.n_junctions):
        graph.add_edges_from((tail, int(head)) for head in arcs.head[arcs.start[tail] : arcs.start[tail + 1]])
    return graph


def two_blocks(**changes: object) -> StreetNetwork:
    """Lay 3 junctions and 2 segments by hand: one straight, one with a detour, one-way."""
    columns: dict[str, object] = {
        "name": "by hand",
        "junction_x": np.array([0.0, 100.0, 100.0]),
        "junction_y": np.array([0.0, 0.0, 100.0]),
        "segment_from": np.array([0, 1], np.int32),
        "segment_to": np.array([1, 2], np.int32),
        "segment_length_m": np.array([100.0, 140.0]),
        "segment_speed_kmh": np.array([50.0, 30.0]),
        "segment_class": np.array([2, 5], np.uint8),
        "drive_forward": np.array([True, True]),
        "drive_backward": np.array([True, False]),
        "walkable": np.array([True, True]),
        "geometry_start": np.array([0, 2, 4], np.int32),
        "geometry_x": np.array([0.0, 100.0, 100.0, 100.0]),
        "geometry_y": np.array([0.0, 0.0, 0.0, 100.0]),
    }
    return StreetNetwork(**(columns | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("build", BUILDERS)
@settings(max_examples=15, deadline=None)
@given(n_segments=st.integers(20, 700), seed=st.integers(0, 2**63), one_way_share=st.floats(0.0, 0.6))
def test_every_city_is_whole_and_driveable(build: Builder, n_segments: int, seed: int, one_way_share: float) -> None:
    net = build(n_segments=n_segments, seed=seed, one_way_share=one_way_share)
    assert net.n_segments == n_segments
    assert nx.is_connected(as_graph(net, net.walk).to_undirected())
    assert nx.is_strongly_connected(as_graph(net, net.drive))


@pytest.mark.parametrize("build", BUILDERS)
@settings(max_examples=15, deadline=None)
@given(n_segments=st.integers(20, 700), seed=st.integers(0, 2**63))
def test_no_street_doubles_another_or_returns_to_its_start(build: Builder, n_segments: int, seed: int) -> None:
    net = build(n_segments=n_segments, seed=seed)
    pairs = {frozenset(pair) for pair in zip(net.segment_from.tolist(), net.segment_to.tolist(), strict=True)}
    assert len(pairs) == n_segments
    assert all(len(pair) == 2 for pair in pairs)


@pytest.mark.parametrize("build", BUILDERS)
def test_lines_run_from_end_to_end_and_measure_the_length(build: Builder) -> None:
    net = build(n_segments=500, seed=4)
    first, last = net.geometry_start[:-1], net.geometry_start[1:] - 1
    np.testing.assert_array_equal(net.geometry_x[first], net.junction_x[net.segment_from])
    np.testing.assert_array_equal(net.geometry_y[last], net.junction_y[net.segment_to])
    for segment in range(0, 500, 7):
        points = slice(net.geometry_start[segment], net.geometry_start[segment + 1])
        steps = np.hypot(np.diff(net.geometry_x[points]), np.diff(net.geometry_y[points]))
        assert net.segment_length_m[segment] == pytest.approx(steps.sum())


@pytest.mark.parametrize("build", BUILDERS)
def test_same_seed_gives_the_same_bytes_and_another_seed_another_city(build: Builder) -> None:
    once, again, other = (build(n_segments=300, seed=seed) for seed in (7, 7, 8))
    for name, value in vars(once).items():
        if isinstance(value, np.ndarray):
            assert value.tobytes() == getattr(again, name).tobytes(), name
    assert once.junction_x.tobytes() != other.junction_x.tobytes()


@pytest.mark.parametrize("build", BUILDERS)
def test_no_two_streets_are_equally_long(build: Builder) -> None:
    net = build(n_segments=2000, seed=5)
    assert len(np.unique(net.segment_length_m)) == 2000


@pytest.mark.parametrize("build", BUILDERS)
def test_a_synthetic_city_says_what_it_is(build: Builder) -> None:
    net = build(n_segments=60, seed=11)
    assert net.synthetic
    assert build.__name__ in net.source
    assert "n_segments=60" in net.source
    assert "seed=11" in net.source


@pytest.mark.parametrize("seed", range(4))
def test_organic_cities_have_the_form_of_real_ones(seed: int) -> None:
    seen = street_statistics(organic_city(n_segments=3000, seed=seed))
    assert 2.8 < seen.mean_degree < 3.2
    assert 0.10 < seen.dead_end_share < 0.25
    assert 80.0 < seen.median_length_m < 110.0
    assert 1.7 < seen.p90_length_m / seen.median_length_m < 2.6  # skewed to the right: 2.3 in New Haven
    assert 1.03 < seen.circuity < 1.08
    assert 0.15 < seen.main_street_share < 0.30


@pytest.mark.parametrize("seed", range(4))
def test_a_grid_has_crossings_and_hardly_a_dead_end(seed: int) -> None:
    seen = street_statistics(grid_city(n_segments=3000, seed=seed))
    assert seen.mean_degree > 3.4
    assert seen.four_way_share > 0.5
    assert seen.dead_end_share < 0.02
    assert 80.0 < seen.median_length_m < 130.0


@pytest.mark.parametrize("build", BUILDERS)
def test_one_way_streets_come_as_asked(build: Builder) -> None:
    assert street_statistics(build(n_segments=3000, seed=1, one_way_share=0.0)).one_way_share == 0.0
    assert 0.12 < street_statistics(build(n_segments=3000, seed=1, one_way_share=0.25)).one_way_share < 0.28


def test_statistics_of_a_network_counted_by_hand() -> None:
    seen = street_statistics(two_blocks())
    assert seen.n_segments == 2
    assert seen.n_junctions == 3
    assert seen.total_km == pytest.approx(0.24)
    assert seen.mean_degree == pytest.approx(4 / 3)
    assert seen.dead_end_share == pytest.approx(2 / 3)
    assert seen.four_way_share == 0.0
    assert seen.median_length_m == pytest.approx(120.0)
    assert seen.circuity == pytest.approx(1.2)
    assert seen.one_way_share == pytest.approx(0.5)
    assert seen.main_street_share == pytest.approx(100 / 240)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_segments": 5}, "at least 20, got 5"),
        ({"seed": -1}, "0 or more, got -1"),
        ({"one_way_share": 0.9}, "between 0 and 0.6, got 0.9"),
    ],
)
def test_wrong_sizes_are_refused_with_advice(build: Builder, wrong: dict[str, int], said: str) -> None:
    with pytest.raises(InputError, match=said):
        build(**wrong)
