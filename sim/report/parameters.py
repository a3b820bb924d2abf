"""The parameters of a scenario and their sources, in English as they are declared and in Chinese from one table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sim.params import About, plain
from sim.report.texts import Lang, text
from sim.scenarios.sources import Source

FILE = Path(__file__).with_name("parameters_zh.toml")


@cache
def chinese_parameters() -> dict[str, dict[str, Any]]:
    """Read the table: meanings by group and key, units, and what sources are cited for."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def parameter_meaning(name: str, about: About, lang: Lang) -> str:
    """Say what a parameter is, by its dotted name."""
    group, _, key = name.rpartition(".")
    meanings = chinese_parameters()["meanings"] if lang == "zh" else {}
    return str(meanings.get(group or "scenario", {}).get(key, about.meaning))


def parameter_unit(about: About, lang: Lang) -> str:
    """Name the unit of a parameter; '' for none."""
    return str(chinese_parameters()["units"].get(about.unit, about.unit)) if lang == "zh" else about.unit


def parameter_range(about: About, lang: Lang) -> str:
    """Say between which values a parameter must lie; '' where nothing says so."""
    if about.low is None or about.high is None:
        return ""
    return text(lang, "parameters.range").format(low=plain(about.low), high=plain(about.high))


def support_words(supports: str, lang: Lang) -> str:
    """Say how far a source carries a value."""
    return str(chinese_parameters()["supports"][supports]) if lang == "zh" else supports


def parameter_note(name: str, about: About, lang: Lang) -> str:
    """Say what a reader must know of what is published of a parameter; '' where there is nothing."""
    return str(chinese_parameters()["notes"].get(name, about.note)) if lang == "zh" else about.note


def published_words(about: About, lang: Lang) -> str:
    """Say what is published of a parameter, and which part of its default lies outside; '' where nothing is."""
    if not about.published:
        return ""
    comma = text(lang, "parameters.comma")
    parts = {part: _interval(low, high, lang) for part, (low, high) in about.published.items()}
    ranges = comma.join(f"{part} {words}".lstrip() for part, words in parts.items())
    outside = comma.join(f"{part} {plain(number)}".lstrip() for part, number in about.outside.items())
    return text(lang, "parameters.outside").format(ranges=ranges, outside=outside) if outside else ranges


def source_lines(source: Source, lang: Lang) -> Iterator[str]:
    """Name a source, what it is cited for and where it is found; a publication keeps its own words."""
    words = {"citation": source.citation, "reason": source.reason, "seen": source.seen}
    if lang == "zh":
        table = chinese_parameters()
        words = {
            "citation": table["citations"].get(source.key, source.citation),
            "reason": table["reasons"].get(source.key, source.reason),
            "seen": table["seen"].get(source.seen, source.seen),
        }
    yield text(lang, "parameters.source").format(
        key=source.key, supports=support_words(source.supports, lang), citation=words["citation"],
        reason=words["reason"],
    )  # fmt: skip
    if source.where:
        yield text(lang, "parameters.where").format(where=source.where, seen=words["seen"])


def _interval(low: float | None, high: float | None, lang: Lang) -> str:
    if high is None:
        return text(lang, "parameters.over").format(low=plain(low))
    if low is None:
        return text(lang, "parameters.under").format(high=plain(high))
    return plain(low) if low == high else text(lang, "parameters.range").format(low=plain(low), high=plain(high))
