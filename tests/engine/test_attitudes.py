"""What people feel: what it is made of, what moves it, how it fades; and the fact that breaks when a rule is cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator
from worlds import Ledger, play, scenario

from sim.agents.account import list_account
from sim.agents.attitudes import feel_wait, get_to_know, suffer, told_wait
from sim.agents.calls import close_call, new_call
from sim.agents.events import PARTS
from sim.agents.feeling_words import ATTITUDES, BY_SIGHT, OF_DISORDER, SATISFACTION, SECURITY, TRUST
from sim.agents.feelings import feel
from sim.agents.feelings_day import feel_day
from sim.agents.letters import deliver_letters
from sim.agents.local_problems import conviction
from sim.agents.state import State
from sim.agents.tables import (
    BY_MEDIATION,
    BY_MEETING,
    BY_STOP,
    BY_VISIT,
    COMMUNITY,
    CONTACTS,
    MEDIATOR,
    NOISE,
    NONE,
    RESPONSE,
)
from sim.engine import run_shifts
from sim.policies.newsletters import Newsletters
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.policies.reactive import Reactive
from sim.world import World, build_world

STILL: dict[str, Any] = {"attitudes__trait_share": 1.0, "attitudes__trait_learns": 0.0}
"""Nobody has moods, and traits take nothing up."""


def still_world(**changes: Any) -> World:
    """Make a world in which nothing but what a test does moves anybody."""
    world = build_world(scenario(**{**STILL, **changes}), 1)
    residents = world.state.residents
    residents["trait"] = 0.5
    for name in ATTITUDES:
        residents[name] = 0.5
    return world


def days(w: State, n: int) -> None:
    """Let quiet days pass."""
    for _ in range(n):
        feel_day(w)
        w.c["day"] += 1


@pytest.mark.parametrize("half_life", [10.0, 30.0, 60.0, 150.0])
def test_half_of_an_impression_is_left_after_its_own_half_life(half_life):
    w = still_world().state
    feel(w, 7, TRUST, BY_SIGHT, 1.0, half_life)
    assert w.residents["trust"][7] == pytest.approx(0.5 + 0.16, abs=1e-6)
    days(w, int(half_life))
    assert w.residents["trust"][7] == pytest.approx(0.5 + 0.08, abs=1e-4)
    assert w.residents["trust"][8] == pytest.approx(0.5, abs=1e-6)


def test_a_state_that_lasts_for_years_is_taken_up_by_the_trait_unless_that_is_cut():
    def after_years(learns: float) -> float:
        w = still_world(attitudes__trait_learns=learns).state
        for _ in range(3 * 12):
            feel(w, 7, SECURITY, BY_SIGHT, 0.1, 30.0)
            days(w, 30)
        days(w, 1000)  # long after it has ended
        return float(w.residents["security"][7]) - 0.5

    kept, cut = after_years(0.3), after_years(0.0)
    assert kept > 0.005
    assert cut == pytest.approx(0.0, abs=0.001)


def correlations(trait_share: float) -> list[float]:
    """Correlate what people truly feel at the begin and one, six and twelve months later, where nothing happens."""
    w = build_world(scenario(people__n_residents=4000, attitudes__trait_share=trait_share), 1).state
    first = w.residents["trust"].copy()
    found = []
    for n in (30, 150, 180):
        days(w, n)
        found.append(float(np.corrcoef(first, w.residents["trust"])[0, 1]))
    return found


def test_true_scores_of_a_panel_are_half_trait_and_fade_to_it_within_months_unless_mood_is_cut():
    month, half, year = correlations(0.65)
    assert month == pytest.approx(0.65 + 0.35 * 0.5 ** (30 / 21), abs=0.03)
    assert half == pytest.approx(0.65, abs=0.03)
    assert year == pytest.approx(0.65, abs=0.03)
    assert min(correlations(1.0)) > 0.99


def test_mood_keeps_its_spread_and_the_scale_its_mean():
    w = build_world(scenario(people__n_residents=4000), 1).state
    before = w.residents["mood"].std()
    days(w, 200)
    assert w.residents["mood"].std() == pytest.approx(before, rel=0.03)
    assert w.residents["mood"].mean() == pytest.approx(0.0, abs=0.005)


def test_unfair_treatment_weighs_several_times_a_fair_one_for_satisfaction_and_about_as_much_for_trust():
    w = still_world().state
    w.officers["role"][0] = RESPONSE
    get_to_know(w, 0, 3, 0, True)
    get_to_know(w, 0, 1400, 0, False)
    residents = w.residents
    ratio = {name: (0.5 - residents[name][1400]) / (residents[name][3] - 0.5) for name in ("satisfaction", "trust")}
    assert 4 <= ratio["satisfaction"] <= 14
    assert 0.5 <= ratio["trust"] <= 2


def test_a_friendly_visit_lifts_satisfaction_and_trust_and_does_not_when_that_is_cut():
    for gain in (0.2, 0.0):
        w = still_world(attitudes__gain_visit=gain).state
        get_to_know(w, 0, 3, BY_VISIT, True)
        for name in ("satisfaction", "trust"):
            assert w.residents[name][3] == pytest.approx(0.5 + 0.16 * gain, abs=1e-6)


def test_those_at_home_hear_of_a_contact_and_nobody_does_when_that_is_cut():
    def heard(**changes: float) -> tuple[float, float]:
        w = still_world(attitudes__p_street_hears=0.0, **changes).state
        residents = w.residents
        home, size = np.unique(residents["household"][residents["age"] > 20], return_counts=True)
        member = np.flatnonzero((residents["household"] == home[size >= 2][0]) & (residents["age"] > 20))
        get_to_know(w, 0, int(member[0]), BY_STOP, False)
        lost = 0.5 - residents["satisfaction"][member[:2]]
        others = np.delete(residents["satisfaction"], np.flatnonzero(residents["household"] == home[size >= 2][0]))
        assert others == pytest.approx(0.5)
        return float(lost[0]), float(lost[1])

    own, told = heard()
    assert told == pytest.approx(0.35 * own, rel=1e-4)
    assert heard(attitudes__told_household=0.0)[1] == 0.0


def test_neighbours_hear_now_and_then():
    w = still_world(attitudes__p_street_hears=0.5, attitudes__told_household=0.0).state
    place = w.segments[w.segments["n_residents"].argmax()]
    street = slice(int(place["first_resident"]), int(place["first_resident"] + place["n_residents"]))
    get_to_know(w, 0, int(place["first_resident"]), BY_STOP, False)
    adults = w.residents["age"][street] >= 12
    moved = (w.residents["satisfaction"][street] < 0.49)[adults]
    assert 0.2 < moved.mean() < 0.8
    outside = np.delete(w.residents["satisfaction"], np.arange(street.start, street.stop))
    assert (outside == 0.5).all()


def test_a_wait_is_felt_against_what_was_told_and_not_in_minutes():
    w = still_world().state
    key = w.residents["key"][5]
    felt = []
    for minutes, told in ((10.0, 20.0), (10.0, 5.0), (0.0, 20.0), (1e9, 20.0)):
        before = float(w.residents["satisfaction"][5])
        feel_wait(w, 5, key, minutes, told)
        felt.append(float(w.residents["satisfaction"][5]) - before)
    in_time, late, at_once, never = felt
    assert never == pytest.approx(late, abs=1e-6)
    assert late < 0 < in_time < at_once
    feel_wait(w, 5, key + 1, 1e9, 20.0)  # who called has moved away
    assert w.residents["satisfaction"][5] == pytest.approx(0.5 + sum(felt), abs=1e-6)


def test_a_caller_is_told_a_longer_wait_where_others_wait_and_for_what_is_less_urgent():
    w = still_world().state
    waits = [told_wait(w, priority) for priority in (1, 2, 3)]
    assert waits == [5.0, 10.0, 20.0]
    w.c["n_queue"] = 4
    assert told_wait(w, 1) == 25.0


def test_a_victim_feels_it_and_the_street_hears_less_of_what_it_is_used_to():
    w = still_world().state
    home = int(w.residents["home"][9])
    suffer(w, home, 9, 0.5)
    assert w.residents["security"][9] == pytest.approx(0.5 - 0.9 * 0.16, abs=1e-5)
    assert w.residents["satisfaction"][9] < 0.5

    def loss(usual: float, share: float) -> float:
        v = still_world(attitudes__habituation=share).state
        v.segments["usual_alarm"] = usual
        v.segments["alarm"] = 1.0
        days(v, 1)
        return 0.5 - float(v.residents["security"].mean())

    assert loss(1.0, 0.6) == pytest.approx(0.4 * loss(0.0, 0.6), rel=1e-3)
    assert loss(1.0, 0.0) == pytest.approx(loss(0.0, 0.0), rel=1e-3)


BUSIEST = 3
"""A street in which somebody lives."""


def test_officers_on_foot_are_seen_and_reassure_unless_nobody_looks():
    def watched(**changes: float) -> State:
        w = still_world(attitudes__habituation=0.0, **changes).state
        for _ in range(60):
            w.segments["foot_day_min"][BUSIEST] = 120.0
            days(w, 1)
        return w

    w = watched()
    near = w.residents["home"] == BUSIEST
    assert near.sum() > 3
    assert w.residents["n_seen"][near].mean() > 3 * w.residents["n_seen"][~near].mean()
    assert w.residents["security"][near].mean() > w.residents["security"][~near].mean() + 0.005
    cut = watched(attitudes__sight_per_hour=0.0)
    assert not cut.residents["n_seen"].any()
    assert cut.residents["security"] == pytest.approx(0.5)


def street_with_a_problem(**changes: Any) -> State:
    """Make a world in which everybody names disorder, which police have dealt with and nobody heard of."""
    w = still_world(**changes).state
    w.residents["problem"], w.residents["dealt_with"] = OF_DISORDER, 0.2
    w.segments["trouble"][:, OF_DISORDER] = 5.0
    w.segments["tackled"][:, OF_DISORDER] = 5.0
    return w


def test_work_that_nobody_hears_of_changes_no_mind_and_a_letter_tells():
    told = street_with_a_problem(attitudes__p_reads=1.0, attitudes__reads_by_age=0.0, attitudes__gain_letter=0.0)
    silent = street_with_a_problem()
    grown = told.residents["age"] >= 16
    for s in range(len(told.segments)):
        deliver_letters(told, s, 1000.0)
    assert told.residents["dealt_with"][grown] == pytest.approx(0.6)
    for w in (told, silent):
        days(w, 10)
    apart = told.residents["satisfaction"][grown].mean() - silent.residents["satisfaction"][grown].mean()
    assert apart > 0.1 * 0.16
    cut = street_with_a_problem(attitudes__p_reads=0.0, attitudes__reads_by_age=0.0)
    for s in range(len(cut.segments)):
        deliver_letters(cut, s, 1000.0)
    days(cut, 10)
    np.testing.assert_array_equal(cut.residents["satisfaction"], silent.residents["satisfaction"])


def test_a_letter_about_nothing_done_tells_nothing():
    w = street_with_a_problem(attitudes__p_reads=1.0, attitudes__reads_by_age=0.0)
    w.segments["tackled"] = 0.0
    for s in range(len(w.segments)):
        deliver_letters(w, s, 1000.0)
    assert w.residents["dealt_with"] == pytest.approx(0.2)


def test_most_say_yes_or_no():
    assert [conviction(x) for x in (0.0, 0.5, 1.0)] == [0.0, 0.5, 1.0]
    assert conviction(0.7) > 0.8


LIVELY: dict[str, Any] = {
    "n_days": 31,
    "offending__searches_per_year": 300.0,
    "offending__share_offending": 0.15,
    "migrants__mean_stay_days": 20.0,
    "migrants__share_of_residents": 0.2,
}


class Tells(PolicyModel):
    """Let officers write letters, hold meetings and visit, in turn."""

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        n = seen.brief.n_segments
        kinds = ("letters", "meeting", "visits")
        tasks = [
            Task(o, kinds[i % 3], tuple((7 * i + 13 * k + seen.day) % n for k in range(20)), dwell=5.0)
            for i, o in enumerate(seen.on_duty.tolist())
        ]
        return Orders(tuple(tasks))


Tells.name = "tells"


def parts_of(rows: np.ndarray, attitude: str) -> dict[str, float]:
    """Sum the parts of an attitude over all groups."""
    return {name: float(rows[attitude][rows["part"] == number].sum()) for number, name in enumerate(PARTS)}


def test_the_account_adds_up_to_what_is_felt_whoever_comes_and_goes():
    world = build_world(scenario(**LIVELY), 1)
    for _ in run_shifts(world, Tells()):
        pass
    residents = world.state.residents
    here = residents["present"] == 1
    rows = list_account(world.state, 30)
    for k, name in enumerate(ATTITUDES):
        parts = parts_of(rows, name)
        assert sum(parts.values()) == pytest.approx(float(residents[name][here].astype(float).sum()), abs=1e-3)
        impressions = sum(residents[part][here][:, k].astype(float).sum() for part in ("fresh", "lasting", "learnt"))
        causes = sum(value for part, value in parts.items() if part not in ("trait", "mood", "bounds"))
        assert causes == pytest.approx(impressions, abs=0.02)
    assert parts_of(rows, "satisfaction")["letter"] > 0
    assert parts_of(rows, "satisfaction")["visit"] > 0
    assert parts_of(rows, "security")["crime"] < 0


def test_who_comes_to_a_meeting_is_met():
    ledger: Ledger = play(scenario(**LIVELY | {"attitudes__p_attends": 0.2}), Tells())
    contacts = ledger["contacts"]
    meetings = contacts[contacts["kind"] == BY_MEETING]
    assert CONTACTS[BY_MEETING] == "meeting"
    assert len(meetings) > 50
    assert meetings["met"].all()


def test_nobody_hears_where_nobody_tells():
    parts = parts_of(play(scenario(**LIVELY), Reactive())["account"], "satisfaction")
    assert parts["letter"] == parts["meeting"] == parts["visit"] == 0.0
    assert parts["call"] != 0.0
    assert ATTITUDES.index("satisfaction") == SATISFACTION


def test_newsletters_reach_every_street_once_in_a_period_whatever_else_officers_do():
    town = scenario(**{**LIVELY, "attitudes__p_reads": 1.0, "attitudes__reads_by_age": 0.0, "n_days": 11})
    world = build_world(town, 1)
    streets = tuple(range(0, 200, 2))
    for _ in run_shifts(world, Newsletters(streets=streets, every_days=10)):
        pass
    residents = world.state.residents
    told = np.isin(residents["home"], streets)
    grown = (residents["age"] >= 16) & (residents["migrant"] == 0)
    read = parts_of(list_account(world.state, 10), "satisfaction")["letter"] / (0.16 * 0.04)
    # Half of a letter is left after thirty days; those of the first days have faded a little by now.
    assert 0.75 * (told & grown).sum() < read < 1.3 * (told & (residents["age"] >= 16)).sum()


def test_a_mediator_helps_the_parties_and_is_no_officer_to_them():
    w = still_world().state
    mediator, officer = (int(np.flatnonzero(w.officers["role"] == role)[0]) for role in (MEDIATOR, COMMUNITY))
    for person, who in ((3, mediator), (700, officer)):
        get_to_know(w, who, person, BY_MEDIATION, True)
    helped = w.residents["satisfaction"][[3, 700]]
    assert helped[0] == pytest.approx(helped[1])
    assert helped[0] > 0.5
    assert (w.residents["contacts"][3], w.residents["familiarity"][3]) == (0.0, 0.0)
    assert w.residents["contacts"][700] == 1.0
    assert w.residents["familiarity"][700] > 0.0
    get_to_know(w, mediator, 1400, BY_VISIT, True)
    assert w.residents["satisfaction"][1400] == 0.5


@pytest.mark.parametrize(("met", "moved"), [(0.0, False), (1.0, True)])
def test_who_would_not_wait_for_the_police_does_not_mind_that_nobody_comes(met, moved):
    w = still_world(demand__noise_caller_met=met).state
    row = new_call(w, NOISE, 3, 77, int(w.residents["home"][5]), 5, 0.0, 0.0, NONE, NONE, False)
    w.calls["told_min"][row] = 20.0
    close_call(w, row, 600.0)
    assert (w.residents["satisfaction"][5] < 0.5) == moved
