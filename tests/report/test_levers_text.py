"""What the page of a study of levers says, of runs whose effects are known."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest

from sim.batch.levers import ACTS_THROUGH, LeverStudy
from sim.outcomes.measures import MEASURES
from sim.report.levers.text import (
    describe_levers,
    levers_head,
    levers_note,
    measures_told,
    moving,
    panels_of,
    shows_line,
    through_lines,
)
from sim.scenarios.scenario import load_scenario
from sim.statistics.factorial import tabulate_effects

LEVERS = ("grid", "appraisal")
LABEL = MEASURES["hollow_visits_pct"].label("en")


def study_of(hollow=-40.0, together=0.0, seeds=6, **changes):
    """Make a study in which an honest appraisal ends hollow visits, alone or with cells; all else is chance."""
    rng = np.random.default_rng(1)
    rows = []
    for seed, (grid, appraisal) in product(range(seeds), product((0, 1), repeat=2)):
        row = {name: 10.0 + rng.normal(0, 0.5) for name in MEASURES}
        row["hollow_visits_pct"] = 60.0 + hollow * appraisal + together * grid * appraisal + rng.normal(0, 0.2)
        row["checks_per_1000"] = 0.0
        rows.append({"policy": f"{grid}{appraisal}", "seed": seed, "grid": grid, "appraisal": appraisal, **row})
    runs = pd.DataFrame(rows)
    effects = tabulate_effects(runs, switches=LEVERS, measures=list(MEASURES))
    scenario = load_scenario("zhengzhou").replace({"n_days": 1369})
    return LeverStudy(scenario, "reform", LEVERS, tuple(range(seeds)), 1004, runs, effects, {}, **changes)


def test_a_lever_that_acts_is_told_by_what_it_acts_through():
    study = study_of()
    assert LABEL in shows_line(study, "appraisal")
    line = next(one for one in through_lines(study, "appraisal") if one.name == LABEL)
    assert line.verdict == "better"
    assert float(line.ends.split(" / ")[0]) == pytest.approx(60.0, abs=0.5)
    assert float(line.main) == pytest.approx(-40.0, abs=0.5)
    assert 95 <= float(line.share.removesuffix(" %")) <= 105
    assert LABEL not in shows_line(study, "grid")


def test_a_lever_that_does_nothing_shows_nowhere_and_the_page_says_so():
    study = study_of(hollow=0.0)
    effects = study.effects.copy()
    effects.loc[effects["effect"] == "shapley", ["low", "high"]] = (-1.0, 1.0)  # no chance finding of twenty
    quiet = replace(study, effects=effects)
    assert "shows in none of these" in shows_line(quiet, "grid")
    assert "未显现" in shows_line(quiet, "grid", lang="zh")
    assert "shows in none of these" in describe_levers(quiet)


def test_what_two_do_together_is_halved_between_them_in_the_parts_and_told_as_a_pair():
    study = study_of(hollow=-20.0, together=-20.0)
    lines = describe_levers(replace(study, shown=("hollow_visits_pct",))).splitlines()
    pair = next(line for line in lines if line.startswith("| grid × appraisal"))
    assert float(pair.split("|")[2]) == pytest.approx(-20.0, abs=0.6)
    own = next(one for one in through_lines(study, "appraisal") if one.name == LABEL)
    assert float(own.shapley) == pytest.approx(-30.0, abs=0.5)


def test_a_measure_that_stands_still_has_no_table_but_a_line():
    study = study_of()
    page = describe_levers(study)
    assert f"## {MEASURES['checks_per_1000'].label('en')}" not in page
    assert "the same in every run: Identity checks, 0.0" in page
    assert "checks_per_1000" not in moving(study, study.shown)
    assert "checks_per_1000" in measures_told(study)
    assert "checks_per_1000" not in panels_of(study)
    assert ACTS_THROUGH["grid"][0] in panels_of(study)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_head_says_from_when_on_it_is_measured(lang):
    plain, dated = study_of(), study_of(since=date(2014, 10, 1))
    assert "2014-10-01" not in levers_head(plain, lang)
    head, since = levers_head(dated, lang).split("\n")
    assert "365" in head
    assert "2014-10-01" in since
    assert "1004" in since


def test_chance_is_counted_over_all_intervals_of_the_page():
    outcomes = len(moving(study_of(), study_of().shown))
    through = sum(2 * len(moving(study_of(), ACTS_THROUGH[lever])) for lever in LEVERS)
    assert f"Of the {5 * outcomes + through} intervals" in levers_note(study_of())
    assert f"Of the {5 * outcomes} intervals" in levers_note(study_of(tells_through=False))
