"""A map of all that was read of a force: streets, beats, homes, stations, calls, incidents."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.city.land_use import known_kinds
from sim.city.streets import StreetNetwork
from sim.force.reading import ForceData
from sim.force.scenario import Settled
from sim.force.words import say
from sim.report.maps import draw_scale_and_north, extent_of
from sim.report.names import notice_line
from sim.report.style import INK, MUTED, PALE, add_note, picture
from sim.report.texts import Lang

BEAT, CALL, INCIDENT = "#0072B2", "#E69F00", "#D55E00"
MOST_NAMES = 40
"""Beats whose names are written into the map; of more they would cover it."""
LETTERS = 12


def draw_force_map(data: ForceData, settled: Settled, lang: Lang = "en") -> Figure:
    """Draw homes and beats on one map, and calls and incidents each on another one where there are any."""
    panels = ["homes"]
    panels += [
        name for name in ("calls", "incidents") if getattr(data, name) is not None and len(getattr(data, name).table)
    ]
    net = data.net
    ratio = float(np.clip(np.ptp(net.geometry_y) / max(np.ptp(net.geometry_x), 1.0), 0.5, 1.5))
    width = 6.0 if len(panels) == 1 else 4.6
    title = say(lang, "map.title", name=net.name)
    with picture(width * len(panels), width * ratio + 1.6, lang=lang, title=title) as figure:
        all_axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axes, name in zip(all_axes, panels, strict=True):
            handles = _homes(axes, data, lang) if name == "homes" else _points(axes, data, name, lang)
            handles += _beats(axes, data, lang, named=name == "homes")
            if name == "homes":
                handles += _stations(axes, data, lang)
                draw_scale_and_north(axes, extent_of(net), lang)
            _frame(axes, data)
            axes.set_title(say(lang, f"map.where_{name}"))
            axes.set_aspect("equal")
            axes.set_axis_off()
            axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.04), fontsize=8)
        note = say(lang, "map.note", defaults=list(settled.defaults))
        add_note(figure, note, notice_line(net.attribution, lang) if net.attribution else "")
    return figure


def _frame(axes: Axes, data: ForceData) -> None:
    """Show all streets and stations; beats may reach farther, over water and fields."""
    left, low, right, top = extent_of(data.net)
    if data.stations is not None and len(data.stations):
        left, right = min(left, data.stations["x"].min()), max(right, data.stations["x"].max())
        low, top = min(low, data.stations["y"].min()), max(top, data.stations["y"].max())
    axes.set_xlim(left - 0.02 * (right - left), right + 0.02 * (right - left))
    axes.set_ylim(low - 0.08 * (top - low), top + 0.03 * (top - low))


def _lines(net: StreetNetwork) -> list[np.ndarray]:
    return np.split(np.column_stack([net.geometry_x, net.geometry_y]), net.geometry_start[1:-1])


def _streets(axes: Axes, net: StreetNetwork, lang: Lang) -> Line2D:
    axes.add_collection(LineCollection(_lines(net), colors=[PALE], linewidths=0.5, zorder=1, rasterized=True))
    axes.autoscale_view()
    return Line2D([], [], color=PALE, linewidth=1.0, label=say(lang, "map.streets"))


def _homes(axes: Axes, data: ForceData, lang: Lang) -> list[Line2D]:
    handle = _streets(axes, data.net, lang)
    if data.land_use is None or "dwellings" not in known_kinds(data.land_use):
        return [handle, Line2D([], [], linestyle="none", label=say(lang, "map.homes_by_rule"))]
    homes = np.nan_to_num(data.land_use.dwellings.astype(float)) / data.net.segment_length_m
    some = homes > 0
    rank = np.zeros(len(homes))
    rank[some] = (np.argsort(np.argsort(homes[some])) + 1.0) / max(1, some.sum())
    shades, lines = mpl.colormaps["YlGn"], _lines(data.net)
    chosen = [lines[i] for i in np.flatnonzero(some)]
    colours = [shades(0.25 + 0.75 * share) for share in rank[some]]
    axes.add_collection(
        LineCollection(chosen, colors=colours, linewidths=0.5 + 1.2 * rank[some], zorder=2, rasterized=True)
    )
    return [handle, Line2D([], [], color=shades(0.9), linewidth=1.8, label=say(lang, "map.homes"))]


def _points(axes: Axes, data: ForceData, name: str, lang: Lang) -> list[Line2D]:
    handle = _streets(axes, data.net, lang)
    table = getattr(data, name).table
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    segment = table["segment"].to_numpy()
    alone = np.isnan(x) & (segment >= 0)
    x, y = x.copy(), y.copy()
    x[alone], y[alone] = data.net.midpoint_x[segment[alone]], data.net.midpoint_y[segment[alone]]
    shown = ~np.isnan(x)
    colour = CALL if name == "calls" else INCIDENT
    size = float(np.clip(60.0 / np.sqrt(max(1, shown.sum())), 1.2, 3.0))
    axes.plot(
        x[shown], y[shown], "o", color=colour, markersize=size, alpha=0.3 + 0.2 * (size - 1.2), markeredgewidth=0,
        zorder=3, rasterized=True,
    )  # fmt: skip
    words = say(lang, f"map.{name}", n=int(shown.sum()))
    return [handle, Line2D([], [], marker="o", linestyle="none", color=colour, markersize=4, label=words)]


def _beats(axes: Axes, data: ForceData, lang: Lang, *, named: bool) -> list[Line2D]:
    if data.beats is None:
        return []
    import shapely  # noqa: PLC0415 - heavy; other pictures do without

    rings = [
        shapely.get_coordinates(part.exterior)
        for shape in data.beats.shapes
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
    ]
    axes.add_collection(PolyCollection(rings, facecolors="none", edgecolors=BEAT, linewidths=0.9, zorder=4))
    if named and len(data.beats.names) <= MOST_NAMES:
        net, district = data.net, data.beats.district
        for number, name in enumerate(data.beats.names):
            own = district == number
            short = name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
            axes.annotate(
                short, (float(np.median(net.midpoint_x[own])), float(np.median(net.midpoint_y[own]))), ha="center",
                va="center", fontsize=7, color=BEAT, zorder=6,
                bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip
    return [Line2D([], [], color=BEAT, linewidth=1.2, label=say(lang, "map.beats"))]


def _stations(axes: Axes, data: ForceData, lang: Lang) -> list[Line2D]:
    if data.stations is None or not len(data.stations):
        return []
    axes.plot(data.stations["x"], data.stations["y"], "s", color=INK, markeredgecolor="white", markersize=6, zorder=7)
    return [
        Line2D(
            [],
            [],
            marker="s",
            linestyle="none",
            color=INK,
            markeredgecolor=MUTED,
            markersize=5,
            label=say(lang, "map.stations"),
        )
    ]
