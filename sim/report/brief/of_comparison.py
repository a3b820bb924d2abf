"""Two pages of a comparison of strategies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim import __version__
from sim.batch.compare import Comparison
from sim.ledger.provenance import changed_from
from sim.ledger.run_folder import read_table
from sim.outcomes.burden import TABLES, Tables, tabulate_burden
from sim.report.brief.content import Brief, Cell
from sim.report.brief.names import spoken_name
from sim.report.brief.numbers import UNITS, Effect, Effects, measure_effects, measures_behind
from sim.report.brief.picture import draw_effects
from sim.report.brief.place import count_residents, name_place, say_residents
from sim.report.brief.sections import cost_section, sure_section, turn_section
from sim.report.brief.sentence import answer_sentence, best_on_crime
from sim.report.comparison.text import NOT_LISTED, comparison_head, comparison_lines, in_words, reading_note
from sim.report.numbers import format_number
from sim.report.texts import Lang, text
from sim.report.verdicts import verdict_words
from sim.scenarios.scenario import Scenario
from sim.statistics.pairs import pair_differences

OFTEN_ZERO = ("checks", "visits")
"""What no strategy may do at all, and then has no row."""


def brief_of_comparison(
    comparison: Comparison, folder: Path, provenance: Mapping[str, Any], lang: Lang
) -> Brief:  # fmt: skip
    """Lay out two pages and an annex of a finished comparison.

    Parameters
    ----------
    folder
        where its run folders are
    provenance
        with which model it was made, and when
    """
    run = folder / str(comparison.runs["folder"].iloc[0])
    residents = count_residents(run, comparison.scenario)
    effects = measure_effects(comparison, residents)
    baseline, runs = comparison.strategies[0], comparison.runs
    tells_apart = partial(has_clearly_less_crime, runs)
    answer = answer_sentence(effects, baseline, lang, tells_apart)
    sections = (
        cost_section(effects, measure_burden(comparison, folder), baseline, lang),
        sure_section(comparison, effects, lang),
        turn_section(comparison, effects, best_on_crime(effects, tells_apart), lang),
    )
    option = spoken_name(comparison.strategies[1], lang)
    words = {"baseline": spoken_name(baseline, lang), "option": option}
    title = text(lang, "brief.title_one" if len(effects) == 1 else "brief.title_many").format(**words)
    rows = tuple(_rows(effects, lang))
    return Brief(
        title[:1].upper() + title[1:], _place(comparison, run, residents, lang), answer, draw_effects(effects, lang),
        text(lang, "brief_part.picture"), sections, text(lang, "brief_part.table"),
        ("", text(lang, "brief_row.today"), *(spoken_name(name, lang) for name in effects)), rows,
        text(lang, "brief_row.note").format(**words), _foot(comparison, provenance, lang),
        tuple(_annex(comparison, lang)), text(lang, "brief_annex.title"),
        (comparison_head(in_words(comparison, lang), lang), reading_note(comparison, lang)),
        picture_note=text(lang, "brief_part.picture_note"),
    )  # fmt: skip


def has_clearly_less_crime(runs: pd.DataFrame, one: str, other: str) -> bool:
    """Tell whether one strategy has clearly less crime than another, pair by pair."""
    measure = UNITS["crime"].measure
    both = runs[runs["policy"].isin([one, other])]
    row = pair_differences(both, baseline=other, measures=[measure]).iloc[0]
    return bool(row["high"] < 0.0)


def measure_burden(comparison: Comparison, folder: Path) -> dict[str, pd.DataFrame]:
    """Measure who is stopped, checked and visited under each strategy: newcomers against all others."""

    def read(folders: list[Path]) -> Iterator[Tables]:
        for one in folders:
            yield {table: read_table(one, table) for table in TABLES}

    runs = comparison.runs
    return {
        label: tabulate_burden(read([folder / name for name in runs[runs["policy"] == label]["folder"]]), by="migrant")
        for label in comparison.strategies
    }


def _place(comparison: Comparison, run: Path, residents: float, lang: Lang) -> str:
    scenario = comparison.scenario
    return text(lang, "brief.place").format(
        place=name_place(run, scenario, lang), residents=say_residents(residents),
        days=f"{scenario.n_days - comparison.from_day:,}",
    )  # fmt: skip


def _rows(effects: Effects, lang: Lang) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    for key, unit in UNITS.items():
        mine = [own[key] for own in effects.values()]
        if key in OFTEN_ZERO and all(one.today == 0.0 and one.difference == 0.0 for one in mine):
            continue
        today = Cell(_number(mine[0].today, unit.decimals))
        yield text(lang, f"brief_row.{key}"), (today, *(_cell(one, unit.decimals, lang) for one in mine))


def _cell(one: Effect, decimals: int, lang: Lang) -> Cell:
    if one.verdict == "equal":
        return Cell("0", "", one.verdict)
    ends = text(lang, "brief_row.ends").format(
        low=_number(one.low, decimals, sign=True), high=_number(one.high, decimals, sign=True)
    )
    return Cell(_number(one.difference, decimals, sign=True), ends, one.verdict)


def _number(value: float, decimals: int, *, sign: bool = False) -> str:
    if not np.isfinite(value):
        return "–"
    written = format_number(abs(value), decimals)
    whole, _, rest = written.partition(".")
    said = f"{int(whole):,}" + (f".{rest}" if rest else "")
    zero = float(written) == 0.0
    return said if zero or (value > 0.0 and not sign) else ("+" if value > 0.0 else "−") + said


def _foot(comparison: Comparison, provenance: Mapping[str, Any], lang: Lang) -> str:
    seeds = comparison.seeds
    listed = f"{seeds[0]}–{seeds[-1]}" if len(seeds) > 2 and seeds == tuple(range(seeds[0], seeds[-1] + 1)) else (
        ", ".join(map(str, seeds)))  # fmt: skip
    return text(lang, "brief_row.foot").format(
        version=__version__,
        model=provenance["model"],
        scenario=comparison.scenario.name,
        seeds=listed,
        date=str(provenance["ended"])[:10],
    )


def _annex(comparison: Comparison, lang: Lang) -> Iterator[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    """Give the tables of the annex: strategies as written, every measure that is shown, what was set, and the runs."""
    say = partial(text, lang)
    yield (
        say("brief_annex.settings"), (say("brief_annex.strategy"), say("brief_annex.spec")),
        tuple((spoken_name(label, lang), label) for label in comparison.strategies),
    )  # fmt: skip
    whole = replace(comparison, shown=measures_behind(comparison.shown))
    lines = comparison_lines(whole, lang=lang)
    heads = ("measure", "strategy", "today", "difference", "range", "verdict")
    yield (
        say("brief_part.table"), tuple(say(f"brief_annex.{head}") for head in heads),
        tuple(
            (f"{one.measure}, {one.unit}", spoken_name(one.policy, lang), one.baseline, one.difference, one.interval,
             verdict_words(one.verdict, lang))
            for one in lines
        ),
    )  # fmt: skip
    changed = changed_from(comparison.scenario.model_dump(mode="json"), Scenario().model_dump(mode="json"))
    listed = tuple((name, str(value)) for name, value in changed.items() if name not in NOT_LISTED)
    if listed:
        yield say("brief_annex.set"), ("", ""), listed
    yield (
        say("brief_annex.runs"), (say("brief_annex.strategy"), say("brief_annex.seed"), say("brief_annex.digest")),
        tuple(
            (str(run.policy), str(run.seed), str(run.digest)) for run in comparison.runs.itertuples()
        ),
    )  # fmt: skip
