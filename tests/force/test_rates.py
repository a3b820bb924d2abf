"""What records say: the intervals hold the truth as often as they say, and shares are those of the table."""

import numpy as np
import pandas as pd
import pytest
from force_town import read, some_calls

from sim.force.rates import describe_calls, describe_incidents, quantile_estimate
from sim.force.records import Recorded


def table(n_days, per_day, rng):
    n = rng.poisson(per_day, n_days)
    days = np.repeat(np.arange(n_days), n)
    time = pd.Timestamp("2014-01-01") + pd.to_timedelta(days * 1440 + rng.integers(0, 1440, len(days)), unit="min")
    return pd.DataFrame({
        "time": time, "knows_hour": True, "segment": rng.integers(0, 50, len(days)), "type": "x", "kind": "theft",
        "priority": 0, "x": 0.0, "y": 0.0, "beat": -1,
    })  # fmt: skip


def test_the_interval_of_calls_a_day_holds_the_rate_19_times_of_20():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        told = describe_incidents(Recorded(table(40, 6.0, rng), {}), 1000.0, 50).set_index("measure")
        row = told.loc["per_day"]
        held += row["low"] <= 6.0 <= row["high"]
    assert 0.90 <= held / 200 <= 0.985


def test_the_interval_of_a_quantile_holds_it_at_least_19_times_of_20():
    rng = np.random.default_rng(4)
    held = {0.5: 0, 0.9: 0}
    for _ in range(400):
        drawn = np.sort(rng.lognormal(3.0, 0.9, 80))
        for share, z in ((0.5, 0.0), (0.9, 1.2815515655)):
            about = quantile_estimate(drawn, share)
            held[share] += about.low <= np.exp(3.0 + 0.9 * z) <= about.high
    assert min(held.values()) / 400 >= 0.93


def test_crime_for_1000_residents_is_counted_over_the_days_that_the_file_covers():
    rng = np.random.default_rng(5)
    rows = table(73, 5.0, rng)
    days = (rows["time"].max().normalize() - rows["time"].min().normalize()).days + 1
    told = describe_incidents(Recorded(rows, {}), 2000.0, 50).set_index("measure").loc["per_1000"]
    assert told["value"] == pytest.approx(len(rows) * 365 / days / 2.0)
    assert told["low"] < told["value"] < told["high"]


def test_hours_and_weekdays_add_up_to_all_and_rows_without_an_hour_are_spread(town):
    calls = some_calls(560, days=28)
    calls.to_csv(town / "calls.csv", index=False)
    data = read(town, calls={"file": "calls.csv"})
    told = describe_calls(data.calls, 1000.0, data.net.n_segments)
    total = told.loc[told["measure"] == "per_day", "value"].item()
    assert told.loc[told["measure"] == "hour", "value"].sum() == pytest.approx(total)
    assert told.loc[told["measure"] == "share_kind", "value"].sum() == pytest.approx(100)
    unknown = data.calls.table.copy()
    unknown.loc[::2, "knows_hour"] = False
    half = describe_calls(Recorded(unknown, {}), 1000.0, data.net.n_segments)
    assert half.loc[half["measure"] == "hour", "value"].sum() == pytest.approx(total)


def test_times_are_told_by_priority_and_in_order(town):
    some_calls(300).to_csv(town / "calls.csv", index=False)
    data = read(town, calls={"file": "calls.csv"})
    told = describe_calls(data.calls, 1000.0, data.net.n_segments)
    for stage in ("to_assigned", "to_arrived", "wait", "at_scene"):
        for level in ("", "1", "2", "3"):
            rows = told[told["group"] == level].set_index("measure")
            median, nine = rows.loc[f"{stage}_median"], rows.loc[f"{stage}_p90"]
            assert median["low"] <= median["value"] <= median["high"] <= nine["high"]
            assert median["value"] <= nine["value"]
    whole = told[told["group"] == ""].set_index("measure")
    assert whole.loc["wait_median", "value"] == pytest.approx(data.calls.table["wait"].median())


def test_the_busiest_streets_hold_what_the_counts_say(town):
    calls = some_calls(400)
    calls.loc[:199, ["Longitude", "Latitude"]] = calls.loc[0, ["Longitude", "Latitude"]].to_numpy()
    calls.to_csv(town / "calls.csv", index=False)
    data = read(town, calls={"file": "calls.csv"})
    told = describe_calls(data.calls, 1000.0, data.net.n_segments)
    row = told[(told["measure"] == "busiest") & (told["group"] == "1")].iloc[0]
    counts = np.sort(np.bincount(data.calls.table["segment"]))[::-1]
    assert row["value"] == pytest.approx(100 * counts[: round(0.01 * data.net.n_segments)].sum() / 400)
    assert row["low"] <= row["value"] <= row["high"]


def test_records_by_the_month_cover_whole_months_and_say_nothing_of_days(town):
    from force_town import degrees

    lon, lat = degrees([500_010.0] * 600, [5_700_000.0] * 600)
    months = np.repeat(["2014-01", "2014-02", "2014-03"], 200)
    frame = pd.DataFrame({"Month": months, "Crime type": "Burglary", "Longitude": lon, "Latitude": lat})
    frame["Crime ID"] = range(600)
    frame.to_csv(town / "street.csv", index=False)
    data = read(town, incidents={"file": "street.csv"})
    assert data.incidents.days == 90
    told = describe_incidents(data.incidents, 1000.0, data.net.n_segments).set_index("measure")
    assert told.loc["per_1000", "value"] == pytest.approx(600 * 365 / 90)
    assert told.loc["per_day", "value"] == pytest.approx(600 / 90)
    assert not {"hour", "weekday"} & set(told.index)


def test_times_from_an_assignment_that_nobody_wrote_are_not_told(town):
    some_calls(100).drop(columns="Dispatched").to_csv(town / "calls.csv", index=False)
    data = read(town, calls={"file": "calls.csv"})
    told = set(describe_calls(data.calls, 1000.0, data.net.n_segments)["measure"])
    assert {"wait_median", "at_scene_median"} <= told
    assert not {"to_assigned_median", "to_arrived_median"} & told


def test_the_time_at_a_call_is_divided_by_the_work_of_its_kind(town):
    from sim.force.rates import parameters_of_calls
    from sim.scenarios.police import Dispatch

    calls = some_calls(80).assign(**{"Call Type": "LOUD PARTY"})
    calls["Cleared"] = calls["On Scene"] + pd.Timedelta(minutes=30)
    calls.to_csv(town / "calls.csv", index=False)
    found, _ = parameters_of_calls(read(town, calls={"file": "calls.csv"}).calls, 1000.0)
    assert found["dispatch.service_median_min"] == pytest.approx(30 / Dispatch().service_noise, abs=0.1)
    assert found["dispatch.service_spread"] == 0.0
