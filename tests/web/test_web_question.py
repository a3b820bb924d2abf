"""A question is the same bytes however it was put, names no path, and its command makes the same runs."""

import json
import shlex

import pytest
from small_page import ask_town, load_town

from sim.batch.running.once import Job, do_run
from sim.cli import main
from sim.errors import InputError
from sim.web.asking import describe_question, list_faults
from sim.web.question import SIDES, Asked, Question, branched, read_question
from sim.web.settings import Limits, Settings

HOTSPOT = {"strategies": [{"key": "hotspot", "set": {"dwell": 15.0, "share": 0.03}}]}


def test_what_is_default_anyway_is_no_other_question():
    plain = ask_town()
    usual = load_town("").n_officers
    same = ask_town(
        today={"strategies": [{"key": "reactive", "set": {"hours": 1.0}}], "officers": usual, "night": None},
        set={"dispatch.backup_share": load_town("").dispatch.backup_share}, start=str(load_town("").start),
    )  # fmt: skip
    assert same.text == plain.text
    assert same.id == plain.id
    assert ask_town(seeds=3).id != plain.id


def test_a_link_gives_a_colleague_the_same_question():
    asked = ask_town(instead=HOTSPOT, set={"offending.p_return": 0.1})
    again = Asked(read_question(json.loads(asked.text)).question, load_town)
    assert (again.text, again.id) == (asked.text, asked.id)


@pytest.mark.parametrize(
    "content",
    [
        {"today": {"strategies": [{"key": "/etc/passwd.py:X"}]}},
        {"today": {"strategies": [{"key": "hotspot in places.toml"}]}},
        {"today": {"strategies": [{"key": "hotspot", "set": {"estimate": "count) + grid("}}]}},
        {"today": {"strategies": [{"key": "hotspot", "set": {"no_such": 1}}]}},
        {"set": {"city.streets": "/etc/passwd"}},
        {"set": {"city.incidents": "/etc/passwd"}},
        {"set": {"offending.p_return": "/etc/passwd"}},
        {"branch": {"of": "../../x", "side": "today", "hour": 1}},
        {"nothing": 1},
        [],
    ],
)
def test_no_part_of_a_question_is_a_path_or_another_spec(content):
    assert read_question(content).question is None


def test_two_sides_that_are_one_are_told():
    faults = list_faults(ask_town(instead={"strategies": [{"key": "reactive"}]}), Limits())
    assert [fault["en"] for fault in faults] == [
        "both sides are the same: change a strategy, officers or a parameter of one of them"
    ]


def test_what_is_too_large_says_what_fits():
    (fault,) = list_faults(ask_town(days=300, seeds=60), Limits(resident_days=10_000_000))
    assert "for instance 23 seeds" in fault["en"]


def test_staff_is_priced_before_anything_is_run(tmp_path):
    told = describe_question(ask_town(today={"officers": {"response": 40}}), Settings(tmp_path))
    today, instead = told["cost"]["today"], told["cost"]["instead"]
    assert (today["officers"]["response"], instead["officers"]["response"]) == (40, 36)
    hours = 4 * 0.6 * 8.0 * 365 / 12
    assert today["hours"] - instead["hours"] == pytest.approx(hours, abs=0.2)
    assert told["question"]["today"]["officers"]["foot"] == 6


def test_a_part_gets_the_officers_that_were_asked_for(tmp_path):
    asked = Asked(Question(today={"officers": {"response": 25, "foot": 6}}))
    told = describe_question(asked, Settings(tmp_path))
    assert told["cost"]["today"]["officers"]["response"] == 25
    assert told["cost"]["today"]["officers"]["foot"] == 6
    assert told["command"].count("cpsim compare") == 2  # no one comparison has two forces


def test_the_command_makes_the_runs_of_the_question(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    content = {"city": "fengqiao_town", "part": "0.02", "days": 3, "seeds": 1, "instead": HOTSPOT}
    asked = Asked(read_question(content).question)
    digests = {}
    for side in SIDES:
        plan = asked.plan(side, 1, tmp_path / "page")
        digests[side] = do_run(Job(side, plan.scenario, plan.policy, 1, 0, plan.folder)).digest
    assert digests["today"] != digests["instead"]
    words = shlex.split(asked.command(tmp_path / "shell"))
    assert main([*words[1:], "--no-plots", "--workers", "1"]) == 0
    capsys.readouterr()
    for side in SIDES:
        manifest = json.loads((asked.plan(side, 1, tmp_path / "shell").folder / "manifest.json").read_text())
        assert manifest["digest"] == digests[side]


def test_a_branch_begins_at_the_next_midnight_and_keeps_what_was_before():
    first = ask_town()
    second = Asked(branched(first, "today", 25, [{"key": "hotspot"}]), load_town)
    assert second.question.instead.spec == "reactive until 2014-01-03 then hotspot"
    assert second.from_day == 2
    third = Asked(branched(second, "instead", 96, [{"key": "grid"}]), load_town)
    assert third.question.instead.spec == "reactive until 2014-01-03 then hotspot until 2014-01-05 then grid"
    early = Asked(branched(second, "instead", 24, [{"key": "grid"}]), load_town)
    assert early.question.instead.spec == "reactive until 2014-01-02 then grid"
    with pytest.raises(InputError, match="whole day"):
        branched(first, "today", 24 * 6, [{"key": "hotspot"}])
