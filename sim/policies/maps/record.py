"""What every estimate begins with: the incidents on record at a time, and sums that no numbering can shift."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.policies.arguments import check_number, check_types
from sim.policies.protocol import WEEK_MIN, CityBrief, Floats, Ints, Record

Rows = NDArray[np.int64]


def known_rows(record: Record, *, begin: float, end: float, known_at: float, types: Iterable[int] | None) -> Rows:
    """Name the incidents of a period that were on record at a time.

    Everything that an estimate knows comes through here, so that none can look at what was recorded later.

    Parameters
    ----------
    begin, end
        period in which they happened, `end` left out; minutes since the start
    known_at
        when one looks at the record
    types
        indices into `sim.params.CRIMES`; all when None

    Raises
    ------
    InputError
        If the time is no number, or a type is no index into `sim.params.CRIMES`.
    """
    known_at, types = check_number(known_at, "until (minutes since the start)"), check_types(types)
    chosen = (record.t_recorded <= known_at) & (record.t >= begin) & (record.t < end)
    if types is not None:
        chosen &= np.isin(record.type, types)
    return np.flatnonzero(chosen)


def minutes_of(weeks: float) -> float:
    """Turn a length of a period from weeks into minutes.

    Raises
    ------
    InputError
        If it is not positive.
    """
    return check_number(weeks, "the weeks of an estimate", above=0.0) * WEEK_MIN


def in_steps(values: Floats, bits: int) -> Floats:
    """Round to steps of 2**-bits.

    Numbers in such steps add up without rounding as long as 53 bits hold the sum, so a sum over neighbours is the same
    in every order: other numbers for segments then give the same scores to the last bit, and tie or do not tie alike.
    """
    return np.ldexp(np.rint(np.ldexp(values, bits)), -bits)


@dataclass(frozen=True, eq=False)
class Streets:
    """Hold the streets of a brief under a mark of their content, so that what was computed of them can be kept."""

    n_segments: int
    length_m: Floats
    start: Ints
    neighbours: Ints
    mark: bytes

    @classmethod
    def of(cls, brief: CityBrief) -> Streets:
        """Take the streets of a brief, lengths in steps of 2**-9 m."""
        length = in_steps(brief.segment_length_m, 9)
        text = hashlib.blake2b(digest_size=16)
        columns: tuple[NDArray[Any], ...] = (length, brief.neighbours_start, brief.neighbours)
        for column in columns:
            text.update(column.tobytes())
        return cls(brief.n_segments, length, brief.neighbours_start, brief.neighbours, text.digest())

    def __hash__(self) -> int:
        """Two briefs of the same streets are one key."""
        return hash(self.mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Streets) and self.mark == other.mark

    @property
    def row(self) -> Rows:
        """Name the segment to which each entry of `neighbours` belongs."""
        return np.repeat(np.arange(self.n_segments), np.diff(self.start))
