"""What the words of OpenStreetMap and of the United States Census mean here: class, speed, one-way, on foot."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from sim.city.streets import STREET_CLASSES

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

HIGHWAY_CLASS = {
    "motorway": "motorway",
    "motorway_link": "motorway",
    "trunk": "trunk",
    "trunk_link": "trunk",
    "primary": "primary",
    "primary_link": "primary",
    "secondary": "secondary",
    "secondary_link": "secondary",
    "tertiary": "tertiary",
    "tertiary_link": "tertiary",
    "unclassified": "residential",
    "residential": "residential",
    "living_street": "residential",
    "road": "residential",
    "pedestrian": "path",
}
"""OpenStreetMap `highway` values that are streets, and their class."""

PATH_CLASS = {
    "service": "service",
    "alley": "service",
    "track": "service",
    "footway": "path",
    "path": "path",
    "steps": "path",
    "cycleway": "path",
    "bridleway": "path",
    "corridor": "path",
}
"""`highway` values that are kept only when paths are asked for."""

TIGER_CLASS = {
    "S1100": "motorway",
    "S1200": "primary",
    "S1400": "residential",
    "S1630": "motorway",
    "S1640": "residential",
    "A1": "motorway",
    "A2": "primary",
    "A3": "secondary",
    "A4": "residential",
    "A63": "motorway",
    "A64": "residential",
}
"""Census codes (MTFCC since 2007, CFCC before) that are streets: limited-access roads and ramps, main roads, local
streets, frontage roads. Census Bureau, TIGER/Line technical documentation, appendix on feature class codes."""

TIGER_PATH_CLASS = {
    "S1500": "path",
    "S1710": "path",
    "S1720": "path",
    "S1730": "service",
    "S1740": "service",
    "S1780": "service",
    "S1820": "path",
    "A5": "path",
    "A7": "path",
}
"""Census codes kept only when paths are asked for: trails, walkways, stairs, alleys, private and parking roads."""


PATHS_HINT = "--paths (in Python paths=True) also keeps footways and service roads"

CENSUS_TAGS = ("MTFCC", "mtfcc", "CFCC", "cfcc")
CLASS_TAGS = ("class", "fclass", "link_type", "road_class", "type")
SPEED_TAGS = ("maxspeed", "speed_kph", "speed_kmh", "speed_ab", "speed")


def osm_class(highway: str | None, *, paths: bool) -> int | None:
    """Give the class of a `highway` value as an index, None when it is no street here."""
    name = HIGHWAY_CLASS.get(highway or "") or (PATH_CLASS.get(highway or "") if paths else None)
    return None if name is None else STREET_CLASSES.index(name)


def tiger_class(code: str | None, *, paths: bool) -> int | None:
    """Give the class of a Census code as an index, None when it is no street here.

    The old CFCC codes have three characters (A41) of which the first two decide, ramps (A63) and
    frontage roads (A64) apart.
    """
    tables = (TIGER_CLASS, TIGER_PATH_CLASS) if paths else (TIGER_CLASS,)
    for table in tables:
        name = table.get(code or "") or table.get((code or "")[:2])
        if name is not None:
            return STREET_CLASSES.index(name)
    return None


def first_value(value: object) -> str | None:
    """Give the first of several values: graphs that were simplified keep lists, written as text."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    text = str(value)
    if text.startswith("[") and text.endswith("]"):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):  # a list in another hand than Python's
            value = [word.strip() for word in text[1:-1].split(",")]
    if isinstance(value, (list, tuple)):
        return str(value[0]) if value else None
    return text


def speed_from_tag(value: object) -> float:
    """Read a speed limit in km/h, NaN when it is no number.

    "50", "30 mph", "RO:urban" and "50;70" occur; of several the first counts.
    """
    match = re.match(r"\s*(\d+(?:\.\d+)?)\s*(mph)?", first_value(value) or "")
    if match is None or float(match[1]) <= 0:
        return math.nan
    return float(match[1]) * (1.609344 if match[2] else 1.0)


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


def street_kind(tags: Mapping[str, object], *, paths: bool) -> StreetKind | None:
    """Read the tags of a line, None when it is no street here.

    Understood are `highway` (OpenStreetMap), `MTFCC` and `CFCC` (Census) and a plain `class` or its like;
    `maxspeed` and its like; `oneway`, `junction`, `motor_vehicle`, `vehicle`, `access`, `area` and `foot`.
    A line that says nothing of its class is a residential street.
    """
    word = {key: first_value(tags.get(key)) for key in ("highway", "oneway", "junction", "foot", "access", "area")}
    street_class = _class_of(tags, paths=paths)
    if street_class is None or word["area"] == "yes" or word["access"] == "no":
        return None
    speed = next((speed_from_tag(tags[key]) for key in SPEED_TAGS if tags.get(key) is not None), math.nan)
    forward, backward = directions_from_tags(word["oneway"], word["junction"], word["highway"])
    barred = "no" in (first_value(tags.get("motor_vehicle")), first_value(tags.get("vehicle")))
    on_foot = open_on_foot(street_class, word["foot"])
    return StreetKind(street_class, speed, forward and not barred, backward and not barred, on_foot)


def _class_of(tags: Mapping[str, object], *, paths: bool) -> int | None:
    for key in CENSUS_TAGS:
        if key in tags:
            return tiger_class(first_value(tags[key]), paths=paths)
    if "highway" in tags:
        return osm_class(first_value(tags["highway"]), paths=paths)
    word = next((first_value(tags[key]) for key in CLASS_TAGS if key in tags), None)
    if word in PATH_CLASS or word == "path":
        return osm_class(word, paths=paths)
    return STREET_CLASSES.index(HIGHWAY_CLASS.get(word or "", "residential"))


def directions_from_tags(oneway: str | None, junction: str | None, highway: str | None) -> tuple[bool, bool]:
    """Say whether vehicles may follow a line and go against it.

    Roundabouts and motorways are one-way unless they say otherwise (OpenStreetMap wiki, Key:oneway).
    Reversible and alternating lanes count as open both ways: over a day they are.
    """
    if highway in ("pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "corridor"):
        return False, False
    if oneway in ("yes", "true", "1", "True"):
        return True, False
    if oneway in ("-1", "reverse"):
        return False, True
    implied = junction in ("roundabout", "circular") or highway in ("motorway", "motorway_link")
    return (True, False) if oneway is None and implied else (True, True)


def open_on_foot(street_class: int, foot: str | None = None) -> bool:
    """Say whether people walk along a street: everywhere but on motorways, unless a tag decides."""
    if foot in ("no", "private"):
        return False
    if foot in ("yes", "designated", "permissive"):
        return True
    return STREET_CLASSES[street_class] != "motorway"
