import numpy as np
import pandas as pd
import pytest

from sim.ledger.columns import frame_of
from sim.outcomes.questionnaire import People, ask_residents, tick_contacts, tick_point
from sim.outcomes.survey import publish_index, publish_run, tabulate_waves
from sim.scenarios.people import Survey
from sim.statistics.estimates import mean_estimate, rate_ratio, share_estimate

EXACT = {"survey_response": 1.0, "likert_noise": 0.0, "door_kindness": 0.0}
"""Everybody answers, and says what is felt."""
AT_RANDOM = {"response_by_age": 0.0, "response_by_security": 0.0, "door_response": 0.0}
"""Who does not answer is like who does."""


def people(n=5000, security=0.65, seed=0, n_strata=1):
    rng = np.random.default_rng(seed)
    feel = [np.clip(rng.normal(level, 0.16, n), 0, 1).astype(np.float32) for level in (security, 0.62, 0.6, 0.3)]
    stratum = np.zeros(n, np.int32) if n_strata == 1 else rng.choice(n_strata, n, p=unequal(n_strata)).astype(np.int32)
    return People(
        np.arange(n),
        np.arange(n, dtype=np.uint64) * 7 + 3,
        rng.integers(0, 90, n).astype(np.uint8),
        stratum,
        *feel,
        np.zeros(n, np.float32),
    )


def unequal(n):
    return np.arange(1, n + 1) / np.arange(1, n + 1).sum()


def ask(who, **changes):
    """Ask, and give the table as a reader of the ledger gets it."""
    how = {name: changes.pop(name) for name in ("seed", "wave", "day", "allocate") if name in changes}
    rows = ask_residents(who, **({"seed": 1, "wave": 0} | how), survey=Survey(**changes))
    return frame_of("answers", rows)


def test_points_are_fifths_of_the_scale():
    felt = np.array([-0.3, 0.0, 0.19, 0.2, 0.59, 0.6, 0.99, 1.0, 1.4])
    assert tick_point(felt).tolist() == [1, 1, 1, 2, 3, 4, 5, 5, 5]


def test_a_contact_is_remembered_for_a_year():
    faded = np.exp(-np.array([0.0, 200.0, 364.0, 366.0]) / 365.0).astype(np.float32)
    assert tick_contacts(faded).tolist() == [2, 2, 2, 1]
    assert tick_contacts(np.array([0.0, 1.0, 2.0, 3.0, 5.0, 6.0], np.float32)).tolist() == [1, 2, 3, 4, 4, 5]


def test_everybody_asked_and_sure_of_themselves_gives_the_truth():
    who = people(1000, n_strata=4)
    adult = who.age >= 16
    found = publish_index(ask(who, survey_sample=1000, **EXACT))
    assert found.n_answered == found.n_invited == adult.sum()
    assert found.safe.value == pytest.approx((who.security[adult] >= 0.6).mean())
    assert found.safe.low == pytest.approx(found.safe.high)  # no sampling error is left


def test_the_sample_is_in_proportion_to_the_districts_and_weights_give_their_sizes():
    who = people(20_000, n_strata=5)
    answers = ask(who)
    adult = who.stratum[who.age >= 16]
    assert len(answers) == 800
    sizes = answers.groupby("stratum")["weight"].sum()
    assert sizes.to_numpy() == pytest.approx(np.bincount(adult))
    assert answers["stratum"].value_counts(sort=False).sort_index().to_numpy() == pytest.approx(
        800 * np.bincount(adult) / len(adult), abs=1
    )


def test_who_feels_safe_and_who_is_old_answer_more_often():
    who = people(40_000)
    answers = ask(who, survey_sample=20_000)
    answered = answers["answered"].to_numpy() > 0
    security, age = (column[answers["resident"].to_numpy()].astype(float) for column in (who.security, who.age))
    assert 0.5 < answered.mean() < 0.75
    assert security[answered].mean() > security[~answered].mean() + 0.005
    assert age[answered].mean() > age[~answered].mean() + 2
    items = ["security", "satisfaction", "trust", "contact", "awareness"]
    assert (answers.loc[~answered, items] == 0).all().all()
    assert (answers.loc[answered, items] >= 1).all().all()


def test_at_the_door_fewer_refuse_and_the_police_are_judged_kindly():
    answers = ask(people(40_000), survey_sample=20_000, survey_at_door=0.5, door_kindness=0.1)
    by_mode = answers.groupby("mode", observed=True)["answered"].mean()
    assert by_mode["door"] > by_mode["telephone"] + 0.05
    given = (
        answers[answers["answered"] > 0].groupby("mode", observed=True)[["satisfaction", "trust", "awareness"]].mean()
    )
    kinder = given.loc["door"] - given.loc["telephone"]
    assert kinder["satisfaction"] > 0.2
    assert kinder["trust"] > 0.2
    assert abs(kinder["awareness"]) < 0.1


def test_the_same_people_are_asked_whatever_they_feel():
    before, after = (ask(people(security=s), wave=4, survey_sample=300) for s in (0.4, 0.8))
    assert before["resident"].equals(after["resident"])
    both = (before["answered"] > 0) & (after["answered"] > 0)
    assert (after["security"] >= before["security"])[both].all()
    other_wave = ask(people(), wave=5, survey_sample=300)
    assert set(other_wave["resident"]) != set(before["resident"])


def test_renumbering_residents_changes_nothing_else():
    who = people(2000, n_strata=3)
    shuffle = np.random.default_rng(1).permutation(2000)
    moved = People(*(column[shuffle] for column in who))
    plain, mixed = (ask(p, survey_sample=300) for p in (who, moved))
    assert set(plain["resident"]) == set(mixed["resident"])  # the number of a resident moves with the row
    assert plain["trust"].sum() == mixed["trust"].sum()


def test_waves_are_listed_with_their_mean_over_the_run():
    who = people()
    answers = pd.concat([ask(who, wave=wave, day=30 * wave + 29) for wave in range(12)])
    table = tabulate_waves(answers)
    assert table.index.tolist() == [*map(str, range(12)), "all"]
    assert table.loc["3", "day"] == 119
    assert table.loc["all", "safe_pct"] == pytest.approx(table["safe_pct"].iloc[:12].mean())
    width = table["safe_high"] - table["safe_low"]
    assert width["all"] == pytest.approx(width.iloc[:12].mean() / np.sqrt(12), rel=0.05)
    run = publish_run(answers)
    assert 100 * run.aware.value == pytest.approx(table.loc["all", "aware_pct"])
    assert run.n_invited == len(answers)


def test_a_town_without_adults_gives_no_index():
    child = people(10)._replace(age=np.full(10, 5, np.uint8))
    found = publish_index(ask(child))
    assert found.n_invited == 0
    assert np.isnan(found.safe.value)
    assert np.isnan(publish_run(ask(child)).safe.value)


# What intervals promise: over many samples of one population they cover its true share in about 95 %.
N_SAMPLES = 250
ENOUGH = (0.92, 0.98)
"""Two and a quarter standard errors of the share of 250 samples around 95 %."""


def town():
    """A town whose districts differ much, and whose old feel safer than its young."""
    rng = np.random.default_rng(5)
    who = people(6000, n_strata=6, seed=2)
    level = np.linspace(0.35, 0.8, 6)[who.stratum] + 0.002 * (who.age.astype(float) - 45)
    feel = {name: np.clip(rng.normal(level, 0.15), 0, 1).astype(np.float32) for name in ("security", "trust")}
    return who._replace(**feel)


TOWN = town()
ADULT = TOWN.age >= 16
REGISTER = pd.DataFrame({"resident": TOWN.resident, "age": TOWN.age})


def equal(n, sizes):
    """Invite as many in a small district as in a large one."""
    return np.minimum(n // len(sizes), sizes)


def covered(item, name, publish, **how):
    """Give the share of samples whose interval holds the true share, and the mean published share."""
    truth = (getattr(TOWN, item)[ADULT] >= 0.6).mean()
    found = [getattr(publish(ask(TOWN, seed=3, wave=wave, **how)), name) for wave in range(N_SAMPLES)]
    hits = [one.low <= truth <= one.high for one in found]
    return np.mean(hits), np.mean([one.value for one in found]) - truth


def weighted_to_ages(answers):
    return publish_index(answers, people=REGISTER)


def ignoring_weights(answers):
    """The broken office: every answer counts the same, however many it stands for."""
    return publish_index(answers.assign(weight=1.0))


def as_simple_random(answers):
    """The other broken office: it knows the weights, and takes the sample for one of a single stratum."""
    given = answers[answers["answered"] > 0]
    weight = given["weight"] / given["weight"].sum()
    share = float((weight * (given["security"] >= 4)).sum())
    estimate = share_estimate(share * len(given), len(given))
    return publish_index(answers)._replace(safe=estimate)


@pytest.mark.parametrize("publish", [publish_index, weighted_to_ages])
@pytest.mark.parametrize(
    "how",
    [
        {"survey_sample": 360},
        {"survey_sample": 360, "allocate": equal},
        {"survey_sample": 3000, "allocate": equal},  # more than half of the town: the finite population tells
        {"survey_sample": 360, "allocate": equal, "survey_response": 0.6, **AT_RANDOM},
    ],
)
def test_intervals_cover_the_truth_where_nobody_is_missed_for_a_reason(publish, how):
    share, off = covered("security", "safe", publish, **(EXACT | how))
    assert ENOUGH[0] <= share <= ENOUGH[1]
    assert abs(off) < 0.005


def test_an_office_that_ignores_its_weights_is_found_out():
    share, off = covered("security", "safe", ignoring_weights, **EXACT, survey_sample=360, allocate=equal)
    assert share < 0.5
    assert off < -0.05  # the small districts, which feel least safe, count too much


def test_intervals_of_a_simple_random_sample_are_too_wide_for_a_stratified_one():
    share, _ = covered("security", "safe", as_simple_random, **EXACT, survey_sample=1500)
    assert share > 0.985


def test_age_groups_of_the_register_mend_who_answers_by_age():
    biased = AT_RANDOM | {"survey_response": 0.5, "response_by_age": 1.5}
    plain, by_age = (
        covered("security", "safe", publish, **(EXACT | biased), survey_sample=900)
        for publish in (publish_index, weighted_to_ages)
    )
    assert plain[1] > 0.02  # the old answer more often, and feel safer
    assert abs(by_age[1]) < 0.5 * plain[1]
    assert plain[0] < by_age[0]


@pytest.mark.parametrize(
    ("item", "name", "bias", "least"),
    [
        ("security", "safe", {"survey_response": 0.5, "response_by_security": 5.0}, 0.05),
        ("trust", "trusting", {"survey_at_door": 1.0, "door_kindness": 0.1}, 0.1),
        ("security", "safe", {"survey_response": 0.5, "response_by_age": 1.5}, 0.02),
    ],
)
def test_bias_moves_the_index_where_it_should_and_no_interval_knows(item, name, bias, least):
    share, off = covered(item, name, publish_index, **(EXACT | AT_RANDOM | bias), survey_sample=900)
    assert off > least
    assert share < 0.8


def test_a_kind_answer_at_the_door_says_nothing_of_safety():
    share, off = covered("security", "safe", publish_index, **(EXACT | {"survey_at_door": 1.0, "door_kindness": 0.1}))
    assert ENOUGH[0] <= share <= ENOUGH[1]
    assert abs(off) < 0.005


def test_intervals_at_the_edges():
    assert share_estimate(0, 10).low == 0.0
    assert 0.2 < share_estimate(0, 10).high < 0.4
    assert share_estimate(5, 10) == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)  # Wilson, as tabulated
    assert rate_ratio(0, 20).high < 1
    assert np.isnan(rate_ratio(0, 0).value)
    assert mean_estimate(np.array([1.0, 2.0, 3.0])) == pytest.approx((2.0, -0.4841, 4.4841), abs=1e-3)
    assert np.isnan(mean_estimate(np.array([1.0])).low)
