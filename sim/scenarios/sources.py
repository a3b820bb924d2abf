"""Every citation, with the reason it is cited for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.params import About

SUPPORTS = ("value", "range", "mechanism", "judgement", "definition")
"""How far a source carries a default; see the head of `sources.toml`."""
OUTSIDE = "outside"
"""Said instead where a default lies outside the range that its source gives."""
JUDGED = ("judgement", "mechanism", OUTSIDE)
"""What makes a conclusion that turns on a parameter one about our judgement."""
SEEN = ("full text", "part", "abstract", "secondary", "data", "not seen", "none")
"""What could be read of a publication; see the head of `sources.toml`."""


@dataclass(frozen=True)
class Source:
    """Tell where a default comes from."""

    key: str
    citation: str
    supports: str
    """one of `SUPPORTS`"""
    reason: str
    """what it is cited for"""
    seen: str
    """one of `SEEN`"""
    year: int | None = None
    doi: str = ""
    """as it stands beside the title, without 'https://doi.org/'"""
    address: str = ""
    """page, report number, or journal, volume and pages"""

    @property
    def where(self) -> str:
        """Tell where it can be had; empty where there is no publication."""
        return f"https://doi.org/{self.doi}" if self.doi else self.address


@cache
def load_sources() -> dict[str, Source]:
    """Read `sources.toml`, by key."""
    content = tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))
    return {key: Source(key=key, **about) for key, about in content.items()}


def support_of(about: About) -> str:
    """Tell how far its source carries a parameter: one of `SUPPORTS`, or `OUTSIDE`.

    A default outside the published range contradicts its source, so that the source cannot be said to bound it.
    """
    if about.outside:
        return OUTSIDE
    return about.supports or load_sources()[about.source].supports
