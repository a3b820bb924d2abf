"""Read the police incidents of New Haven, September 2014, from the source archive of libpysal 4.1.1.

    python scripts/read_new_haven_incidents.py [libpysal-4.1.1.tar.gz]

The incidents are not part of this package: they are addresses at which something happened to
somebody. The archive is public, and this script reads it into a table. Its known faults are described
in docs/cities.md and marked in two columns of the table.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scripts.build_new_haven import fetch_archive, unpack
from sim.city.reading.buildings import nearest_segment
from sim.city.reading.load import embedded_city
from sim.city.reading.projection import to_metres
from sim.city.streets import StreetNetwork

CUT_AT = 100
"""The source handed out no more than this many rows a category, the earliest of the month."""

HEADQUARTERS = "1 UNION AVE"
"""Address of the police: incidents that were reported at the desk, not ones that happened there."""


@dataclass(frozen=True)
class Faults:
    """Count what is known to be wrong with the incidents."""

    rows: int
    categories: int
    categories_cut: int
    """categories with exactly as many rows as the source hands out at most"""
    rows_in_cut_categories: int
    at_headquarters: int
    repeated: int
    """rows that equal an earlier one in everything"""
    far_from_a_street: int
    """rows more than 50 m from any segment of the embedded city"""


def read_incidents(archive: Path, streets: StreetNetwork | None = None) -> pd.DataFrame:
    """Read the incidents, each with its nearest segment.

    Parameters
    ----------
    archive
        `libpysal-4.1.1.tar.gz`.
    streets
        Where to look for the nearest segment; the embedded New Haven when not given.

    Returns
    -------
    One row per incident: `time` (local), `category`, `street` (address), `x` and `y` (metres in the system of the
    streets), `segment`, `distance_m` to it, `cut_category` and `at_headquarters` (the known faults).
    """
    import geopandas  # noqa: PLC0415

    streets = streets or embedded_city("new_haven")
    with tempfile.TemporaryDirectory() as folder:
        raw = geopandas.read_file(unpack(archive, Path(folder)) / "new_haven_merged.shp")
    x, y = to_metres(raw.geometry.x.to_numpy(), raw.geometry.y.to_numpy(), streets.crs, source="incidents")
    segment, distance = nearest_segment(streets, x, y)
    rows_of_category = raw.groupby("dataset")["dataset"].transform("size")
    return pd.DataFrame({
        "time": _times(raw["date"], raw["time"]),
        "category": raw["dataset"],
        "street": raw["street"],
        "x": x,
        "y": y,
        "segment": segment,
        "distance_m": distance,
        "cut_category": rows_of_category == CUT_AT,
        "at_headquarters": raw["street"] == HEADQUARTERS,
    })  # fmt: skip


def _times(date: pd.Series[str], time: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    day = date.str.replace(r"^\w+, (\w{3})\w*\. (\d+)\w\w (\d{4})$", r"\2 \1 \3", regex=True)
    clock = time.str.replace(".", "", regex=False)
    return pd.to_datetime(day + " " + clock, format="%d %b %Y %I:%M %p")


def find_faults(incidents: pd.DataFrame) -> Faults:
    """Count the known faults anew, so that nobody need believe this file."""
    return Faults(
        rows=len(incidents),
        categories=incidents["category"].nunique(),
        categories_cut=incidents.loc[incidents["cut_category"], "category"].nunique(),
        rows_in_cut_categories=int(incidents["cut_category"].sum()),
        at_headquarters=int(incidents["at_headquarters"].sum()),
        repeated=int(incidents.duplicated().sum()),
        far_from_a_street=int((incidents["distance_m"] > 50).sum()),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch_archive(Path(scratch))
        table = read_incidents(given)
        print(table.describe(include="all").T.to_string())
        print(find_faults(table))
