"""`cpsim compare`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.batch.compare import Comparison, Strategy, at_equal_cost, compare, day_apart
from sim.batch.running.runs import folder_name
from sim.cli.cities import tell_of_city
from sim.cli.pages import WIDEST_CELL
from sim.cli.progress import day_bar, goes_on_from, teller
from sim.cli.scenarios import scenario_from
from sim.compile_core import compile_core
from sim.errors import InputError
from sim.outcomes.measures import MEASURES, choose_headline
from sim.policies.contract.registry import make_policy
from sim.report.captions import stand_in_line, synthetic_label
from sim.report.card.validity import validity_line
from sim.report.comparison.account import account_lines
from sim.report.comparison.cost import cost_sentence, mean_hours, price_lines
from sim.report.comparison.doses import dose_sentences
from sim.report.comparison.feelings import feeling_lines
from sim.report.comparison.groups import group_lines
from sim.report.comparison.orders import order_sentences
from sim.report.comparison.text import (
    baseline_means,
    comparison_head,
    comparison_lines,
    in_words,
    period_sentences,
    reading_note,
    write_comparison,
)
from sim.report.names import fold_name
from sim.report.texts import Lang, text
from sim.report.verdicts import verdict_words

MOST_DIGITS = 20
COLOURS = {
    "better": "green",
    "worse": "red",
    "neutral": "cyan",
    "unclear": "dim",
    "tiny": "dim",
    "equal": "dim",
    "same": "dim",
}
COLUMNS = {
    "en": "measure: mean of the baseline; below it, the difference of each strategy and its 95 % interval",
    "zh": "指标：基准策略的均值；其下为各策略与基准的差异及 95 % 区间",
}
COLUMNS_ALONE = {"en": "measure: mean of the baseline", "zh": "指标：基准策略的均值"}


def compare_strategies(given: argparse.Namespace) -> int:
    """Compare strategies, print the table, and keep everything in a folder."""
    scenario = scenario_from(given)
    specs = scenario.compare if given.policies is None else split_specs(given.policies)
    strategies = [Strategy(spec, make_policy(spec)) for spec in specs]
    if given.equal_cost:
        strategies = at_equal_cost(strategies)
    seeds = read_seeds(given.seeds)
    from_day = given.warm_up
    if from_day is None:
        apart = day_apart(strategies, scenario.start)
        from_day = apart if apart < scenario.n_days else 0  # a switch beyond the last day is refused as such
    shown = choose_headline() if given.show is None else read_measures(given.show)
    out: Path = given.out or Path("runs") / folder_name(f"{scenario.name}-compare")
    tell_of_city(scenario, given.lang)
    compile_core(teller(given.lang))
    title = text(given.lang, "progress.compare").format(strategies=len(strategies), seeds=len(seeds))
    with goes_on_from(out, given.lang), day_bar(title, lang=given.lang) as progress:
        comparison = compare(
            scenario, strategies, seeds, out=out, workers=given.workers, from_day=from_day, progress=progress
        )
    comparison = replace(comparison, shown=shown)
    files = write_comparison(comparison, out)
    if not given.no_plots and len(comparison.differences):
        from sim.report.pictures import plot_comparison

        told = in_words(comparison, given.lang)
        files += plot_comparison(
            told.runs, baseline=told.strategies[0], out=out / "comparison", lang=given.lang,
            about=comparison_head(told, given.lang), measures=shown,
        )  # fmt: skip
    print_comparison(comparison, given.lang)
    print(", ".join(str(file) for file in files if file.suffix in {".md", ".png", ".csv"}))
    return 1 if comparison.failures else 0


def _print_below(console: Console, heading: str, lines: Sequence[str]) -> None:
    """Print lines below their heading, or neither where there are none."""
    if lines:
        console.print(heading, style="bold", markup=False)
    for line in lines:
        console.print(f"  {line}", markup=False, soft_wrap=True)


def print_comparison(comparison: Comparison, lang: Lang) -> None:
    """Print the differences from the baseline, and how to read them."""
    console = Console(highlight=False)
    comparison = in_words(comparison, lang)
    console.print(comparison_head(comparison, lang), style="bold", markup=False, soft_wrap=True)
    console.print(synthetic_label(lang, short=True))
    if comparison.scenario.stand_in:
        console.print(stand_in_line(comparison.scenario, lang))
    for sentence in period_sentences(comparison, lang):
        console.print(sentence, style="yellow", markup=False, soft_wrap=True)
    baseline = comparison.strategies[0]
    unequal = cost_sentence(comparison.runs, baseline=baseline, lang=lang)
    if unequal:
        console.print(unequal, style="yellow", markup=False, soft_wrap=True)
    for sentence in (*order_sentences(comparison, lang), *dose_sentences(comparison, lang)):
        console.print(sentence, style="yellow", markup=False, soft_wrap=True)
    console.print(hours_table(comparison, lang))
    lines = comparison_lines(comparison, lang=lang)
    console.print(COLUMNS[lang] if lines else COLUMNS_ALONE[lang], style="dim")
    for measure, value, unit in () if lines else baseline_means(comparison, lang):
        console.print(f"[bold]{measure}[/bold]: {value} {unit}", soft_wrap=True)
    folded = {line.policy: fold_name(line.policy, WIDEST_CELL) for line in lines}
    width = max((cell_len(part) for parts in folded.values() for part in parts), default=0)
    for i, line in enumerate(lines):
        if i == 0 or line.measure != lines[i - 1].measure:
            console.print(f"[bold]{line.measure}[/bold]: {line.baseline} {line.unit}", soft_wrap=True)
        verdict = f"[{COLOURS[line.verdict]}]{verdict_words(line.verdict, lang)}[/]"
        *above, last = folded[line.policy]
        for part in above:
            console.print(f"  {part}", markup=False, soft_wrap=True)
        name = escape(set_cell_size(last, width))
        console.print(f"  {name}  {line.difference:>9}  {line.interval:<20}  {verdict}", soft_wrap=True)
    feelings = feeling_lines(comparison.runs, baseline, lang)
    _print_below(console, text(lang, "feelings.heading").format(baseline=baseline), feelings)
    _print_below(console, text(lang, "account.heading"), account_lines(comparison.runs, baseline, lang))
    _print_below(console, text(lang, "groups.heading"), group_lines(comparison.groups, lang))
    prices = price_lines(comparison.runs, baseline=baseline, lang=lang)
    _print_below(console, text(lang, "cost.heading").format(baseline=baseline), prices)
    console.print(reading_note(comparison, lang))
    console.print(validity_line(comparison.scenario, lang), markup=False, soft_wrap=True)
    for run, problem in comparison.failures.items():
        failed = text(lang, "frame.failed").format(run=run, problem=problem)
        console.print(failed, style="red", markup=False, soft_wrap=True)


def hours_table(comparison: Comparison, lang: Lang) -> Table:
    """Lay out where the hours of each strategy go, in the order given: by activity, and paid hours by role."""
    means = mean_hours(comparison.runs)
    table = Table(box=None, pad_edge=False)
    table.add_column(text(lang, "hours.heading"))
    for name in means.index:
        table.add_column(escape("\n".join(fold_name(str(name), 20))), justify="right", overflow="fold")
    before = ""
    for measure in means.columns:
        kind, _, of = MEASURES[measure].label(lang).partition("：" if lang == "zh" else ": ")
        if kind != before:
            table.add_row(f"[dim]{kind}[/dim]")
            before = kind
        table.add_row(f"  {of}", *(f"{value:.{MEASURES[measure].decimals}f}" for value in means[measure]))
    return table


def split_specs(text: str) -> list[str]:
    """Split a list of policies at commas that do not stand in brackets."""
    specs = [part.strip() for part in re.split(r",(?![^()]*\))", text)]
    if not all(specs):
        raise InputError(f"--policies must read like reactive,hotspot(share=0.03), got {text!r}")
    return specs


def read_measures(text: str) -> tuple[str, ...]:
    """Read a list of measures to show; what a strategy asks of people who did nothing is added."""
    names = [part.strip() for part in text.split(",")]
    if not all(names) or len(set(names)) < len(names):
        raise InputError(f"--show must name measures, each once, like trust_mean,cleared_pct, got {text!r}")
    return choose_headline(names)


def read_seeds(text: str) -> list[int]:
    """Read '6' as the seeds 1 to 6, and '1,5,9' as these three."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() and len(part) < MOST_DIGITS for part in parts):
        raise InputError(f"--seeds must be a number of seeds or a list like 1,5,9, got {text!r}")
    numbers = [int(part) for part in parts]
    if len(set(numbers)) < len(numbers):
        raise InputError(f"--seeds must be seeds of 0 or more, each named once, got {text!r}")
    if len(numbers) > 1:
        return numbers
    if not 1 <= numbers[0] <= 100_000:
        raise InputError(
            f"--seeds must be between 1 and 100000, got {text!r}; one certain seed is given with a comma: 7,8"
        )
    return list(range(1, numbers[0] + 1))
