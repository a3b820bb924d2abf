"""The tables of a set of histories: years, months, before and after, effects, pairs, and what was published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.batch.history.answer import Answer, over_sets
from sim.batch.history.arms import called
from sim.batch.history.effects import SHOWN
from sim.batch.history.figures import FEELINGS, FIGURES, Figure
from sim.batch.history.published import Published, by_figure
from sim.batch.history.verdicts import verdict_of
from sim.outcomes.account import SOURCES
from sim.report.history.words import WAYS, mark_name, reformed_arm, say, survey_size
from sim.report.names import strategy_name
from sim.report.numbers import UNKNOWN, format_interval, format_number, percent
from sim.report.page import Table, pick
from sim.report.texts import Lang, text
from sim.scenarios.sources import load_sources
from sim.statistics.apart import spread_over
from sim.statistics.estimates import Estimate

SETTLED = ("recorded", "sentenced", "calls", "safe", "satisfied", "true")
"""Figures of the table of before and after."""
MONTHS_AROUND = 12
"""Months before and after the reform that the page tells; `months.csv` has all."""
EFFECT_DECIMALS = {"count": 1, "share": 2, "mean": 4}
IN_SETS = ("true", "safe", "satisfied", "satisfaction")


def arms_table(told: Answer, lang: Lang) -> Table:
    """List the histories."""
    rows = []
    for arm, world in told.made.worlds.items():
        strategy = world.spec or world.policy.name
        reform = str(world.reformed_on or say(lang, "never"))
        names = told.made.histories.names
        whys = (change.why or change.parameter for change in world.scenario.timeline)
        changes = say(lang, "semicolon").join(called(names.get(why, why), lang) for why in whys)
        rows.append([told.name(arm, lang), f"`{arm}`", strategy_name(strategy, lang), reform, changes or UNKNOWN])
    return Table(say(lang, "arms"), say(lang, "arms_heads").split("|"), rows)


def marks_table(told: Answer, lang: Lang) -> Table:
    """List what came in, and when."""
    rows = [
        [mark_name(mark, lang), str(mark.begin), str(mark.end) if mark.end > mark.begin else ""] for mark in told.marks
    ]
    return Table(
        say(lang, "marks", arm=told.name(told.arms[0], lang)), say(lang, "marks_heads").split("|"), rows
    )  # fmt: skip


def year_table(told: Answer, figure: str, lang: Lang) -> Table:
    """Lay a figure out by year: what was published, and each history with its interval."""
    periods = sorted(told.years["period"].unique())
    rows = _by_period(told, told.years, figure, periods, lang)
    return Table(_head(figure, lang), [say(lang, "history"), *periods], rows)


def month_table(told: Answer, figure: str, lang: Lang) -> Table:
    """Lay a figure out by month about the reform, months down the page."""
    periods = sorted(told.months["period"].unique())
    arm = reformed_arm(told)
    reform = periods[0] if arm is None else str(told.made.worlds[arm].reformed_on)[:7]
    at = sum(period < reform for period in periods)
    shown = periods[max(0, at - MONTHS_AROUND) : at + MONTHS_AROUND]
    upright = _by_period(told, told.months, figure, shown, lang)
    rows = [[period, *(row[1 + i] for row in upright)] for i, period in enumerate(shown)]
    title = say(lang, "by_month", figure=_head(figure, lang))
    return Table(title, [say(lang, "month"), *(row[0] for row in upright)], rows)


def before_after_table(told: Answer, lang: Lang) -> Table:
    """Compare the whole years before the reform with those after it."""
    table, before, after = before_and_after(told)
    given = by_figure(told.published)
    changes = [_published_change(given.get(name, []), before, after, name) for name in SETTLED]
    rows = [[say(lang, "was_published"), *changes]] if told.published else []
    rows += [
        [told.name(arm, lang), *(_simulated_change(table, arm, name, before, after) for name in SETTLED)]
        for arm in told.arms
    ]
    title = say(lang, "before_after", before=_span(before), after=_span(after))
    return Table(title, [say(lang, "history"), *(_head(name, lang) for name in SETTLED)], rows)


def effects_table(told: Answer, lang: Lang) -> Table:
    """Tell what the reform of each history did, beside the same history policed as before."""
    arms = list(dict.fromkeys(told.effects["arm"]))
    rows = [[_effect_head(name, lang), *(effect_cell(told, arm, name) for arm in arms)] for name in SHOWN]
    return Table(say(lang, "effects"), [say(lang, "figure"), *(told.name(arm, lang) for arm in arms)], rows)


def account_table(told: Answer, lang: Lang) -> Table:
    """Tell by what the reform of each history moved people."""
    arms = list(dict.fromkeys(told.effects["arm"]))
    rows = [
        [f"{text(lang, f'attitudes.{feeling}')}{pick(lang, ': ', '：')}{text(lang, f'account.{source}')}",
         *(effect_cell(told, arm, f"{feeling}_from_{source}") for arm in arms)]
        for feeling in FEELINGS for source in SOURCES
    ]  # fmt: skip
    return Table(say(lang, "account"), [say(lang, "account_by"), *(told.name(arm, lang) for arm in arms)], rows)


def effect_of(told: Answer, arm: str, figure: str) -> Estimate:
    """Give an effect of a reform: over seeds, or over what is plausible where there are several parameter sets."""
    own = told.effects[(told.effects["arm"] == arm) & (told.effects["figure"] == figure)]
    if len(own) == 1:
        return Estimate(*own[["value", "low", "high"]].to_numpy(np.float64)[0])
    return Estimate(*spread_over(own["value"].to_numpy(np.float64), np.asarray(told.made.weights)))


def effect_cell(told: Answer, arm: str, figure: str) -> str:
    """Write an effect with its interval."""
    return _effect(effect_of(told, arm, figure), figure)


def pairs_table(told: Answer, lang: Lang) -> Table:
    """Tell of each pair which data would tell the two histories apart, and with what power."""
    rows = []
    for (one, other), own in over_sets(told.pairs).groupby(["one", "other"], sort=False):
        by_way = own.set_index("way")
        cells = [power_cell(by_way.loc[way], lang) for way in WAYS]
        needed = survey_size(float(by_way.loc["survey", "needed"]), lang)
        records = [FIGURES[name].label(lang) for name in str(by_way.loc["records", "figure"]).split(",") if name]
        names = f"{told.name(str(one), lang)} / {told.name(str(other), lang)}"
        rows.append([names, *cells, needed, say(lang, "semicolon").join(records) or UNKNOWN])
    heads = say(lang, "pairs_heads", n=f"{told.collected.surveyed:,}", districts=told.collected.districts)
    return Table(say(lang, "pairs"), heads.split("|"), rows)


def power_cell(row: pd.Series, lang: Lang) -> str:
    """Write a verdict, the power with its interval, and the figure that tells most."""
    if np.isnan(row["power"]):
        return UNKNOWN
    verdict = verdict_of(row["low"], row["high"])
    ends = "" if np.isnan(row["low"]) else f" ({percent(row['low'])} … {percent(row['high'])})"
    said = f"{say(lang, verdict)}{pick(lang, ': ', '：')}{percent(row['power'])}{ends}"
    most = "" if verdict == "no" else FIGURES[row["figure"]].label(lang)
    return say(lang, "comma").join(part for part in (said, most) if part)


def published_table(told: Answer, lang: Lang) -> Table:
    """List what was published, with its source and how far it is trusted."""
    sources = load_sources()
    rows = [
        [
            FIGURES[one.figure].label(lang), one.period, _number(one.value), f"{100 * one.trusted:g} %",
            pick(lang, one.note_en, one.note_zh or one.note_en),
            sources[one.source].citation.split(":")[0] if one.source in sources else one.source,
        ]
        for one in told.published
    ]  # fmt: skip
    return Table(say(lang, "published_title"), say(lang, "published_heads").split("|"), rows)


def sets_table(told: Answer, lang: Lang) -> Table:
    """List the parameter sets, and what the reform of the first history that has one does under each."""
    arm = reformed_arm(told)
    own = told.effects[told.effects["arm"] == arm].set_index(["set", "figure"])
    rows = []
    for point in range(told.n_sets):
        values = ", ".join(f"{name} = {told.made.sets[name].iat[point]:g}" for name in told.made.sets.columns)
        found = [own.loc[(point, figure), ["value", "low", "high"]].astype(float) for figure in IN_SETS]
        cells = [_effect(Estimate(*one), figure) for one, figure in zip(found, IN_SETS, strict=True)]
        rows.append([values, *cells])
    title = say(lang, "sets", arm="" if arm is None else told.name(arm, lang))
    return Table(title, [say(lang, "sets_head"), *(_effect_head(name, lang) for name in IN_SETS)], rows)


def before_and_after(told: Answer) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Divide the whole years into those before the reform and those after it; the year in which it came is neither.

    Months take the place of years where no whole year lies before it, or none after it.

    Returns
    -------
    table, before, after
        the table that the periods are of
    """
    arm = reformed_arm(told)
    reform = None if arm is None else told.made.worlds[arm].reformed_on
    for table, letters in ((told.years, 4), (told.months, 7)):
        periods = sorted(table["period"].unique())
        if reform is None:
            return table, periods[:1], periods[1:]
        at = str(reform)[:letters]
        begins = str(reform)[letters:] in {"-01-01", "-01"}
        before = [period for period in periods if period < at]
        after = [period for period in periods if period > at or (period == at and begins)]
        if before and after:
            break
    return table, before, after


def _by_period(
    told: Answer, table: pd.DataFrame, figure: str, periods: list[str], lang: Lang
) -> list[list[str]]:  # fmt: skip
    """Lay a figure out: a row for what was published, if anything was, and one for each history."""
    about = FIGURES[figure]
    given = {one.period: _number(one.value) for one in by_figure(told.published).get(figure, [])}
    rows = []
    if any(period in given for period in periods):
        rows.append([say(lang, "was_published"), *(given.get(period, "") for period in periods)])
    for arm in told.arms:
        cells = [_cell(told.estimate(table, arm, period, figure), about) for period in periods]
        rows.append([told.name(arm, lang), *cells])
    return rows


def _cell(estimate: Estimate, about: Figure) -> str:
    value = format_number(estimate.value, about.decimals)
    if np.isnan(estimate.low):
        return value
    return f"{value} ({format_interval(estimate.low, estimate.high, about.decimals)})"


def _effect(estimate: Estimate, figure: str) -> str:
    kind = FIGURES[figure].kind if figure in FIGURES else "mean"
    value, low, high = estimate
    unit, decimals = " %" if kind == "count" else "", EFFECT_DECIMALS[kind]
    interval = format_interval(low, high, decimals, sign=True)
    return f"{format_number(value, decimals, sign=True)}{unit} ({interval})"


def _simulated_change(table: pd.DataFrame, arm: str, figure: str, before: list[str], after: list[str]) -> str:
    own = table[table["arm"] == arm]
    a, b = (float(own[own["period"].isin(some)][figure].mean()) for some in (before, after))
    return _change(a, b, figure)


def _published_change(values: list[Published], before: list[str], after: list[str], figure: str) -> str:
    """Compare the published means; a dash where nothing was published on one side."""
    a, b = ([one.value for one in values if one.period in some] for some in (before, after))
    return _change(float(np.mean(a)) if a else np.nan, float(np.mean(b)) if b else np.nan, figure)


def _change(a: float, b: float, figure: str) -> str:
    about = FIGURES[figure]
    ends = f"{format_number(a, about.decimals)} → {format_number(b, about.decimals)}"
    if not (np.isfinite(a) and np.isfinite(b) and a > 0.0):
        return ends
    change = f"{b - a:+.1f}" if about.kind == "share" else f"{100 * (b / a - 1):+.0f} %"
    return f"{ends} ({change})"


def _head(figure: str, lang: Lang) -> str:
    about = FIGURES[figure]
    return f"{about.label(lang)}{say(lang, 'comma')}{about.unit(lang)}"


def _effect_head(figure: str, lang: Lang) -> str:
    about = FIGURES[figure]
    unit = {"count": "%", "share": text(lang, "comparison.points")}.get(about.kind, about.unit(lang))
    return f"{about.label(lang)}{say(lang, 'comma')}{unit}"


def _span(years: list[str]) -> str:
    return UNKNOWN if not years else years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"
