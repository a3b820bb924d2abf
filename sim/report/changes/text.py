"""What changed between two strategies in words and numbers: CSV for programs, lines of text for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.cells import cell_len

from sim.disk import make_folder
from sim.outcomes.changes_pairs import Changes, estimate_tables
from sim.params import CRIMES
from sim.report.numbers import format_interval
from sim.report.texts import Lang, text

CLASS_ROWS = (
    "n_a", "unchanged", "moved", "moved_turned", "moved_next_door", "moved_m", "delayed", "advanced", "switched_from",
    "prevented", "caused", "n_b", "net",
)  # fmt: skip
NET = "net"
NO_SHARE = frozenset(("moved_m",))
TYPE_COLUMNS = ("n_a", "unchanged", "moved", "time", "switched", "prevented", "caused", "net")
RING_COLUMNS = ("n_segments", "n_a", "n_b", "prevented", "caused", "moved_out", "moved_in")
WINDOW_COLUMNS = ("time", "switched", "prevented", "caused", "pairs", "by_chance")


class About(NamedTuple):
    """Name what was compared."""

    policy: str
    baseline: str
    scenario: str
    people: str
    """how many are simulated, and whom they stand for, in words"""
    n_days: int
    window_days: float
    treated_share: float


def write_changes(pairs: Mapping[int, Changes], out: Path) -> list[Path]:
    """Write `changes.csv` (one row per offence), `changes_by_segment.csv`, and the estimates by type, ring and window.

    Parameters
    ----------
    pairs
        what changed, by seed
    out
        folder to write to; made if need be
    """
    make_folder(out)
    offences = pd.concat([changes.offences.assign(seed=seed) for seed, changes in pairs.items()])
    segments = pd.concat([changes.by_segment.reset_index().assign(seed=seed) for seed, changes in pairs.items()])
    tables = {"changes": offences, "changes_by_segment": segments}
    for name in ("by_type", "by_ring", "by_window"):
        tables[f"changes_{name}"] = estimate_tables([getattr(changes, name) for changes in pairs.values()])
    files = []
    for name, table in tables.items():
        first = ["seed"] if "seed" in table.columns else []
        files.append(out / f"{name}.csv")
        table[[*first, *table.columns.drop(first)]].to_csv(files[-1], index=False)
    return files


def describe_changes(pairs: Mapping[int, Changes], about: About, *, lang: Lang = "en") -> str:
    """Tell what changed: the classes with their intervals, then means by type, place and window, and how to read them.

    Parameters
    ----------
    pairs
        what changed, by seed
    """
    words = about._asdict() | {"city": about.scenario, "days": about.n_days, "n": len(pairs)}
    head = text(lang, "changes.head").format(**words | {"window": f"{about.window_days:g}"})
    by_ring = text(lang, "changes.by_ring").format(share=f"{100 * about.treated_share:g}")
    parts = [
        f"{head}\n{text(lang, 'changes.label')}",
        _tell_classes(pairs, about, lang),
        f"{text(lang, 'changes.by_type')}\n{_tell_types(pairs, lang)}",
        f"{by_ring}\n{_tell_rings(pairs, lang)}",
        f"{text(lang, 'changes.by_window')}\n{_tell_windows(pairs, lang)}",
        text(lang, "changes.reading") + (f"\n{text(lang, 'changes.one_pair')}" if len(pairs) == 1 else ""),
    ]
    return "\n\n".join(parts)


def _tell_classes(pairs: Mapping[int, Changes], about: About, lang: Lang) -> str:
    table = estimate_tables([changes.by_type for changes in pairs.values()])
    cells = table[table["type"] == "all"].set_index("column")
    n_a = float(cells.loc["n_a", "mean"])
    rows = [["", *(text(lang, f"changes.{name}") for name in ("mean", "interval", "share"))]]
    for name in CLASS_ROWS:
        mean, low, high = (float(cells.loc[name, column]) for column in ("mean", "low", "high"))
        label = text(lang, f"changes.{name}").format(policy=about.policy, baseline=about.baseline)
        share = "" if name in NO_SHARE or n_a == 0 else f"{100 * mean / n_a:.1f} %"
        rows.append([label, _number(mean), format_interval(*_bounded(name, low, high), 1), share])
    return _align(rows)


def _tell_types(pairs: Mapping[int, Changes], lang: Lang) -> str:
    tables = [_with_sums(changes.by_type) for changes in pairs.values()]
    labels = {name: text(lang, f"crimes.{name}") for name in ("all", *CRIMES)}
    return _tell_means(tables, labels, TYPE_COLUMNS, lang)


def _tell_rings(pairs: Mapping[int, Changes], lang: Lang) -> str:
    tables = [changes.by_ring for changes in pairs.values()]
    numbers = sorted({number for table in tables for number in table.index}, key=lambda number: (number < 0, number))
    labels = {number: text(lang, "changes.ring_n").format(n=number) for number in numbers}
    labels |= {0: text(lang, "changes.treated"), -1: text(lang, "changes.rest")}
    return _tell_means(tables, {number: labels[number] for number in numbers}, RING_COLUMNS, lang)


def _tell_windows(pairs: Mapping[int, Changes], lang: Lang) -> str:
    tables = [_with_sums(changes.by_window) for changes in pairs.values()]
    labels = {window: f"{window:g}" for window in tables[0].index}
    return _tell_means(tables, labels, WINDOW_COLUMNS, lang)


def _with_sums(table: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of the short tables: time whether later or earlier, type as it was in the baseline."""
    switched = table["switched_from"] if "switched_from" in table.columns else table["switched"]
    return table.assign(time=table["delayed"] + table["advanced"], switched=switched)


def _tell_means(
    tables: list[pd.DataFrame], labels: Mapping[str, str] | Mapping[float, str] | Mapping[int, str],
    columns: tuple[str, ...], lang: Lang,
) -> str:  # fmt: skip
    estimates = estimate_tables([table[list(columns)] for table in tables])
    index = str(tables[0].index.name)
    means = estimates.set_index([index, "column"])["mean"]
    rows = [[text(lang, f"changes.{index}"), *(text(lang, f"changes.short_{name}") for name in columns)]]
    rows += [[label, *(_number(float(means[key, name])) for name in columns)] for key, label in labels.items()]
    return _align(rows)


def _bounded(name: str, low: float, high: float) -> tuple[float, float]:
    """Keep the interval of a count at or above 0; only the net effect may be below."""
    return (low if name == NET or pd.isna(low) else max(low, 0.0)), high


def _number(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.1f}"


def _align(rows: list[list[str]]) -> str:
    """Set a table: the first column to the left, the others to the right; a Chinese character is two columns wide."""
    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0] + " " * (widths[0] - cell_len(row[0]))
        rest = (" " * (width - cell_len(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join([first, *rest]).rstrip())
    return "\n".join(lines)
