"""What `cpsim force` takes, and the option by which other commands take a folder of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.cli.arguments import Commands, add_command, add_group, add_language


def add_force(commands: Commands) -> None:
    """Declare `cpsim force new`, `check` and `build`."""
    three = add_group(
        commands, "force", "Make a scenario of the files of a force: streets, beats, people, calls, staff."
    )
    new = add_command(three, "new", "Write a folder with a commented force.toml to fill in.", _new)
    _folder(new)
    check = add_command(three, "check", "Say what was read, what is missing and what looks wrong.", _check)
    _folder(check)
    check.add_argument("--out", type=Path, metavar="FOLDER", help="also write a map, the account and all rates there")
    build = add_command(three, "build", "Write a city file and a scenario into the folder 'built' there.", _build)
    _folder(build)
    for parser in (new, check, build):
        add_language(parser)


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("force_folder", type=Path, metavar="FOLDER", help="the folder with force.toml")


def _new(given: argparse.Namespace) -> int:
    from sim.cli.force import new

    return new(given)


def _check(given: argparse.Namespace) -> int:
    from sim.cli.force import check

    return check(given)


def _build(given: argparse.Namespace) -> int:
    from sim.cli.force import build_folder

    return build_folder(given)
