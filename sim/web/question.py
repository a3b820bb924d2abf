"""A question: a city, two sides, seeds. The same question is the same bytes, and has the same answer, anywhere."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.batch.compare import Strategy, at_equal_cost, day_apart
from sim.batch.running.many import run_folder
from sim.batch.running.runs import RunPlan, folder_name
from sim.errors import InputError
from sim.params import describe
from sim.policies.contract.registry import make_policy, policy_class, policy_names
from sim.scenarios.scenario import FORCE_SIZES, Scenario, groups
from sim.web.cities import FIRST, canonical, load_named
from sim.web.force_of import officers_here, whole_force

MOST_STRATEGIES = 3
ROLES = tuple(name.removeprefix("n_") for name in FORCE_SIZES)
SIDES = ("today", "instead")
PLAIN_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""What may name a strategy, one of its parameters or a choice: nothing that a path or another spec could hide in."""
Scalar = bool | int | float | str


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_null(cls, given: Any) -> Any:  # noqa: ANN401 - raw input of any shape
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


class Chosen(_Part):
    """Name a strategy and what is set of it."""

    key: str = Field(max_length=64)
    set: dict[str, Scalar] = {}

    @model_validator(mode="after")
    def _is_of_the_registry(self) -> Chosen:
        if self.key not in policy_names():
            raise ValueError(f"a strategy must be one of {', '.join(policy_names())}, got {self.key[:64]!r}")
        known = {about.name for about in describe(policy_class(self.key))}
        for name, value in self.set.items():
            if name not in known:
                raise ValueError(f"{self.key} has no parameter {name[:64]!r}; it has {', '.join(sorted(known))}")
            if isinstance(value, str) and not PLAIN_WORD.fullmatch(value):
                raise ValueError(f"{self.key}: {name} must be a number or a plain word, got {value[:64]!r}")
        return self

    @property
    def spec(self) -> str:
        """Write it as on the command line."""
        inside = ", ".join(f"{name}={value}" for name, value in sorted(self.bare().get("set", {}).items()))
        return f"{self.key}({inside})" if inside else self.key

    def bare(self) -> dict[str, Any]:
        """Leave out what is set to its default."""
        known = {about.name: about.default for about in describe(policy_class(self.key))}
        changed = {name: _shortest(value) for name, value in self.set.items() if known.get(name) != value}
        return {"key": self.key} | ({"set": changed} if changed else {})


class Stage(_Part):
    """Hold the strategies of a side up to a date, where it changes them."""

    strategies: tuple[Chosen, ...]
    until: date


class Side(_Part):
    """Say what police do on one side."""

    strategies: tuple[Chosen, ...] = (Chosen(key="reactive"),)
    before: tuple[Stage, ...] = Field((), max_length=12)
    """what was in force before, where the side comes of a branch"""
    officers: dict[str, int] = {}
    """by role, in the part that is asked about; others as the city has them"""
    night: float | None = Field(None, ge=0.0, le=1.0)
    """share of response officers on the shift from midnight; None for that of the city"""

    @property
    def spec(self) -> str:
        """Write the strategies as on the command line."""
        words = "".join(f"{_together(stage.strategies)} until {stage.until} then " for stage in self.before)
        return words + _together(self.strategies)


class Branch(_Part):
    """Say of which question, side and hour a question is a branch."""

    of: str = Field(pattern=r"[0-9a-f]{16}")
    side: str = Field(pattern="today|instead")
    hour: int = Field(ge=0)


class Question(_Part):
    """Hold a question as the page and a file have it."""

    city: str = Field(FIRST, max_length=64)
    part: str = Field("0.1", max_length=64)
    days: int = Field(60, ge=1)
    seeds: int = Field(12, ge=1)
    start: date | None = None
    """first day; None for that of the city"""
    today: Side = Side()
    instead: Side = Side(strategies=(Chosen(key="hotspot"),))
    set: dict[str, Scalar] = {}
    equal_cost: bool = False
    branch: Branch | None = None

    @model_validator(mode="after")
    def _sets_numbers_alone(self) -> Question:
        """Refuse what is no number: a text may be the path of a file, which nobody names from a page."""
        numbers = settable()
        for name, value in self.set.items():
            if name not in numbers:
                raise ValueError(f"set: {name[:64]!r} must be a number of `cpsim params`")
            if isinstance(value, str):
                raise ValueError(f"set: {name} must be a number, got {value[:64]!r}")
        return self

    def side(self, name: str) -> Side:
        """Give a side by its name."""
        return self.today if name == "today" else self.instead


class Asked:
    """Make of a question what is run: scenarios, strategies, plans; and say what it is on the command line.

    Parameters
    ----------
    question
        checked in form alone
    load
        gives the scenario of a city by its key; raises `InputError` where there is none

    Raises
    ------
    InputError
        By whatever is asked for first, if the question cannot be run.
    """

    def __init__(self, question: Question, load: Callable[[str], Scenario] = load_named) -> None:
        self._load = load
        self.question = self._settled(question)

    def _settled(self, question: Question) -> Question:
        """Leave out what the city has anyway, so that the same question is the same bytes however it was put."""
        scenario = load_part(question, self._load)
        usual = scenario.model_dump(include={name.partition(".")[0] for name in question.set})
        changed = {
            name: value for name, value in question.set.items()
            if usual[name.partition(".")[0]][name.partition(".")[2]] != value
        }  # fmt: skip
        officers = officers_here(scenario) if question.today.officers or question.instead.officers else {}
        sides = {
            name: side.model_copy(
                update={
                    "officers": {r: n for r, n in side.officers.items() if officers.get(r) != n},
                    "night": None if side.night == scenario.force.night_share else side.night,
                }
            )
            for name, side in ((name, question.side(name)) for name in SIDES)
        }
        start = None if question.start == scenario.start else question.start
        return question.model_copy(update={"set": changed, "start": start, **sides})

    @cached_property
    def bare(self) -> dict[str, Any]:
        """Give the question without what is default anyway."""
        return _bare(self.question)

    @cached_property
    def text(self) -> str:
        """Give the canonical JSON."""
        return canonical(self.bare)

    @cached_property
    def id(self) -> str:
        """Name the question by its content."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @cached_property
    def base(self) -> Scenario:
        """Give the scenario with the force that the city has."""
        return load_part(self.question, self._load).replace(self._changes())

    def _changes(self) -> dict[str, Any]:
        asked = self.question
        start = {} if asked.start is None else {"start": asked.start}
        return {"n_days": asked.days} | start | asked.set

    def scenario(self, side: str) -> Scenario:
        """Give the scenario of a side: that of the question, with the officers of the side."""
        sizes = self.sizes(side)
        return self.base.replace(sizes) if sizes else self.base

    def sizes(self, side: str) -> dict[str, Any]:
        """Give what is set of the force, for the whole city, so that the part has the officers that were asked for."""
        return self._sizes[side]

    @cached_property
    def _sizes(self) -> dict[str, dict[str, Any]]:
        return {side: self._force_of(self.question.side(side)) for side in SIDES}

    def _force_of(self, side: Side) -> dict[str, Any]:
        night = {} if side.night is None else {"force.night_share": side.night}
        return whole_force(self.base, side.officers) | night

    @cached_property
    def strategies(self) -> tuple[Strategy, Strategy]:
        """Make the strategies of both sides; what is hired is paid for by officers where that is asked."""
        a, b = (Strategy(self.question.side(side).spec, make_policy(self.question.side(side).spec)) for side in SIDES)
        if not self.question.equal_cost:
            return a, b
        paid = at_equal_cost([a, b])
        return paid[0], paid[1]

    @cached_property
    def labels(self) -> tuple[str, str]:
        """Name the sides apart, in tables, where both have the same strategy and other officers."""
        a, b = (one.label for one in self.strategies)
        return (a, b) if folder_name(a) != folder_name(b) else (a, f"{b} [instead]")

    @cached_property
    def from_day(self) -> int:
        """Give the first day of the measures: that on which the sides begin to differ."""
        apart = day_apart(self.strategies, self.base.start)
        return apart if apart < self.base.n_days else 0

    def out(self, side: str, store: Path) -> Path:
        """Name the folder of the runs of a side: all strategies on one scenario share it, as in a comparison."""
        scenario = self.scenario(side)
        mark = hashlib.sha256(canonical(scenario.model_dump(mode="json")).encode()).hexdigest()[:16]
        return store / "runs" / f"{folder_name(scenario.name)}-{mark}"

    def plan(self, side: str, seed: int, store: Path) -> RunPlan:
        """Plan a run."""
        strategy = self.strategies[SIDES.index(side)]
        folder = run_folder(self.out(side, store), strategy.label, seed)
        return RunPlan(self.scenario(side), strategy.policy, seed, folder)

    @property
    def seeds(self) -> tuple[int, ...]:
        """List the seeds, as `cpsim compare --seeds N` takes them."""
        return tuple(range(1, self.question.seeds + 1))

    def command(self, store: Path) -> str:
        """Write what does the same on the command line: one line, or one a side where their officers differ."""
        if self.sizes("today") == self.sizes("instead"):
            return self._line([self.question.side(side).spec for side in SIDES], "today", store)
        return "\n".join(self._line([self.question.side(side).spec], side, store) for side in SIDES)

    def _line(self, specs: list[str], side: str, store: Path) -> str:
        asked = self.question
        words = ["cpsim", "compare", asked.city]
        words += ["--part", asked.part] if asked.part else []
        words += ["--days", str(asked.days), "--seeds", str(asked.seeds), "--policies", ",".join(specs)]
        words += ["--equal-cost"] if asked.equal_cost else []
        changes = {name: value for name, value in self._changes().items() if name != "n_days"} | self.sizes(side)
        for name, value in sorted(changes.items()):
            words += ["--set", f"{name}={_as_toml(value)}"]
        return shlex.join([*words, "--out", str(self.out(side, store))])


@dataclass(frozen=True)
class Read:
    """Hold a question that was read, or why it could not be."""

    question: Question | None
    problems: tuple[tuple[str, str], ...] = ()
    """where and what, of each"""


def load_part(question: Question, load: Callable[[str], Scenario]) -> Scenario:
    """Give the scenario of the part of a city that a question names."""
    scenario = load(question.city)
    return scenario.with_part(question.part) if question.part else scenario


def read_question(content: object) -> Read:
    """Read a question from JSON; what is wrong in its form is told, not raised."""
    try:
        return Read(Question.model_validate(content))
    except ValidationError as error:
        listed = error.errors(include_url=False, include_context=False, include_input=False)
        return Read(None, tuple((".".join(map(str, one["loc"])) or "question", one["msg"]) for one in listed[:5]))


def branched(asked: Asked, side: str, hour: int, strategies: list[dict[str, Any]]) -> Question:
    """Make the question that is the same up to an hour, and follows other strategies from there.

    A strategy comes in at midnight, as on the command line: at the hour if it is one, else at the next. Both sides of
    the new question are that side up to then, to the byte; `today` then goes on as it was.

    Raises
    ------
    InputError
        If no whole day is left on either side of the hour.
    """
    question, old = asked.question, asked.question.side(side)
    day = max(1, -(-hour // 24))
    if day >= question.days:
        raise InputError(f"a branch must leave a whole day of the {question.days} of the question, got hour {hour}")
    until = asked.base.start + timedelta(days=day)
    earlier = [stage for stage in old.before if stage.until < until]
    # Where the side itself changes later, what is in force at the hour is what the branch leaves behind.
    later = [stage for stage in old.before if stage.until >= until]
    now = later[0].strategies if later else old.strategies
    new = Side(
        strategies=tuple(Chosen.model_validate(one) for one in strategies),
        before=(*earlier, Stage(strategies=now, until=until)), officers=old.officers, night=old.night,
    )  # fmt: skip
    return question.model_copy(
        update={"today": old, "instead": new, "branch": Branch(of=asked.id, side=side, hour=hour)}
    )


def _bare(question: Question) -> dict[str, Any]:
    """Leave out what is default, so that a question has one form."""
    kept = question.model_dump(mode="json", exclude_defaults=True, exclude={"today", "instead", "set"})
    changed = {name: _shortest(value) for name, value in sorted(question.set.items())}
    kept |= {"set": changed} if changed else {}
    for name in SIDES:
        side, usual = _bare_side(question.side(name)), _bare_side(Question().side(name))
        kept |= {name: side} if side != usual else {}
    return kept


def _bare_side(side: Side) -> dict[str, Any]:
    bare: dict[str, Any] = {"strategies": [_bare_strategy(one) for one in side.strategies]}
    if side.before:
        bare["before"] = [
            {"strategies": [_bare_strategy(one) for one in stage.strategies], "until": str(stage.until)}
            for stage in side.before
        ]
    bare |= {"officers": dict(sorted(side.officers.items()))} if side.officers else {}
    return bare | ({} if side.night is None else {"night": side.night})


def _bare_strategy(chosen: Chosen) -> dict[str, Any]:
    return chosen.bare()


def _together(strategies: tuple[Chosen, ...]) -> str:
    return " + ".join(one.spec for one in strategies)


def _shortest(value: Scalar) -> Scalar:
    """Write 15.0 as 15: the same number is the same text."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_toml(value: Scalar | date) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def settable() -> frozenset[str]:
    """Name the parameters of a scenario that a question may set: numbers, and not what the question says elsewhere."""
    named = {f"{group}.{about.name}": about for group, kind in groups().items() for about in describe(kind)}
    numbers = {name for name, about in named.items() if isinstance(about.default, int | float)}
    return frozenset(
        name
        for name in numbers
        if name not in ("city.part", "force.night_share", *(f"force.{size}" for size in FORCE_SIZES))
    )
