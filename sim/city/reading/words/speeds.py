"""What a speed limit says in km/h: numbers, miles, walking speed, and the limit that a law implies."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache

import numpy as np

from sim.city.reading.words.values import first_value

SPEED_TAGS = ("maxspeed", "speed_kph", "speed_kmh", "speed_ab", "speed")
"""Names of columns that hold a speed, in km/h where the value has no unit; the first that says something counts."""

IMPLIED_TAGS = ("maxspeed:type", "source:maxspeed", "zone:maxspeed")
"""Tags that name the law of a limit, asked when no other does: `DE:urban`."""

KMH_PER = {"mph": 1.609344, "mp/h": 1.609344, "knots": 1.852}
WALKING_KMH = 6.0
"""`maxspeed=walk`: a brisk walk, an assumption."""
MOST_KMH = 200.0
"""No limit anywhere is higher: a larger number is a slip of the pen."""

NO_NUMBER = {"none", "signals", "variable", "no", "unknown", "default", "national", "implicit"}
"""Values that are understood and give no number: the usual speed of the class is taken."""


def speed_of(tags: Mapping[str, object], *, forward: bool, backward: bool, unread: set[str]) -> float:
    """Give the speed limit of a line in km/h, NaN when it has none.

    A limit for one direction goes before the limit of the line; a street that is open both ways
    and has two limits gets their mean, since a segment has one speed.

    Parameters
    ----------
    tags
        What the source says about the line.
    forward, backward
        Directions that are open to vehicles.
    unread
        Gets the values that are not understood.
    """
    whole = _first_speed(tags, SPEED_TAGS, unread)
    ways = [way for way, is_open in (("forward", forward), ("backward", backward)) if is_open]
    each = [_first_speed(tags, (f"maxspeed:{way}",), unread) for way in ways]
    known = [speed for speed in (whole if math.isnan(one) else one for one in each) if not math.isnan(speed)]
    if known or not math.isnan(whole):
        return float(np.mean(known)) if known else whole
    implied = [speed_from_tag(first_value(tags.get(key))) for key in IMPLIED_TAGS]
    return next((speed for speed in implied if speed is not None and not math.isnan(speed)), math.nan)


def _first_speed(tags: Mapping[str, object], keys: tuple[str, ...], unread: set[str]) -> float:
    for key in keys:
        word = first_value(tags.get(key))
        if word is None:
            continue
        speed = speed_from_tag(word)
        if speed is not None:
            return speed
        unread.add(f"{key}={word}, passed over")
    return math.nan


def speed_from_tag(value: object) -> float | None:
    """Read a speed limit in km/h: NaN when there is none to read, None when it is not understood.

    "50", "30 mph", "walk", "RO:urban" and "50;70" occur; of several the first counts. Nought means that the
    source does not know.
    """
    word = first_value(value)
    if word is None or word.casefold() in NO_NUMBER:
        return math.nan
    word = re.split(r"[;|@]", word)[0].strip()
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(km/?h|kph|mph|mp/h|knots)?", word, re.IGNORECASE)
    if match is None:
        return WALKING_KMH if word.casefold() in ("walk", "walking") else _implied_speeds().get(word)
    speed = float(match[1].replace(",", ".")) * KMH_PER.get((match[2] or "").lower(), 1.0)
    if speed == 0:
        return math.nan
    return speed if speed <= MOST_KMH else None


@cache
def _implied_speeds() -> dict[str, float]:
    """Give the limits that OSMnx knows by country and kind of road, none where its version has no such table."""
    from osmnx import routing  # noqa: PLC0415 - heavy; workers start without it

    implied: dict[str, float] = getattr(routing, "_IMPLICIT_MAXSPEEDS", {})
    return implied
