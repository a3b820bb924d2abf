"""The picture of a calibration: each target beside what plausible points give, and each parameter before and after."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.batch.calibrate.learnt import fit_table, parameter_table
from sim.batch.calibrate.match import Matching
from sim.batch.study.designs import unspread
from sim.report.calibration.cells import name_cell
from sim.report.calibration.text import matching_answer
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.style import BETTER, INK, PALE, WORSE, add_note, picture, save_figure
from sim.report.texts import Lang, text


def plot_calibration(matching: Matching, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_calibration(matching, lang=lang), out))


def draw_calibration(matching: Matching, *, lang: Lang = "en") -> Figure:
    """Draw targets above and parameters below; only where something fits."""
    targets, parameters = fit_table(matching), parameter_table(matching)
    heights = [LEGEND_IN, 0.8 + 0.32 * len(targets), 0.8 + 0.32 * len(parameters)]
    title, answer = text(lang, "calibration.title"), matching_answer(matching, lang)
    with picture(9.0, 0.6 + sum(heights), lang=lang, title=title, small=answer) as figure:
        grid = figure.add_gridspec(3, 1, height_ratios=heights)
        draw_legend(figure.add_subplot(grid[0]), _handles(lang))
        _draw_targets(figure.add_subplot(grid[1]), targets, lang)
        _draw_parameters(figure.add_subplot(grid[2]), matching, parameters, lang)
        add_note(figure, text(lang, "map.synthetic_people"))
    return figure


def _draw_targets(axes: Axes, table: pd.DataFrame, lang: Lang) -> None:
    axes.axvspan(-1.96, 1.96, color=PALE, alpha=0.6, linewidth=0)
    names = []
    for y, row in zip(range(len(table))[::-1], table.to_dict("records"), strict=True):
        colour = WORSE if row["held_out"] else BETTER
        low, middle, high = ((row[name] - row["observed"]) / row["sd"] for name in ("low", "simulated", "high"))
        axes.plot([low, high], [y, y], color=colour, linewidth=1.8, solid_capstyle="butt")
        axes.plot(middle, y, marker="s" if row["held_out"] else "o", color=colour, markersize=5)
        names.append(name_cell(row["measure"], lang))
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(table)), names[::-1])
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_title(text(lang, "calibration.in_sds"), fontsize=9)


def _draw_parameters(axes: Axes, matching: Matching, table: pd.DataFrame, lang: Lang) -> None:
    for y, row in zip(range(len(table))[::-1], table.to_dict("records"), strict=True):
        interval = matching.problem.parameters[str(row["parameter"])]
        ends = unspread(table.loc[table["parameter"] == row["parameter"], ["plausible_low", "plausible_high"]]
                        .to_numpy(float)[0], interval)  # fmt: skip
        axes.plot([0, 1], [y, y], color=PALE, linewidth=6.0, solid_capstyle="butt", zorder=0)
        axes.plot(ends, [y, y], color=INK, linewidth=2.4, solid_capstyle="butt")
        for x, value, side in ((0.0, interval.low, "left"), (1.0, interval.high, "right")):
            axes.annotate(f"{value:.3g}", (x, y + 0.22), ha=side, fontsize=7)
    axes.set_yticks(range(len(table)), list(table["parameter"])[::-1])
    axes.set_ylim(-0.6, len(table) - 0.2)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([])
    axes.set_title(text(lang, "calibration.parameters"), fontsize=9)


def _handles(lang: Lang) -> list[Line2D]:
    return [
        Line2D([], [], color=BETTER, marker="o", label=text(lang, "calibration.fitted")),
        Line2D([], [], color=WORSE, marker="s", label=text(lang, "calibration.held_out")),
        Line2D([], [], color=INK, linewidth=2.4, label=text(lang, "calibration.plausible")),
        Line2D([], [], color=PALE, linewidth=6.0, label=text(lang, "calibration.before")),
    ]
