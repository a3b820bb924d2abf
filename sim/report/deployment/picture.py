"""The picture of a search: points against today's roster with their intervals, and who is on duty when and where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.batch.deployment.goals import GOALS
from sim.batch.deployment.slots import Floats
from sim.batch.deployment.study import Answer
from sim.batch.staffing.queueing import HOURS_A_WEEK
from sim.report.captions import scenario_residents
from sim.report.deployment.text import answer_sentence, goal_label, goal_unit
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.names import scenario_name
from sim.report.style import BETTER, COLOURS, INK, MUTED, PALE, WORSE, add_note, picture, save_figure
from sim.report.texts import Lang, text

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LINES = tuple(COLOURS[name] for name in ("burglary", "robbery", "theft", "assault", "disorder"))
MOST_LINES = len(LINES)
DAY_H = 24


def plot_deployment(answer: Answer, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw a search as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_deployment(answer, lang=lang), out)) if answer.points else []


def draw_deployment(answer: Answer, *, lang: Lang = "en") -> Figure:
    """Draw the first goal against each of the others, the week, and the officers of each district."""
    first, *others = answer.goals
    pairs = [(first, other) for other in others] or [(first, first)]
    with_districts = len(answer.slots.districts) > 1
    heights = [LEGEND_IN, 2.9, LEGEND_IN, 2.3, *([2.0] if with_districts else [])]
    title = f"{text(lang, 'deploy.title')}  ·  {scenario_name(answer.question.scenario.name, lang)}"
    with picture(10.0, 0.8 + sum(heights), lang=lang, title=title, small=answer_sentence(answer, lang)) as figure:
        grid = figure.add_gridspec(len(heights), len(pairs), height_ratios=heights)
        draw_legend(figure.add_subplot(grid[0, :]), _handles(lang))
        for column, pair in enumerate(pairs):
            _draw_pair(figure.add_subplot(grid[1, column]), answer, pair, lang)
        draw_legend(figure.add_subplot(grid[2, :]), _line_handles(answer, lang))
        _draw_week(figure.add_subplot(grid[3, :]), answer, lang)
        if with_districts:
            _draw_districts(figure.add_subplot(grid[4, :]), answer, lang)
        people = scenario_residents(answer.question.scenario, lang)
        add_note(figure, text(lang, "map.synthetic_people"), people, text(lang, "deploy.intervals"))
    return figure


def _draw_pair(axes: Axes, answer: Answer, goals: tuple[str, str], lang: Lang) -> None:
    """Draw screened deployments as dots, and the points by letter, their intervals in the colour of the verdict."""
    x, y = (_signed(answer, goal) for goal in goals)
    axes.scatter(x, y, s=9, color=PALE, zorder=1)
    axes.axhline(0.0, color=MUTED, linewidth=0.6, zorder=0)
    axes.axvline(0.0, color=MUTED, linewidth=0.6, zorder=0)
    axes.plot(0.0, 0.0, marker="D", color=INK, markerfacecolor="white", markersize=6, zorder=4)
    judged = answer.judged.set_index(["point", "measure"])
    for letter in answer.points:
        one, two = (judged.loc[(letter, goal)] for goal in goals)
        axes.plot([one["low"], one["high"]], [two["difference"]] * 2, color=_colour(one["verdict"]), linewidth=1.2)
        axes.plot([one["difference"]] * 2, [two["low"], two["high"]], color=_colour(two["verdict"]), linewidth=1.2)
        axes.annotate(
            letter, (one["difference"], two["difference"]), ha="center", va="center", fontsize=8, zorder=5,
            bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": INK, "linewidth": 0.7},
        )  # fmt: skip
    axes.set_xlabel(_axis_words(goals[0], lang), fontsize=7.5)
    axes.set_title(_axis_words(goals[1], lang), fontsize=8)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.tick_params(labelsize=7.5)


def _signed(answer: Answer, goal: str) -> Floats:
    values = answer.screened[goal].to_numpy(np.float64)
    sign = -1.0 if GOALS[goal].better == "more" else 1.0
    return np.asarray(sign * values, np.float64)


def _axis_words(goal: str, lang: Lang) -> str:
    way = text(lang, f"deploy.axis_better_{GOALS[goal].better}")
    return f"{goal_label(goal, lang)}\n{goal_unit(goal, lang)}, {way}"


def _colour(verdict: str) -> str:
    return {"better": BETTER, "worse": WORSE}.get(verdict, MUTED)


def _handles(lang: Lang) -> list[Line2D]:
    return [
        Line2D([], [], linestyle="", marker="D", color=INK, markerfacecolor="white", label=text(lang, "deploy.today")),
        Line2D([], [], linestyle="", marker="o", markersize=3, color=PALE, label=text(lang, "deploy.tried")),
        Line2D([], [], color=MUTED, label=f"{text(lang, 'deploy.judged')}: {text(lang, 'deploy.unclear_word')}"),
        Line2D([], [], color=BETTER, label=text(lang, "deploy.better_word")),
        Line2D([], [], color=WORSE, label=text(lang, "deploy.worse_word")),
    ]


def _line_handles(answer: Answer, lang: Lang) -> list[Line2D]:
    today = Line2D([], [], color=PALE, linewidth=5.0, label=text(lang, "deploy.today"))
    letters = list(answer.points)[:MOST_LINES]
    return [today, *(Line2D([], [], color=LINES[i], label=letter) for i, letter in enumerate(letters))]


def _draw_week(axes: Axes, answer: Answer, lang: Lang) -> None:
    hours = np.arange(HOURS_A_WEEK + 1)
    now = today_by_hour(answer)
    axes.fill_between(hours, np.append(now, now[-1]), step="post", color=PALE)
    for i, point in enumerate(list(answer.points.values())[:MOST_LINES]):
        there = answer.slots.by_hour(point.counts).sum(axis=0)
        axes.step(hours, np.append(there, there[-1]), where="post", color=LINES[i], linewidth=1.0)
    axes.set_xlim(0, HOURS_A_WEEK)
    axes.set_ylim(0, None)
    axes.set_xticks(range(0, HOURS_A_WEEK, DAY_H), [text(lang, f"days.{name}") for name in WEEKDAYS], ha="left")
    axes.grid(axis="x", color=MUTED, linewidth=0.3)
    axes.set_title(text(lang, "deploy.week"), fontsize=9)


def today_by_hour(answer: Answer) -> Floats:
    """Give the officers of today on duty in the mean, (168,)."""
    today, minutes = answer.today, np.zeros(HOURS_A_WEEK * 60)
    for begins, weekdays, hours, days in zip(today.begins, today.weekdays, today.hours, today.days, strict=True):
        own = [day for day in range(7) if int(weekdays) >> day & 1]
        for day in own:
            first = round(day * DAY_H * 60 + begins)
            minutes[np.arange(first, first + round(60 * hours)) % len(minutes)] += days / len(own)
    return np.asarray(minutes.reshape(HOURS_A_WEEK, 60).mean(axis=1), np.float64)


def _draw_districts(axes: Axes, answer: Answer, lang: Lang) -> None:
    place = np.arange(len(answer.slots.districts))
    axes.bar(place, answer.today_table.sum(axis=(1, 2)), width=0.8, color=PALE)
    points = list(answer.points.values())[:MOST_LINES]
    for i, point in enumerate(points):
        shift = 0.6 * ((i + 0.5) / len(points) - 0.5)
        axes.plot(place + shift, point.counts.sum(axis=(1, 2)), linestyle="", marker="o", markersize=4, color=LINES[i])
    axes.set_xticks(place, [str(name) for name in answer.slots.districts])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(text(lang, "deploy.by_district"), fontsize=9)
