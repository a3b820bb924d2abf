"""`cpsim city`."""

from __future__ import annotations

import argparse
import json
import shlex

from sim.city.files import save_city
from sim.city.land_use import City
from sim.city.reading.load import EMBEDDED, Loaded, load_source
from sim.city.reading.whereabouts import locate
from sim.city.synthetic.statistics import grid_city, organic_city
from sim.cli.progress import tell
from sim.disk import make_folder, write_whole
from sim.errors import InputError
from sim.report.city import city_lines
from sim.report.city_file import land_use_line, shape_lines
from sim.report.names import notice_line
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario
from sim.world import build_city


def build(given: argparse.Namespace) -> int:
    """Read streets, say what was repaired, and write a city file."""
    if given.out.suffix != ".npz":
        raise InputError(f"a city file must end in .npz, got {str(given.out)!r}")
    loaded = load_source(given.source, name=given.name, layer=given.layer, paths=given.paths, crs=given.crs)
    streets, use = loaded.streets, loaded.land_use
    lang: Lang = given.lang
    for line in [locate(streets).sentence(lang)] if loaded.report is None else loaded.report.sentences(lang):
        print(line)
    print(land_use_line(use, lang))
    make_folder(given.out.parent)
    whole = None if use is None or loaded.district is None else City(streets, use, loaded.district)
    save_city(streets if whole is None else whole, given.out, land_use=use)
    if loaded.report is not None:
        account = loaded.report.account() | {"metres": float(streets.segment_length_m.sum())}
        written = json.dumps(account, ensure_ascii=False, indent=1).encode()
        write_whole(given.out.with_suffix(".build.json"), lambda file: file.write(written))
    print(text(lang, "city_file.written").format(file=given.out, quoted=shlex.quote(str(given.out))))
    return 0


def show(given: argparse.Namespace) -> int:
    """Print the size and shape of a city."""
    loaded = _load(given.source)
    streets = loaded.streets
    lang: Lang = given.lang
    for line in shape_lines(streets, lang):
        print(line)
    print(locate(streets).sentence(lang))
    print(land_use_line(loaded.land_use, lang))
    if streets.attribution:
        print(notice_line(streets.attribution, lang))
    return 0


def tell_of_city(scenario: Scenario, lang: Lang = "en") -> None:
    """Say what of a user's own files reached the city, before anything else is begun.

    A city of the package without incidents has nothing to tell, and is not built for it.
    """
    choice = scenario.city
    if choice.incidents or choice.beats or not (choice.is_synthetic or choice.streets in EMBEDDED):
        for line in city_lines(build_city(scenario), scenario, lang):
            tell(line)


def _load(source: str) -> Loaded:
    if source == "grid":
        return Loaded(grid_city(), None, None)
    if source == "organic":
        return Loaded(organic_city(), None, None)
    return load_source(source)
