"""What the commands take that look at the runs of a study."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from sim.cli.arguments import IN_THE_FILE, OF_A_HISTORY, Commands, add_command, add_language, refuse_force, whole_number


def add_contrast(commands: Commands) -> None:
    """Declare `cpsim contrast`."""
    parser = add_command(
        commands, "contrast", "Compare the strategies of a study, with all that many comparisons ask for.", _contrast
    )
    parser.add_argument("folder", type=Path, metavar="STORE/STUDY", help="the runs of a sweep")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: STORE/STUDY/analysis")
    add_language(parser, "language of the table")


def add_sensitivity(commands: Commands) -> None:
    """Declare `cpsim sensitivity`."""
    parser = add_command(
        commands,
        "sensitivity",
        "Tell which parameters an outcome of a study depends on, and what is chance.",
        _sensitivity,
    )
    _study_arguments(parser)
    parser.add_argument("--of", metavar="STRATEGY", help="ask for its paired difference from the baseline")
    parser.add_argument("--under", metavar="STRATEGY", help="ask for the measure under it (default: the baseline)")
    parser.add_argument(
        "--method", choices=("morris", "sobol", "pawn"), help="default: that of the design; pawn takes any but morris"
    )


def add_robustness(commands: Commands) -> None:
    """Declare `cpsim robustness`."""
    parser = add_command(
        commands,
        "robustness",
        "Tell in how much of a study's space a strategy beats another one, and where that turns over.",
        _robustness,
    )
    _study_arguments(parser)
    parser.add_argument("--of", required=True, metavar="STRATEGY", help="the strategy that may be better")
    parser.add_argument("--against", metavar="STRATEGY", help="the other one (default: the baseline)")
    parser.add_argument("--better", choices=("less", "more"), help="for a measure without a good direction of its own")


def add_calibrate(commands: Commands) -> None:
    """Declare `cpsim calibrate`."""
    parser = add_command(
        commands,
        "calibrate",
        "Find which parameters fit a city's own numbers, and which the numbers do not tell.",
        _calibrate,
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE.toml", help="targets and parameters, as docs/calibration.md says"
    )
    refuse_force(parser, IN_THE_FILE)
    parser.add_argument(
        "--store", type=Path, default=Path("store"), metavar="FOLDER", help="folder of all studies (default: store)"
    )
    parser.add_argument(
        "--workers", type=whole_number(1), default=os.cpu_count() or 1, help="processes (default: all cores)"
    )
    methods = parser.add_mutually_exclusive_group()
    methods.add_argument(
        "--quick", action="store_true", help="search one good point by Optuna instead of all plausible ones"
    )
    methods.add_argument(
        "--abc", action="store_true", help="draw from the posterior by pyABC instead: many more runs, no emulator"
    )
    methods.add_argument(
        "--ranks", action="store_true", help="check on truths that the model made whether the calibration is too sure"
    )
    add_language(parser, "language of table and picture")
    parser.add_argument("--no-plots", action="store_true", help="draw no picture")


def add_trial(commands: Commands) -> None:
    """Declare `cpsim trial`."""
    parser = add_command(
        commands,
        "trial",
        "Plan a randomised trial, conduct it in many simulated cities, and report it as trials are reported.",
        _trial,
    )
    parser.add_argument("file", type=Path, metavar="FILE.toml", help="the trial, as docs/trials.md says")
    refuse_force(parser, IN_THE_FILE)
    parser.add_argument("--plan", action="store_true", help="tell units, arms and power before anything is treated")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="folder of all trials (default: trials)")
    parser.add_argument(
        "--workers", type=whole_number(1), default=os.cpu_count() or 1, help="processes (default: all cores)"
    )
    add_language(parser, "language of the report")
    parser.add_argument("--no-plots", action="store_true", help="draw no picture")


def add_history(commands: Commands) -> None:
    """Declare `cpsim history`."""
    parser = add_command(
        commands,
        "history",
        "Run what may have happened in a city, and tell which histories its published figures could tell apart.",
        _history,
    )
    parser.add_argument(
        "histories", metavar="SCENARIO", help="a scenario in which something comes in at a date, or a file of histories"
    )
    refuse_force(parser, OF_A_HISTORY)
    parser.add_argument(
        "--seeds", metavar="N", help="number of seeds, or a list like 1,5,9 (default: the file's, or 4)"
    )
    parser.add_argument(
        "--scale", type=float, metavar="N", help="real residents for a simulated one (default: the file's)"
    )
    parser.add_argument("--part", metavar="PART", help="simulate a part at its true density, for instance 0.2")
    parser.add_argument("--days", type=whole_number(1), help="length of the run")
    parser.add_argument(
        "--set", action="append", default=[], dest="changes", metavar="KEY=VALUE",
        help="set a parameter in every history; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--parameters", nargs="?", const="own", metavar="FILE",
        help="run all over plausible parameter sets: a calibration's, a table, or without a file the histories' own",
    )  # fmt: skip
    parser.add_argument(
        "--survey", type=whole_number(1), default=10_000, metavar="N", help="residents asked in a year (default: 10000)"
    )
    parser.add_argument(
        "--districts",
        type=whole_number(4),
        metavar="N",
        help="places that could come earlier or later (default: the file's)",
    )
    parser.add_argument(
        "--spread", type=float, default=0.05, metavar="SHARE",
        help="how far the change of a district differs from another's for reasons of its own (default: 0.05)",
    )  # fmt: skip
    parser.add_argument(
        "--copy", type=Path, metavar="FILE.toml", help="write the histories into a file to change, and end"
    )
    parser.add_argument("--dry-run", action="store_true", help="say how many runs there are, and make none")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: runs/SCENARIO-history")
    parser.add_argument(
        "--workers", type=whole_number(1), default=os.cpu_count() or 1, help="processes (default: all cores)"
    )
    add_language(parser, "language of page and pictures")
    parser.add_argument("--no-plots", action="store_true", help="draw no pictures")


def _study_arguments(parser: Any) -> None:  # noqa: ANN401
    parser.add_argument("folder", type=Path, metavar="STORE/STUDY", help="the runs of a sweep")
    parser.add_argument(
        "--outcome", required=True, metavar="MEASURE", help="a measure of `cpsim measures`, for instance trust_mean"
    )
    parser.add_argument("--scenario", metavar="NAME", help="of a study of several: which")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: a folder below STORE/STUDY/analysis")
    add_language(parser, "language of table and picture")
    parser.add_argument("--no-plots", action="store_true", help="draw no picture")


def _contrast(given: argparse.Namespace) -> int:
    from sim.cli.contrast import compare_study

    return compare_study(given)


def _sensitivity(given: argparse.Namespace) -> int:
    from sim.cli.sensitivity import find_sensitivity

    return find_sensitivity(given)


def _robustness(given: argparse.Namespace) -> int:
    from sim.cli.robustness import find_robustness

    return find_robustness(given)


def _trial(given: argparse.Namespace) -> int:
    from sim.cli.trial import run_trial

    return run_trial(given)


def _history(given: argparse.Namespace) -> int:
    from sim.cli.history import tell_history

    return tell_history(given)


def _calibrate(given: argparse.Namespace) -> int:
    from sim.cli.calibrate import calibrate

    return calibrate(given)
