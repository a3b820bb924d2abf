"""Whoever asks for Chinese reads Chinese: lists, the run, the help; and a scale that is too coarse is named."""

import re

import pytest
from commands import cpsim

from sim.cli.main import build_parser
from sim.report.names import chinese_names


def own_words(told):
    """Leave out what is written in English in any language: names, options, file names and numbers."""
    return re.sub(r"[A-Za-z0-9_.,:;=()+\-\[\]{}/ |…]", "", told)


@pytest.mark.parametrize("kind", ["scenario", "policy"])
def test_lists_are_there_in_both_languages(kind, capsys):
    assert cpsim(kind, "list") == 0
    english = capsys.readouterr().out
    assert cpsim(kind, "list", "--lang", "zh") == 0
    chinese = capsys.readouterr().out
    assert len(english.splitlines()) == len(chinese.splitlines())
    group = chinese_names()["scenarios" if kind == "scenario" else "policies"]
    assert all(name in english and called in chinese for name, called in group.items())
    indented = [line for line in chinese.splitlines() if line.startswith("    ")]
    assert [line for line in indented if not own_words(line)] == []


def commands_of(parser, name=""):
    below = [action for action in parser._actions if hasattr(action, "choices") and isinstance(action.choices, dict)]
    for action in below:
        for command, one in action.choices.items():
            yield f"{name} {command}".strip()
            yield from commands_of(one, f"{name} {command}".strip())


@pytest.mark.parametrize("command", ["", *commands_of(build_parser())])
def test_every_command_has_help_in_chinese(command, capsys):
    assert cpsim(*command.split(), "--help", "--lang", "zh") == 0
    told = capsys.readouterr().out
    assert told.startswith("用法：")
    description = told.split("\n\n")[1]
    assert re.search(r"[\u4e00-\u9fff]", description), description
    assert cpsim(*command.split(), "--help") == 0
    assert capsys.readouterr().out.isascii()


def test_a_run_tells_its_measures_in_chinese_and_names_a_scale_that_is_too_coarse(tmp_path, capsys):
    line = ("run", "--scale", "400", "--days", "1", "--out", tmp_path / "run", "--lang", "zh")
    assert cpsim(*line) == 0
    told = capsys.readouterr()
    assert "实际违法犯罪" in told.out
    assert "Offences" not in told.out
    assert "较小的 --scale" in told.err


@pytest.mark.parametrize("line", ["run nowhere", "compare", "policy list", "plot x", "report x", "contrast x"])
def test_what_may_stand_behind_a_command_may_stand_before_it(line):
    words, early = line.split(), ["--debug", "--lang", "zh"]
    behind = vars(build_parser().parse_args([*words, *early]))
    assert (behind["debug"], behind["lang"]) == (True, "zh")
    for n_before in range(len(words)):
        assert vars(build_parser().parse_args([*words[:n_before], *early, *words[n_before:]])) == behind
    plain = vars(build_parser().parse_args(words))
    assert plain == behind | {"debug": False, "lang": "en"}


@pytest.mark.parametrize("line", ["params --group cost", "city show grid", "scenario show new_haven"])
def test_the_language_is_understood_before_a_command_as_well_as_behind_it(line, capsys):
    assert cpsim("--lang", "zh", *line.split()) == 0
    before = capsys.readouterr().out
    assert cpsim(*line.split(), "--lang", "zh") == 0
    assert before == capsys.readouterr().out
    assert own_words(before) != ""
