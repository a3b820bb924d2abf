"""`cpsim force`, and how other commands take its folder for a scenario."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from sim.cli.progress import tell
from sim.disk import make_folder
from sim.force.build import build, built_scenario, tables_of
from sim.force.reading import read_force
from sim.force.scenario import settle
from sim.force.settings import is_force, write_text
from sim.force.template import write_template
from sim.force.words import say
from sim.inputs.toml_text import read_toml
from sim.report.texts import Lang


def new(given: argparse.Namespace) -> int:
    """Write a folder to begin with."""
    for file in write_template(given.force_folder, given.lang):
        print(say(given.lang, "told.written", file=file))
    print(say(given.lang, "told.new", folder=shlex.quote(str(given.force_folder))))
    return 0


def check(given: argparse.Namespace) -> int:
    """Read everything, say what came of it, and draw a map where one is asked for."""
    from sim.report.force.text import account_json, check_lines

    lang: Lang = given.lang
    data = read_force(given.force_folder, strict=False)
    settled = settle(data, lang)
    for line in check_lines(data, settled, lang):
        print(line)
    if given.out is not None:
        from sim.report.force.picture import draw_force_map
        from sim.report.style import save_figure

        make_folder(given.out)
        texts = {"account.json": account_json(data, lang)}
        texts |= {f"{name}.csv": table.to_csv(index=False) for name, table in tables_of(data, settled).items()}
        for name, text in texts.items():
            write_text(given.out / name, text)
            print(say(lang, "told.written", file=given.out / name))
        for file in save_figure(draw_force_map(data, settled, lang), given.out / "map"):
            print(say(lang, "told.written", file=file))
    print(say(lang, "told.checked", folder=shlex.quote(str(given.force_folder))))
    return 0


def build_folder(given: argparse.Namespace) -> int:
    """Write the scenario of a folder."""
    data = read_force(given.force_folder, strict=True)
    files = build(data, given.lang)
    for file in files:
        print(say(given.lang, "told.written", file=file))
    print(say(given.lang, "told.by_default", parts=list(settle(data, given.lang).defaults)))
    print(say(given.lang, "told.built", scenario=shlex.quote(str(files[-1]))))
    return 0


def scenario_source(source: str, lang: Lang) -> str:
    """Give the file of a scenario where a folder of a force is named; build it where its files changed."""
    if not is_force(source):
        return source
    path, anew = built_scenario(Path(source), lang)
    if anew:
        tell(say(lang, "told.built_anew", folder=source, scenario=path))
    title = read_toml(path).get("title", "")
    if title:
        tell(str(title))
    return str(path)
