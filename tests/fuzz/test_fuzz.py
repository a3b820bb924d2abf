"""Damaged inputs of every kind are answered with one sentence, or give a valid run whose report accounts for them."""

from __future__ import annotations

import os

import pytest
from fuzz import send_all

CASES = {"small": 120, "full": 10_000}


@pytest.mark.slow
def test_damaged_inputs_are_answered_with_one_sentence(tmp_path, capsys):
    cases = CASES[os.environ.get("CPSIM_BUDGET", "small")]
    tally = send_all(cases, 1, tmp_path)
    with capsys.disabled():
        print(f"\n{tally.table()}")
    assert not tally.wrong, "\n".join(tally.wrong)
