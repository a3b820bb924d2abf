"""The parts of a store: Parquet files of some hundred runs that certify themselves.

A part carries a checksum of its own rows, so that a torn or edited one is known without any other file. The same rows
give the same bytes, whoever wrote them and in however many steps.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.batch.running.once import Result
from sim.disk import write_whole
from sim.ledger.provenance import LABEL, PACKAGE
from sim.outcomes.measures import MEASURES

RUNS_A_PART = 256
SCHEMA = 1
"""Version of the form of a store; it rises when a reader of the old form would be wrong."""
ABOUT = b"cpsim"
"""Key of the metadata of a part."""
KEYS = ("run", "arm", "scenario", "strategy", "point", "seed")
"""What a row is of, before the parameters of the design."""
MEANINGS = {
    "run": "name of the run: the hash of what determines it",
    "arm": "name of what is run with every seed",
    "scenario": "scenario, as the study names it",
    "strategy": "strategy, as the study names it",
    "point": "point of the design, from 0 on",
    "seed": "seed of all chance",
    "digest": "checksum of the inputs and of every table of the ledger",
}


class DamagedPartError(Exception):
    """Tell that a part is torn or was edited."""


def part_name(number: int) -> str:
    """Name a part."""
    return f"part-{number:05d}.parquet"


def write_part(path: Path, rows: pd.DataFrame, *, study: str, model: str) -> None:
    """Write the rows of some runs, with a checksum of what they say.

    Parameters
    ----------
    rows
        `KEYS`, one column per parameter of the design, `digest`, and the measures
    """
    table = pa.Table.from_pandas(rows, schema=_schema(rows), preserve_index=False)
    about = {
        "format": f"{PACKAGE} store",
        "schema": SCHEMA,
        "label": LABEL,
        "study": study,
        "model": model,
        "content": _content(table),
    }
    buffer = io.BytesIO()
    text = json.dumps(about, ensure_ascii=False)
    pq.write_table(table.replace_schema_metadata({ABOUT: text.encode()}), buffer, compression="zstd")
    write_whole(path, lambda out: out.write(buffer.getvalue()))


def read_part(path: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Read a part and what it says of itself.

    Raises
    ------
    DamagedPartError
        If it cannot be read, or its rows are not those that it was written with.
    """
    try:
        table = pq.read_table(path)
        about = json.loads((table.schema.metadata or {})[ABOUT])
        if about["content"] != _content(table):
            raise DamagedPartError(f"{path.name} was edited: its rows are not those that it was written with")
        if not isinstance(about["model"], str):
            raise TypeError("the model must be a text")
    except (KeyError, TypeError) as error:
        raise DamagedPartError(f"{path.name} was written by another program") from error
    except (OSError, ValueError, pa.ArrowException) as error:
        raise DamagedPartError(f"{path.name} is torn and cannot be read") from error
    return table.to_pandas(), about


def results_of(rows: pd.DataFrame) -> dict[str, Result]:
    """Take the results out of the rows of a part, by the name of the run."""
    measures = rows[list(MEASURES)].to_dict("records")
    return {
        run: Result(digest, dict(values), 0.0)
        for run, digest, values in zip(rows["run"], rows["digest"], measures, strict=True)
    }


def _schema(rows: pd.DataFrame) -> pa.Schema:
    kinds = {"point": pa.int32(), "seed": pa.int64()}
    kinds |= dict.fromkeys(("run", "arm", "scenario", "strategy", "digest"), pa.string())
    kinds |= dict.fromkeys(MEASURES, pa.float64())
    fields = []
    for name in rows.columns:
        kind = kinds.get(name) or pa.Array.from_pandas(rows[name]).type
        fields.append(pa.field(name, kind, metadata=_texts(str(name))))
    return pa.schema(fields)


def _texts(name: str) -> Mapping[str, str]:
    if name in MEASURES:
        return {"unit": MEASURES[name].unit_en, "meaning": MEASURES[name].label_en}
    return {"unit": "", "meaning": MEANINGS.get(name, "parameter of the design")}


def _content(table: pa.Table) -> str:
    """Compute a checksum of the values that no version of a file format changes."""
    checksum = hashlib.sha256()
    for name in table.column_names:
        checksum.update(name.encode())
        checksum.update(json.dumps(table[name].to_pylist()).encode())
    return checksum.hexdigest()
