"""What every page and picture says of its origin: that the people are synthetic, how many, and whom they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.names import place_name
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario


def synthetic_label(lang: Lang, *, short: bool = False) -> str:
    """Say that the people are synthetic; `short` for the terminal."""
    return text(lang, "captions.short_label" if short else "captions.label")


def residents_words(simulated: int, each: float, lang: Lang) -> str:
    """Say how many residents are simulated, and how many real ones they stand for.

    Parameters
    ----------
    each
        real residents for a simulated one
    """
    if each == 1.0:
        return text(lang, "captions.residents_alone").format(n=f"{simulated:,}")
    return text(lang, "captions.residents").format(n=f"{simulated:,}", real=f"{simulated * each:,.0f}")


def scenario_residents(scenario: Scenario, lang: Lang) -> str:
    """Say the same of a scenario."""
    return residents_words(scenario.people.n_residents, scenario.people.residents_per_agent, lang)


def stand_in_line(scenario: Scenario, lang: Lang = "en") -> str:
    """Say what synthetic streets stand in for."""
    return text(lang, "captions.stand_in").format(place=place_name(scenario.city.stands_for, lang))


def residents_of(values: Mapping[str, Any], lang: Lang) -> str:
    """Say the same of a scenario as a manifest holds it."""
    people = values["people"]
    return residents_words(people["n_residents"], people.get("residents_per_agent", 1.0), lang)
