"""The order and the identity of junctions and segments: by where they are, never by where they stood in a file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.reading.pieces import Lines, StreetPieces
from sim.city.streets import Floats

Words = NDArray[np.uint64]


def junction_order(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Order junctions along a Morton curve, so that neighbours in space are near in memory.

    Returns
    -------
    (n_junctions,) row of the junction that comes first, second, ...
    """
    column = np.floor(x - x.min()).astype(np.uint64)
    row = np.floor(y - y.min()).astype(np.uint64)
    curve = _spread_bits(column) | (_spread_bits(row) << np.uint64(1))
    return np.lexsort((y, x, curve))


def _spread_bits(value: Words) -> Words:
    """Put a zero between the bits of the lower half of a word (Morton 1966)."""
    masks = (0x0000FFFF0000FFFF, 0x00FF00FF00FF00FF, 0x0F0F0F0F0F0F0F0F, 0x3333333333333333, 0x5555555555555555)
    for shift, mask in zip((16, 8, 4, 2, 1), masks, strict=True):
        value = (value | (value << np.uint64(shift))) & np.uint64(mask)
    return value


def orient(p: StreetPieces) -> StreetPieces:
    """Let every piece run from the smaller junction number to the larger."""
    return p.flip(p.start > p.end)


def segment_keys(p: StreetPieces) -> tuple[Words, NDArray[np.int64]]:
    """Give each segment an identity made of the places it runs through, and the order of segments.

    Chance is keyed by it: the same street keeps its luck when a larger extract, another file format or
    another order of rows gives it another number.

    Returns
    -------
    key
        (n_segments,) in the new order, all different.
    row
        (n_segments,) row of the segment that comes first, second, ...
    """
    mixed = line_marks(p.line)
    row = np.lexsort((mixed, p.length_m.round(3), p.end, p.start))
    key = _mix(mixed[row])
    while len(np.unique(key)) < len(key):  # straight twins between the same junctions
        _, first = np.unique(key, return_index=True)
        twin = np.delete(np.arange(len(key)), first)
        key[twin] = _mix(key[twin])
    return key, row


def line_marks(lines: Lines) -> Words:
    """Hash the places that each line runs through, to a decimetre, whichever way it is drawn."""
    if not len(lines):
        return np.zeros(0, np.uint64)
    decimetre = np.round(10.0 * np.concatenate(lines)).astype(np.int64).astype(np.uint64)
    first = np.concatenate([[0], np.cumsum([len(line) for line in lines])[:-1]])
    # A sum does not depend on the direction in which a line is drawn.
    return np.add.reduceat(_mix(_mix(decimetre[:, 0]) + decimetre[:, 1]), first)


def _mix(word: Words) -> Words:
    """Scatter the bits of a word (the finaliser of SplitMix64; Steele, Lea and Flood 2014)."""
    word = word + np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))
