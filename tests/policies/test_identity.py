"""No result of an earlier text: whatever a strategy reads is part of what names its runs."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import types

import cloudpickle
import numpy as np
import pytest

from sim.batch.study.identity import arm_id
from sim.errors import InputError
from sim.policies.contract.conformance import example_observation
from sim.policies.contract.foreign import faults_of
from sim.policies.contract.registry import make_policy, policy_identity, refuse_other, sources_of
from sim.policies.protocol import Orders
from sim.scenarios.scenario import Scenario

HEAD = """
from pathlib import Path
from typing import ClassVar
import numpy as np
import pandas as pd
from sim.policies.contract.registry import policy
from sim.policies.protocol import Orders, PolicyModel, Task
"""
SOURCE = (
    HEAD
    + """
import helper
AREAS = pd.read_csv(Path(__file__).with_name("areas.csv"))

@policy("reads_much")
class Mine(PolicyModel):
    "Patrol."
    reads: ClassVar = ("weights.txt",)
    def decide(self, seen, rng):
        weight = float(Path(self.where()).with_name("weights.txt").read_text())
        return Orders((Task(int(AREAS["officer"].iloc[0]), "patrol", end=helper.minutes() * weight),))
    def where(self):
        return __file__
"""
)
FILES = {
    "mine.py": SOURCE,
    "areas.csv": "officer,name\n3,north\n4,south\n",
    "weights.txt": "2.0",
    "helper.py": "from more import HOURS\n\ndef minutes():\n    return 60 * HOURS\n",
    "more.py": "HOURS = 1\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def name_of(policy):
    return arm_id(Scenario(), policy, from_day=0)


CHANGES = {
    "mine.py": SOURCE + "# a remark\n",
    "areas.csv": "officer,name\n5,north\n4,south\n",
    "weights.txt": "3.0",
    "helper.py": FILES["helper.py"].replace("60", "30"),
    "more.py": "HOURS = 2\n",
}


@pytest.mark.parametrize("file", CHANGES)
def test_a_run_has_another_name_when_something_that_its_strategy_reads_has_changed(folder, file):
    before = make_policy(str(folder / "mine.py"))
    first = name_of(before)
    assert name_of(make_policy(str(folder / "mine.py"))) == first
    (folder / file).write_text(CHANGES[file])
    after = make_policy(str(folder / "mine.py"))
    assert name_of(after) != first
    (folder / file).write_text(FILES[file])
    assert name_of(make_policy(str(folder / "mine.py"))) == first


def test_modules_beside_and_data_reach_the_orders_and_two_helpers_of_one_name_stay_apart(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for name, text in (FILES | {"more.py": "HOURS = 3\n"}).items():
        (other / name).write_text(text)
    seen, rng = example_observation(), np.random.default_rng(1)
    one, two = make_policy(str(folder / "mine.py")), make_policy(str(other / "mine.py"))
    ends = [policy.decide(seen, rng).tasks[0].end for policy in (one, two, one)]
    assert ends == [120.0, 360.0, 120.0]


IN_A_WORKER = """
import pickle, sys, json
policy, sources = pickle.loads(sys.stdin.buffer.read())
from sim.policies.contract.registry import policy_identity, refuse_other
refuse_other(policy, sources)
print(json.dumps(policy_identity(policy), sort_keys=True))
"""


def sent_to_a_worker(policy):
    return cloudpickle.dumps((policy, sources_of(policy)))


def in_a_worker(sent, hash_seed="1"):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": hash_seed}
    return subprocess.run(
        [sys.executable, "-c", IN_A_WORKER], input=sent, capture_output=True, check=False, env=environment
    )


def test_a_worker_has_the_same_strategy_or_says_that_it_is_another_one(folder):
    import json

    mine = make_policy(str(folder / "mine.py"))
    sent = sent_to_a_worker(mine)
    done = in_a_worker(sent)
    assert json.loads(done.stdout) == policy_identity(mine), done.stderr
    for name in ("areas.csv", "weights.txt"):
        (folder / name).write_text(CHANGES[name])
        assert b"InputError" in in_a_worker(sent).stderr.splitlines()[-1]
        (folder / name).write_text(FILES[name])


def test_a_module_beside_is_held_to_the_rules_of_the_strategy(folder):
    (folder / "more.py").write_text("from sim.world import build_world\nHOURS = 1\n")
    with pytest.raises(InputError, match=r"more\.py must not use 'sim\.world'"):
        make_policy(str(folder / "mine.py"))


def test_a_package_beside_and_a_declared_file_that_is_missing_are_told(folder):
    (folder / "weights.txt").unlink()
    with pytest.raises(InputError, match=r"'reads_much' declares in `reads` a file that must exist"):
        policy_identity(make_policy(str(folder / "mine.py")))
    (folder / "helper.py").unlink()
    (folder / "helper").mkdir()
    (folder / "helper/__init__.py").touch()
    with pytest.raises(InputError, match="'helper' is a package"):
        make_policy(str(folder / "mine.py"))


def test_a_file_that_is_opened_in_a_run_must_be_declared(folder):
    (folder / "mine.py").write_text(SOURCE.replace('reads: ClassVar = ("weights.txt",)', "reads: ClassVar = ()"))
    undeclared = make_policy(str(folder / "mine.py"))
    seen, rng = example_observation(), np.random.default_rng(1)
    with (
        pytest.raises(InputError, match=r"opened .*weights\.txt.*reads = \(\"weights\.txt\",\)"),
        faults_of(undeclared),
    ):
        undeclared.decide(seen, rng)
    (folder / "mine.py").write_text(SOURCE)
    declared = make_policy(str(folder / "mine.py"))
    with faults_of(declared):
        assert declared.decide(seen, rng).tasks
        (folder / "log.txt").read_text() if (folder / "log.txt").exists() else (folder / "log.txt").write_text("own")
        assert (folder / "log.txt").read_text() == "own", "what others open is none of the rule's business"


CELL = (
    HEAD
    + """
SHARE, TABLE, NAMES = 0.5, pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}), {"q", "w", "e", "r"}

def pick(seen):
    return [n for n in NAMES if len(n) > SHARE]

class Base(PolicyModel):
    def decide(self, seen, rng):
        pick(seen)
        return Orders()

@policy("from_a_cell")
class Mine(Base):
    "Stand still."
    def decide(self, seen, rng):
        return super().decide(seen, rng) if len(TABLE) else Orders()
"""
)
CELL_CHANGES = [
    ("> SHARE", ">= SHARE"), ("SHARE, TABLE, NAMES = 0.5", "SHARE, TABLE, NAMES = 0.6"), ("[1, 2]", "[1, 3]"),
    ('"x", "y"', '"x", "z"'), ('"q", "w"', '"q", "v"'), ("        pick(seen)\n", ""), ("if len(TABLE)", "if seen"),
]  # fmt: skip


def from_cell(text, monkeypatch):
    module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    exec(compile(text, "<cell>", "exec"), module.__dict__)
    return module.Mine()


@pytest.mark.parametrize(("old", "new"), CELL_CHANGES)
def test_a_class_of_a_notebook_is_another_one_when_any_cell_that_it_reaches_is_edited(old, new, monkeypatch):
    before = policy_identity(from_cell(CELL, monkeypatch))
    assert policy_identity(from_cell(CELL + "\n# a remark\nother = 3\n", monkeypatch)) == before
    assert policy_identity(from_cell(CELL.replace(old, new), monkeypatch)) != before


def test_a_class_of_a_notebook_is_the_same_in_a_worker(monkeypatch):
    import json

    mine = from_cell(CELL, monkeypatch)
    for hash_seed in ("1", "2"):
        done = in_a_worker(sent_to_a_worker(mine), hash_seed)
        assert json.loads(done.stdout) == policy_identity(mine), done.stderr


def test_what_has_no_checksum_is_never_taken_for_the_same(monkeypatch):
    mine = from_cell(CELL.replace("NAMES = 0.5", "NAMES = __import__('threading').Lock()"), monkeypatch)
    assert name_of(mine) != name_of(mine)
    refuse_other(mine, sources_of(mine))


def test_a_module_beside_a_script_counts(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    names = {}
    for hours in (1, 2, 1):
        (tmp_path / "own_helper_of_test.py").write_text(f"def pick(seen):\n    return {hours}\n")
        monkeypatch.delitem(sys.modules, "own_helper_of_test", raising=False)
        sys.dont_write_bytecode = True
        for form, text in {
            "from": CELL.replace("\ndef pick(seen):", "\nfrom own_helper_of_test import pick\ndef unused(seen):"),
            "module": CELL.replace("        pick(seen)", "        own_helper_of_test.pick(seen)").replace(
                "import numpy as np", "import own_helper_of_test"
            ),
        }.items():
            names.setdefault(form, []).append(name_of(from_cell(text, monkeypatch)))
    for one, other, again in names.values():
        assert one == again != other


def test_a_policy_decides_the_same_after_pickling(folder):
    mine = make_policy(str(folder / "mine.py"))
    back = pickle.loads(pickle.dumps(mine))
    assert back == mine
    assert isinstance(back.decide(example_observation(), np.random.default_rng(1)), Orders)
