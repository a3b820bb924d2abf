"""The answer as a picture: five things side by side, a dot and its range for each strategy."""

from __future__ import annotations

from io import BytesIO
from math import isfinite

from matplotlib.axes import Axes

from sim.report.brief.names import spoken_name
from sim.report.brief.numbers import Effect, Effects
from sim.report.names import short_label
from sim.report.style import BETTER, DIFFERENT, INK, MUTED, PALE, WORSE, picture
from sim.report.texts import Lang, text

PANELS = ("crime", "safe", "satisfied", "stops", "cost")
COLOURS = {"better": BETTER, "worse": WORSE, "neutral": DIFFERENT}
WIDTH, ROW, HEAD = 7.1, 0.26, 0.75
"""inches: of the picture, of a strategy, and of what stands above and below"""
DPI = 200


def draw_effects(effects: Effects, lang: Lang) -> bytes:
    """Draw the differences from today as PNG; colour and filling tell what is clear and which way it goes."""
    names = list(effects)
    height = HEAD + ROW * max(len(names), 2)
    with picture(WIDTH, height, lang=lang) as figure:
        panels = figure.subplots(1, len(PANELS), sharey=True)
        for axes, key in zip(panels, PANELS, strict=True):
            _draw_panel(axes, [effects[name][key] for name in names], text(lang, f"brief_panel.{key}"))
        panels[0].set_yticks(range(len(names)), [short_label(spoken_name(name, lang)) for name in names])
        panels[0].set_ylim(len(names) - 0.5, -0.5)
        out = BytesIO()
        figure.savefig(out, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    return out.getvalue()


def _draw_panel(axes: Axes, row: list[Effect], title: str) -> None:
    axes.set_title(title, fontsize=8.0, loc="left")
    axes.axvline(0.0, color=MUTED, linewidth=0.8)
    axes.grid(axis="x", color=PALE, linewidth=0.4)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0, labelsize=8.0, labelcolor=INK)
    axes.tick_params(axis="x", labelsize=7.0)
    axes.locator_params(axis="x", nbins=3)
    axes.spines["left"].set_visible(False)
    for y, one in enumerate(row):
        colour = COLOURS.get(one.verdict, MUTED)
        if isfinite(one.low) and isfinite(one.high):
            axes.plot([one.low, one.high], [y, y], color=colour, linewidth=1.8, solid_capstyle="butt")
        filled = colour if one.matters else "white"
        axes.plot([one.difference], [y], "o", markersize=4.5, color=colour, markerfacecolor=filled)
