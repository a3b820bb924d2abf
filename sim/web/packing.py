"""The strips of some days, packed for a file that must fit into a mail.

What two sides have in common is written once: with common chance most people go the same ways on both, and the same
ways every day. Where along a segment a walker is, is not known (`sim.web.strips`) and not kept; officers keep it to
an eighth of a byte's range, as fine as a map shows.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.web.binary import read_head

Rows = NDArray[Any]
SURFACES = ("presence", "police", "crime", "fear", "satisfied")
FINE = 8
"""levels of a byte that count as one, of officers' places and of what the streets' colours show"""
NOBODY = 255


class Hour(NamedTuple):
    """Hold what a strip says, as arrays."""

    head: dict[str, Any]
    segment: Rows
    """(n_ticks, n_officers)"""
    along: Rows
    activity: Rows
    kind: Rows
    walker: Rows
    where: Rows
    """(n_ticks, n_walkers)"""
    surfaces: Rows
    """(5, n_segments)"""


def read_strip(strip: bytes, n_segments: int) -> Hour:
    """Read a strip as docs/page-protocol.md lays it out."""
    head, at = read_head(strip)
    ticks, officers, walkers = head["n_ticks"], head["n_officers"], head["n_walkers"]

    def take(kind: str, n: int) -> Rows:
        nonlocal at
        at += -at % 4
        found = np.frombuffer(strip, kind, n, at)
        at += found.nbytes
        return found

    two = (ticks, officers)
    segment, along, activity = take("<i4", ticks * officers), take("u1", ticks * officers), take("u1", ticks * officers)
    kind, walker, where = take("u1", officers), take("<u4", walkers), take("<i4", ticks * walkers)
    take("u1", ticks * walkers)
    surfaces = np.stack([take("u1", n_segments) for _ in SURFACES])
    rows = (segment.reshape(two), along.reshape(two), activity.reshape(two))
    return Hour(head, *rows, kind, walker, where.reshape(ticks, walkers), surfaces)


def pack_sides(strips: Mapping[str, Sequence[bytes]], n_segments: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Pack the strips of all sides.

    Returns
    -------
    head, parts
        `{"sides": {side: [head of a strip, …]}, "paths", "trips", …}`, and base64 of deflated arrays by name, as
        `stage/embedded.js` reads them
    """
    hours = {side: [read_strip(one, n_segments) for one in some] for side, some in strips.items()}
    parts: dict[str, Rows] = {}
    paths: dict[bytes, int] = {}
    common: set[tuple[int, int, int]] = set()
    head: dict[str, Any] = {"sides": {}, "fine": FINE, "n_segments": n_segments}
    first: list[Hour] | None = None
    for side, some in hours.items():
        trips = _trips(some, paths)
        both = common & set(trips) if first else set()
        if first is None:
            common = set(trips)
            order = sorted(common)
        parts[f"{side}.missing"] = (
            np.array([one not in both for one in order], np.uint8) if first else np.zeros(0, np.uint8)
        )
        own = sorted(one for one in trips if one not in both)
        start, person, path = (np.array([one[k] for one in own], np.int64) for k in range(3))
        parts[f"{side}.start"], parts[f"{side}.person"] = _planes(np.diff(start, prepend=0)), _planes(person)
        parts[f"{side}.path"] = _planes(path)
        _officers(parts, side, some)
        _surfaces(parts, side, some, first)
        head["sides"][side] = {"heads": _heads(some), "n_trips": len(own)}
        first = first or some
    lengths = np.array([len(one) // 4 for one in paths], np.int64)
    parts["path.length"] = _planes(lengths)
    parts["path.segment"] = _planes(np.frombuffer(b"".join(paths), "<i4").astype(np.int64))
    head["n_paths"] = len(paths)
    packed = {name: base64.b64encode(zlib.compress(part.tobytes(), 9)).decode() for name, part in parts.items()}
    return head, packed


def _heads(some: list[Hour]) -> list[dict[str, Any]]:
    """Keep the heads; what stands in every one of them is kept with the first alone."""
    same = ("kinds", "activities", "scales", "roles")
    return [
        hour.head if k == 0 else {n: v for n, v in hour.head.items() if n not in same} for k, hour in enumerate(some)
    ]


def _trips(some: list[Hour], paths: dict[bytes, int]) -> list[tuple[int, int, int]]:
    """List who sets out when on which way: (tick, person, number of the way); new ways are added to `paths`."""
    found, base = [], 0
    for hour in some:
        ticks = len(hour.where)
        tick, row = np.nonzero(hour.where >= 0)
        found.append(np.column_stack([hour.walker[row], tick + base, hour.where[tick, row]]).astype(np.int64))
        base += ticks
    seen = np.concatenate(found) if found else np.zeros((0, 3), np.int64)
    seen = seen[np.lexsort((seen[:, 1], seen[:, 0]))]
    new = np.ones(len(seen), bool)
    new[1:] = (seen[1:, 0] != seen[:-1, 0]) | (seen[1:, 1] != seen[:-1, 1] + 1)
    begins = np.append(np.flatnonzero(new), len(seen))
    steps = seen[:, 2].astype("<i4").tobytes()
    trips = []
    for begin, end in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True):
        way = steps[4 * begin : 4 * end]
        trips.append((int(seen[begin, 1]), int(seen[begin, 0]), paths.setdefault(way, len(paths))))
    return trips


def _officers(parts: dict[str, Rows], side: str, some: list[Hour]) -> None:
    """Officer by officer in order of time: what stays the same stands side by side."""
    parts[f"{side}.officer_segment"] = _planes(np.concatenate([one.segment for one in some]).T.astype(np.int64) + 1)
    parts[f"{side}.officer_along"] = (np.concatenate([one.along for one in some]).T // FINE).astype(np.uint8)
    parts[f"{side}.officer_activity"] = np.concatenate([one.activity for one in some]).T.astype(np.uint8)
    parts[f"{side}.officer_kind"] = np.stack([one.kind for one in some]).astype(np.uint8)


def _surfaces(parts: dict[str, Rows], side: str, some: list[Hour], other: list[Hour] | None) -> None:
    """Differences from the other side, or from the hour before: mostly nothing."""
    values = _coarse(np.stack([one.surfaces for one in some]))
    if other is not None and len(other) == len(some):
        before = _coarse(np.stack([one.surfaces for one in other]))
    else:
        before = np.concatenate([np.zeros_like(values[:1]), values[:-1]])
    parts[f"{side}.surfaces"] = (values - before).transpose(1, 0, 2).astype(np.uint8)


def _coarse(values: Rows) -> Rows:
    """Round to what a map shows; that nobody lives there, and that there is nothing, stays as it is."""
    middle = (values // FINE) * FINE + FINE // 2
    return np.where((values == NOBODY) | (values == 0), values, np.minimum(middle, NOBODY - 1)).astype(np.uint8)


def _planes(values: Rows) -> Rows:
    """Lay whole numbers out as their lowest bytes, then the next, up to four: like bytes deflate well together."""
    flat = np.ascontiguousarray(values, np.int64).ravel().astype("<u4").view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(flat.T)
