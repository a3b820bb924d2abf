import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "outcomes.md"


def test_examples_of_the_page_are_true():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0


def test_the_page_names_functions_that_exist():
    import importlib
    import re

    for module, name in re.findall(
        r"`(\w+)\.((?:measure|find|count|estimate|tabulate|ask|publish|pair)_\w+)`", PAGE.read_text()
    ):
        assert hasattr(importlib.import_module(f"sim.outcomes.{module}"), name), f"{module}.{name}"
