"""Who pays, in words and numbers: the table of `sim.outcomes.burden` as lines for a terminal or a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from rich.cells import set_cell_size

from sim.outcomes.burden import ALL, NOBODY
from sim.report.numbers import format_number, format_ratio, ratio_ends
from sim.report.texts import Lang, text

UNITS = {
    "wait": ("minutes_unit", 1),
    "reported_pct": ("of_offences", 1),
    "recorded_pct": ("of_offences", 1),
    **dict.fromkeys(("security", "satisfaction", "trust", "familiarity"), ("scale", 3)),
}
"""Key of the unit and decimals of the measures that are no rates."""


class Line(NamedTuple):
    """Tell what one group bears of one measure, ready to print."""

    measure: str
    unit: str
    group: str
    n: str
    value: str
    ratio: str
    interval: str
    apart: bool
    """whether the interval leaves out 1"""


def burden_lines(table: pd.DataFrame, *, lang: Lang = "en") -> list[Line]:
    """List the burden of each group, measure by measure.

    Parameters
    ----------
    table
        what `sim.outcomes.burden.tabulate_burden` gives
    """
    return [_line(row, lang) for row in table.to_dict("records")]


def describe_burden(table: pd.DataFrame, *, lang: Lang = "en") -> Iterator[str]:
    """Tell the burden as plain text: a measure a block, a group a line, and how to read it at the end."""
    measure = ""
    for line in burden_lines(table, lang=lang):
        if line.measure != measure:
            measure = line.measure
            yield f"{line.measure} ({line.unit})"
        mark = "*" if line.apart else " "
        interval = set_cell_size(line.interval, 22)
        yield f"  {line.value:>9}  {line.ratio:>6} {mark} {interval}  n {line.n:>9}  {line.group}"
    yield reading_note(table, lang)


def reading_note(table: pd.DataFrame, lang: Lang = "en") -> str:
    """Say how far the ratios carry."""
    n = int(table["n_runs"].max())
    first = text(lang, "burden.one_run") if n == 1 else text(lang, "burden.several_runs").format(n=n)
    return f"{first} {text(lang, 'burden.reading')}"


def name_group(group: str, lang: Lang) -> str:
    """Give a group in words."""
    if group.isdecimal():
        return text(lang, "burden.district").format(number=group)
    return text(lang, f"burden.{group}")


def _line(row: dict[Any, Any], lang: Lang) -> Line:
    unit, decimals = UNITS.get(row["measure"], ("a_year", 1))
    has_interval = not np.isnan(row["low"])
    return Line(
        text(lang, f"burden.{row['measure']}"),
        text(lang, f"burden.{unit}"),
        name_group(row["group"], lang),
        f"{row['n']:,.0f}",
        _number(row["value"], decimals),
        "" if row["group"] in (ALL, NOBODY) else format_ratio(row["ratio"]),
        ratio_ends(row["low"], row["high"], lang),
        bool(has_interval and not row["low"] <= 1.0 <= row["high"]),
    )


def _number(value: float, decimals: int) -> str:
    return format_number(value, decimals) if np.isnan(value) else f"{value:,.{decimals}f}"
