"""`cpsim levers`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape

from sim.batch.levers import LeverStudy, free_levers, study_levers
from sim.batch.running.runs import folder_name
from sim.cli.cities import tell_of_city
from sim.cli.compare import COLOURS, read_seeds
from sim.cli.progress import day_bar, goes_on_from, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.errors import InputError
from sim.inputs.toml_text import read_value
from sim.outcomes.measures import MEASURES
from sim.policies.contract.registry import make_policy
from sim.report.captions import synthetic_label
from sim.report.levers.text import (
    SHOWN,
    effect_lines,
    interaction_lines,
    levers_head,
    levers_note,
    means_line,
    write_levers,
)
from sim.report.texts import Lang, text
from sim.report.verdicts import verdict_words

UNCERTAIN = {"unclear", "tiny", "equal"}
"""Verdicts on two levers together that are not worth a line of the terminal; the page lists all pairs."""


def study(given: argparse.Namespace) -> int:
    """Run every setting of the levers, print what each adds, and keep everything in a folder."""
    scenario = scenario_from(given)
    policy = make_policy(given.policy, read_policy_changes(given.policy_changes))
    n_variants = 2 ** len(free_levers(policy))
    seeds = read_seeds(given.seeds)
    out: Path = given.out or Path("runs") / folder_name(f"{scenario.name}-levers")
    name = ", ".join([given.policy, *given.policy_changes])
    tell_of_city(scenario, given.lang)
    compile_core(teller(given.lang))
    title = text(given.lang, "progress.levers").format(variants=n_variants, seeds=len(seeds))
    with goes_on_from(out, given.lang), day_bar(title, lang=given.lang) as progress:
        lever_study = study_levers(
            scenario, policy, seeds, name=name, out=out, workers=given.workers, from_day=given.warm_up,
            progress=progress,
        )  # fmt: skip
    files = write_levers(lever_study, out)
    if not given.no_plots:
        from sim.report.levers.picture import plot_levers

        files += plot_levers(lever_study, out=out / "levers", lang=given.lang)
    print_levers(lever_study, given.lang)
    print(", ".join(str(file) for file in files if file.suffix in {".md", ".png", ".csv"}))
    return 1 if lever_study.failures else 0


def print_levers(lever_study: LeverStudy, lang: Lang) -> None:
    """Print one table per measure, and the pairs of levers that do more or less than their sum."""
    console = Console(highlight=False)
    console.print(levers_head(lever_study, lang), style="bold", markup=False, soft_wrap=True)
    console.print(synthetic_label(lang, short=True))
    for measure in SHOWN:
        means = means_line(lever_study.effects, measure, lang=lang)
        console.print(f"\n[bold]{MEASURES[measure].label(lang)}[/bold]: {means}", soft_wrap=True)
        print_effects(console, lever_study, measure, lang)
        pairs = [
            one for one in interaction_lines(lever_study.effects, measure, lang=lang) if one.verdict not in UNCERTAIN
        ]
        title = text(lang, "levers.together" if pairs else "levers.together_none")
        console.print(f"  {title}", style="dim", markup=False)
        for one in pairs:
            console.print(f"  {one.name}  {one.shapley}  {one.shapley_interval}", markup=False, soft_wrap=True)
    console.print()
    console.print(levers_note(lever_study, lang), soft_wrap=True)
    for run, problem in lever_study.failures.items():
        failed = text(lang, "frame.failed").format(run=run, problem=problem)
        console.print(failed, style="red", markup=False, soft_wrap=True)


def print_effects(console: Console, lever_study: LeverStudy, measure: str, lang: Lang) -> None:
    """Print what each lever does to a measure, in columns that no narrow window cuts off."""
    words = (text(lang, f"levers.{word}") for word in ("lever", "main", "shapley", "share"))
    rows = [(*words, "")]
    for one in effect_lines(lever_study.effects, measure, lang=lang):
        alone = f"{one.main} ({one.main_interval})" if one.main else ""
        rows.append((one.name, alone, f"{one.shapley} ({one.shapley_interval})", one.share, one.verdict))
    widths = [max(cell_len(row[i]) for row in rows) for i in range(4)]
    for i, row in enumerate(rows):
        cells = "  ".join(set_cell_size(cell, width) for cell, width in zip(row[:4], widths, strict=True))
        verdict = f"[{COLOURS[row[4]]}]{verdict_words(row[4], lang)}[/]" if row[4] else ""
        console.print(f"  {escape(cells)}  {verdict}", style="dim" if i == 0 else None, soft_wrap=True)


def read_policy_changes(texts: list[str]) -> dict[str, Any]:
    """Read `NAME=VALUE` of `--set-policy` as TOML would; a bare word is text."""
    changes: dict[str, Any] = {}
    for one in texts:
        name, equals, value = (part.strip() for part in one.partition("="))
        if not equals or not name or not value:
            raise InputError(f"--set-policy must read NAME=VALUE, for instance hours=0.8, got {one!r}")
        if name in changes:
            raise InputError(f"--set-policy {name} must be given once, got it twice")
        changes[name] = read_value(value)
    return changes
