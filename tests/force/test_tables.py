"""Tables damaged as exports are: each row is used, or left out for one reason."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from force_town import account, keys, read, some_calls

from sim.errors import InputError
from sim.force.account import Account
from sim.force.settings import Table
from sim.force.tables import read_sheet

HEAD = "number,when,what"
ROWS = ["1,2014-01-01 10:00,theft", "2,2014-01-02 11:00,noise", "3,2014-01-03 12:00,fight"]


def sheet(tmp_path, text, name="t.csv", encoding="utf-8", part=None):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    told = Account("calls", name)
    return read_sheet(path, part or Table(), told), told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_is_the_same_in_every_encoding_and_with_every_separator(tmp_path, encoding, separator):
    text = "\r\n".join(["编号,时间,类型", "1,2014-01-01 10:00,盗窃", "2,2014-01-02 11:00,噪音"]).replace(",", separator)
    read_back, _ = sheet(tmp_path, text, encoding=encoding)
    assert read_back.columns == ["编号", "时间", "类型"]
    assert read_back.texts("类型") == ["盗窃", "噪音"]
    assert read_back.fate.is_used.all()


DAMAGES = {
    "reasons.repeated_names": HEAD,
    "reasons.total": "Total,,412",
    "reasons.too_many_fields": "4,2014-01-04 10:00,theft,again,5",
    "reasons.cut_off": "5,2014-01-05 10:00",
    "reasons.remark": "Source: records office",
}


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("reason", DAMAGES)
def test_a_damaged_line_costs_that_line_alone(tmp_path, reason, at):
    lines = [*ROWS[:at], DAMAGES[reason], *ROWS[at:]]
    read_back, _ = sheet(tmp_path, "\n".join([HEAD, *lines]))
    assert list(read_back.fate.reason) == [reason if i == at else "" for i in range(4)]


@pytest.mark.parametrize("words", ["Total", "TOTALS", "Grand total", "Subtotal", "合计", "总 计", "小计", "Summe"])
def test_totals_are_known_by_their_words(tmp_path, words):
    read_back, _ = sheet(tmp_path, "\n".join([HEAD, *ROWS, f"{words},,3"]))
    assert list(read_back.fate.reason).count("reasons.total") == 1


def test_titles_above_the_names_are_no_rows(tmp_path):
    read_back, told = sheet(tmp_path, "\n".join(["Calls 2014,,", "", "Printed 1.1.2015,,", HEAD, *ROWS]))
    assert read_back.columns == HEAD.split(",")
    assert len(read_back.cells) == 3
    assert "titles" in [note.key for note in told.notes]


def test_cells_below_a_merged_one_have_its_value_and_empty_cells_elsewhere_stay_empty(tmp_path):
    text = "day,hour,what,unit\n2014-01-01,10,a,\n,11,b,7\n,12,c,\n2014-01-02,10,d,\n,9,e,8\n"
    read_back, told = sheet(tmp_path, text)
    assert read_back.texts("day") == ["2014-01-01"] * 3 + ["2014-01-02"] * 2
    assert read_back.texts("unit") == ["", "7", "", "", "8"]
    assert [note.values["n"] for note in told.notes if note.key == "filled_down"] == [3]
    asked, _ = sheet(tmp_path, text, part=Table(fill_down=["unit"]))
    assert asked.texts("unit") == ["", "7", "7", "7", "8"]


def test_a_column_that_is_not_there_cannot_be_filled(tmp_path):
    with pytest.raises(InputError, match="fill_down"):
        sheet(tmp_path, "\n".join([HEAD, *ROWS]), part=Table(fill_down=["none"]))


def test_two_columns_of_one_name_are_told_apart(tmp_path):
    read_back, told = sheet(tmp_path, "time,time,x\n1,2,3\n")
    assert read_back.columns == ["time", "time (2)", "x"]
    assert "double_name" in [note.key for note in told.notes]


@pytest.mark.parametrize("content", [b"", bytes(range(256)), b"PK\x03\x04rest"])
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, content):
    with pytest.raises(InputError):
        sheet(tmp_path, content)


def test_a_workbook_is_the_same_as_its_csv_merged_cells_and_all(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [
        ["Calls 2014"],
        ["day", "hour", "what"],
        [pd.Timestamp("2014-01-01"), 10, "a"],
        [None, 11, "b"],
        ["Total", None, 2],
    ]:
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("A3:A4")
    book.save(tmp_path / "t.xlsx")
    read_back = read_sheet(tmp_path / "t.xlsx", Table(), Account("calls", "t.xlsx"))
    assert read_back.columns == ["day", "hour", "what"]
    assert [text[:10] for text in read_back.texts("day")[:2]] == ["2014-01-01"] * 2
    assert list(read_back.fate.reason) == ["", "", "reasons.total"]
    with pytest.raises(InputError, match="layer"):
        read_sheet(tmp_path / "t.xlsx", Table(layer="none"), Account("calls", "t.xlsx"))


def exported(calls, separator=",", decimal="."):
    shown = calls.copy()
    for name in ("Received", "Dispatched", "On Scene", "Cleared"):
        shown[name] = shown[name].dt.strftime("%d/%m/%Y %H:%M")
    for name in ("Longitude", "Latitude"):
        shown[name] = shown[name].map(lambda number: f"{number:.6f}".replace(".", decimal))
    return [separator.join(shown.columns), *(separator.join(map(str, row)) for row in shown.itertuples(index=False))]


def damaged(lines, calls):
    """Add one row of each damage, and say how many rows are expected for each reason."""
    cells = lines[1].split(";")

    def changed(number, **at):
        new = [number, *cells[1:]]
        for column, text in at.items():
            new[int(column[1:])] = text
        return ";".join(new)

    rows = [
        lines[0], lines[5], "Total;;;;;200;;;", "made by the records office", changed("Z1", c1=""),
        changed("Z2", c1="unknown"), changed("Z3", c7="-3,5"), changed(cells[0], c4=cells[4].replace("2014", "2015")),
        changed("Z4", c5="TRAFFIC STOP"), changed("Z5", c1="01/01/1900 00:00"), changed("Z6") + ";more", "Z7;cut",
    ]  # fmt: skip
    reasons = {
        "repeated_names": 1, "copy": 1, "total": 1, "remark": 1, "no_time": 1, "time_not_understood": 1, "outside": 1,
        "repeated_id": 1, "self_initiated": 1, "impossible_time": 1, "too_many_fields": 1, "cut_off": 1,
    }  # fmt: skip
    return [*lines, *rows], {f"reasons.{name}": n for name, n in reasons.items()}


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "cp1252"])
def test_every_row_of_a_damaged_export_is_in_one_count(town, encoding):
    calls = some_calls(200)
    lines, expected = damaged(exported(calls, ";", ","), calls)
    (town / "calls.csv").write_bytes("\r\n".join(["Calls for service;;", "", *lines]).encode(encoding))
    data = read(town, calls={"file": "calls.csv"})
    told = account(data, "calls")
    assert told.left_out == expected
    assert told.rows == 200 + sum(expected.values()) == told.used + sum(told.left_out.values())
    assert told.used == 200 == sum(told.placed.values()) == len(data.calls.table)


def test_what_is_used_does_not_depend_on_the_form_of_the_file(town):
    calls = some_calls(150)
    tables = []
    for separator, decimal in ((",", "."), (";", ","), ("\t", ",")):
        (town / "calls.csv").write_text("\n".join(exported(calls, separator, decimal)), encoding="utf-8")
        tables.append(read(town, calls={"file": "calls.csv"}).calls.table)
    calls.to_json(town / "calls.json", orient="records", date_format="iso")
    for table in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], table)


def test_a_second_unit_of_a_call_gives_it_the_earlier_arrival_and_the_later_end(town):
    calls = some_calls(50)
    second = calls.iloc[:10].assign(**{
        "On Scene": calls["On Scene"].iloc[:10] - pd.Timedelta(minutes=1),
        "Cleared": calls["Cleared"].iloc[:10] + pd.Timedelta(hours=1),
    })  # fmt: skip
    alone, both = [], []
    for rows, kept in ((calls, alone), (pd.concat([calls, second]), both)):
        rows.to_csv(town / "calls.csv", index=False)
        kept.append(read(town, calls={"file": "calls.csv"}))
    first, joined = alone[0].calls.table, both[0].calls.table
    assert len(first) == len(joined) == 50
    assert account(both[0], "calls").left_out == {"reasons.repeated_id": 10}
    longer = joined["at_scene"] - first["at_scene"]
    assert list(longer.iloc[:10]) == [61.0] * 10
    assert (longer.iloc[10:] == 0).all()


def test_times_that_run_backwards_are_told_and_not_used(town):
    calls = some_calls(40)
    calls.loc[3, "Cleared"] = calls.loc[3, "Received"] - pd.Timedelta(hours=2)
    calls.loc[4, "Cleared"] = calls.loc[4, "Received"] + pd.Timedelta(days=3)
    calls.to_csv(town / "calls.csv", index=False)
    data = read(town, calls={"file": "calls.csv"})
    assert {"backwards", "longer_than_a_day"} <= set(keys(data, "calls", "wrong"))
    assert np.flatnonzero(data.calls.table["at_scene"].isna()).tolist() == [3, 4]


def test_a_source_that_hands_out_so_many_rows_of_a_type_is_noticed(town):
    calls = some_calls(300).assign(**{"Call Type": np.repeat(["THEFT", "NOISE", "FIGHT"], 100)})
    calls.to_csv(town / "calls.csv", index=False)
    assert "cut_off" in keys(read(town, calls={"file": "calls.csv"}), "calls", "wrong")
    some_calls(300).to_csv(town / "calls.csv", index=False)
    assert "cut_off" not in keys(read(town, calls={"file": "calls.csv"}), "calls")


def test_a_part_that_cannot_be_used_is_told_and_the_others_are_read(town):
    some_calls(20).to_csv(town / "calls.csv", index=False)
    (town / "staff.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    data = read(town, calls={"file": "calls.csv"}, staff={"file": "staff.csv"})
    assert set(data.refused) == {"staff"}
    assert keys(data, "staff") == ["refused"] or "refused" in keys(data, "staff")
    assert len(data.calls.table) == 20


def test_an_account_counts_each_row_once_whatever_speaks_against_it():
    from sim.force.account import Fate

    fate = Fate(4)
    fate.leave_out(np.array([True, True, False, False]), "one")
    fate.leave_out(np.array([True, False, True, False]), "other")
    told = Account("calls")
    told.count(fate)
    assert (told.rows, told.used, told.left_out) == (4, 1, {"one": 2, "other": 1})
    assert replace(told).used + sum(told.left_out.values()) == told.rows


def test_files_of_months_are_one_table_and_a_file_of_another_form_is_refused(town):
    calls = some_calls(120)
    calls.to_csv(town / "whole.csv", index=False)
    whole = read(town, calls={"file": "whole.csv"}).calls.table
    calls.iloc[:70].to_csv(town / "calls_1.csv", index=False)
    calls.iloc[60:].to_csv(town / "calls_2.csv", index=False, sep=";")
    data = read(town, calls={"file": "calls_*.csv"})
    pd.testing.assert_frame_equal(data.calls.table, whole)
    told = account(data, "calls")
    assert (told.rows, told.left_out) == (130, {"reasons.copy": 10})
    calls.rename(columns={"Priority": "Grade"}).to_csv(town / "calls_3.csv", index=False)
    assert "Grade" in read(town, calls={"file": "calls_*.csv"}).refused["calls"]
    assert "none_*" in read(town, calls={"file": "none_*.csv"}).refused["calls"]
