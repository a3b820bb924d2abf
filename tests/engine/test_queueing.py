"""Where the town is a queue that theory can solve, the simulation must give the solution (Erlang C)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from worlds import SMALL_BUDGET

from sim.batch.staffing.queueing import erlang_c, mean_wait
from sim.clock import SHIFT_MIN
from sim.validation.exact.queues import (
    CALLS_A_MINUTE,
    LOAD,
    SERVERS,
    SERVICE_MIN,
    WARM_UP_MIN,
    queue_of_calls,
    ratio,
    waits_by_shift,
)

N_DAYS = 40
SEED = 1


def waits(n_days: int, seed: int, *, exponential: bool = True, tick_min: int = 5) -> np.ndarray:
    """Simulate the queue: calls, calls that waited and minutes waited, by shift, after the warm-up."""
    return waits_by_shift(queue_of_calls(n_days, seed, exponential=exponential, tick_min=tick_min), n_days)


def distances(batches: np.ndarray, servers: int = SERVERS) -> tuple[float, float]:
    """Measure, in standard errors, how far waiting is from the theory for a number of servers."""
    expected = erlang_c(servers, LOAD), mean_wait(servers, LOAD, SERVICE_MIN)
    measured = ratio(batches[1], batches[0]), ratio(batches[2], batches[0])
    return tuple((value - theory) / error for (value, error), theory in zip(measured, expected, strict=True))  # type: ignore[return-value]


def test_calls_arrive_as_a_poisson_process():
    n = waits(N_DAYS, SEED)[0]
    expected = CALLS_A_MINUTE * (SHIFT_MIN - WARM_UP_MIN)
    assert abs(n.mean() - expected) < 3 * math.sqrt(expected / len(n))
    dispersion = n.var(ddof=1) / n.mean()
    assert abs(dispersion - 1) < 3 * math.sqrt(2 / (len(n) - 1))


@pytest.mark.parametrize("tick_min", [1, 5, 60])
def test_waiting_equals_erlang_c(tick_min):
    p_wait, mean = distances(waits(N_DAYS, SEED, tick_min=tick_min))
    assert abs(p_wait) < 3
    assert abs(mean) < 3


@pytest.mark.parametrize("servers", [SERVERS - 1, SERVERS + 1])
def test_a_server_more_or_less_is_noticed(servers):
    assert max(abs(z) for z in distances(waits(N_DAYS, SEED), servers)) > 6


def test_other_service_times_are_noticed():
    assert max(abs(z) for z in distances(waits(N_DAYS, SEED, exponential=False))) > 6


@pytest.mark.slow
def test_waiting_equals_erlang_c_in_the_long_run():
    z = np.array([distances(waits(60 if SMALL_BUDGET else 300, seed)) for seed in range(10, 16)])
    print(z)
    assert np.abs(z.mean(axis=0) * math.sqrt(len(z))).max() < 3


def test_waits_do_not_depend_on_the_tick():
    fine, coarse = waits(N_DAYS, SEED, tick_min=1), waits(N_DAYS, SEED, tick_min=60)
    assert (fine[:2] == coarse[:2]).all()
    assert fine[2] == pytest.approx(coarse[2], abs=1e-3)
