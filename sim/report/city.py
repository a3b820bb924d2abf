"""What came of the files that a user's own city was made of, in sentences for the screen."""

from __future__ import annotations

import numpy as np

from sim.city.land_use import KINDS, City
from sim.city.recorded import LOSSES, IncidentCount
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario

MOST_PER_HOME = 1.5
"""Residents per home, relative to `people.mean_household`, from which on, or below the inverse, a city is told."""
LARGE_PILE = 0.1
"""Share of incidents at one place from which on they are told."""


def city_lines(city: City, scenario: Scenario, lang: Lang = "en") -> list[str]:
    """Say which land use, districts and incidents of a user reached the city, and what of them did not.

    Nothing is said of a city that was made without any.
    """
    lines = [*_land_use_lines(city, scenario, lang), *_district_lines(city, scenario, lang)]
    return lines if city.incidents is None else [*lines, *_incident_lines(city, city.incidents, lang)]


def _land_use_lines(city: City, scenario: Scenario, lang: Lang) -> list[str]:
    if not city.from_source:
        return []
    amount = {kind: float(getattr(city.land_use, kind).sum(dtype=np.float64)) for kind in KINDS}
    listed = [f"{amount[kind]:,.0f} {text(lang, f'city.{kind}')}" for kind in city.from_source]
    lines = [text(lang, "city.came_with_streets").format(city=city.streets.name, amounts=_joined(listed, lang))]
    missing = [text(lang, f"city.{kind}") for kind in KINDS if kind not in city.from_source]
    if missing:
        lines.append(text(lang, "city.inferred").format(kinds=_joined(missing, lang)))
    people = scenario.people
    residents = people.n_residents * people.residents_per_agent
    per_home = residents / max(amount["dwellings"], 1.0)
    fits = 1.0 / MOST_PER_HOME <= per_home / people.mean_household <= MOST_PER_HOME
    if "dwellings" in city.from_source and not fits:
        lines.append(
            text(lang, "city.homes").format(
                residents=f"{residents:,.0f}", homes=f"{amount['dwellings']:,.0f}", ratio=f"{per_home:.1f}",
                mean=f"{people.mean_household:.1f}",
            )
        )  # fmt: skip
    return lines


def _district_lines(city: City, scenario: Scenario, lang: Lang) -> list[str]:
    n = int(city.district.max()) + 1
    if scenario.city.beats:
        return [text(lang, "city.beats").format(n=n, file=scenario.city.beats)]
    if city.has_own_districts:
        return [text(lang, "city.own_districts").format(n=n)]
    if city.n_districts_left_out:
        return [text(lang, "city.other_districts").format(n=city.n_districts_left_out, wanted=n)]
    return []


def _incident_lines(city: City, count: IncidentCount, lang: Lang) -> list[str]:
    losses = [f"{getattr(count, name):,} {text(lang, f'city.{name}')}" for name in LOSSES if getattr(count, name)]
    lines = [
        text(lang, "city.incidents").format(
            used=f"{count.used:,}", rows=f"{count.rows:,}", median=f"{count.median_m:.1f}",
            losses=_joined(losses, lang) or text(lang, "city.none"),
        )
    ]  # fmt: skip
    if count.most_at_one_place > max(LARGE_PILE * count.used, 1.0):
        lines.append(text(lang, "city.one_place").format(n=f"{count.most_at_one_place:,}"))
    if city.opportunity_weight is not None and np.ptp(city.opportunity_weight) == 0:
        lines.append(text(lang, "city.even"))
    return lines


def _joined(parts: list[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(parts)
