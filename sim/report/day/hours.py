"""The hours of a day from top to bottom: what was done, and beside it what happened, with the numbers of the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from sim.report.day.diary import RESIDENT, Diary, Stay, moves_within, spent
from sim.report.day.text import Entry, clock, doing, long_time
from sim.report.day.watch import WatchedDay
from sim.report.lines import fit_lines, text_width
from sim.report.style import INK, LINE, MUTED, POINTS
from sim.report.texts import Lang, text

HOURS_WIDTH = 7.0
"""inches"""
SIZE, BAR_SIZE = 8.5, 7.5
"""points of the letters beside the hours, and within the bar"""
ROOM = HOURS_WIDTH * POINTS * 0.92
TIME_X, BAR_X, BAR_END, NEAR_X, NEAR_END, LEAD_X, NUMBER_X, CLOCK_X, WORDS_X = 0, 8, 118, 120, 126, 128, 154, 168, 200
"""points from the left: the colours of the map, the bar, police in the street, and the parts of an entry"""
GAP = 3.0
COLOURS = {
    "patrol": "#8FC7EA", "walk": "#8FC7EA", "travel": "#C9C9C9", "hold": "#0072B2", "respond": "#F6CF87",
    "serve": "#E69F00", "stop": "#D55E00", "visit": "#009E73", "mediate": "#CC79A7", "problem": "#6F5FA8",
    "inspect": "#6F5FA8", "room": "#009E73", "report": "#E4E0D6", "desk": "#E4E0D6", "prisoner": "#9A7B4F",
    "guard": "#9A7B4F", "court": "#9A7B4F", "training": "#9A7B4F", "rest": "#F2F2F2", "briefing": "#F2F2F2",
    "home": "#E4E0D6", "work": "#8FC7EA", "school": "#8FC7EA", "leisure_a": "#9AD5C3", "leisure_b": "#CC79A7",
    "travelling": "#E69F00", "on_patrol": "#0072B2", "away": "#767676",
}  # fmt: skip
"""After Okabe & Ito (2008); what is written in the bar says the same in grey"""
DARK = (
    "hold",
    "stop",
    "visit",
    "room",
    "on_patrol",
    "problem",
    "inspect",
    "prisoner",
    "guard",
    "court",
    "training",
    "away",
)
POLICE = "#0072B2"
N_COLOURS = 256


class Label(NamedTuple):
    """Hold an entry as it is written."""

    entry: Entry
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Give its height in points."""
        return len(self.lines) * SIZE * LINE + GAP


def colour_of_time(share: float) -> tuple[float, float, float, float]:
    """Give the colour of a moment: from light when somebody first moves to dark when they last do."""
    return tuple(mpl.colormaps["viridis"](0.88 * (1.0 - float(np.clip(share, 0.0, 1.0)))))  # type: ignore[return-value]


def lay_out_entries(entries: Sequence[Entry]) -> list[Label]:
    """Break the words of each entry into lines that fit."""
    return [Label(entry, tuple(fit_lines(entry.words, SIZE, ROOM - WORDS_X))) for entry in entries]


def height_of(labels: Sequence[Label]) -> float:
    """Give the points that all entries take below each other."""
    return sum(label.height for label in labels)


def spread(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """Put labels as near as can be to where they belong, in their order and none over another.

    Parameters
    ----------
    wanted
        where the middle of each belongs, points from the top, ascending
    heights
        of each, points
    room
        points in all; where it is too small, the last ones end at its end and the first ones begin above it
    """
    places: list[float] = []
    low = 0.0
    for at, height in zip(wanted, heights, strict=True):
        middle = max(at, low + height / 2.0)
        places.append(middle)
        low = middle + height / 2.0
    high = room
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], high - heights[i] / 2.0)
        high = places[i] - heights[i] / 2.0
    return places


def draw_hours(  # noqa: PLR0913 - the panel, what it tells, and its size
    axes: Axes, watched: WatchedDay, diary: Diary, labels: Sequence[Label], *, points: float, empty: str, lang: Lang
) -> None:
    """Draw the bar of the day and the entries beside it.

    Parameters
    ----------
    points
        height of the panel
    empty
        what to write where nothing happened
    """
    begin, end = diary.begin, diary.end
    a_point = (end - begin) / points
    axes.set_xlim(0, ROOM)
    axes.set_ylim(end, begin)
    _draw_time(axes, diary)
    for stay in diary.stays:
        _draw_stay(axes, stay, a_point, lang)
    if diary.who == RESIDENT:
        _draw_police(axes, watched, diary, lang)
    wanted = [(label.entry.t - begin) / a_point for label in labels]
    places = spread(wanted, [label.height for label in labels], points)
    for number, (label, place) in enumerate(zip(labels, places, strict=True), 1):
        _draw_entry(axes, number, label, begin + place * a_point)
    if empty:
        axes.text(WORDS_X, (begin + end) / 2.0, "\n".join(fit_lines(empty, SIZE, ROOM - WORDS_X)), fontsize=SIZE)
    _label_hours(axes, begin, end)
    axes.set_title(text(lang, "day.the_hours"))
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.set_xticks([])
    handles = [
        Patch(
            facecolor=COLOURS[what], edgecolor=MUTED, linewidth=0.3,
            label=f"{doing(what, lang)} {long_time(minutes, lang)}",
        )
        for what, minutes in spent(diary).items()
    ]  # fmt: skip
    axes.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, -0.01), ncols=3, fontsize=SIZE, handlelength=1.2,
        columnspacing=1.4, borderaxespad=0.2,
    )  # fmt: skip


def _draw_time(axes: Axes, diary: Diary) -> None:
    """Draw the colours of the map beside the hours: they are its legend."""
    first, last = moves_within(diary)
    edges = np.linspace(first, last, N_COLOURS + 1)
    for number in range(N_COLOURS):
        colour = colour_of_time((number + 0.5) / N_COLOURS)
        height = edges[number + 1] - edges[number]
        axes.add_patch(Rectangle((TIME_X, edges[number]), BAR_X - TIME_X - 2, height, color=colour, linewidth=0))


def _draw_stay(axes: Axes, stay: Stay, a_point: float, lang: Lang) -> None:
    height = stay.end - stay.begin
    axes.add_patch(
        Rectangle((BAR_X, stay.begin), BAR_END - BAR_X, height, facecolor=COLOURS[stay.what], edgecolor="white",
                  linewidth=0.4)
    )  # fmt: skip
    name = doing(stay.what, lang)
    if height / a_point >= BAR_SIZE * LINE and text_width(name, BAR_SIZE) <= BAR_END - BAR_X:
        colour = "white" if stay.what in DARK else INK
        middle = (stay.begin + stay.end) / 2.0
        axes.text((BAR_X + BAR_END) / 2.0, middle, name, ha="center", va="center", fontsize=BAR_SIZE, color=colour)


def _draw_police(axes: Axes, watched: WatchedDay, diary: Diary, lang: Lang) -> None:
    """Mark when police were in the street in which a resident was, and say what the marks are."""
    tick_min = watched.looks.tick_min
    near = np.flatnonzero(diary.police_in_street)
    for tick in near.tolist():
        axes.add_patch(
            Rectangle((NEAR_X, tick * tick_min), NEAR_END - NEAR_X, tick_min, color=POLICE, linewidth=0)
        )  # fmt: skip
    if len(near):
        axes.annotate(
            text(lang, "day.police_near"), (NEAR_END, diary.begin), (0, 3), textcoords="offset points",
            fontsize=BAR_SIZE, color=POLICE, annotation_clip=False, in_layout=False,
        )  # fmt: skip


def _draw_entry(axes: Axes, number: int, label: Label, at: float) -> None:
    t = label.entry.t
    middle_x = (LEAD_X + NUMBER_X) / 2.0
    axes.plot([LEAD_X, middle_x - 4, middle_x + 4, NUMBER_X - 5], [t, t, at, at], color=MUTED, linewidth=0.6)
    axes.text(
        NUMBER_X, at, str(number), ha="center", va="center", fontsize=BAR_SIZE, color="white",
        bbox={"boxstyle": "round,pad=0.2", "facecolor": INK, "edgecolor": "none"},
    )  # fmt: skip
    axes.text(CLOCK_X, at, clock(t), va="center", fontsize=SIZE, color=INK)
    axes.text(WORDS_X, at, "\n".join(label.lines), va="center", fontsize=SIZE, color=INK, linespacing=1.1)


def _label_hours(axes: Axes, begin: float, end: float) -> None:
    step = 60 if end - begin <= 720 else 120
    hours = [minute for minute in range(0, 1441, step) if begin <= minute <= end]
    axes.set_yticks(hours, [clock(minute) for minute in hours])
    axes.tick_params(axis="y", length=0, pad=2)
