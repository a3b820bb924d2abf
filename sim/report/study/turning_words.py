"""What would change the answer, in sentences: points of the design, seeds, the margin, the probability asked for."""

from __future__ import annotations

from math import floor

import pandas as pd

from sim.batch.decide import Answer
from sim.outcomes.measures import MEASURES
from sim.report.numbers import amount, number
from sim.report.study.place import Place
from sim.report.study.turning import compare_flipped, count_seeds, tabulate_points
from sim.report.study.words import best_mean, margin_words, option_of, say, simultaneous, with_unit
from sim.report.texts import Lang
from sim.statistics.estimates import Estimate

MOST_LISTED = 8
MOST_SEEDS = 100_000


def turning_words(place: Place, lang: Lang) -> list[str]:
    """Say what would change the answer, a sentence a thing."""
    if not place.options:
        return []
    return [*points_words(place, lang), *_seeds(place, lang), *_margin(place, lang)]


def median_rows(place: Place, design: pd.DataFrame, parameters: list[str]) -> list[list[str]]:
    """Lay out the medians of the parameters where the option does worse, and where not."""
    points = tabulate_points(place)
    if len(points) < 2 or not points["against"].any() or points["against"].all():
        return []
    table = compare_flipped(points, design, parameters)
    return [[str(row.parameter), f"{row.worse:.3g}", f"{row.better:.3g}"] for row in table.itertuples()]


def points_words(place: Place, lang: Lang) -> list[str]:
    """Say at how many points of the design the option does worse; it stands beside the answer, too."""
    points = tabulate_points(place)
    if not place.is_varied:
        return [say(lang, "t_no_points")]
    told = points["sign"].value_counts()
    against = points.loc[points["against"], "point"].tolist()
    said = [
        say(
            lang, "t_points", n=len(points), against=len(against), worse=int(told.get("worse", 0)),
            better=int(told.get("better", 0)), policy=place.shown, baseline=place.baseline,
        )
    ]  # fmt: skip
    if 0 < len(against) <= MOST_LISTED:
        said.append(say(lang, "t_flips", points=", ".join(map(str, against))))
    return said


def _seeds(place: Place, lang: Lang) -> list[str]:
    asked = dict.fromkeys((place.shown, best_mean(place).label))
    said = [_seeds_of(place, option, lang) for option in asked]
    allowed = sorted((one for one in place.options if one.meets), key=lambda one: -one.gain)
    if place.decided.answer is not Answer.SEVERAL or len(allowed) < 2:
        return said
    first, second = allowed[:2]
    rival = count_seeds(place, first.label, second.label)
    if rival.need is not None:
        one = _estimate(rival.difference, place, lang)
        said.append(say(lang, "t_rival", option=first.label, rival=second.label, need=_many(rival.need), **one))
    if first.label == place.decided.named[0] and first.p_best < place.study.decision.sure:
        said.append(say(lang, "t_sure", p=f"{floor(100 * first.p_best)}\u00a0%", option=first.label))
    return said


def _seeds_of(place: Place, option: str, lang: Lang) -> str:
    seeds = count_seeds(place, option, place.baseline)
    if seeds.need is None:
        return say(lang, "t_never", option=option, baseline=place.baseline)
    one = _estimate(seeds.difference, place, lang) | {"n": str(seeds.have), "need": _many(seeds.need)}
    if seeds.need <= seeds.have:
        return say(lang, "t_shown", option=option, baseline=place.baseline, **one)
    return say(lang, "t_more", option=option, baseline=place.baseline, more=_many(seeds.need - seeds.have), **one)


def _margin(place: Place, lang: Lang) -> list[str]:
    option, outcome = option_of(place, place.shown), place.outcome
    margin = place.study.margins.get(outcome)
    label = MEASURES[outcome].label(lang)
    half = (option.high - option.low) / 2.0
    if margin is not None:
        one = simultaneous(place, option, lang)
        return [
            say(lang, "t_margin", outcome=label, margin=margin_words(margin, outcome, lang), option=option.label, **one)
        ]
    if place.decided.answer not in {Answer.RECOMMEND, Answer.SEVERAL}:
        return []
    high = amount(number(option.high, outcome, half=half), MEASURES[outcome], lang, difference=True)
    return [say(lang, "t_no_margin", outcome=label, high=high, option=option.label)]


def _estimate(one: Estimate, place: Place, lang: Lang) -> dict[str, str]:
    return with_unit({"difference": one.value, "low": one.low, "high": one.high}, place.outcome, lang)


def _many(n: int) -> str:
    return f"> {MOST_SEEDS:,}" if n > MOST_SEEDS else f"{n:,}"
