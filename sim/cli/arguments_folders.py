"""What the commands take that look at the folders of runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.cli.arguments import Commands, add_command, add_language


def add_changes(commands: Commands) -> None:
    """Declare `cpsim changes`."""
    parser = add_command(
        commands,
        "changes",
        "List the offences that a strategy prevented, displaced and caused, and map them.",
        _changes,
    )
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER",
        help="two run folders, the baseline first; or one folder of a comparison",
    )  # fmt: skip
    parser.add_argument("--of", metavar="SPEC", help="of a comparison: which strategy, as `cpsim compare` was given it")
    parser.add_argument(
        "--window", type=float, default=14.0, metavar="DAYS",
        help="longest time between a lost and a gained offence that are taken for one displaced (default: 14)",
    )  # fmt: skip
    parser.add_argument(
        "--treated", type=float, default=0.02, metavar="SHARE",
        help="share of segments taken for treated: those with most police minutes more (default: 0.02)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: a folder 'changes...' in the last folder")
    add_language(parser, "language of table and map")


def add_plot(commands: Commands) -> None:
    """Declare `cpsim plot`."""
    parser = add_command(commands, "plot", "Draw maps and curves of a run folder.", _plot)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: the folder 'pictures' of the run")
    add_language(parser, "language of the labels")


def add_burden(commands: Commands) -> None:
    """Declare `cpsim burden`."""
    parser = add_command(
        commands, "burden", "Tell who pays in a run or a comparison: stops, visits, waiting, crime and trust.", _burden
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a run folder, or the folder of a comparison")
    parser.add_argument(
        "--by", choices=("migrant", "income", "district", "tenure"), default="migrant",
        help="the groups to set against each other (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write the table and its picture here, too")
    add_language(parser, "language of table and picture")


def add_check(commands: Commands) -> None:
    """Declare `cpsim check`."""
    parser = add_command(commands, "check", "Tell whether a run folder is whole and unedited.", _check)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    add_language(parser)


def _changes(given: argparse.Namespace) -> int:
    from sim.cli.changes import list_changes_of

    return list_changes_of(given)


def _plot(given: argparse.Namespace) -> int:
    from sim.cli.folders import plot

    return plot(given)


def _burden(given: argparse.Namespace) -> int:
    from sim.cli.burden import burden

    return burden(given)


def _check(given: argparse.Namespace) -> int:
    from sim.cli.folders import check

    return check(given)
