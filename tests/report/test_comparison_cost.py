"""What is said of cost: who costs more, where the hours go, and the price of an offence prevented."""

import numpy as np
import pandas as pd
import pytest

from sim.batch.compare import Comparison
from sim.outcomes.measures import BURDEN, MEASURES
from sim.report.comparison.cost import HOURS, cost_sentence, mean_hours, price_lines
from sim.report.comparison.text import comparison_lines, describe_comparison, in_words, write_comparison
from sim.report.names import strategy_name
from sim.report.texts import LANGUAGES
from sim.scenarios.scenario import Scenario
from sim.statistics.pairs import pair_differences

N_SEEDS = 5


def runs(**strategies):
    """Make runs of strategies by their cost and offences; the first is the baseline."""
    rng = np.random.default_rng(1)
    level = rng.normal(0, 5, N_SEEDS)
    rows = []
    for policy, (cost, offences) in strategies.items():
        for seed in range(N_SEEDS):
            row = dict.fromkeys(MEASURES, 1.0) | {
                "policy": policy.replace("_WB", " [within budget]"), "seed": seed, "seconds": 0.0,
                "cost_per_1000": cost + rng.normal(0, 0.5),
                "offences_per_1000": offences + level[seed] + rng.normal(0, 0.5),
            }  # fmt: skip
            rows.append(row)
    return pd.DataFrame(rows)


def compared(table):
    policies = tuple(table["policy"].unique())
    differences = pair_differences(table, baseline=policies[0], measures=list(MEASURES))
    return Comparison(Scenario(), policies, tuple(range(N_SEEDS)), 0, table, differences, {})


UNEQUAL = {"reactive": (5000, 120), "posts": (8000, 110), "hotspot": (5000, 120), "grid": (4900, 120)}


def test_who_costs_more_is_named_with_how_much_and_the_order_is_kept():
    said = cost_sentence(runs(**UNEQUAL), baseline="reactive")
    assert said.startswith("Costs are not equal: posts costs 60.0 % more than reactive, grid costs 2.0 % less than")
    assert "hotspot" not in said
    assert "--equal-cost" in said
    assert said.count(".") == 3  # one sentence, and two decimal points


def test_costs_within_one_per_cent_are_passed_over_in_silence():
    assert cost_sentence(runs(reactive=(5000, 120), grid=(5040, 120)), baseline="reactive") == ""
    assert cost_sentence(runs(reactive=(5000, 120)), baseline="reactive") == ""
    assert "grid costs 1.2 %" in cost_sentence(runs(reactive=(5000, 120), grid=(5060, 120)), baseline="reactive")


def test_two_near_the_baseline_may_still_be_far_from_each_other():
    said = cost_sentence(runs(reactive=(5000, 120), a=(4960, 120), b=(5040, 120)), baseline="reactive")
    assert "b costs 1.6 % more than a" in said
    assert "reactive" not in said


def test_who_has_asked_for_equal_cost_is_not_told_to():
    said = cost_sentence(runs(reactive=(5000, 120), posts_WB=(5300, 120)), baseline="reactive")
    assert "posts [within budget] costs 6.0 % more" in said
    assert "--equal-cost" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_show_cost_hours_burden_and_prices_and_rank_nobody(lang):
    comparison = compared(runs(**UNEQUAL))
    told = describe_comparison(comparison, lang=lang)
    named = in_words(comparison, lang)
    assert cost_sentence(named.runs, baseline=named.strategies[0], lang=lang) in told
    for name in (*HOURS, *BURDEN, "cost_per_1000"):
        assert f"| {MEASURES[name].label(lang)} |" in told
    for line in price_lines(named.runs, baseline=named.strategies[0], lang=lang):
        assert f"- {line}" in told
    assert "best" not in told.lower()
    assert "最佳" not in told
    assert "最好" not in told
    header = next(line for line in told.splitlines() if line.startswith(("| mean |", "| 指标 | 单位")))
    assert [part.strip() for part in header.split("|")[3:-1]] == [strategy_name(label, lang) for label in UNEQUAL]


def test_hot_spots_and_posts_are_never_shown_without_their_burden():
    for name in ("posts", "hotspot"):
        lines = comparison_lines(compared(runs(reactive=(5000, 120), **{name: (8000, 110)})))
        shown = {line.measure for line in lines if line.policy == name}
        assert {MEASURES[measure].label("en") for measure in BURDEN} <= shown


def test_prices_are_told_or_why_there_is_none(tmp_path):
    table = runs(
        reactive=(5000, 120), posts=(8000, 110), hotspot=(5000.0, 119.9), grid=(6000, 130), mediation=(4000, 110)
    )
    lines = price_lines(table, baseline="reactive")
    assert lines[0].startswith("posts: ")
    assert "sworn hours (95 % interval " in lines[0]
    assert 250 < float(lines[0].split()[1]) < 350
    assert "no clear effect on offences" in lines[1]
    assert "more offences, not fewer" in lines[2]
    assert "at no higher cost" in lines[3]
    files = write_comparison(compared(table), tmp_path)
    kept = pd.read_csv(next(file for file in files if file.name == "prices.csv"))
    assert kept["policy"].tolist() == ["posts", "hotspot", "grid", "mediation"]
    assert not (kept["price"] < 0).any()


def test_hours_that_nobody_spends_are_left_out():
    table = runs(reactive=(5000, 120), grid=(5000, 120)).assign(hours_inspect=0.0)
    table.loc[table["policy"] == "reactive", "hours_visit"] = 0.0
    means = mean_hours(table)
    assert list(means.index) == ["reactive", "grid"]
    assert "hours_inspect" not in means
    assert means["hours_visit"].tolist() == [0.0, 1.0]
