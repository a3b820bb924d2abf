"""How all pictures look: font, colours that the colour-blind can distinguish, sizes for print, and files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

FONT = Path(__file__).parent / "data" / "cpsim-sans-sc.otf"
FAMILY = "cpsim Sans SC"
FALLBACKS = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei", "SimHei")
"""for a rare character in a name that a user gave; those that the machine has"""

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


@contextmanager
def picture_style() -> Iterator[None]:
    """Set font and sizes for the pictures drawn inside, and leave the user's own settings alone."""
    settings: Any = {
        "font.family": list(_families()),
        "font.size": 9.0,
        "axes.titlesize": 10.0,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.unicode_minus": True,
        "figure.titlesize": 12.0,
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


def add_note(figure: Figure, *lines: str) -> None:
    """Write small lines at the foot of a picture, below those that it has: what it shows, and what it is not."""
    kept = [figure.get_supxlabel(), *lines]
    figure.supxlabel("\n".join(line for line in kept if line), fontsize=7, color=MUTED, x=0.01, ha="left")


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


@cache
def _families() -> tuple[str, ...]:
    """Name our font, then what else the machine has for characters that it lacks."""
    font_manager.fontManager.addfont(FONT)
    known = set(font_manager.get_font_names())
    return (FAMILY, *(name for name in FALLBACKS if name in known), "DejaVu Sans")
