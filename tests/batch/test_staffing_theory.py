"""Erlang C, priorities and the hypercube model against published values, closed forms and exact solutions."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.agents.tables import ACTIVITIES
from sim.batch.staffing.hypercube import Ways, approximate_hypercube, correction, measure_ways, typical_ways
from sim.batch.staffing.queueing import Load, erlang_c, mean_wait, measure_load, p_wait_longer
from sim.batch.staffing.targets import read_targets
from sim.batch.staffing.theory import Theory, guess_size
from sim.city.synthetic.statistics import grid_city
from sim.scenarios.scenario import load_scenario
from sim.validation.exact.hypercube import solve_hypercube


@pytest.mark.parametrize(
    ("servers", "load", "chance"),
    # M/M/1: rho. M/M/2 at 1 Erlang: 1/3. The others by the sum with factorials in exact arithmetic.
    [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (5, 4.0, 256 / 462.0), (10, 8.0, 0.4091796)],
)
def test_the_chance_to_wait(servers, load, chance):
    direct = sum(load**k / math.factorial(k) for k in range(servers))
    last = load**servers / math.factorial(servers) / (1 - load / servers)
    assert erlang_c(servers, load) == pytest.approx(last / (direct + last), rel=1e-12)
    assert erlang_c(servers, load) == pytest.approx(chance, rel=2e-3)


def test_many_servers_do_not_overflow_and_too_much_work_always_waits():
    assert 0.0 < erlang_c(2000, 1950.0) < 1.0
    assert erlang_c(3, 3.0) == erlang_c(3, 5.0) == 1.0
    assert mean_wait(3, 3.0, 10.0) == math.inf


def test_one_server_waits_as_the_closed_form_says():
    load, service, minutes = 0.7, 12.0, np.array([0.0, 5.0, 30.0])
    expected = load * np.exp(-(1 - load) / service * minutes)
    assert p_wait_longer(1, load, service, minutes) == pytest.approx(expected)
    assert mean_wait(1, load, service) == pytest.approx(load / (1 - load) * service)


def test_urgent_calls_wait_as_cobham_says_and_others_cannot_hold_them_up_for_ever():
    servers, load, service, share = 3, 2.4, 40.0, 0.25
    minutes = np.linspace(0, 4000, 400_001)
    mean = np.trapezoid(p_wait_longer(servers, load, service, minutes, share=share), minutes)
    cobham = erlang_c(servers, load) * service / servers / (1 - share * load / servers)
    assert mean == pytest.approx(cobham, rel=1e-3)
    overloaded = p_wait_longer(3, 9.0, service, np.array([60.0]), share=0.1)
    assert 0.0 < overloaded[0] < 0.1
    assert p_wait_longer(0, 1.0, service, np.array([60.0]))[0] == 1.0
    assert p_wait_longer(5, 1.0, service, np.array([-1.0]))[0] == 1.0


@pytest.mark.parametrize("n_units", [2, 3, 5, 8])
@pytest.mark.parametrize("rho", [0.2, 0.5, 0.8])
def test_the_approximation_is_close_to_the_exact_hypercube(n_units, rho):
    rng = np.random.default_rng(n_units)
    places, units = rng.random((9, 2)), rng.random((n_units, 2))
    minutes = np.linalg.norm(units[:, None] - places[None], axis=2)
    load = rng.random(9)
    load *= rho * n_units / load.sum()
    found = approximate_hypercube(minutes, load)
    busy, sent, p_wait = solve_hypercube(minutes, load)
    assert found.p_wait == pytest.approx(p_wait, abs=1e-6)
    assert found.busy.sum() == pytest.approx(rho * n_units)
    assert found.busy == pytest.approx(busy, abs=0.02)  # Larson (1975) found 1 to 2 % in his cases
    way, exact = ((one * minutes @ load).sum() / (one @ load).sum() for one in (found.sent, sent))
    assert way == pytest.approx(exact, rel=0.03)
    assert found.sent.sum(axis=0) == pytest.approx(1.0 - p_wait)


def test_units_taken_as_independent_without_the_factor_are_told_apart(monkeypatch):
    rng = np.random.default_rng(0)
    minutes, load = rng.random((5, 9)), np.full(9, 0.3 * 5 / 9)
    exact = solve_hypercube(minutes, load)[0]
    right = np.abs(approximate_hypercube(minutes, load).busy - exact).max()
    monkeypatch.setattr("sim.batch.staffing.hypercube.correction", lambda n, total: np.ones(n))
    assert np.abs(approximate_hypercube(minutes, load).busy - exact).max() > 1.5 * right


def test_the_factor_is_exact_where_all_units_are_alike():
    n, total = 6, 3.3
    factor, rho = correction(n, total), total / n
    chances = [factor[j] * rho**j * (1 - rho) for j in range(n)]
    assert sum(chances) == pytest.approx(1 - erlang_c(n, total))


def test_a_unit_alone_and_units_that_cannot_keep_up():
    alone = approximate_hypercube(np.array([[1.0, 2.0]]), np.array([0.2, 0.2]))
    assert alone.busy == pytest.approx([0.4])
    assert alone.sent == pytest.approx(np.full((1, 2), 0.6))
    flooded = approximate_hypercube(np.array([[1.0], [2.0]]), np.array([5.0]))
    assert (flooded.busy < 1.0).all()
    idle = approximate_hypercube(np.array([[1.0, 3.0], [2.0, 2.0]]), np.zeros(2))
    assert idle.sent.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_ways_are_driving_times_and_more_units_are_nearer():
    net = grid_city(n_segments=200, seed=1)
    ways = measure_ways(net, np.arange(net.n_segments), limit_factor=0.5, most=60)
    fast = measure_ways(net, np.arange(net.n_segments), limit_factor=1.0, most=60)
    assert ways.minutes == pytest.approx(2.0 * fast.minutes)
    assert (np.diag(ways.minutes) == 0.0).all()
    means = []
    for n in (2, 8, 30):
        minutes, weight = typical_ways(ways, n, 0.5)
        assert weight.sum() == pytest.approx(1.0)
        means.append(float(minutes @ weight))
    assert means[0] > means[1] > means[2] > 0.0


def made_up_log(n_days=28):
    """Make one call an hour, and a second between 18 and 19, each an hour of one unit."""
    hours = np.concatenate([np.arange(24 * n_days), 24 * np.arange(n_days) + 18])
    urgent = np.where(np.arange(len(hours)) % 4, 2, 1)
    calls = pd.DataFrame({"t_call": 60.0 * hours + 1, "n_units": 1, "priority": urgent})
    days = pd.DataFrame({"day": np.arange(n_days)} | {f"officer_min_{a}": 0.0 for a in ACTIVITIES})
    days["officer_min_serve"], days["officer_min_rest"], days["officer_min_patrol"] = 25 * 60.0, 5 * 60.0, 70 * 60.0
    return calls, days


def test_load_is_counted_by_hour_of_the_week():
    found = measure_load([made_up_log(), made_up_log()], weekday=2, from_day=7)
    assert found.erlang.mean() == pytest.approx(25 / 24)
    assert found.service_min == pytest.approx(60.0)
    assert found.urgent == pytest.approx(0.25, abs=0.01)
    assert found.away == pytest.approx(0.05)
    day = found.erlang.reshape(7, 24)
    for hour, erlang in ((18, 1.5), (17, 1.25), (3, 1.0)):
        assert day[:, hour] == pytest.approx(erlang)


def test_load_knows_the_weekday():
    calls, days = made_up_log()
    calls = calls[calls["t_call"] // 1440 % 7 == 0]  # calls on the first weekday of the run alone
    week = measure_load([(calls, days)], weekday=4, from_day=0).erlang.reshape(7, 24)
    assert week[4].sum() > 0.9 * week.sum()


def at_one_place(n_cars, **changes):
    """Make the theory of a town where every way is nothing, who is sent is on it at once, and everybody is on duty."""
    town = load_scenario("new_haven").replace(
        {"dispatch.call_handling_min": 0.0, "dispatch.turnout_min": 0.0, "force.p_on_duty": 1.0,
         "dispatch.emergency_factor": 1.0}
    )  # fmt: skip
    load = Load(np.full(168, 2.0), 30.0, urgent=0.2, away=0.0, busy_hours=48.0, street_hours=100.0, **changes)
    return Theory(town, load, Ways(np.zeros((4, 4))), lambda size: 24.0 * size, lambda size: np.full(3, size) * n_cars)


def test_where_no_way_is_far_theory_is_erlang_c():
    theory = at_one_place(1)
    for size in (3, 5):
        late = p_wait_longer(size, 2.0, 30.0, np.array([10.0]))[0]
        assert theory.answered_within(size, "all", 10.0) == pytest.approx(1.0 - late)
        urgent = p_wait_longer(size, 2.0, 30.0, np.array([10.0]), share=0.2)[0]
        assert theory.answered_within(size, "1", 10.0) == pytest.approx(1.0 - urgent)
    uncommitted, satisfied = read_targets(["uncommitted_pct>=30", "satisfied_pct>=80"])
    assert theory.predict(uncommitted, 4) == pytest.approx(50.0)
    assert theory.predict(satisfied, 4) is None


def test_turning_out_takes_its_time_off_what_is_left_of_a_target():
    theory = at_one_place(1)
    slow = Theory(theory.scenario.replace({"dispatch.turnout_min": 1.5}), theory.load, theory.ways, theory.street_hours,
                  theory.cars)  # fmt: skip
    late = p_wait_longer(4, 2.0, 30.0, np.array([8.5]))[0]
    assert slow.answered_within(4, "all", 10.0) == pytest.approx(1.0 - late)


def test_who_happens_to_be_away_makes_waits_longer():
    theory = at_one_place(1)
    half = Theory(theory.scenario.replace({"force.p_on_duty": 0.5}), theory.load, theory.ways, theory.street_hours,
                  lambda size: np.full(3, 2 * size))  # fmt: skip
    assert half.answered_within(4, "all", 10.0) < theory.answered_within(4, "all", 10.0)


def test_the_guess_and_the_need_of_an_hour_are_the_least_that_meet_the_targets():
    theory = at_one_place(1)
    targets = read_targets(["answered_all_within_10_pct>=95", "uncommitted_pct>=30"])
    n = guess_size(theory, targets, least=1, most=50, own=9)
    assert theory.answered_within(n, "all", 10.0) >= 0.95 > theory.answered_within(n - 1, "all", 10.0)
    units, n_never = theory.requirement(targets)
    assert units.tolist() == [n] * 168
    assert n_never == 0
    assert guess_size(theory, read_targets(["satisfied_pct>=80"]), least=1, most=50, own=9) == 9
    assert guess_size(theory, targets, least=1, most=2, own=1) is None


def test_an_hour_without_a_target_has_a_unit_free_for_nine_calls_of_ten():
    units = int(at_one_place(1).requirement(read_targets(["satisfied_pct>=80"]))[0][0])
    assert erlang_c(units, 2.0) <= 0.1 < erlang_c(units - 1, 2.0)


def test_a_way_that_is_too_long_for_any_number_of_units_is_told():
    theory = at_one_place(1)
    far = Theory(theory.scenario, theory.load, Ways(np.full((4, 4), 30.0)), theory.street_hours, theory.cars)
    targets = read_targets(["answered_all_within_10_pct>=95"])
    assert guess_size(far, targets, least=1, most=40, own=9) is None
    units, n_never = far.requirement(targets)
    assert n_never == 168
    assert erlang_c(int(units[0]), 2.0) <= 0.1
