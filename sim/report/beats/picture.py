"""The map of beats: today's and those drawn anew, side by side, main roads marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.batch.deployment.beats import Redrawn
from sim.city.cells.barriers import MAIN_ROADS
from sim.city.streets import STREET_CLASSES, StreetNetwork
from sim.report.beats.text import beats_sentence
from sim.report.maps import RASTER_ABOVE, city_label, draw_scale_and_north, extent_of
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.names import notice_line, place_name
from sim.report.style import COLOURS, INK, MUTED, PALE, add_note, picture, save_figure
from sim.report.texts import Lang, text

SHADES = tuple(COLOURS[name] for name in ("burglary", "robbery", "theft", "assault", "disorder"))


def plot_beats(found: Redrawn, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw both divisions as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_beats(found, lang=lang), out))


def draw_beats(found: Redrawn, *, lang: Lang = "en") -> Figure:
    """Draw today's beats, the new ones, and the share of the work that each has."""
    net = found.city.streets
    tall = 4.6 * float(np.clip(np.ptp(net.geometry_y) / max(np.ptp(net.geometry_x), 1.0), 0.5, 1.4))
    title = f"{text(lang, 'beats.title')}  ·  {place_name(net.name, lang)}"
    with picture(10.0, tall + 3.2, lang=lang, title=title, small=beats_sentence(found, lang)) as figure:
        grid = figure.add_gridspec(3, 2, height_ratios=[LEGEND_IN, tall, 1.6])
        draw_legend(figure.add_subplot(grid[0, :]), [Line2D([], [], color=INK, label=text(lang, "beats.main_roads"))])
        both = (found.city.district.astype(np.int64), found.district)
        # A district keeps its colour where it keeps its number, as far as neighbours can still be told apart.
        for column, (key, district) in enumerate(zip(("today", "redrawn"), both, strict=True)):
            axes = figure.add_subplot(grid[1, column])
            _draw_map(axes, net, district, colour_districts(net, *both))
            axes.set_title(text(lang, f"beats.{key}"))
            if column:
                draw_scale_and_north(axes, extent_of(net), lang)
        _draw_work(figure.add_subplot(grid[2, :]), found, lang)
        add_note(figure, city_label(net, lang), notice_line(net.attribution, lang))
    return figure


def colour_districts(net: StreetNetwork, *divisions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each district a colour that none of its neighbours has in any division, as far as the colours go."""
    start, other = net.neighbours
    row = np.repeat(np.arange(net.n_segments), np.diff(start))
    n = int(max(district.max() for district in divisions)) + 1
    touch = np.zeros((n, n), bool)
    for district in divisions:
        touch[district[row], district[other]] = True
    colour = np.full(n, -1)
    for d in np.argsort(-touch.sum(axis=1), kind="stable"):
        used = colour[touch[d]]
        counts = np.bincount(used[used >= 0], minlength=len(SHADES))
        colour[d] = int(counts.argmin())
    return colour


def _draw_map(axes: Axes, net: StreetNetwork, district: NDArray[np.int64], colour: NDArray[np.int64]) -> None:
    points = np.column_stack([net.geometry_x, net.geometry_y])
    lines = np.split(points, net.geometry_start[1:-1])
    main = np.isin(net.segment_class, [STREET_CLASSES.index(name) for name in MAIN_ROADS])
    shades = [SHADES[colour[d]] for d in district]
    rasterized = net.n_segments > RASTER_ABOVE
    axes.add_collection(LineCollection(lines, colors=shades, linewidths=1.0, rasterized=rasterized))
    marked = [lines[i] for i in np.flatnonzero(main)]
    axes.add_collection(LineCollection(marked, colors=[INK], linewidths=1.4, rasterized=rasterized))
    for d in range(len(colour)):
        mine = district == d
        axes.annotate(
            str(d), (float(net.midpoint_x[mine].mean()), float(net.midpoint_y[mine].mean())), ha="center", va="center",
            fontsize=9, bbox={"boxstyle": "circle,pad=0.2", "facecolor": "white", "edgecolor": MUTED, "linewidth": 0.5},
        )  # fmt: skip
    axes.autoscale_view()
    axes.set_aspect("equal")
    axes.set_axis_off()


def _draw_work(axes: Axes, found: Redrawn, lang: Lang) -> None:
    n = len(np.unique(found.district))
    place, total = np.arange(n), found.weight.sum()
    for shift, district, shade, key in (
        (-0.2, found.city.district, PALE, "today"), (0.2, found.district, MUTED, "redrawn"),
    ):  # fmt: skip
        share = 100.0 * np.bincount(district, found.weight, n) / total
        axes.bar(place + shift, share, width=0.38, color=shade, label=text(lang, f"beats.{key}"))
    axes.axhline(100.0 / n, color=INK, linewidth=0.8, linestyle="--")
    axes.set_xticks(place, [str(d) for d in place])
    axes.set_ylim(0.0, 1.35 * axes.get_ylim()[1])
    axes.set_title(text(lang, "beats.share"), fontsize=9)
    axes.legend(fontsize=7.5, ncols=2, loc="upper right")
