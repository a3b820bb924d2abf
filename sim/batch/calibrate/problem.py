"""What should fit what: a city's own numbers, how sure they are, and the parameters that may move.

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

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field, field_validator, model_validator

from sim.batch.study.study import FileTable, Interval, dotted
from sim.disk import write_whole
from sim.errors import InputError
from sim.inputs.complaints import checked
from sim.inputs.csv_tables import read_csv_table
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_named_toml
from sim.outcomes.measures import refuse_unknown_measure

CLAIM = "claim."
"""Begins the name of a target that is a claim of the card, whose band stands in for a city's number."""
TargetsOfClaims = Callable[[list[str]], list[dict[str, Any]]]
"""Gives the targets that claims stand for, by their names."""
TWO_SIDED = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""


class Target(FileTable):
    """A number of the city, and how sure it is."""

    measure: str
    value: float
    sd: float = Field(gt=0.0)
    """standard deviation of what the number may be off: measurement, definition, registration"""
    discrepancy: float = Field(0.0, ge=0.0)
    """standard deviation of model error: how far the best parameters may still be from the city, since a model leaves
    things out; in the unit of the measure"""
    discrepancy_share: float = Field(0.0, ge=0.0)
    """the same as a share of the value, instead of `discrepancy`"""
    hold_out: bool = False
    """kept from the fit, to see how well it is predicted"""
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

    @model_validator(mode="after")
    def _check_discrepancy(self) -> Target:
        if self.discrepancy and self.discrepancy_share:
            raise ValueError(
                f"a target must have discrepancy or discrepancy_share, not both, got {self.discrepancy:g} and "
                f"{self.discrepancy_share:g}"
            )
        if self.discrepancy_share and not self.value:
            raise ValueError("discrepancy_share must be of a value other than 0; discrepancy is in the measure's unit")
        return self

    @property
    def model_sd(self) -> float:
        """Give the standard deviation of model error, in the unit of the measure."""
        return self.discrepancy or self.discrepancy_share * abs(self.value)

    @property
    def variance(self) -> float:
        """Give the variance of all that sets the observation apart from a model that is as right as it can be."""
        return self.sd**2 + self.model_sd**2

    @field_validator("measure")
    @classmethod
    def _check_measure(cls, name: str) -> str:
        if not name.startswith(CLAIM):
            refuse_unknown_measure(name, "a target")
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
    part: str | float | None = None
    warm_up: int = Field(0, ge=0)
    set: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, Interval] = Field(min_length=1)
    targets: tuple[Target, ...] = ()
    targets_file: str = ""
    """a CSV file with the columns of a target, instead of or beside `targets`"""
    claims: tuple[str, ...] = ()
    """claims of the card whose bands are targets beside these: by key, fact or family, or `calibrate` for all that may
    be fitted"""
    points: int = Field(60, ge=8)
    """of a wave; ten a parameter are usual"""
    waves: int = Field(3, ge=1)
    cutoff: float = Field(3.0, gt=0.0)
    """standard deviations beyond which a point is implausible (Pukelsheim's three sigma rule)"""
    keep: int = Field(50, ge=1)
    """plausible points to carry on"""
    sets: int = Field(200, ge=1)
    """parameter sets in NAME.plausible.parquet, which later studies carry"""
    truths: int = Field(100, ge=20)
    """truths that the model itself makes, to check the calibration on (`--ranks`)"""
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
    def asks_claims(self) -> bool:
        """Tell whether some target is a claim of the card."""
        return any(target.measure.startswith(CLAIM) for target in self.targets)

    @property
    def asks_measures(self) -> bool:
        """Tell whether some target is a measure of a run."""
        return any(not target.measure.startswith(CLAIM) for target in self.targets)

    @property
    def fitted(self) -> tuple[Target, ...]:
        """List the targets that are fitted; nothing that chooses a point may look at any other."""
        return tuple(target for target in self.targets if not target.hold_out)

    @property
    def held_out(self) -> tuple[Target, ...]:
        """List the targets that are kept from the fit."""
        return tuple(target for target in self.targets if target.hold_out)


def read_problem(path: Path, targets_of_claims: TargetsOfClaims | None = None) -> Problem:
    """Read a calibration, its file of targets, and what the claims that it names ask for.

    Parameters
    ----------
    targets_of_claims
        who knows the claims of the card

    Raises
    ------
    InputError
        If there is no such file, a key is unknown or a value does not fit.
    """
    content = read_named_toml(path, "a calibration")
    written, file = content.get("targets", []), content.get("targets_file")
    if isinstance(written, list) and isinstance(file, str) and file:  # what is neither is refused with the other keys
        content["targets"] = [*written, *_read_targets(path.parent / file)]
    claims = content.get("claims")
    if targets_of_claims is not None and isinstance(claims, list) and all(isinstance(name, str) for name in claims):
        content["targets"] = [*content.get("targets", []), *targets_of_claims(claims)]
    return parse_problem(content, where=str(path))


def write_targets(problem: Problem, out: Path) -> Path:
    """Write `targets.csv`: every target as it was understood, one row each, whatever comes of the fit."""
    file = out / "targets.csv"
    table = pd.DataFrame([target.model_dump() for target in problem.targets])
    write_whole(file, lambda written: written.write(table.to_csv(index=False).encode()))
    return file


def parse_problem(content: dict[str, Any], *, where: str) -> Problem:
    """Check raw values; `where` names their origin in an error."""
    content = dict(content)
    if isinstance(content.get("set"), dict):
        content["set"] = dotted(content["set"])
    if isinstance(content.get("parameters"), dict):
        content["parameters"] = dotted(content["parameters"], leaf=frozenset(("low", "high")))
    return checked(Problem, content, where=where, listed="docs/calibration.md lists every key")


def _read_targets(path: Path) -> list[dict[str, Any]]:
    """Give the rows of a table of targets; an empty cell says nothing of its column."""
    table = read_csv_table(path, "targets_file")
    keys = [*Target.model_fields, "low", "high"]
    for column in table.columns:
        if column not in keys:
            raise InputError(
                f"{path}: unknown column {column!r}{did_you_mean(column, keys)}; a target has {', '.join(keys)}"
            )
    rows = table.typed().astype(object).to_dict("records")
    return [{str(name): value for name, value in row.items() if not pd.isna(value)} for row in rows]
