"""The manifest of a study's folder: how far it is, and a checksum of every file that does not grow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.batch.store.parts import SCHEMA
from sim.batch.study.plan import Plan
from sim.disk import holds, text_sha256
from sim.errors import InputError
from sim.ledger.provenance import LABEL, PACKAGE

MANIFEST, STUDY, ARMS, INPUTS = "manifest.json", "study.toml", "arms.parquet", "inputs.json"


def describe_store(  # noqa: PLR0913, PLR0917 - what a manifest says
    plan: Plan, files: dict[str, str], status: str, n_planned: int, n_done: int, parts: list[dict[str, Any]]
) -> dict[str, Any]:
    """Say what a store holds, with a checksum over all of it.

    Parameters
    ----------
    files
        checksums of the files beside the parts, by name
    """
    about = {
        "format": f"{PACKAGE} store",
        "schema": SCHEMA,
        "label": LABEL,
        "study": plan.study.name,
        "study_sha256": files[STUDY],
        "files": files,
        "model": plan.model,
        "status": status,
        "n_arms": len(plan.arms),
        "n_planned": n_planned,
        "n_done": n_done,
        "parts": parts,
    }
    return about | {"sha256": _seal(about)}


def read_store_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a store.

    Raises
    ------
    InputError
        If there is none, or it was damaged or edited.
    """
    file = path / MANIFEST
    if not file.exists():
        raise InputError(f"{path} is no study of a store: it has no {MANIFEST}")
    try:
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        own = manifest.pop("sha256")
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise InputError(f"{file} is damaged; run the sweep again, and it is made anew from the parts") from error
    if own != _seal(manifest) or manifest.get("schema") != SCHEMA:
        raise InputError(f"{file} was edited; run the sweep again, and it is made anew from the parts")
    return manifest


def damaged_files(path: Path, manifest: dict[str, Any]) -> list[str]:
    """Name the files beside the parts that are no longer what the sweep wrote."""
    return [name for name, sha256 in manifest.get("files", {}).items() if not holds(path / name, sha256)]


def named_parts(path: Path) -> dict[str, str]:
    """Give the checksums of the parts by file; none where there is no manifest that can be trusted."""
    try:
        return {part["file"]: part["sha256"] for part in read_store_manifest(path)["parts"]}
    except InputError:
        return {}


def _seal(manifest: dict[str, Any]) -> str:
    return text_sha256(json.dumps(manifest, ensure_ascii=False))
