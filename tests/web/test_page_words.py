"""The page says everything in both languages, and says nothing that is not in its catalogues."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parents[2] / "sim" / "web" / "static"
SOURCES = sorted([*STATIC.glob("*.js"), *(STATIC / "views").glob("*.js")])
LATIN, CHINESE = (STATIC / "fonts" / f"cpsim-sans-{name}.woff2" for name in ("latin", "chinese"))
BUDGET = 500_000
"""bytes of the page without its font"""


def read_catalogue(lang: str) -> dict[str, str]:
    body = (STATIC / "words" / f"{lang}.js").read_text(encoding="utf-8").partition("export default ")[2]
    return json.loads(body.rstrip().removesuffix(";").replace(",\n}", "\n}"))


EN, ZH = read_catalogue("en"), read_catalogue("zh")


def used_keys(source: str) -> tuple[set[str], set[str]]:
    """Find the keys that are written out, and the patterns of those that are put together."""
    written = set(re.findall(r'"([a-z]+(?:\.[a-z_]+)*)"', source))
    templates = re.findall(r"\bt\(`([^`]*)`", source)
    return written, {re.sub(r"\\\$\\\{[^}]*\\\}|\\\$\{.*?\}", "[a-z_]+", re.escape(one)) for one in templates}


def test_both_languages_say_the_same_things() -> None:
    assert EN.keys() == ZH.keys()
    assert not [key for key in EN if not EN[key].strip() or not ZH[key].strip()]


@pytest.mark.parametrize("key", sorted(EN))
def test_a_text_has_the_same_slots_in_both_languages(key: str) -> None:
    assert sorted(set(re.findall(r"\{\w+\}", EN[key]))) == sorted(set(re.findall(r"\{\w+\}", ZH[key])))


def test_no_text_is_unused_and_none_is_missing() -> None:
    written, patterns = set(), set()
    for file in SOURCES:
        here, put_together = used_keys(file.read_text(encoding="utf-8"))
        written |= here
        patterns |= put_together
    unused = [key for key in EN if key not in written and not any(re.fullmatch(one, key) for one in patterns)]
    assert not unused
    asked = {
        key for file in SOURCES for key in re.findall(r'\b(?:t|both)\("([^"]+)"', file.read_text(encoding="utf-8"))
    }
    assert not asked - EN.keys()


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_a_view_holds_no_text_of_its_own(file: Path) -> None:
    source = re.sub(r"^\s*(//|\*|/\*\*).*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if file.name == "data.js":  # commands of a shell are the same in every language
        source = re.sub(r"<pre.*?</pre>", "", source, flags=re.DOTALL)
    shown = re.findall(r">\s*([A-Za-z\u4e00-\u9fff][^<>${}`=();]*)<", source)
    named = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]+)"', source)
    chinese = re.findall(r"[\u4e00-\u9fff]+", source) if file.name != "words.js" else []
    assert not [*shown, *named, *chinese]


def test_the_font_that_is_shipped_shows_all_chinese_texts() -> None:
    known = set(TTFont(LATIN).getBestCmap()) | set(TTFont(CHINESE).getBestCmap())
    assert not sorted({c for text in ZH.values() for c in text if ord(c) not in known and ord(c) >= 0x80})


def test_the_page_is_small() -> None:
    files = [
        f
        for f in STATIC.rglob("*")
        if f.is_file() and f.parent.name != "fonts" and f.suffix in {".js", ".css", ".html"}
    ]
    assert 100_000 < sum(file.stat().st_size for file in files) < BUDGET
