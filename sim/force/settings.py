"""What `force.toml` may say: the files of a force, their columns, and what their words mean."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from sim.city.reading.china import is_chinese
from sim.disk import write_whole
from sim.errors import InputError
from sim.force.guess import column_words
from sim.inputs.complaints import checked
from sim.inputs.spelling import did_you_mean
from sim.inputs.toml_text import read_toml
from sim.roles import ROLES

FILE = "force.toml"
LISTED = "the comments of the file that `cpsim force new` writes list every key"

CallKind = Literal["traffic", "noise", "welfare", "dispute", "crime", "invalid", "self", ""]
"""What a call is about; `self` is work that officers began themselves, '' is not known."""
CrimeType = Literal["burglary", "robbery", "theft", "assault", "disorder", "other", ""]
DESK = "desk"


def _known_role(name: str) -> str:
    known = (*ROLES, DESK, "")
    if name not in known:
        raise ValueError(f"a role must be one of {', '.join(filter(None, known))}, or empty for none, got {name!r}")
    return name


RoleName = Annotated[str, AfterValidator(_known_role)]
"""A role of the model, or `desk` for staff that the model has no place for."""


class Part(BaseModel):
    """Hold what every part has: a file, and how to read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = ""
    layer: str = ""
    """layer of a map file, sheet of a workbook; the first when empty"""
    crs: str = ""
    """coordinate system where the file says none; that of `[places]` when empty"""


class Table(Part):
    """Hold what a part has that is a table."""

    columns: dict[str, str] = Field(default_factory=dict)
    """the column of each meaning; what is not named is guessed"""
    fill_down: list[str] | None = None
    """columns with cells merged over several rows; guessed when not given"""


class Streets(Part):
    """Say where the streets come from."""

    clip: str = ""
    """file of polygons outside of which no street is kept"""
    clip_layer: str = ""
    clip_crs: str = ""
    """coordinate system of the polygons to clip by, where their file says none or a wrong one"""
    paths: bool = False


class Beats(Part):
    """Say which polygons are the beats."""

    name: str = ""
    """column with the names; guessed when empty"""
    by: Literal["midpoint", "length"] = "midpoint"
    """a street belongs to the beat of its midpoint, or to the one with most of its length"""


class Records(Table):
    """Say how to read calls or incidents."""

    time_zone: str = ""
    date_order: Literal["", "day first", "month first"] = ""
    midnight_is_unknown: bool | None = None
    """00:00 stands for an hour that nobody knew; decided by the file when not given"""
    reach_m: float = Field(100.0, gt=0, le=10_000)
    """rows farther than this from any street lie outside"""


class Calls(Records):
    """Say how to read calls for service."""

    types: dict[str, CallKind] = Field(default_factory=dict)
    priorities: dict[str, Literal[1, 2, 3]] = Field(default_factory=dict)


class Incidents(Records):
    """Say how to read recorded incidents."""

    types: dict[str, CrimeType] = Field(default_factory=dict)
    opportunity_follows_records: bool = False


class Population(Table):
    """Say how to read where people live."""

    table: str = ""
    """file with the numbers, where that with the areas has none"""
    key: str = ""
    """column of the areas that names them, as the table does; guessed when empty"""
    table_key: str = ""
    """column of the table that names the areas; guessed when empty"""

    total: int = Field(0, ge=0, le=20_000_000)
    """residents in all, where no file says it; 0 for the default of the package"""


class Staff(Table):
    """Say how to read the table of staff."""

    roles: dict[str, RoleName] = Field(default_factory=dict)


class Places(BaseModel):
    """Hold what holds for every file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    crs: str = ""
    time_zone: str = ""


class ForceFile(BaseModel):
    """Hold all that `force.toml` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    start: date | None = None
    days: int = Field(365, ge=1, le=36500)
    places: Places = Field(default_factory=Places)
    streets: Streets = Field(default_factory=Streets)
    beats: Beats = Field(default_factory=Beats)
    stations: Table = Field(default_factory=Table)
    staff: Staff = Field(default_factory=Staff)
    shifts: Table = Field(default_factory=Table)
    population: Population = Field(default_factory=Population)
    calls: Calls = Field(default_factory=Calls)
    incidents: Incidents = Field(default_factory=Incidents)

    @field_validator("places", "calls", "incidents")
    @classmethod
    def _zone_exists(cls, part: Places | Records) -> Places | Records:
        if part.time_zone:
            try:
                ZoneInfo(part.time_zone)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise ValueError(
                    f"time_zone must be a name of the IANA table such as Europe/London or Asia/Shanghai, "
                    f"got {part.time_zone!r}"
                ) from error
        return part

    @model_validator(mode="after")
    def _systems_exist(self) -> ForceFile:
        for name, part in self:
            for key in ("crs", "clip_crs"):
                crs = getattr(part, key, "")
                if crs and not _is_system(crs):
                    raise ValueError(
                        f"{name}.{key} must name a coordinate system of a map such as EPSG:4326, "
                        f"or gcj02 or bd09 for a Chinese map, got {crs!r}"
                    )
        return self

    @model_validator(mode="after")
    def _parts_are_whole(self) -> ForceFile:
        """Refuse what would be dropped: columns of no meaning, and keys of a part without a file."""
        for name, part in self:
            if not isinstance(part, Part):
                continue
            if isinstance(part, Table):
                known = column_words()[name]
                for meaning in part.columns.keys() - known.keys():
                    raise ValueError(
                        f"{name}.columns must name meanings out of {', '.join(known)}, got {meaning!r}"
                        f"{did_you_mean(meaning, known)}"
                    )
            usual = type(part)().model_dump()
            asked = {key: one for key, one in part.model_dump().items() if one != usual[key] and key != "total"}
            if not part.file and any(_leaves(asked)):
                key = next(key for key, one in asked.items() if any(_leaves(one)))
                raise ValueError(f"{name}.file must be given where {name}.{key} is set, got none")
        return self


def _is_system(crs: str) -> bool:
    from pyproj import CRS  # noqa: PLC0415 - heavy; only who names a system pays for it
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if is_chinese(crs):
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an old way to write a system, which works
            system = CRS.from_user_input(crs)
    except CRSError:
        return False
    return bool(system.is_geographic or system.is_projected)


def _leaves(value: object) -> Iterator[object]:
    """List what is set in a part, without what is empty or as it is by default."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif value not in ("", None, [], False, 0):
        yield value


def is_force(source: str | Path) -> bool:
    """Tell whether a path is a folder with the file of a force."""
    return (Path(source) / FILE).is_file()


def read_settings(folder: Path) -> ForceFile:
    """Read the `force.toml` of a folder.

    Raises
    ------
    InputError
        If there is none, or a key of it is not understood.
    """
    path = folder / FILE
    if not path.is_file():
        raise InputError(
            f"{folder} must be a folder that holds {FILE}, got none there; `cpsim force new {folder}` writes one"
        )
    return checked(ForceFile, read_toml(path), where=str(path), listed=LISTED)


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole."""
    content = text.encode()
    write_whole(path, lambda file: file.write(content))
    return path


def file_of(folder: Path, name: str) -> Path:
    """Give the path of a file that `force.toml` names, counted from its folder.

    Raises
    ------
    InputError
        If there is no such file.
    """
    return files_of(folder, name)[0]


def files_of(folder: Path, name: str) -> list[Path]:
    """Give the files of a name with a star in it, such as calls_*.csv, in the order of their names; one otherwise.

    Raises
    ------
    InputError
        If there is none.
    """
    found = sorted(folder.glob(name)) if "*" in name else [folder / name] * (folder / name).exists()
    if not found:
        raise InputError(f"{folder / FILE} must name files that exist, counted from its folder, got {name!r}")
    return found
