"""Roles, kinds of task and the words of a column are declared once, and rules agree with the declaration."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from small_force import FEW

import sim
from sim.agents import tables
from sim.agents.events import LEDGER
from sim.agents.presence import is_civilian
from sim.ledger.columns import flat_names
from sim.roles import FORCE, ROLES, SWORN, TASKS
from sim.scenarios.scenario import Scenario
from sim.world import build_world

PACKAGE = Path(sim.__file__).parent


def test_the_numbers_of_compiled_rules_are_places_in_the_declaration():
    assert [getattr(tables, role.upper()) for role in ROLES] == list(range(len(ROLES)))
    assert [getattr(tables, f"TASK_{kind.upper()}") for kind in TASKS] == list(range(len(TASKS)))
    # Rules compare with the last of a block, which is faster than a look-up.
    assert [ROLES[role] for role in range(tables.DETECTIVE + 1)] == list(SWORN)


def test_a_force_has_a_number_and_a_text_in_two_languages_for_each_role():
    numbers = [name.removeprefix("n_") for name in type(Scenario().force).model_fields if name.startswith("n_")]
    assert [name for name in numbers if name in ROLES] == list(ROLES)
    texts = tomllib.loads((PACKAGE / "report" / "texts.toml").read_text("utf-8"))
    told = next(group for group in texts.values() if isinstance(group, dict) and set(ROLES) <= set(group))
    assert all(told[role]["en"] and told[role]["zh"] for role in ROLES)


def test_the_core_takes_for_police_and_lets_walk_whom_the_declaration_says():
    one_each = {f"force.n_{role}": 1 for role in ROLES}
    small = FEW | {"people.n_residents": 200, "city.streets": "grid", "city.n_segments": 60, "force.n_districts": 2}
    state = build_world(Scenario().replace(small | one_each), 1).state
    for officer, role in enumerate(state.officers["role"].tolist()):
        assert is_civilian(state, officer) != FORCE[role].is_police
        assert state.officers["on_foot"][officer] == FORCE[role].on_foot


def test_no_other_list_of_roles_or_tasks_is_kept_by_hand():
    lists = (re.compile(r'"response",\s*"foot",\s*"community",\s*"detective"'), re.compile(r'"patrol",\s*"rounds",'))
    files = [file for file in PACKAGE.rglob("*.py") if file.name != "roles.py"]
    assert [file.name for file in files for one in lists if one.search(file.read_text("utf-8"))] == []


@pytest.mark.parametrize("table", LEDGER)
def test_a_column_of_several_numbers_says_what_each_stands_for(table):
    for column in LEDGER[table]:
        assert len(column.words) == (column.size if column.size > 1 else 0), column.name
        assert len(set(flat_names(column))) == column.size
    assert np.dtype(tables.row_dtype(LEDGER[table])).names == tuple(column.name for column in LEDGER[table])
