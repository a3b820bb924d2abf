"""`cpsim robustness`."""

from __future__ import annotations

import argparse

from sim.batch.running.runs import folder_name
from sim.batch.sensitivity.outcome import Asked
from sim.batch.sensitivity.robustness import judge_robustness
from sim.batch.store.read import read_study_runs
from sim.cli.pages import print_page
from sim.disk import make_folder
from sim.report.robustness.text import describe_robustness, write_robustness


def find_robustness(given: argparse.Namespace) -> int:
    """Tell in how much of a study's space a strategy is better, and keep table and picture beside its runs."""
    runs = read_study_runs(given.folder)
    asked = Asked(given.outcome, given.of, given.against or runs.baseline)
    robustness = judge_robustness(runs, asked, scenario=given.scenario, better=given.better)
    what = folder_name(f"robustness-{asked.outcome}-{asked.of}-against-{asked.against}")
    out = given.out or given.folder / "analysis" / what
    make_folder(out)
    files = write_robustness(robustness, out)
    if not given.no_plots:
        from sim.report.robustness.picture import plot_robustness

        files += plot_robustness(robustness, out=out / "robustness", lang=given.lang)
    print_page(describe_robustness(robustness, given.lang))
    print(", ".join(str(file) for file in files))
    return 0
