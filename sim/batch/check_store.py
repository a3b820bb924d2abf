"""Tell whether a store is whole: every checksum, every run that is missing, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from sim.batch.identity import run_id
from sim.batch.parts import DamagedPartError, read_part
from sim.batch.store import ARMS, DECIDED, MANIFEST, PARTS, PENDING, QUARANTINE, STUDY, read_store_manifest
from sim.batch.study import read_study
from sim.disk import sha256_of
from sim.errors import InputError


def check_store(path: Path) -> list[str]:
    """Say in one sentence each what is damaged, missing or put aside in the folder of a study."""
    found = []
    manifest = {}
    try:
        manifest = read_store_manifest(path)
    except InputError as problem:
        if not (path / MANIFEST).is_file():
            raise
        found.append(str(problem))
    named = {part["file"]: part for part in manifest.get("parts", ())}
    there = {f"{PARTS}/{file.name}": file for file in sorted((path / PARTS).glob("part-*.parquet"))}
    found += [f"{name} is missing: {part['runs']} runs are lost" for name, part in named.items() if name not in there]
    for name, file in there.items():
        try:
            _, about = read_part(file)
        except DamagedPartError as problem:
            found.append(f"{problem}; the next sweep puts it aside and makes its runs anew")
            continue
        if about["model"] != manifest.get("model", about["model"]):
            found.append(f"{name} was made by another model than the manifest says: {about['model']}")
        elif name in named and sha256_of(file) != named[name]["sha256"]:
            found.append(f"{name} is whole, but newer than the manifest; the next sweep brings that up to date")
    for file in sorted((path / QUARANTINE).glob("*.json")):
        failed = json.loads(file.read_text(encoding="utf-8"))
        found.append(f"run {failed['run']} failed: {failed['problem']}")
    return found + _missing(path, there, str(manifest.get("status", "")))


def count_runs(path: Path) -> tuple[int, int]:
    """Count the runs that have a part and those that wait for one."""
    in_parts = 0
    for file in (path / PARTS).glob("part-*.parquet"):
        try:
            in_parts += len(read_part(file)[0])
        except DamagedPartError:
            continue
    return in_parts, len(list((path / PENDING).glob("*.json")))


def _missing(path: Path, there: dict[str, Path], status: str) -> list[str]:
    """List the runs of the study that are not there, up to a few by name."""
    if status == DECIDED:
        return []
    arms = pd.read_parquet(path / ARMS)
    have: set[str] = {file.stem for name in (PENDING, QUARANTINE) for file in (path / name).glob("*.json")}
    for file in there.values():
        try:
            have |= set(read_part(file)[0]["run"])
        except DamagedPartError:
            continue
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
