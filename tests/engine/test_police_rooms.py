"""Residents walk into a police room that is staffed and near; what they bring is cut with its parameter."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import Ledger, digest, play, run, scenario

from sim.agents.presence import charge, enter_segment, visibility
from sim.agents.tables import ACTIVITIES, BY_WALK_IN, HOLD, INVALID, NOISE, NONE, ROLES, ROOM, WELFARE
from sim.clock import DAY_MIN
from sim.ledger.columns import frame_of
from sim.observation import brief
from sim.outcomes.reporting import find_known, measure_reporting, select_told
from sim.outcomes.response import select_called
from sim.policies.contract.registry import make_policy
from sim.policies.police_rooms import places_of_rooms
from sim.roles import TASKS
from sim.world import World, build_world

TOWN: dict[str, Any] = {
    "n_days": 30,
    "offending__searches_per_year": 200.0,
    "offending__share_offending": 0.2,
    "force__n_auxiliary": 8,
    "rooms__room_known": 1.0,
    "rooms__room_half_m": 2000.0,
    "rooms__room_affairs": 3000.0,
    "rooms__room_instead": 1.0,
    "rooms__room_report": 0.6,
}
POLICY = "police_rooms(residents_a_room=500)"
NOTHING: dict[str, float] = {"rooms__room_affairs": 0.0, "rooms__room_instead": 0.0, "rooms__room_report": 0.0}


@cache
def lived(policy: str = POLICY, **changes: Any) -> tuple[World, Ledger]:
    world = build_world(scenario(**TOWN | changes), 1)
    return world, run(world, make_policy(policy))


def walk_ins(rows: Ledger) -> np.ndarray:
    return rows["contacts"][rows["contacts"]["kind"] == BY_WALK_IN]


def test_people_come_while_a_room_is_open_and_somebody_sits_there():
    world, rows = lived()
    came = walk_ins(rows)
    assert len(came) > 100
    hour = came["t"] % DAY_MIN / 60.0
    assert ((hour >= 8.0) & (hour < 22.0)).all()
    assert set(came["segment"]) <= set(places_of_rooms(brief(world), 500.0).tolist())
    assert set(world.state.officers["role"][came["officer"]]) <= {ROLES.index("auxiliary"), ROLES.index("community")}
    days = frame_of("days", rows["days"])
    rooms = rows["orders"][rows["orders"]["kind"] == TASKS.index("room")]
    ordered = float((rooms["end"] - rooms["start"]).sum())
    assert 0.6 * ordered < days["officer_min_room"].sum() <= ordered


def test_nobody_comes_where_nothing_is_brought_or_nobody_sits_there():
    assert not len(walk_ins(lived(**NOTHING)[1]))
    empty = {"force__n_auxiliary": 0, "force__n_community": 0, "force__n_response": 0}
    rows = lived(**empty)[1]
    assert not len(walk_ins(rows))
    assert not rows["calls"]["at_room"].any()


def test_each_kind_of_affair_is_cut_with_its_own_parameter():
    def came(kept: str) -> int:
        return len(walk_ins(lived(**{name: value for name, value in NOTHING.items() if name != f"rooms__{kept}"})[1]))

    assert min(came("room_affairs"), came("room_instead"), came("room_report")) > 10


def test_who_lives_near_comes_more_and_not_when_distance_does_not_count():
    def mean_m(half: float) -> float:
        world, rows = lived(rooms__room_half_m=half)
        here = brief(world)
        places = places_of_rooms(here, 500.0)
        home = world.state.residents["home"]
        x, y = here.segment_x, here.segment_y
        away = np.min([np.hypot(x - x[s], y - y[s]) for s in places], axis=0)
        return float(away[home[walk_ins(rows)["resident"]]].mean() / away[home].mean())

    assert mean_m(150.0) < 0.8
    assert mean_m(1e6) == pytest.approx(1.0, abs=0.08)


def test_who_knows_the_officers_comes_more_and_nobody_who_knows_nothing_of_it():
    world, rows = lived(rooms__room_known=0.0, attitudes__familiarity_half_life_days=3650.0)
    known = world.state.residents["familiarity"]
    assert len(walk_ins(rows)) < 0.5 * len(walk_ins(lived()[1]))
    if len(walk_ins(rows)):
        assert known[walk_ins(rows)["resident"]].mean() > known.mean()


def test_calls_that_are_brought_to_the_room_are_not_made():
    only = NOTHING | {"rooms__room_instead": 1.0}
    with_rooms, without = lived(**only)[1], lived("reactive", **only)[1]
    n = len(walk_ins(with_rooms))
    assert n > 30

    here, usual = with_rooms["calls"], without["calls"]
    can_wait = np.isin(usual["kind"], (NOISE, WELFARE, INVALID))
    gone = usual[can_wait & ~np.isin(usual["cause"], here["cause"])]
    # Some calls are still open when the run ends, and who is in custody calls elsewhere.
    assert len(gone) == pytest.approx(n, abs=0.1 * n + 5)
    assert (gone["kind"] == INVALID).any()
    assert (gone["priority"] > 1).all()
    assert set(gone["caller"]) <= set(walk_ins(with_rooms)["resident"])


def test_offences_told_of_there_alone_come_on_record_once_and_count_as_known_not_as_calls():
    only = NOTHING | {"rooms__room_report": 1.0}
    rows = lived(**only)[1]
    calls, offences = frame_of("calls", rows["calls"]), frame_of("offences", rows["offences"])
    told = select_told(calls)
    assert len(told) > 10
    cases = offences[offences["cause"].isin(told["cause"])]
    assert len(cases) == len(told)
    assert not cases["reported"].any()
    assert (cases["victim"] != NONE).all()
    assert find_known(offences, calls)[offences["cause"].isin(told["cause"])].all()
    assert not len(select_called(told))
    incidents = frame_of("incidents", rows["incidents"])
    assert not incidents["cause"].duplicated().any()
    on_record = incidents[incidents["cause"].isin(told["cause"])]
    assert len(on_record) > 5
    assert on_record["response_min"].isna().all()
    table = measure_reporting(offences, incidents, calls)
    assert table.loc["all", "n_reported"] == int((offences["reported"] > 0).sum()) + len(told)
    days = frame_of("days", rows["days"])
    counted = days[[c for c in days if c.startswith("n_reported_")]].to_numpy().sum()
    assert counted >= int(find_known(offences, calls).sum())
    older = calls.drop(columns="at_room")
    assert not len(select_told(older))


def test_who_walks_in_may_raise_a_problem_and_tell_of_a_quarrel_and_not_when_that_is_cut():
    told, silent = (lived(rooms__room_tells=p)[0].state for p in (1.0, 0.0))
    assert told.raised.sum() > 1.0
    assert not silent.raised.any()
    going = told.disputes["key"] != 0
    assert told.disputes["known"][going].sum() > silent.disputes["known"][silent.disputes["key"] != 0].sum()


def test_the_officer_in_the_room_is_seen_as_one_in_a_house_and_known_to_nobody_who_passes():
    world = build_world(scenario(**TOWN), 1)
    state = world.state
    officer = int(np.flatnonzero(state.officers["role"] == ROLES.index("auxiliary"))[0])
    state.officers["activity"][officer] = ROOM
    assert visibility(state, officer) == pytest.approx(float(state.p["car_visibility"][0]))
    assert ACTIVITIES[ROOM] == "room"
    noon = 720.0
    state.officers["clock"][officer] = noon
    enter_segment(state, officer, 3, noon)
    charge(state, officer, 60.0)
    place = state.segments[3]
    assert (place["police_min"], place["near_day_min"], place["foot_day_min"]) == (60.0, 0.0, 0.0)
    state.officers["activity"][officer] = HOLD  # in front of the door
    charge(state, officer, 60.0)
    assert (place["police_min"], place["near_day_min"], place["foot_day_min"]) == (120.0, 60.0, 60.0)


def test_a_talk_there_is_felt_and_not_when_that_is_cut():
    def trust(gain: float) -> float:
        return float(lived(attitudes__gain_walk_in=gain)[1]["days"]["trust"][-1])

    assert trust(1.0) > trust(0.0)


def test_rooms_are_staffed_first_whatever_else_is_ordered():
    orders = {name: play(scenario(n_days=4), make_policy(name))["orders"] for name in ("grid + police_rooms", POLICY)}
    room = TASKS.index("room")
    n = [(rows["kind"] == room).sum() for rows in orders.values()]
    assert min(n) > 0
    assert (orders["grid + police_rooms"]["kind"] == TASKS.index("homes")).any()


def test_without_means_it_is_reactive():
    alone = play(scenario(n_days=5), make_policy("police_rooms(hours=0)"))
    assert digest(alone) == digest(play(scenario(n_days=5)))
