"""Every name of a place is drawn, and one that no font has gives a sentence."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from sim.report import letters
from sim.report.letters import FONT, families, find_fonts, unknown_letters
from sim.report.style import choose_fonts, picture, picture_style

PLACES = Path(__file__).parents[2] / "scripts" / "place_characters.txt"
HARD = (
    "东莞 衢州 闵行 亳州 泸州 涪陵 濮阳 漯河 儋州 鄠邑 婺源 黟县 歙县 盱眙 睢宁 郓城 鄄城 莒县 邳州 溧阳 甪直 浒墅关 "
    "蠡县 涿州 枞阳 砀山 嵊泗 鄞州 瓯海 缙云 犍为 珙县 筠连 邛崃 郫都 綦江 瀍河 隰县 岢岚 汨罗 沅陵 溆浦 澧县 浏阳 "
    "耒阳 郴州 芷江 鄱阳 歙 鲅鱼圈 珲春 桦甸 磐石 蛟河 濉溪 谯城 颍上 埇桥 郯城 芝罘 莘县 茌平 鄢陵 渑池 淅川 潢川"
)
NO_FONT = "\U0003134b"
"""a character of Unicode without a glyph in any of the fonts here"""


def test_the_font_has_the_names_of_places_of_china():
    has = FT2Font(str(FONT)).get_charmap()
    assert [c for c in HARD if c != " " and ord(c) not in has] == []
    listed = "".join(line for line in PLACES.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    assert len(listed) > 700
    assert len([c for c in listed if ord(c) not in has]) <= 3  # Noto Sans CJK itself lacks these


def test_a_character_that_no_font_has_gives_one_sentence_and_no_warning():
    with picture(4.0, 3.0, lang="en", title=f"{NO_FONT}城") as figure:
        figure.add_subplot().set_xticks([0.0], [NO_FONT])
    figure.draw_without_rendering()  # a warning is an error here
    notes = figure.get_supxlabel().splitlines()
    assert " ".join(notes).count("U+3134B") == 1
    assert "No font of this machine has" in notes[0]


def test_a_name_that_all_fonts_have_gives_no_sentence():
    with picture(4.0, 3.0, lang="zh", title=f"{HARD[:20]}") as figure:
        figure.add_subplot()
    assert figure.get_supxlabel() == ""


def test_a_font_of_the_machine_shows_what_ours_lacks(monkeypatch):
    """The font with the serifs of Matplotlib stands for one that a user has installed."""
    from matplotlib import font_manager

    theirs = font_manager.findfont("DejaVu Serif")
    monkeypatch.setattr(letters, "_own_letters", lambda: frozenset(range(0x20, 0x7F)))
    monkeypatch.setattr(letters, "_machine_fonts", lambda: [str(FONT.parent / "OFL.txt"), theirs])
    find_fonts.cache_clear()
    try:
        assert families("Đông ⅛") == (letters.FAMILY, "DejaVu Sans", "DejaVu Serif", letters.LAST_FAMILY)
        assert unknown_letters(f"Đông{NO_FONT}") == NO_FONT
        with picture_style():
            figure = Figure()
            words = figure.text(0.5, 0.5, "Đông")
            choose_fonts(figure, "en")
        assert "DejaVu Serif" in words.get_fontfamily()
    finally:
        find_fonts.cache_clear()


@pytest.mark.parametrize("words", ["a\u200bb", "\ufeffa", "a\tb", "e\u0301"])
def test_invisible_characters_are_not_missed(words):
    assert unknown_letters(words) == ""
