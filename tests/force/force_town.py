"""A small town that is made: streets on a lattice, four beats and calls, in the forms in which they are exported."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
from shapely.geometry import LineString, box

from sim.force.reading import read_force

SYSTEM = "EPSG:32630"
WEST, SOUTH, STEP, N = 500_000.0, 5_700_000.0, 100.0, 9
"""Metres of the lattice in a zone of Universal Transverse Mercator, near Greenwich."""
EAST, NORTH = WEST + STEP * (N - 1), SOUTH + STEP * (N - 1)


def write_streets(folder):
    """Write a lattice of streets, as a GeoPackage that says its system."""
    lines = []
    for i in range(N):
        for j in range(N):
            x, y = WEST + STEP * i, SOUTH + STEP * j
            lines += [LineString([(x, y), (x + STEP, y)])] if i < N - 1 else []
            lines += [LineString([(x, y), (x, y + STEP)])] if j < N - 1 else []
    streets = geopandas.GeoDataFrame({"highway": ["residential"] * len(lines)}, geometry=lines, crs=SYSTEM)
    streets.to_file(folder / "streets.gpkg", engine="pyogrio")
    return streets


def quarters(grow=0.0):
    """Give the four quarters of the town; `grow` lets the first overlap the others by so many metres."""
    x, y = (WEST + EAST) / 2 + 10, (SOUTH + NORTH) / 2 + 10
    far = 150.0
    ends = [
        (WEST - far, SOUTH - far, x + grow, y + grow), (x, SOUTH - far, EAST + far, y),
        (WEST - far, y, x, NORTH + far), (x, y, EAST + far, NORTH + far),
    ]  # fmt: skip
    return geopandas.GeoDataFrame({"BEAT": ["A1", "A2", "B1", "B2"]}, geometry=[box(*e) for e in ends], crs=SYSTEM)


def write_force(folder, **parts):
    """Write force.toml; each part is a table of its keys, with inner tables for columns and types."""
    lines = ['name = "Lattice"']
    for part, keys in ({"streets": {"file": "streets.gpkg"}} | parts).items():
        lines.append(f"[{part}]")
        lines += [f"{key} = {literal(value)}" for key, value in keys.items()]
    (folder / "force.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def literal(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {literal(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    return f"'{value}'" if isinstance(value, str) else str(value)


def degrees(x, y):
    """Give longitude and latitude of metres."""
    points = geopandas.GeoSeries(geopandas.points_from_xy(x, y), crs=SYSTEM).to_crs(4326)
    return points.x.to_numpy(), points.y.to_numpy()


def some_calls(n=200, seed=1, begin="2014-03-01", days=28):
    """Draw calls on the streets, in whole minutes and none at midnight."""
    rng = np.random.default_rng(seed)
    minute = np.sort(rng.choice(days * 1440, n, replace=False))
    minute += minute % 1440 == 0
    received = pd.Timestamp(begin) + pd.to_timedelta(minute, unit="min")
    along = rng.random(n) * STEP * (N - 1)
    across = STEP * rng.integers(0, N, n)
    flip = rng.random(n) < 0.5
    x, y = WEST + np.where(flip, along, across), SOUTH + np.where(flip, across, along)
    lon, lat = degrees(x, y)
    assigned = received + pd.to_timedelta(rng.integers(1, 10, n), unit="min")
    arrived = assigned + pd.to_timedelta(rng.integers(2, 20, n), unit="min")
    return pd.DataFrame({
        "Call Number": [f"C{i:05d}" for i in range(n)],
        "Received": received, "Dispatched": assigned, "On Scene": arrived,
        "Cleared": arrived + pd.to_timedelta(rng.integers(5, 90, n), unit="min"),
        "Call Type": rng.choice(["TRAFFIC ACCIDENT", "LOUD PARTY", "WELFARE CHECK", "BURGLARY", "DOMESTIC DISPUTE"], n),
        "Priority": rng.choice([1, 2, 3], n), "Longitude": lon.round(6), "Latitude": lat.round(6),
    })  # fmt: skip


def read(folder, **parts):
    """Read a folder after its force.toml was written anew with these parts."""
    return read_force(write_force(folder, **parts), strict=False)


def account(data, part):
    """Give the account of a part."""
    return next(one for one in data.accounts if one.part == part)


def keys(data, part, kind=None):
    """Give the keys of what was told of a part."""
    return [note.key for note in account(data, part).notes if kind in (None, note.kind)]
