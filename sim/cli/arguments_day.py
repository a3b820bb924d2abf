"""What `cpsim day` takes."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.cli.arguments import (
    POLICY_HELP,
    Commands,
    add_command,
    add_language,
    add_scenario_arguments,
    whole_number,
)

WHOLE_WEEKS = 28
"""The default day: four whole weeks gone, so that weekly maps and habits are there."""


def add_day(commands: Commands) -> None:
    """Declare `cpsim day`."""
    parser = add_command(commands, "day", "Follow one officer and one resident through a day, and draw it.", _day)
    add_scenario_arguments(parser, length=False)
    parser.add_argument("--policy", metavar="SPEC", help=f"{POLICY_HELP}; default: the scenario's own")
    parser.add_argument("--seed", type=whole_number(0), default=1, help="seed of all chance (default: 1)")
    parser.add_argument(
        "--day", type=whole_number(0), default=WHOLE_WEEKS, metavar="N",
        help="which day of the run, 0 the first (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--officer", metavar="N|ROLE",
        help="number of an officer, or a role of whom one of the day shift is drawn by lot, for instance community, or "
        "'met' for whom the resident met (default: the role to which the strategy gives most orders)",
    )  # fmt: skip
    parser.add_argument(
        "--resident", default="adult", metavar="N|KIND",
        help="number of a resident, or a kind of whom one is drawn by lot: adult, young, old, tenant, owner, migrant, "
        "local, volunteer, or by what happened that day: visited, stopped, checked, mediated, met, caller, victim, "
        "quarrelling "
        "(default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="default: runs/SCENARIO-POLICY-seedN-dayN")
    add_language(parser, "language of tables and pictures")


def _day(given: argparse.Namespace) -> int:
    from sim.cli.day import follow_day

    return follow_day(given)
