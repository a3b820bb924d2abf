"""How a parameter is declared: value, unit, range, meaning and source, in one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

CRIMES = ("burglary", "robbery", "theft", "assault", "disorder")
"""The four crime types and disorder, in the order of every per-type array."""
BURGLARY, ROBBERY, THEFT, ASSAULT, DISORDER = range(5)
N_CRIMES = len(CRIMES)


@dataclass(frozen=True)
class Bounds:
    """Carry the unit and the admissible range of a kind of quantity."""

    unit: str
    low: float
    high: float


Fraction = Annotated[float, Bounds("fraction", 0.0, 1.0)]
Minutes = Annotated[float, Bounds("min", 0.0, 1440.0)]
Days = Annotated[float, Bounds("days", 0.0, 36500.0)]
Hours = Annotated[float, Bounds("h", 0.0, 8760.0)]
Metres = Annotated[float, Bounds("m", 0.0, 1e6)]
PerYear = Annotated[float, Bounds("per year", 0.0, 1e5)]
PerThousandAYear = Annotated[float, Bounds("per 1,000 residents a year", 0.0, 1e4)]
Factor = Annotated[float, Bounds("factor", 0.0, 100.0)]
Count = Annotated[int, Bounds("count", 0, 1e8)]
Age = Annotated[int, Bounds("years", 0, 120)]
Clock = Annotated[float, Bounds("min", 240.0, 1680.0)]
"""A moment of a day that lasts from four in the morning to four in the next, in minutes after its first midnight."""

Interval = tuple[float | None, float | None]
"""A published range; None where it has no end, and twice the same number where a single one was published."""


def param(  # noqa: PLR0913 - a declaration names all that a reader may ask
    default: Any,  # noqa: ANN401 - a parameter may hold any value that pydantic knows
    meaning: str,
    *,
    source: str,
    unit: str | None = None,
    low: float | None = None,
    high: float | None = None,
    supports: str | None = None,
    published: Interval | dict[str, Interval] | None = None,
    note: str = "",
) -> Any:  # noqa: ANN401 - as pydantic's own Field
    """Declare a parameter of a scenario or a policy.

    Parameters
    ----------
    default
        its value where nobody sets it
    meaning
        what it is, in one phrase
    source
        where the default comes from: a key of `sources.toml`, or 'prior' for our own judgement
    unit, low, high
        unit and admissible range; by default those of the annotated kind (`Fraction`, `Minutes`)
    supports
        how far the source carries this parameter, where that is less far than `sources.toml` says of the source
    published
        range of the same quantity in the source, in the same unit; by crime type or another part where the parameter is
    note
        what a reader must know who compares the two; other sources by their key in brackets
    """
    extra: dict[str, Any] = {"source": source, "unit": unit, "low": low, "high": high}
    extra |= {"supports": supports, "published": published, "note": note}
    return Field(default, description=meaning, json_schema_extra=extra)


class Parameters(BaseModel):
    """Base of every group of parameters: frozen, unknown keys refused, every value within its range."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _fill_partial_types(cls, given: Any) -> Any:  # noqa: ANN401 - raw input of any shape
        """Let a file set one part of a `Several`, one crime type for instance, and keep the others."""
        if not isinstance(given, dict):
            return given
        filled = dict(given)
        for name, value in given.items():
            declared = cls.model_fields.get(name)
            if declared is not None and isinstance(declared.default, Several) and isinstance(value, dict):
                filled[name] = declared.default.model_dump() | value
        return filled

    @model_validator(mode="before")
    @classmethod
    def _refuse_yes_and_no(cls, given: Any) -> Any:  # noqa: ANN401 - raw input of any shape
        """Refuse `true` for a number, which would be read as 1."""
        for name, value in given.items() if isinstance(given, dict) else ():
            default = cls.model_fields[name].default if name in cls.model_fields else None
            parts = value if isinstance(default, Several) and isinstance(value, dict) else {"": value}
            numeric = isinstance(default, int | float | Several) and not isinstance(default, bool)
            for part, number in parts.items() if numeric else ():
                if isinstance(number, bool):
                    dotted = f"{name}.{part}".rstrip(".")
                    raise ValueError(f"{dotted} must be a number, got {'true' if number else 'false'}")
        return given

    @model_validator(mode="after")
    def _check_ranges(self) -> Parameters:
        for about in describe(type(self)):
            _check_range(about, getattr(self, about.name))
        return self


class Several(BaseModel):
    """Hold several numbers of one meaning, each with a name of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def as_array(self) -> np.ndarray:
        """Give the numbers in the order of their names."""
        return np.array([getattr(self, part) for part in type(self).model_fields])


class ByCrime(Several):
    """Hold one number for each crime type, in the order of `CRIMES`."""

    burglary: float
    robbery: float
    theft: float
    assault: float
    disorder: float


class ByWork(Several):
    """Hold one number for each kind of day with work or school."""

    work: float
    late: float
    school: float
    night: float
    rota: float
    student: float


class ByDay(Several):
    """Hold one number for each kind of day, at home first."""

    home: float
    work: float
    late: float
    school: float
    night: float
    rota: float
    student: float


class ByAge(Several):
    """Hold one number for each age band: under 12, 12 to 17, 18 to 24, 25 to 44, 45 to 64, 65 and more."""

    child: float
    teenager: float
    young: float
    adult: float
    middle: float
    old: float


class ByAgeOut(Several):
    """Hold one number for each age band of those who go out in the evening: from 12 on."""

    teenager: float
    young: float
    adult: float
    middle: float
    old: float


def by_crime(burglary: float, robbery: float, theft: float, assault: float, disorder: float) -> ByCrime:
    """Write a `ByCrime` in one line."""
    return ByCrime(burglary=burglary, robbery=robbery, theft=theft, assault=assault, disorder=disorder)


@dataclass(frozen=True)
class About:
    """Tell all that is known of one parameter."""

    name: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    source: str
    meaning: str
    supports: str | None = None
    published: dict[str, Interval] = field(default_factory=dict)
    """by part, a crime type for instance; under the empty name where the parameter is one number"""
    note: str = ""

    @property
    def outside(self) -> dict[str, float]:
        """Give the parts of the default that lie outside the published range."""
        numbers = self.default.model_dump() if isinstance(self.default, Several) else {"": self.default}
        return {
            part: numbers[part]
            for part, (low, high) in self.published.items()
            if (low is not None and numbers[part] < low) or (high is not None and numbers[part] > high)
        }


def plain(number: int | float | None) -> str:
    """Write a number as people do: 5000000 and not 5e+06."""
    if isinstance(number, int) and abs(number) > 2**63:  # too long to be read, and beyond any number with a point
        return f"a whole number of {number.bit_length()} bits"
    return "" if number is None else f"{number:.10g}"


def refuse_more_than_all(group: Parameters, names: tuple[str, ...]) -> None:
    """Refuse shares of one whole that add up to more than it: something set would be dropped without a word."""
    total = sum(getattr(group, name) for name in names)
    if total > 1.0 + 1e-9:
        raise ValueError(f"{' + '.join(names)} must add up to 1 at most, got {plain(total)}")


@cache
def describe(group: type[Parameters]) -> tuple[About, ...]:
    """List the parameters of a group, in the order of their declaration."""
    return tuple(
        _about(name, declared, declared.json_schema_extra)
        for name, declared in group.model_fields.items()
        if isinstance(declared.json_schema_extra, dict) and "source" in declared.json_schema_extra
    )


def _about(name: str, declared: FieldInfo, extra: dict[str, Any]) -> About:
    kind = next((m for m in declared.metadata if isinstance(m, Bounds)), None)
    published = extra.get("published")

    def known(key: str) -> Any:  # noqa: ANN401 - unit is text, bounds are numbers
        return extra[key] if extra[key] is not None else getattr(kind, key, None)

    return About(
        name=name,
        default=declared.default,
        unit=known("unit") or "",
        low=known("low"),
        high=known("high"),
        source=extra["source"],
        meaning=declared.description or "",
        supports=extra.get("supports"),
        published=published if isinstance(published, dict) else {"": published} if published else {},
        note=extra.get("note", ""),
    )


def _check_range(about: About, value: Any) -> None:  # noqa: ANN401 - text parameters pass through
    if isinstance(value, Several):
        numbers = {f"{about.name}.{part}": number for part, number in value.model_dump().items()}
    elif isinstance(value, int | float) and not isinstance(value, bool):
        numbers = {about.name: value}
    else:
        return
    for name, number in numbers.items():
        if (about.low is not None and number < about.low) or (about.high is not None and number > about.high):
            limits = f"{plain(about.low)} and {plain(about.high)} {about.unit}"
            raise ValueError(f"{name} must lie between {limits}, got {plain(number)}")
