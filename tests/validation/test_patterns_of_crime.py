"""Places, repeats, offenders, victims and hours: functions of claims on made-up runs whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up_run import N_SEGMENTS, make_seen

from sim.clock import DAY_MIN
from sim.params import ASSAULT, BURGLARY, DISORDER, ROBBERY, THEFT
from sim.validation.claims.hours import by_hour, by_weekday, find_peak, seasons
from sim.validation.claims.offenders import journeys, overlap, standardised_ratio, top_tenth
from sim.validation.claims.places import calls, recorded
from sim.validation.claims.repeats import burglary_near_repeats, burglary_repeats, repeats_without_boost
from sim.validation.claims.victims import violence_again, violence_by_age
from sim.validation.seen import watch

BIG_KEY = 2**63
"""Keys of persons fill 64 bits."""


def test_half_of_the_records_lie_on_the_share_of_segments_that_was_planted():
    segment = np.repeat(np.arange(61), [60] + [1] * 60)
    numbers = recorded(make_seen({"incidents": {"segment": segment}}))
    assert numbers["half"] == pytest.approx(100 / N_SEGMENTS)
    assert numbers["quarter"] == pytest.approx(100 / N_SEGMENTS)
    assert numbers["gini_beyond_chance"] > 0.15


def test_records_at_random_do_not_exceed_chance():
    segment = np.random.default_rng(1).integers(0, N_SEGMENTS, 400)
    assert abs(recorded(make_seen({"incidents": {"segment": segment}}))["gini_beyond_chance"]) < 0.05


def test_calls_that_end_on_the_telephone_and_finds_of_officers_do_not_count_as_calls_for_police():
    dispute, invalid = 7, 9
    kind = np.repeat([dispute, invalid, dispute], [4, 100, 100])
    segment = np.repeat([0, 1, 2, 3, 4, 5], [1, 1, 1, 1, 100, 100])
    discovered = np.repeat([0, 0, 1], [4, 100, 100])
    numbers = calls(make_seen({"calls": {"kind": kind, "segment": segment, "discovered": discovered}}))
    assert numbers["half"] == pytest.approx(100 * 2 / N_SEGMENTS)


def burglaries(segment, t):
    return make_seen({"incidents": {"type": BURGLARY, "segment": segment, "t": t}})


def test_echoes_on_the_own_street_are_repeats_and_independent_dates_are_none():
    rng = np.random.default_rng(3)
    segment, t = rng.integers(0, N_SEGMENTS, 600), rng.uniform(0, 365 * DAY_MIN, 600)
    without = burglary_repeats(burglaries(segment, t))
    assert 0.7 < without["observed"] / without["expected"] < 1.3
    echo = t[:80] + rng.uniform(0, 14 * DAY_MIN, 80)
    planted = burglary_repeats(burglaries(np.append(segment, segment[:80]), np.append(t, echo)))
    assert planted["observed"] / planted["expected"] > 1.4


def test_each_number_of_near_repeats_counts_the_pairs_of_its_distance_and_time():
    seen = make_seen({})
    metres = seen.world.city.streets.segment_length_m
    start, neighbour = seen.world.city.streets.neighbours
    # The middle of a neighbour is half of both lengths away.
    pair = next(
        (s, int(n))
        for s in range(N_SEGMENTS)
        for n in neighbour[start[s] : start[s + 1]]
        if (metres[s] + metres[n]) / 2 <= 100
    )
    far = [0.0, 3.0, 200.0, 216.0]  # of days; 3 days apart, and 16
    near = burglary_near_repeats(burglaries(np.array(pair * 2), np.array(far) * DAY_MIN))
    assert near["observed_100"] == 1  # the pair of 16 days is no pair of 14
    assert near["observed_200"] == 0
    same = burglary_near_repeats(burglaries(np.array([5, 5]), np.array([0.0, 1.0]) * DAY_MIN))
    assert all(same[f"observed_{name}"] == 0 for name in ("100", "200", "far"))


def test_the_trial_without_boost_changes_the_city_and_measures_the_same():
    seen = make_seen({})
    small = seen.scenario.replace({"n_days": 40, "offending.searches_per_year": 600.0})
    setting = type("Setting", (), {"policy": "reactive"})()
    cut = repeats_without_boost(small, setting, 2)
    assert cut != burglary_repeats(watch(small, "reactive", 2))
    off = {f"repeat.boost.{crime}": 0.0 for crime in ("burglary", "robbery", "theft", "assault", "disorder")}
    assert cut == burglary_repeats(watch(small.replace(off | {"offending.p_return": 0.0}), "reactive", 2))


def test_the_top_tenth_is_of_persons_whatever_their_key():
    key = np.repeat(np.arange(10, dtype=np.uint64) + np.uint64(BIG_KEY), [11] + [1] * 9)
    nobody = np.zeros(7, np.uint64)
    offences = {"resident_key": np.append(key, nobody), "offender": -1}
    assert top_tenth(make_seen({"offences": offences}))["value"] == pytest.approx(100 * 11 / 20)


def test_journeys_that_end_on_the_own_street_have_their_mode_at_home_and_blows_in_quarrels_are_no_journeys():
    people = {"resident": np.arange(50), "home": np.arange(50)}
    home, away = np.full(30, 3), np.full(10, 40)
    at_home = {"home": home, "segment": home}
    assert journeys(make_seen({"people": people, "offences": at_home}))["mode_km"] == 0
    mixed = {
        "home": np.append(home, away),
        "segment": np.append(home, np.full(10, 60)),
        "dispute": np.append(np.ones(30, np.uint64), np.zeros(10, np.uint64)),
    }
    numbers = journeys(make_seen({"people": people, "offences": mixed}))
    assert numbers["mode_km"] > 0
    assert numbers["median_to_homes"] == pytest.approx(1000 * numbers["median_km"] / between(people))
    assert np.isnan(journeys(make_seen({"people": people}))["skewness"])


def between(people):
    from sim.validation.claims.offenders import _between_homes_m

    return _between_homes_m(make_seen({"people": people}))


def test_a_rate_that_only_depends_on_age_is_no_overlap_and_a_crude_ratio_would_be():
    rng = np.random.default_rng(5)
    young = rng.random(40_000) < 0.5
    offends = rng.random(40_000) < np.where(young, 0.3, 0.05)
    hurt = pd.Series(rng.poisson(np.where(young, 0.5, 0.05)))
    exposed, stratum = pd.Series(offends), pd.Series(young.astype(int))
    assert standardised_ratio(suffered=hurt, exposed=exposed, stratum=stratum) == pytest.approx(1.0, abs=0.06)
    assert hurt[exposed].mean() / hurt[~exposed].mean() > 1.5
    twice = hurt * np.where(offends, 2, 1)
    assert standardised_ratio(suffered=twice, exposed=exposed, stratum=stratum) == pytest.approx(2.0, abs=0.12)


def test_overlap_counts_persons_and_not_rooms():
    n = 40
    key = np.arange(n, dtype=np.uint64) + np.uint64(BIG_KEY)
    people = {"resident": np.arange(n), "key": key, "age": 30}
    nobody = np.zeros(80, np.uint64)
    both = {
        "resident_key": np.concatenate([key[:20], nobody]),
        "victim_key": np.concatenate([nobody[:20], np.repeat(key[:20], 3), key[20:]]),
        "type": np.repeat([THEFT, ROBBERY], [20, 80]),
    }
    assert overlap(make_seen({"people": people, "offences": both}))["value"] == pytest.approx(3.0)
    of_others = both | {"resident_key": np.where(both["resident_key"] > 0, 7, 0)}
    assert np.isnan(overlap(make_seen({"people": people, "offences": of_others}))["value"])


def test_violence_at_an_age_is_for_a_thousand_person_years():
    people = {"resident": np.arange(4), "age": [20, 20, 70, 70]}
    feelings = {"resident": np.arange(4), "n_days": [365, 0, 365, 365]}
    offences = {"type": [ASSAULT, ROBBERY, ASSAULT, THEFT, DISORDER], "victim": [0, 1, 2, 0, -1]}
    numbers = violence_by_age(make_seen({"people": people, "feelings": feelings, "offences": offences}))
    assert numbers["young"] == pytest.approx(2000)
    assert numbers["old"] == pytest.approx(500)


def test_a_new_tenant_is_not_hit_again():
    people = {"resident": np.arange(3), "age": [30, 40, 8]}
    offences = {
        "type": ASSAULT,
        "victim": [0, 0, 1, 1, 2, 2],
        "victim_key": np.array([BIG_KEY, BIG_KEY, 5, 6, 7, 7], np.uint64),
    }
    again = violence_again(make_seen({"people": people, "offences": offences}))
    assert again["value"] == pytest.approx(100 / 3)  # one of three persons; the child is not asked


def days(*counts):
    """Give a time at noon of each day of 2014, as often as its quarter of the year says."""
    month = (np.datetime64("2014-01-01") + np.arange(365)).astype("datetime64[M]").astype(int) % 12
    times = np.array(counts)[(month + 1) % 12 // 3]
    return np.repeat(np.arange(365) * DAY_MIN + 720.0, times)


def test_winter_begins_in_december():
    t = days(8, 1, 10, 1)
    numbers = seasons(make_seen({"offences": {"type": BURGLARY, "t": t}}))
    assert numbers["burglary"] == pytest.approx(-20.0)
    numbers = seasons(make_seen({"offences": {"type": ASSAULT, "t": days(4, 5, 6, 5)}}))
    assert numbers["assault_range"] == pytest.approx(40.0)
    assert np.isnan(numbers["burglary"])


def test_seasons_that_do_not_differ_have_no_range_on_average_though_a_plain_range_would():
    rng = np.random.default_rng(2)
    ranges, plain = [], []
    for _ in range(60):
        t = rng.uniform(0, 365 * DAY_MIN, 1000)
        ranges.append(seasons(make_seen({"offences": {"type": ASSAULT, "t": t}}))["assault_range"])
        quarter = np.bincount((t / (91.25 * DAY_MIN)).astype(int), minlength=4)
        plain.append(100 * (quarter.max() - quarter.min()) / quarter.mean())
    assert abs(np.mean(ranges)) < 3.5
    assert np.mean(plain) > 10


def test_the_hour_of_a_peak_is_on_the_clock_and_counts_on_after_midnight():
    share = np.full(24, 1 / 24)
    share[[23, 0, 1]] *= 2
    assert find_peak(share)[0] == 24
    share = np.full(24, 1 / 24)
    share[[14, 15, 16]] *= 2
    hour, at_peak = find_peak(share)
    assert (hour, at_peak) == (15, pytest.approx(2 / 24))
    t = np.repeat(np.arange(365) * DAY_MIN, 2) + np.tile([6 * 60.0, 22 * 60.0 + 59], 365)
    numbers = by_hour(make_seen({"incidents": {"type": ASSAULT, "t": t}, "calls": {"t_call": t, "discovered": 0}}))
    assert numbers["assault_at_6_share"] == pytest.approx(50.0)
    assert numbers["calls_at_4_share"] == 0
    assert np.isnan(numbers["robbery_peak_h"])


def test_one_hour_in_a_few_hundred_events_is_no_peak():
    rng = np.random.default_rng(4)
    even = [rng.multinomial(500, np.full(24, 1 / 24)) / 500 for _ in range(200)]
    of_three = np.mean([find_peak(share)[1] for share in even])
    assert of_three < 1.3 / 24 < 1.4 / 24 < np.mean([share.max() for share in even])


def test_a_weekend_is_from_friday_evening_to_monday_morning():
    # 2014 begins on a Wednesday: hour 0 of the run is hour 48 of the week.
    hour = np.arange(365 * 24)
    of_week = (hour + 48) % 168
    weekend = (of_week >= 114) | (of_week < 6)
    t = np.repeat(hour * 60.0, np.where(weekend, 3, 2))
    assert by_weekday(make_seen({"incidents": {"type": ASSAULT, "t": t}}))["assault_weekend"] == pytest.approx(1.5)


def test_burglaries_of_shops_are_not_of_homes():
    hour = np.arange(365 * 24)
    working = (hour + 48) % 168 < 120
    t = np.repeat(hour * 60.0, np.where(working, 5, 4))
    cause = np.arange(len(t), dtype=np.uint64) + np.uint64(1)
    shops = {"t": hour * 60.0 + 1, "type": BURGLARY, "cause": np.uint64(10**9) + hour.astype(np.uint64)}
    incidents = {name: np.append(np.broadcast_to(own, len(t)), np.broadcast_to(shops[name], len(hour)))
                 for name, own in (("t", t), ("type", BURGLARY), ("cause", cause))}  # fmt: skip
    offences = {"cause": incidents["cause"], "victim": np.append(np.zeros(len(t)), np.full(len(hour), -1))}
    numbers = by_weekday(make_seen({"incidents": incidents, "offences": offences}))
    assert numbers["burglary_working_days"] == pytest.approx(1.25)
