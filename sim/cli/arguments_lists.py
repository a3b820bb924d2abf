"""What the commands take that look at scenarios, parameters and strategies."""

from __future__ import annotations

import argparse

from sim.cli.arguments import (
    DEFAULT_SCENARIO,
    POLICY_HELP,
    Commands,
    add_command,
    add_force_argument,
    add_group,
    add_language,
    add_scenario_arguments,
)


def add_scenario(commands: Commands) -> None:
    """Declare `cpsim scenario list`, `show` and `check`."""
    two = add_group(commands, "scenario", "Look at a scenario, or check a file.")
    add_language(add_command(two, "list", "List the scenarios of the package.", _scenario_list))
    show = add_command(two, "show", "Print a whole scenario as TOML, defaults included.", _scenario_show)
    add_scenario_arguments(show)
    add_language(show)
    check = add_command(two, "check", "Check a scenario file: keys, types, ranges, streets.", _scenario_check)
    check.add_argument(
        "scenario",
        nargs="?",
        default=DEFAULT_SCENARIO,
        metavar="SCENARIO",
        help="a name, a .toml file or the folder of a force (default: new_haven)",
    )
    add_force_argument(check)
    add_language(check)


def add_params(commands: Commands) -> None:
    """Declare `cpsim params`."""
    parser = add_command(commands, "params", "List every parameter: default, unit, range, source and meaning.", _params)
    parser.add_argument("--group", metavar="NAME", help="one group only, for instance 'people'")
    parser.add_argument("--csv", action="store_true", help="print as CSV")
    add_language(parser)


def add_measures(commands: Commands) -> None:
    """Declare `cpsim measures`."""
    parser = add_command(
        commands, "measures", "List every measure: its name in options and studies, unit and good direction.", _measures
    )
    parser.add_argument("--like", default="", metavar="TEXT", help="only those with this text in name or label")
    add_language(parser)


def add_policy(commands: Commands) -> None:
    """Declare `cpsim policy list` and `check`."""
    two = add_group(commands, "policy", "List the strategies, or check one of your own.")
    add_language(add_command(two, "list", "List the strategies with their parameters.", _policy_list))
    check = add_command(two, "check", "Check that a strategy keeps the contract of the simulation.", _policy_check)
    check.add_argument("spec", metavar="SPEC", help=POLICY_HELP)
    add_language(check)


def _scenario_show(given: argparse.Namespace) -> int:
    from sim.cli.scenarios import show

    return show(given)


def _scenario_check(given: argparse.Namespace) -> int:
    from sim.cli.scenarios import check

    return check(given)


def _params(given: argparse.Namespace) -> int:
    from sim.cli.scenarios import list_parameters

    return list_parameters(given)


def _measures(given: argparse.Namespace) -> int:
    from sim.cli.listing import list_measures

    return list_measures(given)


def _policy_list(given: argparse.Namespace) -> int:
    from sim.cli.listing import list_policies

    return list_policies(given)


def _scenario_list(given: argparse.Namespace) -> int:
    from sim.cli.listing import list_scenarios

    return list_scenarios(given)


def _policy_check(given: argparse.Namespace) -> int:
    from sim.cli.policies import check

    return check(given)
