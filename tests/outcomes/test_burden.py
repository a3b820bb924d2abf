import numpy as np
import pandas as pd
import pytest
from made_up_ledger import make_tables

from sim.agents.events import LEDGER
from sim.agents.tables import row_dtype
from sim.errors import InputError
from sim.ledger.columns import frame_of
from sim.outcomes.burden import ALL, GROUPINGS, MEASURES, NOBODY, Ratio, compare_rest, group_people, tabulate_burden
from sim.outcomes.burden import TABLES as READ
from sim.statistics.estimates import mean_estimate, rate_ratio

TABLES = make_tables()
NAMES = {
    "migrant": {"migrant", "local"},
    "tenure": {"tenant", "owner"},
    "income": {"low", "middle", "high"},
    "district": {"0", "1", "2", "3", "4"},
}

KNOWN = (
    (TABLES["offences"]["reported"] == 1)
    | (TABLES["offences"]["discovered"] == 1)
    | TABLES["offences"]["cause"].isin(TABLES["calls"]["cause"][TABLES["calls"]["discovered"] == 1])
)
"""Reported, seen being done, or come upon while it still went on."""


def burden(tables=TABLES, by="migrant"):
    return tabulate_burden([tables], by=by)


def of(table, measure, group="migrant"):
    return table[(table["measure"] == measure) & (table["group"] == group)].iloc[0]


# What is counted.


@pytest.mark.parametrize("by", GROUPINGS)
def test_groups_and_nobody_sum_to_everybody_and_everybody_to_the_ledger(by):
    table = burden(by=by)
    assert set(table["group"]) == NAMES[by] | {ALL, NOBODY}
    assert table["measure"].unique().tolist() == list(MEASURES)
    for measure, rows in table.groupby("measure"):
        assert rows["n"][rows["group"] != ALL].sum() == pytest.approx(of(table, measure, ALL)["n"]), measure
    contacts, offences, calls = TABLES["contacts"], TABLES["offences"], TABLES["calls"]
    met, kind = contacts["met"] == 1, contacts["kind"]
    assert (calls["discovered"] == 1).sum() > 50  # officers' own finds: nobody waited for them
    expected = {
        "stops": (kind == "stop") & met,
        "false_stops": (kind == "stop") & met & (contacts["found"] == 0),
        "checks": (kind == "check") & met,
        "visits": (kind == "visit") & met,
        "arrests": np.ones(len(TABLES["arrests"])),
        "wait": (calls["answered"] == 1) & (calls["discovered"] == 0),
        "offences": np.ones(len(offences)),
        "reported": KNOWN,
        "recorded": np.ones(len(TABLES["incidents"])),
        "reported_pct": np.ones(len(offences)),
        "trust": TABLES["feelings"]["present"],
    }
    for measure, events in expected.items():
        assert of(table, measure, ALL)["n"] == events.sum(), measure
    taken = met & kind.isin(["stop", "check", "visit", "mediation"])
    assert of(table, "minutes", ALL)["n"] == pytest.approx(contacts["minutes"][taken].sum())


def test_truth_report_and_record_stand_side_by_side():
    offences, people = TABLES["offences"], TABLES["people"].set_index("resident")
    mine = people["renting"].reindex(offences["victim"]).to_numpy() == 1
    known = KNOWN.to_numpy()
    assert known.sum() > ((offences["reported"] == 1) | (offences["discovered"] == 1)).sum()
    table = burden(by="tenure")
    assert of(table, "offences", "tenant")["n"] == mine.sum()
    assert of(table, "reported", "tenant")["n"] == (mine & known).sum()
    assert of(table, "reported_pct", "tenant")["value"] == pytest.approx(100 * (mine & known).sum() / mine.sum())
    assert of(table, "recorded", "tenant")["n"] == (mine & offences["cause"].isin(TABLES["incidents"]["cause"])).sum()


def test_rates_are_of_the_time_lived_here():
    feelings, people = TABLES["feelings"], TABLES["people"]
    migrant = (people["migrant"] == 1).to_numpy()
    stops = TABLES["contacts"].query("kind == 'stop' and met == 1")
    n = migrant[stops["resident"]].sum()
    value = of(burden(), "stops")["value"]
    assert value == pytest.approx(n / feelings["n_days"][migrant].sum() * 365_000)
    halved = feelings.assign(n_days=np.where(migrant, feelings["n_days"] // 2, feelings["n_days"]))
    assert of(burden(TABLES | {"feelings": halved}), "stops")["value"] == pytest.approx(2 * value, rel=0.01)


def test_waits_are_those_of_callers_and_trust_that_of_who_is_there():
    calls, feelings = TABLES["calls"], TABLES["feelings"]
    migrant = (TABLES["people"]["migrant"] == 1).to_numpy()
    mine = calls[(calls["caller"] >= 0) & calls["t_arrived"].notna()]
    mine = mine[migrant[mine["caller"]]]
    wait = mine["t_arrived"] - mine["t_call"]
    table = burden()
    assert of(table, "wait")["value"] == pytest.approx(wait[mine["discovered"] == 0].mean())
    assert of(table, "wait")["value"] != pytest.approx(wait.mean())
    here = migrant & (feelings["present"] == 1)
    assert of(table, "trust")["value"] == pytest.approx(feelings["trust"][here].mean())


def test_thirds_of_income_are_thirds_of_residents():
    group, names = group_people(TABLES["people"], "income")
    assert np.bincount(group) == pytest.approx(np.full(3, len(group) / 3), abs=2)
    means = TABLES["people"]["income"].groupby(group).mean()
    assert means.is_monotonic_increasing
    assert names == ("low", "middle", "high")


def test_the_order_of_rows_does_not_matter():
    shuffled = {name: table.sample(frac=1, random_state=3) for name, table in TABLES.items()}
    pd.testing.assert_frame_equal(burden(shuffled), burden())


@pytest.mark.parametrize("measure", MEASURES)
def test_of_two_groups_each_is_the_mirror_of_the_other(measure):
    one, other = (of(burden(), measure, group) for group in ("migrant", "local"))
    assert one["ratio"] == pytest.approx(1 / other["ratio"])
    assert one["low"] == pytest.approx(1 / other["high"])


def test_a_run_without_events_has_no_ratios_of_them_and_no_warning():
    quiet = {name: TABLES[name][:0] for name in ("contacts", "calls", "arrests", "offences", "incidents")}
    table = burden(TABLES | quiet)
    assert of(table, "stops")["value"] == 0
    assert np.isnan(of(table, "stops")["ratio"])
    assert np.isnan(of(table, "wait")["value"])
    assert of(table, "trust")["ratio"] > 0


def test_a_group_with_no_stop_gets_half_a_count():
    contacts = TABLES["contacts"]
    migrant = (TABLES["people"]["migrant"] == 1).to_numpy()
    spared = contacts[~migrant[contacts["resident"]]]
    row = of(burden(TABLES | {"contacts": spared}), "stops")
    assert row["n"] == 0
    assert 0 < row["low"] < row["ratio"] < row["high"]
    assert np.isnan(of(burden(TABLES | {"contacts": spared}), "minutes")["ratio"])


def test_wrong_requests_are_one_sentence():
    with pytest.raises(InputError, match="one of migrant, income, district, tenure, got 'faith'"):
        burden(by="faith")
    with pytest.raises(InputError, match="at least one run"):
        tabulate_burden([], by="migrant")
    with pytest.raises(InputError, match="come to its end"):
        burden(TABLES | {"feelings": TABLES["feelings"][:0]})


# What is promised: where nobody is singled out the ratio is 1 within its interval, and who is, is found.


def draw_stops(seed, *, load=1.0, n=4000, spread=1.5):
    """Draw a town in which police stop whom they meet: some are in the street far more than others.

    Rooms of migrants are let for half of the time, and while they are let their tenants are stopped `load` times as
    often as others who live alike.
    """
    rng = np.random.default_rng(seed)
    people = np.zeros(n, row_dtype(LEDGER["people"]))
    people["resident"] = np.arange(n)
    people["migrant"] = rng.random(n) < 0.1
    people["home"] = np.arange(n) // 4
    feelings = np.zeros(n, row_dtype(LEDGER["feelings"]))
    feelings["resident"], feelings["present"], feelings["trust"] = np.arange(n), 1, 0.6
    feelings["n_days"] = np.where(people["migrant"] == 1, rng.integers(120, 240, n), 365)
    often = rng.gamma(1 / spread, spread, n) * feelings["n_days"] / 365 * np.where(people["migrant"] == 1, load, 1.0)
    n_stops = rng.poisson(0.3 * often)
    contacts = np.zeros(n_stops.sum(), row_dtype(LEDGER["contacts"]))
    contacts["resident"], contacts["kind"], contacts["met"] = np.repeat(np.arange(n), n_stops), 1, 1
    contacts["minutes"] = 12.0
    rows = {name: np.zeros(0, row_dtype(LEDGER[name])) for name in READ}
    rows |= {"people": people, "feelings": feelings, "contacts": contacts}
    return {name: frame_of(name, rows[name]) for name in READ}


N_TOWNS = 200


def test_where_nobody_is_singled_out_the_interval_holds_one():
    rows = [of(burden(draw_stops(seed)), "stops") for seed in range(N_TOWNS)]
    covered = np.mean([row["low"] <= 1 <= row["high"] for row in rows])
    assert 0.91 <= covered <= 0.985
    assert np.exp(np.mean([np.log(row["ratio"]) for row in rows])) == pytest.approx(1.0, abs=0.03)


def test_a_group_that_is_singled_out_is_found():
    rows = [of(burden(draw_stops(seed, load=1.8)), "stops") for seed in range(40)]
    assert np.mean([row["low"] > 1 for row in rows]) > 0.9
    assert np.mean([row["low"] <= 1.8 <= row["high"] for row in rows]) > 0.85


def test_rates_by_rooms_instead_of_time_are_found_out():
    """The broken measure: it divides by rooms, and finds migrants spared who are only away."""
    rows = [of(burden(draw_stops(seed) | _always_let(seed)), "stops") for seed in range(20)]
    assert np.mean([row["high"] < 1 for row in rows]) > 0.9


def _always_let(seed):
    return {"feelings": draw_stops(seed)["feelings"].assign(n_days=365)}


def test_intervals_that_take_stops_for_independent_are_too_narrow():
    """The broken interval: it counts stops, however many fall on one person."""
    covered = 0
    for seed in range(N_TOWNS):
        tables = draw_stops(seed, spread=4.0)
        row, rest = (of(burden(tables), "stops", group) for group in ("migrant", "local"))
        days = tables["feelings"]["n_days"].groupby(tables["people"]["migrant"]).sum()
        naive = rate_ratio(row["n"], rest["n"])
        scale = days[0] / days[1]
        covered += naive.low * scale <= 1 <= naive.high * scale
    assert covered / N_TOWNS < 0.9


def test_linearisation_agrees_with_a_bootstrap_of_streets():
    tables = draw_stops(3)
    top = np.bincount(tables["contacts"]["resident"], minlength=4000).astype(float)
    days = tables["feelings"]["n_days"].to_numpy(float)
    member = (tables["people"]["migrant"] == 1).to_numpy()
    street = np.arange(4000) // 4
    found = compare_rest(Ratio(top, days, 1.0, top, True), member, street)
    rng, ratios = np.random.default_rng(1), []
    for _ in range(2000):
        times = np.bincount(rng.integers(0, 1000, 1000), minlength=1000)[street]
        rates = [(times * top)[side].sum() / (times * days)[side].sum() for side in (member, ~member)]
        ratios.append(np.log(rates[0] / rates[1]))
    half = np.log(found.high / found.value)
    assert half == pytest.approx(1.96 * np.std(ratios), rel=0.08)


def test_what_belongs_to_a_street_is_no_more_certain_for_its_many_homes():
    rng = np.random.default_rng(2)
    street, member = np.arange(4000) // 20, rng.random(200)[np.arange(4000) // 20] < 0.5
    ones, apart = np.ones(4000), []
    for by_street in (True, False):
        covered = []
        for _ in range(300):
            known = np.abs(rng.normal(1.0, 0.4, 200))[street]
            covered.append(
                compare_rest(Ratio(known, ones, 1.0, ones), member, street if by_street else np.arange(4000))
            )
        apart.append(np.mean([not one.low <= 1 <= one.high for one in covered]))
    assert apart[0] < 0.09
    assert apart[1] > 0.4  # the broken interval, which takes neighbours for independent


def test_over_seeds_the_interval_is_that_of_the_mean_log_ratio():
    towns = [draw_stops(seed, load=1.5) for seed in range(6)]
    single = [of(burden(town), "stops") for town in towns]
    row = of(tabulate_burden((town for town in towns), by="migrant"), "stops")
    expected = mean_estimate(np.log([one["ratio"] for one in single]))
    assert (row["ratio"], row["low"], row["high"]) == pytest.approx(tuple(np.exp(expected)))
    assert row["value"] == pytest.approx(np.mean([one["value"] for one in single]))
    assert row["n"] == sum(one["n"] for one in single)
    assert row["n_runs"] == 6
