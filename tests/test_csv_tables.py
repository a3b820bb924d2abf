"""Tables as spreadsheets of several countries write them are read to the same cells, or refused by their line."""

import numpy as np
import pytest

from sim.errors import InputError
from sim.inputs.csv_tables import read_csv_table
from sim.inputs.spelling import nearest

TEXT = "measure,value,place\ncalls_per_1000,4.5,北京\ntrust_mean,0.5,上海\n"
CELLS = {"measure": ["calls_per_1000", "trust_mean"], "value": ["4.5", "0.5"], "place": ["北京", "上海"]}

SAME = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "UTF-16 with a mark": TEXT.encode("utf-16"),
    "UTF-16, little end first": TEXT.encode("utf-16-le"),
    "UTF-16, big end first": TEXT.encode("utf-16-be"),
    "GBK": TEXT.encode("gbk"),
    "lines of Windows": TEXT.replace("\n", "\r\n").encode(),
    "lines of old Macintosh": TEXT.replace("\n", "\r").encode(),
    "empty lines": ("\n" + TEXT.replace("\n", "\n \n,,\n")).encode(),
    "no end of the last line": TEXT.strip().encode(),
    "tabs": TEXT.replace(",", "\t").encode(),
    "semicolons and decimal commas": TEXT.replace(",", ";").replace(".", ",").encode(),
    "a separator that is said": ("sep=|\n" + TEXT.replace(",", "|")).encode(),
    "quotes": TEXT.replace("北京", '"北京"').encode(),
    "empty fields at the end": TEXT.replace("\n", ",,\n").encode(),
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME)
def test_a_table_is_read_alike_however_it_was_written(content, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    table = read_csv_table(path, "the table")
    assert {name: table.cells(name) for name in table.columns} == CELLS
    np.testing.assert_array_equal(table.numbers("value"), [4.5, 0.5])
    assert np.isnan(table.numbers("place")).all()


def test_a_table_of_western_europe_is_read(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("place,x\nSão Paulo,1\nMünchen,2\n".encode("cp1252"))
    assert read_csv_table(path, "the table").numbers("x").tolist() == [1.0, 2.0]


REFUSED = {
    "a field too many": (
        b"a,b\n1,2\n\n3,4,5\n",
        "line 4: every line must have the 2 .* by a comma, got 3",
    ),
    "a field too few": (b"a;b\n1;2\n3\n", "line 3: .* parted by a semicolon, got 1"),
    "a name twice": (b"a,a\n1,2\n", "each column must have a name of its own, got 'a' twice"),
    "nothing": (b"\n \n", "is empty"),
    "a spreadsheet": (b"PK\x03\x04rest", "save it as CSV"),
    "no text": (bytes(range(256)), "none of them"),
    "an open quote": (b'a,b\n1,"2\n3,4\n', "table.csv, line 2: every quote must be closed.*still open at line 3"),
    "an open quote in a row of several lines": (b'a,b\n"1\n""2""","3\n4,5\n', "line 3: every quote must be closed"),
    "an open quote before a long rest": (b'a,b\n1,"2\n' + b"3,4\n" * 50_000, "line 2: every quote must be closed"),
    "a long field": (b"a,b\n1,2\n3," + b"4" * 200_000 + b"\n", "line 3: a field must have at most 131,072 letters"),
    "a long quoted field": (b'a,b\n1,"' + b"4" * 200_000 + b'"\n', "line 2: .*131,072 letters|line 2: every quote"),
    "words behind a quote": (b'a,b\n1,"2"3\n', "line 2: .*a quoted field must end with its quote"),
    "thousands or decimals": (b"a;b\n1;2\n3;1,234\n", "line 3: numbers must be written with a decimal point"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_may_be_read_in_two_ways_is_refused_by_its_line(content, words, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_csv_table(path, "the table")


def test_lines_are_counted_as_an_editor_counts(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b'sep=;\n\na;b\n\n1;"two\nlines"\n3;4\n')
    assert read_csv_table(path, "the table").lines == (6, 7)


def test_the_nearest_name_is_offered_and_a_far_one_is_not():
    known = ["n_days", "demand.other_calls", "people.n_residents", "force.n_response"]
    for written, meant in {
        "n_dayz": "n_days",
        "demand_other_calls": "demand.other_calls",
        "Demand.Other-Calls": "demand.other_calls",
        "n_residents": "people.n_residents",
        "people.residents": "people.n_residents",
        "polcie.n_respose": "force.n_response",
        "weather": None,
    }.items():
        assert nearest(written, known) == meant
