"""Break a text into lines by the width that its letters take in print, English at spaces and Chinese anywhere."""

from __future__ import annotations

import re

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from sim.report.letters import families

WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff"
CLOSING = "，。；：！？、）》”’」％…"
OPENING = "（《“‘「"
PIECES = re.compile(rf"\s+|[{OPENING}]*[{WIDE}][{CLOSING}]*|[^\s{WIDE}]+[{CLOSING}]*")
"""what no line ending parts: a space, one Chinese character with the signs that belong to it, an English word"""


def fit_lines(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines.

    Parameters
    ----------
    size
        of the letters, points
    width
        of the widest line, points; a single word that is wider is broken, too
    """
    return [line for part in text.splitlines() or [""] for line in _fit_one(part, size, width)]


def text_width(text: str, size: float) -> float:
    """Measure a text in the fonts of the pictures, in points."""
    font = FontProperties(family=list(families(text)), size=size)
    return float(TextToPath().get_text_width_height_descent(text, font, False)[0])


def _fit_one(text: str, size: float, width: float) -> list[str]:
    if text_width(text, size) <= width:
        return [text]
    lines, line = [], ""
    for piece in [part for word in PIECES.findall(text) for part in _break_word(word, size, width)]:
        if line.strip() and text_width((line + piece).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _break_word(word: str, size: float, width: float) -> list[str]:
    """Part a word that is wider than a line; others stay whole."""
    if text_width(word, size) <= width:
        return [word]
    parts, part = [], ""
    for letter in word:
        if part and text_width(part + letter, size) > width:
            parts.append(part)
            part = ""
        part += letter
    return [*parts, part]
