"""The picture of a comparison: how each strategy differs from the baseline, measure by measure."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.report.comparison.cost import cost_sentence
from sim.report.comparison.hours import draw_hours
from sim.report.marks import LEGEND_IN, draw_legend, draw_verdict, label_plainly, verdict_handles
from sim.report.names import short_label
from sim.report.numbers import unit_of
from sim.report.style import PALE, add_note, picture
from sim.report.texts import Lang, text
from sim.report.verdicts import judge

COLUMNS = 3
ROW_IN, LABEL_LINE_IN = 0.26, 0.16
"""Height of a row, and of a line of a label that has several, inches."""


def draw_comparison(
    differences: pd.DataFrame, *, baseline: str, lang: Lang = "en", runs: pd.DataFrame | None = None, about: str = ""
) -> Figure:
    """Draw differences from a baseline with their 95 % intervals, one panel per measure.

    Colour and shape say whether residents gain, as the words of the table do: an interval that holds zero is drawn
    hollow and grey, and a difference below the last digit of its measure as a small grey point.

    Parameters
    ----------
    differences
        table of `sim.statistics.pairs.pair_differences`
    runs
        one row per run; with it, a panel shows where the hours of each strategy go and what it costs, and a sentence
        says who costs more
    about
        a line at the foot that says what was compared

    Raises
    ------
    InputError
        If the table is empty.
    """
    measures = differences["measure"].unique().tolist()
    if not measures:
        raise InputError("comparison: needs at least one policy beside the baseline, got none")
    policies = differences["policy"].unique().tolist()
    n_rows = -(-len(measures) // COLUMNS)
    rows_in = sum(max(ROW_IN, LABEL_LINE_IN * (short_label(name).count("\n") + 1)) for name in policies)
    heights = [LEGEND_IN, *[0.9 + rows_in] * n_rows]
    if runs is not None:
        heights.append(1.3 + rows_in)
    title = text(lang, "comparison.title").format(baseline=baseline)
    drawn: list[str] = []
    with picture(9.0, 0.6 + sum(heights), lang=lang, title=title) as figure:
        grid = figure.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
        for i, measure in enumerate(measures):
            axes = figure.add_subplot(grid[1 + i // COLUMNS, i % COLUMNS])
            drawn += _draw_measure(axes, differences[differences["measure"] == measure], policies, measure, lang)
            axes.tick_params(labelleft=i % COLUMNS == 0)
        if runs is not None:
            draw_hours(figure.add_subplot(grid[-1, :]), runs, lang=lang)
        draw_legend(figure.add_subplot(grid[0, :]), verdict_handles(lang, drawn))
        note = text(lang, "notes.interval_pairs").format(n=int(differences["n_pairs"].max()))
        unequal = "" if runs is None else cost_sentence(runs, baseline=baseline, lang=lang)
        add_note(figure, text(lang, "map.synthetic_people"), note, about, unequal)
    return figure


def _draw_measure(axes: Axes, rows: pd.DataFrame, policies: list[str], measure: str, lang: Lang) -> list[str]:
    """Draw a panel, and give the verdicts that it shows."""
    about = MEASURES[measure]
    axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
    verdicts = []
    for row in rows.to_dict("records"):
        y = len(policies) - 1 - policies.index(row["policy"])
        verdicts.append(judge(row))
        draw_verdict(axes, row["difference"], row["low"], row["high"], y, verdicts[-1])
    axes.set_yticks(range(len(policies)), [short_label(name) for name in policies[::-1]])
    axes.set_ylim(-0.6, len(policies) - 0.4)
    axes.set_title(about.label(lang), fontsize=9)
    axes.set_xlabel(unit_of(about, lang, difference=True), fontsize=8)
    axes.tick_params(axis="y", length=0)
    label_plainly(axes)
    axes.spines["left"].set_visible(False)
    return verdicts
