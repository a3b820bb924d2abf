"""`cpsim changes`, end to end: two strategies in a small city, their lists, tables and map."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import cpsim
from small_force import FEW

from sim.batch.compare import Strategy, compare
from sim.batch.running.runs import read_run
from sim.ledger.manifest import MANIFEST, write_manifest
from sim.outcomes.changes import CLASSES, list_changes
from sim.policies.contract.registry import make_policy
from sim.report.comparison.text import write_comparison
from sim.scenarios.scenario import load_scenario

SMALL = {
    "city.streets": "grid", "city.n_segments": 120, "people.n_residents": 2000, "force.n_districts": 2, "n_days": 90,
    "offending.searches_per_year": 60.0, **FEW,
}  # fmt: skip
SEEDS = (3, 5)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory):
    """Run reactive and two kinds of hot-spot rounds over two seeds, as `cpsim compare` does."""
    out = tmp_path_factory.mktemp("runs") / "small-compare"
    strategies = [Strategy(spec, make_policy(spec)) for spec in ("reactive", "hotspot", "hotspot(share=0.1)")]
    found = compare(load_scenario("new_haven").replace(SMALL), strategies, SEEDS, out=out, workers=1)
    assert not found.failures
    write_comparison(found, out)
    return out


def numbers_of(line):
    return [float(word) for word in line.split() if word.replace(".", "").replace("-", "").isdigit()]


def test_time_and_type_belong_to_the_cause(comparison):
    """What the classes rest on: common draws give the same search the same type and offender, and blows their type.

    And the same time, unless police turned the offender away from a target before: then it may be taken up later.
    """
    n_put_off = 0
    for seed in SEEDS:
        a, b = (read_run(comparison / f"{policy}-seed{seed}")["offences"] for policy in ("reactive", "hotspot"))
        both = a.merge(b, on="cause", suffixes=("_a", "_b"))
        assert len(both) > 0.5 * len(a) > 50
        for column in ("type", "dispute"):
            assert (both[f"{column}_a"] == both[f"{column}_b"]).all()
        # Who strikes back for somebody else may be another one, as who is there and who is in custody differs.
        own = both["avenges_a"] == 0
        assert (both["offender_a"] == both["offender_b"])[own].all()
        turned = (both["n_turned_a"] > 0) | (both["n_turned_b"] > 0)
        assert (both["t_a"] == both["t_b"])[~turned & own].all()
        assert (~turned).sum() > 50
        n_put_off += (both["t_a"] != both["t_b"]).sum()
        assert not list_changes(a, b)["class"].eq("unchanged").all()
    assert n_put_off > 0


def test_two_runs_are_listed_counted_and_mapped(comparison, tmp_path, capsys):
    a, b = comparison / "reactive-seed3", comparison / "hotspot-seed3"
    assert cpsim("changes", a, b, "--window", 28, "--treated", 0.05, "--out", tmp_path / "found") == 0
    told = capsys.readouterr().out
    ledgers = [read_run(folder)["offences"] for folder in (a, b)]
    people = "2,000 simulated residents, one for each real one"
    assert f"hotspot against reactive, new_haven: 90 days, {people}; pairs of runs with the same seed: 1" in told
    assert "window: 28 days" in told
    assert "One pair gives no interval" in told
    by_label = {line[:40].strip(): numbers_of(line[40:]) for line in told.splitlines()}
    assert by_label["offences under reactive"][0] == len(ledgers[0])
    assert by_label["offences under hotspot"][0] == len(ledgers[1])
    kept = sum(values[0] for label, values in by_label.items() if label.startswith(("=", "+")))
    assert kept == len(ledgers[0])

    found = pd.read_csv(tmp_path / "found/changes.csv", dtype={"cause_a": "UInt64", "cause_b": "UInt64"})
    assert set(found["seed"]) == {3}
    assert set(found["class"]) <= set(CLASSES)
    for side, ledger in zip("ab", ledgers, strict=True):
        assert sorted(found[f"cause_{side}"].dropna()) == sorted(ledger["cause"])
    places = pd.read_csv(tmp_path / "found/changes_by_segment.csv").set_index("segment")
    assert places["n_a"].tolist() == np.bincount(ledgers[0]["segment"], minlength=len(places)).tolist()
    assert places["n_b"].tolist() == np.bincount(ledgers[1]["segment"], minlength=len(places)).tolist()
    assert 0 < (places["ring"] == 0).sum() <= round(0.05 * len(places)) + 1
    assert places["extra_police_min"].nlargest(3).index.isin(places.index[places["ring"] == 0]).all()
    for name in ("changes_map.png", "changes_map.svg", "changes_by_type.csv", "changes_by_ring.csv"):
        assert (tmp_path / "found" / name).stat().st_size > 100
    windows = pd.read_csv(tmp_path / "found/changes_by_window.csv")
    assert windows["window_days"].unique().tolist() == [0, 7, 14, 28]


def test_a_run_against_itself_changed_nothing(comparison, tmp_path, capsys):
    same = comparison / "hotspot-seed5"
    assert cpsim("changes", same, same, "--out", tmp_path) == 0
    assert "hotspot-seed5 against hotspot-seed5" in capsys.readouterr().out
    assert set(pd.read_csv(tmp_path / "changes.csv")["class"]) == {"unchanged"}


def test_a_comparison_is_taken_seed_by_seed(comparison, capsys):
    assert cpsim("changes", comparison, "--of", "hotspot(share=0.1)", "--lang", "zh") == 0
    told = capsys.readouterr().out
    assert "“热点巡逻(share=0.1)”相对“被动接警”" in told
    assert "同种子配对数：2" in told
    out = comparison / "changes-hotspot_share=0.1"
    assert str(out / "changes.csv") in told
    found = pd.read_csv(out / "changes.csv")
    estimates = pd.read_csv(out / "changes_by_type.csv").set_index(["type", "column"])
    for name in ("unchanged", "moved", "prevented", "caused"):
        by_seed = [int((found.loc[found["seed"] == seed, "class"] == name).sum()) for seed in SEEDS]
        cell = estimates.loc[("all", name)]
        assert cell["mean"] == np.mean(by_seed)
        assert cell["low"] <= min(by_seed) <= max(by_seed) <= cell["high"]
        assert cell["n_pairs"] == 2


def edited(comparison: Path, to: Path, change) -> Path:
    """Copy a run and change its manifest."""
    shutil.copytree(comparison / "hotspot-seed3", to)
    manifest = json.loads((to / MANIFEST).read_text(encoding="utf-8"))
    change(manifest)
    write_manifest(to, manifest)
    return to


REFUSED = {
    "seed": (lambda m: m["inputs"].update(seed=4), "seed is 3 in"),
    "scenario": (lambda m: m["inputs"]["scenario"]["people"].update(n_residents=9), "people.n_residents is 2000"),
    "streets": (lambda m: m["inputs"]["streets"].update(sha256="other"), "streets.sha256"),
    "version": (lambda m: m["inputs"].update(package="another"), "package"),
    "incomplete": (lambda m: m.update(status="running", n_days_done=30), "30 of 90 days are done"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_runs_that_cannot_be_compared_are_refused_in_one_sentence(case, comparison, tmp_path, capsys):
    change, expected = REFUSED[case]
    other = edited(comparison, tmp_path / "other", change)
    assert cpsim("changes", comparison / "reactive-seed3", other, "--out", tmp_path / "out") == 2
    told = capsys.readouterr()
    assert expected in told.err
    assert told.err.count("\n") == 1
    assert not told.out
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["reactive-seed3"], "give two run folders, the baseline first, or one folder"),
        (["reactive-seed3", "hotspot-seed3", "hotspot-seed5"], "give two run folders"),
        (["reactive-seed3", "nothing"], "is no run folder"),
        (["reactive-seed3", "hotspot-seed3", "--of", "hotspot"], "leave it out where two runs are named"),
        (["reactive-seed3", "hotspot-seed3", "--window", "-1"], "the window must be 0 days or more"),
        (["reactive-seed3", "hotspot-seed3", "--window", "long"], "invalid float value"),
        (["reactive-seed3", "hotspot-seed3", "--treated", "0"], "share of treated segments must lie above 0"),
        ([".", "--of", "beats"], "--of must be one of hotspot, hotspot(share=0.1), got 'beats'"),
        (["."], "--of must be one of hotspot, hotspot(share=0.1), got None"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(words, expected, comparison, monkeypatch, capsys):
    monkeypatch.chdir(comparison)
    assert cpsim("changes", *words) == 2
    told = capsys.readouterr().err
    assert expected in told
    assert told.count("\n") == 1
