import doctest
import importlib
import re
from importlib.util import find_spec
from pathlib import Path

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
