"""Compare a run folder with its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.disk import TEMPORARY, holds, remove
from sim.ledger.manifest import MANIFEST, SEAL, load_manifest, was_edited
from sim.ledger.provenance import digest_of

OLDER = f"{MANIFEST} carries no checksum of itself: an earlier version of the package wrote it, or somebody took it out"


def check_folder(path: str | Path) -> list[str]:
    """Say in one sentence each what is missing, torn, edited or foreign in a run folder.

    Raises
    ------
    InputError
        If it is no run folder at all.
    """
    folder = Path(path)
    manifest = load_manifest(folder)
    found = check_files(folder, manifest)
    if SEAL not in manifest:
        found.append(OLDER)
    if manifest["status"] == "complete":
        found += [f"{file} is not part of the run" for file in unnamed(folder, manifest)]
    return found


def check_files(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Say what is missing, torn or edited of what a manifest names, itself included."""
    found = []
    if was_edited(manifest) or manifest["digest"] != digest_of_manifest(manifest):
        found.append(f"{MANIFEST} was edited: its checksum or its digest does not fit what it says")
    for table in manifest["tables"].values():
        found += [_check_file(folder, part, f"{part['rows']:,} rows are lost") for part in table["parts"]]
    found += [_check_file(folder, file, "the streets of the run are lost") for file in manifest.get("files", ())]
    if manifest["checkpoint"] is not None:
        found.append(_check_file(folder, manifest["checkpoint"], "the run cannot be resumed"))
    return [sentence for sentence in found if sentence]


def digest_of_manifest(manifest: Mapping[str, Any]) -> str:
    """Compute the digest of the run that a manifest describes."""
    contents = {name: [part["content"] for part in table["parts"]] for name, table in manifest["tables"].items()}
    return digest_of(manifest.get("inputs", {}), contents)


def unnamed(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """List parts and checkpoints that the manifest does not name, and what writes that did not end have left."""
    named = {part["file"] for table in manifest["tables"].values() for part in table["parts"]}
    if manifest["checkpoint"] is not None:
        named.add(manifest["checkpoint"]["file"])
    patterns = ("*/part-*.parquet", "checkpoint-*.npz", f"*{TEMPORARY}", f"*/*{TEMPORARY}")
    there = {file.relative_to(folder).as_posix() for pattern in patterns for file in folder.glob(pattern)}
    return sorted(there - named)


def remove_unnamed(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Remove what a run wrote after its last checkpoint."""
    for file in unnamed(folder, manifest):
        remove(folder / file)


def _check_file(folder: Path, entry: Mapping[str, Any], consequence: str) -> str:
    file = folder / entry["file"]
    if not file.exists():
        return f"{entry['file']} is missing: {consequence}"
    if not holds(file, entry["sha256"]):
        return f"{entry['file']} was damaged or edited: its checksum is not the one in the manifest"
    return ""
