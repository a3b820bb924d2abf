"""The part of a comparison's page that counts how many strategies had their chance."""

import numpy as np
import pandas as pd
import pytest
from test_comparison_cost import compared, runs

from sim.outcomes.measures import MEASURES
from sim.report.comparison.contrasts import describe_contrasts, tabulate_contrasts
from sim.report.comparison.text import describe_comparison, write_comparison
from sim.report.names import strategy_name

TABLE = runs(reactive=(5000, 120), posts=(8000, 110), grid=(5000, 120))


@pytest.mark.parametrize(("lang", "head"), [("en", "p (Holm)"), ("zh", "Holm 校正")])
def test_the_page_has_a_row_a_strategy_and_headline_measure(lang, head):
    said = describe_comparison(compared(TABLE), lang=lang)
    assert head in said
    start = f"| {MEASURES['offences_per_1000'].label(lang)} | {strategy_name('posts', lang)}"
    row = [line for line in said.splitlines() if line.startswith(start)][-1]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    found = tabulate_contrasts(compared(TABLE)).query("policy == 'posts' and measure == 'offences_per_1000'").iloc[0]
    assert cells[2] == f"{found['all_low']:+.2f} … {found['all_high']:+.2f}"
    assert cells[4] == f"{found['variance_ratio']:.1f}"


def test_all_measures_are_in_the_file(tmp_path):
    files = write_comparison(compared(TABLE), tmp_path)
    assert tmp_path / "contrasts.csv" in files
    table = pd.read_csv(tmp_path / "contrasts.csv")
    assert set(table["measure"]) == set(MEASURES)
    assert table.loc[table["measure"] == "cost_per_1000", "p_holm"].between(0, 1).all()


def test_without_intervals_or_others_nothing_is_said():
    one_seed = TABLE[TABLE["seed"] == TABLE["seed"].iloc[0]]
    for table in (one_seed, TABLE[TABLE["policy"] == "reactive"]):
        comparison = compared(table)
        assert describe_contrasts(tabulate_contrasts(comparison), "reactive", "en", comparison.shown) == ""
        assert "Holm" not in describe_comparison(comparison)


def test_a_measure_that_nobody_gains_by_has_no_best():
    neutral = next(name for name, about in MEASURES.items() if not about.better)
    table = tabulate_contrasts(compared(TABLE))
    assert np.isnan(table.loc[table["measure"] == neutral, "p_best"]).all()
