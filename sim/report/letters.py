"""Which characters a picture can show, and in which fonts of the machine those are that the package's own lacks."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

DATA = Path(__file__).parent / "data"
FONT = DATA / "cpsim-sans-sc.otf"
FAMILY = "cpsim Sans SC"
LAST_RESORT, LAST_FAMILY = DATA / "cpsim-last-resort.otf", "cpsim Last Resort"
"""a font that draws every character as 〓, so that a picture never fails on a name"""
PREFERRED = (
    "notosanscjk",
    "notosanssc",
    "sourcehansans",
    "msyh",
    "pingfang",
    "wqy",
    "simhei",
    "notosans",
    "dejavusans",
)
"""begins of file names, in the order in which fonts of the machine are asked; all others come after them"""
INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}


def families(words: str = "") -> tuple[str, ...]:
    """Name the fonts that show a text: our own, then those of the machine for what it lacks, then the last resort."""
    extra, _ = find_fonts(beyond_own(words))
    return (*_own_families(), *extra, LAST_FAMILY)


def unknown_letters(words: str) -> str:
    """List the characters of a text that no font of this machine has."""
    _, unknown = find_fonts(beyond_own(words))
    return "".join(sorted(unknown))


def beyond_own(words: str) -> frozenset[str]:
    """List the characters that neither the package's font nor Matplotlib's has."""
    own = _own_letters()
    return frozenset(c for c in words if ord(c) not in own and unicodedata.category(c) not in INVISIBLE)


@cache
def find_fonts(letters: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Look through the fonts of the machine for characters.

    Returns
    -------
    families, unknown
        names of the fonts that have some of them, and the characters that none has
    """
    missing, fonts = set(letters), []
    for file in _machine_fonts() if missing else ():
        has = missing & _letters_of(file)
        if has:
            font_manager.fontManager.addfont(file)
            fonts.append(FT2Font(file).family_name)
            missing -= has
        if not missing:
            break
    return tuple(fonts), frozenset(missing)


def _machine_fonts() -> list[str]:
    """List the outline fonts, the well-known ones first, as they are now and not as Matplotlib once saw them."""
    files = [file for file in font_manager.findSystemFonts() if Path(file).suffix.lower() in {".ttf", ".otf", ".ttc"}]

    def rank(file: str) -> tuple[int, bool, str]:
        stem = Path(file).stem.lower().replace("-", "")
        place = next((i for i, begin in enumerate(PREFERRED) if stem.startswith(begin)), len(PREFERRED))
        return place, "bold" in stem or "italic" in stem, stem

    return sorted(files, key=rank)


def _letters_of(file: str) -> set[str]:
    try:
        font = FT2Font(file)
    except (RuntimeError, OSError):  # a damaged font, or a kind that FreeType does not draw
        return set()
    return {chr(code) for code in font.get_charmap()} if font.scalable else set()


@cache
def _own_families() -> tuple[str, ...]:
    for file in (FONT, LAST_RESORT):
        font_manager.fontManager.addfont(file)
    return (FAMILY, "DejaVu Sans")


@cache
def _own_letters() -> frozenset[int]:
    ours, theirs = FT2Font(str(FONT)), FT2Font(font_manager.findfont("DejaVu Sans"))
    return frozenset(ours.get_charmap()) | frozenset(theirs.get_charmap())
