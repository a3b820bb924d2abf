"""The glossary holds the words of texts, tables and pages to one name for each thing, and names whatever there is."""

import re
from pathlib import Path

import pytest

from sim.cli.chinese import FILE as HELP
from sim.outcomes.measures import MEASURES
from sim.params import describe
from sim.policies.contract.registry import policy_class, policy_names
from sim.report.names import FILE as NAMES
from sim.report.names import chinese_names
from sim.report.parameters import FILE as CHINESE_PARAMETERS
from sim.report.texts import read_texts
from sim.scenarios.scenario import load_scenario, scenario_names
from sim.validation.card import FACT_VERDICTS, VERDICTS
from sim.validation.claim import load_claims

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ABLATIONS = ROOT / "sim/validation/ablations.toml"
PAGES = ("README.zh.md", "docs/model.zh.md", "docs/model-card.zh.md", "notebooks/mesa_quickstart_zh.py")


def rows_of(heads):
    lines = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and line.count("|") == heads + 1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if row[0] not in {"English", "written"}]


def forbidden():
    return {word: row[1] for row in rows_of(4) for word in re.split(r" / ", row[3]) if word}


def written():
    """Give every word of ours by where it stands."""
    texts = {key: " ".join(words.values()) for key, words in read_texts().items()}
    texts |= {f"measure {one.name}": f"{one.label_zh} {one.unit_zh} {one.label_en}" for one in MEASURES.values()}
    files = (NAMES, HELP, CHINESE_PARAMETERS, ABLATIONS, *(ROOT / page for page in PAGES))
    return texts | claimed() | {file.name: file.read_text(encoding="utf-8") for file in files}


def claimed():
    """Give the words of every fact and claim."""
    claims = load_claims()
    facts = {f"fact {one.key}": f"{one.title_zh} {one.says} {one.says_zh}" for one in claims.facts.values()}
    named = ("says", "says_zh", "unit_zh", "not_here_zh")
    said = {key: " ".join(getattr(one, name) for name in named) for key, one in claims.claims.items()}
    return facts | {f"claim {key}": words for key, words in said.items()}


def test_one_thing_has_one_word():
    assert len(forbidden()) >= 15
    wrong = {(where, word) for where, words in written().items() for word in forbidden() if word in words}
    assert wrong == set()


@pytest.mark.parametrize("verdict", sorted({*VERDICTS, *FACT_VERDICTS}))
def test_the_card_says_each_verdict_in_the_words_of_the_glossary(verdict):
    (row,) = [row for row in rows_of(4) if row[0] == "verdict"]
    words = read_texts()[f"card.{verdict.replace(' ', '_')}"]
    assert words["en"] in row[2]
    assert words["zh"] in row[2]


def test_each_term_stands_once_and_in_two_languages():
    rows = rows_of(4)
    assert len(rows) > 35
    for column in (0, 1):
        terms = [row[column] for row in rows]
        assert len(set(terms)) == len(terms)
        assert all(terms)
    assert all(row[0].isascii() and not row[1].isascii() for row in rows)


def test_every_strategy_of_the_package_has_a_chinese_name_and_stands_in_the_glossary():
    own = [name for name in policy_names() if policy_class(name).__module__.startswith("sim.policies.")]
    listed = {row[0].strip("`"): row[1] for row in rows_of(2)}
    assert {name: chinese_names()["policies"][name] for name in own} == listed
    assert set(own) <= set(chinese_names()["policy_words"])


@pytest.mark.parametrize("name", policy_names())
def test_every_parameter_of_a_strategy_has_chinese_words(name):
    if not policy_class(name).__module__.startswith("sim.policies."):
        pytest.skip("of another package")
    about = describe(policy_class(name))
    assert [one.name for one in about if one.name not in chinese_names()["parameters"]] == []
    assert [one.unit for one in about if one.unit and one.unit not in chinese_names()["units"]] == []


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_and_place_has_a_chinese_name(name):
    scenario = load_scenario(name)
    assert not chinese_names()["scenarios"][name].isascii()
    assert not chinese_names()["scenario_titles"][name].isascii()
    if scenario.stand_in:
        assert scenario.city.stands_for in chinese_names()["places"]
