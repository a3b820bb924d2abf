"""Tell whether a store is whole: every checksum, every run that is missing, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.batch.store.parts import DamagedPartError, read_part
from sim.batch.store.store import ARMS, DECIDED, MANIFEST, PARTS, PENDING, QUARANTINE, STUDY, read_store_manifest
from sim.batch.study.identity import run_id
from sim.batch.study.study import read_study
from sim.disk import sha256_of
from sim.errors import InputError


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
    """Read every part of a study once: verify it, and count and name its runs."""
    found, manifest = _look_at_manifest(path)
    named = {part["file"]: part for part in manifest.get("parts", ())}
    there = {f"{PARTS}/{file.name}": file for file in sorted((path / PARTS).glob("part-*.parquet"))}
    found += [f"{name} is missing: {part['runs']} runs are lost" for name, part in named.items() if name not in there]
    pending = [file.stem for file in (path / PENDING).glob("*.json")]
    have, n_in_parts = set(pending), 0
    for name, file in there.items():
        try:
            rows, about = read_part(file)
        except DamagedPartError as problem:
            found.append(f"{problem}; the next sweep puts it aside and makes its runs anew")
            continue
        n_in_parts += len(rows)
        have |= set(rows["run"])
        if about["model"] != manifest.get("model", about["model"]):
            found.append(f"{name} was made by another model than the manifest says: {about['model']}")
        elif name in named and sha256_of(file) != named[name]["sha256"]:
            found.append(f"{name} is whole, but newer than the manifest; the next sweep brings that up to date")
    for file in sorted((path / QUARANTINE).glob("*.json")):
        failed = json.loads(file.read_text(encoding="utf-8"))
        have.add(file.stem)
        found.append(f"run {failed['run']} failed: {failed['problem']}")
    if manifest.get("status") != DECIDED:
        found += _missing(path, have)
    return Found(found, n_in_parts, len(pending))


def _look_at_manifest(path: Path) -> tuple[list[str], dict[str, Any]]:
    try:
        return [], read_store_manifest(path)
    except InputError as problem:
        if not (path / MANIFEST).is_file():
            raise
        return [str(problem)], {}


def _missing(path: Path, have: set[str]) -> list[str]:
    """List the runs of the study that are not there, up to a few by name."""
    arms = pd.read_parquet(path / ARMS)
    lacking = [
        f"{arm.strategy} on {arm.scenario}{f', point {arm.point}' if arm.point else ''}, seed {seed}"
        for seed in read_study(path / STUDY).all_seeds
        for arm in arms.itertuples()
        if run_id(str(arm.arm), seed) not in have
    ]
    if not lacking:
        return []
    more = f"; and {len(lacking) - 3:,} more" if len(lacking) > 3 else ""
    return [f"{len(lacking):,} runs of the study are missing: {'; '.join(lacking[:3])}{more}"]
