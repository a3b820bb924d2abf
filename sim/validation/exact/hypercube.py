"""Units at posts of their own: all sets of busy units solved (Larson 1974), against approximation and engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import log

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.batch.staffing.hypercube import Hypercube, approximate_hypercube
from sim.clock import SHIFT_MIN, SHIFTS_A_DAY, YEAR_MIN
from sim.engine import run_shifts
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.validation.exact.answer import ERRORS, Part
from sim.validation.exact.queues import SERVICE_MIN, WARM_UP_MIN, ratio
from sim.validation.exact.tiny import peopled, quiet_town, streets
from sim.world import build_world

Floats = NDArray[np.float64]
MOST_UNITS = 8
BUSY_BOUND, WAY_BOUND = 0.02, 0.03
"""Larson (1975) found his approximation of how busy units are within 1 to 2 % in his cases."""
CASES = ((2, 0.2), (2, 0.8), (3, 0.5), (5, 0.5), (5, 0.8), (8, 0.5), (8, 0.8))
"""Units and the share of their time that work takes."""

UTILISATION = 0.5
POSTS = (0, 3, 5, 8)
"""Segments on which the units of the simulated street stand."""
HOMES = (0.05, 0.1, 0.1, 0.1, 0.15, 0.1, 0.1, 0.1, 0.2)
N_RESIDENTS = 50_000
N_DAYS = (60, 300)
SEED = 3


def solve_hypercube(minutes: Floats, load: Floats) -> Hypercube:
    """Solve Larson's balance of all 2^N sets of busy units, with a line of waiting calls.

    The line behind the state in which all are busy is that of a queue with N servers, so its chances fall by the same
    factor at each step and need no equations of their own. Service has mean 1.

    Parameters
    ----------
    minutes
        (n_units, n_places) way of each unit to each place; the nearest free one is sent
    load
        (n_places,) work offered by each place, Erlang; less in all than there are units
    """
    n_units, n_places = minutes.shape
    assert n_units <= MOST_UNITS, n_units
    assert load.sum() < n_units, load.sum()
    order = np.argsort(minutes, axis=0, kind="stable")
    n_states = 2**n_units
    states = np.arange(n_states)
    busy = (states[:, None] >> np.arange(n_units) & 1).astype(bool)
    sent = np.zeros((n_states, n_units, n_places))
    flow = np.zeros((n_states, n_states))
    for state in states[:-1]:
        for place in range(n_places):
            unit = next(u for u in order[:, place] if not busy[state, u])
            flow[state, state | 1 << unit] += load[place]
            sent[state, unit, place] = 1.0
    for unit in range(n_units):
        ends = states[busy[:, unit]]
        flow[ends, ends ^ (1 << unit)] += 1.0
    flow[states, states] = -flow.sum(axis=1)
    balance = flow.T.copy()
    balance[-1] = 1.0
    chance = np.linalg.solve(balance, np.r_[np.zeros(n_states - 1), 1.0])
    full = chance[-1] / (1.0 - load.sum() / n_units)
    total = chance[:-1].sum() + full
    chance, full = chance / total, full / total
    return Hypercube(chance[:-1] @ busy[:-1] + full, np.tensordot(chance, sent, 1), float(full))


def made_up_case(n_units: int, rho: float, n_places: int = 9) -> tuple[Floats, Floats]:
    """Make units and places by chance in a square, with different loads."""
    rng = np.random.default_rng(n_units)
    places, units = rng.random((n_places, 2)), rng.random((n_units, 2))
    minutes = np.linalg.norm(units[:, None] - places[None], axis=2)
    load = rng.random(n_places)
    return minutes, load * (rho * n_units / load.sum())


def mean_way(sent: Floats, minutes: Floats, load: Floats) -> float:
    """Give the mean way of units that are sent at once."""
    return float((sent * minutes @ load).sum() / (sent @ load).sum())


def compare_approximation(full: bool, *, farthest: bool = False) -> Sequence[Part]:
    """Compare the product's approximation with the solution of all states; `farthest` sends the farthest free unit."""
    parts = []
    for n_units, rho in CASES:
        minutes, load = made_up_case(n_units, rho)
        exact, ours = solve_hypercube(minutes, load), approximate_hypercube(-minutes if farthest else minutes, load)
        worst = int(np.abs(exact.busy - ours.busy).argmax())
        case = f"{n_units} units, {100 * rho:.0f} % at work"
        parts.append(Part(f"share of time busy, unit {worst} of {case}", *_pair(exact, ours, worst), BUSY_BOUND))
        ways = mean_way(exact.sent, minutes, load), mean_way(ours.sent, minutes, load)
        parts.append(Part(f"mean way, {case}", *ways, WAY_BOUND * ways[0]))
        parts.append(Part(f"share of calls that wait, {case}", exact.p_wait, ours.p_wait, 1e-6))
    return parts


def _pair(exact: Hypercube, ours: Hypercube, unit: int) -> tuple[float, float]:
    return float(exact.busy[unit]), float(ours.busy[unit])


class OwnPosts(PolicyModel):
    """Keep each officer of a shift at a post of its own."""

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order the posts by the officers' numbers within their shift."""
        posts = post_of(seen.brief.duty_begins)
        return Orders(
            tuple(
                Task(officer, "post", (POSTS[posts[officer]],), stops_per_hour=0.0)
                for officer in seen.on_duty.tolist()
                if posts[officer] < len(POSTS)
            )
        )


def post_of(duty_begins: NDArray[np.generic]) -> NDArray[np.int64]:
    """Give the number of each officer among those whose duty begins at the same time."""
    same = duty_begins[:, None] == duty_begins[None, :]
    return np.asarray(np.tril(same, -1).sum(axis=1))


@cache
def served(n_days: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Floats]:
    """Simulate units that stand along a street: shift, place, unit and wait of each call that was answered.

    Ways take a thousandth of the time at a call: they decide who is sent and no more.
    """
    n = len(HOMES)
    # No two units are equally far from a call: the lengths are all different.
    net = streets([(i, i + 1) for i in range(n)], length_m=5.0 + np.sqrt(np.arange(n) + 2.0), speed_kmh=100.0)
    town = quiet_town(
        {
            "n_days": n_days,
            "people.n_residents": N_RESIDENTS,
            "people.mean_household": 1.0,
            "demand.other_calls": len(POSTS) * UTILISATION / SERVICE_MIN * YEAR_MIN * 1000 / N_RESIDENTS,
            "demand.hour_profile_flat": 1.0,
            "demand.share_traffic": 1.0,
            "demand.share_noise": 0.0,
            "demand.share_welfare": 0.0,
            "dispatch.service_exponential": 1.0,
            "dispatch.service_median_min": SERVICE_MIN * log(2.0),
            "dispatch.limit_factor": 3.0,
            "force.n_response": 3 * len(POSTS),
            "force.night_share": 0.28,
            "force.day_share": 0.38,
        }
    )
    world = build_world(town, seed, peopled(net, HOMES))
    calls = np.concatenate([rows["calls"] for _, rows in run_shifts(world, OwnPosts())])
    units = post_of(world.state.officers["shift"])
    assert np.bincount(units).tolist() == [SHIFTS_A_DAY] * len(POSTS), units
    kept = calls[(calls["t_call"] % SHIFT_MIN >= WARM_UP_MIN) & (calls["answered"] == 1)]
    shift = (kept["t_call"] // SHIFT_MIN).astype(np.int64)
    return shift, kept["segment"].astype(np.int64), units[kept["officer"]], kept["t_sent"] - kept["t_call"]


def ways_on_the_street() -> Floats:
    """Give the ways from each post to each place along the simulated street, by the numbers of its segments."""
    n = len(HOMES)
    at = np.r_[0.0, np.cumsum(5.0 + np.sqrt(np.arange(n) + 2.0))][:n]
    return np.asarray(np.abs(at[list(POSTS), None] - at[None, :]))


def compare_engine(full: bool, *, swapped: bool = False) -> Sequence[Part]:
    """Compare who goes where in the engine with the exact solution; `swapped` exchanges the posts of two units."""
    shift, place, unit, wait = served(N_DAYS[full], SEED)
    n_shifts = SHIFTS_A_DAY * N_DAYS[full]
    load = np.bincount(place, minlength=len(HOMES)) / len(place) * UTILISATION * len(POSTS)
    minutes = ways_on_the_street()
    exact = solve_hypercube(minutes[[1, 0, 2, 3]] if swapped else minutes, load)
    at_once = wait <= 1e-6

    def count(which: NDArray[np.bool_]) -> Floats:
        return np.bincount(shift[which], minlength=n_shifts).astype(np.float64)

    def part(what: str, theory: float, which: NDArray[np.bool_], of: NDArray[np.bool_]) -> Part:
        ours, error = ratio(count(which & of), count(of))
        return Part(what, theory, ours, ERRORS * error)

    all_of_them = np.ones(len(shift), bool)
    parts = [part("share of calls that wait", exact.p_wait, ~at_once, all_of_them)]
    share = (exact.sent @ load / load.sum()).tolist()
    for u in range(len(POSTS)):
        mine, near = at_once & (unit == u), int(exact.sent[u].argmax())
        parts.append(part(f"share of calls that unit {u} takes at once", share[u], mine, all_of_them))
        parts.append(part(f"the same of calls from place {near}", float(exact.sent[u, near]), mine, place == near))
    return parts
