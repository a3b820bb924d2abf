"""Print a page in the terminal."""

from __future__ import annotations

from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from sim.report.names import fold_name
from sim.report.page import Page, Table

WIDEST_CELL = 32
"""columns"""


def print_page(page: Page) -> None:
    """Print a page; tables stand in columns that no narrow window cuts off."""
    console = Console(highlight=False)
    for i, one in enumerate(page):
        if isinstance(one, Table):
            print_table(console, one)
        else:
            console.print(one, markup=False, soft_wrap=True, style="bold" if i == 0 else "")


def print_table(console: Console, table: Table) -> None:
    """Print a table; what is long in a cell is folded, so that the name of a strategy does not push numbers away."""
    console.print(f"\n{table.title}", style="bold", markup=False)
    folded = [[fold_name(cell, WIDEST_CELL) for cell in row] for row in (table.heads, *table.rows)]
    widths = [max(cell_len(line) for row in folded for line in row[i]) for i in range(len(table.heads))]
    for i, row in enumerate(folded):
        for part in zip_longest(*row, fillvalue=""):
            line = "  ".join(set_cell_size(cell, width) for cell, width in zip(part, widths, strict=True))
            console.print(f"  {line.rstrip()}", markup=False, soft_wrap=True, style="dim" if i == 0 else None)
    console.print()
