"""As many calls and quarrels come as are asked for, whatever people's hours: the draws know what thinning takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import run, scenario, ticks

from sim.agents.disputes import can_quarrel
from sim.agents.tables import INVALID, NOISE, TRAFFIC, WELFARE
from sim.agents.usual_week import learn_usual_week
from sim.clock import YEAR_DAYS
from sim.engine import open_world
from sim.policies.reactive import Reactive
from sim.world import build_world

QUIET: dict[str, Any] = {
    "n_days": 56,
    "people__n_residents": 3000,
    "offending__share_offending": 0.0,
    "disputes__disputes_per_household": 0.0,
    "demand__other_calls": 9000.0,
    "demand__caller_spread": 0.0,
    "demand__household_call_spread": 0.0,
    "demand__referred_traffic": 0.0,
    "demand__referred_noise": 0.0,
    "demand__referred_welfare": 0.0,
}


def asked(share: str, what: Any) -> float:
    """Give the calls of a kind that a scenario asks for."""
    shares = {name: getattr(what.demand, f"share_{name}") for name in ("traffic", "noise", "welfare")}
    of_kind = shares[share] if share in shares else 1.0 - sum(shares.values())
    return what.demand.other_calls * of_kind * what.people.n_residents / 1000.0 * what.n_days / YEAR_DAYS


@pytest.mark.parametrize(
    "life", [{}, {"demand__calls_at_work": 1.0, "demand__noise_wakes": 1.0}], ids=["usual", "even"]
)
def test_as_many_calls_are_made_as_are_asked_for(life):
    what = scenario(**QUIET | life)
    kinds = run(build_world(what, 1))["calls"]["kind"]
    for name, kind, rel in (("traffic", TRAFFIC, 0.06), ("welfare", WELFARE, 0.06), ("invalid", INVALID, 0.06),
                            ("noise", NOISE, 0.1)):  # fmt: skip
        assert (kinds == kind).sum() == pytest.approx(asked(name, what), rel=rel)


def share_both_home(w: Any) -> float:
    """Give the share of the disputes that are open now whose parties could fall out at this moment."""
    rows = np.flatnonzero(w.disputes["key"] != 0)
    t = float(w.c[0]["now"])
    could = [can_quarrel(w, int(w.disputes["resident_a"][i]), int(w.disputes["resident_b"][i]), t) for i in rows]
    return float(np.mean(could))


def test_the_parties_of_a_quarrel_are_at_home_as_often_as_was_reckoned_before_the_run():
    what = scenario(n_days=7, offending__share_offending=0.0, disputes__disputes_per_household=3.0)
    world = build_world(what, 1)
    reckoned = float(world.state.c[0]["both_home_mean"])
    seen = [share_both_home(world.state) for tick in ticks(world, Reactive(), 7) if tick % 6 == 0]
    assert np.mean(seen) == pytest.approx(reckoned, rel=0.08)


def test_the_week_is_read_without_a_trace():
    state = build_world(scenario(), 1).state
    before = {name: getattr(state, name).copy() for name in ("where", "residents", "crowds", "c")}
    learn_usual_week(state)
    for name, was in before.items():
        np.testing.assert_array_equal(getattr(state, name), was)


def test_nobody_quarrels_who_does_not_live_there_and_rooms_to_let_have_no_ties():
    what = scenario(
        n_days=5, migrants__share_of_residents=0.3, migrants__share_at_start=0.3, disputes__disputes_per_household=4.0
    )
    w = build_world(what, 1).state
    living = w.residents[: w.c[0]["n_living"]]
    there = living[living["present"] == 1]
    assert len(there) < 0.9 * len(living)
    street = int(living["home"][living["present"] == 0][0])
    mine = there["ties"][there["home"] == street]
    assert w.segments["ties"][street] == pytest.approx(mine.mean() if len(mine) else 0.0)
    open_world(w)
    begun = w.disputes[w.disputes["key"] != 0]
    assert len(begun) > 50
    for name in ("resident_a", "resident_b"):
        assert (w.residents["present"][begun[name]] == 1).all()
