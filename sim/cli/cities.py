"""`cpsim city`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shlex

import numpy as np

from sim.city.files import save_city
from sim.city.land_use import KINDS, City, LandUse, known_kinds
from sim.city.reading.load import EMBEDDED, Loaded, load_source
from sim.city.reading.whereabouts import locate
from sim.city.synthetic.statistics import grid_city, organic_city, street_statistics
from sim.cli.progress import tell
from sim.disk import make_folder, write_whole
from sim.errors import InputError
from sim.report.city import city_lines
from sim.report.texts import Lang
from sim.scenarios.scenario import Scenario
from sim.world import build_city


def build(given: argparse.Namespace) -> int:
    """Read streets, say what was repaired, and write a city file."""
    if given.out.suffix != ".npz":
        raise InputError(f"a city file must end in .npz, got {str(given.out)!r}")
    loaded = load_source(given.source, name=given.name, layer=given.layer, paths=given.paths, crs=given.crs)
    streets, use = loaded.streets, loaded.land_use
    print(locate(streets) if loaded.report is None else loaded.report)
    print(describe_land_use(use))
    make_folder(given.out.parent)
    whole = None if use is None or loaded.district is None else City(streets, use, loaded.district)
    save_city(streets if whole is None else whole, given.out, land_use=use)
    if loaded.report is not None:
        account = loaded.report.account() | {"metres": float(streets.segment_length_m.sum())}
        written = json.dumps(account, ensure_ascii=False, indent=1).encode()
        write_whole(given.out.with_suffix(".build.json"), lambda file: file.write(written))
    print(f"{given.out} written; use it with: cpsim run --set city.streets={shlex.quote(str(given.out))}")
    return 0


def show(given: argparse.Namespace) -> int:
    """Print the size and shape of a city."""
    loaded = _load(given.source)
    streets = loaded.streets
    print(f"{streets.name}: {streets.n_segments:,} segments between {streets.n_junctions:,} junctions")
    for name, value in dataclasses.asdict(street_statistics(streets)).items():
        print(f"  {name.replace('_', ' ')}: {value:,.4g}" if isinstance(value, int | float) else f"  {name}: {value}")
    print(locate(streets))
    print(describe_land_use(loaded.land_use))
    if streets.attribution:
        print(streets.attribution)
    return 0


def tell_of_city(scenario: Scenario, lang: Lang = "en") -> None:
    """Say what of a user's own files reached the city, before anything else is begun.

    A city of the package without incidents has nothing to tell, and is not built for it.
    """
    choice = scenario.city
    if choice.incidents or not (choice.is_synthetic or choice.streets in EMBEDDED):
        for line in city_lines(build_city(scenario), scenario, lang):
            tell(line)


def describe_land_use(use: LandUse | None) -> str:
    """Say what was counted along the streets, and what a run will infer."""
    if use is None:
        return "The source counts no homes, jobs or shops: land use is inferred from the streets in each run."
    known = known_kinds(use)
    amounts = [f"{np.nansum(getattr(use, kind).astype(float)):,.0f} {kind}" for kind in known]
    unknown = [kind for kind in KINDS if kind not in known]
    rest = f"; it has no {', no '.join(unknown)}, so these are inferred in each run" if unknown else ""
    origin = "were inferred for the run that it was kept from" if use.inferred else "counted"
    return f"Along the streets of the source: {', '.join(amounts)} {origin}{rest}."


def _load(source: str) -> Loaded:
    if source == "grid":
        return Loaded(grid_city(), None, None)
    if source == "organic":
        return Loaded(organic_city(), None, None)
    return load_source(source)
