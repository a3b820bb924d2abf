"""How all pictures look: font, colours that the colour-blind can distinguish, sizes, titles, notes, and files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from sim.report.letters import FONT, families, unknown_letters
from sim.report.lines import fit_lines
from sim.report.texts import Lang, text

__all__ = ["FONT"]

INK = "#222222"
MUTED = "#767676"
PALE = "#d9d9d9"
COLOURS = {
    "burglary": "#0072B2", "robbery": "#D55E00", "theft": "#009E73", "assault": "#CC79A7", "disorder": "#E69F00",
    "all": INK,
}  # fmt: skip
"""Okabe & Ito (2008), distinguishable under every common kind of colour blindness"""
BETTER, WORSE, DIFFERENT = "#0072B2", "#D55E00", INK

PNG_DPI = 200
POINTS = 72.0
"""an inch"""
TITLE_SIZE, NOTE_SIZE = 12.0, 7.0
LINE = 1.25
"""height of a line, in sizes of its font"""
GAP = 12.0
"""points that stay free between a title and what stands beside it"""


@contextmanager
def picture_style() -> Iterator[None]:
    """Set font and sizes for the pictures drawn inside, and leave the user's own settings alone."""
    settings: Any = {
        "font.family": list(families()),
        "font.size": 9.0,
        "axes.titlesize": 10.0,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.unicode_minus": True,
        "figure.titlesize": TITLE_SIZE,
        "legend.frameon": False,
        "lines.linewidth": 1.3,
        "text.parse_math": False,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
    }
    with mpl.rc_context(settings):
        yield


@contextmanager
def picture(width: float, height: float, *, lang: Lang, title: str = "", small: str = "") -> Iterator[Figure]:
    """Make a figure, let the caller draw in it, and see that every word fits.

    Titles of the figure and of its panels are broken into lines that fit, the figure grows by these lines, and
    characters that the package's font lacks come from a font of the machine; a sentence at the foot names those that
    no font has.

    Parameters
    ----------
    width, height
        inches, for a title of one line
    title
        above all panels
    small
        an answer or an explanation below the title, in smaller letters
    """
    with picture_style():
        margins = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.06)  # inches: no letter may touch the edge
        figure = Figure(figsize=(width, height), layout=margins)
        if title:
            write_title(figure, title, small)
        yield figure
        choose_fonts(figure, lang)
        fit_panels(figure)


def write_title(figure: Figure, title: str, small: str = "") -> None:
    """Write a title, in as many lines as it takes, and let the figure grow by those after the first."""
    width = _inner_width(figure)
    if not small:
        lines = fit_lines(title, TITLE_SIZE, width)
        figure.suptitle("\n".join(lines), x=0.01, ha="left")
    else:
        lines = [*fit_lines(title, NOTE_SIZE + 3, width), *fit_lines(small, NOTE_SIZE + 3, width)]
        figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=NOTE_SIZE + 3)
    _grow(figure, (len(lines) - 1) * TITLE_SIZE * LINE)


def add_note(figure: Figure, *lines: str) -> None:
    """Write small lines at the foot of a picture, below those that it has: what it shows, and what it is not."""
    before = figure.get_supxlabel()
    kept = [before] if before else []
    fitted = [part for line in lines if line for part in fit_lines(line, NOTE_SIZE, _inner_width(figure))]
    figure.supxlabel("\n".join([*kept, *fitted]), fontsize=NOTE_SIZE, color=MUTED, x=0.01, ha="left")
    _grow(figure, len(fitted) * NOTE_SIZE * LINE)


def choose_fonts(figure: Figure, lang: Lang) -> None:
    """Let a font of the machine show what ours lacks, and say at the foot what no font has."""
    figure.draw_without_rendering()  # labels of axes exist only then
    texts = figure.findobj(Text)
    words = "".join(one.get_text() for one in texts if isinstance(one, Text))
    unknown = unknown_letters(words)
    if unknown:
        named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in unknown)
        add_note(figure, text(lang, "notes.no_font").format(letters=named))
    wanted = families(words)
    if wanted != families():
        for one in figure.findobj(Text):
            if isinstance(one, Text):
                one.set_fontfamily(list(wanted))


def fit_panels(figure: Figure) -> None:
    """Break titles and labels of panels where they would run into the panel beside them, or out of the picture."""
    figure.draw_without_rendering()
    panels = [axes for axes in figure.axes if axes.get_visible()]
    more: dict[int, float] = {}
    for axes in panels:
        free = _free_width(figure, axes, panels)
        added = _fit(axes.title, free[0]) + _fit(getattr(axes, "_left_title"), free[0])  # noqa: B009 - no public name
        added += _fit(axes.xaxis.label, free[1])
        row = round(axes.bbox.y1)
        more[row] = max(more.get(row, 0.0), added)
    _grow(figure, sum(more.values()))


def save_figure(figure: Figure, path: str | Path) -> tuple[Path, Path]:
    """Write a picture as PNG and as SVG; the same picture gives the same SVG, byte by byte.

    Parameters
    ----------
    path
        file name without suffix; its folder is made if need be

    Returns
    -------
    files
        the PNG and the SVG
    """
    base = Path(path)
    base.parent.mkdir(parents=True, exist_ok=True)
    png, svg = base.with_name(base.name + ".png"), base.with_name(base.name + ".svg")
    with mpl.rc_context({"svg.hashsalt": "cpsim", "svg.fonttype": "path"}):
        figure.savefig(png, dpi=PNG_DPI, facecolor="white")
        figure.savefig(svg, facecolor="white", metadata={"Date": None})
    return png, svg


def _free_width(figure: Figure, axes: Axes, panels: list[Axes]) -> tuple[float, float]:
    """Give the points that a title may take to the right, and a label below may take about the middle of its panel."""
    box, scale = axes.bbox, POINTS / figure.dpi
    beside = [other.bbox for other in panels if other.bbox.y0 < box.y1 and other.bbox.y1 > box.y0 and other is not axes]
    right = min([other.x0 for other in beside if other.x0 > box.x0], default=figure.bbox.x1)
    left = max([other.x1 for other in beside if other.x1 < box.x1], default=figure.bbox.x0)
    middle = (box.x0 + box.x1) / 2.0
    about = 2.0 * min(right - middle, middle - left)
    return (right - box.x0) * scale - GAP, about * scale - GAP


def _fit(words: Text, width: float) -> float:
    """Break a text into lines no wider than some points, and give the points of height that this adds."""
    given = words.get_text()
    if not given:
        return 0.0
    size = float(words.get_fontsize())
    lines = fit_lines(given, size, width)
    words.set_text("\n".join(lines))
    return (len(lines) - len(given.splitlines())) * size * LINE


def _inner_width(figure: Figure) -> float:
    return float(figure.get_figwidth()) * POINTS * 0.98 - GAP / 2.0


def _grow(figure: Figure, points: float) -> None:
    figure.set_figheight(figure.get_figheight() + points / POINTS)
