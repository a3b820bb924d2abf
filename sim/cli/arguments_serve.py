"""What `cpsim serve` takes."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sim.cli.arguments import Commands, add_command, add_language, whole_number

PORT = 8017


def add_serve(commands: Commands) -> None:
    """Declare `cpsim serve`."""
    parser = add_command(
        commands, "serve", "Open a page on which one watches a city, asks a question and takes an answer along.", _serve
    )
    parser.add_argument("--port", type=whole_number(1), default=PORT, metavar="N", help="port (default: %(default)s)")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS",
        help="address to listen at; of other machines than this one a token is asked (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--token", default="", metavar="TEXT", help="token that other machines must show (default: a new one each time)"
    )
    parser.add_argument(
        "--store", type=Path, default=Path("store"), metavar="FOLDER", help="folder of all studies (default: store)"
    )
    parser.add_argument(
        "--workers", type=whole_number(1), default=os.cpu_count() or 1, metavar="N",
        help="processes that make runs (default: all cores)",
    )  # fmt: skip
    parser.add_argument("--no-folders", action="store_true", help="take no folders of a force by upload")
    add_language(parser)


def _serve(given: argparse.Namespace) -> int:
    from sim.cli.serve import serve

    return serve(given)
