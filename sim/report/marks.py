"""How pictures mark a difference: colour and shape by its verdict, the row of the legend, plain numbers on the axis."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.report.style import BETTER, DIFFERENT, MUTED, WORSE
from sim.report.texts import Lang, text

LOOKS = {
    "better": (BETTER, "^"), "worse": (WORSE, "v"), "neutral": (DIFFERENT, "s"), "unclear": (MUTED, "o"),
    "small": (MUTED, "."),
}  # fmt: skip
"""colour and shape of each verdict that a picture tells apart"""
DRAWN_AS = {"tiny": "small", "same": "small", "equal": "small"}
HOLLOW = "unclear"
LEGEND_IN = 0.25
"""Height of the row of the legend, inches."""


def draw_verdict(  # noqa: PLR0913, PLR0917 - a value, its interval, and where and how it stands
    axes: Axes, value: float, low: float, high: float, y: float, verdict: str, *, size: float = 6.0
) -> None:
    """Draw a difference with its interval, in the colour and shape of its verdict."""
    colour, shape = LOOKS[DRAWN_AS.get(verdict, verdict)]
    axes.plot([low, high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt", zorder=2)
    face = "white" if verdict == HOLLOW else colour
    axes.plot(value, y, marker=shape, color=colour, markerfacecolor=face, markersize=size, zorder=3)


def verdict_handles(lang: Lang, drawn: Iterable[str] | None = None) -> list[Line2D]:
    """Make the legend of the verdicts; that of small differences stands only in a picture that has one (`drawn`)."""
    seen = {DRAWN_AS.get(one, one) for one in drawn or ()}
    return [
        Line2D([], [], linestyle="", marker=shape, color=colour, label=text(lang, f"comparison.{name}"),
               markerfacecolor="white" if name == HOLLOW else colour)
        for name, (colour, shape) in LOOKS.items() if name != "small" or name in seen
    ]  # fmt: skip


ROOM_FOR_LEGEND = 0.85
"""Share of a picture's width: the rest is for the names of rows, beside which the legend begins."""


def draw_legend(axes: Axes, handles: list[Line2D]) -> None:
    """Give a legend a row of its own, where it hides neither title nor notes.

    It is broken into as many lines as the picture needs, and takes no part in the layout: a legend wider than the
    picture would squeeze the panels below it.
    """
    axes.set_axis_off()
    figure = axes.get_figure(root=True)
    assert figure is not None
    room = ROOM_FOR_LEGEND * figure.bbox.width
    for n_columns in range(len(handles), 0, -1):
        legend = axes.legend(
            handles=handles, loc="center left", bbox_to_anchor=(0.0, 0.5), ncols=n_columns, fontsize=8,
            columnspacing=1.2, handlelength=1.5, handletextpad=0.5, labelspacing=0.3,
        )  # fmt: skip
        legend.set_in_layout(False)
        if legend.get_window_extent().width <= room:
            return


def label_plainly(axes: Axes) -> None:
    """Mark few round numbers, without powers of ten and without zeros at their end."""
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.6f}".rstrip("0").rstrip(".").replace("-", "−"))
