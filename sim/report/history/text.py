"""Histories of a city as a page, in English and Chinese: the answer first, then what it rests on."""

from __future__ import annotations

from pathlib import Path

from sim.batch.history.answer import Answer
from sim.batch.history.figures import FIGURES
from sim.batch.study.identity import model_version
from sim.report.captions import scenario_residents, stand_in_line, synthetic_label
from sim.report.history.tables import (
    account_table,
    arms_table,
    before_after_table,
    effects_table,
    marks_table,
    month_table,
    pairs_table,
    published_table,
    sets_table,
    year_table,
)
from sim.report.history.words import balance_words, question_words, say, sets_words, told_apart_words
from sim.report.names import scenario_name
from sim.report.page import Page, Table, write_pages
from sim.report.texts import Lang

BY_MONTH = ("recorded", "true", "satisfaction")
"""Figures that the page tells by month; `months.csv` has all."""


def describe_history(told: Answer, lang: Lang = "en", *, short: bool = False) -> Page:
    """Tell a set of histories.

    Parameters
    ----------
    short
        for the terminal: without the tables by year and month, which the files hold
    """
    has_reform = bool(len(told.effects))
    page: list[str | Table] = [
        history_title(told, lang), synthetic_label(lang, short=short), _stand_in(told, lang), history_head(told, lang),
        told_apart_words(told, lang), *question_words(told, lang),
        balance_words(told, lang), *sets_words(told, lang),
        arms_table(told, lang), marks_table(told, lang), before_after_table(told, lang),
    ]  # fmt: skip
    if not short:
        page += [year_table(told, figure, lang) for figure in FIGURES]
        page += [month_table(told, figure, lang) for figure in BY_MONTH]
    page += [effects_table(told, lang)] if has_reform else []
    page += [account_table(told, lang)] if has_reform and not short else []
    page += [sets_table(told, lang)] if has_reform and told.n_sets > 1 else []
    page += [pairs_table(told, lang)]
    page += [published_table(told, lang)] if told.published and not short else []
    page += [how_words(told, lang)]
    page += [say(lang, "not_done", run=run, problem=problem) for run, problem in told.made.failures.items()]
    return [part for part in page if part]


def write_history(told: Answer, out: Path) -> list[Path]:
    """Write `history.md` and `history.zh.md`."""
    return write_pages(out, "history", describe_history(told), describe_history(told, "zh"))


def history_title(told: Answer, lang: Lang) -> str:
    """Name what was asked."""
    return say(lang, "title", city=scenario_name(told.made.base.scenario.name, lang), n=len(told.arms))


def history_head(told: Answer, lang: Lang) -> str:
    """Say in a line what was run."""
    scenario = told.made.base.scenario
    return say(
        lang, "head", start=scenario.start, end=scenario.clock.date_of(scenario.n_days - 1),
        people=scenario_residents(scenario, lang), arms=len(told.arms), seeds=len(told.made.seeds),
        model=model_version(), sets=say(lang, "head_sets", n=told.n_sets) if told.n_sets > 1 else "",
    )  # fmt: skip


def how_words(told: Answer, lang: Lang) -> str:
    """Say how to read it: what is tested, and what is left out."""
    intervals = say(lang, "over_seeds" if told.n_sets == 1 else "over_sets")
    return say(lang, "how", intervals=intervals, spread=f"{100 * told.collected.spread:g} %")


def _stand_in(told: Answer, lang: Lang) -> str:
    scenario = told.made.base.scenario
    return stand_in_line(scenario, lang) if scenario.stand_in else ""
