"""What one run says of a deployment: waits, presence, fairness, cost; by a yardstick that is the same for all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.population.officers import build_officers, local_force
from sim.agents.tables import CALLS, INVALID
from sim.batch.running.once import MemoryLedger
from sim.city.cells.equal import divide_equal
from sim.city.land_use import City
from sim.clock import DAY_MIN
from sim.engine import simulate
from sim.ledger.provenance import run_inputs
from sim.outcomes.cells import gini_of_rates
from sim.outcomes.columns import read_codes
from sim.outcomes.cost import measure_cost, measure_duty_hours
from sim.outcomes.response import select_called
from sim.policies.contract.foreign import faults_of
from sim.policies.contract.registry import policy_identity, refuse_other
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.world import build_city

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Tables = Mapping[str, pd.DataFrame]
HOT_SHARE = 0.5
"""The busiest streets are the fewest that hold this share of recorded crime."""
FEWEST_AREAS, MOST_AREAS = 3, 12
SEGMENTS_AN_AREA = 15


@dataclass(frozen=True)
class Yardstick:
    """Hold what every deployment is measured by, whatever its own districts."""

    area: Ints
    """(n_segments,) area between which waiting should be fair"""
    hot: NDArray[np.bool_]
    """(n_segments,) streets with most recorded crime, from runs that judge nobody"""
    from_day: int
    areas_are_districts: bool

    @property
    def mark(self) -> str:
        """Tell one yardstick from another."""
        checksum = hashlib.sha256(self.area.tobytes() + self.hot.tobytes())
        return f"{checksum.hexdigest()[:12]}-{self.from_day}"


def make_yardstick(city: City, incidents: Ints, *, from_day: int) -> Yardstick:
    """Name areas and busiest streets.

    Areas are the districts of today; where there are fewer than three, pieces of equal street length, for a single
    district has nothing to be fair between.

    Parameters
    ----------
    incidents
        segment of each recorded incident
    """
    counts = np.bincount(incidents, minlength=city.streets.n_segments)
    order = np.argsort(-counts, kind="stable")
    n_hot = int(np.searchsorted(np.cumsum(counts[order]), HOT_SHARE * counts.sum())) + 1 if counts.sum() else 0
    hot = np.zeros(len(counts), bool)
    hot[order[:n_hot]] = True
    own = int(city.district.max()) + 1
    if own >= FEWEST_AREAS:
        return Yardstick(city.district.astype(np.int64), hot, from_day, True)
    n_areas = min(max(FEWEST_AREAS, city.streets.n_segments // SEGMENTS_AN_AREA), MOST_AREAS)
    return Yardstick(divide_equal(city.streets, n_areas).astype(np.int64), hot, from_day, False)


@dataclass(frozen=True)
class Job:
    """Hold what a worker needs for one run."""

    run: str
    scenario: Scenario
    policy: PolicyModel
    seed: int
    role: str
    yardstick: Yardstick
    sources: list[dict[str, Any]] | None = None


def measure_run(job: Job) -> list[dict[str, Any]]:
    """Make a run in memory, and give its row."""
    refuse_other(job.policy, job.sources)
    scenario, ledger = job.scenario, MemoryLedger()
    city = build_city(scenario)
    inputs = run_inputs(scenario, policy_identity(job.policy), job.seed, city)
    with faults_of(job.policy):
        simulate(scenario, job.policy, job.seed, folder=ledger, city=city)
    about = {"run": job.run, "seed": job.seed, "digest": ledger.digest(inputs)}
    return [about | measure(ledger.tables(), scenario, city, job.role, job.yardstick)]


def measure(tables: Tables, scenario: Scenario, city: City, role: str, yardstick: Yardstick) -> dict[str, float]:
    """Measure a run: the goals, and what helps to understand them."""
    from_day, end = yardstick.from_day, scenario.n_days * DAY_MIN
    calls = select_called(tables["calls"])
    calls = calls[(calls["t_call"] >= from_day * DAY_MIN) & (read_codes(calls["kind"], CALLS) != INVALID)]
    waits = waits_of(calls, end_min=end, given_up_min=60.0 * scenario.dispatch.max_wait_h)
    days, n_days = tables["days"], scenario.n_days - from_day
    cost = measure_cost(days, tables["orders"], scenario.cost, from_day=from_day)
    segment = calls["segment"].to_numpy(np.int64)
    return (
        measure_waits(waits, calls["priority"].to_numpy(np.int64))
        | measure_fairness(waits, yardstick.area[segment])
        | {
            "presence": measure_presence(tables["segments"], yardstick.hot, scenario.n_days),
            "cost": float(cost.sum()) / n_days,
            "paid_hours": float(measure_duty_hours(days[days["day"] >= from_day])[role]),
            "unanswered": float(calls["t_arrived"].isna().sum()),
        }
        | measure_districts(calls, waits, scenario, city)
    )


def waits_of(calls: pd.DataFrame, *, end_min: float, given_up_min: float) -> Floats:
    """Give the minutes from call to arrival; who waited in vain counts with the time until the call was given up.

    To leave these calls out would make a deployment look the better, the more calls it leaves without anybody.
    """
    asked = calls["t_call"].to_numpy(np.float64)
    arrived = calls["t_arrived"].to_numpy(np.float64)
    waits: Floats = np.where(np.isnan(arrived), np.minimum(end_min - asked, given_up_min), arrived - asked)
    return waits


def measure_waits(waits: Floats, priority: Ints) -> dict[str, float]:
    """Describe the waits of calls of priority 1 and 2, each and together."""
    out: dict[str, float] = {}
    for number in (1, 2):
        own = waits[priority == number]
        out[f"n_calls_{number}"] = float(len(own))
        out[f"response_{number}_median"] = float(np.median(own)) if len(own) else np.nan
        out[f"response_{number}_p90"] = float(np.quantile(own, 0.9)) if len(own) else np.nan
    urgent = waits[priority <= 2]
    out["urgent_mean"] = float(urgent.mean()) if len(urgent) else np.nan
    out["urgent_p90"] = float(np.quantile(urgent, 0.9)) if len(urgent) else np.nan
    return out | {"n_calls": float(len(waits))}


def measure_fairness(waits: Floats, area: Ints) -> dict[str, float]:
    """Measure how unequal the mean wait is between areas, all calls taken.

    `fairness` is the Gini coefficient of the mean waits, each area with the weight of its calls: 0 where all are equal.
    """
    n = np.bincount(area).astype(np.float64)
    total = np.bincount(area, waits).astype(np.float64)
    there = n > 0
    if there.sum() < 2 or not total.sum() > 0.0:
        return {"fairness": np.nan, "worst_area": np.nan}
    means = total[there] / n[there]
    return {
        "fairness": gini_of_rates(total[there], n[there]),
        "worst_area": float(means.max() / (total.sum() / n.sum())),
    }


def measure_presence(segments: pd.DataFrame, hot: NDArray[np.bool_], n_days: int) -> float:
    """Measure officer-minutes a day in sight in the busiest streets, all days taken; no number without such streets."""
    if not hot.any():
        return float("nan")
    there = hot[segments["segment"].to_numpy(np.int64)]
    return float(segments["police_min"].to_numpy(np.float64)[there].sum()) / n_days


def measure_districts(calls: pd.DataFrame, waits: Floats, scenario: Scenario, city: City) -> dict[str, float]:
    """Measure the districts of the run itself: how unequal their work is, and how often another one's officer comes."""
    n = int(city.district.max()) + 1
    there = city.district[calls["segment"].to_numpy(np.int64)].astype(np.int64)
    spent = calls["unit_min"].fillna(0.0).to_numpy(np.float64)
    work = np.bincount(there, spent, n).astype(np.float64)
    officer = calls["officer"].fillna(-1).to_numpy(np.int64)
    own = build_officers(local_force(scenario, city), city, 0)["district"].astype(np.int64)
    known = ~calls["t_arrived"].isna().to_numpy() & (officer >= 0) & (officer < len(own))
    crossed = own[officer[known]] != there[known]
    return {
        "work_gini": gini_of_rates(work, np.ones(n)) if n > 1 else np.nan,
        "work_most": float(work.max() / work.mean()) if n > 1 and work.sum() > 0.0 else np.nan,
        "crossed_pct": 100.0 * float(crossed.mean()) if n > 1 and known.any() else np.nan,
    }


MEASURED = (
    *("n_calls_1", "response_1_median", "response_1_p90", "n_calls_2", "response_2_median", "response_2_p90"),
    *("urgent_mean", "urgent_p90", "n_calls", "fairness", "worst_area", "presence", "cost", "paid_hours", "unanswered"),
    *("work_gini", "work_most", "crossed_pct"),
)
"""Columns of the row of a run."""
