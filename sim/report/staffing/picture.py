"""The picture of a staffing study: the chance that a force is enough, each target against it, and the week."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.batch.staffing.likely import estimate_level, read_months
from sim.batch.staffing.study import COST, Answer
from sim.batch.staffing.targets import Target, about_measure
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.numbers import mean_within
from sim.report.staffing.text import WEEKDAYS, answer_sentence, study_head
from sim.report.style import BETTER, INK, MUTED, PALE, WORSE, add_note, picture, save_figure
from sim.report.texts import Lang, text

COLUMNS = 2
PRINT_IN, PRINT_ROW_IN, PRINT_COLUMNS = 7.1, 2.0, 3
"""of the picture of a brief: inches of the width and of a row, and panels side by side"""


def plot_staffing(answer: Answer, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw a study as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_staffing(answer, lang=lang), out))


def draw_staffing(answer: Answer, *, lang: Lang = "en") -> Figure:
    """Draw the chance that each number is enough, each target, the cost, and the week that the roster covers."""
    panels = len(answer.question.targets) + 2
    n_rows = -(-panels // COLUMNS)
    heights = [LEGEND_IN, *[2.3] * (n_rows + 1)]
    title = text(lang, "staffing.title")
    with picture(9.0, 0.6 + sum(heights), lang=lang, title=title, small=answer_sentence(answer, lang)) as figure:
        grid = figure.add_gridspec(len(heights), COLUMNS, height_ratios=heights)
        axes = [figure.add_subplot(grid[1 + i // COLUMNS, i % COLUMNS]) for i in range(panels)]
        _draw_chance(axes[0], answer, lang)
        for one, target in zip(axes[1:], answer.question.targets, strict=False):
            _draw_target(one, answer, target, lang)
        draw_legend(figure.add_subplot(grid[0, :]), _handles(lang))
        _draw_cost(axes[-1], answer, lang)
        for one in axes:
            _finish(one, answer, lang)
        _draw_week(figure.add_subplot(grid[-1, :]), answer, lang)
        add_note(figure, text(lang, "map.synthetic_people"), study_head(answer, lang), text(lang, "staffing.doubt"))
    return figure


def draw_answer(answer: Answer, *, lang: Lang = "en") -> Figure:
    """Draw the chance that each number is enough and each target, as narrow as a page that is printed."""
    targets = answer.question.targets
    columns = min(1 + len(targets), PRINT_COLUMNS)
    n_rows = -(-(1 + len(targets)) // columns)
    with picture(PRINT_IN, LEGEND_IN + PRINT_ROW_IN * n_rows, lang=lang) as figure:
        grid = figure.add_gridspec(1 + n_rows, columns, height_ratios=[LEGEND_IN, *[PRINT_ROW_IN] * n_rows])
        axes = [figure.add_subplot(grid[1 + i // columns, i % columns]) for i in range(1 + len(targets))]
        _draw_chance(axes[0], answer, lang)
        for one, target in zip(axes[1:], targets, strict=True):
            _draw_target(one, answer, target, lang)
        draw_legend(figure.add_subplot(grid[0, :]), _handles(lang))
        for one in axes:
            _finish(one, answer, lang)
    return figure


def _draw_chance(axes: Axes, answer: Answer, lang: Lang) -> None:
    likely, sure = answer.found.likely, answer.question.rule.sure
    axes.plot(likely.force, 100 * likely.p_enough, color=INK, linewidth=1.4)
    for force in sorted(set(answer.runs["force"])):
        axes.plot(force, 100 * likely.at(force), marker="o", color=INK, markersize=4.5)
    for level in (sure, 1.0 - sure):
        axes.axhline(100 * level, color=WORSE, linewidth=1.0, linestyle="--")
    axes.set_ylim(-4, 104)
    axes.set_title(text(lang, "staffing.chance"), fontsize=9)


def _draw_target(axes: Axes, answer: Answer, target: Target, lang: Lang) -> None:
    for force, months in read_months(answer.runs, [target]).items():
        level = estimate_level(months[target], target)
        axes.plot([force, force], [level.low, level.high], color=INK, linewidth=1.2)
        axes.plot(force, level.value, marker="o", color=INK, markersize=4.5)
    theory = answer.analytic[answer.analytic["target"] == target.text].sort_values("force")
    if len(theory):
        axes.plot(theory["force"], theory["value"], color=BETTER, linewidth=1.2)
    axes.axhline(target.bound, color=WORSE, linewidth=1.0, linestyle="--")
    axes.set_title(f"{target.about.label(lang)}, {target.about.unit(lang)}", fontsize=9)


def _draw_cost(axes: Axes, answer: Answer, lang: Lang) -> None:
    about = about_measure(COST)
    axes.set_title(f"{about.label(lang)}, {about.unit(lang)}", fontsize=9)
    for force, rows in answer.runs.groupby("force"):
        mean = mean_within(rows[COST].to_numpy(float), about)
        axes.plot([force, force], [mean.low, mean.high], color=INK, linewidth=1.2)
        axes.plot(force, mean.value, marker="o", color=INK, markersize=4.5)


def _handles(lang: Lang) -> list[Line2D]:
    return [
        Line2D([], [], color=INK, marker="o", markersize=4.5, label=text(lang, "staffing.simulated")),
        Line2D([], [], color=BETTER, label=text(lang, "staffing.theory")),
        Line2D([], [], color=WORSE, linestyle="--", label=text(lang, "staffing.target")),
        Line2D([], [], color=PALE, linewidth=4.0, label=text(lang, "staffing.the_answer")),
    ]


def _finish(axes: Axes, answer: Answer, lang: Lang) -> None:
    found, forces = answer.found, answer.found.likely.force
    if found.high is not None or found.middle is not None:
        first = int(forces[0]) if found.low is None else found.low
        last = int(forces[-1]) if found.high is None else found.high
        axes.axvspan(first - 0.25, last + 0.25, color=PALE, linewidth=0.0, zorder=0)
    axes.set_xlabel(text(lang, "staffing.officers"), fontsize=8)
    axes.set_xlim(min(forces[0], *axes.get_xlim()) - 0.5, max(forces[-1], *axes.get_xlim()) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _draw_week(axes: Axes, answer: Answer, lang: Lang) -> None:
    hours, have, need = np.arange(169), answer.roster.on_duty, answer.roster.required
    axes.fill_between(hours, np.append(have, have[-1]), step="post", color=PALE, label=text(lang, "staffing.rostered"))
    axes.step(hours, np.append(need, need[-1]), where="post", color=INK, label=text(lang, "staffing.needed"))
    axes.set_xlim(0, 168)
    axes.set_ylim(0, 1.25 * max(int(answer.roster.on_duty.max()), 1))
    axes.set_xticks(range(0, 168, 24), [text(lang, f"days.{name}") for name in WEEKDAYS], ha="left")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="x", color=MUTED, linewidth=0.3)
    axes.set_title(text(lang, "staffing.units_week"), fontsize=9)
    axes.legend(fontsize=7, ncols=2, loc="upper right")
