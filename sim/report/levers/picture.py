"""The picture of a study of levers: what each adds to each measure, by Shapley value and alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.batch.levers import LeverStudy
from sim.outcomes.measures import MEASURES
from sim.report.comparison.picture import COLUMNS
from sim.report.levers.text import levers_head, levers_note, panels_of
from sim.report.marks import LEGEND_IN, draw_legend, draw_verdict, label_plainly, verdict_handles
from sim.report.names import strategy_name
from sim.report.numbers import unit_of
from sim.report.style import PALE, add_note, picture, save_figure
from sim.report.texts import Lang, text
from sim.report.verdicts import judge_printed


def plot_levers(study: LeverStudy, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw a study of levers as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_levers(study, lang=lang), out))


def draw_levers(study: LeverStudy, *, lang: Lang = "en") -> Figure:
    """Draw one panel per measure: the Shapley value of each lever with its interval; its main effect is a grey bar."""
    names = [text(lang, f"levers.{lever}") for lever in (*study.levers, "all")]
    shown = panels_of(study)
    n_rows = -(-len(shown) // COLUMNS)
    heights = [LEGEND_IN, *[0.9 + 0.24 * len(names)] * n_rows]
    title = text(lang, "levers.title").format(strategy=strategy_name(study.strategy, lang))
    drawn: list[str] = []
    with picture(9.0, 0.6 + sum(heights), lang=lang, title=title) as figure:
        grid = figure.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
        for i, measure in enumerate(shown):
            axes = figure.add_subplot(grid[1 + i // COLUMNS, i % COLUMNS])
            rows = study.effects[study.effects["measure"] == measure]
            drawn += _draw_measure(axes, rows, study.levers, measure, lang)
            axes.set_yticks(range(len(names)), names[::-1])
            axes.tick_params(labelleft=i % COLUMNS == 0)
        alone = Line2D([], [], color=PALE, linewidth=6, label=text(lang, "levers.main"))
        draw_legend(figure.add_subplot(grid[0, :]), [*verdict_handles(lang, drawn), alone])
        add_note(
            figure, text(lang, "map.synthetic_people"), *levers_head(study, lang).split("\n"), levers_note(study, lang)
        )
    return figure


def _draw_measure(axes: Axes, rows: pd.DataFrame, levers: tuple[str, ...], measure: str, lang: Lang) -> list[str]:
    """Draw a panel, and give the verdicts that it shows."""
    about = MEASURES[measure]
    axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
    axes.axhline(0.5, color=PALE, linewidth=0.6, zorder=0)
    verdicts = []
    for row in rows.to_dict("records"):
        if row["effect"] not in {"main", "shapley", "total"}:
            continue
        y = 0 if row["effect"] == "total" else len(levers) - levers.index(row["switch"])
        if row["effect"] == "main":
            axes.barh(y, row["value"], height=0.5, color=PALE, zorder=1)
            continue
        verdicts.append(judge_printed(row["value"], row["low"], row["high"], about))
        draw_verdict(axes, row["value"], row["low"], row["high"], y, verdicts[-1])
    axes.set_ylim(-0.6, len(levers) + 0.6)
    axes.set_title(about.label(lang), fontsize=9)
    axes.set_xlabel(unit_of(about, lang, difference=True), fontsize=8)
    label_plainly(axes)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return verdicts
