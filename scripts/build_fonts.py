"""Cut the font of the pictures out of Noto Sans CJK: Latin, punctuation and the 3,755 commonest Chinese characters.

    python scripts/build_fonts.py NotoSansCJK-Regular.ttc

Needs fonttools. The collection is that of Debian's package fonts-noto-cjk or of github.com/notofonts/noto-cjk.
The whole font has 19 MB; characters beyond the subset fall back to whatever Chinese font a machine has.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SIMPLIFIED_CHINESE = 2
"""number of the face 'Noto Sans CJK SC' in the collection"""
FAMILY = "cpsim Sans SC"
TARGET = Path(__file__).parents[1] / "sim" / "report" / "data" / "cpsim-sans-sc.otf"
PUNCTUATION = "–—‘’“”…•−×÷≤≥±°′″€→←↑↓、。，；：？！（）《》【】「」％～·²³½"
UNUSED_TABLES = ["vhea", "vmtx", "VORG", "GPOS", "GSUB", "GDEF", "BASE"]
"""vertical setting and glyph substitution, which pictures do without"""


def list_characters() -> str:
    """Give what the font must hold: Latin with accents, and level 1 of GB 2312 (rows 16 to 55)."""
    latin = "".join(chr(c) for c in [*range(0x20, 0x7F), *range(0xA0, 0x250)])
    codes = (bytes([0xA0 + row, 0xA0 + cell]) for row in range(16, 56) for cell in range(1, 95))
    return latin + PUNCTUATION + b"".join(codes).decode("gb2312", errors="ignore")


def build_font(collection: Path) -> None:
    """Write the subset under a name of its own, so that nobody takes it for the whole font."""
    font = TTCollection(str(collection)).fonts[SIMPLIFIED_CHINESE]
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=["*"])
    options.drop_tables += UNUSED_TABLES
    cutter = subset.Subsetter(options)
    cutter.populate(text=list_characters())
    cutter.subset(font)
    names = {1: FAMILY, 3: f"{FAMILY} subset", 4: FAMILY, 6: FAMILY.replace(" ", ""), 16: FAMILY}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font["CFF "].cff.fontNames = [names[6]]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    font.save(TARGET)


if __name__ == "__main__":
    build_font(Path(sys.argv[1]))
