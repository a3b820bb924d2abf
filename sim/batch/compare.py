"""Several strategies over the same seeds, and their differences in pairs.

Runs of one seed share every draw that the strategy does not change, so the difference between two
strategies is taken seed by seed: its interval is far narrower than that of two independent means.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from sim.batch.runs import RunPlan, ensure_run, folder_name, summarise_folder
from sim.errors import InputError
from sim.ledger import read_manifest
from sim.outcomes.measures import MEASURES
from sim.outcomes.pairs import pair_differences
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario

LOOK_EVERY_S = 0.5
"""How often finished runs are collected and progress is read from the folders."""


@dataclass(frozen=True)
class Strategy:
    """A policy under the name that a comparison gives it: how the user wrote it."""

    label: str
    policy: PolicyModel


@dataclass(frozen=True)
class Comparison:
    """Hold what several strategies came to.

    The first strategy is the one that the others are compared with.
    """

    scenario: Scenario
    strategies: tuple[str, ...]
    seeds: tuple[int, ...]
    from_day: int
    runs: pd.DataFrame
    """a row a finished run: `policy`, `seed`, `folder`, `digest`, and every measure of `MEASURES`"""
    differences: pd.DataFrame
    """the table of `sim.outcomes.pairs.pair_differences` for every measure; the first strategy is the baseline"""
    failures: dict[str, str]
    """what went wrong, by run; its pairs are left out"""


def compare(  # noqa: PLR0913 - what, over what, how, where to
    scenario: Scenario,
    strategies: Sequence[Strategy],
    seeds: Sequence[int],
    *,
    out: Path,
    workers: int,
    from_day: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run every strategy with every seed and compare them in pairs.

    Every run has its folder below `out`. Called again with the same inputs, finished runs are reused and an
    interrupted one continues.

    Parameters
    ----------
    strategies
        the first is the one that the others are compared with
    out
        folder of the comparison
    workers
        processes at work at the same time
    from_day
        days before are a warm-up and left out of the measures
    progress
        called with the simulated days done and to do, over all runs; may raise to stop

    Raises
    ------
    InputError
        If there are no strategies or seeds, one is named twice, or no run at all succeeds.
    """
    _check(scenario, strategies, seeds, workers, from_day)
    plans = {
        (strategy.label, seed): RunPlan(
            scenario, strategy.policy, seed, out / f"{folder_name(strategy.label)}-seed{seed}"
        )
        for strategy in strategies
        for seed in seeds
    }
    rows, failures = _run_all(plans, workers, from_day, progress)
    if not rows:
        raise InputError(f"no run succeeded; the first problem was: {next(iter(failures.values()))}")
    runs = pd.DataFrame([rows[key] for key in plans if key in rows])
    labels = tuple(strategy.label for strategy in strategies)
    if labels[0] not in set(runs["policy"]):
        raise InputError(
            f"every run of the baseline {labels[0]!r} failed; the first problem was: {next(iter(failures.values()))}"
        )
    differences = pair_differences(runs, baseline=labels[0], measures=list(MEASURES))
    return Comparison(scenario, labels, tuple(seeds), from_day, runs, differences, failures)


def _check(
    scenario: Scenario, strategies: Sequence[Strategy], seeds: Sequence[int], workers: int, from_day: int
) -> None:
    labels = [folder_name(strategy.label) for strategy in strategies]
    if not labels or len(set(labels)) < len(labels):
        raise InputError(f"a comparison needs strategies, each named once, got {[s.label for s in strategies]}")
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise InputError(f"a comparison needs seeds of 0 or more, each named once, got {list(seeds)}")
    if workers < 1:
        raise InputError(f"workers must be 1 or more, got {workers}")
    if not 0 <= from_day < scenario.n_days:
        raise InputError(f"the warm-up must be shorter than the run of {scenario.n_days} days, got {from_day}")


Key = tuple[str, int]
Row = dict[str, object]


def _run_all(
    plans: dict[Key, RunPlan], workers: int, from_day: int, progress: Callable[[int, int], None] | None
) -> tuple[dict[Key, Row], dict[str, str]]:
    rows: dict[Key, Row] = {}
    failures: dict[str, str] = {}
    pool = ProcessPoolExecutor(min(workers, len(plans)), mp_context=get_context("spawn"))
    try:
        todo = {pool.submit(_run_one, plan, key[0], from_day): key for key, plan in plans.items()}
        while todo:
            done, _ = wait(todo, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            for future in done:
                key = todo.pop(future)
                _collect(future, key, rows, failures)
            if progress is not None:
                progress(sum(_days_done(plan.folder) for plan in plans.values()), _days_to_do(plans.values()))
    except BaseException:
        for process in list((pool._processes or {}).values()):  # their folders stay resumable
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return rows, failures


def _collect(future: Future[Row], key: Key, rows: dict[Key, Row], failures: dict[str, str]) -> None:
    name = f"{key[0]}, seed {key[1]}"
    try:
        rows[key] = future.result()
    except BrokenProcessPool:
        failures[name] = "its process was killed, perhaps for want of memory; run the same command again to continue"
    except InputError as error:
        failures[name] = str(error)
    except Exception as error:  # a failed run is a row, not the end of the comparison
        failures[name] = f"{type(error).__name__}: {error}"


def _run_one(plan: RunPlan, label: str, from_day: int) -> Row:
    """Work in a process of its own: complete a run and sum it up."""
    begun = time.perf_counter()
    ensure_run(plan)
    measures = summarise_folder(plan.folder, from_day=from_day)
    about = {"policy": label, "seed": plan.seed, "folder": plan.folder.name, "digest": _digest(plan.folder)}
    return about | {"seconds": time.perf_counter() - begun} | dict(measures)


def _digest(folder: Path) -> str:
    return str(read_manifest(folder)["digest"])


def _days_done(folder: Path) -> int:
    try:
        return int(read_manifest(folder)["n_days_done"])
    except InputError:
        return 0


def _days_to_do(plans: Iterable[RunPlan]) -> int:
    return sum(plan.scenario.n_days for plan in plans)
