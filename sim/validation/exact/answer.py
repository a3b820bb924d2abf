"""An exact answer: what theory says, what the simulation gives, and variants that the same comparison must reject."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from sim.inputs.toml_text import read_toml

ERRORS = 4.0
"""Standard errors that chance may take a number away from theory: one check of 16,000 would be wrong by chance."""


class Part(NamedTuple):
    """Hold one number of theory beside one number of the product."""

    what: str
    theory: float
    ours: float
    tolerance: float
    """how far they may lie apart"""

    @property
    def distance(self) -> float:
        """Give the distance in tolerances: up to 1 is what theory allows."""
        apart = abs(self.ours - self.theory)
        if not isfinite(apart):
            return float("inf")
        return apart / self.tolerance if self.tolerance > 0.0 else (0.0 if apart == 0.0 else float("inf"))


Compare = Callable[[bool], Sequence[Part]]
"""Compares with theory; with more chance or larger cases where it is asked for the full answer."""


@dataclass(frozen=True)
class About:
    """Say in words what is compared, why it may differ by so much, and what is broken on purpose."""

    title: str
    title_zh: str
    says: str
    says_zh: str
    tolerance: str
    tolerance_zh: str
    broken: str
    broken_zh: str


@dataclass(frozen=True)
class Check:
    """Name one exact answer and how it is asked."""

    key: str
    compare: Compare
    broken: Mapping[str, Compare]
    """variants of theory, of the draws or of the books that are wrong: each must be rejected"""

    @property
    def about(self) -> About:
        """Give the words on it."""
        return words()[self.key]


@dataclass(frozen=True)
class ExactAnswer:
    """Hold what came of one check."""

    key: str
    parts: tuple[Part, ...]
    rejected: Mapping[str, bool]
    """by variant that was broken on purpose, whether the comparison rejects it"""
    seconds: float = 0.0

    @property
    def about(self) -> About:
        """Give the words on it."""
        return words()[self.key]

    @property
    def holds(self) -> bool:
        """Tell whether every number is as close to theory as it must be."""
        return bool(self.parts) and all(part.distance <= 1.0 for part in self.parts)

    @property
    def rejects(self) -> bool:
        """Tell whether the comparison rejects every broken variant: one that cannot fail shows nothing."""
        return bool(self.rejected) and all(self.rejected.values())

    @property
    def farthest(self) -> Part:
        """Give the number that lies farthest from theory, in tolerances."""
        return max(self.parts, key=lambda part: part.distance)

    def as_json(self) -> dict[str, Any]:
        """Give the answer as plain values, for a file."""
        return {
            "check": self.key, "holds": self.holds, "rejects_broken": dict(self.rejected),
            "numbers": [part._asdict() for part in self.parts], "seconds": round(self.seconds, 1),
        }  # fmt: skip


def ask_exact(check: Check, *, full: bool = False) -> ExactAnswer:
    """Make a comparison, and the same with each broken variant.

    Parameters
    ----------
    full
        with as much chance as a release asks for; broken variants get the short form, which must do to reject them
    """
    begun = time.perf_counter()
    parts = tuple(check.compare(full))
    rejected = {name: any(part.distance > 1.0 for part in broken(False)) for name, broken in check.broken.items()}
    return ExactAnswer(check.key, parts, rejected, time.perf_counter() - begun)


@cache
def words() -> Mapping[str, About]:
    """Read what is said of each check."""
    return {key: About(**content) for key, content in read_toml(Path(__file__).with_name("answers.toml")).items()}
