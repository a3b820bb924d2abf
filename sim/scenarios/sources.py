"""Every citation, with the reason it is cited for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SUPPORTS = ("value", "range", "mechanism", "judgement", "definition")
"""How far a source carries a default; see the head of `sources.toml`."""


@dataclass(frozen=True)
class Source:
    """Tell where a default comes from."""

    key: str
    citation: str
    supports: str
    """one of `SUPPORTS`"""
    reason: str
    """what it is cited for"""
    year: int | None = None
    seen: str = ""
    """'abstract' or 'secondary' where that was all that could be read of it"""


@cache
def load_sources() -> dict[str, Source]:
    """Read `sources.toml`, by key."""
    content = tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))
    return {key: Source(key=key, **about) for key, about in content.items()}
