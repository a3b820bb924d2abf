"""The store: the same bytes whatever was killed or came in first, nothing lost, nothing made twice."""

from __future__ import annotations

import json

import duckdb
import pandas as pd
import pytest
from filelock import FileLock
from studies import Runner, kept_bytes, made_up, run_sweep, study_of, text_of

from sim.batch.store import parts, store
from sim.batch.store.check import check_store
from sim.batch.store.read import read_study_runs
from sim.batch.study.plan import make_plan
from sim.errors import InputError
from sim.outcomes.measures import MEASURES
from sim.statistics.stopping import judge_precision


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Let six runs make a part, so that a few make several."""
    for module in (parts, store):
        monkeypatch.setattr(module, "RUNS_A_PART", 6)


STUDY = study_of(seeds=13)  # 26 runs: four parts and a bit


def test_every_run_is_there_once_in_the_order_of_the_plan(tmp_path):
    folder, runner = run_sweep(STUDY, tmp_path)
    found = read_study_runs(folder.path)
    assert found.runs["run"].tolist() == make_plan(STUDY).rows(STUDY.all_seeds)["run"].tolist()
    assert len(runner.made) == len(set(runner.made)) == 26
    assert found.manifest["status"] == "complete"
    row = found.runs.iloc[7]
    assert row["offences_per_1000"] == made_up(*row[["run", "strategy", "seed"]]).measures["offences_per_1000"]
    assert not list(folder.path.glob("pending/*"))


@pytest.mark.parametrize("die_after", [1, 5, 6, 7, 20, 25])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_sweep_that_was_stopped_goes_on_to_the_same_bytes_and_makes_no_run_twice(tmp_path, die_after, backwards):
    whole, _ = run_sweep(STUDY, tmp_path / "whole")
    first = Runner(die_after=die_after, backwards=backwards)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(STUDY, tmp_path / "cut", first)
    folder, second = run_sweep(STUDY, tmp_path / "cut")
    assert kept_bytes(folder.path) == kept_bytes(whole.path)
    assert not set(first.made) & set(second.made)


def test_a_store_that_forgot_the_order_would_not_have_the_same_bytes(tmp_path, monkeypatch):
    """The broken variant: rows in the order in which they came in."""
    whole, _ = run_sweep(STUDY, tmp_path / "whole")
    monkeypatch.setattr(store.StudyFolder, "_block", lambda self, n: self.rows.iloc[n * 6 : n * 6 + 6].iloc[::-1])
    other, _ = run_sweep(STUDY, tmp_path / "other")
    assert kept_bytes(other.path) != kept_bytes(whole.path)


def test_the_store_can_be_read_while_it_grows(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_sweep(STUDY, tmp_path, Runner(die_after=9))
    files = str(tmp_path / "tiny/parts/*.parquet")
    (n, mean), *_ = duckdb.sql(f"select count(*), avg(offences_per_1000) from '{files}'").fetchall()
    assert n == 9
    assert mean == pytest.approx(pd.read_parquet(tmp_path / "tiny/parts")["offences_per_1000"].mean())


def test_another_study_takes_the_runs_that_are_there(tmp_path):
    run_sweep(STUDY, tmp_path)
    other = study_of(name="other", strategies=["reactive", "grid"], seeds=15)
    folder, runner = run_sweep(other, tmp_path)
    assert len(runner.made) == 15 + 2  # grid, and reactive with two more seeds
    assert len(read_study_runs(folder.path).runs) == 30


def test_a_study_that_grew_keeps_what_it_had(tmp_path):
    notes = []
    run_sweep(STUDY, tmp_path)
    folder, runner = run_sweep(study_of(seeds=16), tmp_path, tell=notes.append)
    assert len(runner.made) == 6
    assert "an earlier text of the study" in notes[0]
    fresh, _ = run_sweep(study_of(seeds=16), tmp_path / "fresh")
    assert kept_bytes(folder.path) == kept_bytes(fresh.path)


def test_a_run_that_stands_in_several_parts_is_made_once(tmp_path):
    study = study_of(seeds=5, design={"parameters": {"policy.share": [0.01, 0.02, 0.03, 0.04]}})
    folder, runner = run_sweep(study, tmp_path)
    assert len(runner.made) == 5 * (4 + 1)
    assert len(read_study_runs(folder.path).runs) == 5 * 8
    again, second = run_sweep(study, tmp_path)
    assert second.made == []
    assert len(read_study_runs(again.path).runs) == 40


def test_a_torn_part_is_put_aside_and_its_runs_are_made_again(tmp_path):
    folder, _ = run_sweep(STUDY, tmp_path)
    before = kept_bytes(folder.path)
    file = folder.path / "parts/part-00002.parquet"
    file.write_bytes(file.read_bytes()[:-30])
    assert any("torn" in problem for problem in check_store(folder.path))
    notes = []
    again, runner = run_sweep(STUDY, tmp_path, tell=notes.append)
    assert len(runner.made) == 6
    assert kept_bytes(again.path) == before
    assert "part-00002.parquet is torn" in notes[0]
    assert (folder.path / "damaged/part-00002.parquet").exists()


def test_an_edited_part_is_known_as_one(tmp_path):
    folder, _ = run_sweep(STUDY, tmp_path)
    file = folder.path / "parts/part-00001.parquet"
    table = pd.read_parquet(file)
    table.loc[0, "offences_per_1000"] -= 1.0
    parts.write_part(file, table, study="tiny", model=folder.plan.model)
    assert check_store(folder.path) == [
        "parts/part-00001.parquet is whole, but newer than the manifest; the next sweep brings that up to date"
    ], "whoever writes a part with our own program has made a part"
    table.to_parquet(file)
    assert any("written by another program" in problem for problem in check_store(folder.path))
    import pyarrow.parquet as pq

    other = folder.path / "parts/part-00000.parquet"
    arrow = pq.read_table(other)
    column = arrow.schema.get_field_index("offences_per_1000")
    edited = arrow.set_column(
        column, arrow.schema.field(column), arrow["offences_per_1000"].combine_chunks().fill_null(0)
    )
    edited = edited.slice(1)
    pq.write_table(edited, other)
    assert any("was edited" in problem for problem in check_store(folder.path))


@pytest.mark.parametrize(
    "damage", [lambda text: text.replace("complete", "done"), lambda text: text[:50], lambda _: ""]
)
def test_an_edited_manifest_is_told_and_made_anew(tmp_path, damage):
    folder, _ = run_sweep(STUDY, tmp_path)
    before = kept_bytes(folder.path)
    file = folder.path / "manifest.json"
    file.write_text(damage(file.read_text()))
    assert "manifest.json was edited" in check_store(folder.path)[0] or "is damaged" in check_store(folder.path)[0]
    notes = []
    _, runner = run_sweep(STUDY, tmp_path, tell=notes.append)
    assert runner.made == []
    assert "made anew from the parts" in notes[0]
    assert kept_bytes(folder.path) == before


def test_runs_of_another_model_are_never_mixed_in_and_never_lost(tmp_path, monkeypatch):
    folder, _ = run_sweep(STUDY, tmp_path)
    monkeypatch.setattr("sim.batch.study.identity.model_version", lambda: "9.9.9+abc")
    monkeypatch.setattr("sim.batch.study.plan.model_version", lambda: "9.9.9+abc")
    with pytest.raises(InputError, match=r"were made by the model .* and this is 9\.9\.9"):
        run_sweep(STUDY, tmp_path)
    again, runner = run_sweep(STUDY, tmp_path, new_model=True)
    assert len(runner.made) == 26
    assert len(pd.read_parquet(next(folder.path.glob("earlier/*/parts")))) == 26
    assert set(read_study_runs(again.path).runs["run"]) == set(runner.made)


def test_one_sweep_works_on_a_study_at_a_time(tmp_path):
    (tmp_path / "tiny").mkdir()
    with FileLock(tmp_path / "tiny/lock"), pytest.raises(InputError, match="one sweep may work on"):
        run_sweep(STUDY, tmp_path)


def test_the_lock_is_given_back_when_a_sweep_is_stopped(tmp_path):
    with pytest.raises(KeyboardInterrupt) as kept:  # the traceback keeps everything of the stopped sweep alive
        run_sweep(STUDY, tmp_path, Runner(die_after=3))
    run_sweep(STUDY, tmp_path)
    assert kept.value is not None


def test_a_run_that_fails_is_named_and_left_out_until_it_is_tried_again(tmp_path):
    bad = make_plan(STUDY).rows((3,))["run"].iloc[1]
    folder, _ = run_sweep(STUDY, tmp_path, Runner(fail=[bad]))
    assert folder.failed == {bad: "the policy gave an order that cannot be carried out"}
    assert read_study_runs(folder.path).manifest["status"] == "complete but for failed runs"
    assert any(bad in problem for problem in check_store(folder.path))
    again, runner = run_sweep(STUDY, tmp_path)
    assert runner.made == []
    again, runner = run_sweep(STUDY, tmp_path, again=True)
    assert runner.made == [bad]
    whole, _ = run_sweep(STUDY, tmp_path / "whole")
    assert kept_bytes(again.path) == kept_bytes(whole.path)


def test_a_full_disk_ends_the_sweep_with_a_sentence_and_loses_nothing(tmp_path, monkeypatch):
    import errno

    from sim import disk

    count = iter(range(10**6))
    real = disk.os.fsync

    def full(handle):
        if next(count) > 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(disk.os, "fsync", full)
    first = Runner()
    with pytest.raises(InputError, match="the disk is full"):
        run_sweep(STUDY, tmp_path, first)
    monkeypatch.undo()
    monkeypatch.setattr(parts, "RUNS_A_PART", 6)
    monkeypatch.setattr(store, "RUNS_A_PART", 6)
    folder, second = run_sweep(STUDY, tmp_path)
    whole, _ = run_sweep(STUDY, tmp_path / "whole")
    assert kept_bytes(folder.path) == kept_bytes(whole.path)
    assert len(set(first.made) & set(second.made)) <= 1  # the one that did not fit any more


def half_width_after(n_seeds, runs):
    """Work out how exactly the difference is known after the first seeds, looked at again and again."""
    table = runs[runs["seed"] <= n_seeds].rename(columns={"strategy": "policy"})
    found = judge_precision(table, baseline="reactive", measure="offences_per_1000", half_width=1.0)
    return float(found["half_width"].max())


def test_a_rule_stops_after_whole_stages_whatever_was_stopped_in_between(tmp_path):
    looks = range(10, 40, 4)
    without_rule, _ = run_sweep(study_of(seeds=40), tmp_path / "without_rule")
    halves = [half_width_after(n, read_study_runs(without_rule.path).runs) for n in looks]
    wanted = 1.001 * min(halves[1:-1])
    first_enough = next(n for n, half in zip(looks, halves, strict=True) if half <= wanted)
    assert first_enough > 10, "the made-up spread must not be small enough at the first look"
    rule = {"outcome": "offences_per_1000", "half_width": wanted, "first": 10, "step": 4}
    study = study_of(seeds=40, stop=rule)
    folder, runner = run_sweep(study, tmp_path / "whole")
    assert len(runner.made) == 2 * first_enough
    assert read_study_runs(folder.path).manifest["status"] == "stopped by its rule"
    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, tmp_path / "cut", Runner(die_after=len(runner.made) - 3))
    again, _ = run_sweep(study, tmp_path / "cut")
    assert kept_bytes(again.path) == kept_bytes(folder.path)
    assert check_store(folder.path) == []


def test_further_runs_go_to_the_contenders_whatever_was_stopped_in_between(tmp_path):
    """Arms differ by chance alone here: totals, order and repeatability are known; the rule has tests of its own."""
    rule = {"outcome": "offences_per_1000", "first": 5, "runs": 23, "step": 10}
    study = study_of(seeds=60, allocate=rule, strategies=["reactive", "hotspot", "grid"])
    folder, runner = run_sweep(study, tmp_path / "whole")
    counts = read_study_runs(folder.path).runs.groupby("strategy")["seed"].agg(["count", "max"])
    assert len(runner.made) == 3 * 5 + 23
    assert (counts["count"] == counts["max"]).all(), "an arm takes the seeds from the first on, so that pairs stay"
    assert counts["count"].min() >= 5
    assert counts["count"].nunique() > 1
    with pytest.raises(KeyboardInterrupt):
        run_sweep(study, tmp_path / "cut", Runner(die_after=31, backwards=True))
    again, _ = run_sweep(study, tmp_path / "cut")
    assert kept_bytes(again.path) == kept_bytes(folder.path)


def test_missing_runs_are_listed(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run_sweep(STUDY, tmp_path, Runner(die_after=10))
    told = check_store(tmp_path / "tiny")
    assert told == ["16 runs of the study are missing: reactive on new_haven, seed 6; hotspot on new_haven, seed 6; "
                    "reactive on new_haven, seed 7; and 13 more"]  # fmt: skip


def test_a_part_says_what_its_columns_mean(tmp_path):
    import pyarrow.parquet as pq

    folder, _ = run_sweep(STUDY, tmp_path)
    schema = pq.read_schema(folder.path / "parts/part-00000.parquet")
    assert schema.field("offences_per_1000").metadata[b"unit"] == b"per 1,000 residents a year"
    assert set(MEASURES) <= set(schema.names)
    about = json.loads(pq.ParquetFile(folder.path / "parts/part-00000.parquet").metadata.metadata[b"cpsim"])
    assert about["label"].startswith("Synthetic")
    assert about["model"] == folder.plan.model


def test_the_text_of_the_study_is_kept(tmp_path):
    folder, _ = run_sweep(STUDY, tmp_path)
    assert (folder.path / "study.toml").read_text() == text_of(STUDY)
    assert read_study_runs(folder.path).study.seeds == 13


def test_reading_the_runs_of_a_study_leaves_it_at_its_end(tmp_path):
    folder, _ = run_sweep(study_of(), tmp_path)
    ended = (folder.path / "manifest.json").read_bytes()
    assert len(folder.runs()) == folder.n_planned
    assert (folder.path / "manifest.json").read_bytes() == ended
