"""How a parameter is declared, and what is refused."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.params import CRIMES, ByAge, ByCrime, Count, Fraction, Parameters, by_crime, describe, param, plain


class Example(Parameters):
    share: Fraction = param(0.5, "a share", source="prior")
    crew: Count = param(3, "a number", source="prior", low=1, high=9)
    rate: ByCrime = param(by_crime(1, 2, 3, 4, 5), "rates", source="prior", unit="per year", low=0, high=10)
    word: str = param("a", "a word", source="model")


def test_a_kind_gives_unit_and_range_and_a_declaration_may_narrow_it():
    share, crew, rate, word = describe(Example)
    assert (share.unit, share.low, share.high) == ("fraction", 0, 1)
    assert (crew.unit, crew.low, crew.high) == ("count", 1, 9)
    assert (rate.unit, rate.low, rate.high) == ("per year", 0, 10)
    assert (word.unit, word.low, word.source) == ("", None, "model")


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_value_is_taken_if_and_only_if_it_lies_in_range(value):
    try:
        taken = Example(share=value).share
    except ValidationError:
        assert not 0 <= value <= 1
    else:
        assert taken == value
        assert 0 <= value <= 1


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"crew": 0}, "crew must lie between 1 and 9 count, got 0"),
        ({"crew": 2.5}, "crew"),
        ({"crews": 2}, "crews"),
        ({"rate": {"theft": 11}}, "rate.theft must lie between 0 and 10 per year, got 11"),
        ({"rate": {"arson": 1}}, "arson"),
        ({"share": "half"}, "share"),
        ({"share": True}, "share must be a number, got true"),
        ({"crew": False}, "crew must be a number, got false"),
        ({"rate": {"theft": True}}, "rate.theft must be a number, got true"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(values, named):
    with pytest.raises(ValidationError, match=named):
        Example.model_validate(values)


def test_numbers_are_written_as_people_write_them():
    assert [plain(number) for number in (5e6, 1_000_001, 0.005, 3, None)] == ["5000000", "1000001", "0.005", "3", ""]


def test_parameters_are_values():
    one, same = Example(share=0.2), Example(share=0.2)
    assert one == same
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(ValidationError, match="frozen"):
        one.share = 0.3


def test_of_several_values_one_may_be_set_and_each_must_lie_in_range():
    ages = ByAge(child=1, teenager=2, young=3, adult=4, middle=5, old=6)

    class Aged(Parameters):
        ways: ByAge = param(ages, "ways a day", source="prior", unit="count", low=0, high=10)

    np.testing.assert_array_equal(Aged().ways.as_array(), [1, 2, 3, 4, 5, 6])
    assert Aged.model_validate({"ways": {"old": 0}}).ways == ages.model_copy(update={"old": 0.0})
    with pytest.raises(ValidationError, match=r"ways\.old must lie between 0 and 10 count, got 11"):
        Aged.model_validate({"ways": {"old": 11}})
    with pytest.raises(ValidationError, match=r"ways\.old must be a number, got true"):
        Aged.model_validate({"ways": {"old": True}})


def test_types_of_crime_keep_their_order():
    values = by_crime(1, 2, 3, 4, 5)
    assert list(values.model_dump()) == list(CRIMES)
    np.testing.assert_array_equal(values.as_array(), [1, 2, 3, 4, 5])
