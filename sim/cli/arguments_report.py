"""What `cpsim report` and `cpsim validate` take."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sim.cli.arguments import Commands, add_command, add_force_argument, add_language, whole_number


def add_report(commands: Commands) -> None:
    """Declare `cpsim report`."""
    parser = add_command(
        commands, "report", "Write the report of a study: one page that needs nothing else, caveats first.", _report
    )
    parser.add_argument("folder", type=Path, metavar="STORE/STUDY", help="the runs of a sweep")
    add_language(parser, "language of words and pictures")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.html",
        help="default: report.html or report.zh.html in STORE/STUDY; with --figure a folder (default: figures there)",
    )  # fmt: skip
    parser.add_argument("--pdf", action="store_true", help="write a PDF beside it, too; needs the extra 'pdf'")
    parser.add_argument("--figure", metavar="NAME", help="write one figure only, as PNG, SVG and CSV")


def add_brief(commands: Commands) -> None:
    """Declare `cpsim brief`."""
    parser = add_command(
        commands, "brief", "Write two pages for whoever decides: the answer, its cost, how sure, one table.", _brief
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="the folder of a finished `cpsim compare` or `cpsim staffing`"
    )
    add_language(parser, "language of words and pictures")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: the folder of the comparison")
    parser.add_argument("--pdf", action="store_true", help="write PDFs beside the pages; needs the extra 'pdf'")
    parser.add_argument("--docx", action="store_true", help="write a document, too; needs the extra 'docx'")


def add_validate(commands: Commands) -> None:
    """Declare `cpsim validate`."""
    parser = add_command(
        commands,
        "validate",
        "Ask what the field has found of the simulation: the card of claims, misses first.",
        _validate,
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--quick",
        action="store_true",
        dest="quick_look",
        help="few seeds and no trials, under five minutes (the default)",
    )
    how.add_argument("--full", action="store_true", help="every claim with all its seeds, two to three hours")
    parser.add_argument(
        "--scenario", metavar="SCENARIO", help="ask this scenario instead of New Haven: a name or a .toml file"
    )
    add_force_argument(parser)
    parser.add_argument(
        "--set", action="append", default=[], dest="changes", metavar="KEY=VALUE",
        help="set a parameter, for instance repeat.boost.burglary=0; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="a claim, a fact or a family; may be repeated"
    )
    parser.add_argument("--list", action="store_true", help="list the claims and ask none")
    parser.add_argument(
        "--ablations", type=whole_number(2), metavar="SEEDS",
        help="cut each mechanism in turn, with so many seeds, and tell which claims break (an hour for 3)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("validation"), metavar="FOLDER", help="default: validation")
    parser.add_argument(
        "--workers", type=whole_number(1), default=os.cpu_count() or 1, help="processes (default: all cores)"
    )
    add_language(parser, "language of card and picture")
    parser.add_argument("--no-plots", action="store_true", help="draw no picture")


def _validate(given: argparse.Namespace) -> int:
    if given.ablations:
        from sim.cli.ablations import cut_mechanisms

        return cut_mechanisms(given)
    from sim.cli.validate import validate

    return validate(given)


def _brief(given: argparse.Namespace) -> int:
    from sim.cli.brief import brief

    return brief(given)


def _report(given: argparse.Namespace) -> int:
    from sim.cli.report import report

    return report(given)
