"""What a report says of one scenario, in sentences and cells."""

from __future__ import annotations

from collections.abc import Sequence

from sim.batch.decide import Answer, Option
from sim.outcomes.measures import BURDEN, MEASURES
from sim.report.numbers import amount, bracketed, ends_of, percent, with_interval
from sim.report.staffing.text import target_words
from sim.report.study.place import COST, Place
from sim.report.texts import Lang, text
from sim.report.verdicts import VERDICTS, judge, verdict_words


def say(lang: Lang, key: str, **values: object) -> str:
    """Give a sentence of the report with its values."""
    return text(lang, f"study.{key}").format(**values)


def join(lang: Lang, names: Sequence[str]) -> str:
    """List names in a sentence."""
    if lang == "zh":
        return "、".join(f"“{name}”" for name in names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{text(lang, 'study.and')}{names[-1]}"


def answer_words(place: Place, lang: Lang) -> str:
    """Give the answer in one sentence."""
    if not place.options:
        return say(lang, "a_no_options")
    named = place.decided.named
    one = place.decided.answer is Answer.SEVERAL and len(named) == 1
    key = f"a_{place.decided.answer}" + ("_one" if one else "")
    return say(
        lang, key, first=named[0] if named else "", options=join(lang, named) if named else "", baseline=place.baseline
    )


def leading_words(place: Place, lang: Lang) -> str:
    """Tell the numbers of the option shown."""
    option = option_of(place, place.shown)
    means = place.means
    mean = means[(means["policy"] == place.baseline) & (means["measure"] == place.outcome)].iloc[0].to_dict()
    about = MEASURES[place.outcome]
    under = with_interval(mean, place.outcome, value="mean")
    return say(
        lang, "leading_numbers", outcome=about.label(lang), baseline=place.baseline, option=option.label,
        p=percent(option.p_best), mean=amount(bracketed(under, lang), about, lang), **simultaneous(place, option, lang),
    )  # fmt: skip


def leader_words(place: Place, lang: Lang) -> str:
    """Name the option with the best mean where that is not the one shown; '' where it is."""
    leader = best_mean(place)
    if leader.label == place.shown:
        return ""
    return say(lang, "leading_else", option=leader.label, **simultaneous(place, leader, lang))


def best_mean(place: Place) -> Option:
    """Give the option with the best mean among those that may be chosen, or among all where none may."""
    return max([one for one in place.options if one.meets] or place.options, key=lambda one: one.gain)


def simultaneous(place: Place, option: Option, lang: Lang) -> dict[str, str]:
    """Write the difference of an option, in the unit of the outcome, with the interval for all options at once."""
    sign = -1.0 if MEASURES[place.outcome].better == "less" else 1.0
    low, high = sorted((sign * option.low, sign * option.high))
    return with_unit({"difference": sign * option.gain, "low": low, "high": high}, place.outcome, lang)


def with_unit(row: dict[str, float], measure: str, lang: Lang) -> dict[str, str]:
    """Write a difference with its unit, and the ends of its interval."""
    one = with_interval(row, measure)
    return one | {"difference": amount(one["difference"], MEASURES[measure], lang, difference=True)}


def asks_words(place: Place, lang: Lang) -> str:
    """Tell what the option shown asks of people and of the budget."""
    said = []
    for measure in (*BURDEN, COST):
        one = with_interval(place.difference(place.shown, measure), measure)
        written = amount(bracketed(one, lang), MEASURES[measure], lang, difference=True)
        said.append(f"{MEASURES[measure].label(lang)} {written}")
    return text(lang, "study.semicolon").join(said)


def rule_words(place: Place, lang: Lang) -> str:
    """Print the rule."""
    margin = place.study.margins.get(place.outcome)
    targets = text(lang, "study.and").join(target_words(target, lang) for target in place.targets)
    return say(
        lang, "rule", outcome=MEASURES[place.outcome].label(lang), baseline=place.baseline,
        sure=percent(place.study.decision.sure),
        conditions=say(lang, "rule_targets", targets=targets) if targets else text(lang, "study.rule_any"),
        margin=say(lang, "rule_margin", margin=margin_words(margin, place.outcome, lang)) if margin is not None else "",
    )  # fmt: skip


def margin_words(margin: float, measure: str, lang: Lang) -> str:
    """Write a margin with its unit."""
    return amount(f"{margin:g}", MEASURES[measure], lang, difference=True)


def target_rows(place: Place, lang: Lang) -> list[list[str]]:
    """Lay out who meets which target: one row per strategy, one cell per target."""
    rows = []
    for policy in place.policies:
        cells = [policy]
        for target in place.targets:
            table = place.meets
            row = table[(table["policy"] == policy) & (table["target"] == target.text)].iloc[0].to_dict()
            one = with_interval(row, target.measure, value="value")
            met = text(lang, f"study.met_{row['met']}")
            cells.append(f"{bracketed(one, lang)}{text(lang, 'study.colon')}{met}")
        rows.append(cells)
    return rows


def difference_cell(place: Place, policy: str, measure: str, lang: Lang) -> dict[str, str]:
    """Write a cell of the table of differences."""
    row = place.difference(policy, measure)
    what = judge(row)
    word = verdict_words(what, lang) if what in {"better", "worse", "neutral"} else ""
    one = with_interval(row, measure)
    return {"value": one["difference"], "ends": ends_of(one, lang), "verdict": what, "word": word}


def mean_cell(place: Place, policy: str, measure: str, lang: Lang) -> dict[str, str]:
    """Write a mean with its interval."""
    means = place.means
    row = means[(means["policy"] == policy) & (means["measure"] == measure)].iloc[0].to_dict()
    one = with_interval(row, measure, value="mean")
    return {"value": one["difference"], "ends": ends_of(one, lang), "verdict": "mean", "word": ""}


def option_words(place: Place, policy: str, lang: Lang) -> str:
    """Say of one option what is better, what is worse, and what does not differ."""
    measures: dict[str, list[str]] = {name: [] for name in VERDICTS}
    for measure in place.measures:
        measures[judge(place.difference(policy, measure))].append(MEASURES[measure].label(lang))
    comma, semicolon = text(lang, "study.comma"), text(lang, "study.semicolon")
    return semicolon.join(
        say(lang, f"w_{name}", measures=comma.join(names)) for name, names in measures.items() if names
    )


def option_of(place: Place, label: str) -> Option:
    """Give what the rule saw of a strategy."""
    return next(one for one in place.options if one.label == label)
