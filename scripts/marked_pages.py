"""Put tables that are made from the code between two marks of a page, so that page and code cannot drift apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def filled(text: str, tables: Mapping[str, str]) -> str:
    """Give the page with each table between `<!-- NAME -->` and `<!-- end NAME -->`."""
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end {name} -->\n"
        before, rest = text.split(begin)
        text = before + begin + table + end + rest.split(end)[1]
    return text


def table_of(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table; a bar within a cell does not end it."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write_page(page: Path, tables: Mapping[str, str]) -> None:
    """Bring a page up to date."""
    page.write_text(filled(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
