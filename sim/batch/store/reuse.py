"""Runs that another study of the same store has made: what determines a run is its name, so none is made twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.batch.running.once import Result
from sim.batch.store.parts import DamagedPartError, read_part, results_of
from sim.errors import InputError
from sim.ledger.check import check_files
from sim.ledger.manifest import load_manifest

LEDGERS = "ledgers"
"""Folder of a study that holds run folders by the names of the runs."""


def find_results(store: Path, wanted: Collection[str], *, model: str) -> dict[str, Result]:
    """Look for runs in all studies of a store.

    Parameters
    ----------
    store
        the folder of the studies
    wanted
        names of runs
    model
        the model that must have made them; a name holds it too, this saves reading parts of another
    """
    found: dict[str, Result] = {}
    if not wanted:
        return found
    for file in sorted(store.glob("*/**/parts/part-*.parquet")):
        if not _holds(file, wanted):
            continue
        try:
            rows, about = read_part(file)
        except DamagedPartError:  # its own study will say so
            continue
        if about["model"] == model:
            found |= results_of(rows[rows["run"].isin(wanted)])
    return found


def adopt_ledger(store: Path, run: str, target: Path, damaged: Callable[[Path], None]) -> bool:
    """Copy the whole ledger of a run from another study of the store; tell whether it is there now.

    Parameters
    ----------
    damaged
        called with a ledger that is there and cannot be gone on with, to be put away
    """
    if target.exists():
        if not _problems(target):
            return _is_whole(target)
        damaged(target)
    for folder in sorted(store.glob(f"*/{LEDGERS}/{run}")):
        if _is_whole(folder):
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f"{run}.copy")
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.copytree(folder, temporary)
            temporary.rename(target)
            return True
    return False


def _is_whole(folder: Path) -> bool:
    return not _problems(folder) and load_manifest(folder)["status"] == "complete"


def _problems(folder: Path) -> list[str]:
    """Say what is wrong with a ledger, for whoever would go on with it."""
    try:
        return check_files(folder, load_manifest(folder))
    except InputError as problem:
        return [str(problem)]


def _holds(file: Path, wanted: Collection[str]) -> bool:
    """Look at the names of a part's runs alone."""
    try:
        names = pq.read_table(file, columns=["run"])["run"].to_pylist()
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return False
    return any(name in wanted for name in names)
