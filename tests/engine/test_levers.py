"""The five levers act through what people do, and what each does is gone when it is cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from worlds import Busy, Ledger, digest, play, run, scenario

from sim.agents.events import AGREED, BROKEN, DIVERTED, PRESSED
from sim.agents.tables import BY_VISIT, HOLD, OFF, VISIT, WORKER
from sim.command import decide, enter_stage, take_command
from sim.engine import brief_force, open_world
from sim.observation import observe
from sim.params import CRIMES
from sim.policies.contract.registry import make_policy, policy_names
from sim.policies.levers import Appraisal, Grid, Information, Levers, Participation, Team
from sim.world import build_world

LIVELY: dict[str, Any] = {
    "n_days": 20,
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 300.0,
    "disputes__disputes_per_household": 3.0,
    "disputes__dispute_events_per_month": 20.0,
    "migrants__share_of_residents": 0.3,
}


class Lever(Busy):
    """Give every kind of task, with levers of a test."""

    def levers(self) -> Levers:
        return SET[self.fidelity]


Lever.name = "lever"
SET: dict[float, Levers] = {1.0: Levers()}
"""What the strategy of this file sets; a strategy is a value, so tests put theirs here."""


@pytest.fixture
def pulled(monkeypatch):
    """Run a lively town with some levers pulled."""

    def play_with(levers: Levers, **changes: Any) -> Ledger:
        monkeypatch.setitem(SET, 1.0, levers)
        return play(scenario(**LIVELY | changes), Lever())

    return play_with


@pytest.mark.parametrize("name", [name for name in policy_names() if name != "reactive"])
def test_a_strategy_without_hours_is_reactive_to_the_byte(name):
    what = scenario(n_days=8)
    assert digest(play(what, make_policy(f"{name}(hours=0.0)"))) == digest(play(what))


def test_without_hours_is_not_how_a_strategy_usually_runs():
    what = scenario(n_days=8)
    assert digest(play(what, make_policy("grid(hours=0.5)"))) != digest(play(what))


@pytest.mark.parametrize(("name", "activity"), [("hotspot", HOLD), ("mediation", VISIT), ("grid", VISIT)])
def test_half_the_fidelity_is_less_of_the_dose(name, activity):
    what = scenario(n_days=20)
    full, half, none = (
        play(what, make_policy(f"{name}(fidelity={share})"))["days"]["officer_min"][:, activity].sum()
        for share in (1.0, 0.5, 0.0)
    )
    assert none == 0.0
    assert 0.2 * full < half < 0.8 * full


def test_two_strategies_at_a_time_and_one_after_the_other():
    what = scenario(n_days=16, force__n_mediator=0)
    before = play(what)
    after = play(what, make_policy("reactive until 2014-01-11 then grid + mediation(mediators=3)"))
    ten_days = 10 * 1440.0
    for name, column in (("offences", "t"), ("orders", "t"), ("contacts", "t")):
        one, other = (ledger[name][ledger[name][column] < ten_days] for ledger in (before, after))
        assert digest({name: one}) == digest({name: other})
    kinds = after["contacts"]["kind"][after["contacts"]["t"] >= ten_days]
    assert (kinds == BY_VISIT).any()
    assert (after["days"]["duty_min"][10:, 5] > 0).any()
    assert not after["days"]["duty_min"][:10, 5].any()


def test_staff_is_hired_and_paid_and_the_force_stays_as_it_is():
    what = scenario(n_days=10, disputes__disputes_per_household=0.0)
    plain, more = play(what), play(what, make_policy("posts"))
    assert not plain["days"]["duty_min"][:, 4].sum() > more["days"]["duty_min"][:, 4].sum()
    for ledger in (plain, more):
        activities = np.delete(ledger["days"]["officer_min"], OFF, axis=1).sum()
        assert ledger["days"]["duty_min"].sum() == pytest.approx(activities)


def test_hired_staff_can_be_paid_by_the_force(monkeypatch):
    monkeypatch.setitem(SET, 1.0, Levers(team=Team(workers=4.0, within_budget=True)))
    world = build_world(scenario(), 1)
    take_command(world, Lever())
    officers = world.state.officers
    hired, let_go = officers["employed"][officers["hired"] == 1].sum(), (officers["employed"] == 0).sum()
    assert hired == 6
    assert let_go == round(6 * world.scenario.cost.cost_worker)


def test_roles_change_and_come_back():
    world = build_world(scenario(), 1)
    before = world.state.officers["role"].copy()
    enter_stage(world, (make_policy("grid(community_share=0.5)"),))
    assert (world.state.officers["role"][: len(before)] != before).sum() == 6
    enter_stage(world, (make_policy("reactive"),))
    assert np.array_equal(world.state.officers["role"][: len(before)], before)


def test_who_has_a_cell_begins_in_the_middle_of_it_and_others_at_their_station():
    world = build_world(scenario(), 1)
    officers, streets = world.state.officers, world.city.streets
    assert np.array_equal(officers["base"], officers["station"])
    enter_stage(world, (make_policy("grid(residents_a_cell=300)"),))
    cell, own = world.state.cells, officers["cell"]
    assert len(np.unique(own[own >= 0])) > 2
    for place in np.unique(own[own >= 0]):
        (base,) = np.unique(officers["base"][own == place])
        at, mine = np.flatnonzero(streets.segment_from == base), np.flatnonzero(cell == place)
        middle = streets.midpoint_x[mine].mean(), streets.midpoint_y[mine].mean()
        away = np.hypot(streets.midpoint_x - middle[0], streets.midpoint_y - middle[1])
        assert np.isin(at, mine).any()
        assert away[at].min() < np.median(away[mine])
    assert np.array_equal(officers["base"][own < 0], officers["station"][own < 0])
    enter_stage(world, (make_policy("reactive"),))
    assert np.array_equal(officers["base"], officers["station"])


def test_what_is_counted_is_done_for_the_form_unless_it_is_audited(pulled):
    def hollow(appraisal: Appraisal, **changes: Any) -> float:
        visits = pulled(Levers(appraisal=appraisal), **changes)["contacts"]
        return float(visits["hollow"][visits["kind"] == BY_VISIT].mean())

    assert hollow(Appraisal(visits=1.0)) > 0.35
    assert hollow(Appraisal(visits=1.0, audit=1.0)) == 0.0
    assert hollow(Appraisal(visits=1.0), effort__hollow_max=0.0) == 0.0


def test_few_records_rewarded_are_records_downgraded(pulled):
    def downgraded(**changes: Any) -> int:
        incidents = pulled(Levers(appraisal=Appraisal(records=1.0)), reporting__p_downgraded=0.0, **changes)[
            "incidents"
        ]
        return int((incidents["type"] != incidents["true_type"]).sum())

    assert downgraded() > 0
    assert downgraded(effort__downgrade_max=0.0) == 0


def test_arrests_rewarded_are_more_stops_on_thinner_grounds(pulled):
    def stops(appraisal: Appraisal, **changes: Any) -> tuple[int, float]:
        contacts = pulled(Levers(appraisal=appraisal), force__stops_per_hour=4.0, **changes)["contacts"]
        stopped = contacts[contacts["kind"] == 1]
        return len(stopped), float(stopped["suspicion"].mean())

    (few, _), (many, _) = stops(Appraisal()), stops(Appraisal(arrests=1.0))
    assert many > 1.8 * few  # without the gain, chance alone has made it 1.3
    # Nearly all stops that come about are on suspicion unless hardly any is wanted: on cause, nobody is there to stop.
    wary = {"force__p_suspicion": 0.05, "effort__suspicion_gain": 0.9}
    (_, before), (_, after) = stops(Appraisal(), **wary), stops(Appraisal(arrests=1.0), **wary)
    assert after > before + 0.1
    # With nothing done for the form in either, both are the same run once the gain is cut.
    cut = [
        stops(one, effort__stop_gain=0.0, effort__suspicion_gain=0.0, effort__idle_share=0.0)
        for one in (Appraisal(), Appraisal(arrests=1.0))
    ]
    assert cut[0] == cut[1]


def test_response_times_rewarded_are_scenes_left_early(pulled):
    def at_scene(appraisal: Appraisal, **changes: Any) -> float:
        calls = pulled(Levers(appraisal=appraisal), effort__idle_share=0.0, **changes)["calls"]
        return float(np.nanmean(calls["t_closed"] - calls["t_arrived"]))

    unhurried, hurried = at_scene(Appraisal()), at_scene(Appraisal(response=1.0), effort__hurry_fair_odds=1.0)
    assert hurried < 0.85 * unhurried
    assert at_scene(Appraisal(response=1.0), effort__hurry_fair_odds=1.0, effort__hurry=0.0) == unhurried


def test_training_makes_contacts_fairer(pulled):
    fair = [pulled(Levers(team=Team(fair_odds=odds)))["contacts"]["fair"].mean() for odds in (0.2, 1.0, 5.0)]
    assert fair == sorted(fair)
    assert fair[0] < fair[2] - 0.1


def test_minor_blows_are_diverted_off_the_record_and_happen_all_the_same(pulled):
    plain, referred = pulled(Levers()), pulled(Levers(participation=Participation(diversion=1.0)))
    steps = referred["disputes"]["what"]
    assert (steps == DIVERTED).any()
    assert not (plain["disputes"]["what"] == DIVERTED).any()
    recorded, happened = (
        [int((ledger[name]["type"] == CRIMES.index("assault")).sum()) for ledger in (plain, referred)]
        for name in ("incidents", "offences")
    )
    assert recorded[1] < recorded[0]
    assert happened[1] > 0.8 * happened[0]


def test_an_agreement_may_break_and_is_heard_again_where_it_is_followed_up(pulled):
    def heard_again(follow_up: float) -> int:
        steps = pulled(Levers(participation=Participation(follow_up=follow_up)), n_days=40)["disputes"]
        agreed = steps["dispute"][np.isin(steps["what"], (AGREED, PRESSED))]
        assert 0 < (steps["what"] == BROKEN).sum() <= len(agreed)
        return len(agreed) - len(np.unique(agreed))

    assert heard_again(0.0) == 0
    assert heard_again(1.0) > 0


def test_a_pressed_agreement_costs_the_weaker_party_trust(pulled):
    def trust(loss: float) -> float:
        return float(pulled(Levers(), disputes__p_pressed=1.0, disputes__pressed_loss=loss)["days"]["trust"][-1])

    assert trust(0.5) < trust(0.0)


def test_a_visit_for_the_form_is_felt_for_what_it_is(pulled):
    def satisfaction(loss: float, **appraisal: float) -> float:
        counted = Levers(appraisal=Appraisal(**appraisal))
        rows = pulled(counted, effort__hollow_max=1.0, effort__idle_share=0.0, attitudes__form_loss=loss)
        hollow = rows["contacts"]["hollow"] > 0
        assert hollow.any() == bool(appraisal)
        assert not rows["contacts"]["met"][hollow].any()
        assert not rows["contacts"]["fair"][hollow].any()
        return float(rows["days"]["satisfaction"][-1])

    assert satisfaction(1.0, visits=1.0) < satisfaction(0.0, visits=1.0) - 0.002
    assert satisfaction(1.0) == satisfaction(0.0)


def test_volunteers_come_where_they_are_trusted_and_thanked_and_call(pulled):
    asked = Levers(participation=Participation(volunteers=1.0, recognition=1.0))
    quick = {"helpers__join_per_year": 10.0, "helpers__p_helper_sees": 0.3}
    nobody = pulled(Levers(), **quick)
    helped = pulled(asked, **quick)
    assert not nobody["days"]["n_volunteers"].any()
    assert helped["days"]["n_volunteers"][-1] > 50
    assert pulled(Levers(participation=Participation(volunteers=1.0)), **quick)["days"]["n_volunteers"][-1] == 0
    blind = pulled(asked, **quick | {"helpers__p_helper_sees": 0.0})
    assert helped["offences"]["reported"].mean() > blind["offences"]["reported"].mean() + 0.02


def test_volunteers_are_counted_where_they_live():
    world = build_world(scenario(helpers__join_per_year=10.0, migrants__mean_stay_days=20.0), 1)
    SET[1.0] = Levers(participation=Participation(volunteers=1.0, recognition=0.5))
    try:
        run(world, Lever())
    finally:
        SET[1.0] = Levers()
    w = world.state
    helping = w.residents["volunteer"] == 1
    assert helping.sum() > 20
    assert np.array_equal(
        w.segments["n_volunteers"], np.bincount(w.residents["home"][helping], minlength=len(w.segments))
    )
    assert w.c["n_volunteers"][0] == helping.sum()


def test_tickets_put_streets_right_and_nobody_fears_a_worker():
    what = scenario(**LIVELY | {"n_days": 30, "offending__searches_per_year": 600.0})
    services = make_policy("grid_services(households_a_cell=50, counted=0.0)")
    handled = play(what, services)
    left = play(what.replace({"helpers.handling_cuts": 0.0}), services)
    assert len(handled["tickets"]) > 20
    assert handled["days"]["mean_disorder"][-1] < left["days"]["mean_disorder"][-1]
    nobody_else = dict.fromkeys((f"force.n_{role}" for role in ("response", "foot", "community", "auxiliary")), 0)
    alone = play(what.replace(nobody_else), services)
    assert alone["days"]["duty_min"][:, WORKER].sum() > 0
    assert not alone["segments"]["police_min"].any()


def test_posts_stand_empty_where_staff_leaves(pulled):
    def paid(turnover: float) -> float:
        return float(
            pulled(Levers(team=Team(auxiliaries=8.0, turnover_per_year=turnover)))["days"]["duty_min"][:, 4].sum()
        )

    assert paid(10.0) < 0.95 * paid(0.0)


def test_records_reach_a_strategy_in_part_and_late():
    world = build_world(scenario(**LIVELY), 1)
    run(world, Busy())
    now = float(world.state.c["now"][0])
    whole, part, late = (
        observe(world, Information(**kind)).record for kind in ({}, {"completeness": 0.5}, {"lag_days": 5.0})
    )
    assert 0.35 * len(whole.t) < len(part.t) < 0.65 * len(whole.t)
    assert set(part.t) < set(whole.t)
    assert late.t_recorded.max() <= now - 5 * 1440.0
    assert 0 < len(late.t) < len(whole.t)


def test_partners_share_what_nobody_reported_and_nothing_else():
    world = build_world(scenario(**LIVELY), 1)
    SET[1.0] = Levers(information=Information(shared=0.5))
    try:
        ledger = run(world, Lever())
    finally:
        SET[1.0] = Levers()
    shared = observe(world, Information(shared=0.5)).shared
    assert shared is not None
    offences = ledger["offences"]
    hidden = offences[(offences["reported"] == 0) & (offences["discovered"] == 0)]
    assert set(shared.t) <= set(hidden["t"])
    assert 0 < len(shared.t) < 0.7 * len(hidden)
    on_record = set(ledger["incidents"]["cause"].tolist())
    assert on_record & set(hidden["cause"].tolist()), "officers came upon nothing, so that this proves nothing"
    assert not on_record & set(world.shared.rows()["cause"].tolist()), "told twice"


def test_cells_are_divided_as_the_lever_says(monkeypatch):
    world = build_world(scenario(), 1)
    monkeypatch.setitem(SET, 1.0, Levers(grid=Grid("equal", residents_a_cell=150.0)))
    take_command(world, Lever())
    assert len(np.unique(world.state.cells)) == 10


def test_a_recording_reform_moves_records_and_nothing_else():
    reform = [
        {
            "parameter": "reporting.record_share",
            "at": ["2014-01-01", "2014-01-15"],
            "values": [0.4, 1.0],
            "between": "step",
        }
    ]
    what = scenario(**LIVELY | {"n_days": 28})
    after = play(what.replace({"timeline": reform}))
    before = play(what)
    for name in ("offences", "calls", "arrests", "contacts", "disputes"):
        assert digest({name: after[name]}) == digest({name: before[name]})
    t = after["incidents"]["t_recorded"]
    first, second = (t < 14 * 1440.0).sum(), ((t >= 14 * 1440.0) & (t < 28 * 1440.0)).sum()
    assert second > 1.6 * first


def test_parts_draw_from_their_own_chance():
    world = build_world(scenario(), 1)
    take_command(world, make_policy("reactive"))
    open_world(world.state)
    brief_force(world.state, 1, 480.0)
    alone = decide(world, make_policy("grid"), 1)
    both = decide(world, make_policy("grid + reactive"), 1)
    assert alone == both
    assert make_policy("reactive until 2014-02-01 then grid").parts(date(2014, 2, 1))[0].name == "grid"
