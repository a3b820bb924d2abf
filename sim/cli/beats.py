"""`cpsim deploy --redraw-beats`."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from sim.batch.deployment.beats import redraw_beats
from sim.batch.deployment.study import Effort, Question
from sim.batch.running.runs import folder_name
from sim.cli.cities import tell_of_city
from sim.cli.compare import read_seeds
from sim.cli.pages import print_table
from sim.cli.progress import goes_on_from, run_bar, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.policies.contract.registry import make_policy
from sim.report import page
from sim.report.beats.text import beats_head, beats_sentence, drawing_table, judged_table, write_redrawn
from sim.report.captions import stand_in_line, synthetic_label
from sim.report.names import scenario_name
from sim.report.texts import Lang, text


def redraw(given: argparse.Namespace) -> int:
    """Draw beats anew, print how they differ from today's, and keep everything in a folder."""
    lang: Lang = given.lang
    scenario = scenario_from(given)
    spec = given.policy or scenario.policy
    question = Question(scenario, spec, make_policy(spec), effort=Effort(screen_seeds=given.screen_seeds))
    out: Path = given.out or Path("runs") / folder_name(f"{scenario.name}-beats")
    seeds = read_seeds(given.seeds)
    tell_of_city(scenario, lang)
    compile_core(teller(lang))
    title = text(lang, "beats.progress").format(scenario=scenario_name(scenario.name, lang))
    with goes_on_from(out, lang), run_bar(title, lang) as progress:
        found = redraw_beats(question, seeds, out=out, workers=given.workers, from_day=given.warm_up, progress=progress)
    files = write_redrawn(found, out)
    if not given.no_plots:
        from sim.report.beats.picture import plot_beats

        files += plot_beats(found, out=out / "beats", lang=lang)
    console = Console(highlight=False)
    console.print(beats_sentence(found, lang), style="bold", markup=False, soft_wrap=True)
    lines = [beats_head(found, lang), synthetic_label(lang, short=True)]
    if scenario.stand_in:
        lines.append(stand_in_line(scenario, lang))
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
    for table in (judged_table(found, lang), drawing_table(found, lang)):
        print_table(console, page.Table(*table))
    for key in ("beats.note", "beats.feed"):
        console.print(text(lang, key), markup=False, soft_wrap=True)
    print(", ".join(str(file) for file in files if file.suffix in {".md", ".png", ".geojson", ".toml"}))
    return 0
