"""All runs of a set of histories: made in processes, each kept in a file of its own, and gone on with after any stop.

    FOLDER/
      runs/RUN.json      one run, month by month, with all that determines it and a checksum
      manifest.json      the arms in full, and which run belongs to which arm, parameter set and seed
      months.csv, years.csv, effects.csv, pairs.csv, history.md, ...

A run is named by what determines it, so that two arms that are policed alike share one, a changed arm leaves the others
as they are, and neither the order in which runs end nor the number of workers moves a byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from sim.batch.history.arms import Histories, World
from sim.batch.history.once import Row, run_by_month
from sim.batch.running.sealed import read_sealed, seal
from sim.batch.running.workers import work_through
from sim.batch.study.identity import arm_id, model_version, run_id
from sim.disk import make_folder, remove_temporaries, write_whole
from sim.errors import InputError
from sim.ledger.provenance import made_with
from sim.policies.contract.registry import policy_identity, refuse_other, sources_of

Progress = Callable[[int, int, int], None]
"""Called with the runs done, to do and failed; may raise to stop."""
TWIN = "{}:as_before"
"""Key of an arm without its reform: the run that an effect of the reform is taken from."""
COUNTS = ("once.py", "figures.py")
"""Files beside this one that say what is counted; when they change, a run is made anew."""


@dataclass(frozen=True)
class Made:
    """Hold all runs of a set of histories, month by month."""

    histories: Histories
    worlds: Mapping[str, World]
    sets: pd.DataFrame
    """one row per parameter set, one column per parameter; one row without columns where nothing is varied"""
    weights: tuple[float, ...]
    """how much each set counts"""
    seeds: tuple[int, ...]
    months: pd.DataFrame
    """one row for each month of each run: `arm`, `set`, `seed`, `month`, and what was counted; arms without their
    reform have the key `TWIN`"""
    failures: dict[str, str]

    @property
    def base(self) -> World:
        """Give the world of the first arm."""
        return next(iter(self.worlds.values()))


@dataclass(frozen=True)
class _Job:
    run: str
    world: World
    seed: int
    file: Path
    sources: list[dict[str, Any]]


def plan_runs(worlds: Mapping[str, World], sets: pd.DataFrame, seeds: tuple[int, ...]) -> dict[str, tuple[World, int]]:
    """List the different runs by name: world and seed."""
    return {run: (world, seed) for run, world, seed, *_ in _planned(worlds, sets, seeds)}


def n_there(runs: Mapping[str, Any], out: Path) -> int:
    """Count the runs that a folder holds."""
    return sum(read_sealed(_file_of(out, run), itemgetter("rows")) is not None for run in runs)


def make_runs(  # noqa: PLR0913 - what, over what, where, and who hears of it
    histories: Histories,
    worlds: Mapping[str, World],
    sets: tuple[pd.DataFrame, tuple[float, ...]],
    seeds: tuple[int, ...],
    out: Path,
    *,
    workers: int,
    progress: Progress | None = None,
) -> Made:
    """Make every run that the folder does not hold yet, and read all.

    Raises
    ------
    InputError
        If no run succeeds.
    DiskError
        If the disk is full; what was finished is kept.
    """
    points, weights = sets
    make_folder(out / "runs")
    remove_temporaries(out / "runs")
    plan = _planned(worlds, points, seeds)
    kept: dict[str, list[Row]] = {}
    jobs: dict[str, _Job] = {}
    for run, world, seed, *_ in plan:
        if run in kept or run in jobs:
            continue
        there = read_sealed(_file_of(out, run), itemgetter("rows"))
        if there is None:
            jobs[run] = _Job(run, world, seed, _file_of(out, run), sources_of(world.policy))
        else:
            kept[run] = there
    n_runs, problems = len(kept) + len(jobs), dict[str, str]()
    with closing(work_through(jobs.items(), _do, workers=max(1, min(workers, len(jobs))))) as outcomes:
        for outcome in outcomes if jobs else ():
            if outcome is not None:
                outcome.stop_if_postponed()
                if outcome.value is None:
                    problems[outcome.key] = outcome.problem
                else:
                    kept[outcome.key] = outcome.value
            if progress is not None:
                progress(len(kept), n_runs, len(problems))
    if not kept:
        raise InputError(f"no run succeeded; the first problem was: {next(iter(problems.values()))}")
    _write_manifest(out, histories, worlds, plan, points)
    rows = [
        {"arm": arm, "set": point, "seed": seed, **row}
        for run, _, seed, arm, point in plan
        for row in kept.get(run, ())
    ]
    failures = {
        f"{arm}, set {point}, seed {seed}": problems[run] for run, _, seed, arm, point in plan if run in problems
    }
    return Made(histories, worlds, points, weights, seeds, pd.DataFrame(rows), failures)


def _planned(
    worlds: Mapping[str, World], sets: pd.DataFrame, seeds: tuple[int, ...]
) -> list[tuple[str, World, int, str, int]]:
    """List run, world, seed, arm and parameter set, seed by seed, so that every arm has results early."""
    code = _code_sha256()
    arms = []
    for point in range(len(sets)):
        values = {str(name): sets[name].iat[point].item() for name in sets.columns}
        for key, world in worlds.items():
            here = World(world.scenario.replace(values, where="--parameters"), world.policy) if values else world
            arms.append((key, point, here))
            if world.reformed_on is not None:
                arms.append((TWIN.format(key), point, here.without_reform()))
    named = [
        (f"{arm_id(world.scenario, world.policy, from_day=0)}:{code}", key, point, world) for key, point, world in arms
    ]
    return [(run_id(name, seed), world, seed, key, point) for seed in seeds for name, key, point, world in named]


def _do(job: _Job) -> list[Row]:
    """Work in a process of its own, and keep the run before it counts."""
    refuse_other(job.world.policy, job.sources)
    rows = json.loads(json.dumps(run_by_month(job.world, job.seed)))
    content = {
        "rows": rows,
        "sha256": seal(rows),
        "provenance": {
            "model": model_version(),
            "counts_sha256": _code_sha256(),
            "scenario": job.world.scenario.model_dump(mode="json"),
            "policy": policy_identity(job.world.policy),
            "seed": job.seed,
            "made_with": made_with(),
        },
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    write_whole(job.file, lambda to: to.write(text.encode()))
    return list(rows)


def _write_manifest(
    out: Path, histories: Histories, worlds: Mapping[str, World], plan: list[tuple[str, World, int, str, int]],
    points: pd.DataFrame,
) -> None:  # fmt: skip
    content = {
        "model": model_version(),
        "made_with": made_with(),
        "histories": histories.model_dump(mode="json"),
        "arms": {
            key: {"scenario": one.scenario.model_dump(mode="json"), "policy": policy_identity(one.policy)}
            for key, one in worlds.items()
        },
        "sets": points.to_dict("records"),
        "runs": [{"run": run, "arm": arm, "set": point, "seed": seed} for run, _, seed, arm, point in plan],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, default=str)
    write_whole(out / "manifest.json", lambda to: to.write(text.encode()))


def _file_of(out: Path, run: str) -> Path:
    return out / "runs" / f"{run}.json"


def _code_sha256() -> str:
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in COUNTS)).hexdigest()[:12]
