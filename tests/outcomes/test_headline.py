"""Crime never stands alone: the rule that chooses what is shown."""

from pathlib import Path

import pytest

import sim
from sim.errors import InputError
from sim.outcomes.measures import BURDEN, MEASURES, choose_headline


def test_what_is_shown_holds_crime_feelings_burden_and_cost():
    assert {"offences_per_1000", "recorded_per_1000", "security_mean", "cost_per_1000", *BURDEN} <= set(
        choose_headline()
    )
    assert len(set(choose_headline())) == len(choose_headline())


@pytest.mark.parametrize("wanted", [[], ["offences_per_1000"], ["trust_mean", "cleared_pct"], ["stops_per_1000"]])
def test_burden_is_added_to_whatever_is_wanted(wanted):
    chosen = choose_headline(wanted)
    assert list(chosen[: len(wanted)]) == wanted
    assert set(chosen) == {*wanted, *BURDEN}
    assert len(chosen) == len(set(chosen))


def test_burden_is_stops_checks_and_trust():
    assert set(BURDEN) == {"stops_per_1000", "checks_per_1000", "trust_mean"}
    assert all(MEASURES[name].better for name in BURDEN)


def test_a_measure_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="'offences'"):
        choose_headline(["offences"])


def test_nothing_goes_around_the_rule():
    """The list itself is private, and no module of reports or of the command line names a list of its own."""
    files = [file for part in ("report", "cli") for file in (Path(sim.__file__).parent / part).rglob("*.py")]
    assert len(files) > 10
    for file in files:
        content = file.read_text(encoding="utf-8")
        assert "_HEADLINE" not in content
        if '"offences_per_1000"' in content:
            assert "choose_headline(" in content, file.name
