"""Put runs of another plan aside where they are found again, so that a store holds the runs of its plan alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sim.batch.store.manifest import ARMS, INPUTS, MANIFEST, STUDY, read_store_manifest
from sim.batch.study.plan import Plan
from sim.disk import holds, make_folder, text_sha256
from sim.errors import InputError

EARLIER = "earlier"
"""Folder of a study for the runs of earlier plans; whoever needs one of them finds it there."""


def put_aside(path: Path, plan: Plan, files: dict[str, str], parts: str, *, new_model: bool) -> list[str]:
    """Put the runs of an earlier plan or model aside, and say so in sentences for the user.

    Which runs stand in which part follows from the plan, so parts of another plan are never written into: a changed
    text, an edited strategy, scenario or table of points, a manifest that is missing or damaged.

    Parameters
    ----------
    files
        checksums of the files beside the parts, as this plan writes them
    parts
        name of the folder of the parts

    Raises
    ------
    InputError
        If the model has changed and `new_model` is not set.
    """
    if not (path / MANIFEST).exists() and not (path / parts).exists():
        return []
    try:
        manifest = read_store_manifest(path)
    except InputError as problem:
        told = str(problem).replace("run the sweep again, and it is made anew", "it is made anew")
        _move(path, "unknown", parts)
        return [told.replace("is no study of a store: it has no", "lacks its")]
    changed = manifest["model"] != plan.model
    if changed and not new_model:
        raise InputError(
            f"the runs in {path} were made by the model {manifest['model']} and this is {plan.model}, so they must not "
            "be mixed; add --new-model to put them aside and make all runs anew, or install the model that made them"
        )
    before = manifest.get("files", {})
    if not changed and all(before.get(name) == files[name] for name in (STUDY, ARMS)):
        return []
    what = "another model" if changed else "an earlier text of the study"
    if not changed and before.get(STUDY) == files[STUDY]:
        what = "an earlier form of a strategy, a scenario or the design"
    aside = _move(path, text_sha256(json.dumps(manifest))[:8], parts)
    return [f"the runs of {what} were put into {aside}; those that are the same are taken from there"]


def restored(path: Path, files: dict[str, str]) -> list[str]:
    """Say which files beside the parts were not what the sweep had written, and are written anew now."""
    try:
        named = read_store_manifest(path).get("files", {})
    except InputError:
        return []
    return [
        f"{path / name} was missing, damaged or edited; it is written anew"
        for name, sha256 in files.items()
        if named.get(name) == sha256 and not holds(path / name, sha256)
    ]


def _move(path: Path, name: str, parts: str) -> Path:
    """Move what belongs to an earlier plan into a folder of its own; the manifest last, should this be interrupted."""
    aside, number = path / EARLIER / name, 1
    while aside.exists():
        number += 1
        aside = path / EARLIER / f"{name}-{number}"
    make_folder(aside)
    for one in (parts, STUDY, ARMS, INPUTS, MANIFEST):
        if (path / one).exists():
            shutil.move(path / one, aside / one)
    return aside
