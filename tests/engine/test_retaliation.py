"""The hurt strike back: at who hit them or the circle, within days, after quarrels too; settled and cut, it is gone."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from worlds import Ledger, play, scenario

from sim.agents.grudges import bear_grudge, end_grudge, next_grudge
from sim.agents.retaliation import strike_back
from sim.agents.tables import AWAY, NEVER, NONE
from sim.clock import DAY_MIN
from sim.engine import open_world
from sim.params import ASSAULT
from sim.world import World, build_world

NO_KEY, CAUSE = np.uint64(0), np.uint64(77)
LIVELY: dict[str, Any] = {
    "n_days": 60,
    "people__n_residents": 3000,
    "offending__searches_per_year": 60.0,
    "disputes__disputes_per_household": 1.0,
    "investigation__p_charged": 0.0,
}


@cache
def ledger(chance: float = 1.0, **changes: Any) -> Ledger:
    """Run the town with so much retaliation."""
    return play(scenario(**LIVELY | {"retaliation__p_strike_back": chance} | changes))


def revenge(rows: Ledger) -> tuple[np.ndarray, np.ndarray]:
    """Pair each blow with the offence that it avenges."""
    offences = rows["offences"]
    row_of = {int(cause): i for i, cause in enumerate(offences["cause"])}
    back = offences[offences["avenges"] > 0]
    return back, offences[[row_of[int(cause)] for cause in back["avenges"]]]


def test_who_was_hit_strikes_back_within_days():
    back, first = revenge(ledger())
    assert len(back) > 30
    assert np.all(back["type"] == ASSAULT)
    assert np.array_equal(back["resident"], first["victim"])
    assert len(np.unique(back["avenges"])) == len(back)
    days = (back["t"] - first["t"]) / DAY_MIN
    assert days.min() > 0.0
    assert 2.0 < days.mean() < 8.0
    same = back["victim"] == first["resident"]
    assert 0.5 < same.mean() < 1.0


def test_it_falls_on_the_circle_if_asked_for():
    back, first = revenge(ledger(retaliation__p_strike_circle=1.0))
    assert len(back) > 10
    assert (back["victim"] == first["resident"]).mean() < 0.05


def test_quarrels_are_avenged_too_and_stay_quarrels():
    back, first = revenge(ledger(offending__searches_per_year=0.0))
    assert len(back) > 10
    assert np.all(first["dispute"] > 0)
    assert np.array_equal(back["dispute"], first["dispute"])


def test_cut_nobody_strikes_back_and_nothing_else_is_drawn_anew():
    cut = ledger(0.0)["offences"]
    assert not cut["avenges"].any()
    whole = ledger(0.02)["offences"]
    first = whole["t"][whole["avenges"] > 0].min() if (whole["avenges"] > 0).any() else NEVER
    assert set(whole["cause"][whole["t"] < first].tolist()) == set(cut["cause"][cut["t"] < first].tolist())


def close_pairs(rows: Ledger) -> float:
    """Count pairs of violence on one segment within four days, beyond those at shuffled times, for each blow."""
    offences = rows["offences"]
    violence = offences[offences["type"] == ASSAULT]
    rng, t = np.random.default_rng(1), violence["t"]
    shuffled = np.mean([_pairs(violence["segment"], rng.permutation(t)) for _ in range(50)])
    return float((_pairs(violence["segment"], t) - shuffled) / len(violence))


def _pairs(segment: np.ndarray, t: np.ndarray) -> int:
    close = np.abs(t[:, None] - t[None, :]) < 4 * DAY_MIN
    return int(((segment[:, None] == segment[None, :]) & close).sum() - len(t)) // 2


def test_violence_comes_in_near_repeats_and_not_when_retaliation_is_cut():
    # Quarrels that flare up hardly more than once, and no other violence.
    quarrels = {"offending__searches_per_year": 0.0, "disputes__disputes_per_household": 4.0, "n_days": 150}
    quarrels |= {"disputes__dispute_half_life_days": 1.0, "disputes__dispute_events_per_month": 5.0}
    quarrels |= {"disputes__p_dispute_assault": 1.0}
    back, first = revenge(ledger(0.3, **quarrels))
    assert (back["segment"] == first["segment"]).mean() > 0.8
    whole, cut = (close_pairs(ledger(chance, **quarrels)) for chance in (0.3, 0.0))
    assert whole > 2.0 * cut


def grudging(**changes: Any) -> tuple[World, int, int]:
    """Make a town in which one man of a household has been hit by another of the same street."""
    world = build_world(scenario(retaliation__p_strike_back=1.0, retaliation__p_strike_circle=0.0, **changes), 1)
    w = world.state
    open_world(w)
    young = np.flatnonzero((w.residents["male"] == 1) & (w.residents["age"] > 15) & (w.residents["age"] < 30))
    home = w.residents["home"][young]
    pair = next((a, b) for a in range(len(young)) for b in range(a) if home[a] == home[b])
    victim, offender = (int(young[i]) for i in pair)
    bear_grudge(w, CAUSE, 960.0, offender, victim, NO_KEY, NONE)
    return world, offender, victim


def test_a_grudge_is_carried_out_once_and_the_other_may_strike_back_in_turn():
    world, offender, victim = grudging()
    w = world.state
    assert 990.0 <= w.c["grudge_at"][0] < NEVER
    strike_back(w)  # both are at home, in the same street
    blow = w.out.offences[0]
    assert (blow["resident"], blow["victim"], blow["avenges"]) == (victim, offender, CAUSE)
    assert w.c["grudge_at"][0] > blow["t"]


def test_who_meets_nobody_tries_again_on_the_next_days_and_gives_up():
    world, offender, victim = grudging()
    w = world.state
    w.where[offender] = 2
    mine = w.rounds["place"][w.routines["round"][victim]]
    w.routines["round"][offender] = np.flatnonzero(~np.isin(w.rounds["place"], [*mine, NONE]).any(axis=1))[0]
    begun = float(w.c["grudge_at"][0])
    for days in range(1, 5):
        strike_back(w)
        assert days - 0.5 < (w.c["grudge_at"][0] - begun) / DAY_MIN < days + 0.5
    strike_back(w)
    assert w.c["grudge_at"][0] == NEVER
    assert w.out.n["offences"][0] == 0


def test_who_is_in_custody_neither_strikes_nor_is_hit():
    for who in (0, 1):
        world, *pair = grudging()
        world.state.where[pair[who]] = AWAY
        strike_back(world.state)
        struck = world.state.out.offences[: world.state.out.n["offences"][0]]
        assert not np.isin(struck["victim"], pair[who]).any()
        assert not np.isin(struck["resident"], pair[who]).any()


def test_the_next_tenant_of_a_room_bears_no_grudge():
    world, _, victim = grudging()
    world.state.residents["key"][victim] += 1_000_000
    strike_back(world.state)
    assert world.state.out.n["offences"][0] == 0
    assert world.state.c["grudge_at"][0] == NEVER


def test_a_stranger_cannot_be_found():
    world = build_world(scenario(retaliation__p_strike_back=1.0), 1)
    w = world.state
    place = w.rounds["place"]
    mine = place[w.routines["round"][3]]
    w.routines["round"][900] = np.flatnonzero(~np.isin(place, [*mine, NONE]).any(axis=1))[0]
    w.residents["age"][3], w.residents["male"][3] = 20, 1
    bear_grudge(w, CAUSE, 100.0, 900, 3, NO_KEY, NONE)
    assert w.c["grudge_at"][0] == NEVER
    w.routines["round"][900] = w.routines["round"][3]
    bear_grudge(w, CAUSE, 100.0, 900, 3, NO_KEY, NONE)
    assert w.c["grudge_at"][0] < NEVER
    end_grudge(w, next_grudge(w))
    assert w.c["grudge_at"][0] == NEVER
