import doctest
import importlib
import re
from importlib.util import find_spec
from pathlib import Path

from sim.report.measures import measures_table
from sim.report.page import as_markdown

PAGE = Path(__file__).parents[2] / "docs" / "outcomes.md"


def test_examples_of_the_page_are_true():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0


def test_the_page_names_functions_that_exist():
    for module, name in re.findall(
        r"`(\w+)\.((?:measure|find|count|estimate|tabulate|ask|publish|pair)_\w+)`", PAGE.read_text()
    ):
        home = "outcomes" if find_spec(f"sim.outcomes.{module}") else "statistics"
        assert hasattr(importlib.import_module(f"sim.{home}.{module}"), name), f"{module}.{name}"


def test_the_page_lists_every_measure_as_the_command_does():
    listed = PAGE.read_text(encoding="utf-8").partition("## Every measure by its name\n")[2].strip()
    assert listed == as_markdown(["", measures_table("en")]).partition("\n\n")[2].partition("\n\n")[2].strip()
