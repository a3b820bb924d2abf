"""What became of every row of a file, and what is to be told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Kind = Literal["read", "default", "wrong"]
"""Something that was read, a default that stands in for what is missing, something that looks wrong."""
Bools = NDArray[np.bool_]


class Note(NamedTuple):
    """Hold one thing to tell: its words stand in `words.toml` under its key."""

    kind: Kind
    key: str
    values: dict[str, object]


@dataclass
class Account:
    """Tell of one part of a force: what was read, and where each row of its file went."""

    part: str
    source: str = ""
    rows: int = 0
    used: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    """rows that were not used, by reason"""
    placed: dict[str, int] = field(default_factory=dict)
    """rows that were used, by how their place was found"""
    notes: list[Note] = field(default_factory=list)

    def read(self, key: str, **values: object) -> None:
        """Tell of something that was read."""
        self.notes.append(Note("read", key, values))

    def default(self, key: str, **values: object) -> None:
        """Tell of a default that stands in for what is missing."""
        self.notes.append(Note("default", key, values))

    def wrong(self, key: str, **values: object) -> None:
        """Tell of something that looks wrong."""
        self.notes.append(Note("wrong", key, values))

    def count(self, fate: Fate, placed: Sequence[str] = ()) -> None:
        """Count the rows by what became of them; `placed` says how the place of each used row was found."""
        self.rows = len(fate.reason)
        self.used = int(fate.is_used.sum())
        self.left_out = dict(Counter(fate.reason[~fate.is_used]).most_common())
        self.placed = dict(Counter(placed).most_common())


class Fate:
    """Hold for each row why it was left out; the first reason stands, so that each row has one."""

    def __init__(self, n: int) -> None:
        self.reason = np.full(n, "", object)

    @property
    def is_used(self) -> Bools:
        """Give (n,) rows that nothing speaks against."""
        return np.asarray(self.reason == "", bool)

    def leave_out(self, rows: Bools, reason: str) -> None:
        """Leave rows out, those that are not left out already."""
        self.reason[np.asarray(rows, bool) & self.is_used] = reason
