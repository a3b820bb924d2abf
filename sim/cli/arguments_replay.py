"""What `cpsim replay-calls` takes."""

from __future__ import annotations

import argparse

from sim.cli.arguments import POLICY_HELP, Commands, add_batch_arguments, add_command, add_scenario_arguments


def add_replay(commands: Commands) -> None:
    """Declare `cpsim replay-calls`."""
    parser = add_command(
        commands, "replay-calls", "Answer a force's own calls again: as it was, held against the record, and anew.",
        _replay,
    )  # fmt: skip
    add_scenario_arguments(parser)
    parser.add_argument("--policy", metavar="SPEC", help=f"{POLICY_HELP}; default: the scenario's own")
    parser.add_argument(
        "--try", action="append", default=[], dest="tries", metavar="'NAME: PART; PART'",
        help="another deployment, of parts such as own-beat, hold-back, first-come, force.n_response=40, "
        "policy=hotspot or scenario=FILE; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--anyway", action="store_true", help="try other deployments even where the replay is not to be used"
    )
    add_batch_arguments(parser, "runs/SCENARIO-replay")
    parser.set_defaults(seeds="4", warm_up=1)


def _replay(given: argparse.Namespace) -> int:
    from sim.cli.replay import replay

    return replay(given)
