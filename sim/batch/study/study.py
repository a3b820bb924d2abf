"""A study as one file: which worlds, which strategies, which parameters, how many times, and what is asked.

name = "strategies"
question = "Which strategy gives less crime for the same money?"
scenarios = ["new_haven"]
strategies = ["reactive", "hotspot", "grid + mediation"]
seeds = 20

[set]
n_days = 365

[design]
method = "sobol"
points = 64

[design.parameters]
"people.residents_per_agent" = { low = 5, high = 20, log = true }
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from sim.batch.staffing.targets import read_targets
from sim.errors import InputError
from sim.inputs.complaints import checked
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_named_toml
from sim.outcomes.measures import BURDEN, MEASURES, refuse_unknown_measure

Value = bool | int | float | str
MOST_SEEDS = 1_000_000
MOST_ARMS = 1_000_000
"""Combinations of point, scenario and strategy; each is laid out and checked before the first run, in 2 ms."""
DRAWN = ("lhs", "sobol", "morris", "saltelli")
"""Designs that draw their points from intervals."""
OUTCOMES = ("offences_per_1000", "satisfaction_mean", *BURDEN)
"""What a study asks for that does not say."""


class FileTable(BaseModel):
    """Base of every table of a file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Interval(FileTable):
    """From where to where a parameter is drawn; evenly, or evenly in its logarithm."""

    low: float
    high: float
    log: bool = False

    @model_validator(mode="after")
    def _check_order(self) -> Interval:
        if not self.low < self.high or (self.log and self.low <= 0.0):
            least = "0 < low < high" if self.log else "low < high"
            raise ValueError(f"an interval must have {least}, got low = {self.low:g}, high = {self.high:g}")
        return self


Values = Annotated[
    Annotated[tuple[Value, ...], Tag("list")] | Annotated[Interval, Tag("interval")],
    Discriminator(lambda given: "interval" if isinstance(given, dict | Interval) else "list"),
]
"""The values of a parameter: a list of them, or where to draw them from."""


class Design(FileTable):
    """Which values the parameters take: all combinations, points drawn from intervals, or the rows of a file."""

    method: Literal["grid", "lhs", "sobol", "morris", "saltelli", "table"] = "grid"
    points: int | None = Field(None, ge=1, le=MOST_ARMS)
    """of 'lhs' and 'sobol'; trajectories of 'morris', each of k + 1 points for k parameters; base points of 'saltelli',
    each of k + 2; those of 'sobol' are best a power of two, and those of 'saltelli' must be one"""
    seed: int = Field(1, ge=0)
    """of the draws, and of the scrambling of 'sobol' and 'saltelli'"""
    file: str = ""
    """of 'table': a CSV or Parquet file with one column per parameter and one row per point"""
    parameters: dict[str, Values] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_method(self) -> Design:
        drawn = self.method in DRAWN
        if drawn != (self.points is not None):
            raise ValueError(f"points must be given for {', '.join(DRAWN)} and for no other, got {self.method!r}")
        if self.method == "saltelli" and self.points is not None and self.points.bit_count() != 1:
            raise ValueError(f"points of 'saltelli' must be a power of two, for instance 64, got {self.points}")
        if (self.method == "table") != bool(self.file):
            raise ValueError(f"file must be given for 'table' and for no other, got {self.method!r}")
        if (self.method == "table") == bool(self.parameters):
            raise ValueError("parameters must be given, here or as the columns of a table, and not both")
        for name, values in self.parameters.items():
            if isinstance(values, Interval) != drawn:
                want = "{ low = 0.1, high = 0.2 }" if drawn else "[0.1, 0.2]"
                raise ValueError(f"parameters.{name} must read like {want} for {self.method!r}, got {values!r}")
            if not isinstance(values, Interval) and not values:
                raise ValueError(f"parameters.{name} must have one value at least, got none")
        return self


class Stop(FileTable):
    """Run seeds until an interval is narrow enough."""

    outcome: str
    half_width: float = Field(gt=0.0)
    """largest half width of the interval of every paired difference from the baseline, in the outcome's unit; it holds
    at 95 % although it is looked at again and again (`sim.statistics.stopping`)"""
    first: int = Field(10, ge=10)
    """seeds before the first look; with fewer, the interval at the stop does not hold at 95 %"""
    step: int = Field(5, ge=1)
    """seeds between two looks"""

    @field_validator("outcome")
    @classmethod
    def _check_outcome(cls, name: str) -> str:
        return _known(name)


class Allocate(FileTable):
    """After the first seeds, spend further runs on the strategies that may be best."""

    outcome: str
    first: int = Field(10, ge=5)
    """seeds that every arm gets"""
    runs: int = Field(ge=1)
    """further runs, over all arms"""
    step: int = Field(20, ge=1)
    """runs between two looks"""

    @field_validator("outcome")
    @classmethod
    def _check_outcome(cls, name: str) -> str:
        if not MEASURES[_known(name)].better:
            raise ValueError(f"an outcome to be best in must have a good direction, got {name!r}")
        return name


class Decision(FileTable):
    """By which rule a report recommends one strategy, or none; `sim.batch.decide` applies it."""

    outcome: str = ""
    """what the strategies are to be best in; the first outcome of the study that has a good direction when not given"""
    targets: tuple[str, ...] = ()
    """what an option must meet, each like 'satisfaction_mean >= 0.5'"""
    budget: float | None = Field(None, gt=0.0)
    """the most that an option may cost, in the unit of `cost_per_1000`"""
    sure: float = Field(0.8, gt=0.5, lt=1.0)
    """probability of being the best at which an option is recommended"""

    @field_validator("outcome")
    @classmethod
    def _check_outcome(cls, name: str) -> str:
        if name and not MEASURES[_known(name)].better:
            raise ValueError(f"an outcome to be best in must have a good direction, got {name!r}")
        return name

    @field_validator("targets")
    @classmethod
    def _check_targets(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        try:
            for target in read_targets(texts):
                _known(target.measure)
        except InputError as error:
            raise ValueError(str(error).replace("--target", "a target")) from error
        return texts


class OwnName(FileTable):
    """What a strategy is called in each language."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Study(FileTable):
    """A question, and all runs that should answer it."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    question: str = ""
    prediction: str = ""
    """what one expects, written before the first run"""
    scenarios: tuple[str, ...] = ("new_haven",)
    strategies: tuple[str, ...] = ("reactive", "hotspot")
    baseline: str = ""
    """the strategy that the others are compared with; the first one when not given"""
    names: dict[str, str | OwnName] = Field(default_factory=dict)
    """what tables, pictures and reports call a strategy, by how it is written in `strategies`; runs keep the latter"""
    equal_cost: bool = False
    seeds: int | tuple[int, ...] = 10
    """how many, from 1 on, or which"""
    scale: float | None = Field(None, ge=0.01, le=10_000)
    """real residents for a simulated one, as `--scale`"""
    part: str | float | None = None
    """a part of every city at its true density, as `--part`"""
    set: dict[str, Any] = Field(default_factory=dict)
    """parameters that all runs share, by dotted name"""
    warm_up: int = Field(0, ge=0)
    outcomes: tuple[str, ...] = OUTCOMES
    margins: dict[str, float] = Field(default_factory=dict)
    """by outcome, the largest difference that would not matter, in its unit"""
    design: Design | None = None
    stop: Stop | None = None
    allocate: Allocate | None = None
    decision: Decision = Field(default_factory=Decision)
    ledgers: Literal["none", "all"] | int = "none"
    """whether runs keep what happened: none, all, or those of so many seeds"""
    limit_minutes: float = Field(60.0, gt=0.0)
    """longest time of one run"""

    @field_validator("outcomes")
    @classmethod
    def _check_outcomes(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            _known(name)
        return names

    @model_validator(mode="after")
    def _check_study(self) -> Study:
        for what in ("scenarios", "strategies"):
            names = getattr(self, what)
            if not names or len(set(names)) < len(names):
                raise ValueError(f"{what} must be one or more, each named once, got {list(names)}")
        self._check_names()
        if self.baseline and self.baseline not in self.strategies:
            raise ValueError(
                f"baseline must be one of the strategies {list(self.strategies)}, got {self.baseline!r}"
                + did_you_mean(self.baseline, self.strategies)
            )
        seeds = self.seeds
        if isinstance(seeds, int):
            if not 1 <= seeds <= MOST_SEEDS:
                raise ValueError(f"seeds must be between 1 and {MOST_SEEDS:,}, or a list of seeds, got {seeds}")
        elif not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
            raise ValueError(f"seeds must be 0 or more, each named once, got {list(seeds)}")
        if isinstance(self.ledgers, int) and self.ledgers < 1:
            raise ValueError(f"ledgers must be 'none', 'all' or a number of seeds, got {self.ledgers}")
        for name in self.margins:
            _known(name)
        if self.allocate is not None and (self.stop is not None or self.design is not None or len(self.scenarios) > 1):
            raise ValueError("allocate is for the strategies of one scenario, and stands beside no stop and no design")
        return self

    def _check_names(self) -> None:
        unknown = [label for label in self.names if label not in self.strategies]
        if unknown:
            raise ValueError(f"names must be of strategies that the study lists, got {unknown[0]!r}")
        for lang in ("en", "zh"):
            given = [name if isinstance(name, str) else getattr(name, lang) for name in self.names.values()]
            rest = [label for label in self.strategies if label not in self.names]
            if not all(given) or len({*given, *rest}) < len(given) + len(rest):
                raise ValueError(f"names must tell the strategies apart, each with one of its own, got {given}")

    @property
    def against(self) -> str:
        """Name the baseline."""
        return self.baseline or self.strategies[0]

    @property
    def has_rule(self) -> bool:
        """Tell whether what is run depends on what came out before."""
        return self.stop is not None or self.allocate is not None

    @property
    def decided_by(self) -> str:
        """Name the outcome that the strategies are to be best in."""
        judged = [name for name in self.outcomes if MEASURES[name].better]
        return self.decision.outcome or (judged[0] if judged else OUTCOMES[0])

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """List the seeds, in the order in which they are run."""
        return tuple(range(1, self.seeds + 1)) if isinstance(self.seeds, int) else self.seeds


def read_study(path: Path) -> Study:
    """Read a study.

    Raises
    ------
    InputError
        If there is no such file, it is no TOML, a key is unknown or a value does not fit.
    """
    return parse_study(read_named_toml(path, "a study"), where=str(path))


def parse_study(content: Mapping[str, Any], *, where: str) -> Study:
    """Check raw values and make a study of them; `where` names their origin in an error."""
    content = dict(content)
    if isinstance(content.get("set"), dict):
        content["set"] = dotted(content["set"])
    if isinstance(content.get("design"), dict) and isinstance(content["design"].get("parameters"), dict):
        parameters = dotted(content["design"]["parameters"], leaf=frozenset(("low", "high")))
        content["design"] = content["design"] | {"parameters": parameters}
    return checked(Study, content, where=where, listed="docs/studies.md lists every key")


def dotted(values: Mapping[str, Any], prefix: str = "", leaf: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Write `[set.people]` and `"people.n_residents"` alike."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and not leaf & value.keys():
            flat |= dotted(value, f"{prefix}{name}.", leaf)
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _known(name: str) -> str:
    refuse_unknown_measure(name, "an outcome")
    return name
