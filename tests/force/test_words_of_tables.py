"""Words: every sentence that the code says is in the table, in both languages, with the same numbers."""

import re
import tomllib
from pathlib import Path

import pytest
from commands import cpsim
from force_town import account, keys, read, some_calls

import sim.force
from sim.force.account import Account
from sim.force.guess import column_words, find_columns
from sim.force.kinds import kinds_of, priorities_of, type_words
from sim.force.words import FILE, say_note

CODE = "\n".join(file.read_text(encoding="utf-8") for file in Path(sim.force.__file__).parent.glob("*.py"))
TABLE = tomllib.loads(FILE.read_text(encoding="utf-8"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_note_and_reason_that_the_code_gives_is_in_the_table_and_none_is_left_over():
    said = set(re.findall(r'\.(?:read|default|wrong)\(\s*"(\w+)"', CODE)) | {"shift_gap", "shift_overlap"}
    said |= {"mean_hours", "mean_leave"}
    assert said == set(TABLE["notes"])
    reasons = set(re.findall(r'"reasons\.(\w+)"', CODE)) | {"vacant", "left", "away"}
    assert reasons == set(TABLE["reasons"])


@pytest.mark.parametrize("group", TABLE)
def test_both_languages_hold_the_same_slots(group):
    for name, words in TABLE[group].items():
        slots = {lang: sorted(re.findall(r"\{(\w+)\}", words[lang])) for lang in ("en", "zh")}
        assert set(slots["en"]) == set(slots["zh"]), name
        assert words["en"].replace("²", "").replace("·", "").isascii(), name


def test_meanings_of_columns_and_kinds_have_words():
    assert {meaning for part in column_words().values() for meaning in part} <= set(TABLE["meanings"])
    kinds = {
        kind.partition("_")[0] for name in ("calls", "incidents", "roles", "absent") for kind in type_words()[name]
    }
    assert kinds <= set(TABLE["kinds"])


@pytest.mark.parametrize("part", column_words())
def test_each_word_of_a_column_is_known_for_its_meaning_when_it_stands_alone(part):
    for meaning, words in column_words()[part].items():
        for word in words:
            told = Account(part, "t.csv")
            assert word in find_columns(part, [word, "zzz"], {}, told).values(), (meaning, word)


def test_a_guess_is_told_and_the_user_goes_before_it():
    told = Account("calls", "t.csv")
    names = ["Incident Number", "Date", "Time", "Nature", "LON", "lat", "Grade"]
    found = find_columns("calls", names, {"type": "Grade", "priority": "-"}, told)
    assert found["type"] == "Grade"
    assert "priority" not in found
    assert [found[meaning] for meaning in ("date", "x", "y")] == ["Date", "LON", "lat"]
    assert [note.key for note in told.notes] == ["columns", "columns_not_read"]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Traffic Accident - Injury", "traffic"), ("LOUD PARTY", "noise"), ("Welfare check", "welfare"),
        ("盗窃车内财物", "crime"),
        ("噪音扰民", "noise"), ("家庭纠纷", "dispute"), ("Domestic Dispute", "dispute"),
        ("BURGLARY IN PROGRESS", "crime"),
        ("burglar alarm", "welfare"), ("HANGUP 911", "invalid"), ("Traffic stop", "self"), ("交通事故", "traffic"),
    ],
)  # fmt: skip
def test_types_are_known_by_words(word, kind):
    assert kinds_of([word], "calls", {}, Account("calls")) == [kind]
    assert kinds_of([word], "calls", {word.lower(): "invalid"}, Account("calls")) == ["invalid"]


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("1", 1), ("P2", 2), ("Priority 3", 3), ("4", 3), ("Emergency", 1), ("紧急", 1), ("一级", 1), ("routine", 3),
        ("?", 0), ("", 0),
    ],
)  # fmt: skip
def test_priorities_are_known_by_words(word, level):
    assert priorities_of([word], {}, Account("calls")) == [level]


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("Patrol Officer", "response"), ("巡逻处警", "response"), ("Neighbourhood Officer", "community"),
        ("社区民警", "community"),
        ("刑侦大队", "detective"), ("Detective Sergeant", "detective"), ("PCSO", "auxiliary"), ("辅警", "auxiliary"),
        ("内勤", "desk"),
        ("Chief of Police", "desk"), ("网格员", "worker"), ("Astronaut", ""),
    ],
)  # fmt: skip
def test_roles_are_known_by_words(word, role):
    assert kinds_of([word], "roles", {}, Account("staff")) == [role]


def test_a_staff_list_is_counted_by_role_and_each_row_once(town):
    rows = ["姓名,警号,岗位,状态", "甲,1,巡逻处警,在岗", "乙,2,社区民警,", "丙,3,刑侦,休假", "丁,4,内勤,在岗",
            "戊,5,巡逻,空缺",
            "己,6,辅警,在岗", "庚,6,辅警,在岗", "辛,7,宇航员,在岗", "壬,8,,在岗", "合计,8,,"]  # fmt: skip
    (town / "staff.csv").write_bytes("\n".join(rows).encode("gbk"))
    data = read(town, staff={"file": "staff.csv"})
    told = account(data, "staff")
    assert {role: n for role, n in data.staff.items() if n} == {"response": 1, "community": 1, "auxiliary": 1}
    assert told.rows == 10 == told.used + sum(told.left_out.values())
    reasons = ("away", "desk", "vacant", "repeated_id", "unknown_role", "no_role", "total")
    assert told.left_out == {f"reasons.{name}": 1 for name in reasons}
    mapped = read(town, staff={"file": "staff.csv", "roles": {"宇航员": "foot"}})
    assert mapped.staff["foot"] == 1


def test_shifts_are_checked_for_hours_without_anybody_and_for_the_least_crew(town):
    rows = [
        "shift,from,to,officers,minimum,days", "Early,07:00,15:00,10,8,Mon-Fri", "Late,3 PM,11 PM,12,8,daily",
        "Night,2230,0700,5,6,每天",
    ]  # fmt: skip
    (town / "shifts.csv").write_text("\n".join(rows), encoding="utf-8")
    data = read(town, shifts={"file": "shifts.csv"})
    notes = {note.key: note.values for note in account(data, "shifts").notes}
    assert notes["shift_gap"]["hours"] == 16.0
    assert notes["shift_overlap"]["hours"] == 3.5
    assert notes["below_minimum"]["name"] == "Night"
    assert sum(data.shifts.shares.values()) < 1.0
    assert [(one.begins, one.hours, one.n_officers, len(one.days)) for one in data.shifts.lines] == [
        ("07:00", 8.0, 10, 5), ("15:00", 8.0, 12, 7), ("22:30", 8.5, 5, 7),
    ]  # fmt: skip
    (town / "shifts.csv").write_text("shift,from,to\nA,noon,x\nB,0:00,24:00\n", encoding="utf-8")
    data = read(town, shifts={"file": "shifts.csv"})
    assert account(data, "shifts").left_out == {"reasons.time_not_understood": 1}
    assert "shift_gap" not in keys(data, "shifts")


def test_a_check_in_chinese_says_the_same_numbers_and_no_line_is_english_alone(town, capsys):
    some_calls(120).to_csv(town / "calls.csv", index=False)
    read(town, calls={"file": "calls.csv"}, beats={"file": "beats.gpkg"})
    said = {}
    for lang in ("en", "zh"):
        assert cpsim("force", "check", town, "--lang", lang) == 0
        said[lang] = capsys.readouterr().out
    english_alone = [
        line for line in said["zh"].splitlines() if re.search(r"[A-Za-z]{2}", line) and not CHINESE.search(line)
    ]
    assert english_alone == []
    assert not CHINESE.search(said["en"])
    numbers = {
        lang: sorted(re.findall(r"\d[\d,.]*\d|\d", text.replace("1,000 residents", ""))) for lang, text in said.items()
    }
    assert numbers["en"] == numbers["zh"]
    for note in (note for one in read(town).accounts for note in one.notes):
        assert CHINESE.search(say_note(note, "zh"))


NO_COLUMNS = "a,b\n1,2\n"
DAMAGED = [
    ("calls", NO_COLUMNS),
    ("calls", ""),
    ("calls", "time\n10:30\n"),
    ("calls", "time,x,y\n01/02/2014 10:00,1,2\n"),
    ("calls", "received,lon,lat\n2014-01-13 10:00,3,4\n"),
    ("staff", NO_COLUMNS),
    ("staff", "role\nAstronaut\n"),
    ("shifts", NO_COLUMNS),
    ("stations", NO_COLUMNS),
    ("population", NO_COLUMNS),
    ("population", "people,x,y\n5,1,1\n"),
]


@pytest.mark.parametrize(("part", "text"), DAMAGED)
def test_a_file_that_cannot_be_used_is_refused_in_chinese_to_who_reads_chinese(town, part, text, capsys):
    (town / "mine.csv").write_text(text, encoding="utf-8")
    data = read(town, **{part: {"file": "mine.csv"}})
    assert data.refused[part]
    assert cpsim("force", "check", town, "--lang", "zh") == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "按现状无法使用：" in line]
    assert told
    assert " must " not in told[0]
    assert cpsim("force", "build", town, "--lang", "zh") == 2
    assert " must " not in capsys.readouterr().err


IMPOSSIBLE = [
    "[streets]\nfile = ''",
    "[calls]\nreach_m = 50",
    "[calls.columns]\nwhen = 'x'",
    "[places]\ntime_zone = 'Mars/Base'",
    "[places]\ncrs = 'nonsense'",
    "[calls]\nfile = 'calls.csv'\ncrs = 'EPSG:9'",
    "[streets]\nfile = 'streets.gpkg'\n[beats]\nfile = 'none.gpkg'",
    "[streets]\nfile = 'streets.gpkg'\nclip = 'none.gpkg'",
]


@pytest.mark.parametrize("keys_of_file", IMPOSSIBLE)
def test_a_force_toml_that_cannot_be_is_refused_in_chinese_too(town, keys_of_file, capsys):
    (town / "force.toml").write_text(keys_of_file, encoding="utf-8")
    assert cpsim("force", "build", town, "--lang", "zh") == 2
    told = capsys.readouterr().err
    assert " must " not in told
    assert CHINESE.search(told)
