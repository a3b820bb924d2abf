"""A baseline keeps what it must, throws the rest by its rule, and is found out where a pattern needs people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up_run import N_SEGMENTS, make_seen

from sim.clock import DAY_MIN
from sim.observation import brief
from sim.outcomes.near_repeats import measure_repeat_timing
from sim.params import BURGLARY
from sim.policies.maps.self_exciting import SelfExciting
from sim.report.card.text import describe_card
from sim.report.page import Table
from sim.statistics.estimates import Estimate
from sim.validation import baselines
from sim.validation.asking import Answer, plan_jobs
from sim.validation.baselines import AGAINST, BASELINES, draw_process, name_of, under
from sim.validation.card import Card, by_fact, judge
from sim.validation.claim import load_claims
from sim.validation.claims import hours, places, repeats

N = 2000
RNG = np.random.default_rng(3)
CAUSE = np.arange(1, N + 1)
KIND = np.arange(N) % 5
PLACE = np.where(np.arange(N) % 2, 7, RNG.integers(0, N_SEGMENTS, N))  # half of all on one street
TIME = np.sort(RNG.uniform(0, 300, N)) // 1 * DAY_MIN + 22 * 60.0  # all at 22 h
ON_RECORD = np.arange(N) % 3 == 0
SEEN = make_seen(
    {
        "offences": {"cause": CAUSE, "t": TIME, "type": KIND, "segment": PLACE, "home": PLACE},
        "incidents": {
            "cause": CAUSE[ON_RECORD], "t": TIME[ON_RECORD], "t_recorded": TIME[ON_RECORD] + 60.0,
            "type": KIND[ON_RECORD], "true_type": KIND[ON_RECORD], "segment": PLACE[ON_RECORD],
        },
        "calls": {"t_call": TIME[:5], "segment": PLACE[:5]},
    }
)  # fmt: skip


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_baseline_keeps_numbers_persons_and_records_and_gives_other_places(baseline):
    thrown = under(SEEN, baseline)
    before, after = SEEN.tables["offences"], thrown.tables["offences"]
    for column in ("cause", "type", "home"):
        assert (before[column].to_numpy() == after[column].to_numpy()).all()
    assert (before["segment"] != after["segment"]).mean() > 0.3
    assert after["t"].between(0, 365 * DAY_MIN).all()
    place = after.set_index("cause")[["segment", "t"]]
    records = thrown.tables["incidents"]
    assert (place.loc[records["cause"]].to_numpy() == records[["segment", "t"]].to_numpy()).all()
    assert len(thrown.tables["calls"]) == 0
    again = under(SEEN, baseline).tables["offences"]["segment"]
    assert (again.to_numpy() == after["segment"].to_numpy()).all()
    other_seed = under(replace(SEEN, seed=2), baseline).tables["offences"]["segment"]
    assert (other_seed.to_numpy() != after["segment"].to_numpy()).any()


def test_streets_dealt_anew_keep_counts_and_times():
    before, after = (one.tables["incidents"] for one in (SEEN, under(SEEN, "dealt_anew")))
    counts = [sorted(np.bincount(table["segment"], minlength=N_SEGMENTS)) for table in (before, after)]
    assert counts[0] == counts[1]
    assert (before["t"].to_numpy() == after["t"].to_numpy()).all()
    assert all("dealt_anew" not in AGAINST[name] for name in ("places.recorded", "hours.by_hour"))


def test_maps_throw_by_their_weights():
    opportunity = SEEN.world.state.segments["opportunity"][:, BURGLARY].astype(float)
    offences = under(SEEN, "no_person").tables["offences"]
    mine = np.bincount(offences.loc[offences["type"] == "burglary", "segment"], minlength=N_SEGMENTS)
    expected = mine.sum() * opportunity / opportunity.sum()
    assert ((mine - expected) ** 2 / np.maximum(expected, 0.2)).sum() < 3 * N_SEGMENTS
    of_records = under(SEEN, "first_half").tables["offences"]["segment"]
    early = SEEN.tables["incidents"]
    early = set(early.loc[early["t"] < 182.5 * DAY_MIN, "segment"])
    assert set(of_records) <= early
    assert (of_records == 7).mean() == pytest.approx(0.5, abs=0.08)


def test_a_map_without_people_loses_a_peak_of_the_hour_and_concentration():
    thrown = under(SEEN, "land_use")
    assert hours.by_hour(SEEN)["robbery_peak_share"] == pytest.approx(100 / 3)
    assert hours.by_hour(thrown)["robbery_peak_share"] < 12
    assert np.isnan(hours.by_hour(thrown)["calls_peak_h"])
    assert places.recorded(SEEN)["quarter"] < 0.5 * places.recorded(thrown)["quarter"]


def test_a_process_that_excites_itself_has_repeats_and_one_that_does_not_has_none():
    city, n, end = brief(SEEN.world), 3000, 365 * DAY_MIN
    even = np.ones(N_SEGMENTS)
    ratio = {}
    for own in (0.0, 0.5):
        process = SelfExciting(own=own, near=0.0, decay_days=5.0)
        place, t = draw_process(city, process, even, n=n, end=end, rng=np.random.default_rng(1))
        assert len(place) == len(t) == n
        assert t.max() < end
        ratio[own] = float(measure_repeat_timing(place, t, time_edges_days=(0.0, 7.0), n_permutations=99).ratio[0, 0])
    assert ratio[0.0] == pytest.approx(1.0, abs=0.1)
    assert ratio[0.5] > 1.3


def test_triggered_next_door_is_next_door():
    city = brief(SEEN.world)
    process = SelfExciting(own=0.0, near=0.9, decay_days=1.0)
    place, _ = baselines._next_generation(city, process, np.full(500, 7), np.zeros(500), np.random.default_rng(1))
    assert set(place) == set(city.neighbours[city.neighbours_start[7] : city.neighbours_start[8]].tolist())
    assert len(place) == pytest.approx(450, abs=70)


def test_near_repeats_are_lost_on_streets_dealt_anew():
    # Pairs of burglaries a day apart on two streets that meet, which a permutation tears apart.
    city = brief(SEEN.world)
    first = np.flatnonzero(np.diff(city.neighbours_start) > 0)[:60]
    second = city.neighbours[city.neighbours_start[first]]
    place, t = np.concatenate([first, second]), np.tile(np.linspace(1, 360, 60) * DAY_MIN, 2)
    columns = {"cause": np.arange(1, 121), "type": BURGLARY, "segment": place, "t": t}
    pairs = make_seen({"offences": columns, "incidents": columns})
    near = [repeats.burglary_near_repeats(one) for one in (pairs, under(pairs, "dealt_anew"))]
    sums = [sum(v for k, v in one.items() if k.startswith("observed") and "far" not in k) for one in near]
    assert sums[0] > 2 * max(sums[1], 1)


def test_every_function_that_is_held_against_baselines_is_one_that_a_claim_names():
    named = {f"{claim.family}.{claim.observe}" for claim in load_claims().claims.values()}
    assert set(AGAINST) <= named
    jobs = plan_jobs(load_claims().only(["places"]), quick=True)
    assert {one[2] for job in jobs for one in job.baselines()} == set(AGAINST["places.recorded"])


def test_the_card_says_which_baseline_meets_the_band_too():
    claims = load_claims().only(["concentration"])
    good, bad = ({"half": v, "quarter": 1.0, "gini_beyond_chance": 0.3} for v in (4.0, 20.0))
    answers = [
        Answer("whole_city", seed, {"places.recorded": good | {"half": 4.0 + 0.01 * seed}}
               | {name_of("places.recorded", one): (good if one == "no_person" else bad) | {"gini_beyond_chance": 0.0}
                  for one in AGAINST["places.recorded"]})
        for seed in range(3)
    ]  # fmt: skip
    verdicts = {one.claim.key: one for one in judge(claims, answers)}
    assert verdicts["half_of_crime"].as_well_by == ["no_person"]
    assert verdicts["half_of_crime"].baselines["land_use"] == Estimate(20.0, 20.0, 20.0)
    card = Card(tuple(by_fact(verdicts.values())), "new_haven", {}, True, "m", "now", {})
    for lang, says in (("en", "explained as well by: opportunity alone"), ("zh", "仅有机会、没有人")):
        rows = [row for one in describe_card(card, lang) if isinstance(one, Table) for row in one.rows]
        assert any(says in cell for row in rows for cell in row), lang
    content = card.as_json()["facts"][0]["claims"][0]
    assert content["as_well_by"] == ["no_person"]
