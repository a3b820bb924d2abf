"""The answer of a brief in words: what is said follows from the numbers, and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.policies.contract.registry import policy_class, policy_names
from sim.report.brief.names import spoken_name
from sim.report.brief.numbers import UNITS, Effect, say_ends, say_number
from sim.report.brief.sections import runs_needed
from sim.report.brief.sentence import answer_sentence, best_on_crime

NOTHING = {
    key: Effect(key, "hotspot", 100.0, 0.1, -1.0, 1.2, "unclear", 6) for key in UNITS
}  # fmt: skip
FEWER = Effect("crime", "hotspot", 197.0, -13.4, -15.9, -11.2, "better", 10)


def effects(**changed):
    return {key: replace(one, n_pairs=10) for key, one in NOTHING.items()} | changed


def never(one, other):
    raise AssertionError((one, other))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"), (0.04, "0"), (0.36, "0.4"), (6.66, "6.7"), (13.4, "13"), (161.2, "160"), (14925.0, "15,000"),
        (9.96, "10"),
    ],
)  # fmt: skip
def test_numbers_are_rounded_as_one_would_say_them(value, said):
    assert say_number(value) == said


def test_ends_are_sizes_the_smaller_first():
    assert say_ends(FEWER) == ("11", "16")


def test_one_option_is_told_clause_by_clause():
    stops = Effect("stops", "hotspot", 100.0, 12.9, 10.9, 14.9, "worse", 10)
    said = answer_sentence({"hotspot": effects(crime=FEWER, stops=stops)}, "reactive", "en", never)
    assert said.startswith(
        "Hot-spot patrol would mean about 13 fewer offences a month here (11 to 16), people would feel"
    )
    assert "13 more people a month would be stopped in the street" in said
    assert said.endswith("We are fairly sure of the direction, not of the size.")


def test_what_may_be_chance_is_not_told_as_a_change():
    said = answer_sentence({"hotspot": effects()}, "reactive", "en", never)
    assert "cannot be told from chance (−1 to +1.2 a month)" in said
    assert "On crime, nothing can be told from chance after 10 runs." in said
    assert "stopped" not in said
    assert "fairly sure" not in said


def test_one_run_each_gives_no_answer():
    one = {key: replace(value, n_pairs=1) for key, value in effects(crime=FEWER).items()}
    assert answer_sentence({"hotspot": one}, "reactive", "en", never).startswith("One run each tells nothing")


def test_few_runs_make_nobody_fairly_sure():
    few = {key: replace(one, n_pairs=3) for key, one in effects(crime=FEWER).items()}
    assert answer_sentence({"hotspot": few}, "reactive", "en", never).endswith("run at least six seeds.")
    both = {"hotspot": few, "grid": {key: replace(one, n_pairs=3) for key, one in effects().items()}}
    said = answer_sentence(both, "reactive", "en", lambda one, other: True)
    assert "After only 3 runs even the direction may be chance" in said
    assert "fairly sure" not in said


def test_a_difference_smaller_than_is_printed_is_told_as_none():
    safe = Effect("safe", "hotspot", 70.0, 0.003, 0.001, 0.005, "tiny", 10)
    assert "people would feel as safe as now" in answer_sentence(
        {"hotspot": effects(crime=FEWER, safe=safe)}, "reactive", "en", never
    )


def test_the_best_of_many_is_named_alone_only_where_chance_lets_us_choose():
    grid = replace(FEWER, strategy="grid", difference=-11.7, low=-13.7, high=-9.7)
    both = {"grid": effects(crime=grid), "hotspot": effects(crime=FEWER), "posts": effects()}
    assert best_on_crime(both, lambda one, other: True) == ["hotspot"]
    assert best_on_crime(both, lambda one, other: False) == ["hotspot", "grid"]
    tied = answer_sentence(both, "reactive", "en", lambda one, other: False)
    assert "hot-spot patrol or grid policing, between which chance does not let us choose" in tied
    alone = answer_sentence(both, "reactive", "en", lambda one, other: True)
    assert alone.startswith("Of 3 ways compared with random patrol between calls, crime would fall most with hot-spot")


def test_where_no_option_lowers_crime_clearly_none_is_named():
    worse = replace(FEWER, strategy="posts", difference=13.4, low=11.2, high=15.9, verdict="worse")
    said = answer_sentence({"posts": effects(crime=worse), "grid": effects()}, "reactive", "en", never)
    assert "none lowers crime by more than chance explains" in said


def test_who_would_be_most_and_least_satisfied_is_told_where_it_is_clear():
    up = Effect("satisfied", "grid", 60.0, 6.7, 6.4, 7.0, "better", 10)
    down = Effect("satisfied", "posts", 60.0, -21.8, -22.7, -21.0, "worse", 10)
    both = {"grid": effects(satisfied=up), "posts": effects(satisfied=down)}
    said = answer_sentence(both, "reactive", "en", never)
    assert "rise most with grid policing: 6.7 more in a hundred (6.4 to 7); it would fall most with fixed posts" in said
    assert "Satisfaction would not clearly rise with any" in answer_sentence(
        {"grid": effects(), "letters": effects()}, "reactive", "en", never
    )


def test_runs_that_would_tell_follow_from_the_interval():
    one = Effect("crime", "hotspot", 100.0, 1.0, -1.0, 3.0, "unclear", 10)
    assert runs_needed(one) == 40  # half of the width is twice the difference
    assert runs_needed(replace(one, difference=0.0)) > 1000


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_strategies_are_called_as_people_say_them(lang):
    assert spoken_name("reactive until 2014-10-01 then hotspot + mediation", lang) in {
        "hot-spot patrol with settling quarrels", "热点巡逻加纠纷调解",
    }  # fmt: skip
    assert "dwell=5" in spoken_name("hotspot(dwell=5)", lang)
    assert spoken_name("my_own", lang) == "my_own"


def test_every_strategy_of_the_package_has_a_name():
    own = [name for name in policy_names() if policy_class(name).__module__.startswith("sim.policies.")]
    assert len(own) >= 18
    assert all("_" not in spoken_name(name, "en") for name in own)
