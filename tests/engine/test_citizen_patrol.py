"""Volunteers walk their own streets two and two, are seen and call; what each of these does is gone when it is cut."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import Ledger, digest, play, run, scenario

from sim.agents.tables import AT_HOME, NONE, ON_PATROL
from sim.clock import DAY_MIN
from sim.command import enter_stage, take_command
from sim.engine import run_shifts
from sim.ledger.columns import frame_of
from sim.outcomes.doses import count_done
from sim.params import CRIMES, DISORDER, THEFT
from sim.policies.contract.conformance import example_observation
from sim.policies.contract.registry import make_policy
from sim.policies.contract.rules import OrdersError, check_organisation
from sim.policies.levers import Watch
from sim.policies.protocol import Organisation
from sim.policies.reactive import Reactive
from sim.world import World, build_world

TOWN: dict[str, Any] = {
    "n_days": 28,
    "start": date(2014, 1, 6),  # a Monday
    "people__n_residents": 3000,
    "offending__share_offending": 0.2,
    "offending__searches_per_year": 300.0,
    "investigation__p_charged": 0.0,
    "disputes__disputes_per_household": 0.0,
    "demand__other_calls": 0.0,
    "force__stops_per_hour": 0.0,
    "helpers__leave_per_year": 0.0,
}


def alone(kind: int) -> dict[str, Any]:
    """Let offenders look for one crime alone."""
    return {f"offending__mix__{name}": float(k == kind) for k, name in enumerate(CRIMES)}


EVERY_EVENING = "citizen_patrol(evenings=7,from_h=18,walk_hours=4,turnout=1)"


def volunteers_everywhere(kind: int = THEFT, **changes: Any) -> World:
    """Build a town in which every second adult who offends at no time has volunteered before the run begins."""
    world = build_world(scenario(**TOWN | alone(kind) | changes), 1)
    state = world.state
    people = state.residents
    chosen = np.flatnonzero((people["age"] >= 18) & (people["present"] == 1) & (people["offender"] == NONE))[::2]
    state.residents["volunteer"][chosen] = 1
    state.segments["n_volunteers"] = np.bincount(state.residents["home"][chosen], minlength=len(state.segments))
    state.c["n_volunteers"] = len(chosen)
    return world


@cache
def lived(policy: str, kind: int = THEFT, **changes: Any) -> Ledger:
    """Run such a town."""
    return run(volunteers_everywhere(kind, **changes), make_policy(policy))


def in_the_evening(rows: Ledger) -> int:
    """Count the offences between six and ten in the evening."""
    hour = rows["offences"]["t"] % DAY_MIN / 60.0
    return int(((hour >= 18.0) & (hour < 22.0)).sum())


def test_who_is_about_to_offend_sees_them_and_not_when_that_is_cut():
    unseen = {"helpers__p_watch_sees": 0.0, "attitudes__watch_security": 0.0, "deterrence__watch_weight": 5.0}
    with_them, without = (in_the_evening(lived(name, THEFT, **unseen)) for name in (EVERY_EVENING, "reactive"))
    assert with_them < 0.8 * without
    blind = unseen | {"deterrence__watch_weight": 0.0}
    cut, usual = (in_the_evening(lived(name, THEFT, **blind)) for name in (EVERY_EVENING, "reactive"))
    # What is left is that those who walk are not at home, and call nobody.
    assert cut == pytest.approx(usual, rel=0.1)


def test_they_make_known_what_happens_in_view_and_not_when_that_is_cut():
    def shares(sees: float) -> list[float]:
        changes = {"deterrence__watch_weight": 0.0, "helpers__p_watch_sees": sees, "helpers__p_helper_sees": 0.0}
        found = []
        for name in (EVERY_EVENING, "reactive"):
            rows = lived(name, DISORDER, **changes)
            seen = rows["offences"][rows["offences"]["in_view"] == 1]
            hour = seen["t"] % DAY_MIN / 60.0
            seen = seen[(hour >= 18.0) & (hour < 22.0)]
            found.append(float(np.isin(seen["cause"], rows["calls"]["cause"]).mean()))
        return found

    with_them, without = shares(0.3)
    assert with_them > without + 0.3
    cut, usual = shares(0.0)
    assert cut == pytest.approx(usual, abs=0.1)


def test_neighbours_feel_safer_and_not_when_that_is_cut():
    def gain(security: float) -> float:
        rows = [lived(name, attitudes__watch_security=security) for name in (EVERY_EVENING, "reactive")]
        return float(np.subtract(*(one["days"]["security"][-7:].mean() for one in rows)))

    assert gain(1.0) > gain(0.0) + 0.01


def test_two_walk_together_near_home_and_go_home_again():
    world = volunteers_everywhere(n_days=3)
    state, seen = world.state, 0

    def touching(a: int, b: int) -> bool:
        return a == b or b in state.neighbours[state.neighbours_start[a] : state.neighbours_start[a + 1]]

    def look(now: World) -> None:
        nonlocal seen
        out = state.pairs[: state.c["n_pairs"][0]]
        out = out[out["segment"] != NONE]
        for pair in out:
            assert touching(int(pair["home"]), int(pair["segment"]))
            assert touching(int(pair["home"]), int(state.residents["home"][pair["b"]]))
            assert (state.where[[pair["a"], pair["b"]]] == ON_PATROL).all()
        assert state.segments["n_watch"].sum() == 2 * len(out)
        seen = max(seen, len(out))
        home = np.bincount(state.residents["home"][state.where[: state.c["n_living"][0]] == AT_HOME], minlength=200)
        assert (state.crowds["n_home"] == home).all()

    policy = make_policy("citizen_patrol(evenings=7,turnout=1)")
    hours = [rows["days"]["watch_hours"] for _, rows in run_shifts(world, policy, each_tick=look)]
    assert seen > 20
    # Nobody is caught up in anything longer than the two hours, and the last step is a tick at most.
    assert np.concatenate(hours).max() <= 2 * seen * (2.0 + 1.0 / 12.0)
    assert state.segments["n_watch"].sum() == 0


def test_they_walk_on_the_evenings_that_were_said_and_hours_are_counted():
    rows = lived("citizen_patrol(evenings=2,turnout=1)")
    days = frame_of("days", rows["days"])
    walked = days["watch_hours"].to_numpy() > 0.0
    assert walked.tolist() == np.isin(days["day"] % 7, (4, 5)).tolist()
    assert count_done(days, 1.0)["watch_hours_per_1000"] == pytest.approx(days["watch_hours"].sum())
    fewer = frame_of("days", lived("citizen_patrol(evenings=2,turnout=1,fidelity=0.3)")["days"])["watch_hours"]
    assert 0.0 < fewer.sum() < 0.6 * days["watch_hours"].sum()


def test_nobody_walks_alone_and_who_does_not_trust_police_does_not_volunteer():
    world = build_world(scenario(**TOWN), 1)
    world.state.residents["volunteer"][np.flatnonzero(world.state.residents["age"] >= 18)[0]] = 1
    rows = run(world, make_policy("citizen_patrol(asked=0,evenings=7,turnout=1)"))
    assert rows["days"]["watch_hours"].sum() == 0.0
    joins = {"helpers__join_per_year": 5.0, "n_days": 14}
    trusting, not_so = (build_world(scenario(**TOWN | joins), 1) for _ in range(2))
    not_so.state.residents["trait"][:, 2] = -5.0
    n = [
        run(world, make_policy("citizen_patrol(turnout=1,evenings=7)"))["days"]["watch_hours"].sum()
        for world in (trusting, not_so)
    ]
    assert n[0] > 0.0
    assert n[1] < 0.2 * n[0]


def test_a_run_that_is_resumed_amid_a_patrol_is_the_same():
    policy = make_policy("citizen_patrol(evenings=7,from_h=22,walk_hours=4,turnout=1)")
    world, kept, later = volunteers_everywhere(n_days=2), {}, []
    for done, rows in run_shifts(world, policy):
        if done == 3:
            kept = {name: part.copy() for name, part in world.arrays().items()}
            assert world.state.c["n_pairs"][0] > 0
        elif done > 3:
            later.append(digest(rows))
    again = run_shifts(volunteers_everywhere(n_days=2), policy, resume=(kept, 3))
    assert [digest(rows) for _, rows in again] == later


def test_with_the_stage_its_patrols_end():
    world = volunteers_everywhere()
    take_command(world, make_policy("citizen_patrol"))
    assert world.state.levers["watch_turnout"][0] == 0.5
    assert world.state.beats["open"].any()
    enter_stage(world, (Reactive(),))
    assert world.state.levers["watch_turnout"][0] == 0.0
    assert not world.state.beats["open"].any()


def test_it_goes_with_other_strategies_and_without_hours_is_reactive():
    known = {"helpers__unaware_takes_part": 1.0, "helpers__join_per_year": 10.0}
    both = play(scenario(n_days=5, **known), make_policy("grid + citizen_patrol(evenings=7)"))
    assert both["days"]["watch_hours"].sum() > 0.0
    assert digest(play(scenario(n_days=5), make_policy("citizen_patrol(hours=0)"))) == digest(play(scenario(n_days=5)))


@pytest.mark.parametrize(
    ("watch", "says"),
    [
        ({"watch": Watch(evenings=(7,))}, "weekdays from 0"),
        ({"watch": Watch(from_h=3.0)}, "watch.from_h"),
        ({"watch": Watch(hours=9.0)}, "watch.hours"),
        ({"watch": Watch(turnout=2.0)}, "watch.turnout"),
        ({"watch": (4, 5)}, "must be a Watch"),
        ({"watch_streets": np.ones(3, bool)}, "watch_streets"),
    ],
)
def test_a_patrol_at_an_impossible_time_is_refused(watch, says):
    brief = example_observation().brief
    owned = np.full(len(brief.officer), -1, np.int32)
    with pytest.raises(OrdersError, match=says):
        check_organisation(
            Organisation(brief.cell, owned, **watch),
            policy="p", n_segments=brief.n_segments, n_officers=len(brief.officer),
        )  # fmt: skip
