"""The picture of a study of levers: what each adds to each measure, by Shapley value and alone."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.batch.levers import LeverStudy
from sim.outcomes.measures import MEASURES
from sim.report.comparison.picture import (
    COLUMNS,
    LEGEND_IN,
    LOOKS,
    WIDEST_NOTE,
    draw_legend,
    judge_difference,
    label_plainly,
    verdict_handles,
)
from sim.report.levers.text import SHOWN, levers_head, levers_note
from sim.report.style import PALE, add_note, picture_style, save_figure
from sim.report.texts import Lang, text

WIDEST_TITLE = {"en": 95, "zh": 55}
"""Letters of a line of the title."""


def plot_levers(study: LeverStudy, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw a study of levers as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_levers(study, lang=lang), out))


def draw_levers(study: LeverStudy, *, lang: Lang = "en") -> Figure:
    """Draw one panel per measure: the Shapley value of each lever with its interval; its main effect is a grey bar."""
    names = [text(lang, f"levers.{lever}") for lever in (*study.levers, "all")]
    n_rows = -(-len(SHOWN) // COLUMNS)
    with picture_style():
        heights = [LEGEND_IN, *[0.9 + 0.24 * len(names)] * n_rows]
        figure = Figure(figsize=(9.0, 1.2 + sum(heights)), layout="constrained")
        title = wrap(text(lang, "levers.title").format(strategy=study.strategy), WIDEST_TITLE[lang])
        figure.suptitle("\n".join(title), x=0.01, ha="left")
        grid = figure.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
        for i, measure in enumerate(SHOWN):
            axes = figure.add_subplot(grid[1 + i // COLUMNS, i % COLUMNS])
            _draw_measure(axes, study.effects[study.effects["measure"] == measure], study.levers, measure, lang)
            axes.set_yticks(range(len(names)), names[::-1])
            axes.tick_params(labelleft=i % COLUMNS == 0)
        alone = Line2D([], [], color=PALE, linewidth=6, label=text(lang, "levers.main"))
        draw_legend(figure.add_subplot(grid[0, :]), [*verdict_handles(lang), alone])
        note = wrap(levers_note(study, lang), WIDEST_NOTE[lang])
        add_note(figure, text(lang, "map.synthetic_people"), levers_head(study, lang), *note)
    return figure


def _draw_measure(axes: Axes, rows: pd.DataFrame, levers: tuple[str, ...], measure: str, lang: Lang) -> None:
    about = MEASURES[measure]
    axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
    axes.axhline(0.5, color=PALE, linewidth=0.6, zorder=0)
    for row in rows.itertuples():
        if row.effect not in {"main", "shapley", "total"}:
            continue
        y = 0 if row.effect == "total" else len(levers) - levers.index(row.switch)
        if row.effect == "main":
            axes.barh(y, row.value, height=0.5, color=PALE, zorder=1)
            continue
        verdict = judge_difference(row.low, row.high, about.better)
        colour, shape = LOOKS[verdict]
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt", zorder=2)
        face = "white" if verdict == "unclear" else colour
        axes.plot(row.value, y, marker=shape, color=colour, markerfacecolor=face, markersize=6, zorder=3)
    axes.set_ylim(-0.6, len(levers) + 0.6)
    axes.set_title(about.label(lang), fontsize=9)
    axes.set_xlabel(about.unit(lang), fontsize=8)
    label_plainly(axes)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
