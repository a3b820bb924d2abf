"""The sentences of a set of histories: what could be told apart, what to collect, and on what the answer turns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.batch.history.answer import Answer, over_sets
from sim.batch.history.arms import Mark, called
from sim.batch.history.effects import RATIO_IN_FIELD, Balance, balance_of_visits, signs_over_sets, strongest_parameter
from sim.batch.history.figures import FIGURES
from sim.batch.history.verdicts import ENOUGH, verdict_of
from sim.report.names import strategy_name
from sim.report.numbers import percent
from sim.report.texts import Lang, text

NEAR = 0.5
"""Part of the larger of two numbers of opposite sign below which what is left of both is called a cancellation."""
JUDGED = ("true", "safe", "satisfied", "satisfaction")
"""What the question of the study asks of a reform."""
WAYS = ("published", "survey", "districts")


def say(lang: Lang, key: str, **values: object) -> str:
    """Give a sentence of the histories with its values."""
    return text(lang, f"history.{key}").format(**values)


def mark_name(mark: Mark, lang: Lang) -> str:
    """Name what came in: as the file of the histories does, or as a strategy is called."""
    return strategy_name(mark.name, lang) if isinstance(mark.name, str) else called(mark.name, lang)


def told_apart_words(told: Answer, lang: Lang) -> str:
    """Say how many pairs the published totals could tell apart."""
    own = over_sets(told.pairs)
    own = own[own["way"] == "published"]
    verdicts = [verdict_of(row["low"], row["high"]) for _, row in own.iterrows()]
    counts = {name: verdicts.count(name) for name in ("yes", "no", "open")}
    return say(lang, "told_apart", n=len(own), enough=f"{100 * ENOUGH:.0f}", **counts)


def question_words(told: Answer, lang: Lang) -> list[str]:
    """Say of each history without the reform whether it could be told from the first one that has it."""
    worlds = told.made.worlds
    with_reform = reformed_arm(told)
    if with_reform is None:
        return []
    others = [arm for arm in told.arms if worlds[arm].reformed_on is None]
    return [pair_words(told, with_reform, arm, lang) for arm in others]


def reformed_arm(told: Answer) -> str | None:
    """Give the first history with a reform; None where no strategy comes in at a date."""
    return next((arm for arm in told.arms if told.made.worlds[arm].reformed_on is not None), None)


def pair_words(told: Answer, one: str, other: str, lang: Lang) -> str:
    """Say which data could tell two histories apart, and what one would have to collect."""
    own = over_sets(told.pairs)
    own = own[own["one"].isin([one, other]) & own["other"].isin([one, other])].set_index("way")
    ways = say(lang, "semicolon").join(_way_words(told, own.loc[way], way, lang) for way in WAYS)
    names = {"one": told.name(one, lang), "other": told.name(other, lang)}
    return say(lang, "pair", ways=ways, collect=collect_words(own, lang), **names)


def collect_words(own: pd.DataFrame, lang: Lang) -> str:
    """Say in a sentence what one would have to collect to tell two histories apart.

    Parameters
    ----------
    own
        the rows of one pair, by way
    """
    ways = []
    survey, districts = own.loc["survey"], own.loc["districts"]
    if not np.isnan(survey["needed"]):
        asked = say(lang, f"asked_{survey['figure']}")
        ways.append(say(lang, "collect_survey", n=survey_size(float(survey["needed"]), lang), asked=asked))
    if verdict_of(districts["low"], districts["high"]) == "yes":
        ways.append(say(lang, "collect_districts", figure=_inside(str(districts["figure"]), lang)))
    records = [_inside(name, lang) for name in str(own.loc["records", "figure"]).split(",") if name]
    if records:
        ways.append(say(lang, "collect_records", figures=say(lang, "comma").join(records)))
    return say(lang, "collect", ways=say(lang, "collect_or").join(ways)) if ways else say(lang, "collect_none")


def survey_size(n: float, lang: Lang) -> str:
    """Write how many must be asked, by two digits; words where no number would do."""
    if np.isnan(n):
        return say(lang, "none_would")
    digits = 10 ** max(0, int(np.floor(np.log10(n))) - 1)
    return f"{int(np.ceil(n / digits) * digits):,}"


def balance_words(told: Answer, lang: Lang) -> str:
    """Say on what it turns whether the visits of a reform satisfy people; '' where nobody is visited.

    What fair visits add and unfair ones take are two numbers of opposite sign; where the ratio at which they cancel
    lies within what the field has found, the sign of the effect is not known.
    """
    arm = reformed_arm(told)
    balances = [] if arm is None else [balance_of_visits(told.made, arm, point) for point in range(told.n_sets)]
    found = [balance for balance in balances if balance is not None]
    if not found or arm is None:
        return ""
    low, high = RATIO_IN_FIELD
    values = {
        "gained": _range([one.gained for one in found]),
        "lost": _range([one.lost for one in found]),
        "ratio": _range([one.ratio for one in found]),
        "turns": _range([one.turns_at for one in found]),
    }
    said = say(lang, "balance", arm=told.name(arm, lang), low=f"{low:g}", high=f"{high:g}", **values)
    return f"{said} {say(lang, _cancels(found))}"


def sets_words(told: Answer, lang: Lang) -> list[str]:
    """Say of crime and of each feeling whether the sign of what the reform does depends on the parameter set."""
    if told.n_sets == 1:
        return [say(lang, "one_set")]
    arm = reformed_arm(told)
    return [] if arm is None else [_signs_words(told, arm, figure, lang) for figure in JUDGED]


def _signs_words(told: Answer, arm: str, figure: str, lang: Lang) -> str:
    up, down, neither = signs_over_sets(told.effects, arm, figure)
    label, name = FIGURES[figure].label(lang), told.name(arm, lang)
    said = say(lang, "signs", figure=label, n=told.n_sets, arm=name, up=up, down=down, neither=neither)
    if not (up and down):
        return said
    return f"{said} {say(lang, 'sign_by', by=strongest_parameter(told.made, told.effects, arm, figure))}"


def _cancels(found: list[Balance]) -> str:
    """Name the sentence on whether the sign is known: not where the field may have the ratio at which both cancel."""
    low, high = RATIO_IN_FIELD
    if any(low <= one.turns_at <= high for one in found):
        return "cancels"
    near = any(abs(one.gained - one.lost) < NEAR * max(one.gained, one.lost) for one in found)
    return "cancels_half" if near else "cancels_not"


def _way_words(told: Answer, row: pd.Series, way: str, lang: Lang) -> str:
    what = say(lang, f"way_{way}", n=f"{told.collected.surveyed:,}", districts=told.collected.districts)
    if np.isnan(row["power"]):
        return f"{what} {say(lang, 'unknown')}"
    verdict = say(lang, verdict_of(row["low"], row["high"]))
    return say(lang, "way", what=what, verdict=verdict, power=percent(row["power"]))


def _range(values: list[float]) -> str:
    low, high = (f"{one:.2g}" for one in (min(values), max(values)))
    return low if low == high else f"{low}–{high}"


def _inside(figure: str, lang: Lang) -> str:
    """Write a label within a sentence."""
    label = FIGURES[figure].label(lang)
    return label[:1].lower() + label[1:]
