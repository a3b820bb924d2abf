"""Print a page in the terminal."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from sim.report.page import Page, Table


def print_page(page: Page) -> None:
    """Print a page; tables stand in columns that no narrow window cuts off."""
    console = Console(highlight=False)
    for i, one in enumerate(page):
        if isinstance(one, Table):
            _print_table(console, one)
        else:
            console.print(one, markup=False, soft_wrap=True, style="bold" if i == 0 else "")


def _print_table(console: Console, table: Table) -> None:
    console.print(f"\n{table.title}", style="bold", markup=False)
    widths = [max(cell_len(row[i]) for row in (table.heads, *table.rows)) for i in range(len(table.heads))]
    for i, row in enumerate((table.heads, *table.rows)):
        line = "  ".join(set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True))
        console.print(f"  {line.rstrip()}", markup=False, soft_wrap=True, style="dim" if i == 0 else None)
    console.print()
