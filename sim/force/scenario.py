"""The parameters of a scenario that the files of a force tell, and the defaults that stand in for the rest."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from sim.city.land_use import known_kinds
from sim.city.reading.load import embedded_city
from sim.force.people import MEAN_HOUSEHOLD
from sim.force.rates import parameters_of_calls
from sim.force.reading import ForceData
from sim.force.staff import ROLES
from sim.force.words import say
from sim.inputs.words import Lang
from sim.params import describe
from sim.scenarios.people import People as PeopleParameters
from sim.scenarios.police import Force

RESIDENTS_A_DISTRICT = 13_000
"""Residents of a district where no beats are given: as in the scenario of the package that is the default."""


class Setting(NamedTuple):
    """Hold a parameter of the scenario, and the sentence that says where its value comes from."""

    name: str
    value: object
    why: str


class Settled(NamedTuple):
    """Hold all parameters of a scenario, and which parts of the force are defaults."""

    settings: tuple[Setting, ...]
    residents: float
    defaults: tuple[str, ...]
    """parts whose numbers are defaults, as words of `parts`"""
    remarks: tuple[str, ...]
    """sentences on what was not set, and why"""


def settle(data: ForceData, lang: Lang) -> Settled:
    """Decide every parameter that a folder has something to say of, and name the defaults."""
    settings: list[Setting] = []
    defaults: list[str] = []
    remarks: list[str] = []

    def put(name: str, value: object, why: str, **values: object) -> None:
        settings.append(Setting(name, value, say(lang, f"scenario.{why}", **values)))

    residents = _residents(data, put, defaults)
    if data.people is not None:
        for name, share in data.people.shares.items():
            put(name, share, "from_file", file=data.settings.population.file)
    n = len(data.beats.names) if data.beats is not None else max(1, round(residents / RESIDENTS_A_DISTRICT))
    n = min(n, data.net.n_segments)
    if data.beats is not None:
        put("force.n_districts", n, "beats", file=data.settings.beats.file)
    else:
        put("force.n_districts", n, "no_beats", residents=RESIDENTS_A_DISTRICT)
        defaults.append("parts.beats")
    _staff(data, residents, put, defaults)
    if data.shifts:
        for name, share in data.shifts.items():
            put(name, share, "from_file", file=data.settings.shifts.file)
    else:
        defaults.append("parts.shifts")
    _calls(data, residents, put, defaults, remarks, lang)
    if data.stations is not None:
        remarks.append(say(lang, "scenario.stations"))
    defaults.append("parts.stations")
    return Settled(tuple(settings), residents, tuple(defaults), tuple(remarks))


def _residents(data: ForceData, put, defaults: list[str]) -> float:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Give the residents: counted, told, by the homes that are drawn, or by the length of street."""
    wanted = data.settings.population
    if data.people is not None:
        residents = data.people.residents
        put("people.n_residents", max(1, round(residents)), "from_file", file=wanted.file)
        return residents
    if wanted.total:
        put("people.n_residents", wanted.total, "total")
        defaults.append("parts.homes")
        return float(wanted.total)
    defaults.append("parts.population")
    use = data.land_use
    if use is not None and "dwellings" in known_kinds(use):
        homes = float(np.nansum(use.dwellings.astype(float)))
        residents = max(1.0, homes * MEAN_HOUSEHOLD)
        put("people.n_residents", round(residents), "by_homes", homes=round(homes), size=MEAN_HOUSEHOLD)
        return residents
    number = {about.name: about.default for about in describe(PeopleParameters)}["n_residents"]
    per_km = float(number) / float(embedded_city("new_haven").segment_length_m.sum() / 1000.0)
    residents = max(1.0, per_km * float(data.net.segment_length_m.sum()) / 1000.0)
    put("people.n_residents", round(residents), "by_streets", per_km=round(per_km))
    return residents


def _staff(data: ForceData, residents: float, put, defaults: list[str]) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    if data.staff is not None:
        for role in ROLES:
            put(f"force.n_{role}", data.staff[role], "from_file", file=data.settings.staff.file)
        return
    defaults.append("parts.staff")
    usual = {about.name: about.default for about in describe(Force)}
    people = {about.name: about.default for about in describe(PeopleParameters)}["n_residents"]
    for role in ROLES:
        number = float(usual[f"n_{role}"]) * residents / float(people)
        if number > 0:
            put(f"force.n_{role}", max(1, round(number)), "no_staff")


def _calls(data: ForceData, residents: float, put, defaults: list[str], remarks: list[str], lang: Lang) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001, E501, PLR0913, PLR0917
    if data.calls is None or not len(data.calls.table):
        defaults.append("parts.calls")
        return
    found, left = parameters_of_calls(data.calls, residents)
    for name, value in found.items():
        put(name, value, "from_file", file=data.settings.calls.file)
    for name, values in left.items():
        remarks.append(say(lang, f"scenario.not_set_{name.replace('.', '_')}", **values))
        defaults.append("parts.demand" if name.startswith("demand") else "parts.service")


def first_day(data: ForceData) -> date | None:
    """Give the first day of the scenario: as the user says, else that of the calls, else none."""
    if data.settings.start is not None:
        return data.settings.start
    if data.calls is None or not len(data.calls.table):
        return None
    day: date = data.calls.table["time"].min().date()
    return day
