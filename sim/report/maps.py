"""Maps of the streets in their true form, coloured by what happens on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.outcomes.concentration import count_incidents
from sim.outcomes.response import select_answered
from sim.report.names import notice_line, place_name
from sim.report.style import INK, PALE, add_note, picture
from sim.report.texts import Lang, text

Floats = NDArray[np.float64]

N_CLASSES = 5
RASTER_ABOVE = 20_000
"""segments; beyond, an SVG holds the streets as an image, or browsers choke"""
YEAR_DAYS = 365.0


class MapTheme(NamedTuple):
    """Name the texts and the colours of a kind of map."""

    name: str
    colours: str
    """a Matplotlib sequence of one hue, dark for high"""
    widths: tuple[float, float]
    """points, lowest and highest class: a map must be readable in grey, too"""
    breaks: tuple[float, ...] = ()
    """lower ends of the classes; chosen from the values when empty"""


OFFENCES = MapTheme("offences", "YlOrRd", (0.7, 3.0))
POLICE = MapTheme("police", "PuBu", (0.7, 2.4))
RESPONSE = MapTheme("response", "BuPu", (0.8, 1.8), (0.0, 5.0, 10.0, 15.0, 30.0))


class Panel(NamedTuple):
    """Hold one of several maps that stand side by side."""

    title: str
    value: Floats
    """(n_segments,) zero or not a number where there is nothing to show"""
    theme: MapTheme


def draw_offence_map(net: StreetNetwork, offences: pd.DataFrame, *, n_days: int, lang: Lang = "en") -> Figure:
    """Draw offences a year on each segment.

    Parameters
    ----------
    offences
        ledger table, or any part of it (a type, a season)
    n_days
        days that it covers
    """
    counts = count_incidents(offences["segment"].to_numpy(), net.n_segments)
    return draw_street_map(net, counts * YEAR_DAYS / n_days, OFFENCES, lang=lang)


def draw_police_map(net: StreetNetwork, panel: pd.DataFrame, *, n_days: int, lang: Lang = "en") -> Figure:
    """Draw officer-minutes a day in sight on each segment, from the segment panel."""
    minutes = np.bincount(panel["segment"].to_numpy(np.int64), panel["police_min"], minlength=net.n_segments)
    return draw_street_map(net, minutes / n_days, POLICE, lang=lang)


def draw_response_map(net: StreetNetwork, calls: pd.DataFrame, *, lang: Lang = "en") -> Figure:
    """Draw the mean response time of each segment; calls next door count, for few segments have many of their own."""
    answered = select_answered(calls)
    segment = answered["segment"].to_numpy(np.int64)
    wait = (answered["t_arrived"] - answered["t_call"]).to_numpy(np.float64)
    total = _add_neighbours(net, np.bincount(segment, wait, minlength=net.n_segments).astype(np.float64))
    n = _add_neighbours(net, np.bincount(segment, minlength=net.n_segments).astype(np.float64))
    with np.errstate(invalid="ignore"):
        return draw_street_map(net, total / np.where(n > 0, n, np.nan), RESPONSE, lang=lang)


def draw_street_map(net: StreetNetwork, value: Floats, theme: MapTheme, *, lang: Lang = "en") -> Figure:
    """Draw a map of one value per segment, in classes: north up, metres, scale bar, notice of the data.

    Parameters
    ----------
    value
        (n_segments,) zero or not a number where there is nothing to show
    """
    breaks = np.array(theme.breaks) if theme.breaks else choose_breaks(value)
    title = f"{text(lang, f'map.{theme.name}_title')}  ·  {place_name(net.name, lang)}"
    with picture(7.0, 7.0 * _height_to_width(net) + 0.9, lang=lang, title=title) as figure:
        axes = figure.add_subplot()
        handles = _draw_classes(axes, net, value, breaks, theme, lang)
        axes.legend(
            handles=handles, title=text(lang, f"map.{theme.name}_legend"), loc="upper left", bbox_to_anchor=(1.0, 1.0),
            alignment="left", borderaxespad=0.0,
        )  # fmt: skip
        axes.set_aspect("equal")
        axes.set_axis_off()
        draw_scale_and_north(axes, extent_of(net), lang)
        add_note(figure, city_label(net, lang), notice_line(net.attribution, lang))
    return figure


def draw_street_maps(  # noqa: PLR0913 - the maps, what is marked in them, and the words
    net: StreetNetwork,
    panels: Sequence[Panel],
    *,
    title: str,
    marked: NDArray[np.bool_],
    note: str,
    about: str = "",
    lang: Lang = "en",
) -> Figure:
    """Draw maps in two columns with the same classes, so that they can be compared; one legend a column.

    Parameters
    ----------
    panels
        row by row; those of a column have one theme
    marked
        (n_segments,) segments to outline in every map
    note
        a line above the notice of the data, such as what is marked
    about
        a line below the title, in smaller letters
    """
    breaks = choose_breaks(np.concatenate([panel.value for panel in panels]))
    n_rows = -(-len(panels) // 2)
    height = 4.5 * _height_to_width(net) / 0.75
    with picture(9.0, height * n_rows + 1.3, lang=lang, title=title, small=about) as figure:
        grid = figure.subplots(n_rows + 1, 2, height_ratios=[*[height] * n_rows, 0.5])
        for number, panel in enumerate(panels):
            axes = grid[number // 2, number % 2]
            _outline(axes, net, marked)
            handles = _draw_classes(axes, net, panel.value, breaks, panel.theme, lang)
            axes.set_title(panel.title)
            axes.set_aspect("equal")
            if number < 2:
                grid[-1, number].legend(
                    handles=handles[::-1], title=text(lang, f"map.{panel.theme.name}_legend"), alignment="left",
                    loc="upper left", ncols=len(handles), columnspacing=1.0, handlelength=1.5, borderaxespad=0.0,
                )  # fmt: skip
        for axes in grid.ravel():
            axes.set_axis_off()
        draw_scale_and_north(grid[-2, -1], extent_of(net), lang)
        add_note(figure, note, city_label(net, lang), notice_line(net.attribution, lang))
    return figure


def choose_breaks(value: Floats) -> Floats:
    """Choose round numbers that divide the positive values of a heavy-tailed measure into at most five classes.

    Returns
    -------
    breaks
        lower ends of the classes, ascending; the first is at or below the lowest value
    """
    positive = value[np.isfinite(value) & (value > 0)]
    if len(positive) == 0:
        return np.array([1.0])
    low, high = np.percentile(positive, (5, 99))
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = np.outer(decades, (1.0, 2.0, 5.0)).ravel()
    first = max(int(np.searchsorted(steps, low, "right")) - 1, 0)
    chosen = steps[first : max(int(np.searchsorted(steps, high, "right")), first + 1)]
    # Even steps: the lowest class takes in what lies below, and a very wide range skips every other number.
    stride = max(1, len(chosen) // (N_CLASSES + 1) if len(chosen) > N_CLASSES + 3 else 1)
    return np.asarray(chosen[::-1][::stride][:N_CLASSES][::-1])


def _draw_classes(  # noqa: PLR0913, PLR0917 - all that a legend speaks of
    axes: Axes, net: StreetNetwork, value: Floats, breaks: Floats, theme: MapTheme, lang: Lang
) -> list[Line2D]:
    """Draw the streets class by class, the highest on top, and give the legend."""
    points = np.column_stack([net.geometry_x, net.geometry_y])
    lines = np.split(points, net.geometry_start[1:-1])
    shown = np.isfinite(value) & (value > 0)
    of_class = np.where(shown, np.maximum(np.searchsorted(breaks, value, "right") - 1, 0), -1)
    shades = mpl.colormaps[theme.colours](np.linspace(0.32, 1.0, len(breaks)))
    widths = np.linspace(*theme.widths, len(breaks))
    handles = []
    for number in range(-1, len(breaks)):
        colour = PALE if number < 0 else tuple(shades[number])
        width = 0.5 if number < 0 else widths[number]
        name = text(lang, f"map.{theme.name}_none") if number < 0 else _name_class(breaks, number, value)
        chosen = [lines[i] for i in np.flatnonzero(of_class == number)]
        axes.add_collection(
            LineCollection(
                chosen, colors=[colour], linewidths=width, capstyle="round", zorder=2 + number,
                rasterized=net.n_segments > RASTER_ABOVE,
            )
        )  # fmt: skip
        handles.append(Line2D([], [], color=colour, linewidth=width * 1.4, label=name))
    axes.autoscale_view()
    return handles[::-1]


def _outline(axes: Axes, net: StreetNetwork, marked: NDArray[np.bool_]) -> None:
    """Draw a tube round segments, under the streets themselves: it takes no colour and shows in grey."""
    points = np.column_stack([net.geometry_x, net.geometry_y])
    lines = np.split(points, net.geometry_start[1:-1])
    chosen = [lines[i] for i in np.flatnonzero(marked)]
    for colour, width, layer in ((INK, 5.2, 0.2), ("white", 4.2, 0.3)):
        axes.add_collection(LineCollection(chosen, colors=[colour], linewidths=width, capstyle="round", zorder=layer))


def _name_class(breaks: Floats, number: int, value: Floats) -> str:
    if number == len(breaks) - 1:
        return f"{breaks[number]:g}+"
    reaches_lower = number == 0 and bool(np.any((value > 0) & (value < breaks[0])))
    low = 0.0 if reaches_lower else breaks[number]
    return f"{low:g} – {breaks[number + 1]:g}"


def extent_of(net: StreetNetwork) -> tuple[float, float, float, float]:
    """Give the left, lower, right and upper end of a city, metres."""
    x, y = net.geometry_x, net.geometry_y
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def draw_scale_and_north(axes: Axes, extent: tuple[float, float, float, float], lang: Lang) -> None:
    """Draw a scale bar and an arrow to the north at the foot of what a map shows.

    Parameters
    ----------
    extent
        left, lower, right and upper end, metres
    """
    left, bottom, right, top = extent
    length = _round_down((right - left) / 4.0)
    y = bottom - 0.03 * (top - bottom)
    axes.plot([left, left + length], [y, y], color=INK, linewidth=2.0, solid_capstyle="butt")
    name = (
        f"{length / 1000:g} {text(lang, 'map.kilometres')}"
        if length >= 1000
        else f"{length:g} {text(lang, 'map.metres')}"
    )
    axes.annotate(name, (left + length / 2, y), (0, -4), textcoords="offset points", ha="center", va="top", fontsize=8)
    axes.annotate(
        text(lang, "map.north"), (right, y + 0.09 * (top - bottom)), (right, y), ha="center", va="center",
        fontsize=9, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.0},
    )  # fmt: skip


def _round_down(metres: float) -> float:
    decade = 10.0 ** np.floor(np.log10(metres))
    return float(max(step * decade for step in (1.0, 2.0, 5.0) if step * decade <= metres))


def _height_to_width(net: StreetNetwork) -> float:
    return float(np.clip(np.ptp(net.geometry_y) / max(np.ptp(net.geometry_x), 1.0), 0.4, 1.6)) * 0.75


def city_label(net: StreetNetwork, lang: Lang) -> str:
    """Say that people, and perhaps streets, are made up."""
    return text(lang, "map.synthetic_city" if net.synthetic else "map.synthetic_people")


def _add_neighbours(net: StreetNetwork, value: Floats) -> Floats:
    start, neighbour = net.neighbours
    owner = np.repeat(np.arange(net.n_segments), np.diff(start))
    return value + np.bincount(owner, value[neighbour], minlength=net.n_segments)
