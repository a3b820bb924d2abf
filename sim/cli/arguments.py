"""What each command takes. The work stands in the other modules of this folder, imported when needed."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Commands = Any
"""The subparsers of argparse, a class without a public name."""

DEFAULT_SCENARIO = "new_haven"
MOST_WHOLE = 2**63 - 1


def add_run(commands: Commands) -> None:
    """Declare `cpsim run`."""
    parser = _add(commands, "run", "Run one strategy once and keep everything that happened in a folder.", _run)
    _scenario_arguments(parser)
    parser.add_argument("--policy", metavar="SPEC", help=f"{POLICY_HELP}; default: the scenario's own")
    parser.add_argument("--seed", type=_whole(0), default=1, help="seed of all chance (default: 1)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="run folder (default: runs/SCENARIO-POLICY-seedN)")
    parser.add_argument("--resume", action="store_true", help="continue an interrupted run of the same inputs")
    _language(parser)


def add_compare(commands: Commands) -> None:
    """Declare `cpsim compare`."""
    parser = _add(
        commands, "compare", "Run several strategies over the same seeds and compare them in pairs.", _compare
    )
    _scenario_arguments(parser)
    parser.add_argument(
        "--policies", metavar="A,B", help="the first is the baseline (default: the scenario's own, or reactive,hotspot)"
    )
    parser.add_argument(
        "--equal-cost", action="store_true", help="let response officers be let go to pay for staff that is hired"
    )
    parser.add_argument(
        "--show", metavar="NAME,...", help="measures to show, as `cpsim measures` names them; burden is always shown"
    )
    _batch_arguments(parser, "runs/SCENARIO-compare")
    parser.set_defaults(warm_up=None)  # until the strategies differ


def add_levers(commands: Commands) -> None:
    """Declare `cpsim levers`."""
    parser = _add(
        commands, "levers", "Tell what each of the five levers of a reform adds, alone and together.", _levers
    )
    _scenario_arguments(parser)
    parser.add_argument(
        "--policy", metavar="SPEC",
        help="a strategy with the five switches, from the start or from a date on, after which --days are counted and "
        "measured (default: the scenario's own where it has them, else reform)",
    )  # fmt: skip
    parser.add_argument(
        "--outcome", action="append", default=[], dest="outcomes", metavar="MEASURE",
        help="an outcome to show, as `cpsim measures` names it; may be repeated (default: crime, safe, satisfied, "
        "trust, burden, cost, and what each lever acts through)",
    )  # fmt: skip
    parser.add_argument(
        "--set-policy", action="append", default=[], dest="policy_changes", metavar="NAME=VALUE",
        help="set a parameter of the strategy, for instance hours=0.8; a switch that is set stands still",
    )  # fmt: skip
    _batch_arguments(parser, "runs/SCENARIO-levers")


def add_sweep(commands: Commands) -> None:
    """Declare `cpsim sweep`."""
    parser = _add(
        commands, "sweep", "Make all runs of a study, here or on a cluster, and go on after any stop.", _sweep
    )
    parser.add_argument(
        "study", type=Path, metavar="STUDY.toml", help="the study; docs/studies.md says what it may hold"
    )
    refuse_force(parser, IN_THE_FILE)
    parser.add_argument(
        "--store", type=Path, default=Path("store"), metavar="FOLDER", help="folder of all studies (default: store)"
    )
    parser.add_argument(
        "--parameters",
        type=Path,
        metavar="SETS",
        help="carry the parameter sets of a calibration through it: a file, or a scenario whose sets the package has",
    )
    parser.add_argument("--workers", type=_whole(1), default=os.cpu_count() or 1, help="processes (default: all cores)")
    parser.add_argument("--dry-run", action="store_true", help="say how many runs, how long, how much memory and disk")
    parser.add_argument("--dask", metavar="ADDRESS", help="let a Dask cluster make the runs, tcp://HOST:PORT")
    parser.add_argument("--shard", metavar="I/N", help="make every N-th run from the I-th on, as one of N array tasks")
    parser.add_argument(
        "--slurm-script", type=_whole(1), metavar="N", help="write a batch script of N array tasks instead of running"
    )
    parser.add_argument("--new-model", action="store_true", help="put runs of another model aside and make all anew")
    parser.add_argument("--retry", action="store_true", help="try runs again that failed before")
    _language(parser)


def add_store(commands: Commands) -> None:
    """Declare `cpsim store check`."""
    kinds = _group(commands, "store", "Look after the results of studies.")
    check = _add(kinds, "check", "Verify every checksum of a study and list the runs that are missing.", _store_check)
    check.add_argument("folder", type=Path, metavar="STORE/STUDY")
    _language(check)


def add_staffing(commands: Commands) -> None:
    """Declare `cpsim staffing`."""
    parser = _add(commands, "staffing", "Find how many officers are enough to meet targets, and a roster.", _staffing)
    _scenario_arguments(parser)
    parser.add_argument("--policy", metavar="SPEC", help=f"{POLICY_HELP}; default: the scenario's own")
    parser.add_argument(
        "--target", action="append", default=[], dest="targets", metavar="EXPR",
        help="a measure and its bound, for instance satisfied_pct>=80; may be repeated (default: "
        "answered_1_within_10_pct>=90 and uncommitted_pct>=30)",
    )  # fmt: skip
    parser.add_argument(
        "--role", action="append", default=[], dest="roles", metavar="ROLE",
        help="vary this role alone, for instance response; may be repeated (default: all sworn roles, in proportion)",
    )  # fmt: skip
    parser.add_argument(
        "--officers", type=_whole(1), metavar="N", help="sworn officers that there are now (default: the scenario's)"
    )
    parser.add_argument(
        "--residents", type=_whole(20), metavar="N", help="residents of a made-up town that is like the scenario"
    )
    parser.add_argument("--least", type=_whole(0), default=1, metavar="N", help="smallest force to think of")
    parser.add_argument(
        "--most", type=_whole(0), default=0, metavar="N", help="largest force (default: three times the scenario's)"
    )
    parser.add_argument(
        "--sure",
        type=float,
        default=0.95,
        metavar="P",
        help="chance at which a number is called enough (default: 0.95)",
    )
    parser.add_argument("--most-seeds", type=_whole(1), default=24, metavar="N", help="seeds a force (default: 24)")
    parser.add_argument("--most-runs", type=_whole(1), default=120, metavar="N", help="runs in all (default: 120)")
    _roster_arguments(parser)
    _batch_arguments(parser, "runs/SCENARIO-staffing")
    parser.set_defaults(seeds="6")


LANGUAGE_HELP = "language of what is printed"
POLICY_HELP = "a name (hotspot), with parameters (hotspot(share=0.03)), or a file (my_policy.py:MyPolicy)"


def _add(commands: Commands, name: str, help_text: str, act: Callable[[argparse.Namespace], int]) -> Any:  # noqa: ANN401
    parser = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
    _debug(parser)
    parser.set_defaults(act=act)
    return parser


def add_early_options(parser: Any) -> None:  # noqa: ANN401
    """Declare what may also stand before a command, on the parser of `cpsim` itself or of a group of commands."""
    _debug(parser)
    _language(parser)


def _debug(parser: Any) -> None:  # noqa: ANN401
    # A default of a command would undo what was said before the command; `cpsim` itself has the defaults.
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the whole traceback of an error"
    )


def _language(parser: Any, help_text: str = LANGUAGE_HELP) -> None:  # noqa: ANN401
    """Let a command answer in either language."""
    parser.add_argument("--lang", choices=("en", "zh"), default=argparse.SUPPRESS, help=help_text)


def _group(commands: Commands, name: str, help_text: str) -> Any:  # noqa: ANN401
    parser = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
    add_early_options(parser)
    return parser.add_subparsers(title="commands", dest="subcommand", required=True, metavar="COMMAND")


class _NoForce(argparse.Action):
    """Say in one sentence why a command has no `--force`, and what to give instead; its `const` is that sentence."""

    def __call__(self, parser: Any, namespace: object, values: object, option_string: str | None = None) -> None:  # noqa: ANN401
        """Refuse the option."""
        del namespace, values, option_string
        parser.error(str(self.const))


def add_force_argument(parser: Any) -> None:  # noqa: ANN401
    """Let a command take the folder of a force for its scenario."""
    parser.add_argument(
        "--force", type=Path, metavar="FOLDER", help="take the files of a force for the scenario; see `cpsim force new`"
    )


def refuse_force(parser: Any, why: str) -> None:  # noqa: ANN401
    """Refuse `--force` where a command takes its scenarios in another way."""
    parser.add_argument("--force", action=_NoForce, nargs="?", const=why, help=argparse.SUPPRESS)


IN_THE_FILE = (
    "--force must be left out here, where the file names the scenarios: build the folder with "
    "`cpsim force build FOLDER` and name FOLDER/built/scenario.toml in the file"
)
"""Why studies, calibrations and trials have no `--force`."""
OF_A_HISTORY = (
    "--force must be left out here, since a history needs something that comes in at a date, which no folder says: "
    "build it with `cpsim force build FOLDER`, and write a .toml file with like = 'FOLDER/built/scenario.toml' "
    "and what comes in"
)


def _scenario_arguments(parser: Any, *, length: bool = True) -> None:  # noqa: ANN401
    """Let a command name a scenario; `length` leaves out how long the run is where something else decides it."""
    parser.add_argument(
        "scenario",
        nargs="?",
        default=DEFAULT_SCENARIO,
        metavar="SCENARIO",
        help="a name, a .toml file or the folder of a force (default: new_haven)",
    )
    add_force_argument(parser)
    if length:
        parser.add_argument("--days", type=_whole(1), help="length of the run")
    else:
        parser.set_defaults(days=None)
    parser.add_argument(
        "--scale",
        type=float,
        metavar="N",
        help="simulate one resident for N real ones, with force, synthetic streets and their districts in "
        "proportion; real streets and their districts stay as they are, so that people are thinned on them",
    )
    parser.add_argument(
        "--part",
        metavar="PART",
        help="simulate a part at its true density, with who comes in from outside: 'district 3', 'districts 2,3' or a "
        "share such as 0.2",
    )
    parser.add_argument(
        "--set", action="append", default=[], dest="changes", metavar="KEY=VALUE",
        help="set a parameter, for instance people.n_residents=5000; may be repeated",
    )  # fmt: skip


def _batch_arguments(parser: Any, folder: str) -> None:  # noqa: ANN401
    parser.add_argument(
        "--seeds", default="3", metavar="N", help="how many seeds, or which: 6 or 1,5,9 (default: %(default)s)"
    )
    parser.add_argument("--workers", type=_whole(1), default=os.cpu_count() or 1, help="processes (default: all cores)")
    parser.add_argument(
        "--warm-up", type=_whole(0), default=0, metavar="DAYS", help="first days left out of the measures"
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help=f"default: {folder}")
    _language(parser, "language of table and pictures")
    parser.add_argument("--no-plots", action="store_true", help="draw no pictures")


def _roster_arguments(parser: Any) -> None:  # noqa: ANN401
    parser.add_argument("--starts", default="0,8,16", metavar="HOURS", help="when shifts may begin (default: 0,8,16)")
    parser.add_argument("--shift-hours", type=_whole(1), default=8, metavar="H", help="length of a shift (default: 8)")
    parser.add_argument("--days-on", type=_whole(1), default=5, metavar="N", help="working days a week (default: 5)")
    parser.add_argument("--crew", type=_whole(1), default=1, metavar="N", help="officers in a car (default: 1)")
    parser.add_argument("--min-units", type=_whole(0), default=0, metavar="N", help="cars on duty at any hour")
    parser.add_argument(
        "--away", type=float, metavar="SHARE",
        help="rostered days lost to leave and sickness (default: what force.p_on_duty leaves of five days)",
    )  # fmt: skip


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= MOST_WHOLE:
            raise argparse.ArgumentTypeError(
                f"must be a whole number of {least} or more, and below 2**63, got {text!r}"
            )
        return number

    return read


def _run(given: argparse.Namespace) -> int:
    from sim.cli.run import run

    return run(given)


def _compare(given: argparse.Namespace) -> int:
    from sim.cli.compare import compare_strategies

    return compare_strategies(given)


def _levers(given: argparse.Namespace) -> int:
    from sim.cli.levers import study

    return study(given)


def _sweep(given: argparse.Namespace) -> int:
    from sim.cli.sweep import run_sweep

    return run_sweep(given)


def _store_check(given: argparse.Namespace) -> int:
    from sim.cli.sweep import check

    return check(given)


def _staffing(given: argparse.Namespace) -> int:
    from sim.cli.staffing import find_staffing

    return find_staffing(given)


add_command, add_group, add_language, add_scenario_arguments, add_batch_arguments, whole_number = (
    _add, _group, _language, _scenario_arguments, _batch_arguments, _whole,
)  # fmt: skip
"""What the modules beside this one declare their commands with."""
