"""Repair turns any heap of street pieces into a city in which everybody can get everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from sim.city.reading.pieces import LineKinds, StreetPieces, line_array, number_vertices, split_lines
from sim.city.reading.repair import RepairReport, repair_streets
from sim.city.streets import STREET_CLASSES, Arcs, StreetNetwork
from sim.errors import InputError

MOTORWAY, RESIDENTIAL = STREET_CLASSES.index("motorway"), STREET_CLASSES.index("residential")

Line = list[tuple[float, float]]


def make_pieces(
    lines: list[Line], *, one_way: set[int] = frozenset(), no_walk: set[int] = frozenset(),  # type: ignore[assignment]
    no_drive: set[int] = frozenset(), length: dict[int, float] | None = None,  # type: ignore[assignment]
) -> StreetPieces:  # fmt: skip
    """Make pieces that meet at equal coordinates of their ends."""
    ends = np.array([point for line in lines for point in (line[0], line[-1])])
    nodes, number = np.unique(ends, axis=0, return_inverse=True)
    number = number.reshape(-1, 2).astype(np.int32)
    rows = np.arange(len(lines))
    metres = np.full(len(lines), np.nan)
    for row, given_m in (length or {}).items():
        metres[row] = given_m
    drive = ~np.isin(rows, list(no_drive))
    return StreetPieces(
        nodes[:, 0], nodes[:, 1], number[:, 0], number[:, 1], line_array([np.array(line, float) for line in lines]),
        metres, np.full(len(lines), np.nan),
        np.where(np.isin(rows, list(no_walk)), MOTORWAY, RESIDENTIAL).astype(np.uint8),
        drive, drive & ~np.isin(rows, list(one_way)), ~np.isin(rows, list(no_walk)),
    )  # fmt: skip


def repair(pieces: StreetPieces) -> tuple[StreetNetwork, RepairReport]:
    return repair_streets(pieces, name="test")


def n_parts(net: StreetNetwork, arcs: Arcs) -> int:
    tail = np.repeat(np.arange(net.n_junctions), np.diff(arcs.start))
    graph = coo_matrix((np.ones(len(tail)), (tail, arcs.head)), shape=(net.n_junctions, net.n_junctions))
    return int(connected_components(graph, directed=True, connection="strong")[0])


SQUARE: list[Line] = [
    [(0, 0), (100, 0)], [(100, 0), (100, 100)], [(100, 100), (0, 100)], [(0, 100), (0, 0)],
    [(0, 0), (-50, 0)], [(100, 0), (150, 0)], [(100, 100), (150, 100)], [(0, 100), (-50, 100)],
]  # fmt: skip
"""A block with a dead end at each corner."""


@st.composite
def heaps(draw: st.DrawFn) -> StreetPieces:
    """Heaps of pieces: islands, parallel streets, loops, one-ways, motorways, paths, missing and wrong lengths."""
    n_nodes = draw(st.integers(2, 12))
    cells = draw(st.lists(st.integers(0, 35), min_size=n_nodes, max_size=n_nodes, unique=True))
    x, y = np.array([60.0 * (c % 6) for c in cells]), np.array([60.0 * (c // 6) for c in cells])
    node = st.integers(0, n_nodes - 1)
    bend = st.tuples(st.floats(-40, 40).map(round), st.floats(-40, 40).map(round))
    piece = st.tuples(node, node, st.none() | bend, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 7),
                      st.sampled_from([np.nan, np.nan, np.nan, 0.0, 5.0, 300.0]))  # fmt: skip
    rows = draw(st.lists(piece, min_size=1, max_size=24))
    lines = []
    for a, b, offset, *_ in rows:
        middle = [] if offset is None else [((x[a] + x[b]) / 2 + offset[0], (y[a] + y[b]) / 2 + offset[1])]
        lines.append(np.array([(x[a], y[a]), *middle, (x[b], y[b])]))
    plain = [(a, b, *rest) for a, b, _, *rest in rows]
    a, b, forward, backward, walkable, rank, length = (np.array(column) for column in zip(*plain, strict=True))
    assume(walkable.any())
    return StreetPieces(
        x, y, a.astype(np.int32), b.astype(np.int32), line_array(lines), length.astype(float),
        np.full(len(rows), np.nan), rank.astype(np.uint8), forward, backward, walkable,
    )  # fmt: skip


def repair_or_skip(pieces: StreetPieces) -> tuple[StreetNetwork, RepairReport]:
    try:
        return repair(pieces)
    except InputError:
        assume(False)
        raise


@settings(max_examples=100, deadline=None)
@given(heaps())
def test_every_junction_reaches_every_other_on_foot_and_by_vehicle(pieces: StreetPieces) -> None:
    net, _ = repair_or_skip(pieces)
    assert n_parts(net, net.walk) == 1
    assert n_parts(net, net.drive) == 1


@settings(max_examples=100, deadline=None)
@given(heaps())
def test_no_metre_is_lost_without_a_word(pieces: StreetPieces) -> None:
    net, report = repair_or_skip(pieces)
    told = (
        report.metres_of_copies + report.metres_off_the_walk + report.metres_of_vehicle_only + report.metres_shapeless
    )
    assert net.segment_length_m.sum() + told == pytest.approx(report.metres_given)


@settings(max_examples=100, deadline=None)
@given(heaps(), st.randoms(use_true_random=False))
def test_order_and_direction_of_a_file_decide_nothing(pieces: StreetPieces, random: object) -> None:
    rng = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    net, report = repair_or_skip(pieces)
    other, other_report = repair(shuffled(pieces, rng))
    np.testing.assert_array_equal(net.segment_key, other.segment_key)
    for column in ("junction_x", "segment_from", "segment_to", "segment_class", "drive_forward", "walkable"):
        np.testing.assert_array_equal(getattr(net, column), getattr(other, column), err_msg=column)
    np.testing.assert_allclose(net.segment_length_m, other.segment_length_m)
    np.testing.assert_allclose(net.geometry_x, other.geometry_x)
    np.testing.assert_allclose(net.segment_speed_kmh, other.segment_speed_kmh)
    assert other_report.segments == report.segments


def shuffled(pieces: StreetPieces, rng: np.random.Generator) -> StreetPieces:
    number = rng.permutation(len(pieces.node_x)).astype(np.int32)
    back = np.argsort(number)
    ends = {"start": number[pieces.start], "end": number[pieces.end]}
    renamed = replace(pieces, node_x=pieces.node_x[back], node_y=pieces.node_y[back], **ends)
    return renamed.take(rng.permutation(len(pieces))).flip(rng.random(len(pieces)) < 0.5)


@settings(max_examples=100, deadline=None)
@given(heaps())
def test_repairing_what_is_repaired_changes_nothing(pieces: StreetPieces) -> None:
    net, _ = repair_or_skip(pieces)
    again, report = repair(as_pieces(net))
    assert (again.n_junctions, again.n_segments) == (net.n_junctions, net.n_segments)
    assert report.opened == report.copies == report.off_the_walk == report.vehicle_only == 0


def as_pieces(net: StreetNetwork) -> StreetPieces:
    points = np.column_stack([net.geometry_x, net.geometry_y])
    lines = np.split(points, net.geometry_start[1:-1])
    return StreetPieces(
        net.junction_x, net.junction_y, net.segment_from, net.segment_to, line_array([line.copy() for line in lines]),
        net.segment_length_m, net.segment_speed_kmh, net.segment_class, net.drive_forward, net.drive_backward,
        net.walkable,
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(heaps())
def test_geometry_runs_from_junction_to_junction(pieces: StreetPieces) -> None:
    net, _ = repair_or_skip(pieces)
    first, last = net.geometry_start[:-1], net.geometry_start[1:] - 1
    np.testing.assert_array_equal(net.geometry_x[first], net.junction_x[net.segment_from])
    np.testing.assert_array_equal(net.geometry_y[last], net.junction_y[net.segment_to])
    assert len(np.unique(net.segment_key)) == net.n_segments
    assert (net.segment_from != net.segment_to).all()


def test_a_street_listed_twice_counts_once() -> None:
    net, report = repair(make_pieces([*SQUARE, SQUARE[0], SQUARE[2][::-1]]))
    assert net.n_segments == len(SQUARE)
    assert report.copies == 2
    assert report.metres_of_copies == pytest.approx(200)


def test_the_two_sides_of_a_block_stay_two_streets() -> None:
    sides: list[Line] = [[(0, 0), (50, 40), (100, 0)], [(0, 0), (50, -40), (100, 0)]]
    net, report = repair(make_pieces([*sides, [(0, 0), (-9, 0)], [(100, 0), (109, 0)]]))
    assert net.n_segments == 4
    assert report.copies == 0


def test_two_directions_of_a_street_become_one_segment_open_both_ways() -> None:
    net, report = repair(make_pieces([*SQUARE, SQUARE[0][::-1]], one_way={0, len(SQUARE)}))
    assert report.directions_joined == 1
    assert report.copies == 0
    assert (net.drive_forward & net.drive_backward).all()


def test_a_joint_is_taken_out_of_its_street_and_its_length_and_time_kept() -> None:
    halves: list[Line] = [[(0, 0), (40, 0)], [(40, 0), (100, 0)]]
    pieces = replace(make_pieces([*halves, *SQUARE[1:]]), speed_kmh=np.array([20.0, 60.0, *[30.0] * 7]))
    net, report = repair(pieces)
    assert report.joints_removed == 1
    joined = np.flatnonzero(np.diff(net.geometry_start) == 3)
    assert net.segment_length_m[joined] == pytest.approx(100)
    assert net.segment_speed_kmh[joined] == pytest.approx(100 / (40 / 20 + 60 / 60))


def test_a_joint_stays_where_a_one_way_street_begins() -> None:
    halves: list[Line] = [[(0, 0), (40, 0)], [(40, 0), (100, 0)]]
    net, report = repair(make_pieces([*halves, *SQUARE[1:]], one_way={1}))
    assert report.joints_removed == 0
    assert net.n_segments == len(SQUARE) + 1


def test_one_way_streets_that_lead_round_stay_one_way() -> None:
    net, report = repair(make_pieces(SQUARE, one_way={0, 1, 2, 3}))
    assert report.opened == 0
    assert report.one_way == int((net.drive_forward != net.drive_backward).sum()) == 4


def test_a_one_way_street_cut_off_at_the_edge_is_opened_and_told() -> None:
    net, report = repair(make_pieces(SQUARE, one_way={4}))
    assert report.opened == 1
    assert report.metres_opened == pytest.approx(50)
    assert (net.drive_forward & net.drive_backward).all()
    assert "1 pieces could not be reached or left by vehicle" in str(report)


def test_a_pedestrian_street_between_streets_stays_closed_to_vehicles() -> None:
    net, report = repair(make_pieces([*SQUARE, [(0, 0), (100, 100)]], no_drive={len(SQUARE)}))
    closed = ~(net.drive_forward | net.drive_backward)
    assert closed.sum() == 1
    assert net.walkable[closed].all()
    assert report.opened == 0


def test_an_island_is_dropped_and_told() -> None:
    net, report = repair(make_pieces([*SQUARE, [(900, 900), (950, 900)]]))
    assert net.n_segments == len(SQUARE)
    assert (report.off_the_walk, report.metres_off_the_walk) == (1, pytest.approx(50))


def test_a_motorway_that_leads_away_is_dropped_and_one_that_leads_across_is_kept() -> None:
    away: Line = [(0, 0), (0, -500)]
    across: Line = [(0, 0), (100, 100)]
    net, report = repair(make_pieces([*SQUARE, away, across], no_walk={8, 9}))
    assert report.vehicle_only == 1
    assert (~net.walkable).sum() == 1


def test_a_loop_is_cut_in_two_and_a_turning_place_made_a_dead_end() -> None:
    ring: Line = [(150, 0), (200, 30), (250, 0), (200, -30), (150, 0)]
    slit: Line = [(-50, 0), (-120, 1), (-50, 0)]
    net, report = repair(make_pieces([*SQUARE, ring, slit]))
    assert report.loops_split == 1
    assert net.n_segments == len(SQUARE) + 2  # the slit lengthens the dead end that it depends on
    assert report.metres_of_copies == pytest.approx(70, abs=0.1)


def test_a_ring_without_a_junction_is_a_city_of_two_segments() -> None:
    net, report = repair(make_pieces(SQUARE[:4]))
    assert (net.n_junctions, net.n_segments) == (2, 2)
    assert report.joints_removed == 3


def test_missing_and_impossible_lengths_are_measured() -> None:
    net, report = repair(make_pieces(SQUARE, length={0: 10.0, 1: 180.0}))
    assert (report.lengths_corrected, report.lengths_filled) == (1, 6)
    assert sorted(net.segment_length_m)[-1] == 180.0
    assert sorted(net.segment_length_m)[0] == 50.0


def test_known_speeds_of_a_class_fill_its_missing_ones() -> None:
    many: list[Line] = [[(100.0 * i, 0.0), (100.0 * i, 90.0)] for i in range(30)]
    street: list[Line] = [[(100.0 * i, 0.0), (100.0 * i + 100, 0.0)] for i in range(30)]
    speed = np.full(60, np.nan)
    speed[:25] = 42.0
    net, report = repair(replace(make_pieces([*many, *street]), speed_kmh=speed))
    assert report.speeds_filled == 35
    np.testing.assert_allclose(net.segment_speed_kmh, 42.0)


def test_without_a_walkable_street_there_is_no_city() -> None:
    with pytest.raises(InputError, match="at least one street that people can walk along"):
        repair(make_pieces(SQUARE, no_walk=set(range(len(SQUARE)))))


def kinds(n: int) -> LineKinds:
    yes = np.ones(n, bool)
    return LineKinds(np.full(n, RESIDENTIAL, np.uint8), np.full(n, np.nan), yes, yes, yes)


def lines_of(*lines: Line) -> list[NDArray[np.float64]]:
    return [np.array(line, float) for line in lines]


def test_lines_meet_where_they_share_a_vertex_and_a_bridge_does_not() -> None:
    street: Line = [(0, 0), (50, 0), (100, 0)]
    crossing: Line = [(50, -50), (50, 0), (50, 50)]
    bridge: Line = [(75, -50), (75, 50)]
    vertices, x, y = number_vertices(lines_of(street, crossing, bridge))
    pieces = split_lines(vertices, x, y, kinds(3))
    assert len(pieces) == 5
    assert len(pieces.node_x) == 7
