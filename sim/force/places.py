"""The place of each row of a table: by coordinates, by the number of a street segment, or by its beat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.buildings import nearest_segment
from sim.city.reading.china import is_chinese
from sim.city.reading.projection import transform
from sim.city.streets import StreetNetwork
from sim.errors import InputError
from sim.force.account import Account, Bools
from sim.force.ground import Beats
from sim.force.shapes import NOWHERE
from sim.force.shifted import DEGREES, tell_shift
from sim.force.tables import EAST, Sheet

ENOUGH = 0.5
"""Coordinates are understood as they are written when this share of them lies near a street,"""
MORE_SWAPPED = 0.2
"""and as swapped when this much more of them does so then."""
BEYOND_M = 9e7
"""Metres that lie in no town."""
SAMPLE = 2000
"""Points by which is decided how coordinates are to be understood."""

Floats = NDArray[np.float64]
Ints64 = NDArray[np.int64]


class Ground(NamedTuple):
    """Hold where rows may lie."""

    net: StreetNetwork
    beats: Beats | None


class Asked(NamedTuple):
    """Hold what a user says of coordinates."""

    crs: str
    """system of this file, where the user says one"""
    fallback: str
    """system of the metres of every file that says none"""
    reach_m: float
    """metres from a street beyond which a row lies outside"""


@dataclass(frozen=True)
class Places:
    """Hold the place of each row."""

    x: Floats
    """(n,) metres east; NaN where no coordinates are known"""
    y: Floats
    segment: Ints64
    """(n,) nearest segment, -1 where it is not known"""
    beat: Ints64
    """(n,) number of the beat, -1 where it is not known"""
    outside: Bools
    """(n,) farther from every street than the reach"""
    how: NDArray[np.object_]
    """(n,) how the place was found, as words of `places`"""


def to_number(text: str) -> float:
    """Read a number as people write it, with a point or a comma before the decimals; NaN where it is none."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "").replace("−", "-")
    half = re.fullmatch(r"([-+]?\d+(?:[.,]\d+)?)°?([NSEWnsew东西南北])?", plain)
    if half and half[2]:
        return float(half[1].replace(",", ".")) * (-1 if half[2] in "SsWw西南" else 1)
    if re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+\.\d+", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif plain.count(",") == 1:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")


def find_places(sheet: Sheet, columns: Mapping[str, str], ground: Ground, account: Account, asked: Asked) -> Places:
    """Find the place of each row.

    Coordinates count first, then a segment, then a beat; rows with an address alone have no place.

    Parameters
    ----------
    columns
        the column of each meaning

    Raises
    ------
    InputError
        If most coordinates lie near no street, however they are understood.
    """
    n = len(sheet.cells)
    how = np.full(n, "", object)
    x, y = np.full(n, np.nan), np.full(n, np.nan)
    segment, beat = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    outside = np.zeros(n, bool)
    if "x" in columns and "y" in columns:
        x, y = _metres(sheet, columns, ground.net, account, asked)
        placed = np.isfinite(x) & np.isfinite(y)
        near, distance = nearest_segment(ground.net, np.where(placed, x, np.inf), np.where(placed, y, np.inf))
        close = placed & (distance <= asked.reach_m)
        segment[close], outside = near[close], placed & ~close
        how[close] = "places.coordinates"
    if "segment" in columns:
        known = {str(key): row for row, key in enumerate(ground.net.segment_key)}
        named = np.array([known.get(text, -1) for text in sheet.texts(columns["segment"])], np.int64)
        taken = (how == "") & ~outside & (named >= 0)
        segment[taken], how[taken] = named[taken], "places.segment"
    if ground.beats is not None:
        beat = np.where(segment >= 0, ground.beats.district[np.maximum(segment, 0)], -1).astype(np.int64)
        if "beat" in columns:
            _by_beat(sheet.texts(columns["beat"]), ground.beats, beat, how, ~outside, sheet.fate.is_used, account)
    addressed = np.array([bool(text) for text in sheet.texts(columns.get("address"))], bool)
    how[(how == "") & addressed] = "places.address"
    how[how == ""] = "places.none"
    return Places(x, y, segment, beat, outside, how)


def _by_beat(  # noqa: PLR0913, PLR0917 - the columns that it fills
    texts: list[str], beats: Beats, beat: Ints64, how: NDArray[np.object_], free: Bools, used: Bools, account: Account
) -> None:
    """Place rows by the name of their beat, and compare the names with the places of those that have both."""
    number = {_plain(name): i for i, name in enumerate(beats.names)}
    named = np.array([number.get(_plain(text), -1) for text in texts], np.int64)
    both = used & (beat >= 0) & (named >= 0)
    differ = int((both & (beat != named)).sum())
    if differ > 0.1 * max(1, int(both.sum())):
        account.wrong("beats_differ", n=differ, of=int(both.sum()))
    unknown = sorted({text for text, i, ok in zip(texts, named, used, strict=True) if ok and text and i < 0})
    if unknown:
        account.wrong("unknown_beats", names=unknown[:8], n=len(unknown))
    taken = (how == "") & free & (named >= 0)
    beat[taken], how[taken] = named[taken], "places.beat"


def _plain(name: str) -> str:
    letters = "".join(letter for letter in name.casefold() if letter.isalnum())
    return letters.lstrip("0") or letters


def _metres(
    sheet: Sheet, columns: Mapping[str, str], net: StreetNetwork, account: Account, asked: Asked
) -> tuple[Floats, Floats]:
    """Bring coordinates to the metres of the streets: degrees, metres of another system, or swapped ones."""
    names = columns["x"], columns["y"]
    x, y = (np.array([to_number(text) for text in sheet.texts(name)], float) for name in names)
    at_zero = (x == 0) & (y == 0)
    x[at_zero] = y[at_zero] = np.nan
    if at_zero.any():
        account.wrong("at_zero", n=int(at_zero.sum()))
    rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y) & sheet.fate.is_used)
    if not len(rows):
        return x, y
    fits_globe = bool((np.abs(x[rows]) <= 180).mean() > 0.9 and (np.abs(y[rows]) <= 180).mean() > 0.9)
    said = asked.crs or sheet.crs or ("" if fits_globe and not is_chinese(asked.fallback) else asked.fallback)
    system = said or ("EPSG:4326" if fits_globe and net.crs != NOWHERE else net.crs)
    sample = rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int)]
    near = _Near(system, net, asked.reach_m)
    straight = near.share(x[sample], y[sample])
    crossed = near.share(y[sample], x[sample])
    if crossed >= ENOUGH and crossed > straight + MORE_SWAPPED:
        x, y = y, x
        account.wrong("swapped", x=names[0], y=names[1])
    elif straight < ENOUGH:
        raise InputError(_why_far(sheet, names, straight, near, x[sample], y[sample]))
    if not said and names[0] != EAST:
        account.read("coordinates", x=names[0], y=names[1],
                     system="kinds.degrees" if system == "EPSG:4326" else "kinds.metres_of_streets")  # fmt: skip
    elif said:
        of_file = said == sheet.crs and not asked.crs
        account.read("coordinates_of", x=names[0], y=names[1], system="kinds.system_of_file" if of_file else said)
    tell_shift(x[sample], y[sample], near.system, net, account)
    return _mend_single_rows(x, y, near, account)


class _Near(NamedTuple):
    """Hold how coordinates are understood, and how near to a street they must lie."""

    system: str
    net: StreetNetwork
    reach_m: float

    def project(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Give the metres of the streets; NaN where the system has no such place."""
        if self.net.crs in {self.system, NOWHERE}:
            return x.copy(), y.copy()
        east, north = transform(x, y, self.system, self.net.crs, source=repr(self.net.name))
        return np.where(np.isfinite(east), east, np.nan), np.where(np.isfinite(north), north, np.nan)

    def is_near(self, east: Floats, north: Floats) -> Bools:
        """Tell which metres lie within reach of a street."""
        there = np.isfinite(east) & np.isfinite(north)
        metres = nearest_segment(self.net, np.where(there, east, np.inf), np.where(there, north, np.inf))[1]
        return np.asarray(metres <= self.reach_m, bool)

    def share(self, x: Floats, y: Floats) -> float:
        """Give the share of coordinates that lie within reach of a street."""
        return float(self.is_near(*self.project(x, y)).mean())


def _mend_single_rows(x: Floats, y: Floats, near: _Near, account: Account) -> tuple[Floats, Floats]:
    """Give metres, and swap back the coordinates of single rows that lie on a street only so."""
    east, north = near.project(x, y)
    written = np.isfinite(x) & np.isfinite(y)
    far = np.flatnonzero(written & ~near.is_near(east, north))
    if len(far):
        crossed = near.project(y[far], x[far])
        back = near.is_near(*crossed)
        east[far[back]], north[far[back]] = crossed[0][back], crossed[1][back]
        if back.any():
            account.wrong("rows_swapped", n=int(back.sum()))
    # A place that no system can hold is one outside of the town.
    lost = written & ~(np.isfinite(east) & np.isfinite(north))
    east[lost] = north[lost] = BEYOND_M
    return east, north


def _why_far(sheet: Sheet, names: tuple[str, str], share: float, near: _Near, x: Floats, y: Floats) -> str:  # noqa: PLR0913, PLR0917 - all that the sentence names
    better = _best_of(DEGREES, x, y, near) if near.system in DEGREES else _system_that_fits(x, y, near)
    advice = (
        f"crs = {better[0]!r} puts {100 * better[1]:.0f} % of them there: write it into force.toml if it is right"
        if better
        else "name their coordinate system with crs, or the columns that hold them, or widen reach_m"
    )
    return (
        f"{sheet.path.name}: at least half of the coordinates in {names[0]} and {names[1]} must lie within "
        f"{near.reach_m:.0f} m of a street of {near.net.name!r}, got {100 * share:.0f} %; {advice}"
    )


def _system_that_fits(x: Floats, y: Floats, near: _Near) -> tuple[str, float] | None:
    """Look for the system of coordinates in metres or feet among those that are made for this place."""
    from pyproj.aoi import AreaOfInterest  # noqa: PLC0415 - heavy; workers start without it
    from pyproj.database import query_crs_info  # noqa: PLC0415
    from pyproj.enums import PJType  # noqa: PLC0415

    net = near.net
    if net.crs == NOWHERE:
        return None
    ends = (
        np.array([net.geometry_x.min(), net.geometry_x.max()]),
        np.array([net.geometry_y.min(), net.geometry_y.max()]),
    )
    (west, east), (south, north) = transform(*ends, net.crs, "EPSG:4326", source=repr(net.name))
    here = AreaOfInterest(west, south, east, north)
    found = query_crs_info(auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS], area_of_interest=here, contains=True)
    return _best_of([f"EPSG:{info.code}" for info in found], x, y, near)


def _best_of(systems: Sequence[str], x: Floats, y: Floats, near: _Near) -> tuple[str, float] | None:
    """Give the system that puts most coordinates near the streets, with their share; none where it is not enough."""
    best = ("", 0.0)
    for system in systems:
        try:
            share = near._replace(system=system).share(x[:200], y[:200])
        except (InputError, RuntimeError):
            continue
        if share > best[1]:
            best = system, share
    return best if best[1] >= ENOUGH else None
