"""Histories as one file: each is an arm with a name, and says in what it differs from a scenario.

scenario = "zhengzhou"

[arms.as_told]
name = { en = "as told: grids and auxiliaries", zh = "如官方所述：网格与辅警" }

[arms.no_grids]
name = "policed as before"
policy = "reactive"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from sim.batch.study.study import FileTable, OwnName, dotted
from sim.errors import InputError
from sim.inputs.complaints import checked
from sim.inputs.toml_text import read_toml, write_toml
from sim.policies.compose import Composed, check_switches
from sim.policies.contract.registry import make_policy
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario, load_scenario
from sim.scenarios.timeline import Change

HERE = Path(__file__).parent
KEY = re.compile(r"[a-z][a-z0-9_]*")
MOST_SEEDS = 1000

Name = Annotated[str, Field(min_length=1)] | OwnName
"""One for both languages, or one for each."""


class Arm(FileTable):
    """A history: in what it differs from the scenario of the file."""

    name: Name
    """what every table and picture calls it"""
    scenario: str = ""
    """another one to begin with: a name, or a file that is counted from the folder of this one"""
    policy: str = ""
    """the strategy; that of the scenario when not given"""
    set: dict[str, Any] = Field(default_factory=dict)
    """parameters by dotted name"""
    timeline: tuple[Change, ...] | None = None
    """what changes over the years, in place of the scenario's whole timeline; the latter when not given"""


class Histories(FileTable):
    """The histories of one city, and what they are held against."""

    scenario: str
    published: str = ""
    """CSV file of published figures, counted from the folder of this one; empty for none"""
    sets: str = ""
    """table of plausible parameter sets, used where `--parameters` names no other; empty for none"""
    seeds: int = Field(4, ge=1, le=MOST_SEEDS)
    scale: float | None = Field(None, ge=0.01, le=10_000)
    districts: int = Field(12, ge=4, le=100_000)
    """places that could have come earlier and later"""
    names: dict[str, Name] = Field(default_factory=dict)
    """what lines in pictures call a change of the timeline, by its `why`, and a strategy, by its name"""
    arms: dict[str, Arm]

    @field_validator("arms")
    @classmethod
    def _check_arms(cls, arms: dict[str, Arm]) -> dict[str, Arm]:
        if len(arms) < 2:
            raise ValueError(f"arms must be two or more, or there is no other history to tell from, got {list(arms)}")
        wrong = [key for key in arms if not KEY.fullmatch(key)]
        if wrong:
            raise ValueError(f"the key of an arm must be lower-case letters, digits and underscores, got {wrong[0]!r}")
        return arms

    @model_validator(mode="after")
    def _check_names(self) -> Histories:
        for lang in ("en", "zh"):
            names = [called(arm.name, lang) for arm in self.arms.values()]
            if len(set(names)) < len(names):
                raise ValueError(f"names must tell the arms apart, each with one of its own, got {names}")
        return self


@dataclass(frozen=True)
class World:
    """Hold a scenario and the strategy of an arm."""

    scenario: Scenario
    policy: PolicyModel
    spec: str = ""
    """the strategy as it is written"""

    @property
    def reformed_on(self) -> date | None:
        """Tell when the strategy comes in; None where one strategy is in force from the first day to the last."""
        return next(iter(self.policy.switches()), None)

    def without_reform(self) -> World:
        """Give the same history policed as before, to the last day."""
        if self.reformed_on is None or not isinstance(self.policy, Composed):
            return self
        before = self.policy.stages[0]
        return World(self.scenario, before[0] if len(before) == 1 else Composed(stages=(before,)))


@dataclass(frozen=True)
class Size:
    """Say how large the runs are: what the command line sets for all arms."""

    scale: float | None = None
    part: str | None = None
    days: int | None = None
    changes: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Mark:
    """Hold what came in, and when: a line in a picture."""

    name: Name
    begin: date
    end: date


def called(name: Name, lang: str) -> str:
    """Give a name in a language."""
    return name if isinstance(name, str) else name.zh if lang == "zh" else name.en


def read_histories(source: str) -> tuple[Histories, Path]:
    """Read the histories of a scenario, those of a file, or make them of what changes in a scenario.

    Returns
    -------
    histories, folder
        paths in the former are counted from the latter

    Raises
    ------
    InputError
        If there is no such scenario or file, a key is unknown, or nothing changes in the scenario.
    """
    file = packaged_file(source)
    if file is not None:
        return _parse(read_toml(file), str(file)), HERE
    path = Path(source)
    if path.suffix == ".toml" and path.is_file() and "arms" in (content := read_toml(path)):
        return _parse(content, source), path.parent
    return histories_of(source), Path()


def packaged_file(source: str) -> Path | None:
    """Give the file of the package that holds the histories of a scenario; None where it has none."""
    file = HERE / f"{source}.toml"
    return file if KEY.fullmatch(source) and file.is_file() else None


def histories_of(source: str) -> Histories:
    """Make histories of a scenario: as it is written, and as if each of its changes had not come.

    A parameter that did not change stays as it was on the first day, and so does the strategy.
    """
    scenario = load_scenario(source)
    arms: dict[str, Any] = {"as_written": {"name": {"en": "as written", "zh": "如场景所写"}}}
    for i, change in enumerate(scenario.timeline):
        kept = [_plain(one) for j, one in enumerate(scenario.timeline) if j != i]
        held = _plain(change) | {"at": change.at[:1], "values": change.values[:1]}
        arms[_key(change.why or change.parameter, arms)] = _without(change.why or change.parameter) | {
            "timeline": [*kept, held]
        }
    before = re.split(r"\s+until\s", scenario.policy)[0]
    if before != scenario.policy:
        arms[_key("reform", arms)] = {"name": {"en": "policed as before", "zh": "警务照旧"}, "policy": before}
    if len(arms) < 2:
        raise InputError(
            "the histories of a scenario need one with a timeline, or with a strategy that comes in at a date, "
            f"got {source!r}; docs/history.md says how to write them"
        )
    return _parse({"scenario": source, "arms": arms}, source)


def write_histories(source: str, file: Path) -> None:
    """Write the histories of a scenario into a file that a user can change.

    Raises
    ------
    InputError
        If the file is there already.
    """
    if file.exists() or file.suffix != ".toml":
        raise InputError(f"--copy must name a new .toml file, got {str(file)!r}")
    packaged = packaged_file(source)
    if packaged is None:
        histories, _ = read_histories(source)
        text = write_toml(histories.model_dump(mode="json", exclude_defaults=True))
    else:
        text = packaged.read_text(encoding="utf-8")
        for name in ("published", "sets"):
            beside = (HERE / f"{source}.{name}.csv").as_posix()
            text = text.replace(f'{name} = "{source}.{name}.csv"', f'{name} = "{beside}"')
    file.write_text(text, encoding="utf-8")


def make_worlds(histories: Histories, folder: Path, size: Size) -> dict[str, World]:
    """Make scenario and strategy of every arm.

    All scenarios are called alike: two arms that differ in name alone are the same run.

    Raises
    ------
    InputError
        If an arm names what does not exist, a value does not fit, or a strategy would come in after the last day.
    """
    base = _load(histories.scenario, folder)
    return {key: _world(arm, histories, folder, size, base, f"[arms.{key}]") for key, arm in histories.arms.items()}


def marks_of(histories: Histories, world: World) -> list[Mark]:
    """List what came in at which date in a world, first things first."""
    names, last = histories.names, world.scenario.clock.date_of(world.scenario.n_days - 1)
    marks = [
        Mark(names.get(change.why, change.why or change.parameter), change.at[0], change.at[-1])
        for change in world.scenario.timeline
        if len(change.at) > 1
    ]
    if isinstance(world.policy, Composed):
        for when, stage in zip(world.policy.dates, world.policy.stages[1:], strict=True):
            spec = " + ".join(part.name for part in stage)
            marks.append(Mark(names.get(spec, spec), when, when))
    return sorted((mark for mark in marks if mark.begin <= last), key=lambda mark: mark.begin)


def _world(arm: Arm, histories: Histories, folder: Path, size: Size, base: Scenario, where: str) -> World:  # noqa: PLR0913, PLR0917 - an arm and what it stands upon
    scenario = _load(arm.scenario, folder) if arm.scenario else base
    scale = histories.scale if size.scale is None else size.scale
    spec = arm.policy or scenario.policy
    policy = make_policy(spec)
    if scale is not None:
        scenario = scenario.at_scale(scale)
    if size.part is not None:
        scenario = scenario.with_part(size.part)
    changes: dict[str, Any] = dict(size.changes or {}) | dotted(arm.set)
    if size.days is not None:
        changes["n_days"] = size.days
    if arm.timeline is not None:
        changes["timeline"] = [_plain(change) for change in arm.timeline]
    if changes:
        scenario = scenario.replace(changes, where=where)
    alike = {"name": base.name, "title": base.title, "policy": base.policy, "compare": base.compare}
    scenario = scenario.model_copy(update=alike)
    check_switches(policy, scenario.start, scenario.n_days)
    return World(scenario, policy, spec)


def _load(source: str, folder: Path) -> Scenario:
    beside = folder / source
    return load_scenario(str(beside) if source.endswith(".toml") and beside.is_file() else source)


def _parse(content: Mapping[str, Any], where: str) -> Histories:
    return checked(Histories, content, where=where, listed="docs/history.md lists every key")


def _without(what: str) -> dict[str, Any]:
    return {"name": {"en": f"without: {what}", "zh": f"无：{what}"}}


def _key(what: str, taken: Mapping[str, Any]) -> str:
    slug = "without_" + (re.sub(r"[^a-z0-9]+", "_", what.lower()).strip("_")[:40] or "change")
    number = 2
    while slug in taken:
        slug, number = f"{slug}_{number}", number + 1
    return slug


def _plain(change: Change) -> dict[str, Any]:
    return change.model_dump()
