"""The measures of trials of patrol, on made-up counts with a known answer, and the trials on a tiny city."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.scenarios.scenario import load_scenario
from sim.validation.claim import function_of, load_claims
from sim.validation.claims.patrol_trials import (
    FootBeats,
    change_beyond_controls,
    count_between,
    draw_one_of_two,
    grow_beats,
)
from sim.validation.seen import scenario_for, watch

CLAIMS = load_claims()
SMALL = {"city.streets": "grid", "city.n_segments": 60, "people.n_residents": 600}


def test_beats_grow_along_the_street_by_the_hottest_that_touches_and_never_overlap():
    # A straight street of six segments; 4 is the hottest, 1 the next.
    streets = SimpleNamespace(segment_from=np.arange(6), segment_to=np.arange(1, 7))
    beats = grow_beats(streets, np.array([2, 5, 0, 1, 9, 3]), 2, 3)
    assert [beat.tolist() for beat in beats] == [[4, 5, 3], [1, 0, 2]]
    # A beat that is closed in stays smaller.
    assert [beat.tolist() for beat in grow_beats(streets, np.array([2, 9, 0, 8, 7, 3]), 2, 4)] == [[1, 0, 2, 3], [4, 5]]


def test_one_of_each_two_like_units_is_drawn():
    counts = np.array([1, 90, 2, 100, 50, 40])  # pairs: 3 and 1, 4 and 5, 2 and 0
    drawn = np.array([draw_one_of_two(counts, np.random.default_rng(seed)) for seed in range(400)])
    assert (drawn[:, [3, 4, 2]] ^ drawn[:, [1, 5, 0]]).all()
    assert drawn.mean(axis=0) == pytest.approx(0.5, abs=0.08)


def test_rows_are_counted_within_the_days():
    table = pd.DataFrame({"t": [0.0, 1439.9, 1440.0, 2880.0], "segment": [0, 1, 1, 2]})
    assert count_between(table, "t", 1, 2, 4).tolist() == [0, 1, 0, 0]
    assert count_between(table, "t", 0, 1, 4).tolist() == [1, 1, 0, 0]


def test_the_change_is_beyond_that_of_controls():
    treated = np.array([True, False, True, False])
    without, with_it = np.array([60, 30, 40, 20]), np.array([42, 20, 30, 25])
    # 72 of 100 against 45 of 50: 0.72 / 0.90 is a fifth less.
    assert change_beyond_controls(with_it, without, treated) == pytest.approx(-20.0)
    assert change_beyond_controls(with_it, without, ~treated) == pytest.approx(25.0)  # broken: arms exchanged
    assert np.isnan(change_beyond_controls(with_it, np.array([0, 30, 0, 20]), treated))


def test_pairs_walk_their_beats_from_tuesday_to_saturday_and_have_a_desk_else():
    scenario = load_scenario("new_haven").replace(
        SMALL | {"n_days": 10, "force.n_foot": 26, "force.p_on_duty": 1.0, "force.n_districts": 2}
    )
    policy = FootBeats(beats=((0, 1), (20, 21)), from_day=3, n_ordinary=6, dwell_min=5.0, starts_h=10.0)
    orders = watch(scenario, policy, 1).tables["orders"]
    rounds = orders[orders["kind"] == "rounds"]
    day = ((rounds["t"] - 480.0) // 1440.0).astype(int)  # the first two hours after midnight belong to the day before
    weekday = (scenario.start.weekday() + day) % 7
    assert day.min() >= 3
    assert set(weekday) == {1, 2, 3, 4, 5}
    a_day = rounds.groupby(day)["officer"].nunique()
    assert set(a_day) == {8}  # two beats, two duties, a pair each
    without = watch(scenario, policy.model_copy(update={"beats": ()}), 1).tables["orders"]
    assert not (without["kind"] == "rounds").any()


@pytest.mark.parametrize("name", ["philadelphia"])
def test_a_small_trial_gives_the_numbers_that_its_claims_ask_for(name):
    setting = CLAIMS.trials[name]
    small = replace(
        setting, residents_per_agent=0.0, n_days=30,
        changes=SMALL | {"n_days": 30, "force.n_foot": 12},
        design=dict(setting.design) | {"n_beats": 4, "beat_segments": 4, "n_ordinary": 2, "from_day": 20},
    )  # fmt: skip
    numbers = function_of("patrol_trials", setting.conduct)(scenario_for(small), small, 1)
    wanted = [c for c in CLAIMS.claims.values() if c.trial == name]
    assert {one for c in wanted for one in (c.value, c.over) if one} <= numbers.keys()
