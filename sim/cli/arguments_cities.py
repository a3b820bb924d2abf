"""What the commands take that read streets and look at cities."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.cli.arguments import Commands, add_command, add_group, add_language


def add_city(commands: Commands) -> None:
    """Declare `cpsim city build` and `show`."""
    two = add_group(commands, "city", "Turn streets of the world into a city file, or look at a city.")
    build = add_command(two, "build", "Read streets, repair them and keep them as a city file.", _city_build)
    build.add_argument("source", metavar="SOURCE", help="GraphML, GeoPackage, OpenStreetMap file, or a place name")
    build.add_argument(
        "-o", "--out", type=Path, required=True, metavar="FILE", help="city file to write, ending in .npz"
    )
    build.add_argument("--name", help="name of the city in every output")
    build.add_argument("--layer", help="layer of a file that has several")
    build.add_argument("--paths", action="store_true", help="keep footways, alleys and service roads")
    build.add_argument(
        "--crs", metavar="SYSTEM", help="coordinate system of the file, for instance EPSG:4326 for degrees"
    )
    add_language(build)
    show = add_command(two, "show", "Print the size and shape of a city.", _city_show)
    show.add_argument("source", metavar="CITY", help="'new_haven', 'coquimbo', 'grid', 'organic', or a file")
    add_language(show)


def _city_build(given: argparse.Namespace) -> int:
    from sim.cli.cities import build

    return build(given)


def _city_show(given: argparse.Namespace) -> int:
    from sim.cli.cities import show

    return show(given)
