"""A strategy that orders nothing in a run is said to have ordered nothing, also where the run was there already."""

from __future__ import annotations

import pandas as pd
import pytest
from commands import cpsim

TOWN = "city.streets=grid city.n_segments=60 people.n_residents=300 force.n_districts=2 "
CITY = TOWN + "force.p_on_duty=1.0 force.n_response=36 force.n_foot=6 force.n_community=8"
TINY = [word for change in CITY.split() for word in ("--set", change)] + ["--days", "2"]
COMPARE = ("compare", *TINY, "--seeds", "2", "--workers", "1", "--no-plots", "--out", "compared")
MINE = '''"""Send the officers of a role to the first street."""

from sim.policies.levers import Levers, Team
from sim.policies.protocol import Orders, PolicyModel, Task


class Mine(PolicyModel):
    name = "mine"

    def levers(self):
        return Levers(team=Team({lever}))

    def decide(self, seen, rng):
        crew = seen.with_role("{role}").tolist()
        return Orders(tuple(Task(officer, "post", (0,)) for officer in crew))
'''


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write_strategy(name, *, role, lever=""):
        (tmp_path / name).write_text(MINE.format(role=role, lever=lever))
        return name

    return write_strategy


def test_a_comparison_says_which_strategy_ordered_nothing_and_what_its_result_is(write, capsys):
    idle, busy = write("idle.py", role="mediator"), write("busy.py", role="community")
    tuned = write("tuned.py", role="mediator", lever="community_start_h=6.0")
    words = (*COMPARE, "--policies", f"reactive,{idle},{busy},{tuned}")
    assert cpsim(*words) == 0
    first = capsys.readouterr().out
    assert f"{idle} gave no order with a target in any run at this scale, so its results are exactly those of" in first
    assert f"{tuned} gave no order with a target in any run at this scale: what it does comes from its levers" in first
    assert "busy.py gave no order" not in first
    assert "reactive gave no order" not in first
    runs = pd.read_csv("compared/runs.csv").set_index("policy")
    assert (runs.loc[[idle, tuned, "reactive"], "n_orders"] == 0).all()
    assert (runs.loc[busy, "n_orders"] > 0).all()
    assert cpsim(*words, "--lang", "zh") == 0  # every run is reused
    assert f"“{idle}”按此比例没有下达任何带目标的命令，因此其结果与" in capsys.readouterr().out
    for page, said in (("compare.md", f"{idle} gave no order"), ("compare.zh.md", f"“{tuned}”按此比例没有下达")):
        with open(f"compared/{page}", encoding="utf-8") as file:
            assert said in file.read()


def test_an_idle_baseline_is_told_as_well_and_not_compared_with_itself(write, capsys):
    idle = write("idle.py", role="mediator")
    assert cpsim(*COMPARE, "--policies", f"{idle},reactive") == 0
    told = capsys.readouterr().out
    assert f"{idle} gave no order with a target in any run at this scale: what it does" in told
    assert "reactive gave no order" not in told


@pytest.mark.parametrize(("role", "told"), [("mediator", True), ("community", False)])
def test_a_run_says_that_its_strategy_ordered_nothing_and_so_does_one_that_is_taken_up(write, capsys, role, told):
    words = ("run", *TINY, "--policy", write("mine.py", role=role), "--out", "mine")
    assert cpsim(*words) == 0
    assert ("note: mine gave no order with a target in this run" in capsys.readouterr().out) == told
    assert cpsim(*words, "--resume", "--lang", "zh") == 0
    assert ("“mine”按此比例没有下达任何带目标的命令" in capsys.readouterr().out) == told


def test_the_strategy_that_never_orders_anything_is_no_news(write, capsys):
    assert cpsim("run", *TINY, "--policy", "reactive", "--out", "plain") == 0
    assert "gave no order" not in capsys.readouterr().out
