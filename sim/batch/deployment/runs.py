"""The runs of a search: each is made once, kept as it ends, and found again after a stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from sim.batch.deployment.measure import Job, Yardstick, measure_run
from sim.batch.running.crew import Crew
from sim.batch.running.rows import make_rows
from sim.batch.study.identity import arm_id, run_id
from sim.policies.contract.registry import sources_of
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario

Progress = Callable[[int, int, int], None]
"""Called with the runs done, to do and failed; may raise to stop."""
RUNS = "runs.csv"


class Runs:
    """Make runs of scenarios that differ in who is on when and where, and keep their rows.

    Parameters
    ----------
    out
        folder of the search
    before, planned
        runs that were made before, and those that the whole search will need, for the bar
    """

    def __init__(  # noqa: PLR0913 - what is run, how it is measured, where it is kept
        self, policy: PolicyModel, role: str, yardstick: Yardstick, *, out: Path, crew: Crew, before: int,
        planned: int, progress: Progress | None,
    ) -> None:  # fmt: skip
        self.policy, self.role, self.yardstick = policy, role, yardstick
        self.file, self.crew = out / RUNS, crew
        self.before, self.planned, self.progress = before, planned, progress
        self.done: set[str] = set()
        self.asked: list[pd.DataFrame] = []

    def __call__(self, stage: str, scenarios: Mapping[str, Scenario], seeds: Sequence[int]) -> pd.DataFrame:
        """Give one row per scenario and seed: `stage`, `name`, `seed`, `run`, `digest` and the measures."""
        jobs, keys = {}, []
        sources = sources_of(self.policy)
        for name, scenario in scenarios.items():
            arm = arm_id(scenario, self.policy, from_day=self.yardstick.from_day)
            for seed in seeds:
                run = f"run-{run_id(f'{arm}:{self.yardstick.mark}:{self.role}', seed)}"
                keys.append({"stage": stage, "name": name, "seed": seed, "run": run})
                jobs[run,] = Job(run, scenario, self.policy, seed, self.role, self.yardstick, sources)
        new = {run for (run,) in jobs} - self.done
        before = self.before + len(self.done)

        def count(done: int) -> None:
            if self.progress is not None:
                there = len(jobs) - len(new)  # of an earlier stage
                self.progress(min(before + max(done - there, 0), self.planned), self.planned, 0)

        table = make_rows(
            jobs, measure_run, columns=["run"], workers=self.crew, file=self.file, progress=count
        ).set_index("run")  # fmt: skip
        self.done |= new
        rows = pd.DataFrame(keys)
        measured = table.drop(columns="seed").loc[rows["run"]].reset_index(drop=True)
        rows = pd.concat([rows, measured], axis=1)
        self.asked.append(rows)
        return rows

    def table(self) -> pd.DataFrame:
        """Give the rows of all stages, in the order in which they were asked for."""
        return pd.concat(self.asked, ignore_index=True)
