"""What shall fit what: a city's own numbers, how sure they are, and the parameters that may move.

name = "my_city"
scenario = "my_city.toml"
strategy = "reactive"

[parameters]
"offending.searches_per_year" = { low = 20, high = 80, log = true }

[[targets]]
measure = "recorded_burglary_per_1000"
value = 4.1
sd = 0.3

[[targets]]
measure = "response_1_median_min"
low = 6.0
high = 8.0
hold_out = true
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from sim.batch.study.study import FileTable, Interval, dotted
from sim.disk import read_toml
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.scenarios.scenario import first_complaint

TWO_SIDED = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""


class Target(FileTable):
    """A number of the city, and how sure it is."""

    measure: str
    value: float
    sd: float = Field(gt=0.0)
    """standard deviation of what the number may be off: measurement, and what the model leaves out"""
    hold_out: bool = False
    """kept from the fit, to see how well it is foretold"""
    weight: float = Field(1.0, gt=0.0)
    """in the quick search and in ABC; history matching asks that every target is met"""

    @model_validator(mode="before")
    @classmethod
    def _from_interval(cls, given: Any) -> Any:  # noqa: ANN401 - raw input of any shape
        """Take a 95 % interval for value and standard deviation."""
        if not isinstance(given, dict) or not ({"low", "high"} & given.keys()):
            return given
        rest = {name: value for name, value in given.items() if name not in {"low", "high"}}
        low, high = given.get("low"), given.get("high")
        if not isinstance(low, int | float) or not isinstance(high, int | float) or not low < high or "sd" in given:
            raise ValueError("a target must have sd, or a 95 % interval of low < high, and not both")
        rest.setdefault("value", (low + high) / 2.0)
        return rest | {"sd": (high - low) / 2.0 / TWO_SIDED}

    @field_validator("measure")
    @classmethod
    def _check_measure(cls, name: str) -> str:
        if name not in MEASURES:
            raise ValueError(f"a target must be one of the measures in docs/outcomes.md, got {name!r}")
        return name


class AbcBudget(FileTable):
    """What approximate Bayesian computation may spend, and where it stops."""

    particles: int = Field(100, ge=20)
    """accepted points of a population"""
    populations: int = Field(8, ge=2)
    """at most; the first one stands for what was thought before"""
    max_points: int = Field(2000, ge=40)
    """points that may be judged, over all populations"""
    epsilon: float | None = Field(None, gt=0.0)
    """miss at which to stop; by default the one that is as wide as the numbers' own error"""

    @model_validator(mode="after")
    def _check_first(self) -> AbcBudget:
        if self.max_points < 2 * self.particles:
            raise ValueError(
                f"max_points must be two populations at least, got max_points = {self.max_points} "
                f"for particles = {self.particles}"
            )
        return self


class Problem(FileTable):
    """A calibration as one file."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    scenario: str = "new_haven"
    strategy: str = "reactive"
    seeds: int = Field(3, ge=2)
    """of each point; chance is not known from one"""
    scale: float | None = Field(None, ge=0.01, le=10_000)
    warm_up: int = Field(0, ge=0)
    set: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, Interval] = Field(min_length=1)
    targets: tuple[Target, ...] = ()
    targets_file: str = ""
    """a CSV file with the columns of a target, instead of or beside `targets`"""
    points: int = Field(60, ge=8)
    """of a wave; ten a parameter are usual"""
    waves: int = Field(3, ge=1)
    cutoff: float = Field(3.0, gt=0.0)
    """standard deviations beyond which a point is implausible (Pukelsheim's three sigma rule)"""
    keep: int = Field(50, ge=1)
    """plausible points to carry on"""
    trials: int = Field(80, ge=1)
    """points of the quick search"""
    abc: AbcBudget = AbcBudget()
    seed: int = Field(1, ge=0)
    limit_minutes: float = Field(60.0, gt=0.0)

    @model_validator(mode="after")
    def _check_targets(self) -> Problem:
        names = [target.measure for target in self.targets]
        if not self.fitted:
            raise ValueError("targets must hold one at least that is not held out")
        if len(set(names)) < len(names):
            raise ValueError("each measure must be a target once")
        return self

    @property
    def fitted(self) -> tuple[Target, ...]:
        """List the targets that are fitted; nothing that chooses a point may look at any other."""
        return tuple(target for target in self.targets if not target.hold_out)

    @property
    def held_out(self) -> tuple[Target, ...]:
        """List the targets that are kept from the fit."""
        return tuple(target for target in self.targets if target.hold_out)


def read_problem(path: Path) -> Problem:
    """Read a calibration and its file of targets.

    Raises
    ------
    InputError
        If there is no such file, a key is unknown or a value does not fit.
    """
    if not path.is_file():
        raise InputError(f"a calibration must be a TOML file that exists, got {str(path)!r}")
    content = read_toml(path)
    if isinstance(content.get("targets_file"), str):
        content["targets"] = [*content.get("targets", []), *_read_csv(path.parent / content["targets_file"])]
    return parse_problem(content, where=str(path))


def parse_problem(content: dict[str, Any], *, where: str) -> Problem:
    """Check raw values; `where` names their origin in an error."""
    content = dict(content)
    if isinstance(content.get("set"), dict):
        content["set"] = dotted(content["set"])
    if isinstance(content.get("parameters"), dict):
        content["parameters"] = dotted(content["parameters"], leaf=frozenset(("low", "high")))
    try:
        return Problem.model_validate(content)
    except ValidationError as error:
        complaint = first_complaint(error).replace("`cpsim params` lists every key", "docs/calibration.md lists them")
        raise InputError(f"{where}: {complaint}") from error


def _read_csv(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise InputError(f"targets_file must be a CSV file that exists, got {str(path)!r}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{name: _number(value) for name, value in row.items() if value not in {"", None}} for row in rows]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()
