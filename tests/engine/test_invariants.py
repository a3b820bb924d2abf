"""What must hold after every shift of every run, whatever the city, the tick and the strategy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from watched import WORLDS, Watched, complaints, is_heap, observe_run, watch
from worlds import Busy, scenario, ticks

from sim.agents.events import CALLED
from sim.agents.tables import DISPUTE, INVALID, OFF, TRAFFIC
from sim.clock import DAY_MIN, SHIFT_MIN
from sim.policies.reactive import Reactive
from sim.world import build_world


@pytest.fixture(params=WORLDS)
def seen(request: pytest.FixtureRequest) -> Watched:
    return watch(request.param)


def test_what_is_counted_along_the_way_equals_a_recount_after_every_shift(seen):
    assert seen.complaints == []


def test_a_recount_finds_one_person_one_officer_and_one_call_too_many():
    world = build_world(scenario(), 1)
    assert complaints(world.state) == []
    world.state.crowds["n_street"][5] += 1
    world.state.segments["n_police"][7] += 1
    world.state.c["n_calls_lost"] = 1
    world.state.residents["trust"][3] = 1.01
    world.state.calls["state"][0] = 2
    assert len(complaints(world.state)) == 6
    assert not is_heap(np.array([1, 3, 2, 2]))


def test_officer_minutes_by_activity_add_up_to_the_time_on_duty(seen):
    # Clocks overshoot a moment by a billionth of a minute where an activity ends in it.
    assert seen.booked == pytest.approx(seen.on_duty, rel=1e-9)
    assert seen.booked[-1] > 50 * SHIFT_MIN
    assert seen.ledger["days"]["officer_min"][:, OFF].sum() == 0


def test_nobody_goes_home_early_and_overtime_ends(seen):
    over = np.array([clock - begin - SHIFT_MIN for row, begin, clock in seen.spells])
    finished = np.array(
        [begin + SHIFT_MIN <= seen.world.clock.n_days * DAY_MIN - SHIFT_MIN for _, begin, _ in seen.spells]
    )
    assert (over[finished] > -1e-6).all()
    assert over.max() < 720 + 240 + 60  # the longest service, the way there, and the paper work


def test_every_incident_has_an_offence_and_a_call_or_a_discovery(seen):
    ledger = seen.ledger
    offences = {int(row["cause"]): row for row in ledger["offences"]}
    assert len(offences) == len(ledger["offences"])
    open_calls = seen.world.state.calls[seen.world.state.calls["state"] > 0]
    called = set(ledger["calls"]["cause"].tolist()) | set(open_calls["cause"].tolist())
    assert len(ledger["incidents"]) > 5
    for incident in ledger["incidents"]:
        offence = offences[int(incident["cause"])]
        assert incident["t"] == offence["t"]
        assert incident["segment"] == offence["segment"]
        assert incident["true_type"] == offence["type"]
        assert incident["t_recorded"] >= incident["t"]
        # Seen done, or come upon while it went on in view.
        seen_at_all = offence["discovered"] or offence["in_view"]
        assert seen_at_all if incident["discovered"] else offence["reported"]
        assert int(incident["cause"]) in called
    assert len(np.unique(ledger["incidents"]["cause"])) == len(ledger["incidents"])


def test_the_daily_panel_counts_what_the_events_say(seen):
    ledger = seen.ledger
    days = ledger["days"]
    for column, table, kind in (("n_offences", "offences", "type"), ("n_recorded", "incidents", "type")):
        counted = np.zeros_like(days[column])
        np.add.at(counted, ((ledger[table]["t"] // DAY_MIN).astype(int), ledger[table][kind]), 1)
        if table == "offences":
            assert (counted == days[column]).all()
        else:  # a record belongs to the day on which it is made
            assert (counted.sum(axis=0) == days[column].sum(axis=0)).all()
    assert (days["n_recorded"].sum() <= days["n_reported"].sum() <= days["n_offences"].sum()).all()
    assert days["n_calls"].sum() == len(ledger["calls"])
    assert days["n_arrests"].sum() == len(ledger["arrests"])
    assert ledger["segments"]["n_offences"].sum() == len(ledger["offences"])


def test_every_call_has_a_cause(seen):
    ledger = seen.ledger
    calls = ledger["calls"]
    offences = set(ledger["offences"]["cause"].tolist())
    quarrels = {(row["t"], row["segment"]) for row in ledger["disputes"][ledger["disputes"]["what"] == CALLED]}
    for call in calls:
        if call["kind"] < TRAFFIC:
            assert int(call["cause"]) in offences
        elif call["kind"] == DISPUTE:
            assert (call["t_event"], call["segment"]) in quarrels
        else:
            assert call["caller"] >= 0 or call["kind"] != INVALID  # of places, passers-by call as well
            assert int(call["cause"]) not in offences
    assert len(np.unique(calls["cause"])) == len(calls)


def test_the_times_of_a_call_follow_one_another(seen):
    calls = seen.ledger["calls"]
    answered = calls["answered"] == 1
    assert (calls["t_event"] <= calls["t_call"]).all()
    assert (calls["t_call"] <= calls["t_closed"]).all()
    assert np.isnan(calls["t_arrived"][~answered]).all()
    times = [calls[name][answered] for name in ("t_call", "t_sent", "t_arrived", "t_closed")]
    for earlier, later in pairwise(times):
        assert (earlier <= later + 1e-6).all()
    assert (calls["n_units"][answered] >= 1).all()
    assert (seen.ledger["days"]["queue_min"] >= 0).all()


def test_arrests_are_of_offences_by_the_one_who_did_it(seen):
    ledger = seen.ledger
    offences = {int(row["cause"]): row for row in ledger["offences"]}
    for row in ledger["arrests"]:
        offence = offences[int(row["cause"])]
        assert offence["resident"] == row["resident"]
        assert offence["type"] == row["type"]
        assert offence["t"] <= row["t"]
    assert len(np.unique(ledger["arrests"]["cause"])) == len(ledger["arrests"])


def test_nobody_offends_in_custody_or_out_of_town(seen):
    ledger, tick = seen.ledger, seen.world.scenario.tick_min
    assert seen.n_absent_offences == 0
    for row in ledger["arrests"]:
        free = row["t"] + row["custody_days"] * DAY_MIN
        if seen.world.state.residents["tenancy"][row["resident"]]:  # let anew since to somebody who is free
            continue
        mine = ledger["offences"]["t"][ledger["offences"]["resident"] == row["resident"]]
        # Offences of a tick come before the arrests of the same tick.
        assert not ((mine >= row["t"] + tick) & (mine < free)).any()


def test_custody_occurs_at_all():
    assert sum((watch(name).ledger["arrests"]["custody_days"] > 0).sum() for name in WORLDS) > 10


def test_memory_stays_constant(seen):
    assert len(seen.sizes) == 1


def test_strategies_have_the_same_officers_on_duty_at_the_same_times():
    begun = [
        {(row, begin) for row, begin, _ in observe_run(scenario(), policy).spells} for policy in (Reactive(), Busy())
    ]
    assert begun[0] == begun[1]


def test_what_is_counted_equals_a_recount_after_every_tick():
    what, policy = WORLDS["grid"]
    world = build_world(what, 3)
    found = [
        f"{complaint} (tick {tick})" for tick in ticks(world, policy, n_days=4) for complaint in complaints(world.state)
    ]
    assert found == []
