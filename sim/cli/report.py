"""`cpsim report`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.batch.store.read import read_study_runs
from sim.disk import make_folder
from sim.errors import InputError


def report(given: argparse.Namespace) -> int:
    """Write the report of a study, or one of its figures."""
    study = read_study_runs(given.folder)
    if given.figure is not None:
        from sim.report.study.figures import write_picture
        from sim.report.study.page import pictures_of

        folder = given.out or given.folder / "figures"
        for file in write_picture(pictures_of(study, lang=given.lang), given.figure, folder):
            print(file)
        return 0
    out: Path = given.out or given.folder / ("report.zh.html" if given.lang == "zh" else "report.html")
    if out.suffix not in {".html", ".htm"}:
        raise InputError(f"--out must name a file that ends in .html, got {str(out)!r}")
    from sim.report.study.page import write_report

    make_folder(out.parent)
    html = write_report(study, out, lang=given.lang)
    print(out)
    if given.pdf:
        from sim.report.study.pdf import write_pdf

        write_pdf(html, out.with_suffix(".pdf"))
        print(out.with_suffix(".pdf"))
    return 0
