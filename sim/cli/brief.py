"""`cpsim brief`."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.disk import make_folder, write_whole
from sim.report.comparison.kept import read_comparison
from sim.report.texts import Lang


def brief(given: argparse.Namespace) -> int:
    """Write the two pages of a finished comparison, and their annex."""
    lang: Lang = given.lang
    comparison, provenance = read_comparison(given.folder)

    from sim.report.brief.document import write_document
    from sim.report.brief.of_comparison import brief_of_comparison
    from sim.report.brief.page import fit_to_pages, render_brief
    from sim.report.study.pdf import count_pages, write_pdf

    told = brief_of_comparison(comparison, given.folder, provenance, lang)
    out: Path = given.out or given.folder
    make_folder(out)
    ending = ".zh" if lang == "zh" else ""
    for name, annex in (("brief", False), ("brief-annex", True)):
        html = render_brief(told, lang, annex=True) if annex else fit_to_pages(told, lang, count_pages)
        file = out / f"{name}{ending}.html"
        write_whole(file, lambda target, html=html: target.write(html.encode()))  # type: ignore[misc]
        print(file)
        if given.pdf:
            write_pdf(html, file.with_suffix(".pdf"))
            print(file.with_suffix(".pdf"))
    if given.docx:
        file = out / f"brief{ending}.docx"
        write_document(told, file, lang)
        print(file)
    print(told.answer)
    return 0
