"""The picture of a sensitivity analysis: each parameter's index with its interval, and what chance alone would give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.batch.sensitivity.indices import Sensitivity
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.sensitivity.text import asked_words
from sim.report.style import BETTER, INK, MUTED, PALE, add_note, picture, save_figure
from sim.report.texts import Lang, text

PANELS = {"morris": ("mu_star", "mu"), "sobol": ("total", "first"), "pawn": ("pawn",)}


def plot_sensitivity(sensitivity: Sensitivity, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw an analysis as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_sensitivity(sensitivity, lang=lang), out))


def draw_sensitivity(sensitivity: Sensitivity, *, lang: Lang = "en") -> Figure:
    """Draw one panel per index, the most important parameter at the top."""
    names, panels = sensitivity.ordered(), PANELS[sensitivity.method]
    height = 0.6 + 0.28 * len(names)
    title, asked = text(lang, "sensitivity.title"), asked_words(sensitivity.asked, lang)
    with picture(9.0, 0.9 + LEGEND_IN + height, lang=lang, title=title, small=asked) as figure:
        grid = figure.add_gridspec(2, len(panels), height_ratios=[LEGEND_IN, height])
        for i, index in enumerate(panels):
            axes = figure.add_subplot(grid[1, i])
            rows = sensitivity.table[sensitivity.table["index"] == index].set_index("parameter").loc[names]
            _draw_index(axes, rows, bare=index == "mu")
            axes.set_yticks(range(len(names)), names[::-1])
            axes.tick_params(axis="y", length=0, labelleft=i == 0)
            axes.set_title(text(lang, f"sensitivity.{index}"), fontsize=9)
        draw_legend(figure.add_subplot(grid[0, :]), _handles(lang))
        reading = text(lang, f"sensitivity.reading_{sensitivity.method}")
        add_note(figure, text(lang, "map.synthetic_people"), reading)
    return figure


def _draw_index(axes: Axes, rows: pd.DataFrame, *, bare: bool) -> None:
    axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
    for y, row in zip(range(len(rows))[::-1], rows.itertuples(), strict=True):
        sure = bool(row.is_clear) and not bare
        colour = BETTER if sure else INK if bare else MUTED
        if not np.isnan(row.chance):
            axes.barh(y, row.chance, height=0.6, color=PALE, zorder=1)
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt", zorder=2)
        axes.plot(row.value, y, marker="o", color=colour, markerfacecolor=colour if sure or bare else "white", zorder=3)
    axes.set_ylim(-0.6, len(rows) - 0.4)


def _handles(lang: Lang) -> list[Line2D]:
    return [
        Line2D([], [], color=BETTER, marker="o", label=text(lang, "sensitivity.told")),
        Line2D([], [], color=MUTED, marker="o", markerfacecolor="white", label=text(lang, "sensitivity.not_told")),
        Line2D([], [], color=PALE, linewidth=6, label=text(lang, "sensitivity.chance")),
    ]
