"""Who is on file is called on at home, grows wary and may be helped; nobody else, and nothing when it is cut."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from worlds import digest, play, scenario

from sim.agents.files import LONG_AGO_DAY, SUPERVISED_DAYS, count_supervised, put_on_file, strain_left
from sim.agents.offenders import perceived_risk
from sim.agents.tables import AT_HOME, AWAY
from sim.clock import DAY_MIN
from sim.engine import Run, simulate
from sim.observation import observe
from sim.outcomes.doses import measure_supervision
from sim.policies.contract.conformance import example_observation
from sim.policies.contract.registry import make_policy
from sim.policies.contract.rules import Limits, OrdersError, check_orders
from sim.policies.known_offenders import KnownOffenders
from sim.policies.protocol import Orders, Task
from sim.world import build_world

TOWN: dict[str, Any] = {
    "n_days": 40,
    "offending__share_offending": 0.1,
    "offending__searches_per_year": 300.0,
    "investigation__file_years": 0.0,
    "investigation__p_charged": 0.0,  # everybody who is arrested is on file, and at large
    "disputes__disputes_per_household": 0.0,
    "force__stops_per_hour": 0.0,
    "effort__idle_share": 0.0,
}
OFTEN = "known_offenders(listed=5,least_cases=1,every_days=2,officers_share=1)"


@cache
def lived(policy: str, **changes: Any) -> Run:
    """Run a town in which many are arrested."""
    return simulate(scenario(**TOWN | changes), make_policy(policy), 1)


def test_files_hold_who_was_arrested_and_nobody_else():
    run = lived("reactive")
    seen = observe(run.world).files
    arrests = run.tables["arrests"]
    state = run.world.state
    here = arrests[arrests["resident"] < int(state.c["n_living"][0])]
    latest = here[here["resident_key"].to_numpy() == state.files["key"][here["resident"].to_numpy()]]
    counts = latest.groupby("resident").size()
    assert len(counts) > 10
    assert counts.to_dict() == dict(zip(seen.person.tolist(), seen.n_cases.tolist(), strict=True))
    assert (seen.segment == state.residents["home"][seen.person]).all()
    assert np.isneginf(seen.called).all()


def test_whoever_is_called_on_grows_wary_and_not_when_that_is_cut():
    def mean_risk(policy: str, risk: float) -> float:
        quiet = {"deterrence__risk_per_arrest": 0.0, "deterrence__risk_per_partner": 0.0, "force__p_wanted_found": 0.0}
        quiet |= {"deterrence__risk_per_sighting": 0.0, "helpers__help_relief": 0.0}
        run = lived(policy, deterrence__risk_per_call=risk, **quiet)
        files, state = observe(run.world).files, run.world.state
        mine = state.residents["offender"][files.person]
        now = float(state.c["now"][0])
        return float(np.mean([perceived_risk(state, int(o), now) for o in mine[mine >= 0]]))

    assert mean_risk("reactive", 0.2) == 0.0
    assert mean_risk(OFTEN, 0.2) > 0.02
    assert mean_risk(OFTEN, 0.0) == 0.0


def test_calls_go_to_those_on_file_in_the_evening_and_some_ways_are_for_nothing():
    run = lived(OFTEN)
    days, contacts = run.tables["days"], run.tables["contacts"]
    checks = contacts[contacts["kind"] == "check"]
    assert len(checks) == days["n_supervision_met"].sum() > 30
    assert days["n_supervision_met"].sum() < days["n_supervision"].sum()
    arrested = set(run.tables["arrests"]["resident_key"])
    assert set(checks["resident_key"]) <= arrested
    hour = checks["t"] % DAY_MIN / 60.0
    assert hour.min() >= 19.0
    dose = measure_supervision(days)
    assert 5.0 < dose["supervision_a_month"] < 16.0
    assert 30.0 < dose["supervision_met_pct"] < 100.0
    assert np.isnan(list(measure_supervision(lived("reactive").tables["days"]).values())).all()
    assert np.isnan(list(measure_supervision(days.drop(columns="n_supervision")).values())).all()


def test_where_nobody_was_called_on_of_late_nobody_is_looked_at_and_counts_are_the_same():
    state, days = lived(OFTEN).world.state, lived(OFTEN).tables["days"]
    files, who = state.files, state.residents
    alive = np.arange(len(files)) < int(state.c["n_living"][0])
    here = alive & (who["present"] != 0) & (files["key"] == who["key"]) & (state.where != AWAY)
    called = (files["n_cases"] > 0) & (int(state.c["day"][0]) - files["called_day"] <= SUPERVISED_DAYS)
    assert days["n_supervised"].iloc[-1] == (here & called).sum() > 0
    assert state.c["called_day"][0] == files["called_day"].max()
    quiet = lived("reactive").world.state
    assert quiet.c["called_day"][0] == LONG_AGO_DAY
    person = int(np.flatnonzero(quiet.files["n_cases"])[0])
    kept = float(quiet.files["called_day"][person])
    quiet.files["called_day"][person] = 39.0  # as nobody wrote it, so that a look would find it
    assert count_supervised(quiet, 39) == (0, 0)
    quiet.files["called_day"][person] = kept


def test_help_takes_strain_off_while_it_lasts_and_only_of_a_part():
    run = lived("known_offenders(listed=5,least_cases=1,every_days=2,officers_share=1,helped=0.5)")
    state = run.world.state
    called = (state.files["called_day"] >= 0.0) & (state.files["n_cases"] > 0)
    helped = state.files["helped_day"] >= 0.0
    assert 0.2 < helped[called].mean() < 0.7
    assert run.tables["days"]["n_helped"].iloc[-1] > 0
    assert not (lived(OFTEN.replace(")", ",helped=0)")).world.state.files["helped_day"] >= 0.0).any()
    person = int(np.flatnonzero(helped)[0])
    state.residents["strain"][person] = 0.8
    at = float(state.files["helped_day"][person]) * DAY_MIN
    relief, days = state.p["help_relief"][0], state.p["help_half_life_days"][0]
    assert strain_left(state, person, at) == pytest.approx(0.8 * (1.0 - relief))
    assert strain_left(state, person, at + days * DAY_MIN) == pytest.approx(0.8 * (1.0 - relief / 2.0), rel=1e-4)
    state.residents["key"][person] += np.uint64(1)  # the next tenant
    assert strain_left(state, person, at) == pytest.approx(0.8)


def test_who_has_moved_away_is_learnt_of_at_the_door():
    world = build_world(scenario(**TOWN), 1)
    state = world.state
    person = int(state.offenders["resident"][0])
    put_on_file(state, person, 0.0)
    put_on_file(state, person, 0.0)
    seen = observe(world).files
    assert (seen.person.tolist(), seen.n_cases.tolist()) == ([person], [2])
    state.residents["key"][person] += np.uint64(1)
    assert observe(world).files.person.tolist() == [person]  # nobody has told the police
    put_on_file(state, person, 60.0)  # the next tenant is arrested: another person
    assert observe(world).files.n_cases.tolist() == [1]


def test_nobody_in_custody_is_called_on():
    run = lived(OFTEN, investigation__p_charged=1.0)
    files = observe(run.world).files
    state = run.world.state
    away = (state.where[files.person] == AWAY) & (state.files["key"] == state.residents["key"])[files.person]
    assert files.held[away].mean() > 0.9
    assert not files.held[state.where[files.person] == AT_HOME].any()
    policy = KnownOffenders(listed=5, least_cases=1)
    assert not files.held[policy.named(observe(run.world))].any()


def test_the_list_names_most_cases_first_and_waits_between_calls():
    seen = example_observation(n_incidents=400, shift=2)
    policy = KnownOffenders(listed=5.0, least_cases=2, every_days=7.0)
    listed, due, files = policy.named(seen), policy.due(seen), seen.files
    assert (np.diff(files.n_cases[listed]) <= 0).all()
    assert files.n_cases[listed].min() >= 2
    assert not files.held[listed].any()
    assert set(due) <= set(listed)
    assert ((seen.now - files.called[due]) / DAY_MIN >= 6.5).all()
    assert len(policy.model_copy(update={"listed": 0.5}).named(seen)) == 2
    orders = policy.decide(seen, np.random.default_rng(1))
    assert {task.kind for task in orders.tasks} == {"supervise"}
    assert {target for task in orders.tasks for target in task.targets} <= set(files.person[due].tolist())


def test_nobody_is_called_on_who_is_not_on_file():
    seen = example_observation()
    officer = int(seen.on_duty[0])
    known = int(seen.files.person[0])
    check_orders(Orders((Task(officer, "supervise", (known,)),)), Limits.of(seen, "p"))
    with pytest.raises(OrdersError, match="is not on file"):
        check_orders(Orders((Task(officer, "supervise", (known + 1,)),)), Limits.of(seen, "p"))


def test_it_goes_with_other_strategies_and_without_hours_is_reactive():
    both = play(scenario(**TOWN), make_policy(f"grid + {OFTEN}"))
    assert both["days"]["n_supervision"].sum() > 0
    few = scenario(n_days=5)
    assert digest(play(few, make_policy("known_offenders(hours=0)"))) == digest(play(few))
