"""One run of a sweep, in memory: its measures, and the digest that a run folder of the same inputs would have."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.agents.events import LEDGER
from sim.agents.tables import row_dtype
from sim.batch.running.runs import RunPlan, ensure_run, summarise_folder
from sim.clock import SHIFTS_A_DAY
from sim.engine import simulate
from sim.ledger.columns import Rows, frame_of
from sim.ledger.force import Force
from sim.ledger.provenance import digest_of, run_inputs
from sim.ledger.run_folder import PART_SHIFTS, content_of, read_manifest
from sim.outcomes.summary import summarise
from sim.policies.contract.foreign import faults_of
from sim.policies.contract.registry import policy_identity, refuse_other
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario
from sim.world import build_city


@dataclass(frozen=True)
class Job:
    """Hold what a worker needs for one run."""

    run: str
    scenario: Scenario
    policy: PolicyModel
    seed: int
    from_day: int
    folder: Path | None
    """where to keep the ledger; None to keep none"""
    sources: list[dict[str, Any]] | None = None
    """what the policy was when the run was planned, as `sources_of` says it; None to trust it"""


@dataclass(frozen=True)
class Result:
    """Hold the results of one run."""

    digest: str
    measures: dict[str, float]
    seconds: float


class MemoryLedger:
    """Keep the rows of a run, and the checksums of the parts that a run folder would have written."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Rows]] = {name: [] for name in LEDGER}
        self._open: dict[str, list[Rows]] = {name: [] for name in LEDGER}
        self._contents: dict[str, list[str]] = {name: [] for name in LEDGER}
        self._n_shifts = 0
        self.force: Force | None = None

    def append(self, tables: Mapping[str, Rows]) -> None:
        """Take over the rows of a shift."""
        for name, rows in tables.items():
            if len(rows):
                self._open[name].append(rows)
        self._n_shifts += 1
        if self._n_shifts % PART_SHIFTS == 0:
            self._close_part()

    def is_due(self, shift: int) -> bool:
        """Tell that no checkpoint is ever due: whoever dies begins anew."""
        del shift
        return False

    def checkpoint(self, state: Mapping[str, np.ndarray], shift: int) -> None:
        """Keep none."""

    def finish(self, force: Force) -> None:
        """Close the last part."""
        self.force = force
        if self._n_shifts % PART_SHIFTS:
            self._close_part()

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the whole ledger."""
        return {name: frame_of(name, _joined(name, parts)) for name, parts in self._parts.items()}

    def digest(self, inputs: Mapping[str, Any]) -> str:
        """Give the digest of the run."""
        return digest_of(inputs, self._contents)

    def _close_part(self) -> None:
        for name, rows in self._open.items():
            whole = _joined(name, rows)
            self._parts[name].append(whole)
            self._contents[name].append(content_of(whole))
            self._open[name] = []


def do_run(job: Job) -> Result:
    """Complete a run and sum it up."""
    begun = time.perf_counter()
    refuse_other(job.policy, job.sources)
    digest, measures = _in_memory(job) if job.folder is None else _in_folder(job, job.folder)
    numbers = {str(name): float(value) for name, value in measures.items()}
    return Result(digest, numbers, time.perf_counter() - begun)


def _in_memory(job: Job) -> tuple[str, pd.Series]:
    scenario, ledger = job.scenario, MemoryLedger()
    city = build_city(scenario)
    inputs = run_inputs(scenario, policy_identity(job.policy), job.seed, city)  # before the policy has done anything
    with faults_of(job.policy):
        run = simulate(scenario, job.policy, job.seed, folder=ledger, city=city)
    measures = summarise(
        ledger.tables(),
        n_days=run.world.clock.n_shifts // SHIFTS_A_DAY,
        n_segments=city.streets.n_segments,
        from_day=job.from_day,
        prices=scenario.cost,
        force=ledger.force,
    )
    return ledger.digest(inputs), measures


def _in_folder(job: Job, folder: Path) -> tuple[str, pd.Series]:
    ensure_run(RunPlan(job.scenario, job.policy, job.seed, folder))
    return str(read_manifest(folder)["digest"]), summarise_folder(folder, from_day=job.from_day)


def _joined(name: str, parts: list[Rows]) -> Rows:
    return np.concatenate(parts) if parts else np.zeros(0, row_dtype(LEDGER[name]))
