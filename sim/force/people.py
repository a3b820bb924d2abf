"""Where people live: areas or points with people in them, spread over the streets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.reading.buildings import nearest_segment
from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.errors import InputError
from sim.force.account import Account, Bools
from sim.force.guess import find_columns
from sim.force.joining import with_table
from sim.force.places import Asked, Ground, find_places, to_number
from sim.force.settings import ForceFile, file_of
from sim.force.shapes import read_polygons, street_lines
from sim.force.tables import EAST, MAPS, NORTH, Sheet, read_map, read_sheet

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NOBODY_LIVES = ("trunk",)
"""Classes of streets along which nobody lives."""
REACH_M = 500.0
"""A point with people that is farther than this from any street lies elsewhere."""
MEAN_HOUSEHOLD = 2.4
"""People in a household where no file tells: the default of the package."""
SMALLEST, LARGEST = 1.0, 8.0
"""People in a mean household, at least and at most."""
AGES = {
    "share_under_12": (0, 12), "share_12_17": (12, 18), "share_18_24": (18, 25), "share_25_44": (25, 45),
    "share_65": (65, 120),
}  # fmt: skip
"""Ages of the parameters of a scenario, from and below."""
OLDEST, OLD = 90, 65
"""An open class of ages ends at 90, unless it begins at 65 or later, and all of it is old."""
AGE_COLUMN = re.compile(
    r"(?:age|pop|years|aged|年龄)?\D{0,6}?(?P<a>\d{1,3})\s*(?:-|–|_|to|至|~)\s*(?P<b>\d{1,3})\D*|"
    r"(?:age|pop|aged|年龄)?\D{0,6}?(?P<up>\d{1,3})\s*(?:\+|_?up|_?plus|plus|p|and over|and more|岁?以上)\D*|"
    r"(?:age|pop|aged)?\D{0,3}?(?:under|u|lt|<)[ _]?(?P<under>\d{1,2})\D*",
    re.IGNORECASE,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class People:
    """Hold where people live, and what their areas say of them."""

    residents: float
    dwellings: Floats
    """(n_segments,) homes, whole numbers"""
    shares: dict[str, float] = field(default_factory=dict)
    """parameters of a scenario that follow from the areas, by dotted name"""


def read_people(folder: Path, settings: ForceFile, ground: Ground, inside: Bools) -> tuple[People | None, Account]:
    """Read where people live and spread them over the streets.

    An area gives each street its share of people by the length of street within it; people of an area that reaches
    beyond the polygon by which streets are clipped are those on the streets that are kept.

    Parameters
    ----------
    ground
        the streets before they are clipped
    inside
        (n_segments,) those that are kept

    Raises
    ------
    InputError
        If the file has no people.
    """
    part, account = settings.population, Account("population", settings.population.file)
    if not part.file:
        account.default("no_population") if not part.total else account.default("total_alone", n=part.total)
        return None, account
    path = file_of(folder, part.file)
    if _has_areas(path, part.layer):
        share, table, columns = _areas(path, settings, ground.net, account)
    else:
        share, table, columns = _points(path, settings, ground, account)
    people = table["people"].to_numpy(float)
    kept = np.asarray(share[:, inside].sum(axis=1)).ravel()
    residents = float(kept @ people)
    if residents < 1:
        raise InputError(f"{account.source}: areas must hold people on the streets of {ground.net.name!r}, got none")
    size, shares = _shares(table, kept, columns, account)
    homes = np.asarray(share.T @ people).ravel() / size
    account.read("residents", n=round(residents), of=round(float(people.sum())), household=round(size, 2))
    elsewhere = float(people.sum()) - residents
    if elsewhere > 0.5 * people.sum() and inside.all():
        account.wrong("people_elsewhere", n=round(elsewhere))
    bare = float(ground.net.segment_length_m[inside & (homes == 0)].sum()) / 1000.0
    if bare > 0.1 * ground.net.segment_length_m[inside].sum() / 1000.0:
        account.wrong("streets_without_people", km=round(bare, 1))
    if "income" in columns:
        account.default("income_not_used")
    if part.total and abs(part.total - residents) > 0.02 * part.total:
        account.wrong("other_total", total=part.total, counted=round(residents))
    return People(residents, _whole(homes, inside, ground.net), shares), account


def _has_areas(path: Path, layer: str) -> bool:
    if path.suffix.lower() not in MAPS:
        return False
    frame = read_map(path, layer)
    return "geometry" in frame and bool(frame.geom_type.isin(["Polygon", "MultiPolygon"]).any())


class _Spread(NamedTuple):
    """Hold areas or points with people, and the streets along which these live."""

    share: Any
    """(n_areas, n_segments) sparse matrix: the part of an area's people that lives along a street"""
    table: pd.DataFrame
    """one row an area"""
    columns: dict[str, str]
    """column of the file for each meaning"""


def _areas(path: Path, settings: ForceFile, net: StreetNetwork, account: Account) -> _Spread:
    """Give each street its share of each area, by length."""
    import shapely  # noqa: PLC0415 - heavy; workers start without it
    from scipy.sparse import coo_matrix  # noqa: PLC0415

    areas = read_polygons(path, net, account, settings.population, settings.places.crs)
    frame: pd.DataFrame = areas.drop(columns="geometry")
    if settings.population.table:
        frame = with_table(frame, path.parent, settings, account)
    columns = _columns([str(name) for name in frame.columns], settings, account)
    table = _numbers(frame, columns, account)
    lines = np.array(street_lines(net), object)
    lived = net.walkable & ~np.isin(net.segment_class, [STREET_CLASSES.index(name) for name in NOBODY_LIVES])
    rows = np.flatnonzero(lived)
    shapes = areas.geometry.to_numpy()
    at, area = shapely.STRtree(shapes).query(lines[rows], predicate="intersects")
    metres = shapely.length(shapely.intersection(lines[rows[at]], shapes[area]))
    total = np.bincount(area, metres, minlength=len(shapes))
    keep = metres > 0
    weight = metres[keep] / total[area[keep]]
    share = coo_matrix((weight, (area[keep], rows[at[keep]])), shape=(len(shapes), net.n_segments)).tocsr()
    without = (total == 0) & (table["people"].to_numpy() > 0)
    if without.any():
        account.wrong("areas_without_street", n=int(without.sum()), people=round(float(table["people"][without].sum())))
        account.left_out["reasons.no_street"] = int(without.sum())
        account.used -= int(without.sum())
    return _Spread(share, table, columns)


def _points(path: Path, settings: ForceFile, ground: Ground, account: Account) -> _Spread:
    """Give all people of a point to the street that is nearest."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415

    sheet: Sheet = read_sheet(path, settings.population, account)
    columns = _columns(sheet.columns, settings, account)
    if EAST in sheet.columns:
        columns |= {"x": EAST, "y": NORTH}
    if not {"x", "y"} <= columns.keys():
        raise InputError(
            f"{path.name}: people must have a place: areas of a map file, or columns with coordinates, got "
            f"{', '.join(sheet.columns[:30])}"
        )
    places = find_places(sheet, columns, ground, account, Asked(settings.population.crs, settings.places.crs, REACH_M))
    sheet.fate.leave_out(places.outside, "reasons.outside")
    sheet.fate.leave_out(places.segment < 0, "reasons.no_place")
    table = _numbers(sheet.cells, columns, account)
    sheet.fate.leave_out(table["missing"].to_numpy(), "reasons.no_number")
    account.count(sheet.fate)
    rows = np.flatnonzero(sheet.fate.is_used)
    table = table.iloc[rows].reset_index(drop=True)
    n = ground.net.n_segments
    segment = _lived(places.segment[rows], places.x[rows], places.y[rows], ground.net)
    share = coo_matrix((np.ones(len(rows)), (np.arange(len(rows)), segment)), shape=(len(rows), n)).tocsr()
    return _Spread(share, table, columns)


def _columns(names: list[str], settings: ForceFile, account: Account) -> dict[str, str]:
    ages = [name for name in names if AGE_COLUMN.fullmatch(name.strip())]
    return find_columns("population", names, settings.population.columns, account, also_read=ages)


def _lived(segment: NDArray[np.int64], x: Floats, y: Floats, net: StreetNetwork) -> NDArray[np.int64]:
    """Move people from a motorway to the nearest street that one can walk along."""
    walk = nearest_segment(net, x, y, walkable_only=True)[0]
    return np.where(net.walkable[segment], segment, walk)


def _numbers(frame: pd.DataFrame | GeoDataFrame, columns: Mapping[str, str], account: Account) -> pd.DataFrame:
    """Give the numbers of each area: people, what is known of them, and ages."""
    if "people" not in columns:
        there = ", ".join(str(name) for name in frame.columns if name != "geometry")
        raise InputError(
            f"{account.source} must have a column with the number of people, got {there}; name it in "
            "[population.columns] people"
        )
    wanted = ("people", "households", "renters", "male", "newcomers", "household_size")
    table = pd.DataFrame({name: [_count(v) for v in frame[columns[name]]] for name in wanted if name in columns})
    negative = table["people"] < 0
    if negative.any():
        account.wrong("negative_people", n=int(negative.sum()))
    table["missing"] = table["people"].isna() | negative
    if table["missing"].any():
        account.wrong("no_people_number", n=int(table["missing"].sum()))
    table["people"] = table["people"].where(~table["missing"], 0.0)
    for column in (str(name) for name in frame.columns if name != "geometry"):
        found = AGE_COLUMN.fullmatch(column.strip())
        if found and column not in columns.values():
            ends = _ends(found)
            if ends[0] < ends[1]:
                table[f"age {ends[0]} {ends[1]}"] = [_count(value) for value in frame[column]]
    return table


def _ends(found: re.Match[str]) -> tuple[int, int]:
    if found["up"]:
        return int(found["up"]), 120
    return (0, int(found["under"])) if found["under"] else (int(found["a"]), int(found["b"]) + 1)


def _count(value: object) -> float:
    """Read a number of people; a comma or a point before three digits marks thousands."""
    if isinstance(value, str):
        plain = value.strip().replace(" ", "").removesuffix("%")
        if re.fullmatch(r"\d{1,3}([,.]\d{3})+", plain):
            plain = re.sub(r"[,.]", "", plain)
        return to_number(plain)
    return float(value) if isinstance(value, int | float | np.number) else float("nan")


def _shares(
    table: pd.DataFrame, kept: Floats, columns: Mapping[str, str], account: Account
) -> tuple[float, dict[str, float]]:
    """Give the mean household, and the parameters of a scenario that the areas tell."""
    people = table["people"].to_numpy() * kept
    found: dict[str, float] = {}
    size = _household_size(table, kept, account)
    if size is not None:
        found["people.mean_household"] = round(size, 2)
    size = size or MEAN_HOUSEHOLD
    base = {"people.share_male": ("male", people), "migrants.share_of_residents": ("newcomers", people),
            "people.share_renting": ("renters", people / size)}  # fmt: skip
    if "households" in table:
        base["people.share_renting"] = ("renters", np.nan_to_num(table["households"].to_numpy()) * kept)
    for name, (column, of) in base.items():
        if column in table:
            value = _share(table[column].to_numpy(), kept, of)
            if 0.0 <= value <= 1.0:
                found[name] = round(value, 3)
                account.read("share", parameter=name, column=columns[column], share=round(100 * value, 1))
            else:
                account.wrong("no_share", column=columns[column], share=round(100 * value, 1))
        else:
            account.default("share_by_default", parameter=name)
    found |= _ages(table, kept, account)
    return size, found


def _household_size(table: pd.DataFrame, kept: Floats, account: Account) -> float | None:
    """Give the people of a mean household; None where no column tells, or none that can be."""
    people = table["people"].to_numpy() * kept
    size = float("nan")
    if "households" in table:
        homes = float(np.nansum(table["households"].to_numpy() * kept))
        size = float(people.sum()) / homes if homes > 0 else size
    elif "household_size" in table:
        known = (table["household_size"] >= 1).to_numpy() & (people > 0)
        size = float(np.average(table["household_size"][known], weights=people[known])) if known.any() else size
    else:
        account.default("household_size", size=MEAN_HOUSEHOLD)
        return None
    if SMALLEST <= size <= LARGEST:
        return size
    account.wrong("odd_household", size=round(size, 2))
    return None


def _share(values: Floats, kept: Floats, of: Floats) -> float:
    """Give a share of all, whether a column counts or holds shares or percentages."""
    if not float(of.sum()) > 0.0:
        return float("nan")
    top = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    if top <= 1.0:
        return float(np.average(np.nan_to_num(values), weights=of))
    if top <= 100.0 and float(np.nanmean(values)) > 0.02 * float(of.max()) and float(of.max()) > 200.0:
        return float(np.average(np.nan_to_num(values), weights=of)) / 100.0
    return float(np.nansum(values * kept) / of.sum())


def _ages(table: pd.DataFrame, kept: Floats, account: Account) -> dict[str, float]:
    """Share people out over the ages of a scenario; within a class of a census ages are even."""
    classes = {name: float(np.nansum(table[name].to_numpy() * kept)) for name in table if name.startswith("age ")}
    total = sum(classes.values())
    people = float((table["people"].to_numpy() * kept).sum())
    if not classes:
        account.default("ages_by_default")
        return {}
    if not 0.9 * people <= total <= 1.1 * people:
        account.wrong("ages_do_not_add_up", n=round(total), people=round(people))
        return {}
    found = dict.fromkeys(AGES, 0.0)
    for name, n in classes.items():
        first, end = map(int, name.split()[1:])
        end = min(end, OLDEST) if first < OLD else end
        for share, (low, high) in AGES.items():
            found[share] += n / total * max(0, min(end, high) - max(first, low)) / (end - first)
    account.read("ages", classes=len(classes))
    return {f"people.{name}": round(share, 3) for name, share in found.items()}


def _whole(homes: Floats, inside: Bools, net: StreetNetwork) -> Floats:
    """Round homes to whole numbers that add up, the largest remainders first."""
    homes = np.where(inside, homes, 0.0)
    whole = np.floor(homes)
    left = round(float(homes.sum()) - float(whole.sum()))
    whole[np.lexsort((net.segment_key, whole - homes))[: max(left, 0)]] += 1
    return whole
