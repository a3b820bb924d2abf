"""`cpsim sensitivity`."""

from __future__ import annotations

import argparse

from sim.batch.running.runs import folder_name
from sim.batch.sensitivity.indices import analyse
from sim.batch.sensitivity.outcome import Asked
from sim.batch.store.read import read_study_runs
from sim.cli.pages import print_page
from sim.disk import make_folder
from sim.errors import InputError
from sim.report.sensitivity.text import describe_sensitivity, write_sensitivity


def find_sensitivity(given: argparse.Namespace) -> int:
    """Tell what an outcome of a study depends on, and keep table and picture beside its runs."""
    runs = read_study_runs(given.folder)
    if given.of and given.under:
        raise InputError("--of asks for a difference from the baseline and --under for a measure: give one of them")
    asked = Asked(given.outcome, given.of, runs.baseline) if given.of else Asked(
        given.outcome, given.under or runs.baseline
    )  # fmt: skip
    sensitivity = analyse(runs, asked, scenario=given.scenario, method=given.method)
    what = f"{given.outcome}-of-{given.of}" if given.of else f"{given.outcome}-under-{asked.of}"
    out = given.out or given.folder / "analysis" / folder_name(f"{sensitivity.method}-{what}")
    make_folder(out)
    files = write_sensitivity(sensitivity, out)
    if not given.no_plots:
        from sim.report.sensitivity.picture import plot_sensitivity

        files += plot_sensitivity(sensitivity, out=out / "sensitivity", lang=given.lang)
    print_page(describe_sensitivity(sensitivity, given.lang))
    print(", ".join(str(file) for file in files))
    return 0
