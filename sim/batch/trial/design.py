"""A randomised trial as one file: which units, which arms, how the lot is drawn, and what is looked at.

name = "hot-spots"
scenario = "new_haven"
scale = 1
seeds = 8
from_day = 182
days = 182

[units]
kind = "hottest"
n = 60

[arms.stops]
strategy = "hotspot"

[power]
effects = [-0.1, -0.2, -0.3]
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.batch.study.study import FileTable, dotted
from sim.errors import InputError
from sim.inputs.complaints import checked
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_named_toml
from sim.params import CRIMES
from sim.policies.contract.places import refuse_placed
from sim.policies.contract.registry import make_policy
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import Scenario, load_scenario

KINDS = ("hottest", "districts", "cells", "households")
VISIT = "visit"
"""What the only arm of a trial of households does: one visit by a community officer."""


class Units(FileTable):
    """What the lot is drawn over."""

    kind: Literal["hottest", "districts", "cells", "households"]
    """segments with most on record before the lot; districts; cells of equal homes; homes by lot"""
    n: int = Field(0, ge=0, le=100_000)
    """how many; of districts all are taken"""

    @model_validator(mode="after")
    def _check_number(self) -> Units:
        if self.kind != "districts" and self.n < 4:
            raise ValueError(f"n must be 4 units at least, got {self.n}")
        return self


class Arm(FileTable):
    """A treatment, and the share of the units that the lot gives it."""

    strategy: str
    share: float | None = Field(None, gt=0.0, lt=1.0)
    """left out, all arms are of equal size, the controls too"""


class Looked(FileTable):
    """What is counted at each unit."""

    counts: Literal["recorded", "offences"] = "recorded"
    """what the police know, as trials must take it, or what happened, as only a simulation knows it"""
    types: tuple[str, ...] = CRIMES

    @field_validator("types")
    @classmethod
    def _check_types(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        for crime in types:
            if crime not in CRIMES:
                raise ValueError(
                    f"types must be some of {', '.join(CRIMES)}, got {crime!r}{did_you_mean(crime, CRIMES)}"
                )
        if not types:
            raise ValueError("types must name one type at least")
        return types


class PowerOf(FileTable):
    """For which effects, numbers of units and durations power is asked."""

    effects: tuple[float, ...] = (-0.1, -0.2, -0.3)
    units: tuple[int, ...] = ()
    """left out, the number of the design"""
    days: tuple[int, ...] = ()
    """left out, the duration of the design"""
    trials: int = Field(1000, ge=100, le=20_000)
    """trials on paper for each"""

    @model_validator(mode="after")
    def _check_ranges(self) -> PowerOf:
        if not self.effects or any(not -1.0 < effect < 10.0 or effect == 0.0 for effect in self.effects):
            raise ValueError(f"effects must be changes such as -0.2, above -1 and not 0, got {list(self.effects)}")
        if any(number < 4 for number in self.units) or any(number < 1 for number in self.days):
            raise ValueError("units must be 4 or more, and days 1 or more")
        return self


class Trial(FileTable):
    """A trial as one file."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    scenario: str = "new_haven"
    scale: float | None = Field(None, ge=0.01, le=10_000)
    part: str | float | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    seeds: int = Field(8, ge=1, le=1000)
    """how many cities the trial is run in, each with a lot of its own"""
    from_day: int = Field(182, ge=7)
    """days before the lot: what is on record then is the baseline"""
    days: int = Field(182, ge=1)
    """days with the treatments"""
    blackouts: tuple[tuple[int, int], ...] = ()
    """spans of days of the run on which the treatments rest"""
    levers: Literal["whole force", "none"] = "whole force"
    units: Units
    arms: dict[str, Arm] = Field(min_length=1)
    lot: Literal["pairs", "strata", "chance"] = "pairs"
    outcome: Looked = Looked()
    blocks_around: int = Field(2, ge=0, le=10)
    """surroundings of a unit, for displacement; 0 for none"""
    power: PowerOf = PowerOf()

    @model_validator(mode="after")
    def _arms_fit(self) -> Trial:
        if "control" in self.arms:
            raise ValueError("arms must not name 'control': who is in no arm is a control")
        end = self.from_day + self.days
        for first, last in self.blackouts:
            if not self.from_day <= first <= last < end:
                raise ValueError(
                    f"blackouts must be a first and a last day of the treatment each, from {self.from_day} to "
                    f"{end - 1}, got {first} and {last}"
                )
        given = [arm.share for arm in self.arms.values()]
        if None in given and any(share is not None for share in given):
            raise ValueError("arms must all have a share, or none of them")
        if sum(self.shares) >= 1.0:
            raise ValueError(
                f"the shares of the arms must leave some units as controls, got {sum(self.shares):g} in all"
            )
        if self.units.kind == "households" and [arm.strategy for arm in self.arms.values()] != [VISIT]:
            raise ValueError(f"a trial of households must have one arm, with strategy = {VISIT!r}")
        return self

    @property
    def shares(self) -> tuple[float, ...]:
        """Give the share of units of each arm but the controls."""
        return tuple(1.0 / (len(self.arms) + 1) if arm.share is None else arm.share for arm in self.arms.values())

    @property
    def labels(self) -> tuple[str, ...]:
        """Name the arms, the controls first."""
        return ("control", *self.arms)


def read_trial(path: Path) -> Trial:
    """Read a trial.

    Raises
    ------
    InputError
        If there is no such file, a key is unknown or a value does not fit.
    """
    content = read_named_toml(path, "a trial")
    if isinstance(content.get("set"), dict):
        content["set"] = dotted(content["set"])
    trial = checked(Trial, content, where=str(path), listed="docs/trials.md lists every key")
    scenario_of(trial)
    strategies_of(trial)
    return trial


def scenario_of(trial: Trial, n_days: int | None = None) -> Scenario:
    """Make the scenario of a trial; as long as it and the time before it, if not said otherwise."""
    scenario = load_scenario(trial.scenario)
    if trial.scale is not None:
        scenario = scenario.at_scale(trial.scale)
    if trial.part is not None:
        scenario = scenario.with_part(str(trial.part))
    whole = trial.from_day + trial.days if n_days is None else n_days
    return scenario.replace(dict(trial.set) | {"n_days": whole}, where="[set]")


def strategies_of(trial: Trial) -> list[PolicyModel]:
    """Make the strategies of the arms; none for visits to households, which are made when the lot is drawn."""
    if trial.units.kind == "households":
        return []
    strategies = []
    for label, arm in trial.arms.items():
        strategy = refuse_placed(make_policy(arm.strategy), f"arms.{label}.strategy")
        if strategy.switches():
            raise InputError(
                f"arms.{label}.strategy must be one for the whole trial, got {arm.strategy!r}; the time "
                "before the lot is reactive by itself"
            )
        strategies.append(strategy)
    return strategies
