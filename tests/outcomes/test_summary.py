import numpy as np
import pandas as pd
import pytest
from made_up_ledger import as_frames, make_rows, make_tables, rows_of_a_run

from sim.errors import InputError
from sim.ledger.columns import ENUMERATIONS
from sim.ledger.force import Force
from sim.outcomes.columns import read_block, read_codes
from sim.outcomes.measures import MEASURES
from sim.outcomes.summary import summarise
from sim.scenarios.police import Cost

TABLES = make_tables() | as_frames({"orders": rows_of_a_run("orders", 3000)})
N_SEGMENTS = 300
"""Segments of the made-up city."""


def made_up_force():
    """Make a force of ten cells of which two officers are hired: those with most orders in the made-up ledger."""
    first, second = TABLES["orders"]["officer"].value_counts().index[:2]
    n = int(max(TABLES["calls"]["officer"].max(), first, second)) + 1
    hired = np.isin(np.arange(n), (first, second)).astype(int)
    officers = pd.DataFrame({"role": "foot", "hired": hired, "employed": 1, "cell": np.arange(n) % 10, "n_left": hired})
    return Force(np.arange(N_SEGMENTS) % 10, officers)


def summary_of(tables, **changes):
    return summarise(tables, **({"n_days": 365, "prices": Cost(), "force": made_up_force()} | changes))


def test_every_measure_is_there_and_described():
    row = summary_of(TABLES)
    assert list(row.index) == list(MEASURES)
    assert row.notna().all()
    for measure in MEASURES.values():
        assert measure.label("en")
        assert measure.label("zh")
        assert measure.unit("en")
        assert measure.unit("zh")
        assert measure.better in {"less", "more", ""}
        assert not measure.label("zh").isascii()


def test_labels_tell_measures_apart():
    for lang in ("en", "zh"):
        assert len({m.label(lang) for m in MEASURES.values()}) == len(MEASURES)


def test_rates_are_per_thousand_residents_a_year():
    row = summary_of(TABLES)
    assert row["offences_per_1000"] == pytest.approx(len(TABLES["offences"]) / 5)
    by_type = [name for name in row.index if name.startswith("offences_") and name != "offences_per_1000"]
    assert row[by_type].sum() == pytest.approx(row["offences_per_1000"])
    assert row["busy_pct"] + row["uncommitted_pct"] == pytest.approx(100)


def test_rates_are_for_those_who_lived_here_and_not_for_the_rooms_there_are():
    days = TABLES["days"]
    growing = days.assign(n_residents=np.where(days["day"] < 180, 2500, 5000))
    lived = np.where(np.arange(365) < 180, 2500, 5000)
    for from_day in (0, 180):
        then, now = (summary_of(TABLES | {"days": d}, from_day=from_day) for d in (days, growing))
        for rate in ("offences_per_1000", "calls_per_1000", "cost_per_1000", "disputes_per_1000", "custody_per_1000"):
            assert now[rate] == pytest.approx(then[rate] * 5000 / lived[from_day:].mean())
        assert now["reported_pct"] == then["reported_pct"]


def test_codes_names_and_categories_give_the_same():
    as_names = {name: table.copy() for name, table in TABLES.items()}
    as_codes = {name: table.copy() for name, table in TABLES.items()}
    for table, column in ENUMERATIONS:
        as_names[table][column] = as_names[table][column].astype(str)
        as_codes[table][column] = as_codes[table][column].cat.codes
    expected = summary_of(TABLES)
    pd.testing.assert_series_equal(summary_of(as_names), expected)
    pd.testing.assert_series_equal(summary_of(as_codes), expected)


def test_order_of_rows_does_not_matter():
    shuffled = {
        name: table if name == "days" else table.sample(frac=1, random_state=1) for name, table in TABLES.items()
    }
    pd.testing.assert_series_equal(summary_of(shuffled), summary_of(TABLES), rtol=1e-9)


def test_names_of_segments_do_not_matter():
    rename = np.random.default_rng(0).permutation(300)
    renamed = TABLES | {"offences": TABLES["offences"].assign(segment=rename[TABLES["offences"]["segment"]])}
    pd.testing.assert_series_equal(summary_of(renamed), summary_of(TABLES))


def test_an_empty_run_has_no_crime_and_no_response():
    made = make_rows(n_segments=10, n_days=30, n_offences=40)
    empty = as_frames({name: rows if name == "days" else rows[:0] for name, rows in made.items()})
    row = summary_of(empty, n_days=30, n_segments=10)
    assert row["offences_per_1000"] == 0
    assert np.isnan(row["response_1_mean_min"])


def test_warm_up_is_left_out():
    late = summary_of(TABLES, from_day=200)
    kept = (TABLES["offences"]["t"] >= 200 * 1440).sum()
    assert late["offences_per_1000"] == pytest.approx(kept / 5 * 365 / 165)
    assert late["security_end"] == summary_of(TABLES)["security_end"]


@pytest.mark.parametrize("wrong", [{"from_day": 365}, {"from_day": -1}])
def test_impossible_requests_are_refused(wrong):
    with pytest.raises(InputError, match="summary"):
        summary_of(TABLES, **wrong)
    with pytest.raises(InputError, match="needs residents, got 0"):
        summary_of(TABLES | {"days": TABLES["days"].assign(n_residents=0)})


def test_unknown_names_are_refused():
    with pytest.raises(InputError, match="'arson'"):
        read_codes(pd.Series(["theft", "arson"], name="type"), ("burglary", "theft"))
    assert read_block(pd.DataFrame({"n_a": [1], "n_b": [2]}), "n", ("b", "a")).tolist() == [[2.0, 1.0]]
