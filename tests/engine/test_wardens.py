"""Wardens walk hot streets, are seen as far as is said, and deal with disorder alone; each is gone when it is cut."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import Ledger, digest, play, run, scenario

from sim.agents.tables import PATROL, TASKS, TRAVEL, WARDEN
from sim.clock import DAY_MIN
from sim.command import take_command
from sim.ledger.columns import frame_of
from sim.outcomes.cost import measure_cost
from sim.outcomes.doses import count_done
from sim.params import ASSAULT, CRIMES, DISORDER, THEFT
from sim.policies.contract.registry import make_policy
from sim.world import World, build_world

TOWN: dict[str, Any] = {
    "n_days": 28,
    "offending__share_offending": 0.2,
    "offending__searches_per_year": 150.0,
    "investigation__p_charged": 0.0,
    "disputes__disputes_per_household": 0.0,
    "demand__other_calls": 0.0,
    "force__stops_per_hour": 0.0,
    "force__p_on_duty": 1.0,
    "force__n_response": 1,
    "force__n_foot": 0,
    "force__n_community": 0,
    "force__n_auxiliary": 0,
    "force__n_mediator": 0,
}
MANY = "wardens(pairs=4,share=0.1)"


def alone(kind: int) -> dict[str, Any]:
    """Let offenders look for one crime alone."""
    return {f"offending__mix__{name}": float(k == kind) for k, name in enumerate(CRIMES)}


@cache
def lived(policy: str, kind: int, **changes: Any) -> tuple[World, Ledger]:
    """Run a town with one crime and next to no police."""
    world = build_world(scenario(**TOWN | alone(kind) | changes), 1)
    return world, run(world, make_policy(policy))


def on_duty(rows: Ledger) -> int:
    """Count the offences between two in the afternoon and ten, once the first map is drawn."""
    offences = rows["offences"][rows["offences"]["t"] >= 7 * DAY_MIN]
    hour = offences["t"] % DAY_MIN / 60.0
    return int(((hour >= 14.0) & (hour < 22.0)).sum())


def test_who_is_about_to_offend_sees_them_and_not_when_that_is_cut():
    with_them, without = (on_duty(lived(name, THEFT)[1]) for name in (MANY, "reactive"))
    assert with_them < 0.9 * without
    cut = [on_duty(lived(name, THEFT, deterrence__warden_visibility=0.0)[1]) for name in (MANY, "reactive")]
    assert cut[0] == pytest.approx(cut[1], rel=0.05)


def test_residents_see_them_and_not_when_that_is_cut():
    def seen(visibility: float) -> float:
        world, _ = lived(MANY, THEFT, deterrence__warden_visibility=visibility)
        return float(world.state.residents["n_seen"].sum())

    usual = float(lived("reactive", THEFT)[0].state.residents["n_seen"].sum())
    assert seen(1.0) > usual + 100.0
    assert seen(0.0) == usual


def test_they_put_disorder_on_record_and_arrest_nobody():
    much = {"offending__searches_per_year": 600.0}
    (world, rows), (_, usual) = lived(MANY, DISORDER, **much), lived("reactive", DISORDER, **much)
    wardens = np.flatnonzero(world.state.officers["role"] == WARDEN)
    dealt = rows["calls"][(rows["calls"]["discovered"] == 1) & np.isin(rows["calls"]["officer"], wardens)]
    assert len(dealt) > 10
    assert rows["incidents"]["discovered"].sum() > usual["incidents"]["discovered"].sum() + 10
    assert not np.isin(rows["arrests"]["officer"], wardens).any()
    assert not np.isin(rows["contacts"]["officer"], wardens).any()


def test_other_things_are_left_to_officers():
    world, rows = lived(MANY, ASSAULT)
    wardens = np.flatnonzero(world.state.officers["role"] == WARDEN)
    assert rows["calls"]["discovered"].sum() > 0
    assert not np.isin(rows["calls"]["officer"], wardens).any()


def test_whoever_is_spoken_to_grows_wary_and_not_when_that_is_cut():
    def mean_risk(stop: float) -> float:
        quiet = {"deterrence__risk_per_arrest": 0.0, "deterrence__risk_per_partner": 0.0}
        quiet |= {"deterrence__risk_per_sighting": 0.0, "deterrence__risk_per_stop": stop}
        return float(lived(MANY, DISORDER, **quiet)[1]["days"]["mean_risk"].max())

    assert mean_risk(0.0) == 0.0
    assert mean_risk(0.15) > 0.0


def test_they_walk_from_two_to_ten_on_the_hottest_streets_and_are_paid_twice_an_auxiliary():
    world, rows = lived(MANY, THEFT)
    officers = world.state.officers
    hired = officers[officers["role"] == WARDEN]
    assert len(hired) == 6  # 4 for 1,000 of 1,500 residents
    assert hired["on_foot"].all()
    orders = rows["orders"]
    rounds = orders[np.isin(orders["officer"], np.flatnonzero(officers["role"] == WARDEN))]
    walked = rounds[rounds["kind"] == TASKS.index("rounds")]
    assert len(walked) > 100
    assert (walked["start"] % DAY_MIN >= 14 * 60.0).all()
    assert (walked["end"] % DAY_MIN <= 22 * 60.0).all()
    days, what = frame_of("days", rows["days"]), scenario(**TOWN)
    hours = days["duty_min_warden"].sum() / 60.0
    assert hours == pytest.approx(6 * 8 * 28, rel=0.1)
    cost = measure_cost(days, frame_of("orders", orders), what.cost)
    assert cost["warden"] == pytest.approx(hours * what.cost.cost_warden)
    assert what.cost.cost_warden == 2 * what.cost.cost_auxiliary
    assert count_done(days, 1.0)["warden_hours_per_1000"] == pytest.approx(hours)
    moving = rows["days"]["officer_min"][:, [PATROL, TRAVEL]].sum()
    assert moving > 0.0


def test_an_hour_of_their_own_and_round_the_clock_staff_do_not_mix():
    world = build_world(scenario(n_days=5), 1)
    take_command(world, make_policy("posts + wardens(pairs=5,start_h=15)"))
    officers = world.state.officers
    hired = officers[(officers["role"] == WARDEN) & (officers["employed"] == 1)]
    assert len(hired)
    assert set((hired["shift"] * 480.0 + hired["late_min"]).tolist()) == {15 * 60.0}


def test_it_goes_with_other_strategies_and_without_hours_is_reactive():
    both = play(scenario(n_days=9), make_policy("grid + wardens(pairs=2)"))
    assert both["days"]["duty_min"][:, WARDEN].sum() > 0.0
    few = scenario(n_days=5)
    assert digest(play(few, make_policy("wardens(hours=0)"))) == digest(play(few))
