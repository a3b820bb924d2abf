"""`cpsim contrast`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.batch.store.read import read_study_runs
from sim.cli.pages import print_page
from sim.disk import make_folder
from sim.report.page import write_pages
from sim.report.study.contrasts import describe_study, tabulate_study


def compare_study(given: argparse.Namespace) -> int:
    """Compare the strategies of a study, print the outcomes that it asks for, and keep all measures in a file."""
    study_runs = read_study_runs(given.folder)
    table = tabulate_study(study_runs)
    print_page(describe_study(study_runs, table, given.lang))
    out: Path = given.out or given.folder / "analysis"
    make_folder(out)
    file = out / "contrasts.csv"
    table.to_csv(file, index=False)
    pages = write_pages(
        out, "contrasts", describe_study(study_runs, table, "en"), describe_study(study_runs, table, "zh")
    )
    print(", ".join(str(path) for path in (file, *pages)))
    return 0
