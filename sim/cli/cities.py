"""`cpsim city`."""

from __future__ import annotations

import argparse
import dataclasses

from sim.city.files import save_city
from sim.city.reading.load import load_source
from sim.city.streets import StreetNetwork
from sim.city.synthetic.statistics import grid_city, organic_city, street_statistics
from sim.disk import make_folder
from sim.errors import InputError


def build(given: argparse.Namespace) -> int:
    """Read streets, say what was repaired, and write a city file."""
    if given.out.suffix != ".npz":
        raise InputError(f"a city file must end in .npz, got {str(given.out)!r}")
    loaded = load_source(given.source, name=given.name, layer=given.layer, paths=given.paths)
    if loaded.report is not None:
        print(loaded.report)
    make_folder(given.out.parent)
    save_city(loaded.streets, given.out)
    print(f"{given.out} written; use it with: cpsim run --set city.streets={given.out}")
    return 0


def show(given: argparse.Namespace) -> int:
    """Print the size and shape of a city."""
    streets = _streets(given.source)
    print(f"{streets.name}: {streets.n_segments:,} segments between {streets.n_junctions:,} junctions")
    for name, value in dataclasses.asdict(street_statistics(streets)).items():
        print(f"  {name.replace('_', ' ')}: {value:,.4g}" if isinstance(value, int | float) else f"  {name}: {value}")
    if streets.attribution:
        print(streets.attribution)
    return 0


def _streets(source: str) -> StreetNetwork:
    if source == "grid":
        return grid_city()
    if source == "organic":
        return organic_city()
    return load_source(source).streets
