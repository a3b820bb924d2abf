"""What stands on the two pages, whatever they are written as: HTML, PDF or a document for a word processor."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """Hold a cell of the table."""

    value: str
    ends: str = ""
    verdict: str = ""
    """as `sim.report.verdicts.judge` gives it; '' where nothing is judged"""


@dataclass(frozen=True)
class Section:
    """Hold a heading and the lines below it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Brief:
    """Hold two pages and their annex."""

    title: str
    place: str
    answer: str
    """one to four sentences"""
    picture: bytes
    """PNG"""
    picture_title: str
    sections: tuple[Section, ...]
    table_title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    note: str
    foot: str
    annex: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...] = field(default=())
    """tables of the annex: title, heads, rows"""
    annex_title: str = ""
    annex_lines: tuple[str, ...] = ()
