"""The package's own font in a page, cut down to the characters of that page.

A page must look the same on a machine without any Chinese font, and a whole font is ten times the rest of the page.
"""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from sim.report.style import FONT


def cut_font(words: str) -> str:
    """Give the font with the characters of a text alone, as a data address of WOFF; rare characters are left out."""
    font = TTFont(FONT)
    characters = set(font.getBestCmap())
    options = Options()
    options.notdef_outline = True
    cutter = Subsetter(options)
    cutter.populate(unicodes=sorted({ord(letter) for letter in words} & characters))
    cutter.subset(font)
    font.flavor = "woff"
    font.recalcTimestamp = False  # the same page is the same bytes
    out = BytesIO()
    font.save(out)
    return f"data:font/woff;base64,{b64encode(out.getvalue()).decode()}"
