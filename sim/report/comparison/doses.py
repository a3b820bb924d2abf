"""Whether the hours of a strategy suffice for the visits that it means to make."""

from __future__ import annotations

from collections.abc import Mapping

from sim.batch.compare import Comparison
from sim.outcomes.doses import DOSE_MEASURES
from sim.outcomes.measures import MEASURES
from sim.policies.protocol import Floats
from sim.report.numbers import format_number
from sim.report.texts import Lang, text

ENOUGH = 0.85
"""Share of the visits that a strategy means to make from which on nothing is said: the first ones come late."""


def dose_sentences(comparison: Comparison, lang: Lang = "en") -> list[str]:
    """Say of each strategy whose hours do not suffice what it means to do and what it does."""
    means = comparison.runs.groupby("policy")[list(DOSE_MEASURES)].mean()
    told = [
        dose_sentence(policy, comparison.meant[policy], dict(means.loc[policy]), lang)
        for policy in comparison.strategies
        if policy in comparison.meant and policy in means.index
    ]
    return [sentence for sentence in told if sentence]


def dose_sentence(policy: str, meant: Floats, made: Mapping[str, float], lang: Lang = "en") -> str:
    """Say what a strategy means to do and what it does, by kind of household; nothing where hours suffice.

    Parameters
    ----------
    meant
        visits in a year to a household of each kind
    made
        the same as they were made, by measure; not a number where there is no such household
    """
    short = [
        text(lang, "doses.kind").format(
            kind=MEASURES[name].label(lang), made=format_number(made[name], 1), meant=format_number(wanted, 1)
        )
        for name, wanted in zip(DOSE_MEASURES, meant.tolist(), strict=True)
        if made[name] < ENOUGH * wanted
    ]
    if not short:
        return ""
    told = text(lang, "account.and").join(short)
    return text(lang, "doses.short").format(policy=policy, told=told)
