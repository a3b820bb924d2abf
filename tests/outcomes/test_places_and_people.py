import numpy as np
import pytest
from made_up_ledger import make_tables
from street_grid import make_grid

from sim.clock import DAY_MIN
from sim.errors import InputError
from sim.outcomes.displacement import find_rings, measure_displacement, tabulate_rings
from sim.outcomes.journeys import count_by_distance, find_journeys, measure_journeys
from sim.outcomes.offenders import find_lorenz_curve, measure_top_share
from sim.outcomes.repeats import count_repeats, find_intervals
from sim.outcomes.reporting import measure_reporting

NET = make_grid()
TABLES = make_tables(n_segments=NET.n_segments)


def test_rings_are_by_shared_junctions():
    ring = find_rings(NET, np.array([0]), 2)  # the first street, at a corner of the grid
    assert ring[0] == 0
    assert sorted(np.flatnonzero(ring == 1)) == [1, 90, 91]
    start, neighbour = NET.neighbours
    inner = np.isin(ring, (0, 1))
    reached = np.unique(np.concatenate([neighbour[start[s] : start[s + 1]] for s in np.flatnonzero(inner)]))
    assert set(np.flatnonzero(ring == 2)) == set(reached) - set(np.flatnonzero(inner))
    assert (ring == -1).sum() > 100


def test_no_change_is_no_displacement():
    ring = find_rings(NET, np.array([40, 41, 42]))
    before = np.full(NET.n_segments, 30)
    found = measure_displacement(ring, before, before)
    assert found.treated.value == found.catchment.value == 1.0
    assert found.difference.value == 0.0
    assert found.difference.low < 0 < found.difference.high
    assert np.isnan(found.quotient.value)


def test_crime_that_moves_next_door_is_full_displacement():
    ring = find_rings(NET, np.array([40, 41, 42, 50, 51]))
    before = np.full(NET.n_segments, 40)
    after = before.copy()
    after[ring == 0] -= 20
    after[np.flatnonzero(ring > 0)[:10]] += 10  # 5 x 20 moved
    found = measure_displacement(ring, before, after)
    assert found.quotient.value == pytest.approx(-1.0)
    assert found.difference.value == pytest.approx(0.0)
    assert found.treated.high < 1


def test_diffusion_has_the_sign_of_a_benefit():
    ring = find_rings(NET, np.array([40, 41, 42, 50, 51]))
    before = np.full(NET.n_segments, 40)
    after = np.where(ring == 0, 20, np.where(ring > 0, 38, 40))
    found = measure_displacement(ring, before, after)
    assert found.quotient.value > 0
    assert found.difference.value == pytest.approx(-(5 * 20 + 2 * (ring > 0).sum()))
    table = tabulate_rings(ring, before, after)
    assert table.index.tolist() == [0, 1, 2, -1]
    assert table.loc[0, "change_pct"] == -50.0
    assert table["n_segments"].sum() == NET.n_segments


def test_interval_of_the_difference_covers():
    ring = find_rings(NET, np.array([40, 41, 42, 50, 51]))
    rate = np.where(ring == 0, 12.0, 6.0)
    hits = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        after = np.where(ring == 0, 9.0, 6.0)
        found = measure_displacement(ring, rng.poisson(rate), rng.poisson(after), n_replications=10)
        hits += found.difference.low <= -15.0 <= found.difference.high
    assert 273 <= hits <= 296


def test_displacement_without_a_control_is_refused():
    with pytest.raises(InputError, match="segments beyond"):
        measure_displacement(np.zeros(NET.n_segments, int), np.ones(NET.n_segments), np.ones(NET.n_segments))


def test_journeys_run_from_home_to_offence():
    metres = find_journeys(NET, TABLES["offences"])
    table = measure_journeys(TABLES["offences"], metres)
    at_home = TABLES["offences"]["home"] == TABLES["offences"]["segment"]
    assert table.loc["all", "share_in_buffer"] == pytest.approx(at_home.mean())
    assert table.loc["all", "n"] == len(TABLES["offences"])
    assert count_by_distance(metres, (0, 500, 1000, 1e9)).sum() == pytest.approx(1.0)
    right = measure_journeys(TABLES["offences"], np.random.default_rng(0).exponential(500, len(metres)))
    assert right.loc["all", "skewness"] == pytest.approx(2.0, abs=0.6)


def test_lorenz_curve_of_a_known_pareto():
    # For Pareto with exponent a the top share p does p ** (1 - 1 / a) of all.
    a, n = 3.0, 20_000
    counts = np.round(200 * (1 - (np.arange(n) + 0.5) / n) ** (-1 / a)).astype(int)
    offender = np.repeat(np.arange(n), counts)
    assert measure_top_share(offender, top=0.10) == pytest.approx(0.1 ** (1 - 1 / a), abs=0.005)
    x, y = find_lorenz_curve(offender)
    assert y[0] == 0
    assert y[-1] == pytest.approx(1.0)
    assert np.all(y >= x - 1e-12)


def test_only_active_offenders_count_and_names_do_not_matter():
    assert measure_top_share(np.array([5, 5, 9, -1, -1])) == pytest.approx(0.2 * 2 / 3)
    offender = TABLES["offences"]["offender"].to_numpy()
    rename = np.random.default_rng(0).permutation(1000)
    assert measure_top_share(offender) == pytest.approx(measure_top_share(rename[offender]))
    assert np.isnan(measure_top_share(np.full(3, -1)))


def test_repeats():
    found = count_repeats(np.array([7, 7, 7, 3, 2, 2, -1]))
    assert found == (6, 3, 2, 0.5, pytest.approx(5 / 6))
    days = find_intervals(np.array([7, 3, 7, 7, -1]), np.array([9, 1, 0, 4, 2]) * float(DAY_MIN))
    assert days.tolist() == [4.0, 5.0]


def test_truth_report_and_record():
    table = measure_reporting(TABLES["offences"], TABLES["incidents"], TABLES["calls"])
    assert table.loc["all", "n_true"] == len(TABLES["offences"])
    assert table.loc["all", "n_recorded"] == table.loc["all", "n_recorded_as"] == len(TABLES["incidents"])
    assert table.loc["violent", "n_true"] == table.loc[["robbery", "assault"], "n_true"].sum()
    downgraded = TABLES["incidents"].assign(type="theft")
    table = measure_reporting(TABLES["offences"], downgraded, TABLES["calls"])
    assert table.loc["theft", "n_recorded_as"] == len(downgraded)
    assert table.loc["burglary", "n_recorded_as"] == 0
    assert table.loc["burglary", "n_recorded"] > 0


def test_what_officers_come_upon_is_found_out_like_what_they_see_being_done():
    offences, calls = TABLES["offences"], TABLES["calls"]
    seen_done, come_upon = (offences["discovered"] == 1).sum(), calls["cause"][calls["discovered"] == 1]
    n_come_upon = offences["cause"].isin(come_upon).sum()
    assert n_come_upon > 20
    found = measure_reporting(offences, TABLES["incidents"], calls).loc["all"]
    assert found["n_discovered"] == seen_done + n_come_upon
    assert found["n_reported"] == (offences["reported"] == 1).sum()
    blind = measure_reporting(offences, TABLES["incidents"], calls.drop(columns="discovered")).loc["all"]
    assert blind["n_discovered"] == seen_done  # of a run of before officers came upon anything
