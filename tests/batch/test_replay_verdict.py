"""When a replay may be used, and how recorded and simulated waits are brought together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.agents.population.recorded import KEYS
from sim.batch.replay.held import TAIL_MIN, hold_against, match_calls
from sim.batch.replay.study import measure_waits
from sim.batch.replay.verdict import CANNOT, DIFFERENCES, MAY, NOT, judge
from sim.clock import DAY_MIN
from sim.report.replay.text import reason_sentence

DAYS, A_DAY = 20, 60


def calls(later=0.0, times=1.0, *, late_at=None, n_days=DAYS):
    """Make calls whose simulated waits are those recorded but for some minutes, or for a factor, in a band of hours."""
    random = np.random.default_rng(3)
    n = n_days * A_DAY
    minute = np.sort(random.uniform(0.0, n_days * DAY_MIN, n))
    wait = random.gamma(4.0, 3.0, n)
    far = np.ones(n, bool) if late_at is None else (minute % DAY_MIN < late_at * 60)
    return pd.DataFrame({
        "number": np.arange(n), "minute": minute, "priority": 1 + np.arange(n) % 2, "beat": np.arange(n) % 3,
        "wait_min": wait, "sim_wait": np.where(far, wait * times + later, wait),
    })  # fmt: skip


def verdict(matched, **other):
    return judge(hold_against([matched]), **{"days": DAYS, "p_drawn": 0.0, "p_late": 0.0} | other)


def test_a_replay_that_gives_what_was_recorded_may_be_used():
    assert verdict(calls()).word == MAY


@pytest.mark.parametrize(("later", "word"), [(0.5, MAY), (3.0, DIFFERENCES), (-3.0, DIFFERENCES), (9.0, NOT)])
def test_the_farther_from_the_record_the_less_a_replay_may_be_used_for(later, word):
    assert verdict(calls(later)).word == word


def test_calls_that_nobody_comes_to_are_without_end_and_forbid_a_replay():
    one = calls()
    one.loc[one.index % 5 == 0, "sim_wait"] = np.inf
    assert verdict(one).word == NOT


def test_too_few_arrivals_cannot_be_told_and_too_few_days_are_no_proof():
    assert verdict(calls(n_days=1)).word == CANNOT
    assert [one.key for one in verdict(calls(), days=6).reasons] == ["few_days"]


def test_places_that_were_drawn_and_stamps_that_were_not_pressed_on_arrival_are_named():
    assert [one.key for one in verdict(calls(), p_drawn=0.3, p_late=0.3).reasons] == ["drawn", "late"]
    assert verdict(calls(), p_drawn=0.2, p_late=0.2).word == MAY


def test_hours_whose_median_is_off_are_named():
    keys = {one.key for one in verdict(calls(5.0, late_at=6)).reasons}
    assert "hours_off" in keys


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_reason_has_its_words(lang):
    made = [verdict(calls(x), p_drawn=0.3, p_late=0.3, days=3) for x in (0.0, 3.0, 9.0)]
    made += [verdict(calls(n_days=1)), verdict(calls()), verdict(calls(5.0, late_at=6))]
    for one in made:
        for reason in one.reasons:
            assert "{" not in reason_sentence(reason, lang)


def test_calls_are_matched_by_their_number_and_the_ends_of_a_run_are_left_out():
    record = pd.DataFrame({"number": [0, 1, 2, 3], "minute": [10.0, 1500.0, 1600.0, 2 * DAY_MIN - 5.0]})
    cause = KEYS | np.array([4, 3, 2, 1], np.uint64)
    ledger = pd.DataFrame({
        "cause": np.r_[cause, np.uint64(17)], "t_call": [2875.0, 1600.0, 1500.0, 10.0, 1500.0],
        "t_arrived": [2878.0, np.nan, 1507.0, 12.0, 1501.0], "t_sent": [2876.0, np.nan, 1503.0, 11.0, 1501.0],
    })  # fmt: skip
    found = match_calls(record, ledger, from_day=1, end_min=2.0 * DAY_MIN)
    assert found["number"].tolist() == [1, 2]
    assert found["sim_wait"].tolist() == [7.0, np.inf]
    assert found["sim_assigned"].tolist()[0] == 3.0
    assert TAIL_MIN > 5.0


def test_a_call_that_nobody_came_to_counts_with_the_longest_wait():
    matched = pd.DataFrame({"priority": [1, 1, 2], "sim_wait": [4.0, np.inf, 31.0]})
    told = measure_waits(matched, longest_min=720.0)
    assert told["unanswered_pct"] == pytest.approx(100.0 / 3.0)
    assert told["late_pct"] == pytest.approx(200.0 / 3.0)
    assert told["wait_p50"] == 31.0
    assert told["urgent_p50"] == 362.0
