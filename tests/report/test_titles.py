"""Titles, labels and notes of pictures fit: none overlaps another one or leaves the picture."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from street_grid import make_grid

from sim.outcomes.measures import choose_headline
from sim.report.changes.map import draw_changes_map
from sim.report.comparison.picture import draw_comparison
from sim.report.lines import fit_lines, text_width
from sim.report.names import strategy_name
from sim.report.texts import LANGUAGES

LONG = "reactive until 2014-10-01 then neighbourhood(share=0.03) + mediation"


def boxes_of(figure):
    figure.draw_without_rendering()
    titles = [axes.title for axes in figure.axes] + [axes._left_title for axes in figure.axes]
    labels = [axes.xaxis.label for axes in figure.axes]
    found = [figure._suptitle, *titles, *labels, figure._supxlabel]
    return {one: one.get_window_extent() for one in found if isinstance(one, Text) and one.get_text()}


def check(figure):
    boxes = boxes_of(figure)
    for words, box in boxes.items():
        assert box.x0 >= 0, words
        assert box.x1 <= figure.bbox.x1, words
        assert box.y0 >= -1, words
        assert box.y1 <= figure.bbox.y1 + 1, words
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        assert not a.overlaps(b), (one, other)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_of_changes_fits_however_long_its_names_are(lang):
    net = make_grid()
    columns = ("prevented", "caused", "moved_out", "moved_in", "extra_police_min")
    table = pd.DataFrame({name: np.linspace(0.0, 3.0, net.n_segments) for name in columns})
    policy = strategy_name(LONG, lang)
    check(draw_changes_map(net, [table], policy=policy, baseline=policy, n_days=365, lang=lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_comparison_of_long_names_fits(lang):
    rows = [
        {"policy": strategy_name(label, lang), "measure": measure, "baseline": 1.0, "difference": 0.2, "low": 0.1,
         "high": 0.3, "n_pairs": 4}
        for measure in choose_headline() for label in (LONG, "hotspot", "grid_services + mediation")
    ]  # fmt: skip
    figure = draw_comparison(
        pd.DataFrame(rows), baseline=strategy_name(LONG, lang) * 2, lang=lang, about="A note. " * 40
    )
    check(figure)


@pytest.mark.parametrize(
    "words", ["A title of many words " * 5, "“热点巡逻”相对“被动接警”的变化，" * 6, "one_word_without_end" * 9]
)
def test_lines_are_no_wider_than_they_may_be_and_lose_nothing(words):
    lines = fit_lines(words, 10.0, 200.0)
    assert len(lines) > 1
    assert all(text_width(line, 10.0) <= 200.0 for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert not any(line.startswith(("，", "”")) for line in lines)
