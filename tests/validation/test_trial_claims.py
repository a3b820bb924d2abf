"""What the emulated trials measure, on made-up tables and in a tiny city."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.outcomes.quarrels import measure_repeat_calls
from sim.policies.contract.conformance import example_observation
from sim.policies.home_visits import HomeVisits
from sim.scenarios.scenario import Scenario
from sim.validation.claim import function_of, load_claims
from sim.validation.claims.attitudes_trials import difference_of_change
from sim.validation.claims.mediation import calls_after_the_first
from sim.validation.seen import scenario_for

DAY = 1440.0


def quarrels(*calls):
    """Write calls of (dispute, day, segment, a, b)."""
    columns = ["dispute", "t", "segment", "resident_a", "resident_b"]
    return pd.DataFrame([(d, day * DAY, s, a, b) for d, day, s, a, b in calls], columns=columns).assign(what="called")


NONE_TOLD = pd.DataFrame({"dispute": [], "t": [], "segment": [], "reported": []})


def test_a_pair_is_followed_from_its_first_call_and_for_as_long_as_it_can_be():
    disputes = quarrels(
        (1, 10, 5, 1, 2), (1, 50, 5, 1, 2), (2, 100, 6, 2, 1),  # one pair, a second quarrel begun by the other
        (3, 20, 7, 3, 4), (3, 250, 7, 3, 4),  # the second call is too late to count
        (4, 300, 8, 5, 6),  # cannot be followed for 180 days
    )  # fmt: skip
    blows = pd.DataFrame({"dispute": [1, 3], "t": [60 * DAY, 30 * DAY], "segment": [5, 7], "reported": [1, 0]})
    pairs = calls_after_the_first(disputes, blows, 180 * DAY, 365 * DAY).sort_values("segment")
    assert pairs["segment"].tolist() == [5, 7]
    assert pairs["n"].tolist() == [3, 0]
    assert measure_repeat_calls(disputes, blows) == pytest.approx(7 / 3 - 1)


def test_a_change_is_taken_from_the_evening_before_and_tenants_who_left_are_not_asked():
    treated, control = (pd.DataFrame({"resident": some, "day": [1] * len(some)}) for some in ([0, 1, 4], [2, 3]))
    felt = {0: np.array([0.2, 0.4, 0.3, 0.5, 0.0]), 4: np.array([0.3, 0.5, 0.3, 0.5, 1.0])}
    keys = {0: np.array([1, 2, 3, 4, 5], np.uint64), 4: np.array([1, 2, 3, 4, 6], np.uint64)}
    assert difference_of_change(treated, control, felt, keys, 3) == pytest.approx(0.1 / 0.1)
    # Comparing levels alone would give what the groups were before.
    levels = felt[4][[0, 1]].mean() - felt[4][[2, 3]].mean()
    assert levels == pytest.approx(0.0)


def test_every_home_is_named_on_one_day_and_by_one_officer():
    seen = example_observation(n_officers=60, n_on_duty=60)
    visits = HomeVisits(homes=tuple(range(100, 230)), first_day=70, a_day=40)
    named = [
        home
        for day in range(68, 80)
        for shift in range(3)
        for task in visits.decide(replace(seen, day=day, shift=shift), np.random.default_rng(1)).tasks
        for home in task.targets
    ]
    assert sorted(named) == list(range(100, 230))
    assert (visits.day_of(39), visits.day_of(40)) == (70, 71)


SHORT = {
    "hot_spots": {"n_days": 60, "design": {"n_spots": 20, "from_day": 40, "blocks_around": 1}},
    "problem_places": {
        "n_days": 60, "feelings_on": (59,), "design": {"n_places": 20, "from_day": 40, "blocks_around": 1},
    },
    "community_policing": {"n_days": 12, "feelings_on": (5, 11), "design": {"from_day": 6}},
    "friendly_visit": {"n_days": 56, "design": {"n_visited": 60, "n_control": 60, "from_day": 2}},
    "newsletters": {"n_days": 12, "feelings_on": (4, 11), "design": {"from_day": 5}},
    "mediated_by_lot": {"n_days": 40, "design": {"follow_days": 20}},
}  # fmt: skip


@pytest.mark.parametrize("name", SHORT)
def test_each_trial_runs_and_gives_what_its_claims_ask_for(name):
    claims = load_claims()
    family = next(c.family for c in claims.claims.values() if c.trial == name)
    setting = replace(claims.trials[name], **SHORT[name], residents_per_agent=40.0)
    scenario = scenario_for(setting).replace({"offending.share_offending": 0.2, "disputes.disputes_per_household": 3.0})
    assert isinstance(scenario, Scenario)
    numbers = function_of(family, setting.conduct)(scenario, setting, 1)
    asked = {part for c in claims.claims.values() if c.trial == name for part in (c.value, c.over) if part}
    assert asked <= set(numbers)
    assert all(isinstance(value, float) for value in numbers.values())
    if name == "friendly_visit":
        assert 0 < numbers["met"] <= 100
    if name == "mediated_by_lot":
        assert numbers["sessions_elsewhere"] == 0
