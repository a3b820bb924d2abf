"""What the tags of one line mean here: class, speed, one-way, on foot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sim.city.reading.words.access import open_on_foot, open_ways
from sim.city.reading.words.classes import highway_of, says_class, street_class
from sim.city.reading.words.speeds import speed_of
from sim.city.reading.words.told import Told
from sim.city.reading.words.values import first_value

SPEED_KMH = {
    "motorway": 90.0,
    "trunk": 70.0,
    "primary": 50.0,
    "secondary": 50.0,
    "tertiary": 45.0,
    "residential": 35.0,
    "service": 15.0,
    "path": 10.0,
}
"""Free driving speed by class where a source is silent: an assumption, usual urban limits rounded."""

PATHS_HINT = "--paths (in Python paths=True) also keeps footways and service roads"


class StreetKind(NamedTuple):
    """Say what one line of a source is."""

    street_class: int
    """index into `STREET_CLASSES`"""
    speed_kmh: float
    """NaN when not given"""
    forward: bool
    """vehicles may follow the line"""
    backward: bool
    """vehicles may go against it"""
    walkable: bool
    """open to people on foot"""


def street_kind(tags: Mapping[str, object], *, paths: bool, told: Told) -> StreetKind | None:
    """Read the tags of a line, None when it is no street here.

    Understood are the class (`highway_of`), the speed limit (`speed_of`), the directions open to vehicles
    (`open_ways`) and the right to walk (`open_on_foot`). A line that nobody may use is no street.

    Parameters
    ----------
    tags
        Keys of OpenStreetMap or of the Census; `tags_of_rows` makes them of the columns of a table.
    paths
        Also keep footways, alleys and service roads.
    told
        Where lines that are left out and values that are not understood are counted.
    """
    unread: set[str] = set()
    kind = _kind(tags, unread, told, paths=paths)
    told.not_understood.update(unread)
    return kind


def _kind(tags: Mapping[str, object], unread: set[str], told: Told, *, paths: bool) -> StreetKind | None:
    highway = highway_of(tags, unread)
    if highway is None:
        told.unknown_class[says_class(tags)] += 1
        return None
    rank = street_class(highway, paths=paths)
    is_area = first_value(tags.get("area")) == "yes"
    if rank is None or is_area:
        told.left_out["area=yes" if is_area else says_class(tags)] += 1
        return None
    forward, backward = open_ways(tags, highway, unread)
    on_foot = open_on_foot(tags, rank, unread)
    if not (forward or backward or on_foot):
        told.left_out[_closed_by(tags)] += 1
        return None
    speed = speed_of(tags, forward=forward, backward=backward, unread=unread)
    return StreetKind(rank, speed, forward, backward, on_foot)


def _closed_by(tags: Mapping[str, object]) -> str:
    access = first_value(tags.get("access"))
    return "closed to people and vehicles" if access is None else f"access={access}"
