"""Where the town is a queue that theory can solve, the simulation must give the solution (Erlang C)."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from numpy.random import Generator
from tiny_cities import all_at, ring
from worlds import SMALL_BUDGET, play, scenario

from sim.clock import SHIFT_MIN
from sim.policies.protocol import Observation, Orders, PolicyModel, Task

SERVERS = 3
SERVICE_MIN = 5.0
UTILISATION = 0.6
N_RESIDENTS = 40_000
WARM_UP_MIN = 200.0
"""Queue and servers begin each shift afresh: ten relaxation times later the begin is forgotten."""
CALLS_A_MINUTE = SERVERS * UTILISATION / SERVICE_MIN


class Stand(PolicyModel):
    """Keep everybody where the calls come from."""

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order one post for all."""
        return Orders(tuple(Task(officer, "post", (0,), stops_per_hour=0.0) for officer in seen.on_duty.tolist()))


def erlang_c(servers: int, load: float, service: float) -> tuple[float, float]:
    """Give the chance to wait, and the mean wait of all, in an M/M/c queue with `load` in Erlang."""
    first = sum(load**k / math.factorial(k) for k in range(servers))
    last = load**servers / math.factorial(servers) / (1.0 - load / servers)
    p_wait = last / (first + last)
    return p_wait, p_wait * service / (servers - load)


@cache
def waits(n_days: int, seed: int, *, exponential: bool = True, tick_min: int = 5) -> np.ndarray:
    """Simulate the queue: calls, calls that waited and minutes waited, by shift, after the warm-up."""
    town = scenario(
        n_days=n_days,
        tick_min=tick_min,
        people__n_residents=N_RESIDENTS,
        people__mean_household=1.0,
        migrants__share_of_residents=0.0,
        offending__share_offending=0.0,
        disputes__disputes_per_household=0.0,
        demand__other_calls=CALLS_A_MINUTE * 365.25 * 1440 * 1000 / N_RESIDENTS,
        demand__hour_profile_flat=1.0,
        demand__share_traffic=1.0,
        demand__share_noise=0.0,
        demand__share_welfare=0.0,
        dispatch__call_handling_min=0.0,
        dispatch__service_exponential=float(exponential),
        dispatch__service_median_min=SERVICE_MIN * math.log(2.0),
        dispatch__limit_factor=3.0,
        force__n_response=3 * SERVERS,
        force__night_share=0.3,
        force__day_share=0.38,
        force__n_foot=0,
        force__n_community=0,
        force__n_auxiliary=0,
        force__n_mediator=0,
        force__n_districts=1,
        force__p_on_duty=1.0,
        force__rest_min=0.0,
        force__report_min=0.0,
    )
    city = all_at(ring(4, length_m=0.01, speed_kmh=100.0), 0)
    calls = play(town, Stand(), seed, city)["calls"]
    calls = calls[calls["t_call"] % SHIFT_MIN >= WARM_UP_MIN]
    calls = calls[(calls["answered"] == 1)]
    shift = (calls["t_call"] // SHIFT_MIN).astype(int)
    wait = calls["t_sent"] - calls["t_call"]
    return np.array([np.bincount(shift, value, 3 * n_days) for value in (np.ones(len(calls)), wait > 1e-6, wait)])


def ratio(above: np.ndarray, below: np.ndarray) -> tuple[float, float]:
    """Estimate a ratio of means and its standard error from batches (delta method)."""
    value = above.sum() / below.sum()
    error = np.std(above - value * below, ddof=1) / math.sqrt(len(below)) / below.mean()
    return float(value), float(error)


def distances(batches: np.ndarray, servers: int = SERVERS) -> tuple[float, float]:
    """Measure, in standard errors, how far waiting is from the theory for a number of servers."""
    expected = erlang_c(servers, CALLS_A_MINUTE * SERVICE_MIN, SERVICE_MIN)
    found = ratio(batches[1], batches[0]), ratio(batches[2], batches[0])
    return tuple((value - theory) / error for (value, error), theory in zip(found, expected, strict=True))  # type: ignore[return-value]


def test_the_formula_gives_published_values():
    assert erlang_c(1, 0.5, 1.0) == pytest.approx((0.5, 1.0))  # M/M/1: rho, and rho / (mu - lambda)
    assert erlang_c(2, 1.0, 1.0)[0] == pytest.approx(1 / 3)


N_DAYS = 40
SEED = 1


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
