"""A trial from its file to its report: units, lot, counts before and after, surroundings, and what is kept."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from commands import cpsim

from sim.batch.trial.conduct import (
    around_units,
    count_units,
    hottest_segments,
    run_in_two_parts,
    surroundings,
    treated_by,
    units_of_segments,
)
from sim.batch.trial.design import read_trial, scenario_of
from sim.batch.trial.many import Conducted, conduct_all, identity
from sim.city.synthetic.statistics import grid_city
from sim.engine import simulate
from sim.policies.in_places import Treatment
from sim.policies.reactive import Reactive
from sim.report.trial.text import describe_trial
from sim.statistics.trials import Lot

TOWN = """
name = "small"
scenario = "fengqiao_town"
seeds = 1
from_day = 20
days = 10
[set]
"offending.searches_per_year" = 400.0
"offending.share_offending" = 0.2
"force.n_districts" = 6
"force.n_community" = 6
[units]
kind = "hottest"
n = 20
[arms.stops]
strategy = "hotspot(share=0.1)"
"""


def write(tmp_path, text=TOWN):
    file = tmp_path / "trial.toml"
    file.write_text(text)
    return file


def test_counts_go_to_the_unit_and_the_period_in_which_they_happened():
    table = pd.DataFrame(
        {"t": [0.0, 1440 * 5 - 1, 1440 * 5, 1440 * 9.5, 1440 * 12], "segment": [1, 1, 1, 2, 2], "type": ["theft"] * 5}
    )
    counts = count_units(table, units_of_segments(np.array([2, 1]), 4), 2, from_day=5, end_day=10)
    assert counts.before.tolist() == [0, 2]
    assert counts.after.tolist() == [1, 1]
    assert count_units(table, np.zeros(4, int), 1, from_day=5, end_day=10, types=("robbery",)).before.sum() == 0
    assert hottest_segments(table, 4, 2).tolist() == [1, 2]


def test_surroundings_of_both_arms_tell_of_neither():
    net = grid_city(n_segments=60, seed=1)
    unit = units_of_segments(np.array([0, 59]), 60)
    lot = Lot(np.array([0, 1]), np.array([0, 0]))
    near = surroundings(net, unit, lot, blocks=1)
    touches = {
        segment: {
            other
            for other in range(60)
            if {net.segment_from[other], net.segment_to[other]} & {net.segment_from[segment], net.segment_to[segment]}
        }
        for segment in (0, 59)
    }
    assert set(np.flatnonzero(near == 0)) == touches[0] - touches[59] - {0}
    assert set(np.flatnonzero(near == 1)) == touches[59] - touches[0] - {59}
    wide = surroundings(net, unit, lot, blocks=30)
    assert (wide == -2).sum() == 58, "everything lies near both"
    table = pd.DataFrame({"t": [10.0, 2000.0], "segment": [min(touches[0] - {0})] * 2, "type": ["theft"] * 2})
    counts, around = around_units(table, near, from_day=1, end_day=3)
    assert counts.before.sum() == counts.after.sum() == 1
    assert np.bincount(around.arm).tolist() == [(near == 0).sum(), (near == 1).sum()]


def test_a_trial_without_treatment_is_the_same_run_to_the_byte(tmp_path):
    trial = read_trial(write(tmp_path))
    scenario = scenario_of(trial)
    nothing = treated_by(scenario, [Reactive()], [Treatment()], from_day=20)
    asked = []

    def choose(before):
        asked.append(before.tables["offences"]["t"].max())
        return nothing

    run = run_in_two_parts(scenario, nothing, choose, 3, from_day=20, feelings_on=(19, 29))
    whole = simulate(scenario, Reactive(), 3).tables
    assert all(run.tables[name].equals(whole[name]) for name in ("offences", "incidents", "calls", "orders", "days"))
    assert len(asked) == 1
    assert asked[0] < 20 * 1440
    assert sorted(run.feelings) == [19, 29]


def test_staff_that_is_hired_comes_with_the_lot(tmp_path):
    from sim.policies.contract.registry import make_policy

    calm = {"offending.searches_per_year": 20.0, "n_days": 40}  # or the few officers do nothing but answer calls
    scenario = scenario_of(read_trial(write(tmp_path))).replace(calm)
    mediation = [make_policy("mediation(mediators=5)")]
    plan = treated_by(scenario, mediation, [Treatment()], from_day=20)
    chosen = treated_by(scenario, mediation, [Treatment(segments=tuple(range(300)))], from_day=20)
    contacts = run_in_two_parts(scenario, plan, lambda _: chosen, 3, from_day=20).tables["contacts"]
    visits = contacts[contacts["kind"] == "visit"]
    assert len(visits)
    assert visits["t"].min() >= 20 * 1440
    assert visits["segment"].max() < 300


def test_a_trial_is_conducted_once_kept_and_reported(tmp_path, capsys):
    file, out = write(tmp_path), tmp_path / "out"
    words = ["trial", file, "--out", out, "--workers", 1]
    assert cpsim(*words) == 0
    printed = capsys.readouterr().out
    assert "single trials that found it" in printed
    kept = next((out / "small").glob("seed1-*.json"))
    content, when = json.loads(kept.read_text()), kept.stat().st_mtime_ns
    assert content["told"]["flow"]["arms"] == {"control": 10, "stops": 10}
    assert content["provenance"]["seed"] == 1
    assert content["provenance"]["trial"]["name"] == "small"
    assert (out / "small" / "trial.png").is_file()
    assert cpsim(*words, "--no-plots", "--lang", "zh") == 0
    assert "试验 small" in capsys.readouterr().out
    assert kept.stat().st_mtime_ns == when
    kept.write_text(kept.read_text().replace('"control": 10', '"control": 11'))
    trial = read_trial(file)
    again = conduct_all(trial, out / "small", workers=1)
    assert json.dumps(again.told[1]) == json.dumps(content["told"]), "a damaged file is made anew"
    other = trial.model_copy(update={"days": 11})
    assert identity(other) != identity(trial) == identity(trial.model_copy(update={"seeds": 9}))


def test_a_plan_tells_power_in_words_and_runs_nothing_twice(tmp_path, capsys):
    file, out = write(tmp_path, TOWN + "[power]\nunits = [10, 20]\ntrials = 100\n"), tmp_path / "out"
    assert cpsim("trial", file, "--plan", "--out", out) == 0
    printed = capsys.readouterr().out
    assert "you would miss an effect of −20 %" in printed
    kept = next((out / "small").glob("before-*.npz"))
    when = kept.stat().st_mtime_ns
    assert cpsim("trial", file, "--plan", "--out", out, "--lang", "zh") == 0
    assert "错过" in capsys.readouterr().out
    assert kept.stat().st_mtime_ns == when
    power = pd.read_csv(out / "small" / "power.csv")
    assert len(power) == 6
    assert power["found"].between(0, 1).all()


@pytest.mark.parametrize(
    ("kind", "arm"),
    [
        ('kind = "districts"', 'strategy = "neighbourhood(share_of_force=0.0)"'),
        ('kind = "cells"\nn = 8', 'strategy = "hotspot"'),
        ('kind = "households"\nn = 40', 'strategy = "visit"'),
    ],
)
def test_other_units_can_be_drawn(tmp_path, kind, arm):
    text = TOWN.replace('kind = "hottest"\nn = 20', kind).replace('strategy = "hotspot(share=0.1)"', arm)
    trial = read_trial(write(tmp_path, text.replace("seeds = 1", 'seeds = 1\nlot = "chance"')))
    done = conduct_all(trial, tmp_path / "out", workers=1)
    told = done.told[1]
    assert sum(told["flow"]["arms"].values()) == told["flow"]["enrolled"]
    assert np.isfinite(told["effects"]["stops"]["satisfaction_sd"][0])
    assert ("change" in told["effects"]["stops"]) == ("households" not in kind)
    assert describe_trial(done)


def test_what_all_cities_say_is_their_mean_and_what_single_ones_found():
    class About:
        labels, name = ("control", "a"), "x"

    told = {s: {"effects": {"a": {"change": [v, v - 0.1, v + 0.1, 0.05]}}} for s, v in enumerate((-0.3, -0.2, -0.05))}
    done = Conducted(About(), told | {9: {"effects": {"a": {"change": [np.nan] * 4}}}}, {})
    assert done.truth("a", "change").value == pytest.approx(-0.55 / 3)
    assert done.found("a", "change") == (2, 3)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("days = 10", "dayz = 10", "did you mean 'days'"),
        ("n = 20", "n = 2", "4 units at least"),
        ("n = 20", "n = 2000", "at most the 700 segments"),
        ('[units]\nkind = "hottest"\nn = 20', "units = 3", "units"),
        ('[arms.stops]\nstrategy = "hotspot(share=0.1)"', "[arms]", "arms"),
        ('[arms.stops]\nstrategy = "hotspot(share=0.1)"', "[arms]\nstops = 1", "arms.stops"),
        ("days = 10", "days = 10\nblackouts = [[1]]", "blackouts"),
        ("days = 10", "days = 10\nblackouts = [[9, 3]]", "a first and a last day"),
        ("days = 10", 'days = 10\nscale = "big"', "scale"),
        ("[arms.stops]", "[arms.control]", "must not name 'control'"),
        ('strategy = "hotspot(share=0.1)"', 'strategy = "hotspit"', "did you mean 'hotspot'"),
        ('strategy = "hotspot(share=0.1)"', 'strategy = "hotspot"\nshare = 1.5', "less than 1"),
        ('"hotspot(share=0.1)"', '"reactive until 2014-02-01 then hotspot"', "one for the whole trial"),
        ('kind = "hottest"', 'kind = "households"', "strategy = 'visit'"),
        ('kind = "hottest"', 'kind = "blocks"', "hottest"),
        ('scenario = "fengqiao_town"', 'scenario = "nowhere"', "nowhere"),
        ("[units]", '[outcome]\ntypes = ["arson"]\n[units]', "arson"),
        ("[units]", "[power]\neffects = [0.0]\n[units]", "not 0"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_in_one_sentence(tmp_path, capsys, old, new, complaint):
    assert cpsim("trial", write(tmp_path, TOWN.replace(old, new, 1)), "--plan", "--out", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()
