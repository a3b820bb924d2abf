"""The picture of all strategies for a wall: what it shows is what the runs hold, set by set and seed by seed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.report.study.wall import SHOWN, STOPPED, draw_wall, quantiles, tabulate_wall, verdict_of
from sim.report.texts import LANGUAGES

STRATEGIES = ("reactive", "hotspot", "posts", "grid_services")


def made_up(n_sets=20, n_seeds=3, seed=1):
    """Make a study whose answers are known: every measure of strategy k lies k above the baseline's, but for noise."""
    rng = np.random.default_rng(seed)
    rows = []
    for point in range(n_sets):
        for one in range(n_seeds):
            luck = rng.normal(0.0, 5.0)
            for k, strategy in enumerate(STRATEGIES):
                values = {name: 50.0 + luck + k + rng.normal(0.0, 0.05) for name in MEASURES}
                rows.append({"scenario": "new_haven", "strategy": strategy, "point": point, "seed": one} | values)
    study = SimpleNamespace(design=None)
    return SimpleNamespace(runs=pd.DataFrame(rows), study=study, path=None, baseline="reactive", inputs={"model": "m"})


def test_the_middle_set_and_its_span_are_those_of_the_pairs():
    table = tabulate_wall(made_up())
    assert set(table["measure"]) == set(SHOWN)
    for k, strategy in enumerate(STRATEGIES[1:], 1):
        for row in table[table["policy"] == strategy].to_dict("records"):
            expected = 2.0 * k if row["measure"] == STOPPED else float(k)
            assert row["difference"] == pytest.approx(expected, abs=0.15)
            assert row["high"] - row["low"] < 0.5  # the luck that both have is gone
            assert (row["n_sets"], row["n_seeds"]) == (20, 3)


def test_without_pairs_nothing_is_told():
    study = made_up()
    study.runs["seed"] = np.arange(len(study.runs))  # no seed is there twice
    with pytest.raises(InputError, match="run of both"):
        tabulate_wall(study)


def test_of_one_set_the_span_is_over_seeds():
    table = tabulate_wall(made_up(n_sets=1, n_seeds=8))
    assert (table["n_sets"] == 1).all()
    assert table["better_share"].isna().all()
    assert (table["low"] < table["difference"]).all()


def test_sets_of_no_weight_do_not_count():
    values = np.array([1.0, 2.0, 3.0, 100.0])
    assert quantiles(values, np.array([1.0, 1.0, 1.0, 1e-12]), (0.5,)) == [pytest.approx(2.0)]
    assert quantiles(values, np.ones(4), (0.5,)) == [pytest.approx(2.5)]


def test_a_span_that_holds_zero_has_no_verdict():
    assert verdict_of(-1.0, 1.0, "offences_per_1000") == "unclear"
    assert verdict_of(-2.0, -1.0, "offences_per_1000") == "better"
    assert verdict_of(1.0, 2.0, STOPPED) == "worse"
    assert verdict_of(1.0, 2.0, "trusting_end_pct") == "better"


def test_a_study_without_another_strategy_or_scenario_is_refused():
    study = made_up()
    with pytest.raises(InputError, match="no scenario 'exeter'"):
        tabulate_wall(study, scenario="exeter")
    study.runs = study.runs[study.runs["strategy"] == "reactive"]
    with pytest.raises(InputError, match="beside the baseline"):
        tabulate_wall(study)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_fits_and_warns(lang):
    figure = draw_wall(tabulate_wall(made_up()), scenario="new_haven", baseline="reactive", model="m", lang=lang)
    figure.draw_without_rendering()
    words = " ".join(one.get_text() for one in figure.findobj(Text)).replace("\n", " ")
    assert ("severe abuse of rights" if lang == "en" else "严重侵犯权利") in words
    titles = [getattr(axes, "_left_title") for axes in figure.axes]  # noqa: B009 - no public name
    labels = [axes.xaxis.label for axes in figure.axes] + figure.axes[0].get_yticklabels()
    for one in (*titles, *labels, figure._suptitle, figure._supxlabel):
        if one.get_text():
            box = one.get_window_extent()
            assert box.x0 >= -1, one.get_text()
            assert box.x1 <= figure.bbox.x1 + 1, one.get_text()
            assert box.y0 >= -1, one.get_text()
