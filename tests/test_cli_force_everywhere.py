"""Every command that takes a scenario takes the folder of a force for it, or says in one sentence why not."""

import argparse

import pytest
from commands import cpsim

from sim.cli.main import build_parser

TAKES = {
    "run", "compare", "levers", "staffing", "deploy", "replay-calls", "day", "validate", "scenario show",
    "scenario check",
}  # fmt: skip
REFUSES = {"sweep": "in the file", "calibrate": "in the file", "trial": "in the file", "history": "comes in at a date"}
"""Commands that take scenarios by a file, and words of their sentence."""
OF_OTHER_THINGS = {
    "store check", "contrast", "sensitivity", "robustness", "report", "brief", "serve", "changes", "plot", "burden",
    "check", "scenario list", "params", "measures", "policy list", "policy check", "city build", "city show",
    "force new", "force check", "force build",
}  # fmt: skip
"""Commands that take finished runs, cities, strategies, or a folder of a force as such."""


def leaves(parser, path=()):
    """Give each command that acts, with its parser."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield " ".join(path), parser
    for action in inner:
        for name, one in action.choices.items():
            yield from leaves(one, (*path, name))


COMMANDS = dict(leaves(build_parser()))


def test_every_command_is_of_one_kind():
    assert COMMANDS.keys() == TAKES | REFUSES.keys() | OF_OTHER_THINGS
    for name, parser in COMMANDS.items():
        if any(action.metavar == "SCENARIO" for action in parser._actions):
            assert name in TAKES | REFUSES.keys()


@pytest.mark.parametrize("name", sorted(TAKES))
def test_a_command_that_takes_a_scenario_takes_a_folder(name, tmp_path, capsys):
    assert build_parser().parse_args([*name.split(), "--force", str(tmp_path)]).force == tmp_path
    assert cpsim(*name.split(), "--force", tmp_path / "none") == 2  # no folder: told before anything is made
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(REFUSES))
def test_a_command_that_takes_none_says_why_and_what_to_give(name, tmp_path, capsys):
    assert cpsim(name, "some.toml", "--force", tmp_path) == 2
    told = capsys.readouterr().err
    assert REFUSES[name] in told
    assert "FOLDER/built/scenario.toml" in told
    assert len(told.strip().splitlines()) == 1


def test_what_asks_every_claim_of_its_own_city_drops_no_folder(tmp_path, capsys):
    assert cpsim("validate", "--ablations", "2", "--force", tmp_path, "--out", tmp_path / "out") == 2
    assert "leave out --scenario and --force" in capsys.readouterr().err
