import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from made_up_ledger import make_rows, make_tables
from matplotlib.figure import Figure

from sim.agents.tables import ACTIVITIES
from sim.errors import InputError
from sim.ledger.run_folder import RunFolder
from sim.outcomes.burden import GROUPINGS, tabulate_burden
from sim.outcomes.measures import BURDEN, choose_headline
from sim.outcomes.summary import summarise
from sim.outcomes.week import list_busy_weeks, list_weeks
from sim.report.burden.picture import draw_burden
from sim.report.burden.text import burden_lines, describe_burden
from sim.report.comparison.cost import cost_sentence
from sim.report.comparison.hours import GROUPS, group_hours
from sim.report.comparison.picture import draw_comparison
from sim.report.maps import choose_breaks, draw_offence_map, draw_response_map
from sim.report.pictures import draw_run, plot_comparison, plot_run
from sim.report.series import draw_attitudes, draw_months, draw_week, mean_by_month
from sim.report.style import add_note
from sim.report.texts import LANGUAGES, text
from sim.report.verdicts import judge_difference
from sim.statistics.pairs import pair_differences

START = date(2014, 1, 15)
HEADLINE = choose_headline()


@pytest.fixture(scope="module")
def net():
    from dataclasses import replace

    from street_grid import make_grid

    return replace(make_grid(), attribution="Streets: nobody in particular", name="Gridtown")


@pytest.fixture(scope="module")
def tables(net):
    return make_tables(n_segments=net.n_segments, n_days=120, n_offences=600)


def words_of(figure):
    from matplotlib.text import Text

    return " | ".join(found.get_text() for found in figure.findobj(Text))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_of_a_run_is_drawn_in_both_languages(net, tables, lang):
    pictures = draw_run(tables, net, start=START, n_days=120, lang=lang)
    assert len(pictures) == 6
    for name, figure in pictures.items():
        figure.draw_without_rendering()  # a missing character warns here, and warnings are errors
        assert words_of(figure).isascii() == (lang == "en" and not name.startswith("map"))


def test_every_picture_says_that_people_are_simulated_and_what_is_not_certain(net, tables):
    pictures = draw_run(tables, net, start=START, n_days=120)
    assert all("Simulated people" in words_of(pictures[name]) for name in ("months", "week", "attitudes"))
    assert all("One run, so no interval" in words_of(pictures[name]) for name in ("months", "attitudes"))
    table = pair_differences(summaries(), baseline="reactive", measures=HEADLINE)
    assert "Simulated people" in words_of(draw_comparison(table, baseline="reactive"))
    assert "this town" in words_of(draw_comparison(table, baseline="reactive", about="this town"))


def test_small_differences_are_written_out():
    table = pair_differences(summaries(), baseline="reactive", measures=["trust_mean"])
    tiny = table.assign(difference=1e-5, low=-2e-5, high=4e-5)
    axes = draw_comparison(tiny, baseline="reactive").axes[0]
    labels = [axes.xaxis.get_major_formatter()(tick, 0) for tick in axes.get_xticks()]
    assert "0.00002" in labels
    assert axes.xaxis.get_major_formatter().get_offset() == ""


def test_notes_stand_below_each_other():
    from matplotlib.figure import Figure

    figure = Figure()
    add_note(figure, "one", "")
    add_note(figure, "two")
    assert figure.get_supxlabel() == "one\ntwo"


def test_maps_carry_notice_label_scale_and_north(net, tables):
    words = words_of(draw_offence_map(net, tables["offences"], n_days=120))
    for expected in ("Streets: nobody in particular", "Synthetic city", "Gridtown", "200 m", "N"):
        assert expected in words


def test_a_map_shows_each_street_once_in_its_true_place(net, tables):
    from matplotlib.collections import LineCollection

    figure = draw_offence_map(net, tables["offences"], n_days=120)
    layers = figure.axes[0].findobj(LineCollection)
    lines = [line for layer in layers for line in layer.get_segments()]
    assert len(lines) == net.n_segments
    ends = {tuple(np.round(line).ravel()) for line in lines}
    expected = np.column_stack([net.geometry_x, net.geometry_y]).reshape(-1, 4)
    assert ends == {tuple(row) for row in expected}
    grey = layers[0].get_segments()
    assert len(grey) == net.n_segments - tables["offences"]["segment"].nunique()


def test_a_map_of_nothing_is_grey(net, tables):
    assert "none" in words_of(draw_offence_map(net, tables["offences"][:0], n_days=120))


def test_a_city_without_calls_has_a_grey_response_map(net, tables):
    figure = draw_response_map(net, tables["calls"][:0])
    figure.draw_without_rendering()
    assert "no calls" in words_of(figure)


def test_breaks_are_round_and_cover_the_values():
    value = np.random.default_rng(0).pareto(1.0, 5000) * 3
    breaks = choose_breaks(value)
    assert 3 <= len(breaks) <= 5
    assert np.all(np.diff(breaks) > 0)
    assert all(f"{b:e}"[0] in "125" for b in breaks)
    assert choose_breaks(np.zeros(4)).tolist() == [1.0]
    assert len(choose_breaks(np.full(4, 7.0))) >= 1


def test_a_month_cut_short_is_no_dip():
    days = pd.DataFrame({"day": np.arange(40)} | {f"n_offences_{c}": 2 for c in
                        ("burglary", "robbery", "theft", "assault", "disorder")})  # fmt: skip
    table = mean_by_month(days, "n_offences", START)
    assert table["all"].tolist() == [10.0, 10.0]
    assert table.index.tolist() == [pd.Timestamp(2014, 1, 1), pd.Timestamp(2014, 2, 1)]


def test_weeks_start_on_monday():
    weeks = list_weeks(np.array([30.0, 1440.0 + 30]), first_weekday=2, n_days=8)
    assert weeks.shape == (2, 168)
    assert (weeks[0, 48], weeks[0, 72], weeks[1, 0]) == (1.0, 1.0, 0.0)
    assert np.isnan(weeks[0, :48]).all()
    assert np.nansum(weeks) == 2


def test_officers_are_busy_from_dispatch_to_the_end():
    calls = pd.DataFrame({"t_sent": [30.0, np.nan], "t_closed": [90.0, 5.0], "n_units": [2, 0]})
    weeks = list_busy_weeks(calls, first_weekday=0, n_days=7)
    assert weeks[0, :3].tolist() == [1.0, 1.0, 0.0]


def test_several_runs_are_drawn_with_a_band(net):
    runs = [make_tables(n_segments=net.n_segments, n_days=60, n_offences=200, seed=s) for s in (1, 2, 3)]
    days = [run["days"] for run in runs]
    figures = [
        draw_months(days, start=START),
        draw_attitudes(days, start=START),
        draw_week([r["offences"] for r in runs], [r["calls"] for r in runs], start=START, n_days=60),
    ]
    assert all("mean of 3 runs" in words_of(figure) for figure in figures)


@pytest.mark.parametrize(
    ("low", "high", "better", "verdict"),
    [(-2, -1, "less", "better"), (1, 2, "less", "worse"), (1, 2, "more", "better"), (-2, -1, "more", "worse"),
     (-1, 1, "more", "unclear"), (1, 2, "", "neutral"), (np.nan, np.nan, "less", "unclear"), (0, 0, "less", "unclear")],
)  # fmt: skip
def test_verdicts(low, high, better, verdict):
    assert judge_difference(low, high, better) == verdict


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("by", GROUPINGS)
def test_who_pays_is_drawn_and_told_in_both_languages(tables, by, lang):
    table = tabulate_burden([tables], by=by)
    figure = draw_burden(table, lang=lang)
    figure.draw_without_rendering()
    assert (
        len([axes for axes in figure.axes if axes.axison])
        == {"migrant": 1, "tenure": 1, "income": 3, "district": 5}[by]
    )
    told = "\n".join(describe_burden(table, lang=lang))
    assert "{" not in told
    assert ("Stops that found nothing" in told) == (lang == "en")


def test_a_ratio_is_marked_where_its_interval_leaves_out_one(tables):
    table = tabulate_burden([tables], by="migrant")
    stops = (table["measure"] == "stops") & (table["group"] == "migrant")
    table.loc[stops, ["value", "ratio", "low", "high", "n"]] = (1234.5, 1.5, 1.2, 1.875, 60)
    line = next(line for line in burden_lines(table) if line.measure == "Stops in the street")
    assert (line.value, line.ratio, line.interval, line.n, line.apart) == (
        "1,234.5",
        "1.50",
        "1.20 to 1.88",
        "60",
        True,
    )
    table.loc[stops, "low"] = 0.9
    assert not next(iter(burden_lines(table))).apart


def test_a_picture_of_nobody_is_refused(tables):
    table = tabulate_burden([tables], by="migrant")
    with pytest.raises(InputError, match="two groups"):
        draw_burden(table[table["group"] == "all"])


def summaries():
    rows = []
    for policy, change in (("reactive", 0), ("hotspot", -40)):
        for seed in range(4):
            tables = make_tables(n_segments=100, n_days=60, n_offences=400 + change, seed=seed)
            rows.append(summarise(tables, n_days=60).to_dict() | {"policy": policy, "seed": seed})
    return pd.DataFrame(rows)


def test_pairs_are_by_seed_and_not_by_row():
    runs = summaries()
    table = pair_differences(runs, baseline="reactive", measures=HEADLINE)
    shuffled = pair_differences(runs.sample(frac=1, random_state=3), baseline="reactive", measures=HEADLINE)
    pd.testing.assert_frame_equal(table, shuffled)
    offences = table.set_index("measure").loc["offences_per_1000"]
    assert offences["difference"] == pytest.approx(-40 / 5 * 365 / 60)
    assert offences["n_pairs"] == 4
    assert len(pair_differences(runs[runs["seed"] != 2], baseline="reactive", measures=HEADLINE)) == len(HEADLINE)


def test_comparison_is_drawn(tmp_path):
    files = plot_comparison(summaries(), baseline="reactive", out=tmp_path / "comparison", lang="zh")
    assert [file.suffix for file in files] == [".png", ".svg"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hours_and_cost_stand_beside_the_outcomes(lang):
    runs = summaries().assign(cost_per_1000=lambda t: np.where(t["policy"] == "hotspot", 5500.0, 5000.0))
    table = pair_differences(runs, baseline="reactive", measures=HEADLINE)
    figure = draw_comparison(table, baseline="reactive", lang=lang, runs=runs)
    figure.draw_without_rendering()
    words = words_of(figure)
    assert "5,500" in words
    assert cost_sentence(runs, baseline="reactive", lang=lang) in words.replace("\n", " ")
    assert all(text(lang, f"hours.{name}") in words for name in GROUPS)


def test_the_groups_of_a_bar_hold_every_activity_once():
    named = [activity for group in GROUPS.values() for activity in group]
    assert sorted(named) == sorted(set(ACTIVITIES) - {"off"})
    runs = summaries()
    whole = runs.groupby("policy", sort=False)[[f"hours_{a}" for a in named]].mean().sum(axis=1)
    assert group_hours(runs).sum(axis=1).tolist() == pytest.approx(whole.tolist())


def test_no_picture_leaves_the_burden_out(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "sim.report.pictures.draw_comparison", lambda table, **_: drawn.extend(table["measure"]) or Figure()
    )
    plot_comparison(summaries(), baseline="reactive", out=tmp_path / "c", measures=["offences_per_1000"])
    assert set(drawn) == {"offences_per_1000", *BURDEN}


def test_comparison_needs_its_baseline_and_another_policy():
    runs = summaries()
    with pytest.raises(InputError, match="'foo'"):
        pair_differences(runs, baseline="foo", measures=HEADLINE)
    with pytest.raises(InputError, match="one run a seed"):
        pair_differences(pd.concat([runs, runs]), baseline="reactive", measures=HEADLINE)
    alone = pair_differences(runs[runs["policy"] == "reactive"], baseline="reactive", measures=HEADLINE)
    with pytest.raises(InputError, match="beside the baseline"):
        draw_comparison(alone, baseline="reactive")


def test_a_run_folder_becomes_pictures(net, tmp_path, monkeypatch):
    scenario = {"name": "gridtown", "start": "2014-01-15", "n_days": 30, "people": {"n_residents": 1500}}
    inputs = {"scenario": scenario, "policy": {"name": "hotspot", "parameters": {}}, "seed": 7}
    run = RunFolder.create(tmp_path / "run", {"schema": 1, "label": "Synthetic", "inputs": inputs})
    run.append(make_rows(n_segments=net.n_segments, n_days=30, n_offences=200))
    run.finish()
    footers = []

    def note(figure, *lines):
        add_note(figure, *lines)
        footers.append(figure.get_supxlabel().splitlines()[-1])

    monkeypatch.setattr("sim.report.pictures.add_note", note)
    files = plot_run(tmp_path / "run", lang="zh", streets=net)
    assert len(files) == 12
    digest = json.loads((tmp_path / "run" / "manifest.json").read_text())["digest"][:16]
    assert set(footers) == {
        f"gridtown：策略 热点巡逻，种子 7，30 天，1,500 名模拟居民（与真实居民一一对应）；摘要 {digest}"
    }
    assert len(footers) == 6
    assert all(file.stat().st_size > 5_000 for file in files)
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["status"] == "complete"
    RunFolder.create(tmp_path / "begun", {"schema": 1, "label": "Synthetic", "inputs": inputs})
    with pytest.raises(InputError, match="no whole part"):
        plot_run(tmp_path / "begun", streets=net)
    with pytest.raises(InputError, match="no run folder"):
        plot_run(tmp_path / "nothing", streets=net)
