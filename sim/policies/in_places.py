"""A strategy that works in some places and not in others of the same city, on some days and not on others.

So a trial is set up: places are drawn by lot, some of them get the strategy, and all others go on as they were.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator, model_validator

from sim.params import param
from sim.policies.compose import Composed
from sim.policies.duties import GOLDEN
from sim.policies.levers import Levers
from sim.policies.protocol import (
    HOME_KINDS,
    CityBrief,
    Files,
    Ints,
    Observation,
    Orders,
    Organisation,
    PolicyModel,
    Record,
    Task,
)

LAST_DAY = 36_500
NOT_SHOWN = -1
Spans = tuple[tuple[int, int], ...]


class Treatment(BaseModel):
    """Say where, when and with whom a strategy may act; what a file of places holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    segments: tuple[int, ...] = Field((), description="segments where it may act")
    districts: tuple[int, ...] = Field((), description="districts where it may act")
    first_day: int = Field(0, ge=0, le=LAST_DAY, description="first day of the run on which it acts")
    last_day: int = Field(LAST_DAY, ge=0, le=LAST_DAY, description="last day on which it acts")
    blackouts: Spans = Field((), description="spans of days on which it rests, first and last day of each")
    crew: tuple[float, float] = Field((0.0, 1.0), description="part of the force that it may order, from 0 to 1")
    levers: Literal["whole force", "none"] = Field("whole force", description="on whom its levers act")

    @field_validator("segments", "districts")
    @classmethod
    def _once_each(cls, numbers: tuple[int, ...]) -> tuple[int, ...]:
        if any(number < 0 for number in numbers):
            raise ValueError(f"places must be numbers from 0 on, got {min(numbers)}")
        return tuple(sorted(set(numbers)))

    @model_validator(mode="after")
    def _spans_are_in_order(self) -> Treatment:
        if self.first_day > self.last_day:
            raise ValueError(
                f"the first day must not come after the last one, got {self.first_day} and {self.last_day}"
            )
        for first, last in self.blackouts:
            if not 0 <= first <= last:
                raise ValueError(f"a blackout must be a first and a last day, got {first} and {last}")
        if not 0.0 <= self.crew[0] < self.crew[1] <= 1.0:
            raise ValueError(f"crew must be a part of the force from 0 to 1, as [0, 0.5], got {list(self.crew)}")
        return self

    def acts_on(self, day: int) -> bool:
        """Tell whether a strategy is at work on a day of the run."""
        rests = any(first <= day <= last for first, last in self.blackouts)
        return self.first_day <= day <= self.last_day and not rests


class InPlaces(PolicyModel):
    """Let another strategy act in some places only, from a first to a last day, with days of rest between.

    What officers do and when: what the inner strategy orders, within the places. It is shown the record, the register,
    homes, work places, venues, pupils and known quarrels of these places alone, so that its map and its rounds stay
    inside; a target that lies elsewhere all the same is struck off, and a task without any target left falls away.
    Whoever has no order patrols at random in the whole city, as always. Before the first day, after the last one, and
    in the spans of `blackouts` (both days included) it gives no orders.

    Resources: those of the inner strategy. Levers act on the whole force, everywhere and on all days: a trial of a
    strategy that hires, trains or divides the city compares its orders alone, not its levers. `levers="none"`
    leaves the force as it is and keeps only what concerns the strategy's own map.

    Side effects: officers who work in the places are missing elsewhere, on common time with the places that are
    compared. Two strategies in different places of one city need officers of their own: `crew`.
    """

    inner: SerializeAsAny[PolicyModel] = param(..., "the strategy", source="model")
    where: Treatment = param(Treatment(), "where, when and with whom it may act", source="model")

    @model_validator(mode="before")
    @classmethod
    def _take_means_over(cls, given: Any) -> Any:  # noqa: ANN401 - raw input of any shape
        """Get the share of means that the inner strategy was given."""
        inner = given.get("inner") if isinstance(given, dict) else None
        if not isinstance(inner, PolicyModel):
            return given
        if isinstance(inner, Composed | InPlaces):
            raise ValueError(f"a single strategy can be put in places, got {inner.name!r}; `in_places` takes any")
        return {name: getattr(inner, name) for name in ("hours", "fidelity", "within_budget")} | given

    @property
    def name(self) -> str:  # type: ignore[override]
        """Say which strategy, and in how many places."""
        kinds = ((len(self.where.segments), "segments"), (len(self.where.districts), "districts"))
        where = " and ".join(f"{n} {what}" for n, what in kinds if n) or "no place"
        return f"{self.inner.name} in {where}"

    @property
    def draws_as(self) -> str:
        """Draw as the strategy does by itself: with the whole city as its place it is the same to the byte."""
        return self.inner.draws_as

    def made_of(self) -> tuple[PolicyModel, ...]:
        """Name the inner strategy, and itself."""
        return (self.inner, self)

    def levers(self) -> Levers:
        """Set the levers of the inner strategy, or of them what concerns its own map alone."""
        own = self.inner.levers()
        return own if self.where.levers == "whole force" else Levers(information=own.information)

    def organise(self, brief: CityBrief) -> Organisation:
        """Divide city and force as the inner strategy does, the cells of the places first."""
        if self.where.levers == "none":
            return super().organise(brief)
        return self.inner.organise(_only_brief(brief, self.inside(brief)))

    def decide(self, seen: Observation, rng: Generator) -> Orders:
        """Ask the inner strategy what it would do if there were these places alone."""
        if not self.where.acts_on(seen.day) or not (self.where.segments or self.where.districts):
            return Orders()
        inside = self.inside(seen.brief)
        orders = self.inner.decide(_only(seen, inside, self._crew(seen)), rng)
        quarrels = frozenset(seen.known_disputes[inside[seen.dispute_segment]].tolist())
        homes = seen.brief.household_segment
        tasks = (_kept(task, inside, homes, quarrels) for task in orders.tasks)
        return Orders(tuple(task for task in tasks if task is not None))

    def inside(self, brief: CityBrief) -> NDArray[np.bool_]:
        """Mark the segments where it may act."""
        mine = np.zeros(brief.n_segments, bool)
        mine[[segment for segment in self.where.segments if segment < brief.n_segments]] = True
        return mine | np.isin(brief.district, self.where.districts)

    def _crew(self, seen: Observation) -> NDArray[np.bool_]:
        """Mark who of those on duty it may order: a part of the force that is spread over roles and shifts."""
        turn = (seen.on_duty * GOLDEN) % 1.0
        return (turn >= self.where.crew[0]) & ((turn < self.where.crew[1]) | (self.where.crew[1] >= 1.0))


def in_places(policy: PolicyModel, treatment: Treatment) -> PolicyModel:
    """Let a strategy act in some places only; of several that are put together, each of them."""
    if isinstance(policy, Composed):
        stages = tuple(tuple(in_places(part, treatment) for part in stage) for stage in policy.stages)
        return Composed(stages=stages, dates=policy.dates)
    return InPlaces(inner=policy, where=treatment)


def _only(seen: Observation, inside: NDArray[np.bool_], crew: NDArray[np.bool_]) -> Observation:
    """Hide from an observation what lies elsewhere, and who may not be ordered."""
    known = inside[seen.dispute_segment]
    return replace(
        seen,
        brief=_only_brief(seen.brief, inside),
        on_duty=seen.on_duty[crew],
        role=tuple(role for role, mine in zip(seen.role, crew.tolist(), strict=True) if mine),
        cell=seen.cell[crew],
        record=_only_record(seen.record, inside),
        shared=None if seen.shared is None else _only_record(seen.shared, inside),
        registered=_masked(seen.registered, inside),
        raised=_masked(seen.raised, inside),
        known_disputes=seen.known_disputes[known],
        dispute_segment=seen.dispute_segment[known],
        files=_only_files(seen.files, inside),
    )


def _only_brief(brief: CityBrief, inside: NDArray[np.bool_]) -> CityBrief:
    names = ("dwellings", "jobs", "shops", "venues", "stations", "pupils")
    home = brief.household_segment
    shown = np.where(inside[home] & (home >= 0), home, NOT_SHOWN).astype(np.int32)
    return replace(brief, household_segment=shown, **{name: _masked(getattr(brief, name), inside) for name in names})


def _only_record(record: Record, inside: NDArray[np.bool_]) -> Record:
    mine = inside[record.segment]
    return Record(
        record.t[mine], record.t_recorded[mine], record.type[mine], record.segment[mine], record.discovered[mine]
    )


def _only_files(files: Files, inside: NDArray[np.bool_]) -> Files:
    mine = inside[files.segment]
    return Files(**{column.name: getattr(files, column.name)[mine] for column in fields(files)})


def _masked(values: Any, inside: NDArray[np.bool_]) -> Any:  # noqa: ANN401 - floats or whole numbers, as they come
    return np.where(inside, values, np.zeros((), values.dtype))


def _kept(task: Task, inside: NDArray[np.bool_], homes: Ints, quarrels: frozenset[int]) -> Task | None:
    """Strike off the targets of a task that lie elsewhere; nothing is left of one without any.

    A number that no place has stays, so that it is refused as everywhere.
    """
    if task.kind == "supervise":  # files of other places are not shown
        return task
    if task.kind == "mediation":
        targets = tuple(dispute for dispute in task.targets if dispute in quarrels)
    else:
        mine = inside[homes] if task.kind in HOME_KINDS else inside
        targets = tuple(number for number in task.targets if not 0 <= number < len(mine) or mine[number])
    if targets == task.targets:
        return task
    return replace(task, targets=targets) if targets else None
