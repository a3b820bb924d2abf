"""A policy is found by name or file, and what is wrong with a request is said in one sentence."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.policies.contract import registry
from sim.policies.contract.conformance import example_observation
from sim.policies.contract.foreign import faults_of
from sim.policies.contract.registry import make_policy, policy, policy_identity, policy_names
from sim.policies.hotspot import Hotspot
from sim.policies.protocol import Orders, PolicyModel

SOURCE = '''
from sim.params import Fraction, param
from sim.policies.protocol import Orders, PolicyModel
from sim.policies.contract.registry import policy

@policy("mine")
class Mine(PolicyModel):
    """Patrol."""
    share: Fraction = param(0.1, "share", source="prior")

    def decide(self, seen, rng):
        return Orders()
'''


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(SOURCE)
    return path


def test_a_name_gives_the_policy():
    assert make_policy("hotspot") == Hotspot()


def test_parameters_may_stand_in_brackets_or_apart():
    assert make_policy("hotspot(share=0.03, dwell=12)") == make_policy("hotspot", {"share": 0.03, "dwell": 12})
    assert make_policy("reactive(patrol_in=district)") == make_policy("reactive", {"patrol_in": "district"})
    assert make_policy("hotspot(share=0.03)", {"dwell": 12}) == Hotspot(share=0.03, dwell=12.0)
    assert make_policy("hotspot()") == Hotspot()


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("hotspt", "did you mean 'hotspot'"),
        ("zzz", "hotspot, landlords, letters"),
        ("hotspot(shar=0.1)", "did you mean 'share'"),
        ("hotspot(share=0.5)", "share must lie between 0.005 and 0.1"),
        ("hotspot(share=much)", "share"),
        ("hotspot(0.05)", "hotspot(share=0.03, dwell=12)"),
        ("hotspot(share=", "must be one of"),
        ("reactive(patrol_in=moon)", "'city' or 'district'"),
        ("nowhere.py:Mine", "must exist"),
        ("", "must be named"),
        ("hotspot(share=0.03, share=0.04)", "each parameter must be given once"),
    ],
)
def test_a_wrong_request_says_what_would_work(spec, said):
    with pytest.raises(InputError) as caught:
        make_policy(spec)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_parameter_given_twice_is_refused():
    with pytest.raises(InputError, match="given once"):
        make_policy("hotspot(share=0.03)", {"share": 0.04})


def test_a_taken_name_is_refused():
    with pytest.raises(InputError, match=r"already defined by sim\.policies\.hotspot\.Hotspot"):
        policy("hotspot")(type("Other", (PolicyModel,), {"decide": lambda self, seen, rng: Orders()}))
    assert make_policy("hotspot") == Hotspot()


@pytest.mark.parametrize("name", ["", "My Policy", "9th", "a-b"])
def test_a_name_must_be_a_word(name):
    with pytest.raises(InputError, match="lower-case"):
        policy(name)(type("Other", (PolicyModel,), {}))


def test_only_a_policy_can_be_registered():
    with pytest.raises(InputError, match="PolicyModel"):
        policy("thing")(dict)


def test_a_cell_of_a_notebook_may_run_twice(monkeypatch):
    monkeypatch.setattr(registry, "_POLICIES", dict(registry._POLICIES))
    body = {"__module__": "__main__", "__qualname__": "Mine", "decide": lambda self, seen, rng: Orders()}
    policy("again")(type("Mine", (PolicyModel,), dict(body)))
    second = policy("again")(type("Mine", (PolicyModel,), dict(body)))

    assert type(make_policy("again")) is second
    assert len(policy_identity(make_policy("again"))["code_sha256"]) == 64


def test_a_file_gives_the_policy(mine):
    found = make_policy(f"{mine}:Mine(share=0.2)")

    assert found.name == "mine"
    assert found.share == 0.2
    assert make_policy(str(mine)) == make_policy(f"{mine}:Mine")
    assert "mine" not in policy_names()


def test_a_mark_before_the_text_is_no_fault_of_the_author(tmp_path):
    path = tmp_path / "marked.py"
    path.write_text(SOURCE, encoding="utf-8-sig")
    assert make_policy(str(path)).name == "mine"


@pytest.mark.parametrize("fault", ["raise RuntimeError('no idea')", "raise SystemExit(3)", "return 1 // 0"])
def test_a_fault_in_a_file_is_told_with_its_line(tmp_path, fault):
    path = tmp_path / "faulty.py"
    path.write_text(SOURCE.replace("return Orders()", fault))
    faulty = make_policy(str(path))
    line = SOURCE[: SOURCE.index("return Orders()")].count("\n") + 1
    with pytest.raises(InputError, match=f"faulty.py, line {line}: policy 'mine' failed"), faults_of(faulty):
        faulty.decide(None, None)


def test_a_fault_of_the_program_is_not_blamed_on_the_policy(mine):
    with pytest.raises(ZeroDivisionError), faults_of(make_policy(str(mine))):
        1 // 0  # noqa: B018


def test_the_same_file_twice_is_the_same_class(mine):
    assert make_policy(str(mine)) == make_policy(str(mine))


def test_an_edited_file_is_another_policy(mine):
    before = make_policy(str(mine))
    mine.write_text(SOURCE + "\n# a remark\n")
    after = make_policy(str(mine))

    assert policy_identity(before)["source_sha256"] != policy_identity(after)["source_sha256"]
    assert before != after


def test_identity_holds_what_determines_a_policy(mine):
    own, foreign = policy_identity(Hotspot(share=0.03)), policy_identity(make_policy(str(mine)))

    assert own["name"] == "hotspot"
    assert own["parameters"]["share"] == 0.03
    assert "source_sha256" not in own
    assert foreign["parameters"] == {"hours": 1.0, "fidelity": 1.0, "within_budget": False, "share": 0.1}
    assert len(foreign["source_sha256"]) == 64


def test_a_file_policy_reaches_a_worker_without_its_file(mine):
    sent = pickle.dumps(make_policy(f"{mine}:Mine(share=0.2)"))
    mine.unlink()
    code = "import pickle,sys; p = pickle.loads(sys.stdin.buffer.read()); print(type(p).__name__, p.name, p.share)"
    done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True, cwd=Path.cwd())

    assert done.stdout.decode().split() == ["Mine", "mine", "0.2"]


def test_a_file_policy_equals_itself_after_pickling(mine):
    found = make_policy(str(mine))
    back = pickle.loads(pickle.dumps(found))

    assert back == found
    assert back.decide(example_observation(), np.random.default_rng(1)) == Orders()


@pytest.mark.parametrize(
    "line",
    [
        "import sim.world",
        "from sim import world",
        "from sim.policies import hotspot",
        "from sim.agents.state import State",
        "import importlib",
        "from . import world",
        "engine = __import__('sim.engine')",
        "def late():\n    from sim.engine import run",
    ],
)
def test_a_file_that_reaches_for_the_truth_is_refused_before_it_runs(tmp_path, line):
    path = tmp_path / "peek.py"
    path.write_text(f"raise SystemExit('it ran')\n{line}\n")

    with pytest.raises(InputError, match="must not use"):
        make_policy(str(path))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = (", "line 1"),
        ("\nx = 1 / 0", "line 2 must run as Python, but failed: ZeroDivisionError"),
        ("raise SystemExit(0)", "line 1 must run as Python, but failed: SystemExit"),
        ("x = 1", "none"),
        (SOURCE.replace('@policy("mine")', ""), "must have a name"),
        (SOURCE.replace('"mine"', '"hotspot"'), "already defined"),
        (SOURCE.replace("def decide", "def decides"), "must define `decide`"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, source, said):
    path = tmp_path / "wrong.py"
    path.write_text(source)

    with pytest.raises(InputError) as caught:
        make_policy(str(path))
    assert said in str(caught.value)


def test_a_class_that_is_not_there_is_named_with_those_that_are(mine):
    with pytest.raises(InputError, match=r"mine\.py:Mine"):
        make_policy(f"{mine}:Yours")


class Offered:
    """An entry point of another package."""

    def __init__(self, name, value):
        self.name, self.value = name, "other.package:Thing"
        self._value = value

    def load(self):
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


def test_another_package_may_offer_policies(monkeypatch, mine):
    kind = type(make_policy(str(mine)))
    monkeypatch.setattr(registry, "entry_points", lambda group: [Offered("mine", kind)])

    assert make_policy("mine(share=0.3)").share == 0.3
    assert "mine" in policy_names()


@pytest.mark.parametrize("value", [ImportError("no such thing"), dict, Hotspot])
def test_a_wrong_entry_point_is_refused(monkeypatch, value):
    monkeypatch.setattr(registry, "entry_points", lambda group: [Offered("mine", value)])

    with pytest.raises(InputError, match=r"other\.package:Thing"):
        make_policy("mine")
