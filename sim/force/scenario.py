"""The parameters of a scenario that the files of a force tell, and the defaults that stand in for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from sim.city.land_use import known_kinds
from sim.city.reading.load import embedded_city
from sim.force.people import MEAN_HOUSEHOLD
from sim.force.rates import known_percent, n_of_times, parameters_of_calls
from sim.force.reading import ForceData
from sim.force.staff import ShiftLine
from sim.force.words import say
from sim.inputs.words import Lang
from sim.params import Parameters, describe
from sim.roles import ROLES
from sim.scenarios.people import People as PeopleParameters
from sim.scenarios.police import Force
from sim.scenarios.roster import WEEK

HALF = 0.5
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
    """sentences on what was not set, and why; and how the roster was made"""
    lists: dict[str, list[dict[str, object]]]
    """roster and stations as the scenario writes them, where there are any"""


@dataclass
class _Draft:
    """Gather parameters, defaults and remarks."""

    data: ForceData
    lang: Lang
    settings: list[Setting] = field(default_factory=list)
    defaults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def put(self, name: str, value: object, why: str, **values: object) -> None:
        """Set a parameter, and say why it has its value."""
        self.settings.append(Setting(name, value, say(self.lang, f"scenario.{why}", **values)))


def settle(data: ForceData, lang: Lang) -> Settled:
    """Decide every parameter that a folder has something to say of, and name the defaults."""
    draft = _Draft(data, lang)
    residents = _settle_residents(draft)
    _settle_districts(draft, residents)
    _settle_staff(draft, residents)
    for name, share in data.shifts.shares.items():
        draft.put(name, share, "from_file", file=data.settings.shifts.file)
    if not data.shifts.shares:
        draft.defaults.append("parts.shifts")
    lists = {"roster": _settle_roster(draft), "stations": _stations(data)}
    _settle_calls(draft, residents)
    if not lists["stations"]:
        draft.defaults.append("parts.stations")
    lists = {name: rows for name, rows in lists.items() if rows}
    return Settled(tuple(draft.settings), residents, tuple(draft.defaults), tuple(draft.remarks), lists)


def _settle_residents(draft: _Draft) -> float:
    """Give the residents: counted, told, by the homes that are drawn, or by the length of street."""
    data = draft.data
    wanted, use = data.settings.population, data.land_use
    if data.people is not None:
        draft.put("people.n_residents", max(1, round(data.people.residents)), "from_file", file=wanted.file)
        for name, share in data.people.shares.items():
            draft.put(name, share, "from_file", file=wanted.file)
        return data.people.residents
    if wanted.total:
        draft.put("people.n_residents", wanted.total, "total")
        draft.defaults.append("parts.homes")
        return float(wanted.total)
    draft.defaults.append("parts.population")
    if use is not None and "dwellings" in known_kinds(use):
        homes = float(np.nansum(use.dwellings.astype(float)))
        residents = max(1.0, homes * MEAN_HOUSEHOLD)
        draft.put("people.n_residents", round(residents), "by_homes", homes=round(homes), size=MEAN_HOUSEHOLD)
        return residents
    usual_km = float(embedded_city("new_haven").segment_length_m.sum()) / 1000.0
    per_km = _default(PeopleParameters, "n_residents") / usual_km
    residents = max(1.0, per_km * float(data.net.segment_length_m.sum()) / 1000.0)
    draft.put("people.n_residents", round(residents), "by_streets", per_km=round(per_km))
    return residents


def _settle_districts(draft: _Draft, residents: float) -> None:
    data = draft.data
    if data.beats is not None:
        draft.put("force.n_districts", len(data.beats.names), "beats", file=data.settings.beats.file)
        return
    n = min(max(1, round(residents / RESIDENTS_A_DISTRICT)), data.net.n_segments)
    draft.put("force.n_districts", n, "no_beats", residents=RESIDENTS_A_DISTRICT)
    draft.defaults.append("parts.beats")


def _settle_staff(draft: _Draft, residents: float) -> None:
    staff, file = draft.data.staff, draft.data.settings.staff.file
    if staff is not None:
        for role in ROLES:
            draft.put(f"force.n_{role}", staff[role], "from_file", file=file)
        return
    draft.defaults.append("parts.staff")
    for role in ROLES:
        number = _default(Force, f"n_{role}") * residents / _default(PeopleParameters, "n_residents")
        if number > 0:
            draft.put(f"force.n_{role}", max(1, round(number)), "no_staff")


def _settle_roster(draft: _Draft) -> list[dict[str, object]]:
    """Make a roster of a table of shifts: as many on duty on each of its days as it says, by all response officers.

    The table says who is on duty, the staff who is employed: so often has each of them a duty in a week.
    """
    lines = draft.data.shifts.lines
    n_response = next((int(str(one.value)) for one in draft.settings if one.name == "force.n_response"), 0)
    if not lines or n_response == 0:
        return []
    duties = [line.n_officers * len(line.days) for line in lines]
    heads = _heads(lines, n_response)
    told = {"file": draft.data.settings.shifts.file, "officers": n_response, "duties": sum(duties)}
    draft.remarks.append(say(draft.lang, "scenario.roster", **told, days=round(sum(duties) / n_response, 1)))
    if any(head < line.n_officers - HALF for head, line in zip(heads, lines, strict=True)):
        draft.remarks.append(say(draft.lang, "scenario.roster_short", **told))
    return [
        {
            "role": "response", "number": max(1, round(head)), "begins": line.begins,
            "hours": line.hours, "weekdays": ",".join(WEEK[day] for day in line.days),
            "days_a_week": round(min(n / max(1, round(head)), len(line.days)), 3), "away": 0.0,
        }
        for line, head, n in zip(lines, heads, duties, strict=True)
    ]  # fmt: skip


def _heads(lines: Sequence[ShiftLine], n_officers: int) -> list[float]:
    """Share officers among lines so that all have as many duties a week, and none more than its line has days."""
    heads = [0.0] * len(lines)
    open_lines, left = set(range(len(lines))), float(n_officers)
    while open_lines:
        a_week = sum(lines[i].n_officers * len(lines[i].days) for i in open_lines) / max(left, 1.0)
        whole = {i for i in open_lines if len(lines[i].days) <= a_week}
        if not whole or whole == open_lines:  # where all are short of officers, they are as short
            for i in open_lines:
                heads[i] = lines[i].n_officers * len(lines[i].days) / max(a_week, 1e-9)
            break
        for i in whole:
            heads[i] = float(lines[i].n_officers)
            left -= heads[i]
        open_lines -= whole
    return heads


def _stations(data: ForceData) -> list[dict[str, object]]:
    """Give each station the beat that it lies in; of several in one beat the first one serves it."""
    if data.stations is None:
        return []
    served: set[int] = set()
    rows = []
    for one in data.stations.to_dict("records"):
        beat = int(one["beat"])
        districts = [beat] if beat >= 0 and beat not in served else []
        served.update(districts)
        x, y = round(float(one["x"]), 2), round(float(one["y"]), 2)
        rows.append({"name": str(one["name"]), "x": x, "y": y, "districts": districts})
    return rows


def _settle_calls(draft: _Draft, residents: float) -> None:
    calls, file = draft.data.calls, draft.data.settings.calls.file
    if calls is None or not len(calls.table):
        draft.defaults.append("parts.calls")
        return
    found, left = parameters_of_calls(calls, residents)
    for name, value in found.items():
        if name.startswith("demand"):
            draft.put(name, value, "calls_known", file=file, known=known_percent(calls.table))
        else:
            draft.put(name, value, "service", file=file, n=n_of_times(calls.table))
    for one in left:
        draft.remarks.append(say(draft.lang, f"scenario.{one.key}", **one.values))
        draft.defaults.append(one.part)


def _default(kind: type[Parameters], name: str) -> float:
    return float({about.name: about.default for about in describe(kind)}[name])


def first_day(data: ForceData) -> date | None:
    """Give the first day of the scenario: as the user says, else that of the calls, else none."""
    if data.settings.start is not None:
        return data.settings.start
    if data.calls is None or not len(data.calls.table):
        return None
    day: date = data.calls.table["time"].min().date()
    return day
