"""What belongs to a role: who works cases at a desk, who stops people unasked, who runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import scenario

from sim.agents.duty_time import next_stop_at, pass_time
from sim.agents.state import State
from sim.agents.tables import AUXILIARY, DESK, DETECTIVE, FOOT, NEVER, NONE, PATROL, RESPOND, RESPONSE, WORKER
from sim.agents.ways import take_arc
from sim.world import build_world


def officer_of(role: int, activity: int, **changes: Any) -> tuple[State, int]:
    """Put an officer of a role on duty, doing something."""
    w = build_world(scenario(force__stops_per_hour=1.0, **changes), 1).state
    o = int(np.flatnonzero(w.officers["role"] == role)[0]) if (w.officers["role"] == role).any() else 0
    w.officers["role"][o], w.officers["on_duty"][o], w.officers["activity"][o] = role, 1, activity
    w.officers["task"][o], w.officers["clock"][o] = NONE, 480.0
    return w, o


@pytest.mark.parametrize(("role", "hour"), [(DETECTIVE, 60.0), (RESPONSE, 0.0), (FOOT, 0.0)])
def test_detectives_alone_work_cases_at_the_desk(role, hour):
    w, o = officer_of(role, DESK)
    pass_time(w, o, 540.0)
    assert w.c[0]["desk_min"] == hour


@pytest.mark.parametrize(("role", "stops"), [(RESPONSE, True), (FOOT, True), (AUXILIARY, False), (WORKER, False)])
def test_nobody_without_powers_stops_people_unasked(role, stops):
    w, o = officer_of(role, PATROL)
    assert (next_stop_at(w, o) < NEVER) == stops


def test_an_auxiliary_with_the_order_does():
    w, o = officer_of(AUXILIARY, PATROL)
    w.officers["task"][o], w.tasks["stops_per_hour"][0] = 0, 2.0
    assert next_stop_at(w, o) < NEVER


def minutes_of_arc(on_foot: int, priority: int) -> float:
    """Take an arc toward a call of some priority and give the minutes."""
    w, o = officer_of(FOOT if on_foot else RESPONSE, RESPOND, dispatch__emergency_factor=2.0)
    w.officers["on_foot"][o], w.officers["call"][o], w.calls["priority"][0] = on_foot, 0, priority
    roads = w.walk if on_foot else w.drive
    take_arc(w, o, int(roads.start[w.officers["junction"][o]]))
    return float(w.officers["until"][o] - 480.0)


def test_a_car_hurries_and_who_walks_walks():
    assert minutes_of_arc(1, 1) == minutes_of_arc(1, 2)
    assert minutes_of_arc(0, 1) == pytest.approx(0.5 * minutes_of_arc(0, 2))
