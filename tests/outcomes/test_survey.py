import numpy as np
import pytest

from sim.outcomes.estimates import mean_estimate, rate_ratio, share_estimate
from sim.outcomes.survey import People, ask_residents, publish_index, tick_point
from sim.scenarios.people import Survey


def people(n=5000, security=0.65, seed=0):
    rng = np.random.default_rng(seed)
    feel = [np.clip(rng.normal(level, 0.16, n), 0, 1).astype(np.float32) for level in (security, 0.62, 0.6)]
    return People(np.arange(n, dtype=np.uint64) * 7 + 3, rng.integers(0, 90, n).astype(np.uint8), *feel)


def test_points_are_fifths_of_the_scale():
    assert tick_point(np.array([-0.3, 0.0, 0.19, 0.2, 0.59, 0.6, 0.99, 1.0, 1.4])).tolist() == [
        1,
        1,
        1,
        2,
        3,
        4,
        5,
        5,
        5,
    ]


def test_everybody_asked_and_sure_of_themselves_gives_the_truth():
    who = people(1000)
    survey = Survey(survey_sample=1000, survey_response=1.0, likert_noise=0.0)
    adult = who.age >= 16
    found = publish_index(ask_residents(who, seed=1, wave=0, survey=survey), n_population=int(adult.sum()))
    assert found.n_answered == found.n_invited == adult.sum()
    assert found.security.value == pytest.approx((who.security[adult] >= 0.6).mean())
    assert found.security.low == pytest.approx(found.security.high)  # no sampling error is left


def test_interval_covers_the_truth():
    who = people()
    adult = who.age >= 16
    truth = (who.trust[adult] >= 0.6).mean()
    survey = Survey(survey_sample=400, survey_response=1.0, likert_noise=0.0)
    hits = 0
    for wave in range(300):
        index = publish_index(ask_residents(who, seed=2, wave=wave, survey=survey), n_population=int(adult.sum()))
        hits += index.trust.low <= truth <= index.trust.high
    assert 275 <= hits <= 297  # 285 expected


def test_who_feels_safe_answers_more_often():
    who, survey = people(40_000), Survey(survey_sample=20_000)
    answers = ask_residents(who, seed=1, wave=0, survey=survey)
    answered = answers["answered"].to_numpy()
    security = who.security[answers["person"].to_numpy()]
    assert 0.5 < answered.mean() < 0.7
    assert security[answered].mean() > security[~answered].mean() + 0.005
    assert (answers.loc[~answers["answered"], ["security", "satisfaction", "trust"]] == 0).all().all()


def test_the_same_people_are_asked_whatever_they_feel():
    survey = Survey(survey_sample=300)
    before, after = (ask_residents(people(security=s), seed=1, wave=4, survey=survey) for s in (0.4, 0.8))
    assert before["person"].equals(after["person"])
    assert (after["security"] >= before["security"])[before["answered"] & after["answered"]].all()
    other_wave = ask_residents(people(), seed=1, wave=5, survey=survey)
    assert set(other_wave["person"]) != set(before["person"])


def test_renumbering_residents_changes_nothing_else():
    who = people(2000)
    shuffle = np.random.default_rng(1).permutation(2000)
    moved = People(*(column[shuffle] for column in who))
    survey = Survey(survey_sample=300)
    plain, mixed = (ask_residents(p, seed=1, wave=0, survey=survey) for p in (who, moved))
    assert set(who.key[plain["person"]]) == set(moved.key[mixed["person"]])
    assert plain["trust"].sum() == mixed["trust"].sum()


def test_a_town_without_adults_gives_no_index():
    child = people(10)._replace(age=np.full(10, 5, np.uint8))
    found = publish_index(ask_residents(child, seed=1, wave=0, survey=Survey()), n_population=0)
    assert found.n_invited == 0
    assert np.isnan(found.security.value)


def test_intervals_at_the_edges():
    assert share_estimate(0, 10).low == 0.0
    assert 0.2 < share_estimate(0, 10).high < 0.4
    assert share_estimate(5, 10) == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)  # Wilson, as tabulated
    assert rate_ratio(0, 20).high < 1
    assert np.isnan(rate_ratio(0, 0).value)
    assert mean_estimate(np.array([1.0, 2.0, 3.0])) == pytest.approx((2.0, -0.4841, 4.4841), abs=1e-3)
    assert np.isnan(mean_estimate(np.array([1.0])).low)
