"""The card on one slide: every claim's interval against its band, on one scale; misses first."""

from __future__ import annotations

from math import inf, isfinite
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.report.card.text import card_answer
from sim.report.marks import LEGEND_IN, draw_legend
from sim.report.page import pick
from sim.report.style import BETTER, INK, MUTED, PALE, WORSE, add_note, picture, save_figure
from sim.report.texts import Lang, text
from sim.validation.card import Card, FactVerdict, Verdict

COLUMNS = 3
EDGE = 3.0
"""Half-widths of a band that are shown beside it; what lies farther is drawn at the edge, as an arrow."""
LOOKS = {"holds": (BETTER, "o"), "misses": (WORSE, "D"), "not clear": (MUTED, "s")}


def plot_card(card: Card, *, out: Path, lang: Lang = "en") -> list[Path]:
    """Draw as PNG and SVG; `out` is the file without suffix."""
    return list(save_figure(draw_card(card, lang=lang), out))


def draw_card(card: Card, *, lang: Lang = "en") -> Figure:
    """Draw one line per fact with a mark for each of its claims that was asked; the band is the grey strip."""
    facts = [one for one in card.facts if not one.restates and any(_is_drawn(claim) for claim in one.claims)]
    n_columns = max(1, min(COLUMNS, len(facts)))
    n_rows = max(1, -(-len(facts) // n_columns))
    with picture(13.3, 1.3 + 0.33 * n_rows, lang=lang, title=card_answer(card, lang)) as figure:
        grid = figure.add_gridspec(2, n_columns, height_ratios=[LEGEND_IN, 0.33 * n_rows])
        for i in range(n_columns):
            _draw_column(figure.add_subplot(grid[1, i]), facts[i * n_rows : (i + 1) * n_rows], n_rows, lang)
        draw_legend(figure.add_subplot(grid[0, :]), _handles(lang))
        add_note(figure, text(lang, "map.synthetic_people"), text(lang, "card.scale"), _about(card, lang))
    return figure


def on_scale(value: float, low: float, high: float) -> float:
    """Put a value on the scale of its band: -1 and 1 are the ends.

    A band with one end has no width: its end is the unit then, or 1 where the end is 0, and the open side is drawn
    together, so that what holds stays on the strip.
    """
    if low == -inf:
        return 1.0 + _open_side((value - high) / (abs(high) or 1.0), -1.0)
    if high == inf:
        return -1.0 + _open_side((value - low) / (abs(low) or 1.0), 1.0)
    return (2.0 * value - low - high) / (high - low)


def _open_side(away: float, side: float) -> float:
    return away if away * side <= 0.0 else 2.0 * away / (1.0 + abs(away))


def _draw_column(axes: Axes, facts: list[FactVerdict], n_rows: int, lang: Lang) -> None:
    axes.axvspan(-1.0, 1.0, color=PALE, linewidth=0, zorder=0)
    for row, fact in enumerate(facts):
        claims = [one for one in fact.claims if _is_drawn(one)]
        for i, one in enumerate(claims):
            _draw_claim(axes, one, row + 0.72 * ((i + 0.5) / len(claims) - 0.5))
        if row:
            axes.axhline(row - 0.5, color=PALE, linewidth=0.4, zorder=0)
    axes.set_yticks(range(len(facts)), [pick(lang, one.fact.title, one.fact.title_zh) for one in facts], fontsize=7.5)
    axes.set_ylim(n_rows - 0.5, -0.5)
    axes.set_xlim(-1.0 - EDGE, 1.0 + EDGE)
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_claim(axes: Axes, one: Verdict, y: float) -> None:
    claim, estimate = one.claim, one.estimate
    colour, shape = LOOKS[one.verdict]
    value = on_scale(estimate.value, claim.low, claim.high)
    ends = [on_scale(x, claim.low, claim.high) if isfinite(x) else value for x in (estimate.low, estimate.high)]
    edge = 1.0 + 0.95 * EDGE
    inside = [min(max(x, -edge), edge) for x in ends]
    axes.plot(inside, [y, y], color=colour, linewidth=1.0, solid_capstyle="butt", zorder=2)
    if abs(value) > edge:
        value, shape = min(max(value, -edge), edge), ">" if value > 0 else "<"
    face = "white" if one.claim.restates else colour
    axes.plot(value, y, marker=shape, color=colour, markerfacecolor=face, markersize=3.2, zorder=3)


def _is_drawn(one: Verdict) -> bool:
    return one.verdict in LOOKS and isfinite(one.estimate.value)


def _about(card: Card, lang: Lang) -> str:
    return text(lang, "card.about").format(scenario=card.scenario, model=card.model, when=card.made)


def _handles(lang: Lang) -> list[Line2D]:
    marks = [
        Line2D([], [], linestyle="", marker=shape, color=colour, label=text(lang, f"card.{name.replace(' ', '_')}"))
        for name, (colour, shape) in LOOKS.items()
    ]
    hollow = Line2D(
        [], [], linestyle="", marker="o", color=INK, markerfacecolor="white", label=text(lang, "card.input")
    )
    return [Line2D([], [], color=PALE, linewidth=6.0, label=text(lang, "card.field")), *marks, hollow]
