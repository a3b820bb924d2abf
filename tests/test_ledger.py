"""The run folder: readable after a kill at any moment, and the same bytes whatever was interrupted."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_run import N_SHIFTS, continue_run, fake_rows, manifest, start_run

from sim.agents import events, feeling_words, tables
from sim.agents.events import LEDGER
from sim.agents.tables import row_dtype
from sim.disk import write_whole
from sim.errors import InputError
from sim.ledger.check import check_folder
from sim.ledger.columns import ENUMERATIONS, frame_of
from sim.ledger.manifest import MANIFEST
from sim.ledger.run_folder import PART_SHIFTS, RunFolder, read_manifest, read_table
from sim.params import CRIMES

FAKE_RUN = Path(__file__).parent / "fake_run.py"


def part_bytes(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.glob("*/part-*.parquet"))}


def kill_a_run(path, moment):
    program = [sys.executable, str(FAKE_RUN), str(path), moment]
    environment = os.environ | {"PYTHONPATH": str(FAKE_RUN.parents[1])}
    done = subprocess.run(program, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that nothing interrupted."""
    path = tmp_path_factory.mktemp("whole") / "run"
    start_run(path)
    return path


def test_a_complete_run_says_so_and_passes_its_own_check(whole):
    found = read_manifest(whole)
    assert found["status"] == "complete"
    assert found["n_days_done"] == N_SHIFTS // 3
    assert found["checkpoint"] is None
    assert not list(whole.glob("checkpoint*"))
    assert check_folder(whole) == []
    assert "Synthetic" in found["label"]


def test_every_row_comes_back_as_it_was(whole):
    for name in LEDGER:
        rows = np.concatenate([fake_rows(name, shift) for shift in range(N_SHIFTS)])
        pd.testing.assert_frame_equal(read_table(whole, name), frame_of(name, rows))


def test_parts_end_at_fixed_simulated_times(whole):
    days = [part["rows"] for part in read_manifest(whole)["tables"]["days"]["parts"]]
    assert days == [PART_SHIFTS, PART_SHIFTS, N_SHIFTS - 2 * PART_SHIFTS]


# A checkpoint renames thirteen parts (2 to 14), itself (15) and the manifest (16), and so again at 17 to 31; each file
# is synced twice, itself and its folder. The last parts are 32 to 44.
MOMENTS = ["rename 2", "rename 14", "rename 15", "rename 16", "rename 44", "write 29", "shift 100"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_is_readable_and_resumes_to_the_same_bytes(tmp_path, whole, moment):
    path = tmp_path / "run"
    kill_a_run(path, moment)

    found = read_manifest(path)
    assert found["status"] == "running"
    assert check_folder(path) == []
    assert len(read_table(path, "days")) == found["n_days_done"] * 3

    continue_run(path)
    assert part_bytes(path) == part_bytes(whole)
    assert read_manifest(path)["digest"] == read_manifest(whole)["digest"]
    assert check_folder(path) == []
    assert not [p for p in path.rglob("*") if p.name.endswith(".tmp") or p.name.startswith("checkpoint")]


def test_a_run_killed_while_it_creates_its_folder_can_be_begun_again(tmp_path, whole):
    kill_a_run(tmp_path / "run", "write 1")
    assert not (tmp_path / "run" / MANIFEST).exists()
    start_run(tmp_path / "run")
    assert part_bytes(tmp_path / "run") == part_bytes(whole)


def test_a_checkpoint_between_parts_loses_no_row_and_moves_no_part(tmp_path, whole):
    path = tmp_path / "run"
    start_run(path, stop_at=100, checkpoint_every=25)
    assert read_manifest(path)["checkpoint"]["shift"] == 100
    folder, state, shift = RunFolder.open_for_resume(path)
    assert shift == 100
    assert state["counters"]["n"][0] == 100
    del folder
    continue_run(path)
    assert part_bytes(path) == part_bytes(whole)


def test_a_run_killed_before_its_first_checkpoint_starts_over(tmp_path, whole):
    path = tmp_path / "run"
    start_run(path, stop_at=50)
    _, state, shift = RunFolder.open_for_resume(path)
    assert (state, shift) == ({}, 0)
    continue_run(path)
    assert part_bytes(path) == part_bytes(whole)


def test_a_checkpoint_gives_arrays_back_with_their_layout(tmp_path):
    path = tmp_path / "run"
    run = RunFolder.create(path, manifest())
    officers = np.zeros(3, row_dtype(tables.OFFICERS))
    officers["minutes"] = np.arange(3 * tables.N_ACTIVITIES).reshape(3, tables.N_ACTIVITIES)
    run.checkpoint({"officers": officers, "queue": np.arange(5, dtype=np.int32), "none": np.zeros((0, 4))}, 90)
    _, state, _ = RunFolder.open_for_resume(path)
    assert state["officers"].dtype == officers.dtype
    assert state["officers"].dtype.isalignedstruct
    np.testing.assert_array_equal(state["officers"], officers)
    assert state["none"].shape == (0, 4)


def test_rows_are_copied_when_appended(tmp_path):
    run = RunFolder.create(tmp_path / "run", manifest())
    rows = fake_rows("offences", 1)
    run.append({"offences": rows})
    rows["segment"] = -7
    run.finish()
    assert (read_table(tmp_path / "run", "offences")["segment"] != -7).all()


def test_a_skipped_checkpoint_is_refused(tmp_path):
    run = RunFolder.create(tmp_path / "run", manifest())
    with pytest.raises(ValueError, match="due after shift 90"):
        run.checkpoint({}, 180)


def test_arrays_of_several_numbers_become_flat_columns_with_units(whole):
    days = read_table(whole, "days")
    assert [f"n_offences_{crime}" in days for crime in CRIMES] == [True] * 5
    assert "officer_min_patrol" in days
    rows = np.concatenate([fake_rows("days", shift) for shift in range(N_SHIFTS)])
    for i, crime in enumerate(CRIMES):
        np.testing.assert_array_equal(days[f"n_offences_{crime}"], rows["n_offences"][:, i])
    np.testing.assert_array_equal(days["officer_min_desk"], rows["officer_min"][:, tables.DESK])
    columns = {c["name"]: c for c in read_manifest(whole)["tables"]["days"]["columns"]}
    assert columns["officer_min_patrol"]["unit"] == "min"
    assert set(columns) == set(days.columns)


def test_every_index_into_an_enumeration_is_readable():
    words = {
        name: getattr(module, name)
        for module in (events, tables, feeling_words)
        for name in dir(module)
        if name.isupper()
    }
    words["CRIMES"] = CRIMES
    for table, columns in LEDGER.items():
        for column in columns:
            named = re.match(r"index into (\w+)", column.meaning)
            if named:
                assert ENUMERATIONS[table, column.name] == words[named.group(1)]
            elif "type" in column.name:
                assert ENUMERATIONS[table, column.name] == CRIMES


def test_codes_and_words_agree(whole):
    kinds = read_table(whole, "calls")["kind"]
    codes = np.concatenate([fake_rows("calls", shift)["kind"] for shift in range(N_SHIFTS)])
    assert list(kinds.cat.codes) == list(codes)
    assert list(kinds.astype(str)[:3]) == [tables.CALLS[code] for code in codes[:3]]


def test_some_columns_can_be_asked_for(whole):
    assert list(read_table(whole, "offences", columns=["t", "type"]).columns) == ["t", "type"]
    with pytest.raises(InputError, match="no column 'when'"):
        read_table(whole, "offences", columns=["when"])
    with pytest.raises(InputError, match="must be one of offences"):
        read_table(whole, "crimes")


def copy_of(folder, to):
    for file in folder.rglob("*"):
        if file.is_file():
            target = to / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return to


def test_check_names_what_is_missing_torn_edited_and_foreign(tmp_path, whole):
    path = copy_of(whole, tmp_path / "run")
    (path / "calls/part-00001.parquet").unlink()
    torn = path / "days/part-00002.parquet"
    torn.write_bytes(torn.read_bytes()[:-20])
    (path / "orders/part-00009.parquet").write_bytes(b"what is this")
    found = "\n".join(check_folder(path))
    assert "calls/part-00001.parquet is missing" in found
    assert "days/part-00002.parquet was damaged or edited" in found
    assert "orders/part-00009.parquet is not part of the run" in found
    assert found.count("\n") == 2
    with pytest.raises(InputError, match=r"days/part-00002.parquet is missing or damaged"):
        read_table(path, "days")


def test_check_sees_an_edited_seed(tmp_path, whole):
    path = copy_of(whole, tmp_path / "run")
    edited = json.loads((path / MANIFEST).read_text())
    edited["inputs"]["seed"] += 1
    (path / MANIFEST).write_text(json.dumps(edited))
    assert "manifest.json was edited" in check_folder(path)[0]


def test_the_digest_ignores_machine_and_clock_and_sees_inputs(tmp_path, whole):
    start_run(tmp_path / "other", changes={"made_with": {"python": "9.9"}})
    start_run(tmp_path / "seed", changes={"inputs": manifest()["inputs"] | {"seed": 99}})
    digest = read_manifest(whole)["digest"]
    assert read_manifest(tmp_path / "other")["digest"] == digest
    assert read_manifest(tmp_path / "seed")["digest"] != digest


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path):
    file = tmp_path / "precious.txt"
    file.write_text("old")

    def write_half(out):
        out.write(b"ne")
        out.flush()
        assert file.read_text() == "old"
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError):
        write_whole(file, write_half)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence_and_keeps_what_is_finished(tmp_path, whole):
    path = tmp_path / "run"
    start_run(path, stop_at=PART_SHIFTS + 10)
    (path / "incidents/.part-00002.parquet.tmp").symlink_to("/dev/full")
    run, state, shift = RunFolder.open_for_resume(path)
    (path / "incidents/.part-00002.parquet.tmp").symlink_to("/dev/full")
    with pytest.raises(InputError, match=r"the disk is full.*part-00002.parquet could not be written.*--resume"):
        continue_run(path, opened=(run, state, shift))
    assert read_manifest(path)["n_days_done"] == 30
    assert check_folder(path) == []
    continue_run(path)
    assert part_bytes(path) == part_bytes(whole)


def test_a_folder_in_use_is_not_overwritten(tmp_path, whole):
    with pytest.raises(InputError, match="already holds a run"):
        RunFolder.create(whole, manifest())
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(InputError, match="something else"):
        RunFolder.create(tmp_path, manifest())
    with pytest.raises(InputError, match="nothing to resume"):
        RunFolder.open_for_resume(whole)
    with pytest.raises(InputError, match="no run folder"):
        RunFolder.open_for_resume(tmp_path)


def test_a_damaged_manifest_or_checkpoint_is_one_sentence(tmp_path):
    path = tmp_path / "run"
    start_run(path, stop_at=PART_SHIFTS + 1)
    checkpoint = next(path.glob("checkpoint*"))
    checkpoint.write_bytes(checkpoint.read_bytes()[:100])
    assert "the one in the manifest" in check_folder(path)[0]
    with pytest.raises(InputError, match="cannot be resumed"):
        RunFolder.open_for_resume(path)
    (path / MANIFEST).write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        read_manifest(path)
