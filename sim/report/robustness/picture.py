"""The picture of robustness: every difference against the parameters that say where it turns over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

from sim.batch.sensitivity.robustness import Robustness
from sim.outcomes.measures import MEASURES
from sim.report.marks import LEGEND_IN, LOOKS, draw_legend, verdict_handles
from sim.report.numbers import unit_of
from sim.report.robustness.text import describe_robustness, robustness_answer
from sim.report.style import PALE, add_note, picture, save_figure
from sim.report.texts import Lang, text

MOST_PANELS = 4


def plot_robustness(robustness: Robustness, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_robustness(robustness, lang=lang), out))


def draw_robustness(robustness: Robustness, *, lang: Lang = "en") -> Figure:
    """Draw one panel per parameter: those of the rule first, then those that go with the difference most."""
    names = _panels(robustness)
    n_rows = -(-len(names) // 2)
    with picture(9.0, 1.0 + LEGEND_IN + 2.6 * n_rows, lang=lang, title=robustness_answer(robustness, lang)) as figure:
        grid = figure.add_gridspec(1 + n_rows, 2, height_ratios=[LEGEND_IN, *[2.6] * n_rows])
        for i, name in enumerate(names):
            _draw_parameter(figure.add_subplot(grid[1 + i // 2, i % 2]), robustness, name, lang)
        draw_legend(figure.add_subplot(grid[0, :]), verdict_handles(lang))
        rule = [str(one) for one in describe_robustness(robustness, lang)[3:4]]
        add_note(figure, text(lang, "map.synthetic_people"), *rule)
    return figure


def _panels(robustness: Robustness) -> list[str]:
    difference = robustness.points["difference"].rank().to_numpy(float)
    with np.errstate(invalid="ignore"):
        strength = {
            name: abs(float(np.corrcoef(robustness.points[name].rank(), difference)[0, 1]))
            for name in robustness.intervals
        }
    first = list(robustness.rule.limits) if robustness.rule else []
    rest = sorted((name for name in strength if name not in first), key=lambda name: -strength[name])
    return (first + rest)[:MOST_PANELS]


def _draw_parameter(axes: Axes, robustness: Robustness, name: str, lang: Lang) -> None:
    about = MEASURES[robustness.asked.outcome]
    axes.axhline(0.0, color=PALE, linewidth=1.0, zorder=0)
    if robustness.rule is not None and name in robustness.rule.limits:
        low, high = robustness.rule.limits[name]
        interval = robustness.intervals[name]
        left, right = interval.low if low is None else low, interval.high if high is None else high
        axes.axvspan(left, right, color=PALE, alpha=0.5, linewidth=0, zorder=0)
    for row in robustness.points.to_dict("records"):
        colour, shape = LOOKS[str(row["verdict"])]
        face = "white" if row["verdict"] == "unclear" else colour
        axes.plot([row[name]] * 2, [row["low"], row["high"]], color=colour, linewidth=0.5, alpha=0.5, zorder=1)
        axes.plot(
            row[name], row["difference"], marker=shape, color=colour, markerfacecolor=face, markersize=4, zorder=2
        )
    if robustness.intervals[name].log:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_locator(NullLocator())
    axes.set_title(name, fontsize=9)
    axes.set_ylabel(unit_of(about, lang, difference=True), fontsize=8)
