"""What a sweep will take: time, memory and disk, measured on some days of the first run of every scenario."""

from __future__ import annotations

import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sim.batch.running.once import Job, do_run
from sim.batch.store.reuse import find_results
from sim.batch.study.plan import Plan
from sim.outcomes.measures import MEASURES
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario

PROBE_DAYS = (14, 98)
"""Two lengths, so that the time to make a world is separated from the time to run it."""
PROBES = 2
"""How often each is measured; the faster one counts, since other work on the machine only ever slows."""
BYTES_A_ROW = 8 * len(MEASURES) + 120
"""Of a run in a part: its numbers, which hardly compress, and its names."""
MEMORY_OVER_DISK = 4.0
"""Memory that a ledger takes, as rows and as data frames, against its compressed size on disk: our judgement."""
MB = 1e6


@dataclass(frozen=True)
class Forecast:
    """Hold what a sweep is expected to take."""

    n_runs: int
    """different runs of the whole plan; a rule that stops may end it earlier"""
    n_there: int
    """of them, in the store already"""
    seconds_a_run: float
    seconds: float
    """for what is not there, on so many workers"""
    memory_mb: float
    """of all workers together, at their peak"""
    disk_mb: float


def forecast_sweep(plan: Plan, store: Path, *, workers: int) -> Forecast:
    """Measure what a run takes and reckon up what the study will.

    The first run of every scenario is made twice each for 14 and for 98 days, after one that is not counted because it
    may compile. Runs of a strategy that takes much longer than the first one are misjudged by as much.
    """
    rule = plan.study.allocate
    seeds = plan.study.all_seeds if rule is None else plan.study.all_seeds[: rule.first]
    runs = set(plan.rows(seeds)["run"])
    n_there = len(find_results(store, runs, model=plan.model))
    first = [next(arm for arm in plan.arms if arm.scenario == name) for name in plan.scenarios]
    probes = [_probe(*plan.world(arm)) for arm in first]
    seconds = sum(probe[0] for probe in probes) / len(probes)
    share_kept = len(plan.seeds_kept) / len(plan.study.all_seeds)
    ledger_mb = share_kept * sum(probe[1] for probe in probes) / len(probes)
    n_runs = len(runs) + (0 if rule is None else rule.runs)
    n_left = n_runs - n_there
    return Forecast(
        n_runs=n_runs,
        n_there=n_there,
        seconds_a_run=seconds,
        seconds=n_left * seconds / workers,
        memory_mb=workers * (peak_mb() + max(probe[2] for probe in probes)),
        disk_mb=n_runs * (BYTES_A_ROW / MB + ledger_mb),
    )


def peak_mb() -> float:
    """Tell the most memory that this process has held."""
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB


def _probe(scenario: Scenario, policy: PolicyModel) -> tuple[float, float, float]:
    """Measure a run: seconds, megabytes of its ledger on disk, and megabytes of memory that grow with its length."""
    short, long = (min(days, scenario.n_days) for days in PROBE_DAYS)
    _seconds(scenario, policy, short)
    a, b = _seconds(scenario, policy, short), _seconds(scenario, policy, long)
    slope = (b - a) / max(long - short, 1)
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "run"
        do_run(_job(scenario, policy, long, kept))
        on_disk = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
    growth = scenario.n_days / long
    return (
        max(a + slope * (scenario.n_days - short), a),
        on_disk * growth / MB,
        MEMORY_OVER_DISK * on_disk * growth / MB,
    )


def _seconds(scenario: Scenario, policy: PolicyModel, days: int) -> float:
    return min(do_run(_job(scenario, policy, days, None)).seconds for _ in range(PROBES))


def _job(scenario: Scenario, policy: PolicyModel, days: int, folder: Path | None) -> Job:
    return Job("probe", scenario.replace({"n_days": days}), policy, 1, 0, folder)
