"""Where a strategy may act, as a user writes it in a file, and whether the city has such places."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from sim.errors import InputError
from sim.inputs.complaints import first_complaint
from sim.inputs.toml_text import read_toml
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
    try:
        return Treatment(**read_toml(path))
    except ValidationError as error:
        complaint = first_complaint(error, Treatment, listed="`segments` and `districts` say where it may act")
        raise InputError(f"{path}: {complaint}") from error


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
