"""Beats from a table: the district of each segment, as `cpsim deploy --redraw-beats` writes it or a person edits it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.city.land_use import City
from sim.city.streets import Ints, StreetNetwork
from sim.errors import InputError
from sim.inputs.csv_tables import read_csv_table

KEY, DISTRICT = "segment_key", "district"


@lru_cache(maxsize=4)
def divide_by_file(city: City, path: str, mark: tuple[int, int] | None, n_districts: int) -> City:
    """Divide a city as a file says, which is read once a process as long as its mark does not change."""
    del mark
    district = read_beats(path, city.streets, n_districts)
    return replace(city, district=district, has_own_districts=True, n_districts_left_out=0)


def read_beats(path: str, net: StreetNetwork, n_districts: int) -> Ints:
    """Read the district of each segment from a CSV file with the columns `segment_key` and `district`.

    Raises
    ------
    InputError
        If the file is missing, a segment is missing, unknown or named twice, or the districts are not numbered from 0
        without a gap.
    """
    table = read_csv_table(Path(path), "city.beats")
    for column in (KEY, DISTRICT):
        if column not in table.columns:
            raise InputError(f"{path}: city.beats must have the columns {KEY} and {DISTRICT}, got no {column!r}")
    cells = {column: table.cells(column) for column in (KEY, DISTRICT)}
    for column, words in cells.items():
        wrong = next((i for i, word in enumerate(words) if not word.isdecimal()), None)
        if wrong is not None:
            raise InputError(
                f"{path}, line {table.lines[wrong]}: {column} must be a whole number, got {words[wrong]!r}"
            )
    keys = [int(word) for word in cells[KEY]]
    district_of = dict(zip(keys, (int(word) for word in cells[DISTRICT]), strict=True))
    wanted = net.segment_key.tolist()
    missing = [key for key in wanted if key not in district_of]
    if len(district_of) < len(keys) or missing or len(keys) > len(wanted):
        raise InputError(
            f"{path}: city.beats must name each of the {len(wanted)} segments of {net.name!r} once by its {KEY}, got "
            f"{len(keys)} rows, of which {len(wanted) - len(missing)} segments are of this city"
        )
    district = np.array([district_of[key] for key in wanted], np.int64)
    if not np.array_equal(np.unique(district), np.arange(n_districts)):
        raise InputError(
            f"{path}: city.beats must have districts 0 to {n_districts - 1}, none of them empty "
            f"(force.n_districts = {n_districts}), got {', '.join(map(str, np.unique(district)[:12]))}"
        )
    return district.astype(np.int32)
