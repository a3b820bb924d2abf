"""Many runs at the same time, each in its folder: done, continued or reused, and summed up as they come in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from sim.batch.running.crew import Crew
from sim.batch.running.runs import RunPlan, count_orders_of, ensure_run, folder_name, summarise_folder
from sim.batch.running.workers import work_through
from sim.errors import InputError
from sim.ledger.run_folder import read_manifest
from sim.policies.contract.registry import refuse_other, sources_of

Key = tuple[str, int]
"""A run: the name of what was tried, and the seed."""
Row = dict[str, object]
Progress = Callable[[int, int], None]
"""Called with the simulated days done and to do, over all runs; may raise to stop."""


def run_many(
    plans: dict[Key, RunPlan], *, workers: int | Crew, from_day: int, progress: Progress | None = None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Complete every run and sum it up.

    Finished runs are reused and interrupted ones continue, so that the same call goes on where it was stopped.

    Returns
    -------
    runs
        one row per finished run, in the order of the plans: `policy`, `seed`, `folder`, `digest`, `n_orders` with a
        target, `seconds`, and the measures of `sim.outcomes.summary.summarise`
    failures
        what went wrong, by run

    Raises
    ------
    InputError
        If no run succeeds, or the disk is full.
    """
    rows: dict[Key, Row] = {}
    failures: dict[str, str] = {}
    jobs = ((key, (plan, key[0], from_day, sources_of(plan.policy))) for key, plan in plans.items())
    with closing(work_through(jobs, _run_one, workers=workers)) as outcomes:
        for outcome in outcomes:
            if outcome is not None:
                outcome.stop_if_postponed()
            if outcome is not None and outcome.value is not None:
                rows[outcome.key] = outcome.value
            elif outcome is not None:
                label, seed = outcome.key
                failures[f"{label}, seed {seed}"] = outcome.problem
            if progress is not None:
                progress(sum(days_done(plan.folder) for plan in plans.values()), days_to_do(plans.values()))
    if not rows:
        raise InputError(f"no run succeeded; the first problem was: {next(iter(failures.values()))}")
    return pd.DataFrame([rows[key] for key in plans if key in rows]), failures


def check_request(labels: Sequence[str], seeds: Sequence[int], *, workers: int, from_day: int, n_days: int) -> None:
    """Refuse a batch that cannot be run.

    Raises
    ------
    InputError
        If there are no strategies or seeds, one is named twice, or no day is left after the warm-up.
    """
    files = [folder_name(label) for label in labels]
    if not files or len(set(files)) < len(files):
        raise InputError(f"a comparison needs strategies, each named once, got {list(labels)}")
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise InputError(f"a comparison needs seeds of 0 or more, each named once, got {list(seeds)}")
    if workers < 1:
        raise InputError(f"workers must be 1 or more, got {workers}")
    if not 0 <= from_day < n_days:
        raise InputError(f"the warm-up must be shorter than the run of {n_days} days, got {from_day}")


def run_folder(out: Path, label: str, seed: int) -> Path:
    """Name the folder of a run below that of its batch."""
    return out / f"{folder_name(label)}-seed{seed}"


def _run_one(job: tuple[RunPlan, str, int, list[dict[str, Any]]]) -> Row:
    """Work in a process of its own: complete a run and sum it up."""
    plan, label, from_day, sources = job
    begun = time.perf_counter()
    refuse_other(plan.policy, sources)
    ensure_run(plan)
    measures = summarise_folder(plan.folder, from_day=from_day)
    about = {"policy": label, "seed": plan.seed, "folder": plan.folder.name, "digest": _digest(plan.folder)}
    about |= {"n_orders": count_orders_of(plan.folder)}
    return about | {"seconds": time.perf_counter() - begun} | dict(measures)


def _digest(folder: Path) -> str:
    return str(read_manifest(folder)["digest"])


def days_done(folder: Path) -> int:
    """Read how many days of a run are safe; 0 where there is none."""
    try:
        return int(read_manifest(folder)["n_days_done"])
    except InputError:
        return 0


def days_to_do(plans: Iterable[RunPlan]) -> int:
    """Count the days of all runs."""
    return sum(plan.scenario.n_days for plan in plans)
