"""The picture of a trial: every city's estimate with its interval, and the mean of all of them."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.batch.trial.many import Conducted
from sim.report.marks import draw_verdict, label_plainly
from sim.report.style import INK, PALE, add_note, picture, save_figure
from sim.report.texts import Lang, text
from sim.report.trial.text import ON_LOG, outcomes_of, trial_answer

MOST_CITIES = 40


def plot_trial(done: Conducted, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_trial(done, lang=lang), out))


def draw_trial(done: Conducted, *, lang: Lang = "en") -> Figure:
    """Draw one panel per arm and outcome."""
    panels = [(arm, name) for arm in done.trial.arms for name in outcomes_of(done, arm)]
    n_rows = max(1, -(-len(panels) // 3))
    height = 1.6 + n_rows * (1.0 + 0.12 * min(len(done.told), MOST_CITIES))
    with picture(10.0, height, lang=lang, title=trial_answer(done, lang)) as figure:
        grid = figure.add_gridspec(n_rows, 3)
        for i, (arm, name) in enumerate(panels):
            _draw(figure.add_subplot(grid[i // 3, i % 3]), done, arm, name, lang)
        add_note(figure, text(lang, "map.synthetic_people"))
    return figure


def _draw(axes: Axes, done: Conducted, arm: str, name: str, lang: Lang) -> None:
    rows, (mean, low, high) = done.effects(arm, name)[:MOST_CITIES], done.truth(arm, name)
    axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
    for at, (value, left, right, _) in enumerate(rows):
        draw_verdict(axes, value, left, right, at, "neutral" if left > 0.0 or right < 0.0 else "unclear", size=4.0)
    axes.plot([low, high], [-1.5, -1.5], color=INK, linewidth=2.5)
    axes.plot(mean, -1.5, marker="D", color=INK, markersize=6)
    axes.set_yticks([-1.5], [text(lang, "trial.all_cities")], fontsize=8)
    axes.set_ylim(-2.5, len(rows))
    axes.set_title(f"{arm}: {text(lang, f'trial.{name}')}", fontsize=8)
    label_plainly(axes)
    axes.set_xlabel(text(lang, "trial.log_rate_ratio") if name in ON_LOG else "SD", fontsize=8)
