from dataclasses import replace

import numpy as np
import pytest
from made_up_ledger import make_tables
from matplotlib.collections import LineCollection
from matplotlib.text import Text
from street_grid import make_grid

from sim.outcomes.changes_pairs import find_changes
from sim.report.changes.map import PANELS, draw_changes_map
from sim.report.changes.text import About, describe_changes
from sim.report.texts import LANGUAGES

ABOUT = About("hotspot", "reactive", "gridtown", "1,500 simulated residents", 60, 14.0, 0.02)


@pytest.fixture(scope="module")
def net():
    return replace(make_grid(), attribution="Streets: nobody in particular", name="Gridtown")


@pytest.fixture(scope="module")
def found(net):
    """Two made-up runs of which the second lacks every tenth offence and has every seventh elsewhere."""
    a = make_tables(n_segments=net.n_segments, n_days=60, n_offences=300)
    offences, number = a["offences"], np.arange(300)
    other = offences["segment"].where(number % 7 > 0, (offences["segment"] + 5) % net.n_segments)
    panel = a["segments"]
    b = {
        "offences": offences.assign(segment=other)[number % 10 > 0],
        "segments": panel.assign(police_min=panel["police_min"] * np.where(panel["segment"] < 9, 3.0, 1.0)),
    }
    return find_changes(a, b, net, treated_share=0.05)


def words_of(figure):
    return " | ".join(part.get_text() for part in figure.findobj(Text))


def draw(net, tables, **settings):
    return draw_changes_map(net, tables, policy="hotspot", baseline="reactive", n_days=60, **settings)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_is_drawn_in_both_languages_with_notice_scale_and_legend(net, found, lang):
    figure = draw(net, [found.by_segment, found.by_segment], treated_share=0.05, lang=lang)
    figure.draw_without_rendering()  # a missing character warns here, and warnings are errors
    words = words_of(figure)
    expected = ["Gridtown", "Streets: nobody in particular", "hotspot", "reactive"]
    by_lang = {
        "en": ["Synthetic city", "200 m", "Prevented here", "Outlined: the 9 segments"],
        "zh": ["200 米", "描边"],
    }
    for part in expected + by_lang[lang]:
        assert part in words


def test_each_panel_shows_its_count_and_the_outlines(net, found):
    figure = draw(net, [found.by_segment], treated_share=0.05)
    for axes, (name, _) in zip(figure.axes, PANELS, strict=False):
        layers = axes.findobj(LineCollection)
        n_outlined = len(layers[0].get_segments())
        assert n_outlined == len(layers[1].get_segments()) == 9
        streets = sum(len(layer.get_segments()) for layer in layers[2:])
        assert streets == net.n_segments
        grey = len(layers[2].get_segments())
        assert net.n_segments - grey == int((found.by_segment[name] > 0).sum())
    assert int(found.by_segment["prevented"].sum()) == 30
    assert int(found.by_segment["caused"].sum()) == 0


def test_runs_without_any_offence_can_be_told_and_drawn(net, found):
    tables = make_tables(n_segments=net.n_segments, n_days=60, n_offences=300)
    nothing = {"offences": tables["offences"][:0], "segments": tables["segments"]}
    empty = find_changes(nothing, nothing, net)
    draw(net, [empty.by_segment]).draw_without_rendering()
    told = describe_changes({1: empty}, ABOUT)
    assert "nan" not in told
    assert "offences under reactive" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_columns_of_the_tables_stand_under_each_other(found, lang):
    from rich.cells import cell_len

    told = describe_changes({1: found, 2: found}, ABOUT, lang=lang)
    for block in told.split("\n\n")[2:5]:
        lines = block.splitlines()[1:]
        assert len({cell_len(line) for line in lines}) == 1
