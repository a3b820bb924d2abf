"""What `cpsim deploy` takes."""

from __future__ import annotations

import argparse

from sim.cli.arguments import (
    POLICY_HELP,
    Commands,
    add_batch_arguments,
    add_command,
    add_scenario_arguments,
    whole_number,
)


def add_deploy(commands: Commands) -> None:
    """Declare `cpsim deploy`."""
    parser = add_command(
        commands, "deploy", "Search who should be on when and where, or draw the beats anew, and compare with today's.",
        _deploy,
    )  # fmt: skip
    add_scenario_arguments(parser)
    parser.add_argument("--policy", metavar="SPEC", help=f"{POLICY_HELP}; default: the scenario's own")
    parser.add_argument(
        "--redraw-beats", action="store_true",
        help="draw the districts anew by the work that calls make, with main roads as borders, instead of a search",
    )  # fmt: skip
    parser.add_argument("--role", dest="deploy_role", default="response", metavar="ROLE", help="who is deployed")
    parser.add_argument(
        "--starts", dest="deploy_starts", metavar="TIMES",
        help="when duties may begin, such as 0,6:30,16 (default: today's times and 0,8,16)",
    )  # fmt: skip
    parser.add_argument(
        "--shift-hours", dest="deploy_hours", type=float, default=0.0, metavar="H",
        help="length of a duty (default: the commonest of today); hours a week stay the same",
    )  # fmt: skip
    parser.add_argument(
        "--officers", dest="deploy_officers", type=whole_number(1), default=0, metavar="N",
        help="officers to deploy, each with today's hours (default: as many as today)",
    )  # fmt: skip
    parser.add_argument(
        "--min-crew", type=float, default=0.0, metavar="N",
        help="officers on duty in each district, in the mean, at any hour (default: 0)",
    )  # fmt: skip
    parser.add_argument(
        "--min-on-duty", type=float, default=1.0, metavar="N",
        help="officers on duty in the whole town, in the mean, at any hour (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--goal", action="append", default=[], dest="goals", metavar="GOAL",
        help="what the front is over; may be repeated (default: urgent_p90, presence, fairness and cost)",
    )  # fmt: skip
    parser.add_argument(
        "--trials", type=whole_number(1), default=24, metavar="N", help="deployments to try (default: 24)"
    )
    parser.add_argument(
        "--points", type=whole_number(1), default=4, metavar="N",
        help="deployments of the front that are judged on fresh seeds (default: 4)",
    )  # fmt: skip
    parser.add_argument(
        "--screen-seeds", type=whole_number(1), default=3, metavar="N",
        help="runs of each deployment that is tried (default: 3)",
    )  # fmt: skip
    parser.add_argument("--sampler", choices=("tpe", "nsga2"), default="tpe", help="sampler of Optuna (default: tpe)")
    parser.add_argument(
        "--time-zone", metavar="NAME", help="time zone of the calendars, such as Asia/Shanghai (default: the force's)"
    )
    add_batch_arguments(parser, "runs/SCENARIO-deploy")
    parser.set_defaults(seeds="8")


def _deploy(given: argparse.Namespace) -> int:
    from sim.cli.deploy import deploy

    return deploy(given)
