"""Two pages of a staffing study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from sim import __version__
from sim.batch.staffing.likely import estimate_level, read_months
from sim.batch.staffing.study import COST, Answer
from sim.batch.staffing.targets import Target, about_measure
from sim.report.brief.content import Brief, Cell, Section
from sim.report.brief.names import spoken_name
from sim.report.brief.numbers import UNITS, Effect, effect_of, factor_of, say_ends, say_number, say_signed
from sim.report.brief.place import count_residents, name_place, say_residents
from sim.report.brief.sections import doubt_lines
from sim.report.brief.staffing_words import (
    alone_lines,
    goal_lines,
    judge_target,
    say,
    spoken_target,
    staffing_sentence,
    told_force,
)
from sim.report.numbers import amount, format_number, percent
from sim.report.staffing.picture import draw_answer
from sim.report.staffing.text import (
    Table,
    curve_table,
    hour_table,
    kind_of_answer,
    line_table,
    margin_table,
    name_roles,
    notes,
    roster_lines,
    shift_shares,
    step_table,
    study_head,
    theory_lines,
)
from sim.report.style import PNG_DPI
from sim.report.texts import Lang, text
from sim.report.verdicts import judge_printed
from sim.statistics.estimates import Estimate
from sim.statistics.pairs import pair_differences

MOST_ROWS = 14
"""Numbers of officers that one table shows: those nearest the answer."""
PAYS = ("crime", "stops")
"""What is told besides work, where another number than today's is the answer."""
VERDICTS = {"met": "better", "missed": "worse"}
SAME_SHARE = 0.01


def brief_of_staffing(answer: Answer, folder: Path, provenance: Mapping[str, Any], lang: Lang) -> Brief:
    """Lay out two pages and an annex of a finished staffing study."""
    scenario, run = answer.question.scenario, folder / str(answer.runs["folder"].iloc[0])
    residents = count_residents(run, scenario)
    forces = table_forces(answer)
    note = say(lang, "note")
    if len(forces) < answer.runs["force"].nunique():
        note += ("" if lang == "zh" else " ") + say(lang, "note_cut", n=len(forces))
    picture = BytesIO()
    draw_answer(answer, lang=lang).savefig(
        picture, format="png", dpi=PNG_DPI, facecolor="white", metadata={"Software": None}
    )
    place = say(
        lang, "place", place=name_place(run, scenario, lang), residents=say_residents(residents),
        runs=len(answer.runs), days=scenario.n_days - answer.from_day,
        strategy=spoken_name(answer.question.strategy, lang),
    )  # fmt: skip
    sections = (
        Section(say(lang, "goal", n=told_force(answer)), tuple(goal_lines(answer, lang))),
        Section(text(lang, "brief_part.cost"), tuple(_cost_lines(answer, residents, lang))),
        Section(text(lang, "brief_part.sure"), tuple(_sure_lines(answer, lang))),
        Section(text(lang, "brief_part.turn"), tuple(_turn_lines(answer, lang))),
    )
    heads = (
        *(say(lang, key) for key in ("officers", "months_head", "chance_head")),
        *(spoken_target(target, lang) for target in answer.question.targets), say(lang, "work_head"),
    )  # fmt: skip
    return Brief(
        say(lang, "title"), place, staffing_sentence(answer, lang), picture.getvalue(), say(lang, "picture"), sections,
        text(lang, "brief_part.table"), heads, tuple(_row(answer, force, residents, lang) for force in forces), note,
        say(lang, "foot", version=__version__, model=provenance["model"], scenario=scenario.name,
            date=str(provenance["ended"])[:10]),
        tuple(_annex(answer, lang)), text(lang, "brief_annex.title"),
        (study_head(answer, lang), *notes(answer, lang), *theory_lines(answer, lang), *roster_lines(answer, lang)),
        say(lang, "picture_note"), n_first=3,
    )  # fmt: skip


def table_forces(answer: Answer) -> list[int]:
    """Choose the numbers of officers of the table: all that were tried, or those nearest the answer and today's."""
    tried = sorted({int(force) for force in answer.runs["force"]})
    nearest = sorted(tried, key=lambda force: (force != answer.own, abs(force - told_force(answer)), force))
    return sorted(nearest[:MOST_ROWS])


def changes_from_today(answer: Answer, residents: float) -> dict[str, Effect]:
    """Estimate what the number that is told of changes from today's; empty where that was not tried."""
    told, own = told_force(answer), answer.own
    if told == own or own not in set(answer.runs["force"]):
        return {}
    rows = answer.runs[answer.runs["force"].isin([told, own])].assign(policy=lambda runs: runs["force"].astype(str))
    keys = (*PAYS, "cost")
    table = pair_differences(rows, baseline=str(own), measures=[UNITS[key].measure for key in keys])
    return {key: effect_of(table, str(told), key, residents) for key in keys}


def _cost_lines(answer: Answer, residents: float, lang: Lang) -> Iterator[str]:
    n, own = told_force(answer), answer.own
    kind = "as_many" if n == own else "more" if n > own else "fewer"
    yield say(lang, kind, n=n, k=abs(n - own), roles=name_roles(answer, n, lang))
    changes = changes_from_today(answer, residents)
    if changes:
        cost = changes["cost"]
        if abs(cost.difference) > SAME_SHARE * cost.today:
            yield say(
                lang, "work_more" if cost.difference > 0.0 else "work_less", h=say_number(abs(cost.difference)),
                percent=f"{100 * abs(cost.difference / cost.today):.0f}",
            )  # fmt: skip
        yield from (_change_line(changes[key], lang) for key in PAYS)
    yield from _step_lines(answer, lang)
    if answer.roster.headcount:
        yield say(lang, "employ", heads=answer.roster.headcount)


def _change_line(one: Effect, lang: Lang) -> str:
    kind = "unclear" if not one.is_clear else "more" if one.difference > 0.0 else "less"
    low, high = say_ends(one) if one.is_clear else (say_signed(one.low), say_signed(one.high))
    return say(lang, f"{one.key}_{kind}", h=say_number(abs(one.difference)), low=low, high=high)


def _step_lines(answer: Answer, lang: Lang) -> Iterator[str]:
    """Say what one officer more than the middle of the answer changes, of each target: the clear ones one by one."""
    steps, n, unclear = answer.steps(), answer.shown, True
    above = steps[steps["policy"] == str(n + 1)] if len(steps) else steps
    if above.empty:
        return
    for row in above.to_dict("records"):
        about = about_measure(str(row["measure"]))
        if row["measure"] == COST:
            continue
        if judge_printed(row["difference"], row["low"], row["high"], about) in {"unclear", "tiny", "equal"}:
            continue
        unclear = False
        written = [format_number(row[end], about.decimals, sign=True) for end in ("difference", "low", "high")]
        difference = amount(written[0], about, lang, difference=True)
        yield say(lang, "step_up", n=n, what=about.label(lang), difference=difference, low=written[1], high=written[2])
    if unclear:
        yield say(lang, "step_open", n=n)


def _sure_lines(answer: Answer, lang: Lang) -> Iterator[str]:
    rule = answer.question.rule
    yield say(
        lang, "chance", runs=len(answer.runs), n=max(answer.found.months.values()), sure=f"{100 * rule.sure:g}"
    )  # fmt: skip
    yield from doubt_lines(answer.question.scenario, lang)


def _turn_lines(answer: Answer, lang: Lang) -> Iterator[str]:
    yield from alone_lines(answer, lang)
    if kind_of_answer(answer)[0] in {"range", "enough_from", "cannot_tell"}:
        n = max(answer.found.months.values())
        yield say(lang, "months", n=n, more=4 * n)
    yield say(lang, "shifts", **shift_shares(answer))
    yield say(lang, "strategy", strategy=spoken_name(answer.question.strategy, lang))
    yield text(lang, "brief_turn.numbers")


def _row(answer: Answer, force: int, residents: float, lang: Lang) -> tuple[str, tuple[Cell, ...]]:
    own, sure = answer.runs[answer.runs["force"] == force], answer.question.rule.sure
    chance = answer.found.likely.at(force)
    verdict = "better" if chance >= sure else "worse" if chance <= 1.0 - sure else "unclear"
    months = read_months(own, answer.question.targets)[force]
    cells = [Cell(str(len(own))), Cell(percent(chance), "", verdict)]
    cells += [_level_cell(one, estimate_level(months[one], one), lang) for one in answer.question.targets]
    work = float(own[COST].mean()) * factor_of(UNITS["cost"], residents)
    return say(lang, "today", n=force) if force == answer.own else str(force), (*cells, Cell(f"{work:,.0f}"))


def _level_cell(target: Target, level: Estimate, lang: Lang) -> Cell:
    kind, digits = judge_target(target, level.low, level.high), target.about.decimals
    ends = "" if kind == "few" else text(lang, "brief_row.ends").format(
        low=format_number(level.low, digits), high=format_number(level.high, digits)
    )  # fmt: skip
    return Cell(amount(format_number(level.value, digits), target.about, lang), ends, VERDICTS.get(kind, "unclear"))


def _annex(answer: Answer, lang: Lang) -> Iterator[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    tables: list[Table] = [
        make(answer, lang) for make in (margin_table, step_table, curve_table, line_table, hour_table)
    ]
    for title, heads, rows in tables:
        if rows:
            yield title, tuple(heads), tuple(tuple(row) for row in rows)
    runs: pd.DataFrame = answer.runs
    heads = [say(lang, "officers"), text(lang, "brief_annex.seed"), text(lang, "brief_annex.digest")]
    listed = runs[["force", "seed", "digest"]].astype(str).itertuples(index=False, name=None)
    yield text(lang, "brief_annex.runs"), tuple(heads), tuple(listed)
