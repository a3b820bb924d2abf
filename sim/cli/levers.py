"""`cpsim levers`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape

from sim.batch.levers import LeverStudy, days_before, free_levers, has_switches, study_levers
from sim.batch.running.runs import folder_name
from sim.cli.cities import tell_of_city
from sim.cli.compare import COLOURS, read_seeds
from sim.cli.progress import day_bar, goes_on_from, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.errors import InputError
from sim.inputs.toml_text import read_value
from sim.outcomes.measures import MEASURES, choose_headline, refuse_unknown_measure
from sim.policies.contract.registry import make_policy
from sim.report.captions import synthetic_label
from sim.report.levers.still import still_lines
from sim.report.levers.text import (
    EffectLine,
    effect_lines,
    interaction_lines,
    levers_head,
    levers_note,
    means_line,
    measures_told,
    moving,
    shows_line,
    through_lines,
    write_levers,
)
from sim.report.texts import Lang, text
from sim.report.verdicts import verdict_words
from sim.scenarios.scenario import Scenario

UNCERTAIN = {"unclear", "tiny", "equal"}
"""Verdicts on two levers together that are not worth a line of the terminal; the page lists all pairs."""
DEFAULT_POLICY = "reform"


def study(given: argparse.Namespace) -> int:
    """Run every setting of the levers, print what each adds, and keep everything in a folder."""
    lang: Lang = given.lang
    scenario = scenario_from(given)
    spec = given.policy or own_strategy(scenario)
    policy = make_policy(spec, read_policy_changes(given.policy_changes))
    n_variants = 2 ** len(free_levers(policy))
    shown = read_outcomes(given.outcomes)
    if given.days is not None:
        scenario = scenario.replace({"n_days": given.days + days_before(policy, scenario.start)})
    seeds = read_seeds(given.seeds)
    out: Path = given.out or Path("runs") / folder_name(f"{scenario.name}-levers")
    name = ", ".join([spec, *given.policy_changes])
    tell_of_city(scenario, lang)
    compile_core(teller(lang))
    title = text(lang, "progress.levers").format(variants=n_variants, seeds=len(seeds))
    with goes_on_from(out, lang), day_bar(title, lang=lang) as progress:
        lever_study = study_levers(
            scenario, policy, seeds, name=name, out=out, workers=given.workers, from_day=given.warm_up,
            progress=progress,
        )  # fmt: skip
    if shown:
        lever_study = replace(lever_study, shown=shown, tells_through=False)
    files = write_levers(lever_study, out)
    if not given.no_plots:
        from sim.report.levers.picture import plot_levers

        files += plot_levers(lever_study, out=out / "levers", lang=lang)
    print_levers(lever_study, lang)
    print(", ".join(str(file) for file in files if file.suffix in {".md", ".png", ".csv"}))
    return 1 if lever_study.failures else 0


def own_strategy(scenario: Scenario) -> str:
    """Name the scenario's own strategy where it has the five switches, and the reform where it has not."""
    return scenario.policy if has_switches(make_policy(scenario.policy)) else DEFAULT_POLICY


def read_outcomes(names: list[str]) -> tuple[str, ...]:
    """Read the outcomes to show; what a strategy asks of people who did nothing is added. Empty for the usual ones."""
    if len(set(names)) < len(names):
        raise InputError(f"--outcome must name each measure once, got {', '.join(names)}")
    for name in names:
        refuse_unknown_measure(name, "--outcome")
    return choose_headline(names) if names else ()


def print_levers(lever_study: LeverStudy, lang: Lang) -> None:
    """Print one table per outcome with the pairs of levers that clearly differ from their sum, then one per lever."""
    console = Console(highlight=False)
    console.print(levers_head(lever_study, lang), style="bold", markup=False, soft_wrap=True)
    console.print(synthetic_label(lang, short=True))
    for measure in moving(lever_study, lever_study.shown):
        means = means_line(lever_study.effects, measure, lang=lang)
        console.print(f"\n[bold]{MEASURES[measure].label(lang)}[/bold]: {means}", soft_wrap=True)
        _print_effects(console, "lever", effect_lines(lever_study.effects, measure, lang=lang), lang)
        pairs = [
            one for one in interaction_lines(lever_study.effects, measure, lang=lang) if one.verdict not in UNCERTAIN
        ]
        title = text(lang, "levers.together" if pairs else "levers.together_none")
        console.print(f"  {title}", style="dim", markup=False)
        for one in pairs:
            console.print(f"  {one.name}  {one.shapley}  {one.shapley_interval}", markup=False, soft_wrap=True)
    for lever in lever_study.levers if lever_study.tells_through else ():
        _print_through(console, lever_study, lever, lang)
    console.print()
    for line in still_lines(lever_study.runs, measures_told(lever_study), lang):
        console.print(line, markup=False, soft_wrap=True)
    console.print(levers_note(lever_study, lang), soft_wrap=True)
    for run, problem in lever_study.failures.items():
        failed = text(lang, "frame.failed").format(run=run, problem=problem)
        console.print(failed, style="red", markup=False, soft_wrap=True)


def _print_through(console: Console, lever_study: LeverStudy, lever: str, lang: Lang) -> None:
    """Print what a lever does to what it acts through, and say where it shows."""
    title = text(lang, "levers.through").format(lever=text(lang, f"levers.{lever}"))
    console.print(f"\n[bold]{title}[/bold]", soft_wrap=True)
    lines = through_lines(lever_study, lever, lang=lang)
    if lines:
        _print_effects(console, "measure", lines, lang)
    console.print(f"  {shows_line(lever_study, lever, lang=lang)}", markup=False, soft_wrap=True)


def _print_effects(console: Console, first: str, lines: list[EffectLine], lang: Lang) -> None:
    """Print effects of levers in columns that no narrow window cuts off; `first` is the word for what a line is of."""
    with_ends = any(one.ends for one in lines)
    words = [
        text(lang, f"levers.{word}") for word in (first, *(["ends"] if with_ends else []), "main", "shapley", "share")
    ]
    rows = [(words, "")]
    for one in lines:
        alone = f"{one.main} ({one.main_interval})" if one.main else ""
        ends = [one.ends] if with_ends else []
        rows.append(([one.name, *ends, alone, f"{one.shapley} ({one.shapley_interval})", one.share], one.verdict))
    widths = [max(cell_len(cells[i]) for cells, _ in rows) for i in range(len(words))]
    for n, (cells, judged) in enumerate(rows):
        line = "  ".join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True))
        verdict = f"[{COLOURS[judged]}]{verdict_words(judged, lang)}[/]" if judged else ""
        console.print(f"  {escape(line)}  {verdict}", style="dim" if n == 0 else None, soft_wrap=True)


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
