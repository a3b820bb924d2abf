"""Strategies as people say them, where nobody has read the list of strategies."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from sim.report.names import SWITCH, WITHIN_BUDGET, strategy_name
from sim.report.texts import Lang, text

FILE = Path(__file__).with_name("names.toml")
PLAIN = re.compile(r"[a-z_]+")


@cache
def _names() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def spoken_name(label: str, lang: Lang) -> str:
    """Name a strategy as one would say it; of one that comes in at a date, the last; its parameters stay as written."""
    paid = label.endswith(WITHIN_BUDGET)
    last = SWITCH.split(label.removesuffix(WITHIN_BUDGET))[-1]
    parts = [_one(part.strip(), lang) for part in re.split(r"\s+\+\s+", last)]
    return text(lang, "brief.and").join(parts) + (text(lang, "brief.paid") if paid else "")


def _one(spec: str, lang: Lang) -> str:
    match = PLAIN.match(spec)
    if match is None or match[0] not in _names() or spec[match.end() : match.end() + 1] not in {"", "("}:
        return strategy_name(spec, lang)
    return _names()[match[0]][lang] + (" " if lang == "en" and match.end() < len(spec) else "") + spec[match.end() :]
