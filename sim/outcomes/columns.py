"""Read ledger columns the same way whether they hold codes, names or pandas categories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def read_codes(column: pd.Series, names: Sequence[str]) -> Ints:
    """Give the position in `names` of each value of a column.

    A ledger in memory holds codes, one read from a file may hold names: measures take both.

    Raises
    ------
    InputError
        If a value is neither a code nor one of the names.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        of_category = read_codes(pd.Series(column.cat.categories), names)
        codes: Ints = of_category[column.cat.codes.to_numpy()] if len(column) else np.zeros(0, np.int64)
        return codes
    if pd.api.types.is_numeric_dtype(column):
        return np.asarray(column, np.int64)
    position = {name: i for i, name in enumerate(names)}
    unknown = sorted(set(column) - set(position))
    if unknown:
        raise InputError(f"column {column.name}: every value must be one of {', '.join(names)}, got {unknown[0]!r}")
    return np.asarray(column.map(position), np.int64)


def read_block(table: pd.DataFrame, name: str, parts: Sequence[str]) -> Floats:
    """Gather a column that was flattened by part (`n_offences_burglary`) into one array.

    Returns
    -------
    block
        (n_rows, n_parts)
    """
    return np.asarray(table[[f"{name}_{part}" for part in parts]], np.float64)
