"""Tell whether a store is whole: every checksum, every run that is missing, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.batch.store.entries import read_failures, read_results
from sim.batch.store.manifest import ARMS, MANIFEST, STUDY, damaged_files, read_store_manifest
from sim.batch.store.parts import DamagedPartError, read_part
from sim.batch.store.reuse import LEDGERS
from sim.batch.store.store import DECIDED, PARTS, PENDING, QUARANTINE, SPARE
from sim.batch.study.identity import run_id
from sim.batch.study.study import read_study
from sim.disk import TEMPORARY, holds
from sim.errors import InputError
from sim.ledger.check import check_folder

AGAIN = "the next sweep puts it aside and makes its runs anew"


@dataclass(frozen=True)
class Found:
    """Hold what a check of the folder of a study showed."""

    problems: list[str]
    """a sentence for everything that is damaged, missing or put aside"""
    n_in_parts: int
    n_pending: int
    """runs that wait for their part"""


def check_store(path: Path) -> list[str]:
    """Say in one sentence each what is damaged, missing or put aside in the folder of a study."""
    return look_through(path).problems


def look_through(path: Path) -> Found:
    """Read every file of a study once: verify it, and count and name its runs.

    Raises
    ------
    InputError
        If it is no folder of a study.
    """
    found, manifest = _look_at_manifest(path)
    found += [
        f"{name} is missing, damaged or edited; the next sweep writes it anew" for name in damaged_files(path, manifest)
    ]
    told, have, n_in_parts = _look_at_parts(path, manifest)
    found += told
    damaged: list[Path] = []
    pending = read_results(path / PENDING, damaged.append)
    read_results(path / SPARE, damaged.append)
    failures = read_failures(path / QUARANTINE, damaged.append)
    found += [f"{file.relative_to(path)} was damaged or edited; {AGAIN}" for file in damaged]
    found += [f"run {run} failed: {problem}" for run, problem in failures.items()]
    found += [f"{file.relative_to(path)} is what a write that did not end left" for file in _left(path)]
    found += _look_at_ledgers(path)
    if manifest.get("status") != DECIDED:
        found += _missing(path, have | pending.keys() | failures.keys())
    return Found(found, n_in_parts, len(pending))


def _look_at_manifest(path: Path) -> tuple[list[str], dict[str, Any]]:
    try:
        return [], read_store_manifest(path)
    except InputError as problem:
        if not (path / MANIFEST).exists():
            raise
        return [str(problem)], {}


def _look_at_parts(path: Path, manifest: dict[str, Any]) -> tuple[list[str], set[str], int]:
    """Verify every part, and name and count the runs in them."""
    named = {part["file"]: part for part in manifest.get("parts", ())}
    there = {f"{PARTS}/{file.name}": file for file in sorted((path / PARTS).glob("part-*.parquet"))}
    found = [f"{name} is missing: {part['runs']} runs are lost" for name, part in named.items() if name not in there]
    have: set[str] = set()
    n_in_parts = 0
    for name, file in there.items():
        try:
            rows, about = read_part(file)
        except DamagedPartError as problem:
            found.append(f"{problem}; {AGAIN}")
            continue
        n_in_parts += len(rows)
        have |= set(rows["run"])
        if about["model"] != manifest.get("model", about["model"]):
            found.append(f"{name} was made by another model than the manifest says: {about['model']}")
        elif name in named and not holds(file, named[name]["sha256"]):
            found.append(f"{name} is whole, but newer than the manifest; the next sweep brings that up to date")
    return found, have, n_in_parts


def _look_at_ledgers(path: Path) -> list[str]:
    """Verify the run folders that the study keeps."""
    found = []
    for folder in sorted((path / LEDGERS).glob("*")):
        try:
            problems = check_folder(folder)
        except InputError as problem:
            problems = [str(problem)]
        found += [f"{folder.relative_to(path)}: {problem}" for problem in problems]
    return found


def _left(path: Path) -> list[Path]:
    return sorted(file for pattern in (f"*{TEMPORARY}", f"*/*{TEMPORARY}") for file in path.glob(pattern))


def _missing(path: Path, have: set[str]) -> list[str]:
    """List the runs of the study that are not there, up to a few by name."""
    try:
        arms, seeds = pd.read_parquet(path / ARMS), read_study(path / STUDY).all_seeds
        lacking = [
            f"{arm.strategy} on {arm.scenario}{f', point {arm.point}' if arm.point else ''}, seed {seed}"
            for seed in seeds
            for arm in arms.itertuples()
            if run_id(str(arm.arm), seed) not in have
        ]
    except (OSError, ValueError, AttributeError, pa.ArrowException):
        return [f"which runs are missing is not known, since {ARMS} or {STUDY} cannot be read"]
    if not lacking:
        return []
    more = f"; and {len(lacking) - 3:,} more" if len(lacking) > 3 else ""
    return [f"{len(lacking):,} runs of the study are missing: {'; '.join(lacking[:3])}{more}"]
