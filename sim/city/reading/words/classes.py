"""Which words name a class of street: those of OpenStreetMap, the Census, Ordnance Survey, and towns."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sim.city.reading.words.values import first_value, key_of
from sim.city.streets import STREET_CLASSES

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

NO_STREET = {
    "abandoned", "bus_guideway", "bus_stop", "busway", "construction", "crossing", "demolished", "disused", "elevator",
    "emergency_access_point", "emergency_bay", "escalator", "escape", "ladder", "no", "planned", "platform", "proposed",
    "raceway", "razed", "removed", "rest_area", "services", "traffic_island", "via_ferrata",
}  # fmt: skip
"""`highway` values of OpenStreetMap that are no streets, or not yet or no longer; OSMnx leaves out the same."""

CLASS_WORDS = {
    # Geofabrik and Overture, beside the words of OpenStreetMap
    **{f"track_grade{grade}": "track" for grade in range(1, 6)},
    "unknown": "road",
    "driveway": "service",
    "parking_aisle": "service",
    "sidewalk": "footway",
    "crosswalk": "footway",
    "cycle_crossing": "cycleway",
    # Ordnance Survey: road classification, road function, and the descriptive terms before them
    "a_road": "primary",
    "b_road": "secondary",
    "classified_unnumbered": "tertiary",
    "not_classified": "unclassified",
    "minor_road": "tertiary",
    "local_road": "residential",
    "local_street": "residential",
    "local_access_road": "residential",
    "restricted_local_access_road": "service",
    "secondary_access_road": "service",
    "private_road_publicly_accessible": "service",
    "private_road_restricted_access": "service",
    "pedestrianised_street": "pedestrian",
    # functional classes of American towns
    "interstate": "motorway",
    "freeway": "motorway",
    "expressway": "trunk",
    "ramp": "motorway_link",
    "arterial": "primary",
    "major_arterial": "primary",
    "principal_arterial": "primary",
    "minor_arterial": "secondary",
    "collector": "tertiary",
    "major_collector": "tertiary",
    "minor_collector": "tertiary",
    "local": "residential",
    "street": "residential",
}
"""Words for a class in other sources than OpenStreetMap, and the `highway` value that means the same here."""

NO_STREET_CLASS = {
    "canal", "ditch", "drain", "ferry", "funicular", "guided_busway", "light_rail", "monorail", "narrow_gauge", "rail",
    "railway", "river", "runway", "stream", "subway", "taxiway", "tram", "water", "waterway",
}  # fmt: skip
"""Lines of other layers of the same publishers: water, rail and airfields."""

TIGER_CLASS = {
    "S1100": "motorway",
    "S1200": "primary",
    "S1400": "residential",
    "S1500": "track",
    "S1630": "motorway_link",
    "S1640": "residential",
    "S1710": "footway",
    "S1720": "steps",
    "S1730": "alley",
    "S1740": "service",
    "S1780": "service",
    "S1820": "cycleway",
    "A1": "motorway",
    "A2": "primary",
    "A3": "secondary",
    "A4": "residential",
    "A5": "track",
    "A63": "motorway_link",
    "A64": "residential",
    "A7": "path",
}
"""Census codes (MTFCC since 2007, CFCC before) and the `highway` value that means the same: limited-access roads and
ramps, main roads, local streets, trails, frontage roads, walkways, stairs, alleys, private and parking roads, bike
paths. Census Bureau, TIGER/Line technical documentation, appendix on feature class codes."""

CENSUS_TAGS = ("mtfcc", "cfcc")
CLASS_TAGS = (
    "class", "fclass", "link_type", "road_class", "road_classification", "roadclassification", "road_function",
    "roadfunction", "function", "type",
)  # fmt: skip
"""Names of columns that hold a class, beside `highway` and the codes of the Census; the first that is there counts."""


def class_key(tags: Mapping[str, object]) -> str | None:
    """Name the column that says the class, None when there is none."""
    return next((key for key in (*CENSUS_TAGS, "highway", *CLASS_TAGS) if key in tags), None)


def street_class(name: str, *, paths: bool) -> int | None:
    """Give the class of a `highway` value as an index, None when it is no street here."""
    kept = HIGHWAY_CLASS.get(name) or (PATH_CLASS.get(name) if paths else None)
    return None if kept is None else STREET_CLASSES.index(kept)


def highway_of(tags: Mapping[str, object], unread: set[str]) -> str | None:
    """Give the `highway` value that means the class of a line, None when its word is not understood.

    A line that says nothing of its class is a residential street; a line without `highway` in a table with
    that column is something else, such as a river. A word that is not understood makes no street.

    Parameters
    ----------
    tags
        What the source says about the line.
    unread
        Gets the words that are not understood, with what was assumed.
    """
    key = class_key(tags)
    if key is None:
        return "residential"
    word = first_value(tags[key])
    if word is None and key in CLASS_TAGS:
        unread.add(f"{key} is empty, taken as residential")
        return "residential"
    if word is None:
        return "no"
    name = tiger_word(word) if key in CENSUS_TAGS else highway_word(word, plain=key == "highway")
    if name is None:
        unread.add(f"{key}={word}, left out")
    return name


def says_class(tags: Mapping[str, object]) -> str:
    """Quote what a line says of its class: `highway=footway`."""
    key = class_key(tags)
    word = None if key is None else first_value(tags[key])
    return f"{key} is empty" if word is None else f"{key}={word}"


def highway_word(word: str, *, plain: bool) -> str | None:
    """Translate a word for a class to the `highway` value that means the same, None when it is not understood.

    Parameters
    ----------
    word
        As the source has it.
    plain
        The column is `highway` itself: words of other publishers mean nothing there.
    """
    word = key_of(word.partition(";")[0])  # of several the first
    if word in HIGHWAY_CLASS or word in PATH_CLASS or word in NO_STREET:
        return word
    if plain:
        return None
    return "no" if word in NO_STREET_CLASS else CLASS_WORDS.get(word)


def tiger_word(code: str) -> str | None:
    """Give the `highway` value that means a Census code; a code that is well formed and no street is `no`.

    The old CFCC codes have three characters (A41) of which the first two decide, ramps (A63) and
    frontage roads (A64) apart.
    """
    name = TIGER_CLASS.get(code) or TIGER_CLASS.get(code[:2])
    return name or ("no" if re.fullmatch(r"[A-Z]\d+", code) else None)
