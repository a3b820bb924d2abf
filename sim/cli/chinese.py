"""The help of the command line in Chinese, for who asks with `--lang zh`."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("help_zh.toml")
HEADINGS = {
    "usage: ": "用法：", "options:": "选项：", "positional arguments:": "参数：", "commands:": "命令：",
    "Start with `cpsim compare`.": "可从 `cpsim compare` 开始。",
}  # fmt: skip
"""what argparse itself prints, and the last line of ours"""


def asks_for_chinese(words: Sequence[str]) -> bool:
    """Tell whether a command line has `--lang zh`; the help is printed before any option is read."""
    return "--lang=zh" in words or any(pair == ("--lang", "zh") for pair in pairwise(words))


def without_language(words: Sequence[str]) -> list[str]:
    """Leave `--lang zh` out of a question for help: commands without the option answer in Chinese, too."""
    kept = [word for word in words if word != "--lang=zh"]
    return [
        word for i, word in enumerate(kept)
        if not (kept[i : i + 2] == ["--lang", "zh"] or kept[max(i - 1, 0) : i + 1] == ["--lang", "zh"])
    ]  # fmt: skip


def translate(parser: argparse.ArgumentParser) -> None:
    """Put the help of a parser and of all its commands into Chinese; what has no translation stays English."""
    _translate(parser, "", tomllib.loads(FILE.read_text(encoding="utf-8")))


def translate_headings(help_text: str) -> str:
    """Put the headings of a help text into Chinese."""
    for english, chinese in HEADINGS.items():
        help_text = help_text.replace(english, chinese)
    return help_text


def _translate(parser: argparse.ArgumentParser, name: str, words: dict[str, dict[str, str]]) -> None:
    parser.description = words["commands"].get(name, parser.description)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            commands: dict[str, Any] = action.choices
            for command, below in commands.items():
                _translate(below, f"{name} {command}".strip(), words)
            for listed in action._choices_actions:
                listed.help = words["commands"].get(f"{name} {listed.dest}".strip(), listed.help)
        elif action.dest in words["options"]:
            action.help = words["options"][action.dest]
