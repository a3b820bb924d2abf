"""How rows of the ledger become columns that other programs read.

A column of several numbers (`n_offences` by type) becomes flat columns named for what they hold
(`n_offences_burglary`). An index into an enumeration becomes text, stored as a dictionary: pandas,
DuckDB and R show 'burglary', and a row still costs one byte. Units and meanings travel inside the file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sim.agents.events import DISPUTE_STEPS, LEDGER, PARTS, SURVEY_MODES
from sim.agents.feeling_words import AGE_BANDS, PROBLEMS, TENURES
from sim.agents.tables import CALLS, CONTACTS, TASKS, THINGS, Column
from sim.errors import InputError
from sim.params import CRIMES

Rows = NDArray[Any]
"""Rows of one ledger table: a structured array."""

ENUMERATIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("offences", "type"): CRIMES,
    ("offences", "thing"): THINGS,
    ("calls", "kind"): CALLS,
    ("incidents", "type"): CRIMES,
    ("incidents", "true_type"): CRIMES,
    ("contacts", "kind"): CONTACTS,
    ("arrests", "type"): CRIMES,
    ("disputes", "what"): DISPUTE_STEPS,
    ("orders", "kind"): TASKS,
    ("answers", "mode"): SURVEY_MODES,
    ("feelings", "problem"): PROBLEMS,
    ("account", "age_band"): AGE_BANDS,
    ("account", "tenure"): TENURES,
    ("account", "part"): PARTS,
}
"""Columns that hold an index, by table and name, and the words they stand for."""

_ARROW_TYPES = {
    "u1": pa.uint8(), "i4": pa.int32(), "i8": pa.int64(), "u8": pa.uint64(), "f4": pa.float32(), "f8": pa.float64(),
}  # fmt: skip


def flat_names(column: Column) -> tuple[str, ...]:
    """Name the flat columns that a declared column becomes."""
    if column.size == 1:
        return (column.name,)
    return tuple(f"{column.name}_{suffix}" for suffix in column.words)


def describe_columns(table: str) -> list[dict[str, str]]:
    """List the flat columns of a table with type, unit and meaning, as a manifest prints them."""
    return [{"name": field.name, "type": str(field.type)} | _texts(field) for field in arrow_schema(table)]


def arrow_schema(table: str) -> pa.Schema:
    """Give the Arrow schema of a table; every field carries its unit and meaning."""
    return pa.schema([field for column in _declared(table) for field in _fields(table, column)])


def arrow_table(table: str, rows: Rows) -> pa.Table:
    """Turn ledger rows into an Arrow table."""
    arrays = [array for column in _declared(table) for array in _arrays(table, column, rows)]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def frame_of(table: str, rows: Rows) -> pd.DataFrame:
    """Turn ledger rows into the same data frame that `sim.ledger.run_folder.read_table` gives for a run folder."""
    return arrow_frame(table, arrow_table(table, rows))


def arrow_frame(table: str, content: pa.Table) -> pd.DataFrame:
    """Make a data frame; an enumeration keeps its words in the order of their codes, so `.cat.codes` is the index."""
    frame = content.to_pandas()
    for (owner, name), words in ENUMERATIONS.items():
        if owner == table and name in frame.columns:
            frame[name] = frame[name].astype(pd.CategoricalDtype(list(words)))
    return frame


def _declared(table: str) -> tuple[Column, ...]:
    if table not in LEDGER:
        raise InputError(f"a table must be one of {', '.join(LEDGER)}, got {table!r}")
    return LEDGER[table]


def _fields(table: str, column: Column) -> list[pa.Field]:
    kind = _ARROW_TYPES[column.dtype]
    if (table, column.name) in ENUMERATIONS:
        kind = pa.dictionary(pa.int8(), pa.string())
    about = {"unit": column.unit, "meaning": column.meaning}
    return [pa.field(name, kind, nullable=False, metadata=about) for name in flat_names(column)]


def _arrays(table: str, column: Column, rows: Rows) -> list[pa.Array]:
    values = rows[column.name]
    words = ENUMERATIONS.get((table, column.name))
    if words is not None:
        codes = pa.array(values.astype(np.int8))
        return [pa.DictionaryArray.from_arrays(codes, pa.array(words))]
    parts = [values] if column.size == 1 else [values[:, i] for i in range(column.size)]
    return [pa.array(np.ascontiguousarray(part), _ARROW_TYPES[column.dtype]) for part in parts]


def _texts(field: pa.Field) -> dict[str, str]:
    return {key.decode(): text.decode() for key, text in (field.metadata or {}).items()}
