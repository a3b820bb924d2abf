"""The measures of trials of patrol, on made-up counts with a known answer, and the trials on a tiny city."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small_force import FEW

from sim.scenarios.scenario import load_scenario
from sim.validation.claim import function_of, load_claims
from sim.validation.claims.patrol_trials import (
    FootBeats,
    MorePresence,
    calls_about_crime,
    change_beyond_controls,
    choose_apart,
    count_between,
    draw_one_of_two,
    grow_beats,
    mean_presence,
)
from sim.validation.seen import scenario_for, watch

CLAIMS = load_claims()
SMALL = {"city.streets": "grid", "city.n_segments": 60, "people.n_residents": 600} | FEW


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


def test_spots_are_the_hottest_that_do_not_touch():
    streets = SimpleNamespace(segment_from=np.arange(6), segment_to=np.arange(1, 7))
    assert choose_apart(streets, np.array([2, 5, 0, 8, 9, 3]), 3).tolist() == [4, 1]
    assert choose_apart(streets, np.array([2, 5, 0, 8, 9, 3]), 1).tolist() == [4]


def test_only_residents_calls_about_crime_count():
    kinds = ["burglary", "noise", "disorder", "dispute", "assault"]
    calls = pd.DataFrame({"kind": kinds, "discovered": [0, 0, 0, 0, 1], "segment": range(5)})
    assert calls_about_crime(calls)["segment"].tolist() == [0, 2]


def test_presence_is_the_mean_over_whole_periods_of_the_trial():
    # A period of the panel is named by its last day: that to day 389 began on day 360, that to day 419 on day 390.
    panel = pd.DataFrame(
        {"day": [389, 389, 419, 419, 449, 449], "segment": [0, 1] * 3, "police_min": [9.0, 9.0, 2.0, 4.0, 6.0, 4.0]}
    )
    assert mean_presence(panel, 365, 3).tolist() == [4.0, 4.0, 0.0]
    assert mean_presence(panel, 390, 3).tolist() == [4.0, 4.0, 0.0]
    assert mean_presence(panel, 391, 3).tolist() == [6.0, 4.0, 0.0]


def test_cars_are_sent_from_eleven_to_three_as_many_as_the_hours_ask_for():
    scenario = load_scenario("new_haven").replace(SMALL | {"n_days": 4, "force.n_response": 60})
    policy = MorePresence(places=tuple(range(0, 20, 2)), from_day=2, hours_a_day=3.0, dwell_min=15.0)
    orders = watch(scenario, policy, 1).tables["orders"]
    rounds = orders[orders["kind"] == "rounds"]
    assert rounds["t"].min() == 2 * 1440.0 + 480.0
    assert set(rounds.groupby("t")["officer"].nunique()) == {2}  # 10 places, 3 of 16 hours
    first, last = (rounds[column] % 1440.0 for column in ("start", "end"))
    assert first.min() == 0.0  # midnight
    assert set(zip(first, last, strict=True)) == {(660.0, 960.0), (960.0, 0.0), (0.0, 180.0)}


@pytest.mark.parametrize("name", ["philadelphia", "minneapolis"])
def test_a_small_trial_gives_the_numbers_that_its_claims_ask_for(name):
    setting = CLAIMS.trials[name]
    small = replace(
        setting, residents_per_agent=0.0, n_days=30,
        changes=SMALL | {"n_days": 30, "force.n_foot": 12},
        design=dict(setting.design) | {"n_beats": 4, "beat_segments": 4, "n_ordinary": 2, "from_day": 20, "n_spots": 6},
    )  # fmt: skip
    numbers = function_of("patrol_trials", setting.conduct)(scenario_for(small), small, 1)
    wanted = [c for c in CLAIMS.claims.values() if c.trial == name]
    assert {one for c in wanted for one in (c.value, c.over) if one} <= numbers.keys()
