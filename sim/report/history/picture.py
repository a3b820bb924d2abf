"""The pictures of a set of histories: year by year beside what was published, and month by month; reforms as lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.batch.history.answer import Answer
from sim.batch.history.figures import FIGURES
from sim.batch.history.published import by_figure
from sim.report.history.text import history_head, history_title
from sim.report.history.words import mark_name, say
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.style import INK, MUTED, add_note, picture, save_figure
from sim.report.texts import Lang, text

BY_YEAR = ("recorded", "sentenced", "calls", "safe", "satisfied", "true")
BY_MONTH = ("recorded", "true", "calls", "visits", "security", "satisfaction")
COLUMNS = 2
COLOURS = (INK, "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe & Ito (2008)."""
Line = Literal["-", "--", "-.", ":"] | tuple[float, Sequence[float]]
LINES: tuple[Line, ...] = ("-", "--", "-.", ":", (0, (6, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)))
"""So that histories can be told apart in a grey print."""
DAYS_APART, HALF_A_YEAR = 12.0, 183.0
MARK_LINES: tuple[Line, ...] = ("-", "--", ":", "-.")


def plot_history(told: Answer, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw both pictures as PNG and SVG into a folder."""
    files = list(save_figure(draw_years(told, lang=lang), out / "history"))
    return files + list(save_figure(draw_months(told, lang=lang), out / "months"))


def draw_years(told: Answer, *, lang: Lang = "en") -> Figure:
    """Draw figures by year: each history with its interval, and the published points with how far they are trusted."""
    return _draw(told, told.years, BY_YEAR, text(lang, "history.years_title"), lang, published=True)


def draw_months(told: Answer, *, lang: Lang = "en") -> Figure:
    """Draw figures by month, means over seeds."""
    return _draw(told, told.months, BY_MONTH, text(lang, "history.months_title"), lang, published=False)


def _draw(  # noqa: PLR0913 - what, of what, how it is called
    told: Answer, table: pd.DataFrame, figures: Sequence[str], title: str, lang: Lang, *, published: bool
) -> Figure:
    n_rows = -(-len(figures) // COLUMNS)
    heights = [3 * LEGEND_IN, *[2.2] * n_rows]
    with picture(10.0, 0.8 + sum(heights), lang=lang, title=title, small=history_title(told, lang)) as drawn:
        grid = drawn.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
        for i, figure in enumerate(figures):
            axes = drawn.add_subplot(grid[1 + i // COLUMNS, i % COLUMNS])
            _draw_figure(axes, told, table, figure, lang, published=published)
        draw_legend(drawn.add_subplot(grid[0, :]), _handles(told, lang, published=published))
        head = history_head(told, lang)
        add_note(drawn, text(lang, "map.synthetic_people"), head if published else say(lang, "means", head=head))
    return drawn


def _draw_figure(  # noqa: PLR0913 - a panel
    axes: Axes, told: Answer, table: pd.DataFrame, figure: str, lang: Lang, *, published: bool
) -> None:
    about = FIGURES[figure]
    periods = sorted(table["period"].unique())
    for i, arm in enumerate(told.arms):
        estimates = [told.estimate(table, arm, period, figure) for period in periods]
        colour, line = COLOURS[i % len(COLOURS)], LINES[i % len(LINES)]
        # Histories that lie on one another are moved apart by some days, or only the last one would be seen.
        moved = DAYS_APART * (i - (len(told.arms) - 1) / 2.0) if published else 0.0
        late = HALF_A_YEAR if published and not about.below else 0.0  # what is asked on the last day of a year
        x = np.array([_middle(period) for period in periods]) + moved + late
        axes.plot(x, [one.value for one in estimates], color=colour, linestyle=line, linewidth=1.2, zorder=2)
        if published:
            low, high = [one.low for one in estimates], [one.high for one in estimates]
            axes.vlines(x, low, high, color=colour, linewidth=0.9, zorder=2)
    if published:
        _draw_published(axes, told, figure, len(periods[0]))
    for i, mark in enumerate(told.marks):
        line = MARK_LINES[i % len(MARK_LINES)]
        axes.axvline(_number(mark.begin), color=MUTED, linestyle=line, linewidth=1.0, zorder=0)
    if about.kind == "count":
        axes.set_ylim(bottom=0)
    axes.set_title(f"{about.label(lang)}{say(lang, 'comma')}{about.unit(lang)}", fontsize=9)
    years = sorted({int(period[:4]) for period in periods})
    step = max(1, -(-len(years) // 8))
    axes.set_xticks([_number(date(year, 1, 1)) for year in years[::step]], [str(year) for year in years[::step]])


def _draw_published(axes: Axes, told: Answer, figure: str, letters: int) -> None:
    for one in by_figure(told.published).get(figure, []):
        if len(one.period) != letters:
            continue
        at = np.array([_middle(one.period)])
        axes.vlines(at, *one.bounds, color=INK, linewidth=2.4, alpha=0.35, zorder=3)
        axes.plot(at, [one.value], marker="D", color=INK, markersize=5, linestyle="", zorder=4)


def _handles(told: Answer, lang: Lang, *, published: bool) -> list[Line2D]:
    handles = [
        Line2D([], [], color=COLOURS[i % len(COLOURS)], linestyle=LINES[i % len(LINES)], label=told.name(arm, lang))
        for i, arm in enumerate(told.arms)
    ]
    if published and told.published:
        handles.append(
            Line2D([], [], color=INK, marker="D", markersize=5, linestyle="", label=text(lang, "history.published"))
        )
    return handles + [
        Line2D([], [], color=MUTED, linestyle=MARK_LINES[i % len(MARK_LINES)],
               label=f"{mark_name(mark, lang)}{say(lang, 'comma')}{mark.begin}")
        for i, mark in enumerate(told.marks)
    ]  # fmt: skip


def _middle(period: str) -> float:
    """Give the middle of a year or a month, in days since 1970."""
    year, month = int(period[:4]), int(period[5:7]) if len(period) > 4 else 7
    return _number(date(year, month, 1 if len(period) == 4 else 15))


def _number(day: date) -> float:
    return float((day - date(1970, 1, 1)).days)
