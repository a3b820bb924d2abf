"""The manifest of a run folder: what it must say, and a checksum of all that it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, NotRequired

from pydantic import AfterValidator, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from sim.disk import text_sha256, write_whole
from sim.errors import InputError
from sim.ledger.provenance import SCHEMA

MANIFEST = "manifest.json"
SEAL = "sha256"
"""Key of the checksum of everything else in a manifest."""


def _inside(file: str) -> str:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("a file of the run must lie in its folder")
    return file


FileName = Annotated[str, AfterValidator(_inside)]


class Named(TypedDict):
    """Name a file of the run with its checksum."""

    file: FileName
    sha256: str


class Part(Named):
    """Name a part of a table."""

    rows: int
    content: str


class Checkpoint(Named):
    """Name the state from which the run can go on."""

    shift: int


class KeptTable(TypedDict):
    """Describe a table."""

    columns: list[dict[str, str]]
    parts: list[Part]


class Length(TypedDict):
    """Say, of the scenario, how long the run is; the rest is for whoever makes a scenario of it."""

    n_days: int


class Inputs(TypedDict):
    """List what determined the run, as far as this module reads it."""

    seed: int
    scenario: Length


class Manifest(TypedDict):
    """Say what a manifest must hold for its folder to be read."""

    schema: int
    status: Literal["running", "complete"]
    n_days_done: int
    digest: str
    inputs: Inputs
    checkpoint: Checkpoint | None
    tables: dict[str, KeptTable]
    files: NotRequired[list[Named]]
    sha256: NotRequired[str]


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a manifest with its checksum."""
    whole = {key: value for key, value in manifest.items() if key != SEAL}
    text = json.dumps(whole | {SEAL: seal_of(whole)}, indent=1, ensure_ascii=False) + "\n"
    write_whole(folder / MANIFEST, lambda out: out.write(text.encode()))


def load_manifest(path: str | Path) -> dict[str, Any]:
    """Read a manifest whether or not somebody edited it.

    Raises
    ------
    InputError
        If there is none, or it is no manifest of this form.
    """
    file = Path(path) / MANIFEST
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{path} is no run folder: it has no {MANIFEST}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise InputError(f"{file} must be a manifest of form {SCHEMA}; it was written by another version or edited")
    try:
        _form().validate_python(manifest)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise InputError(f"{file} was damaged or edited: {where} does not fit: {problem['msg']}") from error
    return manifest


def was_edited(manifest: Mapping[str, Any]) -> bool:
    """Tell whether a manifest says something else than when it was written; one of an earlier version cannot tell."""
    return SEAL in manifest and manifest[SEAL] != seal_of(manifest)


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Compute the checksum of all that a manifest says."""
    return text_sha256(json.dumps({k: v for k, v in manifest.items() if k != SEAL}, ensure_ascii=False))


@cache
def _form() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)
