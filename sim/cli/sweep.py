"""`cpsim sweep` and `cpsim store`."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from sim.batch.study.plan import Plan, make_plan
from sim.batch.study.study import read_study
from sim.cli.cities import tell_of_city
from sim.cli.progress import goes_on_from, run_bar, say_now_and_then, tell
from sim.compile_core import compile_core


def run_sweep(given: argparse.Namespace) -> int:
    """Plan a study and make its runs, or say what it would take."""
    file: Path = given.study
    study = read_study(file)
    plan = make_plan(study, beside=file.parent, progress=say_now_and_then(f"{study.name}: points laid out"))
    store: Path = given.store
    _say_plan(plan)
    for scenario in plan.scenarios.values():
        tell_of_city(scenario)
    if given.dry_run:
        return _forecast(plan, given)
    if given.slurm_script is not None:
        from sim.batch.running.slurm import write_script

        print(write_script(file, store, n_shards=given.slurm_script))
        return 0
    compile_core(tell)
    text = file.read_text(encoding="utf-8-sig")
    if given.shard is not None:
        from sim.batch.running.shard import run_shard

        return 1 if run_shard(plan, text, store, given.shard, workers=given.workers, tell=tell) else 0
    return _sweep(plan, text, given)


def check(given: argparse.Namespace) -> int:
    """Tell whether the folder of a study is whole; exit code 1 if it is not."""
    from sim.batch.store.check import look_through

    found = look_through(given.folder)
    for problem in found.problems:
        print(problem)
    waiting = f", {found.n_pending:,} wait for their part" if found.n_pending else ""
    print(f"{given.folder}: {found.n_in_parts:,} runs{waiting}" + ("" if found.problems else "; every checksum fits"))
    return 1 if found.problems else 0


def _sweep(plan: Plan, text: str, given: argparse.Namespace) -> int:
    from sim.batch.study.sweep import sweep

    if given.dask:
        from sim.batch.running.cluster import dask_runner

        runner = dask_runner(given.dask)
    else:
        from sim.batch.running.local import local_runner

        runner = local_runner(given.workers, plan.study.limit_minutes)
    path = given.store / plan.study.name
    with goes_on_from(path), run_bar(plan.study.name) as progress:
        folder = sweep(
            plan, text, given.store, runner, progress=progress, tell=tell, new_model=given.new_model,
            again=given.retry,
        )  # fmt: skip
    for run, problem in list(folder.failed.items())[:5]:
        tell(f"failed: run {run}: {problem}")
    print(f"{path}: {folder.n_planned - len(folder.failed):,} of {folder.n_planned:,} runs")
    return 1 if folder.failed else 0


def _say_plan(plan: Plan) -> None:
    study = plan.study
    seeds = f"up to {len(study.all_seeds):,}" if study.has_rule else f"{len(study.all_seeds):,}"
    points = f" x {len(plan.points):,} points" if len(plan.points) > 1 else ""
    tell(
        f"{study.name}: {len(plan.scenarios)} scenarios x {len(plan.strategies)} strategies{points} x {seeds} seeds = "
        f"{len(plan.arms) * len(study.all_seeds):,} runs, model {plan.model}"
    )


def _forecast(plan: Plan, given: argparse.Namespace) -> int:
    from sim.batch.study.forecast import forecast_sweep

    compile_core(tell)
    found = forecast_sweep(plan, given.store, workers=given.workers)
    print(f"runs: {found.n_runs:,}, of which {found.n_there:,} are in the store already")
    print(f"time: {_duration(found.seconds)} on {given.workers} processes ({found.seconds_a_run:.1f} s a run)")
    print(f"memory: {found.memory_mb:,.0f} MB; disk: {found.disk_mb:,.1f} MB")
    return 0


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
