"""A scenario: a city, its people, its force, its rates and a horizon, as one frozen value."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from sim.clock import Clock
from sim.errors import InputError
from sim.inputs.complaints import checked
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_toml
from sim.params import Count, Fraction, Parameters, Several, describe, param
from sim.scenarios.crime import Deterrence, Investigation, Offending, Repeat, Reporting
from sim.scenarios.days import Days
from sim.scenarios.harm import Exposure, Retaliation, Theft
from sim.scenarios.people import Attitudes, Demand, Disputes, Migrants, People, Strain, Survey
from sim.scenarios.police import Cost, Dispatch, Effort, Force, Helpers, Rooms
from sim.scenarios.roster import Duty, Station, check_roster
from sim.scenarios.timeline import Change, check_changes

FILES_OF_CITY = ("streets", "incidents", "beats")
"""Parameters of the city that may name a file."""
DEEPEST = 5
"""Files that can stand upon one another by `like`."""

FORCE_SIZES = tuple(name for name in Force.model_fields if name.startswith("n_") and name != "n_districts")
"""Parameters of the force that count officers."""

SYNTHETIC = ("grid", "organic")
"""Streets that are made, in any size."""


class CityChoice(Parameters):
    """Which streets, and how they are divided."""

    streets: str = param("new_haven", "'new_haven', 'coquimbo', 'grid', 'organic', or the path of a city file", source="tiger")
    n_segments: Count = param(3700, "size of a synthetic city; streets that are read have a size of their own", source="prior", low=20, high=1e6)
    part: Fraction = param(
        1.0, "share of the city that is there: synthetic streets stand for it, of streets that are read it is cut out; 1 for all", source="model", low=1e-6
    )
    districts: str = param("", "districts that are cut out of the streets, for instance '3' or '2,3'; empty for all", source="model")
    stands_for: str = param("", "the real place for which synthetic streets stand in, printed on every output; empty for none", source="model")
    incidents: str = param(
        "", "CSV file of recorded incidents (lon, lat or x, y) that weight opportunity; empty for none", source="model"
    )
    beats: str = param("", "CSV file with the district of each segment (segment_key, district); empty for the city's own districts", source="model")
    layout_seed: Count = param(1, "seed of land use and of synthetic streets; apart from the seed of a run", source="prior")

    @property
    def is_synthetic(self) -> bool:
        """Tell whether the streets are grown and not read."""
        return self.streets in SYNTHETIC

    @model_validator(mode="after")
    def _one_part_at_a_time(self) -> CityChoice:
        if self.districts and self.part < 1.0 and not self.is_synthetic:
            raise ValueError("city.districts and city.part below 1 both cut a part out of the city: set one of them")
        return self


class Scenario(Parameters):
    """Describe a world before its first tick. Two equal scenarios and seeds give the same bytes."""

    # A scenario is one value: Mesa's `batch_run` takes whatever can be gone through for a list of values.
    __iter__ = None  # type: ignore[assignment]

    name: str = param("unnamed", "short name, printed on every output", source="model")
    title: str = param("", "one line for people", source="model")
    start: date = param(date(2014, 1, 1), "first day", source="model")
    n_days: Count = param(365, "length of a run", source="model", unit="days", low=1, high=36500)
    tick_min: Count = param(5, "length of a tick", source="model", unit="min", low=1, high=60)
    policy: str = param("reactive", "strategy of a run that names none", source="model")
    compare: tuple[str, ...] = param(("reactive", "hotspot"), "strategies of a comparison that names none; the first is the baseline", source="model")

    city: CityChoice = Field(default_factory=CityChoice)
    people: People = Field(default_factory=People)
    days: Days = Field(default_factory=Days)
    migrants: Migrants = Field(default_factory=Migrants)
    strain: Strain = Field(default_factory=Strain)
    disputes: Disputes = Field(default_factory=Disputes)
    attitudes: Attitudes = Field(default_factory=Attitudes)
    survey: Survey = Field(default_factory=Survey)
    demand: Demand = Field(default_factory=Demand)
    offending: Offending = Field(default_factory=Offending)
    exposure: Exposure = Field(default_factory=Exposure)
    retaliation: Retaliation = Field(default_factory=Retaliation)
    theft: Theft = Field(default_factory=Theft)
    repeat: Repeat = Field(default_factory=Repeat)
    deterrence: Deterrence = Field(default_factory=Deterrence)
    reporting: Reporting = Field(default_factory=Reporting)
    investigation: Investigation = Field(default_factory=Investigation)
    force: Force = Field(default_factory=Force)
    dispatch: Dispatch = Field(default_factory=Dispatch)
    effort: Effort = Field(default_factory=Effort)
    helpers: Helpers = Field(default_factory=Helpers)
    rooms: Rooms = Field(default_factory=Rooms)
    cost: Cost = Field(default_factory=Cost)

    timeline: tuple[Change, ...] = ()
    roster: tuple[Duty, ...] = ()
    """who is on duty when; roles without a line work the shifts of the group `force`"""
    stations: tuple[Station, ...] = ()
    """without any, each district has one in its middle"""

    @model_validator(mode="after")
    def _check_lists(self) -> Scenario:
        check_changes(self.timeline, groups())
        check_roster(self.roster, self.stations, self.n_officers, self.force.n_districts)
        return self

    @property
    def n_officers(self) -> dict[str, int]:
        """Give the officers of the force by role."""
        return {name.removeprefix("n_"): getattr(self.force, name) for name in FORCE_SIZES}

    @property
    def clock(self) -> Clock:
        """Give the calendar of a run."""
        return Clock(self.start, self.n_days, self.tick_min)

    def replace(self, changes: dict[str, Any], *, where: str = "--set") -> Scenario:
        """Return a copy with some parameters set, checked like a file.

        Parameters
        ----------
        changes
            new values by dotted name, for instance `{"people.n_residents": 1000}`
        where
            who sets them, for an error
        """
        # Only the groups that change are laid open and checked anew: a plan of many runs replaces many times.
        touched = {name.split(".")[0] for name in changes}
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        for name in touched & values.keys():
            values[name] = self.model_dump(include={name})[name]
        return parse_scenario(_set_dotted(values, self._name_of(changes) | changes, where), where=where)

    def _name_of(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Name a scenario on the streets of another city after it; synthetic streets are no other city."""
        streets = changes.get("city.streets", self.city.streets)
        if streets == self.city.streets or streets in SYNTHETIC or not isinstance(streets, str):
            return {}
        from sim.city.reading.load import name_of_streets  # noqa: PLC0415 - most scenarios keep their streets

        return {"name": name_of_streets(streets), "title": ""}

    @property
    def stand_in(self) -> str:
        """Say what synthetic streets stand in for, for every output; nothing where the streets are real."""
        named = self.city.is_synthetic and self.city.stands_for
        return f"synthetic streets stand in for {self.city.stands_for}" if named else ""

    def with_part(self, part: str) -> Scenario:
        """Return a part of the same city at its true density, as `--part` names it.

        Parameters
        ----------
        part
            'district 3', 'districts 2,3', or a share such as '0.2'. Of streets that are grown a share is a smaller piece of
            the same density; out of streets that are read a share is cut.
        """
        kind, _, numbers = part.strip().partition(" ")
        if kind in ("district", "districts") and numbers:
            return self.replace({"city.districts": numbers.replace(" ", "")}, where="--part")
        try:
            share = float(part)
        except ValueError:
            share = 0.0
        if not 1e-6 <= share <= 1.0:
            raise InputError(
                f"a part must be 'district 3', 'districts 2,3' or a share above 0 up to 1 such as 0.2, got {part!r}"
            )
        if self.city.is_synthetic:
            return self.at_scale(self.people.residents_per_agent / share)
        return self.replace({"city.part": share}, where="--part")

    @property
    def is_cut(self) -> bool:
        """Tell whether a part is cut out of the streets of the scenario."""
        return bool(self.city.districts) or (self.city.part < 1.0 and not self.city.is_synthetic)

    @property
    def thinning(self) -> float:
        """Give the real residents of the streets for each one who is simulated: 1 at true density."""
        return self.people.residents_per_agent * (self.city.part if self.city.is_synthetic else 1.0)

    def at_scale(self, residents_per_agent: float) -> Scenario:
        """Return the same city with another number of real residents for each simulated one.

        The force shrinks or grows with the people, since a force in proportion is what every rate depends on. Synthetic
        streets and their districts do so too, down to a piece of the city with its density, or up to the whole of it.
        Real streets and their districts stay as they are.
        """
        factor = self.people.residents_per_agent / residents_per_agent
        changes: dict[str, Any] = {
            "people.residents_per_agent": residents_per_agent,
            "people.n_residents": max(1, round(factor * self.people.n_residents)),
        }
        for name, number in self.force:
            if name in FORCE_SIZES and number > 0:
                changes[f"force.{name}"] = max(1, round(factor * number))
        if self.city.is_synthetic:
            factor = min(factor, 1.0 / self.city.part)
            changes["city.n_segments"] = n_segments = max(20, round(factor * self.city.n_segments))
            changes["city.part"] = min(1.0, self.city.part * n_segments / self.city.n_segments)
            changes["force.n_districts"] = max(1, round(factor * self.force.n_districts))
        return self.replace(changes)


def groups() -> dict[str, type[Parameters]]:
    """Name the groups of parameters in the order in which they stand in a scenario."""
    named = {name: field.annotation for name, field in Scenario.model_fields.items()}
    return {name: kind for name, kind in named.items() if isinstance(kind, type) and issubclass(kind, Parameters)}


def parameter_dtype() -> np.dtype:
    """Lay the numbers of every group out as the columns of one row, for compiled code."""
    fields: list[Any] = [("tick_min", "i8")]
    for kind in groups().values():
        for about in describe(kind):
            if isinstance(about.default, Several):
                fields.append((about.name, "f8", (len(type(about.default).model_fields),)))
            elif isinstance(about.default, int | float):
                fields.append((about.name, "i8" if isinstance(about.default, int) else "f8"))
    return np.dtype(fields, align=True)


def load_scenario(source: str) -> Scenario:
    """Read a scenario of the package by name, or a TOML file by path.

    Raises
    ------
    InputError
        If there is no such scenario, the file is no TOML, a key is unknown or a value out of range.
    """
    path, content = _read_file(source)
    return parse_scenario({"name": path.stem} | content, where=str(path))


def _read_file(source: str, beside: Path | None = None, depth: int = 0) -> tuple[Path, dict[str, Any]]:
    """Read a file, and below it the one that its key `like` names: what it does not set is as there.

    Name and title are those of the file alone: what is like New Haven is not New Haven.

    Parameters
    ----------
    beside
        folder from which a path is counted; that of the file that names it
    """
    path = Path(source)
    if source in scenario_names():
        path = Path(__file__).parent / f"{source}.toml"
    elif beside is not None:
        path = beside / path
    if path.suffix != ".toml" or not path.is_file():
        raise InputError(
            f"a scenario must be one of {', '.join(scenario_names())} or the path of a .toml file, got {source!r}"
            f"{did_you_mean(source, scenario_names())}"
        )
    content = _with_files_beside(read_toml(path), path.parent)
    like = content.pop("like", None)
    if like is None:
        return path, content
    if not isinstance(like, str) or depth >= DEEPEST:
        raise InputError(f"{path}: like must name a scenario or a .toml file that is not like this one, got {like!r}")
    under = _read_file(like, path.parent, depth + 1)[1]
    return path, _over({key: value for key, value in under.items() if key not in {"name", "title"}}, content)


def _with_files_beside(content: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Take the files of the city that lie beside a scenario, so that a folder can be moved with both.

    A name of a file that does not lie there is counted from where the command is given, as it is written.
    """
    city = content.get("city")
    if not isinstance(city, dict):
        return content
    named = {key: city[key] for key in FILES_OF_CITY if isinstance(city.get(key), str) and Path(city[key]).suffix}
    beside = {key: str((folder / name).resolve()) for key, name in named.items() if (folder / name).is_file()}
    return content | {"city": city | beside}


def _over(under: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Lay the values of a file over those of another, table by table; a list is taken whole."""
    both = dict(under)
    for name, value in own.items():
        below = both.get(name)
        both[name] = _over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return both


def scenario_names() -> list[str]:
    """List the scenarios of the package."""
    own = Path(__file__).parent.glob("*.toml")
    return sorted(path.stem for path in own if path.stem != "sources")


def parse_scenario(content: dict[str, Any], *, where: str) -> Scenario:
    """Check raw values and make a scenario of them; `where` names their origin in an error."""
    scenario = checked(Scenario, content, where=where, listed="`cpsim params` lists every key")
    scenario.clock  # noqa: B018 - a tick that does not divide a shift is refused here
    return scenario


def _set_dotted(values: dict[str, Any], changes: dict[str, Any], where: str) -> dict[str, Any]:
    for name, value in changes.items():
        at = values
        *path, last = name.split(".")
        for part in path:
            at = at.setdefault(part, {})
            if not isinstance(at, dict):
                raise InputError(f"{where}: {name!r} must name a parameter, but {part!r} is a value, not a group")
        at[last] = value
    return values
