"""Runs that another study of the same store has made: what determines a run is its name, so none is made twice."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.batch.once import Result
from sim.batch.parts import DamagedPartError, read_part, results_of


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


def _holds(file: Path, wanted: Collection[str]) -> bool:
    """Look at the names of a part's runs alone."""
    try:
        names = pq.read_table(file, columns=["run"])["run"].to_pylist()
    except (OSError, pa.ArrowException):
        return False
    return any(name in wanted for name in names)
