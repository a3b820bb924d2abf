"""A page of paragraphs and tables that is written as Markdown and printed in the terminal: both say the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.report.texts import Lang


class Table(NamedTuple):
    """Hold a title, the heads of the columns, and the rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


Page = Sequence[str | Table]
"""The first line is the title."""


def pick(lang: Lang, english: str, chinese: str) -> str:
    """Choose the words of a language."""
    return chinese if lang == "zh" else english


def as_markdown(page: Page) -> str:
    """Write a page as Markdown."""
    title, *rest = page
    parts = [f"# {title}"]
    for one in rest:
        if isinstance(one, Table):
            head = "| " + " | ".join(one.heads) + " |\n|" + "---|" * len(one.heads)
            rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in one.rows]
            parts += [f"## {one.title}", "\n".join([head, *rows])]
        else:
            parts.append(one)
    return "\n\n".join(parts) + "\n"


def write_pages(out: Path, name: str, english: Page, chinese: Page) -> list[Path]:
    """Write a page in both languages."""
    files = [out / f"{name}.md", out / f"{name}.zh.md"]
    for file, page in zip(files, (english, chinese), strict=True):
        file.write_text(as_markdown(page), encoding="utf-8")
    return files
