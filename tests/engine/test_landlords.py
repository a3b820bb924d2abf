"""Heads of buildings register tenants and tell of quarrels in their building alone, and not when that is cut."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import Ledger, digest, play, run, scenario

from sim.agents.events import PARTS
from sim.agents.heads import ask_to_be_head
from sim.agents.tables import BY_VISIT, NONE
from sim.ledger.columns import frame_of
from sim.observation import observe
from sim.outcomes.doses import count_done, count_heads
from sim.policies.contract.registry import make_policy
from sim.policies.landlords import buildings
from sim.roles import TASKS
from sim.world import World, build_world

TOWN: dict[str, Any] = {
    "n_days": 40,
    "people__share_renting": 0.9,
    "migrants__share_of_residents": 0.4,
    "migrants__mean_stay_days": 90.0,
    "migrants__p_registered_on_arrival": 0.2,
    "migrants__stale_per_month": 0.2,
    "disputes__p_dispute_call": 0.0,
    "effort__idle_share": 0.0,
    "helpers__p_head_agrees": 1.0,
}
LANDLORDS = "landlords(let_share=0.3, homes_a_head=6, share=0.5, look_in_days=7)"
CUT: dict[str, float] = {"helpers__p_head_registers": 0.0, "helpers__p_head_names": 0.0, "helpers__p_head_hears": 0.0}


@cache
def lived(policy: str = LANDLORDS, **changes: Any) -> tuple[World, Ledger]:
    world = build_world(scenario(**TOWN | changes), 1)
    return world, run(world, make_policy(policy))


def headed(world: World) -> NDArray[np.bool_]:
    """Mark the residents whose home a head looks after."""
    return world.state.households["head"][world.state.residents["household"]] != NONE


def registered(world: World, among: NDArray[np.bool_]) -> float:
    people = world.state.residents
    chosen = among & (people["migrant"] == 1) & (people["present"] == 1)
    return float((people["registered"][chosen] > 0).mean())


def known_share(world: World, among: NDArray[np.bool_]) -> float:
    """Give the share of quarrels that police know of, of those of some homes."""
    disputes = world.state.disputes
    going = (disputes["key"] != 0) & among[disputes["household_a"]]
    return float(disputes["known"][going].mean())


def test_tenants_of_heads_are_on_the_register_and_not_when_that_is_cut():
    whole, cut = (lived(**changes)[0] for changes in ({}, CUT))
    mine = headed(whole)
    assert 0.05 < mine.mean() < 0.7
    assert registered(whole, mine) > registered(cut, mine) + 0.2
    # Beyond their buildings all is as it was, but for those whose heads have moved away since.
    assert registered(whole, ~mine) == pytest.approx(registered(cut, ~mine), abs=0.06)


def test_quarrels_of_their_buildings_become_known_and_not_when_that_is_cut():
    whole = lived(helpers__p_head_hears=0.3)[0]
    cut = lived(helpers__p_head_hears=0.0)[0]
    mine = whole.state.households["head"] != NONE
    assert known_share(whole, mine) > known_share(cut, mine) + 0.2
    tips = frame_of("days", lived(helpers__p_head_hears=0.3)[1]["days"])["n_head_tips"]
    assert tips.sum() > 5
    assert not frame_of("days", lived(helpers__p_head_hears=0.0)[1]["days"])["n_head_tips"].any()


def test_who_trusts_more_agrees_sooner_and_nobody_when_that_is_cut():
    def share(trust: float, p_agrees: float) -> float:
        """Ask the first member of every household; give the share who agreed."""
        state = build_world(scenario(helpers__p_head_agrees=p_agrees), 1).state
        state.residents["trust"] = trust
        n = len(state.households)
        for household in range(n):
            ask_to_be_head(state, household, int(state.households["first"][household]), 1440.0)
        return float(state.c["n_heads"][0]) / n

    usual = float(scenario().attitudes.trust_baseline)
    assert share(usual, 0.4) == pytest.approx(0.4, abs=0.06)  # of some 620 households
    assert share(0.5 * usual, 0.4) == pytest.approx(0.2, abs=0.06)
    assert share(0.0, 0.4) == share(usual, 0.0) == 0.0


def test_the_list_of_heads_is_what_it_says():
    world = lived()[0]
    state = world.state
    heads = np.unique(state.households["head"])
    heads = heads[heads != NONE]
    assert len(heads) == state.c["n_heads"][0] > 5
    assert state.residents["present"][heads].all()
    assert (state.residents["age"][heads] >= 18).all()
    # A building is what the strategy takes it for, and a head lives in it.
    number = buildings(state.households["segment"], 6)
    for head in heads:
        homes = np.flatnonzero(state.households["head"] == head)
        assert len(np.unique(number[homes])) == 1
        assert number[state.residents["household"][head]] == number[homes[0]]
    seen = observe(world)
    assert set(seen.home_head[seen.home_head >= 0]) == set(state.residents["household"][heads])


def test_a_head_whom_nobody_looks_in_on_tires_of_it():
    lasting, tired = (
        lived("landlords(let_share=0.3, homes_a_head=6, share=0.5, look_in_days=3650, ask_days=3650)", **changes)[0]
        for changes in (
            {"helpers__head_patience_days": 3650.0, "helpers__leave_per_year": 20.0},
            {"helpers__head_patience_days": 7.0, "helpers__leave_per_year": 20.0},
        )
    )
    assert tired.state.c["n_heads"][0] < 0.8 * lasting.state.c["n_heads"][0]


def test_people_told_of_are_counted_and_pay_with_trust_and_not_when_that_is_cut():
    rows = lived(attitudes__watched_loss=0.5)[1]
    days = frame_of("days", rows["days"])
    n_registered, n_tips = days["n_head_registered"].sum(), days["n_head_tips"].sum()
    assert n_registered > 20
    assert days["n_told_of"].sum() == n_registered + 2 * n_tips
    done = count_done(days, 1.0)
    assert done["head_registrations_per_1000"] == n_registered
    assert done["told_of_per_1000"] == days["n_told_of"].sum()
    assert count_heads(days) == pytest.approx(1000.0 * days["n_heads"].mean() / days["n_residents"].mean())
    assert not any(count_done(days[["day"]], 1.0).values())

    def watched(rows: Ledger) -> tuple[float, float]:
        account = rows["account"]
        last = account[(account["day"] == account["day"].max()) & (account["part"] == PARTS.index("watched"))]
        return float(last["trust"].sum()), float(last["satisfaction"].sum() + last["security"].sum())

    lost, others = watched(rows)
    assert lost < 0.0
    assert others == 0.0
    assert watched(lived(attitudes__watched_loss=0.0)[1]) == (0.0, 0.0)


def test_finding_and_keeping_heads_takes_officers_visits():
    rows = lived()[1]
    orders, contacts = rows["orders"], rows["contacts"]
    assert (orders["kind"] == TASKS.index("heads")).any()
    assert (contacts["kind"] == BY_VISIT).sum() > 50
    days = frame_of("days", rows["days"])
    assert days["officer_min_visit"].sum() >= 12.0 * (contacts["kind"] == BY_VISIT).sum()


def test_without_means_it_is_reactive_and_it_goes_with_the_grid():
    alone = play(scenario(n_days=5), make_policy("landlords(hours=0)"))
    assert digest(alone) == digest(play(scenario(n_days=5)))
    orders = play(scenario(n_days=5), make_policy("grid + landlords"))["orders"]
    kinds = {TASKS[kind] for kind in np.unique(orders["kind"])}
    assert {"homes", "heads"} <= kinds
