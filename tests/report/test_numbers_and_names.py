"""Numbers have their unit and stay within what they can be, and strategies have the names that people read."""

import numpy as np
import pandas as pd
import pytest
from made_up_study import make_study

from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.report.captions import residents_words
from sim.report.marks import LOOKS
from sim.report.names import place_name, short_label, strategy_name
from sim.report.numbers import amount, format_ratio, mean_within, ratio_ends
from sim.report.study.page import render_report
from sim.report.study.place import make_place
from sim.report.verdicts import judge
from sim.scenarios.scenario import FORCE_SIZES

SHARE, SCALE, COUNT = (MEASURES[name] for name in ("answered_1_within_10_pct", "trust_mean", "stops_per_1000"))


@pytest.mark.parametrize("about", [SHARE, SCALE, COUNT])
@pytest.mark.parametrize("end", [0, 1])
def test_no_interval_reaches_beyond_what_is_possible(about, end):
    low, high = about.bounds
    edge = (low, min(high, 1e9))[end]
    inside = 0.01 * (min(high, 100.0) - low)
    values = np.array([edge, edge, edge + (inside if end == 0 else -inside)])
    found = mean_within(values, about)
    assert low <= found.low <= found.value <= found.high <= high
    assert edge in {found.low, found.high} or np.isinf(high)


def test_every_amount_has_its_unit():
    assert amount("92.2", SHARE, "en") == "92.2 %"
    assert amount("+2.1", SHARE, "en", difference=True) == "+2.1 percentage points"
    assert amount("+2.1", SHARE, "zh", difference=True) == "+2.1（百分点）"
    assert amount("0.61", SCALE, "en") == "0.61 (on a scale from 0 to 1)"
    assert amount("4", COUNT, "en") == "4 per 1,000 residents a year"
    assert amount("–", COUNT, "en") == "–"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.5, 2.0, "0.50 to 2.0"), (0.002, 9819.0, "too few cases to tell"), (0.001, 0.4, "< 0.01 to 0.40"),
     (1.5, 9819.0, "1.50 to > 100"), (np.nan, np.nan, "")],
)  # fmt: skip
def test_a_ratio_says_no_more_than_is_known(low, high, words):
    assert ratio_ends(low, high, "en") == words


def test_ratios_have_the_digits_that_are_read():
    assert [format_ratio(one) for one in (0.0, 0.004, 0.62, 3.14, 47.7, 4000.0, np.nan)] == [
        "0", "< 0.01", "0.62", "3.1", "48", "> 100", "–",
    ]  # fmt: skip


def test_one_resident_for_one_is_said_so():
    for city in ({}, {"streets": "new_haven", "part": 1.0, "districts": ""}):  # a manifest of an older version had none
        values = {"people": {"n_residents": 5000, "residents_per_agent": 1.0}, "city": city}
        assert residents_words(values, "en") == "5,000 simulated residents, one for each real one"
    assert "一一对应" in residents_words(values, "zh")


def test_residents_who_stand_for_others_are_said_to_and_what_that_distorts():
    values = {"people": {"n_residents": 5000, "residents_per_agent": 6.5}}
    whole, short = (residents_words(values, "en", short=short) for short in (False, True))
    assert short == "5,000 simulated residents who stand for 32,500"
    assert whole.startswith(f"{short}: thinned to one in 6.5, so streets are emptier than they are")
    assert "32,500" in residents_words(values, "zh")


def test_a_piece_of_a_city_is_no_thinned_city():
    """In a tenth of the streets each resident stands for ten, and for one of those streets."""
    city = {"streets": "grid", "part": 0.1, "n_segments": 250}
    force = dict.fromkeys(FORCE_SIZES, 0) | {FORCE_SIZES[0]: 15}
    values = {"people": {"n_residents": 5000, "residents_per_agent": 10.0}, "city": city, "force": force}
    assert residents_words(values, "en") == (
        "5,000 simulated residents, one for each real one, in a piece of 10 % of the city at its true density: "
        "20 residents a segment, 3 officers for 1,000"
    )
    values["people"]["residents_per_agent"] = 20.0
    assert "who stand for 10,000: thinned to one in 2, " in residents_words(values, "en")


@pytest.mark.parametrize(
    ("difference", "half", "verdict"),
    [(0.0002, 0.0001, "tiny"), (0.02, 0.01, "better"), (-0.02, 0.01, "worse"), (0.01, 0.02, "unclear"),
     (0.0, 0.0, "equal")],
)  # fmt: skip
def test_pictures_and_tables_judge_alike(difference, half, verdict):
    from sim.report.comparison.picture import draw_comparison

    row = {"policy": "hotspot", "measure": "trust_mean", "difference": difference, "n_pairs": 4, "baseline": 0.6}
    row |= {"low": difference - half, "high": difference + half}
    assert judge(row) == verdict
    figure = draw_comparison(pd.DataFrame([row]), baseline="reactive")
    mark = next(line for line in figure.axes[0].lines if line.get_marker() not in {"None", ""})
    drawn = (mark.get_color(), mark.get_marker())
    assert drawn == LOOKS[verdict if verdict in LOOKS else "small"]
    words = " ".join(one.get_text() for axes in figure.axes if (legend := axes.get_legend()) for one in legend.texts)
    assert ("below the last digit" in words) == (verdict in {"tiny", "equal"})


@pytest.mark.parametrize(
    ("label", "chinese"),
    [("reactive", "被动接警"), ("hotspot(share=0.03)", "热点巡逻(share=0.03)"),
     ("grid + mediation", "网格警务 + 纠纷调解"),
     ("reactive until 2014-10-01 then hotspot", "被动接警，2014-10-01 起热点巡逻"),
     ("posts [within budget]", "固定岗亭（预算内）"), ("mine.py:Mine", "mine.py:Mine"), ("my_own", "my_own")],
)  # fmt: skip
def test_a_strategy_is_named_part_by_part(label, chinese):
    assert strategy_name(label, "zh") == chinese
    assert strategy_name(label, "en") == label


def test_a_study_names_its_strategies_and_the_report_uses_the_names():
    names = {"hotspot": {"en": "Short stops", "zh": "短停"}, "posts": "P"}
    study = make_study(names=names)
    assert make_place(study, "new_haven").policies == ["reactive", "Short stops", "P"]
    assert make_place(study, "new_haven", "zh").policies == ["被动接警", "短停", "P"]
    page = render_report(study)
    assert "Short stops" in page
    assert "hotspot" not in page.replace("set otherwise", "")


@pytest.mark.parametrize(
    "names", [{"hotspots": "A"}, {"hotspot": "A", "posts": "A"}, {"hotspot": "reactive"}, {"posts": ""}]
)
def test_names_must_be_of_strategies_and_tell_them_apart(names):
    with pytest.raises(InputError, match="names"):
        make_study(names=names)


def test_a_long_name_takes_three_short_lines():
    label = short_label("reactive until 2014-10-01 then neighbourhood(share=0.03, dwell=12) + mediation + posts")
    assert len(label.splitlines()) == 3
    assert label.endswith("…")
    assert short_label("hotspot") == "hotspot"


def test_a_table_of_long_names_folds_them(capsys):
    from sim.cli.pages import print_page
    from sim.report.page import Table

    name = "reactive until 2014-10-01 then neighbourhood(share=0.03) + mediation"
    print_page(["Title", Table("table", ["strategy", "value"], [[name, "1.25"], ["hotspot", "2.50"]])])
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines) < 48
    assert len({line.index(value) for line in lines for value in ("1.25", "2.50") if value in line}) == 1
    assert "".join("".join(lines).split()).count("mediation") == 1


def test_places_have_chinese_names():
    assert place_name("New Haven", "zh") == "纽黑文"
    assert place_name("organic city of 2,000 segments", "zh") == "自然生长式合成城市（2,000 个路段）"
    assert place_name("Kleinstadt", "zh") == "Kleinstadt"
