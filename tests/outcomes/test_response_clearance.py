import numpy as np
import pandas as pd
import pytest
from made_up_ledger import make_tables

from sim.agents.tables import ACTIVITIES
from sim.clock import DAY_MIN
from sim.outcomes.clearance import (
    estimate_cleared,
    estimate_delay_effect,
    measure_clearance,
    measure_clearance_by_delay,
)
from sim.outcomes.response import (
    measure_officer_hours,
    measure_queue,
    measure_response,
    measure_service,
    measure_workload,
)

TABLES = make_tables()
YEAR_MIN = 365.0 * DAY_MIN


def calls_with(waits, **columns):
    t = np.arange(len(waits)) * 60.0
    table = {"priority": 1, "t_call": t, "t_sent": t + 0.5, "t_arrived": t + waits, "t_closed": t + waits + 45.0}
    return pd.DataFrame(table | columns)


def test_response_times_are_those_written_down():
    waits = np.array([2.0, 4.0, 6.0, 8.0, 40.0])
    found = measure_response(calls_with(waits)).loc["1"]
    assert (found["n"], found["mean"], found["median"], found["p90"]) == (5, 12.0, 6.0, 40.0)
    assert (found["within_5"], found["within_10"], found["within_30"]) == (0.4, 0.8, 0.8)
    assert found["mean_low"] <= found["mean"] <= found["mean_high"]


def test_a_call_without_a_unit_has_no_response_time():
    calls = calls_with(np.array([2.0, np.nan, 6.0]))
    found = measure_response(calls)
    assert found.loc["all", "n"] == 2
    assert found.loc["3", "n"] == 0
    assert np.isnan(found.loc["3", "mean"])


def test_what_an_officer_came_upon_has_no_response_time():
    calls = calls_with(np.array([2.0, 0.0, 6.0]), discovered=[0, 1, 0])
    assert measure_response(calls).loc["all", "mean"] == 4.0
    assert measure_queue(calls).loc["all", "n"] == 2
    assert measure_service(calls).sum() == 1.0


def test_interval_of_mean_wait_covers_it_when_days_differ():
    """Days share their luck; an interval that resampled single calls would cover half as often."""
    hits = 0
    for seed in range(80):
        rng = np.random.default_rng(seed)
        day = np.repeat(np.arange(60), 20)
        waits = np.exp(rng.normal(0, 0.5, 60))[day] * rng.exponential(10.0, len(day))
        calls = calls_with(waits, t_call=day * float(DAY_MIN), t_arrived=day * float(DAY_MIN) + waits)
        found = measure_response(calls, n_replications=100, seed=seed).loc["all"]
        hits += found["mean_low"] <= 10.0 * np.exp(0.125) <= found["mean_high"]
    assert hits >= 66  # 95 % would be 76; percentile intervals of 60 days run a little short


def test_service_and_queue():
    assert measure_service(calls_with(np.array([5.0, 5.0]))).to_dict() == {
        "0-30": 0.0, "30-60": 1.0, "60-120": 0.0, "120-240": 0.0, "240+": 0.0,
    }  # fmt: skip
    queue = measure_queue(TABLES["calls"])
    assert queue.loc["1", "mean"] < queue.loc["3", "mean"]
    assert queue.loc["all", "n"] == queue.loc[["1", "2", "3"], "n"].sum()


def test_busy_and_uncommitted_time():
    minutes = {key: [0.0] for key in (f"officer_min_{a}" for a in ACTIVITIES)}
    days = pd.DataFrame(
        minutes | {"officer_min_serve": [40.0], "officer_min_patrol": [60.0], "officer_min_desk": [500.0]}
    )
    assert measure_workload(days).to_dict() == pytest.approx({"busy": 0.4, "uncommitted": 0.6})
    assert measure_officer_hours(days)["patrol"] == 1.0
    assert "off" not in measure_officer_hours(days)


def test_share_cleared_without_censoring_is_the_plain_share():
    found = estimate_cleared(np.array([10.0, 20.0, 400.0, 500.0]), np.array([True, True, True, False]))
    assert found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high


def test_censoring_is_handled():
    """Half would be cleared in the end; those recorded late were not followed long enough."""
    rng = np.random.default_rng(0)
    takes = np.where(rng.random(4000) < 0.5, rng.exponential(60.0, 4000), np.inf)
    followed = rng.uniform(0, 365, 4000)
    found = estimate_cleared(np.minimum(takes, followed), takes <= followed)
    assert found.low < 0.5 < found.high
    assert (takes <= followed).mean() < found.low  # the naive share is far off


@pytest.mark.parametrize("n", [60, 300])
def test_interval_of_share_cleared_covers(n):
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        takes = np.where(rng.random(n) < 0.3, rng.exponential(40.0, n), np.inf)
        followed = rng.uniform(100, 700, n)
        found = estimate_cleared(np.minimum(takes, followed), takes <= followed)
        hits += found.low <= 0.3 * (1 - np.exp(-365 / 40)) <= found.high
    assert 180 <= hits <= 199


def test_nothing_and_everything_cleared():
    none = estimate_cleared(np.full(30, 50.0), np.zeros(30, bool))
    every = estimate_cleared(np.full(30, 50.0), np.ones(30, bool))
    assert (none.value, every.value) == (0.0, 1.0)
    assert 0 < none.high < 0.2
    assert 0.8 < every.low < 1


def test_clearance_by_type_and_by_delay():
    table = measure_clearance(TABLES["incidents"], TABLES["arrests"], end_min=YEAR_MIN)
    assert table.loc["all", "n_recorded"] == len(TABLES["incidents"])
    assert table.loc["violent", "n_cleared"] == table.loc[["robbery", "assault"], "n_cleared"].sum()
    by_delay = measure_clearance_by_delay(TABLES["incidents"], TABLES["arrests"], end_min=YEAR_MIN)
    assert by_delay["n_recorded"].sum() == TABLES["incidents"]["response_min"].notna().sum()


def test_effect_of_a_planted_delay_is_found():
    rng = np.random.default_rng(1)
    n = 20_000
    delay = rng.lognormal(2, 0.6, n)
    cleared = rng.random(n) < np.clip(0.7 - 0.15 * np.log(delay), 0, 1)
    incidents = pd.DataFrame(
        {"cause": np.arange(n), "t_recorded": 0.0, "type": rng.integers(0, 5, n), "response_min": delay}
    )
    arrests = pd.DataFrame({"cause": np.flatnonzero(cleared), "t": 100.0})
    found = estimate_delay_effect(incidents, arrests, end_min=YEAR_MIN)
    assert found.low < -0.15 * np.log(1.1) < found.high < 0
    shuffled = incidents.assign(response_min=rng.permutation(delay))
    nothing = estimate_delay_effect(shuffled, arrests, end_min=YEAR_MIN)
    assert nothing.low < 0 < nothing.high
