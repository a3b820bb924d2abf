"""A town that is a queue: who calls waits as Erlang (1917) and, with priorities, Cobham (1954) say."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import log, sqrt

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.agents.tables import NOISE, TRAFFIC
from sim.batch.staffing.queueing import erlang_c, mean_wait
from sim.clock import SHIFT_MIN, SHIFTS_A_DAY, YEAR_MIN
from sim.engine import run_shifts
from sim.policies.protocol import Observation, Orders, PolicyModel, Task
from sim.validation.exact.answer import ERRORS, Part
from sim.validation.exact.tiny import all_at, quiet_town, ring
from sim.world import build_world

Floats = NDArray[np.float64]
SERVERS = 3
SERVICE_MIN = 5.0
UTILISATION = 0.6
N_RESIDENTS = 40_000
WARM_UP_MIN = 200.0
"""Queue and servers begin each shift afresh: ten relaxation times later the begin is forgotten."""
CALLS_A_MINUTE = SERVERS * UTILISATION / SERVICE_MIN
LOAD = CALLS_A_MINUTE * SERVICE_MIN
URGENT = 0.4
"""Share of the more urgent kind of calls, where there are two."""
SEED = 1
N_DAYS = (100, 600)
"""Short and full."""


class Stand(PolicyModel):
    """Keep everybody where the calls come from."""

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Order one post for all."""
        return Orders(tuple(Task(officer, "post", (0,), stops_per_hour=0.0) for officer in seen.on_duty.tolist()))


@cache
def queue_of_calls(
    n_days: int, seed: int, *, exponential: bool = True, tick_min: int = 5, urgent: float = 1.0
) -> NDArray[np.void]:
    """Simulate the queue: everybody calls from one street, on which the police stand.

    Parameters
    ----------
    exponential
        time at a call; otherwise as the model has it, which is no exponential
    urgent
        share of calls that are traffic (priority 2); the others are noise (priority 3)
    """
    town = quiet_town(
        {
            "n_days": n_days,
            "tick_min": tick_min,
            "people.n_residents": N_RESIDENTS,
            "people.mean_household": 1.0,
            "demand.other_calls": CALLS_A_MINUTE * YEAR_MIN * 1000 / N_RESIDENTS,
            "demand.hour_profile_flat": 1.0,
            "demand.share_traffic": urgent,
            "demand.share_noise": 1.0 - urgent,
            "demand.share_welfare": 0.0,
            "dispatch.service_exponential": float(exponential),
            "dispatch.service_median_min": SERVICE_MIN * log(2.0),
            "dispatch.limit_factor": 3.0,
            "force.n_response": 3 * SERVERS,
            "force.night_share": 0.3,
            "force.day_share": 0.38,
        }
    )
    world = build_world(town, seed, all_at(ring(4, length_m=0.01, speed_kmh=100.0), 0))
    return np.concatenate([rows["calls"] for _, rows in run_shifts(world, Stand())])


def waits_by_shift(calls: NDArray[np.void], n_days: int, kind: int | None = None) -> Floats:
    """Count calls, calls that waited and minutes waited, by shift, after the warm-up: (3, n_shifts)."""
    kept = calls[(calls["t_call"] % SHIFT_MIN >= WARM_UP_MIN) & (calls["answered"] == 1)]
    kept = kept if kind is None else kept[kept["kind"] == kind]
    shift = (kept["t_call"] // SHIFT_MIN).astype(int)
    wait = kept["t_sent"] - kept["t_call"]
    values = (np.ones(len(kept)), (wait > 1e-6).astype(float), wait)
    return np.array([np.bincount(shift, value, SHIFTS_A_DAY * n_days) for value in values])


def ratio(above: Floats, below: Floats) -> tuple[float, float]:
    """Estimate a ratio of means and its standard error from batches (delta method)."""
    value = above.sum() / below.sum()
    error = np.std(above - value * below, ddof=1) / sqrt(len(below)) / below.mean()
    return float(value), float(error)


def _part(what: str, theory: float, above: Floats, below: Floats) -> Part:
    value, error = ratio(above, below)
    return Part(what, theory, value, ERRORS * error)


def compare_erlang(full: bool, *, servers: int = SERVERS, exponential: bool = True) -> Sequence[Part]:
    """Compare the chance to wait and the mean wait with Erlang's."""
    n_days = N_DAYS[full]
    n, waited, minutes = waits_by_shift(queue_of_calls(n_days, SEED, exponential=exponential), n_days)
    return (
        _part("share of calls that wait", erlang_c(servers, LOAD), waited, n),
        _part("mean wait, min", mean_wait(servers, LOAD, SERVICE_MIN), minutes, n),
    )


def cobham_waits(servers: int, load: float, service_min: float, urgent: float) -> tuple[float, float]:
    """Give the mean waits of two classes of calls, the more urgent first; nobody's work is broken off (Cobham 1954)."""
    first = load * urgent / servers
    both = load / servers
    alone = erlang_c(servers, load) * service_min / servers
    return alone / (1.0 - first), alone / ((1.0 - first) * (1.0 - both))


def compare_priorities(full: bool, *, in_turn: bool = False) -> Sequence[Part]:
    """Compare the waits of two priorities with Cobham's; `in_turn` takes theory for one that knows no priority."""
    n_days = N_DAYS[full]
    calls = queue_of_calls(n_days, SEED, urgent=URGENT)
    theory = cobham_waits(SERVERS, LOAD, SERVICE_MIN, URGENT)
    if in_turn:
        theory = (mean_wait(SERVERS, LOAD, SERVICE_MIN),) * 2
    parts = []
    for what, kind, wait in zip(("urgent", "other"), (TRAFFIC, NOISE), theory, strict=True):
        n, waited, minutes = waits_by_shift(calls, n_days, kind)
        parts.append(_part(f"mean wait of {what} calls, min", wait, minutes, n))
        parts.append(_part(f"share of {what} calls that wait", erlang_c(SERVERS, LOAD), waited, n))
    return parts
