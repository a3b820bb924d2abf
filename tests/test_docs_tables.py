"""The tables of pages that are made from the code say what the code says."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

from sim import engine
from sim.city.reading.load import EMBEDDED
from sim.cli import main
from sim.ledger.run_folder import read_manifest
from sim.scenarios.scenario import SYNTHETIC

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import list_cities  # noqa: E402
import list_model  # noqa: E402
from marked_pages import filled, table_of  # noqa: E402


@pytest.mark.parametrize("page", list_model.pages(), ids=lambda page: page.name)
def test_a_page_of_the_model_says_what_the_code_says(page):
    text = page.read_text(encoding="utf-8")
    assert filled(text, list_model.pages()[page]) == text, "run python scripts/list_model.py"


def test_the_data_cards_say_what_is_counted_in_the_cities():
    text = list_cities.PAGE.read_text(encoding="utf-8")
    assert filled(text, list_cities.tables()) == text, "run python scripts/list_cities.py"


def test_each_city_of_the_package_has_a_data_card():
    cards = list_cities.PAGE.read_text(encoding="utf-8")
    headings = [line for line in cards.splitlines() if line.startswith("## ")]
    for name in (*EMBEDDED, *SYNTHETIC):
        assert sum(f"`{name}`" in line for line in headings) == 1


def test_the_page_of_the_run_folder_names_every_key_of_a_manifest(tmp_path):
    assert main(["run", "--days", "1", "--scale", "650", "--out", str(tmp_path / "run")]) == 0
    page = (ROOT / "docs/run-folder.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?`) \|", page.partition("## The manifest")[2], re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert set(read_manifest(tmp_path / "run")) - told == set()


def test_every_phase_that_the_schedule_names_stands_on_the_page():
    listed = list_model.schedule()
    named = {
        name
        for name, what in vars(engine).items()
        if inspect.isroutine(list_model.plain_function(name))
        and getattr(what, "__module__", "").startswith(("sim.agents", "sim.command", "sim.orders"))
    }
    assert len(named) > 20
    assert {name for name in named - list_model.LOOKS if f"`{name}`" not in listed} == set()


def test_a_condition_without_words_stops_the_list(monkeypatch):
    monkeypatch.delitem(list_model.WHEN, "flare_at == t")
    with pytest.raises(KeyError, match="flare_at"):
        list_model.schedule()


def test_what_stands_between_the_marks_is_replaced_and_nothing_else():
    page = "a\n<!-- t -->\nold\n<!-- end t -->\nb\n"
    assert filled(page, {"t": "new\n"}) == page.replace("old", "new")


def test_a_bar_in_a_cell_does_not_end_it():
    assert table_of(["a"], [["x | y"]]).splitlines()[-1] == r"| x \| y |"
