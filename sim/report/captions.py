"""What every page and picture says of its origin: that the people are synthetic, how many, and whom they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.names import place_name
from sim.report.texts import Lang, text
from sim.scenarios.scenario import FORCE_SIZES, SYNTHETIC, Scenario

SLIGHTLY = 0.02
"""A piece is rounded to whole streets and people: a density that is off by so little is the true one."""


def synthetic_label(lang: Lang, *, short: bool = False) -> str:
    """Say that the people are synthetic; `short` for the terminal."""
    return text(lang, "captions.short_label" if short else "captions.label")


def residents_words(values: Mapping[str, Any], lang: Lang, *, short: bool = False) -> str:
    """Say how many residents are simulated, of what, and what is distorted where they are thinned.

    Parameters
    ----------
    values
        a scenario as a manifest holds it
    short
        for the foot of a picture: without what thinning distorts
    """
    city, people = values.get("city", {}), values["people"]
    n, each = people["n_residents"], people.get("residents_per_agent", 1.0)
    synthetic, share = city.get("streets") in SYNTHETIC, city.get("part", 1.0)
    thinned = each * (share if synthetic else 1.0)
    said = text(lang, "captions.residents_alone").format(n=f"{n:,}")
    if abs(thinned - 1.0) > SLIGHTLY:
        said = text(lang, "captions.residents").format(n=f"{n:,}", real=f"{n * thinned:,.0f}")
        if thinned > 1.0 and not short:
            said += text(lang, "captions.thinned").format(each=f"{thinned:.3g}")
    if synthetic and share < 1.0:
        officers = sum(values["force"][name] for name in FORCE_SIZES) / n * 1000
        said += text(lang, "captions.piece").format(
            share=f"{100 * share:.3g}", each=f"{n / city['n_segments']:,.0f}", officers=f"{officers:.2g}"
        )
    if chosen := city.get("districts", ""):
        return text(lang, "captions.districts").format(districts=chosen, people=said)
    if not synthetic and share < 1.0:
        return text(lang, "captions.share").format(share=f"{100 * share:.3g}", people=said)
    return said


def scenario_residents(scenario: Scenario, lang: Lang) -> str:
    """Say the same of a scenario."""
    return residents_words(scenario.model_dump(include={"city", "people", "force"}), lang)


def stand_in_line(scenario: Scenario, lang: Lang = "en") -> str:
    """Say what synthetic streets stand in for."""
    return text(lang, "captions.stand_in").format(place=place_name(scenario.city.stands_for, lang))
