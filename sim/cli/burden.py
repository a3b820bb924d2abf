"""`cpsim burden`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape

from sim.errors import InputError
from sim.ledger.manifest import MANIFEST
from sim.ledger.run_folder import read_table
from sim.outcomes.burden import TABLES, tabulate_burden
from sim.report.burden.text import describe_burden
from sim.report.captions import synthetic_label
from sim.report.names import strategy_name

RUNS = "runs.csv"
"""The list of runs that `cpsim compare` leaves in its folder."""


def burden(given: argparse.Namespace) -> int:
    """Print who pays in a run, or under each strategy of a comparison; draw it where a folder is given."""
    tables = {name: _tabulate(folders, given.by) for name, folders in find_runs(given.folder).items()}
    console = Console(highlight=False)
    console.print(synthetic_label(given.lang, short=True))
    for name, table in tables.items():
        console.print(f"[bold]{escape(strategy_name(name, given.lang))}[/bold]", soft_wrap=True)
        for line in describe_burden(table, lang=given.lang):
            console.print(escape(line), soft_wrap=True)
        if given.out is not None:
            for file in write_burden(table, given.out / f"burden-{given.by}-{Path(name).name}", given.lang):
                print(file)
    return 0


def _tabulate(folders: list[Path], by: str) -> pd.DataFrame:
    """Read one run after the other: a comparison of many is larger than memory."""
    return tabulate_burden(({table: read_table(folder, table) for table in TABLES} for folder in folders), by=by)


def find_runs(folder: Path) -> dict[str, list[Path]]:
    """List the run folders below a run or a comparison, by strategy.

    Raises
    ------
    InputError
        If the folder is neither.
    """
    if (folder / MANIFEST).exists():
        return {folder.resolve().name: [folder]}
    if not (folder / RUNS).exists():
        raise InputError(
            f"{folder} must be the folder of a run or of a comparison: it has neither {MANIFEST} nor {RUNS}"
        )
    listed = pd.read_csv(folder / RUNS, dtype=str)
    if not {"policy", "folder"} <= set(listed.columns):
        raise InputError(
            f"{folder / RUNS} must list a policy and a folder for each run; `cpsim compare` writes it anew"
        )
    strategies = listed.groupby("policy", sort=False)["folder"]
    return {str(policy): [folder / name for name in names] for policy, names in strategies}


def write_burden(table: pd.DataFrame, base: Path, lang: str) -> Iterator[Path]:
    """Write the table as CSV and its picture as PNG and SVG."""
    from sim.report.burden.picture import draw_burden
    from sim.report.style import save_figure

    files = save_figure(draw_burden(table, lang="zh" if lang == "zh" else "en"), base)
    csv = base.with_name(base.name + ".csv")
    table.to_csv(csv, index=False)
    yield from (csv, *files)
