"""`cpsim trial`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.batch.trial.design import Trial, read_trial
from sim.batch.trial.many import conduct_all, plan_trial
from sim.batch.trial.once import check_units
from sim.cli.pages import print_page
from sim.cli.progress import day_bar, goes_on_from, run_bar, tell
from sim.compile_core import compile_core
from sim.disk import make_folder


def run_trial(given: argparse.Namespace) -> int:
    """Plan a trial on paper, or conduct it in many cities, and report it as trials are reported."""
    trial = read_trial(given.file)
    out = (given.out or Path("trials")) / trial.name
    check_units(trial)
    make_folder(out)
    compile_core(tell)
    return _plan(trial, out, given) if given.plan else _conduct(trial, out, given)


def _plan(trial: Trial, out: Path, given: argparse.Namespace) -> int:
    from sim.report.trial.text import describe_plan, write_plan

    with day_bar(f"{trial.name}, before the lot") as count:
        planned = plan_trial(trial, out, count)
    files = write_plan(planned, out)
    print_page(describe_plan(planned, given.lang))
    print(", ".join(str(file) for file in files))
    return 0


def _conduct(trial: Trial, out: Path, given: argparse.Namespace) -> int:
    from sim.report.trial.text import describe_trial, write_trial

    with goes_on_from(out), run_bar(trial.name) as count:
        done = conduct_all(trial, out, workers=given.workers, progress=count)
    files = write_trial(done, out)
    if not given.no_plots:
        from sim.report.trial.picture import plot_trial

        files += plot_trial(done, out=out / "trial", lang=given.lang)
    print_page(describe_trial(done, given.lang))
    print(", ".join(str(file) for file in files))
    return 1 if done.failures else 0
