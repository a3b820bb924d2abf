"""A staffing study in words: the answer first, then the margin, the next officer, the theory and the roster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.staffing.likely import estimate_level, read_months
from sim.batch.staffing.study import COST, Answer
from sim.batch.staffing.targets import Target, about_measure
from sim.batch.staffing.theory import calls_of
from sim.report.captions import scenario_residents, stand_in_line, synthetic_label
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import amount, format_interval, format_number
from sim.report.staffing.kept import keep_staffing
from sim.report.texts import Lang, text
from sim.report.verdicts import judge_printed, verdict_words
from sim.scenarios.roster import hours_by_shift, lines_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Table = tuple[str, list[str], list[list[str]]]
"""A title, the heads of the columns, and the rows."""


def write_staffing(answer: Answer, out: Path) -> list[Path]:
    """Write `staffing.md`, `staffing.zh.md`, `staffing.csv`, `runs.csv`, `roster.csv` and `staffing.json`."""
    files = [out / name for name in ("staffing.md", "staffing.zh.md", "staffing.csv", "runs.csv", "roster.csv")]
    files[0].write_text(describe_staffing(answer, lang="en"), encoding="utf-8")
    files[1].write_text(describe_staffing(answer, lang="zh"), encoding="utf-8")
    tabulate_forces(answer).to_csv(files[2], index=False)
    answer.runs.drop(columns="seconds", errors="ignore").to_csv(files[3], index=False)
    hours = pd.DataFrame({"weekday": np.arange(168) // 24, "hour": np.arange(168) % 24})
    hours["erlang"], hours["needed"], hours["rostered"] = (
        answer.load.erlang.round(4), answer.roster.required, answer.roster.on_duty
    )  # fmt: skip
    hours.to_csv(files[4], index=False)
    return [*files, keep_staffing(answer, out)]


def tabulate_forces(answer: Answer) -> pd.DataFrame:
    """Give one row per force and target, and one for all targets together: levels, intervals, theory, chance, cost."""
    targets, rows = answer.question.targets, []
    theory = {(row.force, row.target): row.value for row in answer.analytic.itertuples()}
    tried = read_months(answer.runs, targets)
    for force in _forces(answer):
        own = answer.runs[answer.runs["force"] == force]
        both = {"force": force, "months": len(own), "cost_per_1000": float(own[COST].mean())}
        rows.append(both | {"target": "all", "p_enough": answer.found.likely.at(force)})
        for target in targets:
            level = estimate_level(tried[force][target], target)
            row = both | {"target": target.text, "value": level.value, "low": level.low, "high": level.high}
            row |= {"bound": target.bound, "theory": theory.get((force, target.text), np.nan)}
            row["calls"] = float(own[target.calls_column].sum()) if target.calls_column else np.nan
            rows.append(row)
    return pd.DataFrame(rows)


def describe_staffing(answer: Answer, *, lang: Lang = "en") -> str:
    """Tell a study as Markdown."""
    parts = [f"# {text(lang, 'staffing.title')}", synthetic_label(lang), study_head(answer, lang)]
    if answer.question.scenario.stand_in:
        parts.append(stand_in_line(answer.question.scenario, lang))
    parts += [f"**{answer_sentence(answer, lang)}**", own_sentence(answer, lang), *notes(answer, lang)]
    parts += [_markdown(table) for table in (margin_table(answer, lang), step_table(answer, lang))]
    parts += [_markdown(curve_table(answer, lang)), *theory_lines(answer, lang), *roster_lines(answer, lang)]
    parts += [_markdown(line_table(answer, lang)), _markdown(hour_table(answer, lang))]
    if answer.failures:
        failed = [f"- {run}: {why}" for run, why in answer.failures.items()]
        parts.append("\n".join([text(lang, "staffing.failed"), "", *failed]))
    return "\n\n".join(part for part in parts if part) + "\n"


def study_head(answer: Answer, lang: Lang) -> str:
    """Say in a line what was asked."""
    asked = answer.question
    return text(lang, "staffing.head").format(
        scenario=scenario_name(asked.scenario.name, lang), strategy=strategy_name(asked.strategy, lang),
        days=asked.scenario.n_days - answer.from_day,
        people=scenario_residents(asked.scenario, lang),
        targets=text(lang, "study.comma").join(target_words(one, lang) for one in asked.targets),
    )  # fmt: skip


def target_words(target: Target, lang: Lang) -> str:
    """Write a target as people read it, with its unit."""
    bound = amount(f"{target.bound:g}", target.about, lang)
    return f"{target.about.label(lang)} {'≥' if target.at_least else '≤'} {bound}"


def answer_sentence(answer: Answer, lang: Lang) -> str:
    """Give the answer: a number, a range that the runs cannot tell apart, none, any, or that they do not tell."""
    kind, force = kind_of_answer(answer)
    if kind == "cap":
        cap = answer.broken_caps(force)[0]
        level = _amount(answer, cap, force, lang)
        return text(lang, "staffing.cap").format(n=force, cap=target_words(cap, lang), value=level)
    said = [_say(kind, answer, force, lang)]
    if kind in {"none", "cannot_tell"}:
        said += _misses(answer, force, lang)
    if kind in {"enough_from", "range"}:
        said.append(_sharpen(answer, lang))
    return _join(said, lang)


def kind_of_answer(answer: Answer) -> tuple[str, int]:
    """Tell which kind of answer it is, by the key of its sentence, and the number of officers that it names."""
    found, sure = answer.found, answer.question.rule.sure
    if found.middle is not None and answer.broken_caps(found.middle):
        return "cap", found.middle
    if found.high is None:
        clear = float(found.likely.p_helped[-1]) <= 1.0 - sure
        return "none" if clear else "cannot_tell", int(found.likely.force[-1])
    if found.low is None:
        return "enough_from", found.high
    if found.high == answer.least:
        return "any", found.high
    return "sharp" if found.is_sharp else "range", found.high


def own_sentence(answer: Answer, lang: Lang) -> str:
    """Say of the officers that there are whether they are enough."""
    return text(lang, "staffing.own").format(n=answer.own, p=_percent(answer, answer.own))


def _say(sentence: str, answer: Answer, force: int, lang: Lang) -> str:
    """Fill a sentence of the answer: about a number, the one below it and the ends of the range."""
    found = answer.found
    return text(lang, f"staffing.{sentence}").format(
        n=force, below=force - 1, low=found.low, middle=found.middle, runs=len(answer.runs),
        roles=name_roles(answer, force, lang), p=_percent(answer, force), p_below=_percent(answer, force - 1),
        p_low=_percent(answer, found.low if found.low is not None else force),
        sure=f"{100 * answer.question.rule.sure:g}", rest=f"{100 * (1.0 - answer.question.rule.sure):g}",
    )  # fmt: skip


def _percent(answer: Answer, force: int) -> str:
    """Give the chance that a number is enough as a percentage; draws know none of 0 and 100."""
    share = 100.0 * answer.found.likely.at(force)
    return "< 1" if share < 1.0 else "> 99" if share > 99.0 else f"{share:.0f}"


def _sharpen(answer: Answer, lang: Lang) -> str:
    months = max(answer.found.months.values())
    return text(lang, "staffing.sharpen").format(n=months, more=4 * months)


def _misses(answer: Answer, force: int, lang: Lang) -> list[str]:
    """Say which targets the largest force misses, or may miss."""
    tried, least, said = read_months(answer.runs, answer.question.targets), min(_forces(answer)), []
    for target in answer.question.targets:
        level = estimate_level(tried[force][target], target)
        worst = level.low if target.at_least else level.high
        if not target.met_by(worst):
            said.append(
                text(lang, "staffing.none_why").format(
                    target=target_words(target, lang), least=least, most=force,
                    first=_mean(answer, target, least), last=_amount(answer, target, force, lang),
                    interval=format_interval(level.low, level.high, target.about.decimals),
                )
            )  # fmt: skip
    return said


def name_roles(answer: Answer, force: int, lang: Lang) -> str:
    """List the officers by role."""
    comma = "、" if lang == "zh" else ", "
    return comma.join(f"{n} {text(lang, f'staffing.{role}')}" for role, n in answer.numbers(force).items())


def notes(answer: Answer, lang: Lang) -> list[str]:
    """Say what the number is of, and how far it carries."""
    factor, best = answer.question.scenario.thinning, answer.found.high
    said = []
    if factor != 1.0 and best is not None:
        said.append(text(lang, "staffing.scale").format(factor=f"{factor:g}", n=best, real=f"{factor * best:,.0f}"))
    for target in answer.question.targets:
        left_out = answer.left_out(target)
        if left_out:
            told = {"n": left_out, "tried": len(answer.runs), "target": target_words(target, lang)}
            said.append(text(lang, "staffing.left_out").format(**told))
    return [*said, text(lang, "staffing.doubt")]


def margin_table(answer: Answer, lang: Lang) -> Table:
    """List how each target stands with the number in the middle of the answer, or with the largest tried."""
    force = answer.shown
    tried, own = read_months(answer.runs, answer.question.targets), answer.runs[answer.runs["force"] == answer.shown]
    rows = []
    for target in answer.question.targets:
        level, digits = estimate_level(tried[force][target], target), target.about.decimals
        if target.calls_column:
            of = text(lang, "staffing.of_calls").format(n=f"{own[target.calls_column].sum():,.0f}")
        else:
            of = text(lang, "staffing.of_runs").format(n=int(own[target.measure].notna().sum()))
        rows.append(
            [
                target_words(target, lang), of, amount(format_number(level.value, digits), target.about, lang),
                format_interval(level.low, level.high, digits),
                format_number(target.margin(level.value), digits, sign=True),
            ]
        )  # fmt: skip
    return text(lang, "staffing.margin").format(n=force), text(lang, "staffing.margin_columns").split("|"), rows


def step_table(answer: Answer, lang: Lang) -> Table:
    """List what one officer fewer or more changes."""
    force, steps = answer.shown, answer.steps()
    rows = []
    for row in steps.to_dict("records"):
        about = about_measure(str(row["measure"]))
        digits = about.decimals + 1
        interval = format_interval(row["low"], row["high"], digits, sign=True)
        verdict = judge_printed(row["difference"], row["low"], row["high"], about)
        rows.append(
            [
                f"{about.label(lang)}, {about.unit(lang)}", str(row["policy"]),
                format_number(row["difference"], digits, sign=True), interval,
                verdict_words(verdict, lang),
            ]
        )  # fmt: skip
    return text(lang, "staffing.steps").format(n=force), text(lang, "staffing.steps_columns").split("|"), rows


def curve_table(answer: Answer, lang: Lang) -> Table:
    """List every force tried: months, chance to be enough, level of each target and what theory says, cost."""
    targets = answer.question.targets
    theory = {(row.force, row.target): row.value for row in answer.analytic.itertuples()}
    with_theory = {target for _, target in theory}
    heads = text(lang, "staffing.curve_columns").split("|")
    for target in targets:
        heads.append(target_words(target, lang))
        if target.text in with_theory:
            heads.append(text(lang, "staffing.theory"))
    cost = about_measure(COST)
    rows = []
    for force in _forces(answer):
        row = [str(force), str(int((answer.runs["force"] == force).sum())), f"{_percent(answer, force)} %"]
        for target in targets:
            row.append(_mean(answer, target, force))
            if target.text in with_theory:
                row.append(format_number(theory.get((force, target.text), np.nan), target.about.decimals))
        spent = float(answer.runs.loc[answer.runs["force"] == force, COST].mean())
        rows.append([*row, format_number(spent, cost.decimals)])
    return text(lang, "staffing.curve"), [*heads, f"{cost.label(lang)}, {cost.unit(lang)}"], rows


def theory_lines(answer: Answer, lang: Lang) -> list[str]:
    """Set what theory says beside what was simulated."""
    texts = set(answer.analytic["target"])
    named = [target_words(target, lang) for target in answer.question.targets if target.text in texts]
    labels = text(lang, "study.comma").join(named)
    if answer.analytic.empty:
        said = text(lang, "staffing.theory_silent")
    elif answer.guess is None:
        said = text(lang, "staffing.theory_none").format(n=answer.most)
    elif answer.found.middle is None:
        said = text(lang, "staffing.theory_only").format(n=answer.guess, known=labels)
    else:
        said = text(lang, "staffing.theory_guess").format(n=answer.guess, known=labels, found=answer.found.middle)
    busy = text(lang, "staffing.theory_busy").format(
        low=f"{100 * answer.busy.min():.0f}", high=f"{100 * answer.busy.max():.0f}",
        minutes=f"{answer.load.service_min:.0f}", erlang=f"{answer.load.erlang.mean():.1f}",
        peak=f"{answer.load.erlang.max():.1f}",
    )  # fmt: skip
    return [said, busy, text(lang, "staffing.theory_note")]


def roster_lines(answer: Answer, lang: Lang) -> list[str]:
    """Say what roster covers the need of each hour, and how many people it takes."""
    roster, shifts, targets = answer.roster, answer.question.shifts, answer.question.targets
    said = [
        text(lang, "staffing.roster").format(
            lines=roster.units, hours=shifts.hours, days=shifts.days_on, crew=shifts.crew,
            away=f"{100 * shifts.away:.0f}", heads=roster.headcount,
        )
    ]  # fmt: skip
    if roster.gap:
        said.append(text(lang, "staffing.roster_gap").format(gap=roster.gap))
    if answer.n_never:
        said.append(text(lang, "staffing.roster_never").format(n=answer.n_never))
    if not any(calls_of(t) or t.measure in {"uncommitted_pct", "busy_pct"} for t in targets):
        said.append(text(lang, "staffing.roster_default"))
    return [*said, text(lang, "staffing.shares").format(**shift_shares(answer))]


def shift_shares(answer: Answer) -> dict[str, str]:
    """Give the shares of the week's work by shift in percent, and those that the scenario rosters (`own_`)."""
    by_shift = answer.roster.required.reshape(7, 3, 8).sum(axis=(0, 2))
    asked = 100.0 * by_shift / max(int(by_shift.sum()), 1)
    force = answer.question.scenario.force
    own = (force.night_share, force.day_share, 1.0 - force.night_share - force.day_share)
    if lines := lines_of(answer.question.scenario.roster, "response"):
        own = hours_by_shift(lines)
    names = ("night", "day", "evening")
    numbers = {name: f"{value:.0f}" for name, value in zip(names, asked, strict=True)}
    return numbers | {f"own_{name}": f"{100 * value:.0f}" for name, value in zip(names, own, strict=True)}


def line_table(answer: Answer, lang: Lang) -> Table:
    """List the lines of the roster."""
    rows = []
    for line in answer.roster.lines.itertuples():
        days = [(line.first_day + k) % 7 for k in range(answer.question.shifts.days_on)]
        names = " ".join(text(lang, f"days.{WEEKDAYS[day]}") for day in days)
        rows.append([f"{line.start:02d}:00", names, str(line.units)])
    return "", text(lang, "staffing.lines_columns").split("|"), rows


def hour_table(answer: Answer, lang: Lang) -> Table:
    """Lay out the units needed and rostered, one row per weekday and one column per hour."""
    heads = [text(lang, "staffing.hours_columns").rstrip("|"), *(f"{hour}" for hour in range(24))]
    need, have = (values.reshape(7, 24) for values in (answer.roster.required, answer.roster.on_duty))
    rows = [
        [text(lang, f"days.{name}"), *(f"{n}/{h}" for n, h in zip(need[day], have[day], strict=True))]
        for day, name in enumerate(WEEKDAYS)
    ]
    return text(lang, "staffing.hours_title"), heads, rows


def _forces(answer: Answer) -> list[int]:
    return sorted({int(force) for force in answer.runs["force"]})


def _mean(answer: Answer, target: Target, force: int) -> str:
    months = read_months(answer.runs[answer.runs["force"] == force], [target])[force][target]
    return format_number(months.mean, target.about.decimals)


def _amount(answer: Answer, target: Target, force: int, lang: Lang) -> str:
    return amount(_mean(answer, target, force), target.about, lang)


def _join(sentences: Sequence[str], lang: Lang) -> str:
    return ("" if lang == "zh" else " ").join(sentences)


def _markdown(table: Table) -> str:
    title, heads, rows = table
    if not rows:
        return ""
    lines = ["| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(([f"## {title}", ""] if title else []) + lines)
