"""What was said deep in the program, where no language is known, in the language of the reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.inputs.words import Sentences, read_words
from sim.report.texts import Lang, text

FILE = Path(__file__).with_name("sentences.toml")


def error_sentence(problem: str, lang: Lang, *, command: str = "") -> str:
    """Say what is wrong with an input: in Chinese where the sentence is known, else in English behind a Chinese word.

    Parameters
    ----------
    command
        whose help explains it; '' for none
    """
    words = problem if lang == "en" else _sentences().in_chinese(problem) or problem
    if command:
        return text(lang, "frame.explains").format(problem=words, command=command)
    return text(lang, "frame.wrong_input").format(problem=words)


def in_language(sentence: str, lang: Lang) -> str:
    """Say a sentence in Chinese where it is known; as it stands otherwise."""
    return (_sentences().in_chinese(sentence) if lang == "zh" else None) or sentence


def problem_sentence(problem: str, lang: Lang) -> str:
    """Say what is wrong with a file or a run that was checked."""
    return _say(problem, lang, "frame.problem", "problem")


def note_sentence(note: str, lang: Lang) -> str:
    """Say something beside the results."""
    return _say(note, lang, "frame.note", "note")


def _say(sentence: str, lang: Lang, frame: str, slot: str) -> str:
    chinese = _sentences().in_chinese(sentence) if lang == "zh" else None
    return chinese or text(lang, frame).format(**{slot: sentence})


@cache
def _sentences() -> Sentences:
    table = read_words(FILE)
    return Sentences(table.values(), hint=table["hints.did_you_mean"]["zh"])
