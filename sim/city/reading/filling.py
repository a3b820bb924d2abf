"""Lengths and speeds that a source does not give, or gives for another place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.city.reading.pieces import StreetPieces, Tally, line_length
from sim.city.reading.words.kinds import SPEED_KMH
from sim.city.streets import STREET_CLASSES, Floats
from sim.errors import InputError

LEAST_CHORD_SHARE = 0.95
"""A given length below this share of the straight line between the ends is wrong. Map projections
stretch by less than one in a thousand, so nothing correct is caught."""

MOST_TOO_SHORT = 0.25
"""Lengths shorter than the straight line are single mistakes up to this share of the length of all. Beyond it the
coordinates are wrong: where longitude and latitude are swapped, the streets of one direction grow."""

ENOUGH_LENGTHS = 20
"""From this many given lengths on they are compared with the coordinates."""

ENOUGH_SPEEDS = 20
"""From this many known speeds of a class on, their median fills the missing ones."""


def fill_lengths(p: StreetPieces, count: Tally, name: str) -> StreetPieces:
    """Measure the lengths that are missing or shorter than a straight line; refuse those of another place."""
    along = np.array([line_length(line) for line in p.line], float).reshape(len(p))
    chord = np.hypot(p.node_x[p.end] - p.node_x[p.start], p.node_y[p.end] - p.node_y[p.start])
    missing = ~(np.isfinite(p.length_m) & (p.length_m > 0))
    wrong = ~missing & (p.length_m < LEAST_CHORD_SHARE * chord)
    _refuse_other_lengths(p.length_m[~missing], chord[~missing], name)
    count["lengths_filled"] += int(missing.sum())
    count["lengths_corrected"] += int(wrong.sum())
    return replace(p, length_m=np.where(missing | wrong, np.maximum(along, chord), p.length_m))


def _refuse_other_lengths(given: Floats, chord: Floats, name: str) -> None:
    """Refuse lengths that tell of other streets than the coordinates do."""
    if len(given) < ENOUGH_LENGTHS:
        return
    short = chord[given < LEAST_CHORD_SHARE * chord].sum() / max(chord.sum(), 1e-9)
    if short > MOST_TOO_SHORT:
        raise InputError(
            f"street network {name!r}: lengths must fit the coordinates, but those of {100 * short:.0f} % of the "
            f"streets are shorter than a straight line between their ends; longitude and latitude may be swapped, "
            f"or the coordinate system may be another one"
        )


def fill_speeds(p: StreetPieces, count: Tally) -> StreetPieces:
    """Give pieces without a speed that of their class: the median of those known, or a usual limit."""
    known = np.isfinite(p.speed_kmh) & (p.speed_kmh > 0)
    speed = p.speed_kmh.copy()
    for index, word in enumerate(STREET_CLASSES):
        of_class = p.street_class == index
        heard = speed[of_class & known]
        speed[of_class & ~known] = np.median(heard) if len(heard) >= ENOUGH_SPEEDS else SPEED_KMH[word]
    count["speeds_filled"] += int((~known).sum())
    return replace(p, speed_kmh=speed)
