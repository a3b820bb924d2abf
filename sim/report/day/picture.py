"""The picture of a day: the streets with the way on the left, the hours with what happened on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from sim.city.streets import StreetNetwork
from sim.report.day.diary import OFFICER, RESIDENT, Diary, moves_within
from sim.report.day.hours import HOURS_WIDTH, colour_of_time, draw_hours, height_of, lay_out_entries
from sim.report.day.text import (
    about_line,
    entries_of,
    felt_line,
    notes_of,
    nothing_line,
    run_line,
    title_of,
)
from sim.report.day.watch import WatchedDay
from sim.report.day.way import Step, way_of
from sim.report.maps import RASTER_ABOVE, city_label, draw_scale_and_north
from sim.report.names import notice_line
from sim.report.style import INK, PALE, POINTS, add_note, picture
from sim.report.texts import Lang, text

Floats = NDArray[np.float64]
WIDTH, LEAST_HEIGHT, MARGIN = 12.0, 6.6, 1.1
"""inches: of the picture, and what title and notes take"""
MAP_WIDTH = 5.0
LEAST_M, AROUND = 450.0, 0.12
"""A map shows at least so many metres across, and so much around the way, as a share of it."""
OVERVIEW_BELOW = 0.5
"""Share of the city's extent below which a small map of the whole shows where the way lies."""
LONG_STAY_MIN = 15.0
MARK_PT = 11.0
"""Distance at which two numbers on the map no longer cover each other, points."""
CAN_BE_AT = {
    RESIDENT: ("home", "work", "school", "leisure_a", "leisure_b"),
    OFFICER: ("hold", "serve", "visit", "mediate", "problem", "inspect"),
}
"""What is done at a place: a circle marks where it took long."""
NAMED = {"home": "day.own_home", "work": "day.own_work", "school": "day.own_school"}


class Box(NamedTuple):
    """Hold what a map shows, metres."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Give the metres across."""
        return self.right - self.left


def draw_day(watched: WatchedDay, diary: Diary, *, lang: Lang = "en") -> Figure:
    """Draw the day of one person: the map of the way, and the hours with what happened.

    Parameters
    ----------
    diary
        of `officer_diary` or `resident_diary` of the same day
    """
    net, entries = watched.world.city.streets, entries_of(diary, lang)
    steps = way_of(diary, net, watched.looks.tick_min)
    labels = lay_out_entries(entries)
    height = max(LEAST_HEIGHT, height_of(labels) / POINTS + MARGIN)
    small = "\n".join(line for line in (about_line(watched, diary, lang), felt_line(diary, lang)) if line)
    with picture(WIDTH, height, lang=lang, title=title_of(watched, diary, lang), small=small) as figure:
        left, right = figure.subplots(1, 2, width_ratios=[MAP_WIDTH, HOURS_WIDTH])
        shape = MAP_WIDTH / (height - MARGIN)
        places = [event.segment for entry in entries for event in entry.events if event.segment >= 0]
        box = _box_of(net, [step.segment for step in steps] + places, shape)
        _draw_map(left, watched, diary, steps, box, lang)
        _number_places(left, net, [[event.segment for event in entry.events] for entry in entries], box)
        empty = "" if entries else nothing_line(diary, lang)
        draw_hours(right, watched, diary, labels, points=(height - MARGIN) * POINTS, empty=empty, lang=lang)
        add_note(figure, *notes_of(watched, lang), run_line(watched, lang), city_label(net, lang),
                 notice_line(net.attribution, lang))  # fmt: skip
    return figure


def _box_of(net: StreetNetwork, segments: Sequence[int], shape: float) -> Box:
    """Choose what a map shows: all of the way and a little around it, in the shape of its panel."""
    chosen = sorted({one for one in segments if one >= 0}) or list(range(net.n_segments))
    points = np.concatenate([np.arange(net.geometry_start[i], net.geometry_start[i + 1]) for i in chosen])
    x, y = net.geometry_x[points], net.geometry_y[points]
    middle_x, middle_y = (x.min() + x.max()) / 2.0, (y.min() + y.max()) / 2.0
    across = max(float(np.ptp(x)), float(np.ptp(y)) * shape, LEAST_M) * (1.0 + 2.0 * AROUND)
    up = across / shape
    return Box(middle_x - across / 2, middle_y - up / 2, middle_x + across / 2, middle_y + up / 2)


def _lines(net: StreetNetwork) -> list[Floats]:
    points = np.column_stack([net.geometry_x, net.geometry_y])
    return np.split(points, net.geometry_start[1:-1])


def _draw_map(  # noqa: PLR0913, PLR0917 - what is drawn, and where
    axes: Axes, watched: WatchedDay, diary: Diary, steps: list[Step], box: Box, lang: Lang
) -> None:
    net = watched.world.city.streets
    lines, raster = _lines(net), net.n_segments > RASTER_ABOVE
    axes.add_collection(LineCollection(lines, colors=[PALE], linewidths=0.8, zorder=1, rasterized=raster))
    minutes = np.array([step.minute for step in steps])
    first, last = moves_within(diary)
    share = np.clip((minutes - first) / max(last - first, 1.0), 0.0, 1.0)
    axes.add_collection(
        LineCollection(  # the later the narrower: who comes back by the same streets is seen twice
            [lines[step.segment] for step in steps], colors=[colour_of_time(one) for one in share],
            linewidths=5.0 - 3.2 * share, capstyle="round", zorder=3,
        )
    )  # fmt: skip
    for segment, minutes_there in _long_stays(diary).items():
        size = 4.0 + 0.5 * np.sqrt(minutes_there)
        axes.plot(
            *middle_of(net, segment),
            marker="o",
            markersize=size,
            markerfacecolor="white",
            markeredgecolor=INK,
            zorder=4,
        )
    _name_places(axes, net, diary, lang)
    axes.set_xlim(box.left, box.right)
    axes.set_ylim(box.bottom, box.top)
    axes.set_aspect("equal", anchor="NW")
    axes.set_axis_off()
    axes.set_title(text(lang, "day.the_way" if steps else "day.unseen"))
    inner = Box(box.left + 0.02 * box.width, box.bottom + 0.05 * box.width, box.right - 0.04 * box.width, box.top)
    draw_scale_and_north(axes, inner, lang)
    if box.width < OVERVIEW_BELOW * float(np.ptp(net.geometry_x)):
        _draw_overview(axes, lines, box, raster=raster)


def _long_stays(diary: Diary) -> dict[int, float]:
    """Add up the minutes at each place where somebody stayed for long."""
    minutes: dict[int, float] = {}
    for stay in diary.stays:
        if stay.segment >= 0 and stay.what in CAN_BE_AT[diary.who]:
            minutes[stay.segment] = minutes.get(stay.segment, 0.0) + stay.end - stay.begin
    return {segment: long for segment, long in minutes.items() if long >= LONG_STAY_MIN}


def middle_of(net: StreetNetwork, segment: int) -> tuple[float, float]:
    """Give the point half-way along a street, which on a bent one is not half-way between its ends."""
    points = slice(net.geometry_start[segment], net.geometry_start[segment + 1])
    x, y = net.geometry_x[points], net.geometry_y[points]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    half = along[-1] / 2.0
    return float(np.interp(half, along, x)), float(np.interp(half, along, y))


def _name_places(axes: Axes, net: StreetNetwork, diary: Diary, lang: Lang) -> None:
    """Write at the places of a resident what they are."""
    names: dict[int, list[str]] = {}
    for stay in diary.stays if diary.who == RESIDENT else ():
        if stay.segment >= 0 and stay.what in CAN_BE_AT[RESIDENT]:
            name = text(lang, NAMED[stay.what]) if stay.what in NAMED else text(lang, f"doing.{stay.what}")
            here = names.setdefault(stay.segment, [])
            here += [name] if name not in here else []
    for segment, here in names.items():
        axes.annotate(
            text(lang, "day.comma").join(here), middle_of(net, segment), (0, -11),
            textcoords="offset points", ha="center", va="top", fontsize=8.5, zorder=7,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.0},
        )  # fmt: skip


def _draw_overview(axes: Axes, lines: list[Floats], box: Box, *, raster: bool) -> None:
    small = axes.inset_axes((0.74, 0.80, 0.26, 0.20))
    small.add_collection(LineCollection(lines, colors=[PALE], linewidths=0.3, rasterized=raster))
    small.autoscale_view()
    small.add_patch(Rectangle((box.left, box.bottom), box.width, box.top - box.bottom, fill=False, edgecolor=INK))
    small.set_aspect("equal")
    small.set_xticks([])
    small.set_yticks([])
    small.set_zorder(9)
    for spine in small.spines.values():
        spine.set_visible(True)


def _number_places(axes: Axes, net: StreetNetwork, segments: list[list[int]], box: Box) -> None:
    """Write the numbers of the entries where they happened; several at one place share a mark."""
    at: dict[int, list[int]] = {}
    for number, places in enumerate(segments, 1):
        for segment in dict.fromkeys(places):
            if segment >= 0:
                at.setdefault(segment, []).append(number)
    per_metre = MAP_WIDTH * POINTS / box.width
    taken: list[tuple[float, float]] = []
    for segment, numbers in at.items():
        x, y = (per_metre * metres for metres in middle_of(net, segment))
        put = _free_place(x, y, taken)
        taken.append(put)
        axes.annotate(
            short_list(numbers), (x / per_metre, y / per_metre), (put[0] - x, put[1] - y), textcoords="offset points",
            ha="center", va="center", fontsize=7, color="white", zorder=8,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": INK, "edgecolor": "white", "linewidth": 0.6},
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.6} if put != (x, y) else None,
        )  # fmt: skip


def short_list(numbers: Sequence[int]) -> str:
    """Write numbers in a row as a span, and at most three others."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers[:3])) + (" …" if len(numbers) > 3 else "")


def _free_place(x: float, y: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """Find the nearest place, in rings around a point, at which a mark covers no other."""
    for ring in range(8):
        for angle in np.linspace(0.0, 2.0 * np.pi, 8 * ring, endpoint=False) if ring else (0.0,):
            put = (x + ring * MARK_PT * float(np.sin(angle)), y + ring * MARK_PT * float(np.cos(angle)))
            if all(abs(put[0] - a) > 1.6 * MARK_PT or abs(put[1] - b) > MARK_PT for a, b in taken):
                return put if ring else (x, y)
    return x, y
