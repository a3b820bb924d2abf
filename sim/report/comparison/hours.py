"""The picture of where the hours of each strategy go, with its cost beside the bar."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.report.names import short_label
from sim.report.style import INK, MUTED
from sim.report.texts import Lang, text

GROUPS = {
    "patrol": ("patrol",),
    "places": ("hold", "travel", "room"),
    "calls": ("respond", "serve", "prisoner", "guard"),
    "stops": ("stop",),
    "visits": ("visit", "inspect"),
    "mediation": ("mediate",),
    "problems": ("problem",),
    "office": ("desk", "report", "rest", "briefing", "court", "training"),
}
"""Activities as one bar shows them: more colours than these nobody tells apart."""
COLOURS = ("#56B4E9", "#0072B2", "#D55E00", "#CC79A7", "#E69F00", "#009E73", "#F0E442", "#d9d9d9")
WIDEST = 1.18
"""The axis reaches so far beyond the longest bar, to leave room for the cost."""


def group_hours(runs: pd.DataFrame) -> pd.DataFrame:
    """Give mean officer-hours a day by group of activities: one row per strategy, in the order given."""
    means = runs.groupby("policy", sort=False).mean(numeric_only=True)
    return pd.DataFrame({name: means[[f"hours_{a}" for a in parts]].sum(axis=1) for name, parts in GROUPS.items()})


def draw_hours(axes: Axes, runs: pd.DataFrame, *, lang: Lang = "en") -> None:
    """Draw a bar for each strategy, the first on top."""
    hours = group_hours(runs)
    cost = runs.groupby("policy", sort=False)["cost_per_1000"].mean()
    y = np.arange(len(hours))[::-1]
    left = np.zeros(len(hours))
    for (name, values), colour in zip(hours.items(), COLOURS, strict=True):
        axes.barh(y, values, left=left, height=0.6, color=colour, edgecolor="white", linewidth=0.4,
                  label=text(lang, f"hours.{name}"))  # fmt: skip
        left += values.to_numpy()
    for height, end, value in zip(y, left, cost, strict=True):
        if not np.isnan(value):
            axes.text(end, height, f"  {value:,.0f}", va="center", fontsize=8, color=INK)
    axes.set_yticks(y, [short_label(str(name)) for name in hours.index])
    axes.set_ylim(-0.6, len(hours) - 0.4)
    axes.set_xlim(0.0, WIDEST * max(left.max(), 1.0))
    axes.set_title(text(lang, "hours.title"), fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.16), ncols=len(GROUPS) // 2, fontsize=8, labelcolor=MUTED)
