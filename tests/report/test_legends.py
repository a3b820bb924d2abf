"""A legend keeps within its picture and takes no room from the panels below it."""

from __future__ import annotations

from matplotlib.lines import Line2D

from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.style import picture


def panel_and_legend(n_handles: int):
    """Draw a legend above a panel; give both boxes as shares of the picture's width."""
    with picture(9.0, 3.0, lang="en", title="A picture") as figure:
        grid = figure.add_gridspec(2, 1, height_ratios=[LEGEND_IN, 2.0])
        panel = figure.add_subplot(grid[1, 0])
        handles = [Line2D([], [], label=f"the same, or below the last digit {i}") for i in range(n_handles)]
        axes = figure.add_subplot(grid[0, 0])
        draw_legend(axes, handles)
    figure.draw_without_rendering()
    legend = axes.get_legend()
    assert legend is not None
    return [box.width / figure.bbox.width for box in (panel.bbox, legend.get_window_extent())]


def test_a_legend_of_many_words_is_broken_and_squeezes_no_panel():
    alone, _ = panel_and_legend(1)
    panel, legend = panel_and_legend(8)
    assert legend < 1.0
    assert abs(panel - alone) < 0.01
