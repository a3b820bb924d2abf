"""The picture of who pays: how many times the value of all others each group has, measure by measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from sim.errors import InputError
from sim.outcomes.burden import MEASURES
from sim.report.burden.text import name_group, reading_note
from sim.report.numbers import LARGEST_RATIO, SMALLEST_RATIO
from sim.report.style import DIFFERENT, MUTED, PALE, add_note, picture
from sim.report.texts import Lang, text

COLUMNS = 3
TICKS = (
    (30.0, (0.01, 0.1, 1.0, 10.0, 100.0)),
    (4.0, (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)),
    (0.0, (0.5, 0.8, 1.0, 1.25, 2.0)),
)
"""The ticks of an axis by how many times it reaches over at least: more would lie upon each other."""


def draw_burden(table: pd.DataFrame, *, lang: Lang = "en") -> Figure:
    """Draw the disparity ratios with their 95 % intervals, one panel per group, on a scale of multiples.

    An interval that holds 1 is drawn hollow and grey. Of two groups the first is drawn: the other is its mirror.

    Parameters
    ----------
    table
        what `sim.outcomes.burden.tabulate_burden` gives

    Raises
    ------
    InputError
        If no ratio is known.
    """
    with_interval = table[table["low"].notna()]
    if with_interval.empty:
        raise InputError("burden: needs two groups with something to compare, got none")
    groups = with_interval["group"].unique().tolist()
    groups = groups[:1] if len(groups) == 2 else groups
    measures = [name for name in MEASURES if name in set(with_interval["measure"])]
    n_rows, n_columns = -(-len(groups) // COLUMNS), min(len(groups), COLUMNS)
    width, height = 3.4 + 2.4 * n_columns, 0.8 + n_rows * (0.7 + 0.22 * len(measures))
    with picture(width, height, lang=lang, title=text(lang, "burden.title")) as figure:
        grid = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True)
        for axes, group in zip(grid.ravel(), groups, strict=False):
            _draw_group(axes, with_interval[with_interval["group"] == group], measures, lang)
            axes.set_title(name_group(group, lang), fontsize=9)
        for axes in grid.ravel()[len(groups) :]:
            axes.set_axis_off()
        grid[0, 0].set_yticks(range(len(measures)), [text(lang, f"burden.{name}") for name in measures[::-1]])
        add_note(figure, text(lang, "map.synthetic_people"), reading_note(table, lang))
    return figure


def _draw_group(axes: Axes, rows: pd.DataFrame, measures: list[str], lang: Lang) -> None:
    axes.axvline(1.0, color=PALE, linewidth=1.0, zorder=0)
    for row in rows.itertuples():
        y = len(measures) - 1 - measures.index(row.measure)
        apart = not row.low <= 1.0 <= row.high
        colour = DIFFERENT if apart else MUTED
        ends = np.clip([row.low, row.high], SMALLEST_RATIO, LARGEST_RATIO)
        axes.plot(ends, [y, y], color=colour, linewidth=1.4, solid_capstyle="butt")
        axes.plot(
            np.clip(row.ratio, *ends),
            y,
            marker="o",
            color=colour,
            markerfacecolor=colour if apart else "white",
            markersize=5,
        )
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    ticks = next(ticks for times, ticks in TICKS if high > times * low)
    axes.set_xticks([tick for tick in ticks if low <= tick <= high])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(text(lang, "burden.ratio"), fontsize=8)
    axes.tick_params(axis="y", length=0)
