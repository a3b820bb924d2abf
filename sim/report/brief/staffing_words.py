"""A staffing study in the words of those who plan a force: what is asked, the answer, and which part of it decides."""

from __future__ import annotations

from math import isfinite

from sim.batch.staffing.likely import estimate_level, judge_forces, read_months
from sim.batch.staffing.search import Found, sum_up
from sim.batch.staffing.study import Answer
from sim.batch.staffing.targets import Target, within_of
from sim.report.numbers import amount, format_number, percent
from sim.report.staffing.text import kind_of_answer
from sim.report.texts import Lang, text

PRIORITIES = {"1": "urgent", "2": "second", "3": "third", "all": "every"}


def say(lang: Lang, key: str, **words: object) -> str:
    """Fill a sentence of a staffing brief."""
    return text(lang, f"brief_staff.{key}").format(**words)


def spoken_target(target: Target, lang: Lang) -> str:
    """Say what is asked, as one would of a force."""
    within = within_of(target.measure)
    bound = f"{target.bound:g}"
    if within is not None and target.at_least:
        return say(lang, PRIORITIES[within.priority], bound=bound, minutes=f"{within.minutes:g}")
    if target.measure == "uncommitted_pct" and target.at_least:
        return say(lang, "free", bound=bound)
    label = target.about.label(lang)
    return say(lang, "at_least" if target.at_least else "at_most", label=label, bound=amount(bound, target.about, lang))


def staffing_sentence(answer: Answer, lang: Lang) -> str:
    """Answer how many officers are enough, whether those of today are, and over what the chances are."""
    found = answer.found
    kind, force = kind_of_answer(answer)
    low = found.low if found.low is not None else force
    cap = spoken_target(answer.broken_caps(force)[0], lang) if kind == "cap" else ""
    said = say(
        lang, kind, n=force, below=force - 1, low=low, runs=len(answer.runs), cap=cap, p=_chance(answer, force),
        p_below=_chance(answer, force - 1), p_low=_chance(answer, low),
    )  # fmt: skip
    goals = text(lang, "brief_lead.semicolon").join(_uncapital(spoken_target(t, lang)) for t in answer.question.targets)
    parts = [
        say(lang, "asked", targets=goals),
        said,
        say(lang, "own", n=answer.own, p=_chance(answer, answer.own)),
        say(lang, "tail"),
    ]
    return ("" if lang == "zh" else " ").join(parts)


def told_force(answer: Answer) -> int:
    """Choose the number of officers to tell of: the smallest that is surely enough, if it was tried itself."""
    surely = answer.found.high
    return surely if surely is not None and surely in set(answer.runs["force"]) else answer.shown


def goal_lines(answer: Answer, lang: Lang) -> list[str]:
    """Say of each target how it stands with the number that is told of."""
    tried = read_months(answer.runs, answer.question.targets)[told_force(answer)]
    lines = []
    for target in answer.question.targets:
        level, digits = estimate_level(tried[target], target), target.about.decimals
        verdict = judge_target(target, level.low, level.high)
        low, high = (format_number(end, digits) for end in (level.low, level.high))
        value = amount(format_number(level.value, digits), target.about, lang)
        lines.append(say(lang, f"goal_{verdict}", target=spoken_target(target, lang), value=value, low=low, high=high))
    return lines


def judge_target(target: Target, low: float, high: float) -> str:
    """Tell whether an interval meets a target: 'met', 'missed', 'open', or 'few' where there is no interval."""
    if not (isfinite(low) and isfinite(high)):
        return "few"
    if target.met_by(low) == target.met_by(high):
        return "met" if target.met_by(low) else "missed"
    return "open"


def alone_lines(answer: Answer, lang: Lang) -> list[str]:
    """Say which number each target would need if it were the only one; nothing where one alone is asked."""
    asked = answer.question.targets
    if len(asked) < 2:
        return []
    return [_alone_line(target, _found_alone(answer, target), lang) for target in asked]


def _found_alone(answer: Answer, target: Target) -> Found:
    likely = judge_forces(read_months(answer.runs, [target]))
    return sum_up(likely, answer.found.months, answer.least, answer.question.rule)


def _alone_line(target: Target, found: Found, lang: Lang) -> str:
    forces = found.likely.force
    words = {"target": spoken_target(target, lang), "n": int(forces[-1]) if found.high is None else found.high}
    if found.high is None:
        return say(lang, "alone_more", **words)
    if found.low is None or found.high == int(forces[0]):
        return say(lang, "alone_up_to", **words)
    return say(lang, "alone_sharp" if found.is_sharp else "alone_range", **words, low=found.low)


def _uncapital(words: str) -> str:
    return words[:1].lower() + words[1:]


def _chance(answer: Answer, force: int) -> str:
    return percent(answer.found.likely.at(force)).removesuffix("\u00a0%")
