"""What strategies, scenarios and places are called where people read: as written in English, and by name in Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rich.cells import cell_len

from sim.batch.study.study import OwnName
from sim.report.texts import Lang, text
from sim.scenarios.scenario import Scenario

FILE = Path(__file__).with_name("names_zh.toml")
WITHIN_BUDGET = " [within budget]"
"""what `sim.batch.compare` appends to a strategy that pays for the staff that it hires"""
WORD = re.compile(r"[a-z][a-z0-9_]*")
SWITCH = re.compile(r"\s+until\s+(\S+)\s+then\s+")
SYNTHETIC = re.compile(r"(grid|organic) city of ([\d,]+) segments")
STAND_IN = re.compile(r"synthetic streets stand in for (.+)")
LABEL_WIDTH, LABEL_LINES = 24, 3
"""columns of a line of a label in a picture, and its lines"""
PIECES = re.compile(r"\s+|[^\s，、（(,]*[，、,]?|[（(]")

Names = Mapping[str, str | OwnName]
"""What the author of a study calls its strategies: one name, or one in each language."""


@cache
def chinese_names() -> dict[str, dict[str, str]]:
    """Read the table of Chinese names, by group."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def chinese(group: str, name: str) -> str:
    """Give the Chinese name of a thing, or the thing as it is written where it has none."""
    return chinese_names()[group].get(name, name)


def strategy_name(label: str, lang: Lang, names: Names | None = None) -> str:
    """Name a strategy: as the author of a study calls it, else as written, or in Chinese part by part.

    Parameters
    ----------
    label
        as it was written, for instance 'reactive until 2014-10-01 then grid + mediation'
    names
        names of one's own, by label
    """
    own = (names or {}).get(label.removesuffix(WITHIN_BUDGET))
    paid = label.endswith(WITHIN_BUDGET)
    if own is not None:
        name = own if isinstance(own, str) else own.zh if lang == "zh" else own.en
        return name + (text(lang, "names.within_budget") if paid else "")
    if lang == "en":
        return label
    words = SWITCH.split(label.removesuffix(WITHIN_BUDGET))
    name = _together(words[0])
    for when, stage in zip(words[1::2], words[2::2], strict=True):
        name += text(lang, "names.from_then").format(date=when, strategy=_together(stage))
    return name + (text(lang, "names.within_budget") if paid else "")


def scenario_name(name: str, lang: Lang) -> str:
    """Name a scenario."""
    return chinese("scenarios", name) if lang == "zh" else name


def scenario_title(scenario: Scenario, lang: Lang) -> str:
    """Describe a scenario in a line; '' where it has no title."""
    own = chinese_names()["scenario_titles"].get(scenario.name) if lang == "zh" else None
    return own or scenario.title


def place_name(name: str, lang: Lang) -> str:
    """Name a city, or what synthetic streets stand in for."""
    if lang == "en":
        return name
    made_up = SYNTHETIC.fullmatch(name)
    if made_up:
        return text(lang, f"names.{made_up[1]}_city").format(n=made_up[2])
    return chinese("places", name)


def notice_line(notice: str, lang: Lang) -> str:
    """Write the notice of streets; that of made-up streets names in the language what they stand in for."""
    match = STAND_IN.fullmatch(notice)
    if match:
        return text(lang, "captions.stand_in").format(place=place_name(match[1], lang))
    return text(lang, "captions.notice").format(notice=notice)


def fold_name(name: str, width: int) -> list[str]:
    """Break a name into lines of some columns, at spaces, commas and brackets; a Chinese character has two columns."""
    lines, line = [], ""
    for piece in PIECES.findall(name):
        if line.strip() and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def short_label(name: str) -> str:
    """Break a long name into up to three short lines, so that it does not take half of a picture; the rest is cut."""
    lines = fold_name(name, LABEL_WIDTH)
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], lines[LABEL_LINES - 1] + " …"]
    return "\n".join(lines)


def _together(words: str) -> str:
    return " + ".join(_one(part.strip()) for part in re.split(r"\s+\+\s+", words))


def _one(spec: str) -> str:
    """Name one strategy; its parameters stay as they were written."""
    match = WORD.match(spec)
    if match is None or spec[match.end() : match.end() + 1] not in {"", "("}:
        return spec
    return chinese("policies", match[0]) + spec[match.end() :]
