"""`cpsim sweep` and `cpsim store`."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from sim.batch.study.carried import carried_doubts, carry_sets, find_sets
from sim.batch.study.plan import Plan, make_plan
from sim.batch.study.study import read_study
from sim.cli.cities import tell_of_city
from sim.cli.progress import count_points, goes_on_from, run_bar, tell, teller
from sim.compile_core import compile_core
from sim.report.sentences import note_sentence, problem_sentence
from sim.report.texts import Lang, text


def run_sweep(given: argparse.Namespace) -> int:
    """Plan a study and make its runs, or say what it would take."""
    file: Path = given.study
    study = read_study(file)
    written = file.read_text(encoding="utf-8-sig")
    parameters = None if given.parameters is None else find_sets(given.parameters)
    if parameters is not None:
        study, written = carry_sets(study, written, parameters, study_file=file)
    plan = make_plan(study, beside=file.parent, progress=count_points(study.name, given.lang))
    store: Path = given.store
    lang: Lang = given.lang
    tell(_plan_line(plan, lang))
    for scenario in plan.scenarios.values():
        tell_of_city(scenario, lang)
    if plan.carried is not None:
        for key, values in carried_doubts(plan.carried, study, plan.model):
            tell(text(lang, key).format(**values))
    if given.dry_run:
        return _forecast(plan, given)
    if given.slurm_script is not None:
        from sim.batch.running.slurm import write_script

        *scripts, submit = write_script(file, store, n_shards=given.slurm_script, parameters=parameters)
        print("\n".join([*scripts, note_sentence(submit, lang)]))
        return 0
    compile_core(teller(lang))
    if given.shard is not None:
        from sim.batch.running.shard import run_shard

        return 1 if run_shard(plan, written, store, given.shard, workers=given.workers, tell=teller(lang)) else 0
    return _sweep(plan, written, given)


def check(given: argparse.Namespace) -> int:
    """Tell whether the folder of a study is whole; exit code 1 if it is not."""
    from sim.batch.store.check import look_through

    lang: Lang = given.lang
    contents = look_through(given.folder)
    for problem in contents.problems:
        print(problem_sentence(problem, lang))
    waiting = text(lang, "store.waiting").format(n=f"{contents.n_pending:,}") if contents.n_pending else ""
    whole = "" if contents.problems else text(lang, "store.whole")
    state = text(lang, "store.state").format(
        folder=given.folder, runs=f"{contents.n_in_parts:,}", waiting=waiting, whole=whole
    )
    print(state)
    return 1 if contents.problems else 0


def _sweep(plan: Plan, written: str, given: argparse.Namespace) -> int:
    from sim.batch.study.sweep import sweep

    if given.dask:
        from sim.batch.running.cluster import dask_runner

        runner = dask_runner(given.dask)
    else:
        from sim.batch.running.local import local_runner

        runner = local_runner(given.workers, plan.study.limit_minutes)
    lang: Lang = given.lang
    path = given.store / plan.study.name
    with goes_on_from(path, lang), run_bar(plan.study.name, lang) as progress:
        folder = sweep(
            plan, written, given.store, runner, progress=progress, tell=teller(lang), new_model=given.new_model,
            again=given.retry,
        )  # fmt: skip
    for run, problem in list(folder.failed.items())[:5]:
        tell(text(lang, "frame.failed").format(run=run, problem=problem))
    done = f"{folder.n_planned - len(folder.failed):,}"
    print(text(lang, "sweep.done").format(folder=path, done=done, planned=f"{folder.n_planned:,}"))
    return 1 if folder.failed else 0


def _plan_line(plan: Plan, lang: Lang) -> str:
    study = plan.study
    n_seeds = f"{len(study.all_seeds):,}"
    return text(lang, "sweep.plan").format(
        study=study.name, scenarios=len(plan.scenarios), strategies=len(plan.strategies),
        points=text(lang, "sweep.points").format(n=f"{len(plan.points):,}") if len(plan.points) > 1 else "",
        seeds=text(lang, "sweep.up_to").format(n=n_seeds) if study.has_rule else n_seeds,
        runs=f"{len(plan.arms) * len(study.all_seeds):,}", model=plan.model,
    )  # fmt: skip


def _forecast(plan: Plan, given: argparse.Namespace) -> int:
    from sim.batch.study.forecast import forecast_sweep

    lang: Lang = given.lang
    compile_core(teller(lang))
    forecast = forecast_sweep(plan, given.store, workers=given.workers)
    time, each = _duration(forecast.seconds, lang), f"{forecast.seconds_a_run:.1f}"
    memory, disk = f"{forecast.memory_mb:,.0f}", f"{forecast.disk_mb:,.1f}"
    print(text(lang, "sweep.runs").format(n=f"{forecast.n_runs:,}", there=f"{forecast.n_there:,}"))
    print(text(lang, "sweep.time").format(time=time, workers=given.workers, each=each))
    print(text(lang, "sweep.memory").format(memory=memory, disk=disk))
    return 0


def _duration(seconds: float, lang: Lang) -> str:
    days, rest = divmod(round(seconds), 86_400)
    clock = str(timedelta(seconds=rest))
    return text(lang, "sweep.days").format(days=days, time=clock) if days else clock
