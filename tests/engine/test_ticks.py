"""The length of a tick is a matter of speed: results agree within sampling error."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from worlds import SMALL_BUDGET, play, scenario

from sim.agents.tables import ACTIVITIES
from sim.params import CRIMES
from sim.world import build_city

TOWN: dict[str, Any] = {
    "n_days": 90,
    "offending__share_offending": 0.15,
    "offending__searches_per_year": 300.0,
    "disputes__disputes_per_household": 1.0,
}
CITY = build_city(scenario(**TOWN))
SEEDS = tuple(range(1, 7))


@cache
def measures(tick_min: int, seed: int, **changes: float) -> dict[str, float]:
    """Run the town for 90 days; give counts of events and means by name."""
    ledger = play(scenario(**TOWN | changes, tick_min=tick_min), seed=seed, city=CITY)
    calls = ledger["calls"][(ledger["calls"]["answered"] == 1) & (ledger["calls"]["discovered"] == 0)]
    response = calls["t_arrived"] - calls["t_call"]
    minutes = ledger["days"]["officer_min"].sum(axis=0)
    out = {f"offences: {name}": float((ledger["offences"]["type"] == i).sum()) for i, name in enumerate(CRIMES)}
    out |= {f"number of {table}": float(len(ledger[table])) for table in ("calls", "incidents", "arrests", "disputes")}
    out["number of discoveries"] = float(ledger["offences"]["discovered"].sum())
    out["mean response"], out["median response"] = float(response.mean()), float(np.median(response))
    out |= {f"minutes: {name}": float(m) for name, m in zip(ACTIVITIES, minutes, strict=True)}
    out["mean security"] = float(ledger["days"]["security"].mean())
    return out


def differences(one: int, other: int, seeds: tuple[int, ...], **changes: float) -> dict[str, float]:
    """Measure the mean paired difference of each result, in standard errors of Student's test turned normal.

    A count differs by chance at least as its square root does, so that six lucky pairs prove nothing.
    """
    out = {}
    for name in measures(one, seeds[0]):
        a = np.array([measures(one, seed)[name] for seed in seeds])
        b = np.array([measures(other, seed, **changes)[name] for seed in seeds])
        if a.any() or b.any():
            out[name] = normal_distance(b - a, floor=floor_of(name, a))
    return out


def floor_of(name: str, values: NDArray[np.float64]) -> float:
    """Give the least standard deviation of a difference that chance alone makes."""
    if name.startswith(("offences", "number")):
        return math.sqrt(max(float(values.mean()), 1.0))
    return 0.002 * values.mean()


def normal_distance(d: NDArray[np.float64], *, floor: float) -> float:
    """Turn Student's t of a mean difference into the normal deviate of the same probability."""
    deviation = max(float(d.std(ddof=1)), floor)
    t = d.mean() / deviation * math.sqrt(len(d))
    return float(math.copysign(stats.norm.isf(stats.t.sf(abs(t), len(d) - 1)), t))


@pytest.mark.parametrize(("one", "other"), [(1, 5), (5, 15)])
def test_results_agree_across_ticks(one, other):
    z = differences(one, other, SEEDS)
    assert len(z) > 15
    assert {name: round(value, 1) for name, value in z.items() if abs(value) > 3.5} == {}


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        ({"dispatch__call_handling_min": 4.0}, "median response"),
        ({"demand__other_calls": 2000.0}, "number of calls"),
        ({"offending__searches_per_year": 600.0}, "number of incidents"),
        ({"force__rest_min": 33.0}, "minutes: rest"),
    ],
)
def test_a_difference_as_large_as_half_a_tick_or_twice_as_many_searches_is_noticed(change, noticed):
    assert abs(differences(5, 15, SEEDS, **change)[noticed]) > 3.5


@pytest.mark.slow
def test_results_agree_across_ticks_with_many_seeds():
    for one, other in ((1, 5), (5, 15), (1, 60)):
        z = differences(one, other, tuple(range(1, 7 if SMALL_BUDGET else 25)))
        print(one, other, {name: round(value, 1) for name, value in z.items()})
        assert max(abs(value) for value in z.values()) < 3.5
