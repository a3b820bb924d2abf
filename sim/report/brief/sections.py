"""What it costs and who pays, how sure it is, and what would change the answer: lines under the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, isfinite

import pandas as pd

from sim.batch.compare import Comparison
from sim.report.brief.content import Section
from sim.report.brief.names import spoken_name
from sim.report.brief.numbers import SAME_COST, UNITS, Effect, Effects, capital, say_number
from sim.report.captions import SLIGHTLY, stand_in_line
from sim.report.comparison.doses import dose_sentences
from sim.report.numbers import format_ratio
from sim.report.study.about import count_judged
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario
from sim.validation.kept import read_kept_card, unlike_the_card

FULL_TIME_H = 40.0
"""Hours a week of a full-time officer, to say hours in people."""
MOST_SEEDS = 1000
"""A difference that needs more runs than this is not worth asking after."""
MOST_LINES = 3
TOLD = ("crime", "safe", "satisfied")


def cost_section(effects: Effects, burden: Mapping[str, pd.DataFrame], baseline: str, lang: Lang) -> Section:
    """Say what each strategy costs in hours, and who is stopped, checked and visited for it."""
    lines = [_cost_line(own["cost"], lang) for own in effects.values()]
    if any(own["cost"].matters for own in effects.values()):
        lines[-1] += ("" if lang == "zh" else " ") + text(lang, "brief_cost.unit")
    for key in ("stops", "checks", "visits"):
        clear = [own[key] for own in effects.values() if own[key].matters]
        lines += [_contact_line(one, lang) for one in sorted(clear, key=lambda one: -abs(one.difference))[:1]]
    lines += _newcomer_lines(burden, baseline, lang)
    return Section(text(lang, "brief_part.cost"), tuple(lines))


def _cost_line(one: Effect, lang: Lang) -> str:
    share = one.difference / one.today
    key = "same" if abs(share) < SAME_COST or not one.is_clear else "more" if share > 0.0 else "less"
    return capital(
        text(lang, f"brief_cost.{key}").format(
            option=spoken_name(one.strategy, lang), n=say_number(abs(one.difference)),
            percent=f"{100 * abs(share):.1f}", posts=say_number(abs(one.difference) / FULL_TIME_H),
        )
    )  # fmt: skip


def _contact_line(one: Effect, lang: Lang) -> str:
    now, before = (say_number(value) for value in (one.today + one.difference, one.today))
    said = text(lang, f"brief_cost.{one.key}").format(
        option=spoken_name(one.strategy, lang), now=now, n=now, before=before
    )
    return capital(said)


def _newcomer_lines(burden: Mapping[str, pd.DataFrame], baseline: str, lang: Lang) -> list[str]:
    """Say where newcomers bear clearly more or less than others, of the strategy that is farthest from equal."""
    found = []
    for name, table in burden.items():
        for measure in ("stops", "checks", "visits"):
            row = table[(table["group"] == "migrant") & (table["measure"] == measure)]
            if len(row) and name != baseline and isfinite(row["ratio"].iloc[0]):
                ratio, low, high = (float(row[column].iloc[0]) for column in ("ratio", "low", "high"))
                if low > 1.0 or high < 1.0:
                    found.append((abs(ratio - 1.0), name, measure, ratio, low, high))
    lines = []
    for measure in ("stops", "checks", "visits"):
        mine = max((one for one in found if one[2] == measure), default=None)
        if mine is not None:
            _, name, _, ratio, low, high = mine
            lines.append(
                text(lang, "brief_cost.newcomers").format(
                    what=text(lang, f"burden.{measure}"), option=spoken_name(name, lang), ratio=format_ratio(ratio),
                    low=format_ratio(low), high=format_ratio(high), before=_before(burden.get(baseline), measure, lang),
                )
            )  # fmt: skip
    return lines


def _before(table: pd.DataFrame | None, measure: str, lang: Lang) -> str:
    """Say how it is today; nothing where it does not happen today."""
    row = pd.DataFrame() if table is None else table[(table["group"] == "migrant") & (table["measure"] == measure)]
    ratio = float(row["ratio"].iloc[0]) if len(row) else float("nan")
    return text(lang, "brief_cost.before").format(ratio=format_ratio(ratio)) if isfinite(ratio) else ""


def sure_section(comparison: Comparison, effects: Effects, lang: Lang) -> Section:
    """Say how sure the answer is: of chance, of parameters, of the model."""
    n = max(own["crime"].n_pairs for own in effects.values())
    tests = len(effects) * len(UNITS)
    chance = text(lang, "brief_sure.chance").format(n=n, tests=tests, wrong=f"{0.05 * tests:.1f}")
    said = chance if n > 1 else text(lang, "brief_sure.chance_one")
    return Section(text(lang, "brief_part.sure"), (said, *doubt_lines(comparison.scenario, lang)))


def doubt_lines(scenario: Scenario, lang: Lang) -> list[str]:
    """Say what no number of runs makes surer: parameters that are judgement, the model, people that are made up."""
    judged, of_all = count_judged()
    lines = [text(lang, "brief_sure.parameters").format(judged=judged, all=of_all), _model_line(scenario, lang)]
    if scenario.stand_in:
        lines.append(text(lang, "brief_sure.stand_in").format(line=stand_in_line(scenario, lang)))
    return [*lines, text(lang, "brief_sure.synthetic")]


def _model_line(scenario: Scenario, lang: Lang) -> str:
    """Say how many facts of the field the model meets, and whether they were asked of this place."""
    card = read_kept_card()
    if card is None:
        return text(lang, "brief_sure.model_never")
    counts = card.counts
    differs = bool(unlike_the_card(scenario)) or scenario.thinning > 1.0 + SLIGHTLY
    return text(lang, "brief_sure.model").format(
        n=sum(counts[one] for one in ("misses", "in part", "not clear", "holds")), holds=counts["holds"],
        part=counts["in part"], misses=counts["misses"], unclear=counts["not clear"],
        where=text(lang, "brief_sure.model_here") if differs else "",
    )  # fmt: skip


def turn_section(comparison: Comparison, effects: Effects, best: Sequence[str], lang: Lang) -> Section:
    """Say what would change the answer, the nearest first."""
    lines = []
    if len(best) > 1:
        names = text(lang, "brief.or").join(spoken_name(name, lang) for name in best)
        lines.append(text(lang, "brief_turn.tied").format(best=names))
    lines += _seed_lines(effects, lang)
    dearer = [name for name, own in effects.items() if own["cost"].difference > SAME_COST * own["cost"].today]
    if dearer:
        names = text(lang, "study.comma").join(spoken_name(name, lang) for name in dearer)
        lines.append(text(lang, "brief_turn.budget").format(options=names))
    if dose_sentences(comparison, lang):
        short = [name for name in effects if any(name in line for line in dose_sentences(comparison, "en"))]
        if short:
            names = text(lang, "study.comma").join(spoken_name(name, lang) for name in short)
            lines.append(text(lang, "brief_turn.dose").format(option=names))
    if len(effects) > 1:
        lines.append(text(lang, "brief_turn.others"))
    return Section(text(lang, "brief_part.turn"), (*lines, text(lang, "brief_turn.numbers")))


def _seed_lines(effects: Effects, lang: Lang) -> list[str]:
    """Say of what is not clear how many runs would tell, if the difference is what it seems: the fewest first."""
    needed = []
    for own in effects.values():
        for key in TOLD:
            one = own[key]
            n = runs_needed(one)
            if not one.is_clear and n <= MOST_SEEDS:
                needed.append((n, one))
    needed.sort(key=lambda pair: pair[0])
    return [
        text(lang, "brief_turn.seeds").format(
            what=text(lang, f"brief_what.{one.key}"),
            option=spoken_name(one.strategy, lang), n=n, now=one.n_pairs,
        )
        for n, one in needed[:MOST_LINES]
    ]  # fmt: skip


def runs_needed(one: Effect) -> int:
    """Estimate the pairs of runs after which the interval of a difference would leave out zero, were it as it seems."""
    half = (one.high - one.low) / 2.0
    if not isfinite(half) or one.difference == 0.0:
        return MOST_SEEDS + 1
    return ceil(one.n_pairs * (half / abs(one.difference)) ** 2)
