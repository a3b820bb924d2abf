"""Read the state of a run from a checkpoint, with the rows that wait for their part."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.ledger.columns import Rows

State = dict[str, NDArray[Any]]
"""The arrays of a checkpoint, by name."""
LONGEST_HEADER = 200_000
"""Letters of the names and types of a table's columns: NumPy refuses more than 10,000, and the parameters have more."""


def read_checkpoint(file: Path) -> tuple[State, dict[str, list[Rows]]]:
    """Read the arrays of the state, and the rows of each table that had no part yet.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    state: State = {}
    pending: dict[str, list[Rows]] = {}
    try:
        with (
            file.open("rb") as opened,
            np.load(opened, allow_pickle=False, max_header_size=LONGEST_HEADER) as arrays,
        ):
            for name in arrays.files:
                kind, _, key = name.partition("/")
                if kind == "state":
                    state[key] = _with_layout(arrays[name])
                else:
                    pending[key] = [_with_layout(arrays[name])]
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"checkpoint {file} is missing or damaged, so the run cannot be resumed: {error}") from error
    return state, pending


def _with_layout(array: NDArray[Any]) -> NDArray[Any]:
    """Give a structured array the aligned dtype back that a file does not keep; compiled code depends on it."""
    if array.dtype.names is None:
        return array
    fields: Mapping[str, Any] = array.dtype.fields or {}
    layout = {
        "names": list(array.dtype.names),
        "formats": [fields[name][0] for name in array.dtype.names],
        "offsets": [fields[name][1] for name in array.dtype.names],
        "itemsize": array.dtype.itemsize,
    }
    try:
        aligned = np.dtype(layout, align=True)  # type: ignore[call-overload]
    except ValueError:  # it never was aligned
        return array
    return array.view(aligned)
