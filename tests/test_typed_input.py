"""What a user types or hands in as text: the nearest name is offered, and nothing is dropped or ends in a traceback."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from commands import cpsim

from sim.batch.calibrate.problem import read_problem
from sim.batch.calibrate.through_store import study_text
from sim.batch.study.plan import make_plan
from sim.batch.study.study import read_study
from sim.errors import InputError
from sim.policies.contract.registry import make_policy
from sim.scenarios.scenario import Scenario, load_scenario

ROOT = Path(__file__).parents[1]
STUDY = 'name = "s"\nstrategies = ["hotspot"]\nseeds = 1\n'
TABLE = '[design]\nmethod = "table"\nfile = "points.csv"\n'
TARGETS = '[[targets]]\nmeasure = "offences_per_1000"\nvalue = 50\nsd = 5\n'
CALIBRATION = 'name = "c"\n[parameters]\n"offending.searches_per_year" = { low = 20, high = 80 }\n'
HUGE = "9" * 400

MISSPELT = {
    "a column of a design": (STUDY + TABLE, "demand_other_calls\n5\n", "did you mean 'demand.other_calls'?"),
    "another column of it": (STUDY + TABLE, "demand.other_calls,n_dayz\n5,3\n", "did you mean 'n_days'?"),
    "a parameter of a strategy": (STUDY + TABLE, "policy.shar\n0.1\n", "did you mean 'policy.share'?"),
    "a key of a study": (STUDY + "warmup = 3\n", "", "did you mean 'warm_up'?"),
    "a key of a table": (STUDY + '[design]\nmetod = "lhs"\n', "", "did you mean 'design.method'?"),
    "a parameter of [set]": (STUDY + "[set]\npeople.residents = 5\n", "", "did you mean 'people.n_residents'?"),
    "a parameter in another group": (STUDY + "[set.people]\nn_response = 5\n", "", "did you mean 'force.n_response'?"),
    "a measure": (STUDY + 'outcomes = ["ofences_per_1000"]\n', "", "did you mean 'offences_per_1000'?"),
    "a baseline": (STUDY + 'baseline = "hotspt"\n', "", "did you mean 'hotspot'?"),
    "a scenario": (STUDY + 'scenarios = ["newhaven"]\n', "", "did you mean 'new_haven'?"),
    "a strategy": (STUDY.replace("hotspot", "hot_spots"), "", "did you mean 'hotspot'?"),
}


@pytest.mark.parametrize(("study", "points", "words"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_name_in_a_study_is_refused_with_the_nearest(study, points, words, tmp_path):
    (tmp_path / "s.toml").write_text(study)
    (tmp_path / "points.csv").write_text(points)
    with pytest.raises(InputError) as told:
        make_plan(read_study(tmp_path / "s.toml"), beside=tmp_path)
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("run new-havn", "'new_haven'"),
        ("run --set peple.n_residents=5", "'people.n_residents'"),
        ("run --sed 3", "'--seed'"),
        ("calibrate x.toml --quik", "'--quick'"),
        ("calibrat", "'calibrate'"),
        ("scenario shoow", "'show'"),
        ("params --group peoplle", "'people'"),
        ("burden here --by tenur", "'tenure'"),
        ("staffing --target ofences_per_1000<=5", "'offences_per_1000'"),
        ("run --policy hotspot(shar=0.1)", "'share'"),
    ],
)
def test_a_misspelt_word_on_the_command_line_is_refused_with_the_nearest(line, words, capsys):
    assert cpsim(*line.split()) == 2
    assert f"did you mean {words}?" in capsys.readouterr().err


WRONG_CALIBRATIONS = {
    "a key": ("wave = 3\n" + CALIBRATION + TARGETS, "did you mean 'waves'?"),
    "a key of a target": (CALIBRATION + TARGETS.replace("measure", "measur"), "did you mean 'targets.0.measure'?"),
    "targets that are none": ('targets = 5\ntargets_file = "t.csv"\n' + CALIBRATION, "targets: "),
    "a file that is no text": ("targets_file = 5\n" + CALIBRATION, "targets_file: "),
    "a column of targets": (
        'targets_file = "t.csv"\n' + CALIBRATION,
        "unknown column 'measurre' (did you mean 'measure'?)",
    ),
}


@pytest.mark.parametrize(("text", "words"), WRONG_CALIBRATIONS.values(), ids=WRONG_CALIBRATIONS)
def test_a_calibration_that_is_written_wrong_is_refused_with_the_nearest_name(text, words, tmp_path):
    (tmp_path / "c.toml").write_text(text)
    (tmp_path / "t.csv").write_text("measurre,value,sd\ntrust_mean,0.5,0.1\n")
    with pytest.raises(InputError) as told:
        read_problem(tmp_path / "c.toml")
    assert words in str(told.value)


def test_a_calibration_passes_every_value_of_toml_on(tmp_path):
    text = CALIBRATION.replace("[parameters]", '[set]\nstart = 2015-01-01\ntitle = "a\\nb"\n[parameters]')
    (tmp_path / "c.toml").write_text(text + TARGETS)
    problem = read_problem(tmp_path / "c.toml")
    study = tomllib.loads(study_text(problem, "wave-1", tmp_path / "points.csv", pd.DataFrame({"a": [1.0]})))
    assert study["set"] == problem.set


@pytest.mark.parametrize(
    "number", [HUGE, "9" * 5000, "0x" + "f" * 5000, "1e400", "2015-01-01", "10:00:00", "nan", "{ a = 1 }"]
)
@pytest.mark.parametrize("where", ["set", "seeds", "file", "policy"])
def test_what_is_no_number_that_can_be_held_is_one_sentence_wherever_it_stands(where, number, tmp_path, capsys):
    (tmp_path / "s.toml").write_text(
        f"{STUDY.replace('1', number)}" if where == "seeds" else f"{STUDY}[set]\npeople.n_residents = {number}\n"
    )
    (tmp_path / "w.toml").write_text(f"[people]\nn_residents = {number}\n")
    words = {
        "set": ["run", "--set", f"people.n_residents={number}"],
        "seeds": ["sweep", tmp_path / "s.toml", "--dry-run"],
        "file": ["run", tmp_path / "w.toml"],
        "policy": ["run", "--policy", f"hotspot(share={number})"],
    }[where]
    assert cpsim(*words) == 2
    told = capsys.readouterr().err
    assert "\n" not in told.strip()
    assert len(told) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "hotspot({[]:1})",
        "hotspot(share={[]:1})",
        "reactive then hotspot",
        "reactive until hotspot",
        "until then until",
        "grid +",
        "+ grid",
        "reactive until 2014-01-01 then",
        "hotspot(share=" + "-" * 5000 + "1)",
        "hotspot(share='\\d')",
        "hotspot(share=1)(2)",
    ],
)
def test_a_text_that_names_no_strategy_is_one_sentence(text):
    with pytest.raises(InputError, match=r"must read like|must be named|must be one of"):
        make_policy(text)


def test_a_study_of_more_combinations_than_anybody_runs_is_refused_at_once(tmp_path):
    values = ", ".join(str(number) for number in range(100, 1100))
    names = ("demand.other_calls", "force.n_response", "people.n_residents")
    lines = "\n".join(f'"{name}" = [{values}]' for name in names)
    (tmp_path / "s.toml").write_text(f"{STUDY}[design.parameters]\n{lines}\n")
    with pytest.raises(InputError, match="at most, got 1,000,000,000; method = 'sobol'"):
        make_plan(read_study(tmp_path / "s.toml"))


def test_a_scenario_with_any_text_is_shown_as_toml_that_reads_back(tmp_path, capsys):
    text = 'a\nb = ]\x7f"\\'
    city = Scenario().replace({"city.streets": "grid", "city.stands_for": text, "title": text, "name": "w"})
    (tmp_path / "w.toml").write_text(
        f"title = {ascii_toml(text)}\n[city]\nstreets = 'grid'\nstands_for = {ascii_toml(text)}\n"
    )
    assert cpsim("scenario", "show", tmp_path / "w.toml") == 0
    (tmp_path / "shown.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert load_scenario(str(tmp_path / "shown.toml")) == city


def ascii_toml(text):
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in text) + '"'


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "latin-1", "ascii", "utf-16"])
def test_a_letter_that_the_output_lacks_never_ends_a_command(encoding, tmp_path):
    line = [sys.executable, "-X", "utf8=0", "-m", "sim.cli", "scenario", "show", "--set", "title=© – é 郑州 😀"]
    environment = {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, capture_output=True, env=environment, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert 'title = "' in done.stdout.decode(encoding)
