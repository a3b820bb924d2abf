import re

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure

from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.params import CRIMES
from sim.report.style import COLOURS, FONT, picture_style, save_figure
from sim.report.texts import LANGUAGES, read_texts, text


def test_every_text_is_there_in_both_languages():
    for key, words in read_texts().items():
        assert set(words) == set(LANGUAGES), key
        assert all(words.values()), key
        places = [sorted(part.split("}")[0] for part in words[lang].split("{")[1:]) for lang in LANGUAGES]
        assert places[0] == places[1], f"{key}: both languages must name the same values"


def test_chinese_texts_are_chinese():
    bare = re.compile(r"\{\w+\}|[ %]")
    assert all(not words["zh"].isascii() for words in read_texts().values() if bare.sub("", words["en"]))


def test_an_unknown_language_is_refused():
    with pytest.raises(InputError, match="'fr'"):
        text("fr", "crimes.theft")


def test_the_font_has_every_character_of_texts_and_measures():
    has = set(TTFont(FONT).getBestCmap())
    words = [word for both in read_texts().values() for word in both.values()]
    words += [measure.label(lang) + measure.unit(lang) for measure in MEASURES.values() for lang in LANGUAGES]
    missing = {c for word in words for c in word if c != "\n" and ord(c) not in has}
    assert missing == set()


def test_the_font_is_small_and_brings_its_licence():
    assert FONT.stat().st_size < 1_100_000
    assert "SIL Open Font License" in (FONT.parent / "OFL.txt").read_text(encoding="utf-8")


def test_style_leaves_the_users_settings_alone():
    before = dict(mpl.rcParams)
    with picture_style():
        pass
    assert dict(mpl.rcParams) == before


def test_the_same_picture_is_the_same_svg(tmp_path):
    def draw():
        with picture_style():
            figure = Figure()
            figure.add_subplot(title="安全感").plot([1, 2], [3, 4])
        return figure

    files = [save_figure(draw(), tmp_path / f"{i}") for i in range(2)]
    assert files[0][1].read_bytes() == files[1][1].read_bytes()
    assert b"<dc:date>" not in files[0][1].read_bytes()


def test_every_type_has_a_colour_of_its_own_lightness():
    """Grey prints tell colours by lightness alone; no two neighbours in a legend may share it."""
    light = [np.dot([int(COLOURS[c][i : i + 2], 16) for i in (1, 3, 5)], (0.299, 0.587, 0.114)) for c in CRIMES]
    assert np.abs(np.diff(light)).min() > 5
