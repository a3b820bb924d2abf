"""Every file of a run folder, damaged in every way: `cpsim check` names it, and no run goes on over it."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
from commands import cpsim
from damages import DAMAGES, delete
from small_force import FEW

from sim.batch.running.runs import RunPlan, begin_run, ensure_run, read_streets_of
from sim.errors import InputError
from sim.ledger.check import check_folder
from sim.ledger.manifest import MANIFEST, load_manifest
from sim.ledger.run_folder import read_manifest
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario

SMALL = {"people.n_residents": 300, "city.streets": "grid", "city.n_segments": 60, "force.n_districts": 2} | FEW


def plan_of(folder, n_days):
    return RunPlan(Scenario().replace(SMALL | {"n_days": n_days}), make_policy("reactive"), 1, folder)


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    folder = tmp_path_factory.mktemp("complete") / "run"
    begin_run(plan_of(folder, 3))
    return folder


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """A run of 40 days that was stopped after 35: one part of every table, and a checkpoint."""
    folder = tmp_path_factory.mktemp("cut") / "run"

    def stop(done, _):
        if done >= 35:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin_run(plan_of(folder, 40), progress=stop)
    assert read_manifest(folder)["checkpoint"] is not None
    return folder


def files_of(folder):
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("damage", DAMAGES)
def test_check_names_every_file_that_is_damaged(tmp_path, complete, damage, capsys):
    assert "city.npz" in files_of(complete)
    for name in files_of(complete):
        folder = tmp_path / name.replace("/", "-") / "run"
        shutil.copytree(complete, folder)
        damage(folder / name)
        code = cpsim("check", folder)
        said = capsys.readouterr()
        assert code in ((1, 2) if name == MANIFEST else (1,)), "a manifest that cannot be read is no run folder"
        assert name in said.out + said.err
        assert "every checksum fits" not in said.out
        assert "Traceback" not in said.err


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_run_goes_on_over_a_damaged_file_or_takes_one_for_complete(tmp_path, complete, cut, damage):
    for whole, n_days in ((complete, 3), (cut, 40)):
        checkpoints = [name for name in files_of(whole) if "checkpoint" in name]
        names = [MANIFEST, "city.npz", "days/part-00001.parquet", *checkpoints]
        for name in names:
            folder = tmp_path / f"{n_days}-{name.replace('/', '-')}"
            shutil.copytree(whole, folder)
            damage(folder / name)
            if name == MANIFEST and damage is delete:
                continue  # no run folder any more
            with pytest.raises(InputError) as told:
                ensure_run(plan_of(folder, n_days))
            assert name in str(told.value) or str(folder) in str(told.value)


def test_whatever_is_changed_in_a_manifest_is_seen(tmp_path, complete):
    folder = tmp_path / "run"
    shutil.copytree(complete, folder)
    whole = load_manifest(folder)
    for key in whole:
        changed = json.loads(json.dumps(whole))
        changed[key] = {"label": "Real people.", "n_days_done": 2}.get(key, changed[key])
        if changed[key] == whole[key]:
            del changed[key]
        (folder / MANIFEST).write_text(json.dumps(changed))
        try:
            told = " ".join(check_folder(folder))
        except InputError as refused:
            told = str(refused)
        assert MANIFEST in told, key
        if key != "sha256":
            with pytest.raises(InputError, match=MANIFEST):
                read_manifest(folder)


def test_a_manifest_may_not_name_files_elsewhere(tmp_path, complete):
    folder = tmp_path / "run"
    shutil.copytree(complete, folder)
    manifest = load_manifest(folder)
    manifest["tables"]["days"]["parts"][0]["file"] = "../../elsewhere.parquet"
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="must lie in its folder"):
        check_folder(folder)


def test_a_write_that_did_not_end_stands_in_nobodys_way(tmp_path, cut):
    folder = tmp_path / "run"
    shutil.copytree(cut, folder)
    for left in ("days/.part-00002.parquet.tmp", ".manifest.json.tmp", ".city.npz.tmp"):
        (folder / left).write_bytes(b"half")
    assert len(pd.read_parquet(folder / "days")) == 30
    assert check_folder(folder) == []
    ensure_run(plan_of(folder, 40))
    assert not [file for file in files_of(folder) if file.endswith(".tmp")]
    assert check_folder(folder) == []


def test_a_folder_of_an_earlier_version_is_read_and_its_check_says_what_cannot_be_known(tmp_path, complete):
    folder = tmp_path / "run"
    shutil.copytree(complete, folder)
    manifest = load_manifest(folder)
    for later in ("sha256", "files"):
        del manifest[later]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert read_streets_of(folder).n_segments == 60
    ensure_run(plan_of(folder, 3))
    assert ["no checksum of itself" in problem for problem in check_folder(folder)] == [True]
