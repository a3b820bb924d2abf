"""What `cpsim report` takes."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.cli.arguments import Commands, add_command


def add_report(commands: Commands) -> None:
    """Declare `cpsim report`."""
    parser = add_command(
        commands, "report", "Write the report of a study: one page that needs nothing else, caveats first.", _report
    )
    parser.add_argument("folder", type=Path, metavar="STORE/STUDY", help="the runs of a sweep")
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="language of words and pictures")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.html",
        help="default: report.html or report.zh.html in STORE/STUDY; with --figure a folder (default: figures there)",
    )  # fmt: skip
    parser.add_argument("--pdf", action="store_true", help="write a PDF beside it, too; needs the extra 'pdf'")
    parser.add_argument("--figure", metavar="NAME", help="write one figure only, as PNG, SVG and CSV")


def _report(given: argparse.Namespace) -> int:
    from sim.cli.report import report

    return report(given)
