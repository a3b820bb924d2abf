"""What police in sight do: one rule for a walk, a stay and a car, whatever the order in which officers are booked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from worlds import scenario

from sim.agents.presence import (
    enter_segment,
    leave_segment,
    p_deterred,
    residue_at,
    seen_minutes,
    share_within,
    show,
    step_out,
    visibility,
)
from sim.agents.state import State
from sim.agents.tables import HOLD, MEDIATOR, NONE, PATROL, SERVE
from sim.world import build_world

CAR, WALKER = 0, 12
"""The first response officer and the first on foot of the small town."""


def town(**changes: float) -> State:
    """Make a town in which everybody on duty drives or walks on patrol."""
    w = build_world(scenario(**{f"deterrence__{name}": value for name, value in changes.items()}), 1).state
    w.officers["activity"] = PATROL
    assert (w.officers["on_foot"][[CAR, WALKER]] == [0, 1]).all()
    return w


def stay(w: State, officer: int, segment: int, begin: float, end: float) -> None:
    """Let an officer be on a segment for some time."""
    enter_segment(w, officer, segment, begin)
    leave_segment(w, officer, end)


def residue_of(minutes: float, officer: int = WALKER) -> float:
    """Give what a stay leaves when it ends."""
    w = town()
    stay(w, officer, 17, 100.0, 100.0 + minutes)
    return residue_at(w, 17, 100.0 + minutes)


def test_what_is_left_grows_with_the_stay_and_a_drive_by_leaves_next_to_nothing():
    most = float(town().p["residue_max"][0])
    left = [residue_of(minutes) for minutes in (0.3, 1.5, 5.0, 13.0, 27.0)]
    assert left == sorted(left)
    assert left[-1] < most
    assert left[3] > 0.95 * left[4]  # a quarter of an hour is as good as twice as much, just after it
    assert residue_of(0.3, CAR) < 0.01 * most
    assert residue_of(0.3, CAR) < residue_of(0.3) < residue_of(1.5, CAR)


def test_passes_add_up_and_one_long_stay_is_the_same_as_two_halves():
    w = town()
    for begin in range(0, 100, 20):
        stay(w, WALKER, 17, float(begin), begin + 1.5)
    assert residue_at(w, 17, 81.5) > 2.0 * residue_of(1.5)
    halves = town()
    enter_segment(halves, WALKER, 17, 0.0)
    leave_segment(halves, WALKER, 5.0)
    stay(halves, WALKER, 17, 5.0, 10.0)
    assert seen_minutes(halves, 17, 10.0) == pytest.approx(seen_minutes_after(10.0))


def seen_minutes_after(minutes: float) -> float:
    """Give by the closed form what an officer on foot who stays leaves behind."""
    rate = np.log(2.0) / float(town().p["residue_half_life_min"][0])
    return float((1.0 - np.exp(-rate * minutes)) / rate)


def test_what_is_seen_while_an_officer_is_there_counts_before_the_officer_leaves():
    w = town()
    enter_segment(w, WALKER, 17, 0.0)
    for minutes in (1.0, 10.0, 100.0):
        assert seen_minutes(w, 17, minutes) == pytest.approx(seen_minutes_after(minutes))


def test_it_fades_by_halves():
    w = town()
    stay(w, WALKER, 17, 0.0, 30.0)
    half = float(w.p["residue_half_life_min"][0])
    for lives in (1, 2, 5):
        assert seen_minutes(w, 17, 30.0 + lives * half) == pytest.approx(seen_minutes(w, 17, 30.0) * 0.5**lives)


Change = Callable[[State, int, float, float], None]


def booked(change: Change, order: list[int]) -> float:
    """Book the stays of three officers one after the other, as the officers of a tick act."""
    w = town()
    stays = [(0.4, 0.0, 50.0), (1.0, 10.0, 12.0), (1.0, 30.0, 55.0)]
    for i in order:
        how_visible, begin, end = stays[i]
        change(w, 17, begin, how_visible)
        change(w, 17, end, -how_visible)
    return seen_minutes(w, 17, 60.0)


def show_from_now_on(w: State, segment: int, t: float, by: float) -> None:
    """Break the rule: count from the last booking on, and forget what came before it."""
    place = w.segments[segment]
    if t > place["presence_t"]:
        place["presence"], place["presence_t"] = seen_minutes(w, segment, t), t
    place["visible"] += by


def test_the_order_in_which_officers_are_booked_does_not_matter():
    orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0]]
    values = [booked(show, order) for order in orders]
    np.testing.assert_allclose(values, values[0], rtol=1e-9)
    broken = [booked(show_from_now_on, order) for order in orders]
    assert max(broken) > 1.2 * min(broken)


def test_a_car_counts_less_and_getting_out_shows():
    w = town()
    less = float(w.p["car_visibility"][0])
    enter_segment(w, CAR, 17, 0.0)
    assert w.segments["visible"][17] == pytest.approx(less)
    w.officers["activity"][CAR], w.officers["clock"][CAR] = HOLD, 3.0
    step_out(w, CAR)
    assert w.segments["visible"][17] == pytest.approx(1.0)
    w.officers["activity"][CAR] = SERVE
    assert visibility(w, CAR) == pytest.approx(less)
    leave_segment(w, CAR, 5.0)
    assert w.segments["visible"][17] == 0.0
    assert w.segments["n_police"][17] == 0


def test_nobody_takes_a_civilian_for_police():
    w = town()
    w.officers["role"][WALKER] = MEDIATOR
    stay(w, WALKER, 17, 0.0, 30.0)
    assert seen_minutes(w, 17, 30.0) == 0.0


def along(w: State, segment: int) -> tuple[list[int], list[int]]:
    """Tell which neighbours of a segment of the grid carry it on, and which lie around a corner."""
    x, y, rows = w.drive.x, w.drive.y, w.segments
    flat = [abs(x[r["junction_a"]] - x[r["junction_b"]]) > abs(y[r["junction_a"]] - y[r["junction_b"]]) for r in rows]
    near = w.neighbours[w.neighbours_start[segment] : w.neighbours_start[segment + 1]].tolist()
    return [s for s in near if flat[s] == flat[segment]], [s for s in near if flat[s] != flat[segment]]


def test_sight_reaches_on_along_the_street_and_not_around_a_corner():
    w = town(sight_m=120.0)
    here = 60
    onward, corner = along(w, here)
    assert onward
    assert corner
    stay(w, WALKER, here, 0.0, 30.0)
    assert all(p_deterred(w, s, 30.0) > 0.02 for s in onward)
    assert all(p_deterred(w, s, 30.0) == 0.0 for s in corner)
    assert max(p_deterred(w, s, 30.0) for s in onward) < p_deterred(w, here, 30.0)
    blind = town(sight_m=1.0)
    stay(blind, WALKER, here, 0.0, 30.0)
    assert all(p_deterred(blind, s, 30.0) < 0.001 for s in onward)


def test_an_officer_at_one_end_of_a_long_street_is_not_seen_at_the_other():
    w = town(residue_max=0.0)
    present = float(w.p["p_deter_present"][0])
    shares = []
    for length in (50.0, 200.0, 800.0):
        w.segments["length_m"][17] = length
        enter_segment(w, WALKER, 17, 0.0)
        shares.append(p_deterred(w, 17, 1.0) / present)
        leave_segment(w, WALKER, 2.0)
    rng = np.random.default_rng(1)
    points = rng.random((2, 200_000))
    for share, length in zip(shares, (50.0, 200.0, 800.0), strict=True):
        expected = (np.abs(points[0] - points[1]) * length < 80.0).mean()
        assert share == pytest.approx(expected, abs=0.005)
    for a, b in ((50.0, 60.0), (100.0, 40.0), (100.0, 300.0)):
        expected = (points[0] * a + points[1] * b < 80.0).mean()
        assert share_within(a, b, 80.0) == pytest.approx(expected, abs=0.005)


def test_nothing_deters_where_nobody_ever_was():
    w = town()
    assert {p_deterred(w, s, 100.0) for s in range(len(w.segments))} == {0.0}
    assert (w.officers["segment"] == NONE).all()
