"""Cut the font of the pictures out of Noto Sans CJK: Latin, punctuation, the commonest characters and those of places.

    python scripts/build_fonts.py NotoSansCJK-Regular.ttc

    python scripts/build_fonts.py --page

The second cuts the fonts of the page out of that of the pictures. Needs fonttools, and brotli for the page. The
collection is that of Debian's package fonts-noto-cjk or of github.com/notofonts/noto-cjk.
The whole font has 19 MB; characters beyond the subset fall back to whatever font a machine has for them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

SIMPLIFIED_CHINESE = 2
"""number of the face 'Noto Sans CJK SC' in the collection"""
FAMILY = "cpsim Sans SC"
PLACES = Path(__file__).with_name("place_characters.txt")
DATA = Path(__file__).parents[1] / "sim" / "report" / "data"
TARGET, LAST_RESORT = DATA / "cpsim-sans-sc.otf", DATA / "cpsim-last-resort.otf"
LAST_FAMILY = "cpsim Last Resort"
PAGE_FONTS = Path(__file__).parents[1] / "sim" / "web" / "static" / "fonts"
FIRST_CHINESE = 0x2E80
MISSING = 0x3013
"""the geta mark, which printers set where they have no type"""
PUNCTUATION = "–—‘’“”…•−×÷≤≥±°′″€→←↑↓、。，；：？！（）《》【】「」％～·²³½〓"
UNUSED_TABLES = ["vhea", "vmtx", "VORG", "GPOS", "GSUB", "GDEF", "BASE"]
"""vertical setting and glyph substitution, which pictures do without"""


def list_characters() -> str:
    """Give what the font must hold: Latin with accents, level 1 of GB 2312 (rows 16 to 55), and names of places."""
    latin = "".join(chr(c) for c in [*range(0x20, 0x7F), *range(0xA0, 0x250)])
    codes = (bytes([0xA0 + row, 0xA0 + cell]) for row in range(16, 56) for cell in range(1, 95))
    return latin + PUNCTUATION + b"".join(codes).decode("gb2312", errors="ignore") + list_place_characters()


def list_place_characters() -> str:
    """Read the characters that occur in names of places and not in level 1 of GB 2312."""
    lines = PLACES.read_text(encoding="utf-8").splitlines()
    return "".join(line for line in lines if not line.startswith("#"))


def build_font(collection: Path) -> None:
    """Write the subset under a name of its own, so that nobody takes it for the whole font."""
    font = cut(collection, list_characters(), FAMILY)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    font.save(TARGET)


def build_last_resort(collection: Path) -> None:
    """Write a font in which every character is the geta mark, so that a picture never fails on a character."""
    font = cut(collection, chr(MISSING), LAST_FAMILY)
    glyph = font.getBestCmap()[MISSING]
    table = CmapSubtable.newSubtable(13)
    table.platformID, table.platEncID, table.format, table.language, table.reserved = 3, 10, 13, 0, 0
    table.length = table.nGroups = 0
    table.cmap = dict.fromkeys((*range(0xA0, 0xD800), *range(0xE000, 0x40000)), glyph)
    font["cmap"].tables = [table]
    font.save(LAST_RESORT)


def build_page_fonts() -> None:
    """Write the font of the pictures in two files for the page: Latin, small, and Chinese for who reads it.

    Signs that are as wide as a Chinese character (quotes, dots, arrows) go with the Chinese; English takes them from
    a font of the machine.
    """
    font = TTFont(TARGET)
    widths = {c: font["hmtx"][glyph][0] for c, glyph in font.getBestCmap().items()}
    latin = {c for c in widths if c < FIRST_CHINESE and widths[c] < font["head"].unitsPerEm}
    PAGE_FONTS.mkdir(parents=True, exist_ok=True)
    for name, characters in (("latin", latin), ("chinese", set(widths) - latin)):
        font = TTFont(TARGET)
        cutter = subset.Subsetter(subset.Options(hinting=False, notdef_outline=True))
        cutter.populate(unicodes=characters)
        cutter.subset(font)
        font.flavor = "woff2"
        font.save(PAGE_FONTS / f"cpsim-sans-{name}.woff2")


def cut(collection: Path, characters: str, family: str) -> TTFont:
    """Cut the characters out of the collection, under another name."""
    font = TTCollection(str(collection)).fonts[SIMPLIFIED_CHINESE]
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=["*"])
    options.drop_tables += UNUSED_TABLES
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    names = {1: family, 3: f"{family} subset", 4: family, 6: family.replace(" ", ""), 16: family}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font["CFF "].cff.fontNames = [names[6]]
    return font


if __name__ == "__main__":
    if sys.argv[1] == "--page":
        build_page_fonts()
    else:
        build_font(Path(sys.argv[1]))
        build_last_resort(Path(sys.argv[1]))
