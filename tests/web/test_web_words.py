"""Every word of the server is there in both languages, every strategy has a card, and the recording is of this page."""

import re
from pathlib import Path

import pytest

import sim.web
from sim.inputs.words import LANGUAGES, SLOT, read_words
from sim.policies.contract.registry import policy_names
from sim.web.binary import read_head
from sim.web.question import SIDES, Asked, Question
from sim.web.recording import FILE as RECORDING
from sim.web.recording import FIRST_HOUR, RECORDED, read_recording
from sim.web.strategies import FILE as STRATEGIES
from sim.web.strategies import list_strategies
from sim.web.words import FILE

HOME = Path(sim.web.__file__).parent
USED = re.compile(r'(?:both|say|refusal)\((?:lang, |\d+, )?f?"([a-z_]+)\.([a-z_0-9]+)"')


def test_each_word_is_there_in_both_languages_with_the_same_slots():
    for key, words in read_words(FILE).items():
        assert set(words) == set(LANGUAGES), key
        assert sorted(SLOT.findall(words["en"])) == sorted(SLOT.findall(words["zh"])), key


def test_each_word_that_is_said_is_there():
    known = read_words(FILE)
    said = {".".join(found) for file in HOME.glob("*.py") for found in USED.findall(file.read_text(encoding="utf-8"))}
    assert len(said) > 20
    assert sorted(said - set(known)) == []


def test_each_strategy_has_a_card_in_both_languages():
    cards = {card["key"]: card for card in list_strategies()}
    assert {name for name in policy_names() if name in cards} == set(cards)
    for line in STRATEGIES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            card = cards[line.strip("[]")]
            assert set(card["first"]) <= {one["key"] for one in card["parameters"]}, card["key"]
            for part in ("name", "line", "does", "asks", "hours"):
                assert all(card[part][lang] for lang in LANGUAGES), (card["key"], part)


def test_the_recording_is_of_the_first_question_and_small():
    recording = read_recording()
    assert RECORDING.stat().st_size < 400_000
    assert recording.about["question"] == Asked(Question()).text
    assert FIRST_HOUR in RECORDED
    assert set(recording.strips) == {(side, hour) for side in SIDES for hour in RECORDED}


@pytest.mark.parametrize("side", SIDES)
def test_a_recorded_strip_says_so_and_is_of_no_other_question(side):
    asked = Asked(Question())
    strip = read_recording().strip(asked, side, FIRST_HOUR)
    head, at = read_head(strip)
    assert set(head["recorded"]) == {"en", "zh"}
    assert (head["id"], head["side"], head["hour"]) == (asked.id, side, FIRST_HOUR)
    assert at % 4 == 0
    assert read_recording().strip(Asked(Question(days=61)), side, FIRST_HOUR) is None
