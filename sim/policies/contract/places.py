"""Where a strategy may act, as a user writes it in a file, and whether the city has such places."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError
from sim.inputs.complaints import checked
from sim.inputs.toml_text import read_toml
from sim.policies.compose import Composed
from sim.policies.in_places import InPlaces, Treatment
from sim.policies.protocol import CityBrief, PolicyModel


def read_treatment(path: Path) -> Treatment:
    """Read where and when a strategy may act.

    Raises
    ------
    InputError
        If the file is not there, a key is unknown or a value does not fit.
    """
    if not path.is_file():
        raise InputError(f"a file of places must exist, got {str(path)!r}")
    where_listed = "`segments` and `districts` say where it may act"
    return checked(Treatment, read_toml(path), where=str(path), listed=where_listed)


def refuse_placed(policy: PolicyModel, spec: str) -> PolicyModel:
    """Refuse a strategy that is restricted to places already: it would be at work where both lists meet, or nowhere.

    Raises
    ------
    InputError
        If a part of it is.
    """
    for stage in policy.ever():
        if any(isinstance(part, InPlaces) for part in stage):
            raise InputError(f"{spec}: a strategy must be put in places once, by one list, got one that already is")
    return policy


def fitted(policy: PolicyModel, n_segments: int, n_districts: int) -> PolicyModel:
    """Give the same strategy for a city with fewer places: numbers begin anew where the city ends.

    A list for a large city can so be tried in a small one.
    """
    if isinstance(policy, Composed):
        stages = tuple(tuple(fitted(part, n_segments, n_districts) for part in stage) for stage in policy.stages)
        return policy.model_copy(update={"stages": stages})
    if not isinstance(policy, InPlaces):
        return policy
    segments = tuple(sorted({segment % n_segments for segment in policy.where.segments}))
    districts = tuple(sorted({district % n_districts for district in policy.where.districts}))
    where = policy.where.model_copy(update={"segments": segments, "districts": districts})
    return policy.model_copy(update={"where": where})


def check_places(policy: PolicyModel, brief: CityBrief) -> None:
    """Refuse places that the city does not have: the strategy would be at work in fewer than were meant.

    Raises
    ------
    InputError
        If a segment or a district is beyond the last one of the city.
    """
    parts = [part for stage in policy.ever() for part in stage if isinstance(part, InPlaces)]
    for part in parts:
        for what, numbers, n in (
            ("segments", part.where.segments, brief.n_segments),
            ("districts", part.where.districts, int(brief.district.max()) + 1),
        ):
            if numbers and numbers[-1] >= n:
                raise InputError(f"policy {part.name!r}: {what} must be from 0 to {n - 1}, got {numbers[-1]}")
