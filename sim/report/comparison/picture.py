"""The picture of a comparison: how each strategy differs from the baseline, measure by measure."""

from __future__ import annotations

from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.report.comparison.cost import cost_sentence
from sim.report.comparison.hours import draw_hours
from sim.report.style import BETTER, DIFFERENT, MUTED, PALE, WORSE, add_note, picture_style
from sim.report.texts import Lang, text

LOOKS = {"better": (BETTER, "^"), "worse": (WORSE, "v"), "neutral": (DIFFERENT, "s"), "unclear": (MUTED, "o")}
COLUMNS = 3
LEGEND_IN = 0.25
"""Height of the row of the legend, inches."""
WIDEST_NOTE = {"en": 160, "zh": 80}
"""Letters of a line below the picture."""


def draw_comparison(
    differences: pd.DataFrame, *, baseline: str, lang: Lang = "en", runs: pd.DataFrame | None = None, about: str = ""
) -> Figure:
    """Draw differences from a baseline with their 95 % intervals, one panel per measure.

    Colour and shape say whether residents gain, and an interval that holds zero is drawn hollow and grey.

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
    heights = [LEGEND_IN, *[0.9 + 0.26 * len(policies)] * n_rows]
    if runs is not None:
        heights.append(1.3 + 0.26 * len(policies))
    with picture_style():
        figure = Figure(figsize=(9.0, 0.8 + sum(heights)), layout="constrained")
        figure.suptitle(text(lang, "comparison.title").format(baseline=baseline), x=0.01, ha="left")
        grid = figure.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
        for i, measure in enumerate(measures):
            axes = figure.add_subplot(grid[1 + i // COLUMNS, i % COLUMNS])
            _draw_measure(axes, differences[differences["measure"] == measure], policies, measure, lang)
            axes.tick_params(labelleft=i % COLUMNS == 0)
        if runs is not None:
            draw_hours(figure.add_subplot(grid[-1, :]), runs, lang=lang)
        draw_legend(figure.add_subplot(grid[0, :]), verdict_handles(lang))
        note = text(lang, "notes.interval_pairs").format(n=int(differences["n_pairs"].max()))
        unequal = "" if runs is None else cost_sentence(runs, baseline=baseline, lang=lang)
        add_note(figure, text(lang, "map.synthetic_people"), note, about, *wrap(unequal, WIDEST_NOTE[lang]))
    return figure


def verdict_handles(lang: Lang) -> list[Line2D]:
    """Make the entries of a legend of verdicts."""
    return [
        Line2D([], [], linestyle="", marker=shape, color=colour, label=text(lang, f"comparison.{name}"),
               markerfacecolor="white" if name == "unclear" else colour)
        for name, (colour, shape) in LOOKS.items()
    ]  # fmt: skip


def draw_legend(axes: Axes, handles: list[Line2D]) -> None:
    """Give a legend a row of its own, where it hides neither title nor notes."""
    axes.set_axis_off()
    axes.legend(handles=handles, loc="center left", bbox_to_anchor=(0.0, 0.5), ncols=len(handles), fontsize=8)


def judge_difference(low: float, high: float, better: str) -> str:
    """Tell what an interval means for residents: 'better', 'worse', 'neutral' (no good direction) or 'unclear'."""
    if not (low > 0 or high < 0):
        return "unclear"
    if better == "":
        return "neutral"
    return "better" if (high < 0) == (better == "less") else "worse"


def _draw_measure(axes: Axes, rows: pd.DataFrame, policies: list[str], measure: str, lang: Lang) -> None:
    about = MEASURES[measure]
    axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
    for row in rows.itertuples():
        y = len(policies) - 1 - policies.index(row.policy)
        verdict = judge_difference(row.low, row.high, about.better)
        colour, shape = LOOKS[verdict]
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
        face = "white" if verdict == "unclear" else colour
        axes.plot(row.difference, y, marker=shape, color=colour, markerfacecolor=face, markersize=6)
    axes.set_yticks(range(len(policies)), policies[::-1])
    axes.set_ylim(-0.6, len(policies) - 0.4)
    axes.set_title(about.label(lang), fontsize=9)
    unit = text(lang, "comparison.points") if about.unit_en == "%" else about.unit(lang)
    axes.set_xlabel(unit, fontsize=8)
    axes.tick_params(axis="y", length=0)
    label_plainly(axes)
    axes.spines["left"].set_visible(False)


def label_plainly(axes: Axes) -> None:
    """Mark few round numbers, without powers of ten and without zeros at their end."""
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.6f}".rstrip("0").rstrip(".").replace("-", "−"))
