"""The column of a map file that names its shapes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.errors import InputError
from sim.force.account import Account
from sim.force.guess import find_columns
from sim.inputs.spelling import did_you_mean


def name_column(frame: pd.DataFrame, wanted: str, part: str, path: Path) -> str | None:
    """Give the column with names, as the user says or by its own name; None where none is known.

    Raises
    ------
    InputError
        If the user names one that is not there.
    """
    columns = [str(name) for name in frame.columns if name != "geometry"]
    if wanted and wanted not in columns:
        raise InputError(
            f"[{part}] name must name a column of {path.name}, got {wanted!r}{did_you_mean(wanted, columns)}; it has "
            f"{', '.join(columns)}"
        )
    return wanted or find_columns(part, columns, {}, Account(part, path.name)).get("name")
