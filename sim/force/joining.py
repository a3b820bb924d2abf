"""A table of numbers joined to the areas of a map, as a census hands out the two."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.force.account import Account
from sim.force.settings import ForceFile, Part, file_of
from sim.force.tables import read_sheet
from sim.inputs.spelling import did_you_mean

LEAST_JOINED = 0.5
"""Share of the areas that must have a row, or the two do not belong together."""


def with_table(areas: pd.DataFrame, folder: Path, settings: ForceFile, account: Account) -> pd.DataFrame:
    """Give each area the row of the table that has its name.

    Names are compared without what stands before `US` in those of the American census, without zeros before a number
    and without blanks. Which columns hold them is what the user says, or the two that agree most.

    Returns
    -------
    One row for each area, in their order, with the columns of both; empty where the table has no row

    Raises
    ------
    InputError
        If fewer than half of the areas have a row.
    """
    asked = settings.population
    sheet = read_sheet(file_of(folder, asked.table), Part(), account)
    for column, columns, key in (
        (asked.key, list(areas.columns), "key"),
        (asked.table_key, sheet.columns, "table_key"),
    ):
        if column and column not in columns:
            raise InputError(
                f"[population] {key} must name a column that is there, got {column!r}{did_you_mean(column, columns)}; "
                f"there are {', '.join(map(str, columns))}"
            )
    own_keys = [asked.key] if asked.key else areas.columns
    table_keys = [asked.table_key] if asked.table_key else sheet.columns
    of_areas = {name: [_plain(value) for value in areas[name]] for name in own_keys}
    of_rows = {name: [_plain(text) for text in sheet.texts(name)] for name in table_keys}
    agree = {
        (one, other): len({*names} & {*rows} - {""})
        for one, names in of_areas.items() if len({*names}) == len(names)
        for other, rows in of_rows.items()
    }  # fmt: skip
    (key, column), n = max(agree.items(), key=lambda pair: pair[1], default=(("", ""), 0))
    if n < LEAST_JOINED * len(areas):
        raise InputError(
            f"{asked.table}: at least half of the areas of {account.source} must have a row by the same name, got {n} "
            f"of {len(areas)}; set key and table_key in [population]"
        )
    names = np.array(of_rows[column], object)
    sheet.fate.leave_out(~np.isin(names, of_areas[key]), "reasons.no_area_of")
    used = pd.Series(names).where(sheet.fate.is_used)
    sheet.fate.leave_out((used.notna() & used.duplicated()).to_numpy(), "reasons.repeated_id")
    rows = np.flatnonzero(sheet.fate.is_used)
    account.read("joined", n=len(rows), of=len(names), file=asked.table, column=column, other=key)
    lost = Counter(sheet.fate.reason[~sheet.fate.is_used])
    if lost:
        account.read("rows_left_out", file=asked.table, lost=dict(lost.most_common()))
    own = sheet.cells.iloc[rows].set_index(pd.Index(names[rows]))
    joined = own.reindex(of_areas[key]).reset_index(drop=True)
    if joined[column].isna().any():
        account.wrong("areas_without_row", n=int(joined[column].isna().sum()), file=asked.table)
    kept = areas[[name for name in areas.columns if name not in joined.columns]].reset_index(drop=True)
    return pd.concat([joined.fillna(""), kept], axis=1)


def _plain(value: object) -> str:
    """Bring the name of an area to the form in which two files agree on it."""
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
    text = re.sub(r"^\d{3,9}US(?=\d)", "", text).casefold().replace(" ", "")
    return text.lstrip("0") or text
