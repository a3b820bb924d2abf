"""A search of deployments in words: the answer first, a sentence for each point, then the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.batch.deployment.goals import GOALS
from sim.batch.deployment.judge import TODAY
from sim.batch.deployment.study import Answer, Candidate
from sim.report.captions import scenario_residents, stand_in_line, synthetic_label
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import format_interval, format_number
from sim.report.texts import Lang, text

Table = tuple[str, list[str], list[list[str]]]
"""A title, the heads of the columns, and the rows."""
UNITS = {
    "presence": "presence",
    "fairness": "none",
    "worst_area": "times",
    "cost": "cost",
    "work_most": "times",
    "crossed_pct": "pct",
}
RESPONSE = ("response_1_median", "response_1_p90", "response_2_median", "response_2_p90")


def goal_label(goal: str, lang: Lang) -> str:
    """Name a goal."""
    return text(lang, f"deploy.goal_{goal}")


def goal_unit(goal: str, lang: Lang) -> str:
    """Name the unit of a goal."""
    return text(lang, f"deploy.unit_{UNITS.get(goal, 'min')}")


def answer_sentence(answer: Answer, lang: Lang) -> str:
    """Say whether any deployment is better than today's, beyond chance."""
    if not answer.points:
        return text(lang, "deploy.only_today" if answer.goals else "deploy.nothing")
    better = [letter for letter in answer.points if answer.is_better(letter)]
    told = [letter for letter in answer.points if answer.is_told(letter)]
    key, named = ("better", better) if better else ("mixed", told) if told else ("cannot", [])
    names = text(lang, "deploy.comma").join(named)
    return text(lang, f"deploy.{key}").format(n=len(named), points=len(answer.points), names=names)


def head_line(answer: Answer, lang: Lang) -> str:
    """Say what was asked, and how much was run."""
    asked, slots = answer.question, answer.slots
    return text(lang, "deploy.head").format(
        scenario=scenario_name(asked.scenario.name, lang), strategy=strategy_name(asked.strategy, lang),
        people=scenario_residents(asked.scenario, lang), officers=slots.officers,
        role=text(lang, f"staffing.{slots.role}"), hours=f"{slots.hours_a_week:.0f}",
        today=f"{answer.today.hours_a_week:.0f}", tried=len(answer.candidates), runs=len(answer.runs),
        seeds=len(answer.seeds.fresh), days=asked.scenario.n_days - answer.from_day,
    )  # fmt: skip


def point_sentence(answer: Answer, letter: str, lang: Lang) -> str:
    """Say of a point what changes for officers, what that does beyond chance, and what cannot be told."""
    rows = answer.judged[answer.judged["point"] == letter].set_index("measure")
    shown = [*answer.goals, *(name for name in RESPONSE if name not in answer.goals)]
    told = [name for name in shown if rows.loc[name, "verdict"] in {"better", "worse"}]
    effects = text(lang, "deploy.nothing_told")
    if told:
        parts = [effect_words(rows.loc[name], name, lang) for name in told]
        effects = text(lang, "deploy.told").format(effects=text(lang, "deploy.semicolon").join(parts))
    silent = [goal_label(name, lang) for name in answer.goals if name not in told]
    rest = ""
    if silent and told:
        rest = text(lang, "deploy.not_told").format(goals=text(lang, "deploy.semicolon").join(silent))
    if not answer.still_front[letter]:
        rest += text(lang, "deploy.off_front")
    return text(lang, "deploy.point").format(
        letter=letter, changes=changes_words(answer, answer.points[letter], lang), effects=effects, rest=rest
    )


def effect_words(row: pd.Series, name: str, lang: Lang) -> str:
    """Say by how much a point has less or more of something, and within which ends."""
    digits = GOALS[name].decimals
    low, high = sorted((abs(float(row["low"])), abs(float(row["high"]))))
    return text(lang, "deploy.less" if row["difference"] < 0 else "deploy.more").format(
        label=goal_label(name, lang), unit=goal_unit(name, lang),
        value=format_number(abs(float(row["difference"])), digits), low=format_number(low, digits),
        high=format_number(high, digits),
    )  # fmt: skip


def changes_words(answer: Answer, point: Candidate, lang: Lang) -> str:
    """Say who begins at another time, in another district, and who works at weekends."""
    slots = answer.slots
    apart = point.counts - answer.today_table
    clock = [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in slots.begins]
    by_begin, by_district = apart.sum(axis=(0, 2)), apart.sum(axis=(1, 2))
    parts = [_begins_words(by_begin, clock, slots.officers, lang)]
    if len(slots.districts) > 1:
        names = [str(name) for name in slots.districts]
        parts += _listed(by_district, names, "in", lang)
    by_week = dict(zip(slots.weeks, point.counts.sum(axis=(0, 1)).tolist(), strict=True))
    if by_week.get("Mon-Fri", 0) or by_week.get("Wed-Sun", 0):
        parts.append(
            text(lang, "deploy.weeks").format(weekend=by_week.get("Wed-Sun", 0), weekday=by_week.get("Mon-Fri", 0))
        )
    return text(lang, "deploy.comma").join(parts)


def _begins_words(apart: np.ndarray, clock: list[str], officers: int, lang: Lang) -> str:
    gain, loss = np.flatnonzero(apart > 0), np.flatnonzero(apart < 0)
    if not len(gain) and not len(loss):
        return text(lang, "deploy.same_begins").format(officers=officers)
    if len(gain) == len(loss) == 1 and apart.sum() == 0:
        return text(lang, "deploy.instead").format(
            n=f"{apart[gain[0]]:.0f}", officers=officers, to=clock[gain[0]], before=clock[loss[0]]
        )
    parts = text(lang, "deploy.comma").join(_listed(apart, clock, "at", lang))
    return text(lang, "deploy.begins").format(officers=officers, parts=parts)


def _listed(apart: np.ndarray, names: list[str], where: str, lang: Lang) -> list[str]:
    """List what grows and what shrinks, the largest first."""
    order = [i for i in np.argsort(-np.abs(apart), kind="stable") if apart[i]]
    return [
        text(lang, f"deploy.{'more' if apart[i] > 0 else 'fewer'}_{where}").format(
            n=f"{abs(apart[i]):.0f}", at=names[i]
        )
        for i in order
    ]


def notes(answer: Answer, lang: Lang) -> list[str]:
    """Say what the numbers are of, and how far they carry."""
    out = []
    missing = [goal_label(goal, lang) for goal in answer.question.goals if goal not in answer.goals]
    if missing and answer.points:
        out.append(text(lang, "deploy.unknown_goals").format(goals=text(lang, "deploy.semicolon").join(missing)))
    yard = answer.yardstick
    if "presence" in answer.goals:
        out.append(text(lang, "deploy.hot").format(n=int(yard.hot.sum()), all=len(yard.hot)))
    key = "areas_districts" if yard.areas_are_districts else "areas_pieces"
    out.append(text(lang, f"deploy.{key}").format(n=int(yard.area.max()) + 1))
    if answer.slots.districts == (None,):
        out.append(text(lang, "deploy.no_districts"))
    if answer.question.scenario.thinning != 1.0:
        out.append(text(lang, "deploy.real").format(factor=f"{answer.question.scenario.thinning:g}"))
    return [*out, text(lang, "deploy.intervals")]


def difference_table(answer: Answer, lang: Lang) -> Table:
    """List the goals of each point against today's, with intervals, and the response times besides."""
    shown = [*answer.goals, *(name for name in RESPONSE if name not in answer.goals)]
    rows = []
    for letter in answer.points:
        own = answer.judged[answer.judged["point"] == letter].set_index("measure")
        for name in shown:
            row, digits = own.loc[name], GOALS[name].decimals
            rows.append([
                letter, f"{goal_label(name, lang)}, {goal_unit(name, lang)}",
                *(format_number(float(row[column]), digits) for column in (TODAY, "value")),
                format_number(float(row["difference"]), digits, sign=True),
                format_interval(float(row["low"]), float(row["high"]), digits, sign=True),
                text(lang, f"deploy.{row['verdict']}_word"),
            ])  # fmt: skip
    return text(lang, "deploy.table"), text(lang, "deploy.columns").split("|"), rows


def roster_table(answer: Answer, letter: str, lang: Lang) -> Table:
    """Set the officers of a point beside today's, by district and begin."""
    slots, point = answer.slots, answer.points[letter].counts.sum(axis=2)
    now = answer.today_table.sum(axis=2)
    clock = [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in slots.begins]
    names = [text(lang, "deploy.all_districts") if d is None else str(d) for d in slots.districts]
    rows = [
        [name, *(f"{a:.0f} → {b}" for a, b in zip(before, after, strict=True)), f"{sum(before):.0f} → {sum(after)}"]
        for name, before, after in zip(names, now.tolist(), point.tolist(), strict=True)
    ]
    heads = [text(lang, "deploy.district"), *clock, text(lang, "deploy.all_columns")]
    return f"{letter}. {text(lang, 'deploy.roster_title')}", heads, rows


def tried_table(answer: Answer, lang: Lang) -> Table:
    """List what the screen thought of each deployment that was checked, and where it came from."""
    heads = [*text(lang, "deploy.guess_columns").split("|"), *(goal_label(goal, lang) for goal in answer.goals)]
    rows = []
    for row in answer.checked.to_dict("records"):
        values = [(-1.0 if GOALS[g].better == "more" else 1.0) * float(row[g]) for g in answer.goals]
        written = [format_number(v, GOALS[g].decimals, sign=True) for v, g in zip(values, answer.goals, strict=True)]
        rows.append([str(row["name"]), text(lang, f"deploy.source_{row['source']}"), *written])
    return text(lang, "deploy.guesses"), heads, rows


def describe(answer: Answer, *, lang: Lang = "en") -> str:
    """Tell a search as Markdown."""
    parts = [f"# {text(lang, 'deploy.title')}", synthetic_label(lang), head_line(answer, lang)]
    if answer.question.scenario.stand_in:
        parts.append(stand_in_line(answer.question.scenario, lang))
    parts.append(f"**{answer_sentence(answer, lang)}**")
    parts += [f"- {point_sentence(answer, letter, lang)}" for letter in answer.points]
    parts += notes(answer, lang)
    if answer.points:
        tables = [difference_table(answer, lang), *(roster_table(answer, letter, lang) for letter in answer.points)]
        parts += [markdown(table) for table in (*tables, tried_table(answer, lang))]
        letters = "|".join(answer.points)
        parts.append(text(lang, "deploy.files").format(letter=letters))
    return "\n\n".join(parts) + "\n"


def markdown(table: Table) -> str:
    """Write a table as Markdown."""
    title, heads, rows = table
    lines = ["| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join([f"## {title}", "", *lines])
