"""Every mechanism does something, and what it does is gone when it is cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from worlds import Busy, Ledger, play, run, scenario

from sim.agents.events import AGREED, BLOWS, FLARED, PRESSED
from sim.agents.feeling_words import TRUST
from sim.agents.tables import NEVER
from sim.clock import DAY_MIN, SHIFTS_A_DAY
from sim.engine import run_shifts
from sim.observation import observe
from sim.params import ASSAULT, CRIMES
from sim.policies.protocol import Observation, Orders, PolicyModel
from sim.policies.reactive import Reactive
from sim.world import build_world

LIVELY: dict[str, Any] = {
    "n_days": 20,
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 300.0,
    "disputes__disputes_per_household": 3.0,
}
NOBODY_ARRESTED: dict[str, Any] = {
    "investigation__p_charged": 0.0,
    "deterrence__risk_per_arrest": 0.0,
    "deterrence__risk_per_partner": 0.0,
    "disputes__disputes_per_household": 0.0,
}
BLIND = {
    "deterrence__p_deter_present": 0.0,
    "deterrence__residue_max": 0.0,
    "deterrence__risk_per_sighting": 0.0,
    "deterrence__heed": 0.0,
    "force__stops_per_hour": 0.0,
}
"""Police deter nobody by being there and stop nobody, so that patrol changes no search."""


ALONE = {"offending__p_return": 0.0}
"""No offender goes back to where it went well, so that only the boost of the place is left."""


def none() -> dict[str, float]:
    """Give zero for every crime."""
    return dict.fromkeys(CRIMES, 0.0)


class Guard(PolicyModel):
    """Go round the ten segments with most opportunity, from the first day."""

    targets: tuple[int, ...] = ()

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Share the round among all on duty."""
        return Orders.rounds(seen.on_duty.tolist(), self.targets, dwell=15.0)


def guarded() -> tuple[int, ...]:
    """Name the ten segments with most opportunity."""
    opportunity = build_world(scenario(), 1).state.segments["opportunity"].mean(axis=1)
    return tuple(int(s) for s in np.argsort(-opportunity)[:10])


def crimes(ledger: Ledger) -> list[tuple[Any, ...]]:
    """List offences by what, when and where."""
    rows = ledger["offences"]
    return list(zip(*(rows[c].tolist() for c in ("cause", "t", "type", "segment")), strict=True))


def test_without_deterrence_the_same_offences_happen_under_any_patrol():
    town = scenario(**LIVELY | NOBODY_ARRESTED | BLIND)
    assert crimes(play(town, Guard(targets=guarded()))) == crimes(play(town, Reactive()))


def test_with_deterrence_guarded_places_have_fewer_offences():
    town = scenario(**LIVELY | NOBODY_ARRESTED)
    ledgers = [play(town, policy) for policy in (Reactive(), Guard(targets=guarded()))]
    without, there = (int(np.isin(rows["offences"]["segment"], guarded()).sum()) for rows in ledgers)
    assert without > 50
    assert there < 0.75 * without
    assert ledgers[1]["days"]["n_deterred"].sum() > ledgers[0]["days"]["n_deterred"].sum()


def test_what_a_stay_leaves_behind_deters_without_anybody_in_sight():
    only_residue = LIVELY | NOBODY_ARRESTED | BLIND | {"deterrence__residue_max": 1.0}
    only_residue |= {"deterrence__residue_half_life_min": 60.0}
    left, cut = (
        [play(scenario(**only_residue | changes), policy) for policy in (Reactive(), Guard(targets=guarded()))]
        for changes in ({}, {"deterrence__residue_max": 0.0})
    )
    without, there = (int(np.isin(rows["offences"]["segment"], guarded()).sum()) for rows in left)
    assert there < 0.8 * without
    assert crimes(cut[0]) == crimes(cut[1])


def repeats(seed: int, **changes: Any) -> float:
    """Count pairs of equal offences at a place within two days, against the same offences at shuffled times."""
    # Sparse crime, and no place where something happens all the time: it would stay boosted for good.
    sparse = {"n_days": 240, "offending__searches_per_year": 60.0}
    rows = play(scenario(**LIVELY | NOBODY_ARRESTED | BLIND | sparse | changes), seed=seed)["offences"]
    place = rows["segment"].astype(np.int64) * len(CRIMES) + rows["type"]
    quiet = np.bincount(place)[place] <= 20
    place, rows, rng = place[quiet], rows[quiet], np.random.default_rng(1)
    found = close_pairs(place, rows["t"])
    return found / np.mean([close_pairs(place, rng.permutation(rows["t"])) for _ in range(20)])


def close_pairs(place: np.ndarray, t: np.ndarray) -> int:
    """Count pairs at the same place within two days of each other."""
    order = np.lexsort((t, place))
    place, t, n, lag = place[order], t[order], 0, 1
    while lag < len(t):
        close = (place[lag:] == place[:-lag]) & (t[lag:] - t[:-lag] < 2 * DAY_MIN)
        if not close.any():
            break
        n, lag = n + int(close.sum()), lag + 1
    return n


def test_near_repeats_come_from_the_boost_and_the_return_alone():
    strong = repeats(1, repeat__boost=dict.fromkeys(CRIMES, 5.0), repeat__boost_half_life_days=1.0)
    cut = [repeats(seed, repeat__boost=none(), offending__p_return=0.0) for seed in range(1, 5)]
    assert strong > 1.8
    assert abs(np.mean(cut) - 1.0) < 0.2
    assert max(cut) < strong


def test_the_boost_alone_makes_near_repeats():
    boost = dict.fromkeys(CRIMES, 5.0)
    found = [repeats(seed, repeat__boost=boost, repeat__boost_half_life_days=1.0, **ALONE) for seed in (1, 2, 3)]
    assert np.mean(found) > 1.5


def count(ledger: Ledger, what: str) -> float:
    """Count one kind of event."""
    calls, disputes = ledger["calls"], ledger["disputes"]["what"]
    return {
        "incidents": len(ledger["incidents"]),
        "discoveries": int(ledger["incidents"]["discovered"].sum()),
        "arrests at the scene": int(ledger["arrests"]["at_scene"].sum()),
        "custody": int((ledger["arrests"]["custody_days"] > 0).sum()),
        "flares": int((disputes == FLARED).sum()),
        "blows": int((disputes == BLOWS).sum()),
        "agreements": int(np.isin(disputes, (AGREED, PRESSED)).sum()),
        "pressed": int((disputes == PRESSED).sum()),
        "stops": int((ledger["contacts"]["kind"] == 1).sum()),
        "other calls": int((calls["kind"] == 5).sum()),
        "second targets": int((ledger["offences"]["n_turned"] > 0).sum()),
        "downgraded": int((ledger["incidents"]["type"] != ledger["incidents"]["true_type"]).sum()),
        "rest": float(ledger["days"]["officer_min"][:, 11].sum()),
        "offences": len(ledger["offences"]),
    }[what]


@pytest.mark.parametrize(
    ("what", "cut"),
    [
        ("incidents", {"reporting__record_share": none()}),
        ("discoveries", {"reporting__p_noticed_by_officer": 0.0}),
        ("custody", {"investigation__p_charged": 0.0}),
        ("flares", {"disputes__disputes_per_household": 0.0}),
        ("blows", {"disputes__p_dispute_assault": 0.0}),
        ("agreements", {"disputes__mediation_settles": 0.0}),
        ("pressed", {"disputes__p_pressed": 0.0}),
        ("stops", {"force__stops_per_hour": 0.0}),
        ("other calls", {"demand__other_calls": 0.0}),
        ("second targets", {"offending__p_try_again": 0.0, "offending__p_later": 0.0}),
        ("downgraded", {"reporting__p_downgraded": 0.0}),
        ("rest", {"force__rest_min": 0.0}),
        ("offences", {"offending__share_offending": 0.0, "disputes__disputes_per_household": 0.0}),
    ],
)
def test_what_a_mechanism_makes_is_there_and_gone_when_it_is_cut(what, cut):
    known = {"reporting__p_downgraded": 0.2, "disputes__dispute_events_per_month": 20.0}
    assert count(play(scenario(**LIVELY | known), Busy()), what) > 0
    assert count(play(scenario(**LIVELY | known | cut), Busy()), what) == 0


def known_migrants(stale_per_month: float) -> list[int]:
    """Tell what police know at each shift of migrants who were all on the register and who all stay, unvisited."""
    town = scenario(n_days=60, migrants__share_of_residents=0.3, migrants__stale_per_month=stale_per_month)
    world = build_world(town, 1)
    residents = world.state.residents
    here = (residents["migrant"] & residents["present"]) == 1
    residents["registered"][here] = 1
    residents["leaves"][residents["migrant"] == 1] = NEVER
    return [int(observe(world).registered.sum()) for _ in run_shifts(world, Reactive())]


def test_registrations_go_stale_and_police_know_less_unless_decay_is_cut():
    decaying, cut = known_migrants(0.2), known_migrants(0.0)
    assert cut[0] > 200
    assert set(cut) == {cut[0]}
    a_month = decaying[30 * SHIFTS_A_DAY - 1], decaying[-1]
    assert a_month == pytest.approx((0.8 * cut[0], 0.64 * cut[0]), rel=0.1)
    assert decaying == sorted(decaying, reverse=True)


def reported(trust: float, trust_weight: float) -> Ledger:
    """Run a town in which everybody trusts the police as far as told, for good."""
    free = {"migrants__share_of_residents": 0.0}
    world = build_world(scenario(**LIVELY | NOBODY_ARRESTED | BLIND | free, reporting__trust_weight=trust_weight), 1)
    world.state.residents["trust"] = trust
    world.state.residents["trait"][:, TRUST] = 100.0 * (trust - 0.5)  # far beyond the scale, whatever happens
    return run(world)


def test_who_trusts_the_police_reports_more_and_nobody_does_when_that_is_cut():
    (wary, trusting), cut = ([reported(trust, weight) for trust in (0.0, 1.0)] for weight in (2.0, 0.0))
    assert crimes(wary) == crimes(trusting)
    with_victim = wary["offences"]["victim"] >= 0
    assert with_victim.sum() > 300
    shares = [float(rows["offences"]["reported"][with_victim].mean()) for rows in (wary, trusting)]
    assert shares[1] > shares[0] + 0.2
    assert np.array_equal(*(rows["offences"]["reported"][~with_victim] for rows in (wary, trusting)))
    assert np.array_equal(*(rows["offences"]["reported"] for rows in cut))


def test_disputes_come_to_blows_the_hotter_they_are_and_blows_are_assaults():
    hot = LIVELY | {"n_days": 40, "disputes__dispute_events_per_month": 40.0}
    ledger = play(scenario(**hot))
    steps, offences = ledger["disputes"], ledger["offences"]
    blows, flared = (steps[steps["what"] == what] for what in (BLOWS, FLARED))
    assert len(blows) > 50
    assert blows["intensity"].mean() > 1.15 * flared["intensity"].mean()
    from_dispute = (offences["dispute"] != 0) & (offences["avenges"] == 0)
    assert from_dispute.sum() == len(blows)
    assert set(offences["type"][from_dispute].tolist()) == {ASSAULT}
    peaceful = play(scenario(**hot, disputes__p_dispute_assault=0.0))
    assert (peaceful["disputes"]["what"] == FLARED).sum() > 0.8 * len(flared)
    assert (peaceful["offences"]["dispute"] != 0).sum() == 0
