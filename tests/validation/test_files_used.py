"""What determines an answer: the functions of a claim with all modules of this package that they use."""

from __future__ import annotations

import sys

import pytest

from sim.errors import InputError
from sim.validation.asking import list_files_used
from sim.validation.claim import HERE, function_of


def names(family):
    return {file.relative_to(HERE.parent).as_posix() for file in list_files_used(HERE / f"{family}.py")}


def test_a_trial_in_a_second_module_and_what_follows_persons_belong_to_the_family():
    assert {"claims/contacts.py", "claims/seen_on_foot.py", "persons.py", "seen.py"} <= names("contacts")
    assert names("places") == {"claims/places.py", "seen.py"}


def test_tables_of_claims_do_not_make_answers_worthless():
    assert "claim.py" not in names("reporting")


@pytest.mark.parametrize(
    "line", ["from sim.validation.seen import watch", "from sim.validation import seen", "import sim.validation.seen"]
)
def test_a_module_is_found_however_it_is_imported(tmp_path, line):
    own = tmp_path / "own.py"
    own.write_text(f"{line}\nfrom sim.clock import DAY_MIN\nfrom sim.validation.seen import of_type\n")
    assert [file.name for file in list_files_used(own)].count("seen.py") == 1
    own.write_text("from sim.clock import DAY_MIN\n")
    assert list_files_used(own) == [own]


def test_a_family_without_a_file_is_told_from_one_whose_import_is_missing(monkeypatch):
    with pytest.raises(InputError, match=r"needs a file claims/sky\.py"):
        function_of("sky", "colour")
    monkeypatch.delitem(sys.modules, "sim.validation.claims.repeats", raising=False)
    monkeypatch.setitem(sys.modules, "sim.outcomes.near_repeats", None)
    with pytest.raises(ModuleNotFoundError, match="near_repeats"):
        function_of("repeats", "burglary_repeats")
