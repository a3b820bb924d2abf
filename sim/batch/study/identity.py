"""What determines a run, as one short name: the same inputs have the same name in every study and on every machine."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sim
from sim.city.reading.load import DATA, EMBEDDED
from sim.policies.contract.registry import policy_identity
from sim.policies.protocol import PolicyModel
from sim.scenarios.scenario import SYNTHETIC, CityChoice, Scenario

ID_LETTERS = 16
"""Length of a name: 64 bits, so that two of a million runs share one with a chance of 1 in 40 million."""
BESIDE_THE_MODEL = (
    *("batch", "cli", "report", "mesa_face", "validation", "force", "web", "compile_core.py"),
    *("scenarios/sources.py", "scenarios/sources.toml"),
)
"""Parts of the package that no number of a run depends on: where a number comes from moves none."""
WORDS = {"label_en", "label_zh", "unit_zh", "decimals"}
"""Columns of `measures.csv` that say how a measure is printed."""
SOURCES = (".py", ".csv", ".toml", ".npz")


@cache
def model_version() -> str:
    """Name the model that makes the numbers: the version of the package and a checksum of its source and data.

    The version alone would let an edited rule pass for the old one, and a store would hold results of two models
    under one name. What only a report prints is left out: a label in better words must not make results worthless.
    """
    root = Path(sim.__file__).parent
    checksum = hashlib.sha256()
    for file in _sources(root):
        checksum.update(f"{file.relative_to(root).as_posix()}\n".encode())
        checksum.update(_numbers_of(file))
    return f"{sim.__version__}+{checksum.hexdigest()[:12]}"


def arm_id(scenario: Scenario, policy: PolicyModel, *, from_day: int) -> str:
    """Name all that determines the measures of a run but its seed."""
    city = scenario.city
    inputs = {
        "model": model_version(),
        "scenario": scenario.model_dump(mode="json", exclude={"title"}),
        "streets": streets_identity(city),
        "incidents": _checksum(city.incidents) if city.incidents else None,
        "beats": _checksum(city.beats) if city.beats else None,
        "policy": policy_identity(policy),
        "from_day": from_day,
    }
    text = json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _short(text)


def run_id(arm: str, seed: int) -> str:
    """Name a run."""
    return _short(f"{arm}:{seed}")


def streets_identity(city: CityChoice) -> str | None:
    """Give the checksum of the file that the streets are read from; None for streets that are made."""
    if city.streets in SYNTHETIC:
        return None
    path = DATA / f"{city.streets}.npz" if city.streets in EMBEDDED else Path(city.streets)
    return _checksum(str(path)) if path.is_file() else city.streets


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LETTERS]


def _checksum(path: str) -> str:
    file = Path(path)
    about = file.stat()
    return _checksum_of(path, about.st_mtime_ns, about.st_size)


@cache
def _checksum_of(path: str, changed: int, size: int) -> str:
    """Read a file once, as long as it does not change."""
    del changed, size
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _numbers_of(file: Path) -> bytes:
    """Give what of a file of the package can change a number: tables and settings without their words and comments."""
    content = file.read_bytes()
    if file.suffix == ".csv":
        rows = csv.DictReader(io.StringIO(content.decode()))
        return json.dumps([{name: row[name] for name in row if name not in WORDS} for row in rows]).encode()
    if file.suffix == ".toml":
        settings = {name: value for name, value in tomllib.loads(content.decode()).items() if name != "title"}
        return json.dumps(settings, default=str).encode()
    return content


def _sources(root: Path) -> Iterator[Path]:
    for file in sorted(root.rglob("*")):
        beside = any(file.is_relative_to(root / part) for part in BESIDE_THE_MODEL)
        if file.suffix in SOURCES and not beside:
            yield file
