"""Read the folder of a study: the question, the runs there are so far, and what they were made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.batch.store.manifest import ARMS, INPUTS, STUDY, damaged_files, read_store_manifest
from sim.batch.store.parts import DamagedPartError, read_part
from sim.batch.store.store import PARTS
from sim.batch.study.study import Study, read_study
from sim.errors import InputError


@dataclass(frozen=True)
class StudyRuns:
    """Hold what a store says of a study."""

    path: Path
    study: Study
    manifest: dict[str, Any]
    inputs: dict[str, Any]
    """`scenarios` and `strategies` in full, before the design sets anything, and the `model`"""
    arms: pd.DataFrame
    """what is run with every seed: `arm`, `scenario`, `strategy`, `point`, and one column per varied parameter"""
    runs: pd.DataFrame
    """one row per run: the columns of `arms`, `run`, `seed`, `digest`, and every measure"""

    @property
    def baseline(self) -> str:
        """Give the label of the strategy that the others are compared with."""
        labels = list(dict.fromkeys(self.arms["strategy"]))
        return str(labels[self.study.strategies.index(self.study.against)])

    @property
    def parameters(self) -> list[str]:
        """Name what the design varies."""
        return [name for name in self.arms.columns if name not in {"arm", "scenario", "strategy", "point"}]


def vary_apart(points: pd.DataFrame) -> list[str]:
    """Name the columns that differ between points; of those that always have the same values, the first."""
    varied = [name for name in points.columns if points[name].nunique() > 1]
    return [name for i, name in enumerate(varied) if not any(points[name].equals(points[one]) for one in varied[:i])]


def read_study_runs(path: Path) -> StudyRuns:
    """Read the folder of a study; while a sweep goes on, what there is.

    Raises
    ------
    InputError
        If it is no such folder, holds no run yet, or a part is damaged.
    """
    manifest = read_store_manifest(path)
    tables = []
    for file in sorted((path / PARTS).glob("part-*.parquet")):
        try:
            tables.append(read_part(file)[0])
        except DamagedPartError as problem:
            raise InputError(f"{path}: {problem}; run the sweep again, and its runs are made anew") from problem
    if not tables:
        raise InputError(f"{path} holds no finished part yet: run the sweep, or wait")
    for name in damaged_files(path, manifest):
        raise InputError(f"{path / name} is missing, damaged or edited; run the sweep again, and it is written anew")
    try:
        inputs = json.loads((path / INPUTS).read_text(encoding="utf-8"))
        arms = pd.read_parquet(path / ARMS)
    except (OSError, ValueError, pa.ArrowException) as error:  # of an earlier version, which kept no checksum of them
        raise InputError(f"{path}: {INPUTS} or {ARMS} cannot be read; run the sweep again") from error
    runs = pd.concat(tables, ignore_index=True)
    return StudyRuns(path, read_study(path / STUDY), manifest, inputs, arms, runs)
