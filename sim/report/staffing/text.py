"""A staffing study in words: the answer first, then the margin, the next officer, the theory and the roster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.batch.staffing.search import Trials
from sim.batch.staffing.study import COST, Answer
from sim.batch.staffing.targets import Target, about_measure
from sim.batch.staffing.theory import calls_of
from sim.report.captions import scenario_residents, stand_in_line, synthetic_label
from sim.report.names import scenario_name, strategy_name
from sim.report.numbers import amount, format_interval, format_number, mean_within
from sim.report.texts import Lang, text
from sim.report.verdicts import judge_printed, verdict_words
from sim.scenarios.roster import hours_by_shift, lines_of
from sim.statistics.estimates import mean_estimate, share_estimate

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Table = tuple[str, list[str], list[list[str]]]
"""A title, the heads of the columns, and the rows."""


def write_staffing(answer: Answer, out: Path) -> list[Path]:
    """Write `staffing.md`, `staffing.zh.md`, `staffing.csv` (forces), `runs.csv` and `roster.csv` (hours)."""
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
    return files


def tabulate_forces(answer: Answer) -> pd.DataFrame:
    """Give one row per force and target, and one for all targets together: means, shares met, intervals, theory."""
    targets, rows = answer.question.targets, []
    theory = {(row.force, row.target): row.value for row in answer.analytic.itertuples()}
    for force in _forces(answer):
        own = answer.runs[answer.runs["force"] == force]
        for target in (None, *targets):
            trials = answer.met(force, None if target is None else [target])
            share = share_estimate(trials.met, trials.n)
            row: dict[str, object] = {"force": force, "target": "all" if target is None else target.text}
            row |= {"months": trials.n, "met": trials.met, "p_low": share.low, "p_high": share.high}
            if target is not None:
                mean = mean_within(own[target.measure].to_numpy(float), target.about)
                row |= {"mean": mean.value, "low": mean.low, "high": mean.high, "bound": target.bound}
                row["theory"] = theory.get((force, target.text), np.nan)
            rows.append(row | {"cost_per_1000": float(own[COST].mean())})
    return pd.DataFrame(rows)


def describe_staffing(answer: Answer, *, lang: Lang = "en") -> str:
    """Tell a study as Markdown."""
    parts = [f"# {text(lang, 'staffing.title')}", synthetic_label(lang), study_head(answer, lang)]
    if answer.question.scenario.stand_in:
        parts.append(stand_in_line(answer.question.scenario, lang))
    parts += [f"**{answer_sentence(answer, lang)}**", *notes(answer, lang)]
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
        p=f"{100 * asked.rule.probability:g}",
    )  # fmt: skip


def target_words(target: Target, lang: Lang) -> str:
    """Write a target as people read it, with its unit."""
    bound = amount(f"{target.bound:g}", target.about, lang)
    return f"{target.about.label(lang)} {'≥' if target.at_least else '≤'} {bound}"


def answer_sentence(answer: Answer, lang: Lang) -> str:
    """Give the answer, and what it stands on."""
    best = answer.found.smallest
    if best is None:
        return _none_sentence(answer, lang)
    caps = answer.broken_caps(best)
    if caps:
        trials = answer.met(best, caps[:1])
        return text(lang, "staffing.cap").format(
            n=best, cap=target_words(caps[0], lang), met=trials.met, tried=trials.n
        )
    trials = answer.met(best)
    share = share_estimate(trials.met, trials.n)
    said = [
        text(lang, "staffing.enough").format(
            n=best, roles=name_roles(answer, best, lang), met=trials.met, tried=trials.n,
            low=f"{100 * share.low:.0f}", high=f"{100 * share.high:.0f}",
        )
    ]  # fmt: skip
    below = answer.met(best - 1)
    if best == answer.least:
        said.append(text(lang, "staffing.least"))
    elif below.n:
        said.append(text(lang, "staffing.fewer").format(n=best - 1, met=below.met, tried=below.n))
    if not (answer.found.sure_enough and answer.found.sure_least):
        smaller = [force for force in answer.found.trials if force < best]
        said.append(text(lang, "staffing.unsure").format(below=max(smaller, default=answer.least), n=best))
    return _join(said, lang)


def _none_sentence(answer: Answer, lang: Lang) -> str:
    force, rule = max(_forces(answer)), answer.question.rule
    trials = answer.met(force)
    said = [
        text(lang, "staffing.none").format(n=force, p=f"{100 * rule.probability:g}", met=trials.met, tried=trials.n)
    ]
    least = min(_forces(answer))
    for target in answer.question.targets:
        own: Trials = answer.met(force, [target])
        if own.met < rule.probability * own.n:
            said.append(
                text(lang, "staffing.none_why").format(
                    target=target_words(target, lang), value=_amount(answer, target, force, lang), met=own.met,
                    tried=own.n, least=least, most=force, first=_mean(answer, target, least),
                    last=_amount(answer, target, force, lang),
                )
            )  # fmt: skip
    if not answer.found.sure_enough:
        said.append(text(lang, "staffing.none_unsure").format(n=force))
    return _join(said, lang)


def name_roles(answer: Answer, force: int, lang: Lang) -> str:
    """List the officers by role."""
    comma = "、" if lang == "zh" else ", "
    return comma.join(f"{n} {text(lang, f'staffing.{role}')}" for role, n in answer.numbers(force).items())


def notes(answer: Answer, lang: Lang) -> list[str]:
    """Say what the number is of, and how far it carries."""
    factor, best = answer.question.scenario.thinning, answer.smallest
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
    """List how each target stands with the force of the answer, or with the largest where there is none."""
    force = answer.found.smallest or max(_forces(answer))
    own = answer.runs[answer.runs["force"] == force]
    rows = []
    for target in answer.question.targets:
        values = own[target.measure].to_numpy(float)
        mean, trials, digits = mean_within(values, target.about), answer.met(force, [target]), target.about.decimals
        measured = values[~np.isnan(values)]
        worst = (measured.min() if target.at_least else measured.max()) if len(measured) else np.nan
        rows.append(
            [
                target_words(target, lang), f"{trials.met} / {trials.n}",
                amount(format_number(mean.value, digits), target.about, lang),
                format_interval(mean.low, mean.high, digits),
                format_number(float(worst), digits), format_number(target.margin(mean.value), digits, sign=True),
            ]
        )  # fmt: skip
    return text(lang, "staffing.margin").format(n=force), text(lang, "staffing.margin_columns").split("|"), rows


def step_table(answer: Answer, lang: Lang) -> Table:
    """List what one officer fewer or more changes."""
    force, steps = answer.found.smallest, answer.steps()
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
    """List every force tried: months met, mean of each target and what theory says, cost."""
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
        trials = answer.met(force)
        share = share_estimate(trials.met, trials.n)
        row = [str(force), f"{trials.met} / {trials.n}"]
        row.append(f"{format_number(100 * share.low, 0)} … {format_number(100 * share.high, 0)} %")
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
    elif answer.found.smallest is None:
        said = text(lang, "staffing.theory_only").format(n=answer.guess, known=labels)
    else:
        said = text(lang, "staffing.theory_guess").format(n=answer.guess, known=labels, found=answer.found.smallest)
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
    by_shift = roster.required.reshape(7, 3, 8).sum(axis=(0, 2))
    asked = 100.0 * by_shift / max(int(by_shift.sum()), 1)
    force = answer.question.scenario.force
    own = (force.night_share, force.day_share, 1.0 - force.night_share - force.day_share)
    if lines := lines_of(answer.question.scenario.roster, "response"):
        own = hours_by_shift(lines)
    names = ("night", "day", "evening")
    numbers = {name: f"{value:.0f}" for name, value in zip(names, asked, strict=True)}
    numbers |= {f"own_{name}": f"{100 * value:.0f}" for name, value in zip(names, own, strict=True)}
    return [*said, text(lang, "staffing.shares").format(**numbers)]


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
    values = answer.runs.loc[answer.runs["force"] == force, target.measure].to_numpy(float)
    return format_number(mean_estimate(values).value, target.about.decimals)


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
