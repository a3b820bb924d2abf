"""A study of levers in words and numbers: CSV for programs, Markdown for people, lines for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.batch.levers import ACTS_THROUGH, LeverStudy
from sim.outcomes.measures import MEASURES, Measure
from sim.report.captions import scenario_residents, synthetic_label
from sim.report.levers.still import find_still, still_lines
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import amount, format_interval, format_number
from sim.report.texts import Lang, text
from sim.report.verdicts import judge_printed, verdict_words

SEEN = {"better", "worse", "neutral"}
"""Verdicts on an effect that shows: beyond its interval, and not smaller than its measure is printed."""


class EffectLine(NamedTuple):
    """Tell what one lever, or two together, do to one measure, ready to print."""

    name: str
    main: str
    main_interval: str
    shapley: str
    shapley_interval: str
    share: str
    verdict: str
    """of the Shapley value, or of an interaction: 'better', 'worse', 'neutral', 'unclear' or 'tiny'"""
    ends: str = ""
    """what the measure comes to with all faults, and with all mended"""


def effect_lines(effects: pd.DataFrame, measure: str, *, lang: Lang = "en") -> list[EffectLine]:
    """List what each lever does to a measure, and last what all do together."""
    rows = _rows_of(effects, measure)
    lines = [
        _line(text(lang, f"levers.{lever}"), rows["main", lever, ""], rows["shapley", lever, ""], MEASURES[measure])
        for effect, lever, _ in rows
        if effect == "shapley"
    ]
    total = rows["total", "", ""]
    return [*lines, _line(text(lang, "levers.all"), None, total, MEASURES[measure])]


def interaction_lines(effects: pd.DataFrame, measure: str, *, lang: Lang = "en") -> list[EffectLine]:
    """List what every two levers do together, beyond the sum of both."""
    return [
        _line(f"{text(lang, f'levers.{one}')} × {text(lang, f'levers.{other}')}", None, row, MEASURES[measure])
        for (effect, one, other), row in _rows_of(effects, measure).items()
        if effect == "interaction"
    ]


def through_lines(study: LeverStudy, lever: str, *, lang: Lang = "en") -> list[EffectLine]:
    """List what a lever does to each measure that it acts through; those that stand still are left out."""
    lines = []
    for measure in moving(study, ACTS_THROUGH[lever]):
        rows = _rows_of(study.effects, measure)
        about = MEASURES[measure]
        ends = " / ".join(format_number(rows[end, "", ""]["value"], about.decimals) for end in ("off", "on"))
        line = _line(about.label(lang), rows["main", lever, ""], rows["shapley", lever, ""], about)
        lines.append(line._replace(ends=ends))
    return lines


def shows_line(study: LeverStudy, lever: str, *, lang: Lang = "en") -> str:
    """Say in which measures a lever shows beyond its interval, or that it shows in none, and what that may mean."""
    found = [
        MEASURES[measure].label(lang)
        for measure in moving(study, (*ACTS_THROUGH[lever], *study.shown))
        if _shapley_verdict(study.effects, measure, lever) in SEEN
    ]
    name = text(lang, f"levers.{lever}")
    if not found:
        return text(lang, "levers.shows_nowhere").format(
            lever=name, seeds=len(study.seeds), days=study.scenario.n_days - study.from_day
        )
    return text(lang, "levers.shows_in").format(lever=name, measures=text(lang, "levers.and").join(found))


def moving(study: LeverStudy, measures: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out the measures that are the same in every run, or known in none, and every second mention."""
    still = find_still(study.runs, measures)
    return tuple(name for name in dict.fromkeys(measures) if name not in still)


def means_line(effects: pd.DataFrame, measure: str, *, lang: Lang = "en") -> str:
    """Say what a measure comes to with all faults and with all mended."""
    about, rows = MEASURES[measure], _rows_of(effects, measure)
    off, on = (
        f"{text(lang, f'levers.{name}')} {format_number(rows[name, '', '']['value'], about.decimals)}"
        for name in ("off", "on")
    )
    return amount(f"{off}{text(lang, 'study.comma')}{on}", about, lang)


def write_levers(study: LeverStudy, out: Path) -> list[Path]:
    """Write `levers.csv` (effects on every measure), `runs.csv` (one row per run) and `levers.md`, in two languages."""
    files = [out / name for name in ("levers.csv", "runs.csv", "levers.md", "levers.zh.md")]
    study.effects.to_csv(files[0], index=False)
    study.runs.drop(columns="seconds").to_csv(files[1], index=False)
    files[2].write_text(describe_levers(study, lang="en"), encoding="utf-8")
    files[3].write_text(describe_levers(study, lang="zh"), encoding="utf-8")
    return files


def describe_levers(study: LeverStudy, *, lang: Lang = "en") -> str:
    """Tell a study as Markdown: what was run, one table per outcome, what each lever acts through, how to read it."""
    parts = [
        "# " + text(lang, "levers.title").format(strategy=strategy_name(study.strategy, lang)),
        synthetic_label(lang),
        *levers_head(study, lang).split("\n"),
        *(_section(study.effects, measure, lang) for measure in moving(study, study.shown)),
        *(_through_section(study, lever, lang) for lever in study.levers if study.tells_through),
        *still_lines(study.runs, measures_told(study), lang),
        levers_note(study, lang),
    ]
    if study.failures:
        failed = "\n".join(f"- {run}: {why}" for run, why in study.failures.items())
        parts.append(f"{text(lang, 'levers.failed')}\n\n{failed}")
    return "\n\n".join(parts) + "\n"


def panels_of(study: LeverStudy) -> tuple[str, ...]:
    """Name the measures that a picture shows: the outcomes, and of each lever the first that it acts through."""
    first = [moving(study, ACTS_THROUGH[lever])[:1] for lever in study.levers if study.tells_through]
    return moving(study, (*study.shown, *(name for names in first for name in names)))


def measures_told(study: LeverStudy) -> tuple[str, ...]:
    """Name every measure that the page of a study is about."""
    through = [name for lever in study.levers if study.tells_through for name in ACTS_THROUGH[lever]]
    return tuple(dict.fromkeys([*study.shown, *through]))


def levers_head(study: LeverStudy, lang: Lang = "en") -> str:
    """Say in a line what was run, and in a second one from when on it is measured, if not from the start."""
    scenario = study.scenario
    days = scenario.n_days - study.from_day
    head = text(lang, "levers.head").format(
        scenario=scenario_name(scenario.name, lang),
        days=days,
        people=scenario_residents(scenario, lang),
        seeds=len(study.seeds),
        strategy=strategy_name(study.strategy, lang),
        n=len(study.levers),
        variants=2 ** len(study.levers),
    )
    if study.since is None:
        return head
    first = scenario.start + pd.Timedelta(days=study.from_day)
    since = text(lang, "levers.since").format(since=study.since, first=first, days=days, before=study.from_day)
    return f"{head}\n{since}"


def levers_note(study: LeverStudy, lang: Lang = "en") -> str:
    """Say how far the intervals carry."""
    n, k = int(study.effects["n_seeds"].max()), len(study.levers)
    if n <= 1:
        return text(lang, "levers.one_seed")
    tests = len(moving(study, study.shown)) * (2 * k + k * (k - 1) // 2)
    if study.tells_through:
        tests += sum(2 * len(moving(study, ACTS_THROUGH[lever])) for lever in study.levers)
    return text(lang, "levers.note").format(n=n, tests=tests, chance=f"{tests * 0.05:.1f}")


def _section(effects: pd.DataFrame, measure: str, lang: Lang) -> str:
    about = MEASURES[measure]
    words = [text(lang, f"levers.{name}") for name in ("lever", "main", "interval", "shapley", "interval", "share")]
    rows = [
        f"| {one.name} | {one.main} | {one.main_interval} | {one.shapley} | {one.shapley_interval} | {one.share} | "
        f"{verdict_words(one.verdict, lang)} |"
        for one in effect_lines(effects, measure, lang=lang)
    ]
    pairs = [
        f"| {one.name} | {one.shapley} | {one.shapley_interval} | {verdict_words(one.verdict, lang)} |"
        for one in interaction_lines(effects, measure, lang=lang)
    ]
    tables = ["\n".join(["| " + " | ".join(words) + " | |", "|---|---:|---|---:|---|---:|---|", *rows])]
    if pairs:
        head = f"| {text(lang, 'levers.together')} | | {text(lang, 'levers.interval')} | |"
        tables.append("\n".join([head, "|---|---:|---|---|", *pairs]))
    return "\n\n".join([f"## {about.label(lang)}", means_line(effects, measure, lang=lang), *tables])


def _through_section(study: LeverStudy, lever: str, lang: Lang) -> str:
    words = [text(lang, f"levers.{name}") for name in ("measure", "ends", "main", "interval", "shapley", "interval")]
    rows = [
        f"| {one.name} | {one.ends} | {one.main} | {one.main_interval} | {one.shapley} | {one.shapley_interval} | "
        f"{one.share} | {verdict_words(one.verdict, lang)} |"
        for one in through_lines(study, lever, lang=lang)
    ]
    head = f"## {text(lang, 'levers.through').format(lever=text(lang, f'levers.{lever}'))}"
    said = shows_line(study, lever, lang=lang)
    if not rows:
        return f"{head}\n\n{said}"
    names = f"| {' | '.join(words)} | {text(lang, 'levers.share')} | |"
    return "\n\n".join([head, "\n".join([names, "|---|---:|---:|---|---:|---|---:|---|", *rows]), said])


def _rows_of(effects: pd.DataFrame, measure: str) -> dict[tuple[str, str, str], dict[str, float]]:
    own = effects[effects["measure"] == measure]
    return {(row["effect"], row["switch"], row["other"]): row for row in own.to_dict("records")}


def _shapley_verdict(effects: pd.DataFrame, measure: str, lever: str) -> str:
    row = _rows_of(effects, measure)["shapley", lever, ""]
    return judge_printed(row["value"], row["low"], row["high"], MEASURES[measure])


def _line(name: str, main: dict[str, float] | None, value: dict[str, float], about: Measure) -> EffectLine:
    alone = ("", "") if main is None else _number_and_interval(main, about)
    share = format_number(value["share"], 0) + (" %" if pd.notna(value["share"]) else "")
    verdict = judge_printed(value["value"], value["low"], value["high"], about)
    return EffectLine(name, *alone, *_number_and_interval(value, about), share, verdict)


def _number_and_interval(row: dict[str, float], about: Measure) -> tuple[str, str]:
    decimals = about.decimals + 1
    return format_number(row["value"], decimals, sign=True), format_interval(
        row["low"], row["high"], decimals, sign=True
    )
