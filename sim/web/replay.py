"""The replay file: one HTML file with a city, some days of it and an answer, which needs neither network nor server."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from sim.report.study.fonts import cut_font
from sim.web.binary import read_head
from sim.web.packing import pack_sides

STATIC = Path(__file__).parent / "static"
ENTRY = STATIC / "stage" / "replay.js"
STYLES = ("style/tokens.css", "stage/stage.css", "stage/replay.css")
IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";[^\n]*$', re.MULTILINE)
EXPORT = re.compile(r"^export (async function|function|const|class) ([A-Za-z_$][\w$]*)", re.MULTILINE)
PART = '<script type="text/plain" id="part-{name}">{part}</script>'
LISTED = re.compile(r"export ?\{([^}]*)\};?\s*$", re.MULTILINE)


def pack_replay(
    head: Mapping[str, Any],
    streets: bytes,
    strips: Mapping[str, Sequence[bytes]],
    answer: Mapping[str, Any] | None,
    lang: str,
) -> str:
    """Write a replay file.

    Parameters
    ----------
    head
        of a source, as docs/page-protocol.md says
    streets
        of the city, as the page gets them
    strips
        by side, one an hour from hour 0
    answer
        what the page shows beside the map; None for a file without one
    lang
        the language in which it opens; the reader may change it
    """
    packed, parts = pack_sides(strips, int(read_head(streets)[0]["n"]))
    parts["streets"] = base64.b64encode(zlib.compress(streets, 9)).decode()
    n_hours = min(len(some) for some in strips.values())
    shown = {**head, "n_hours": n_hours, "packed": packed, "answer": answer, "lang": lang}
    sides = [one for one in head["sides"] if one["key"] in strips]
    text = json.dumps(shown | {"sides": sides}, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    script = bundle(ENTRY)
    filled = {
        "lang": lang, "title": escape(str(head["name"].get(lang, head["name"]["en"]))), "head": text,
        "script": script,
        "style": "\n".join([font_face(text + script), *(_text_of(name) for name in STYLES)]),
        "parts": "\n".join(PART.format(name=name, part=part) for name, part in parts.items()),
    }  # fmt: skip
    page = (STATIC / "stage" / "replay.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: filled[found[1]], page)


TYPE = (
    '@font-face{{font-family:"cpsim Chinese";src:url({font}) format("woff")}}'
    ':root{{--type:system-ui,"Segoe UI",Roboto,"DejaVu Sans","cpsim Chinese",sans-serif}}'
    ':root:lang(zh){{--type:"cpsim Chinese",sans-serif}}'
)


def _text_of(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def font_face(words: str) -> str:
    """Give the font with the letters of these words alone: a file must read the same where no Chinese font is."""
    font = cut_font(words)
    return TYPE.format(font=font) if font else ""


def bundle(entry: Path) -> str:
    """Write a module and all that it imports as one plain script: a page from a disk may not load modules.

    Each module becomes a function that gives what it exports; they stand in the order in which they are needed.
    """
    written: dict[Path, str] = {}
    _add(entry.resolve(), written)
    script = "\n".join(written.values()).replace("</script", "<\\/script")
    return f'"use strict";\n{script}\n'


def _add(path: Path, written: dict[Path, str]) -> None:
    if path in written:
        return
    source = path.read_text(encoding="utf-8")
    for _, name in IMPORT.findall(source):
        _add((path.parent / name).resolve(), written)
    exported = {name: name for _, name in EXPORT.findall(source)}
    for names in LISTED.findall(source):
        exported |= {b: a for a, b in _pairs(names)}
    body = LISTED.sub("", EXPORT.sub(r"\1 \2", source))
    body = IMPORT.sub(lambda found: _taken_from((path.parent / found[2]).resolve(), found[1]), body)
    body = body.replace("import.meta.url", "document.baseURI")  # no module is loaded from there: the worker is a blob
    gives = ", ".join(f"{outside}: {inside}" for outside, inside in exported.items())
    written[path] = f"const {_name(path)} = (() => {{\n{body}\nreturn {{ {gives} }};\n}})();"


def _taken_from(module: Path, names: str) -> str:
    """Write an import as what the function of that module gave."""
    return f"const {{ {', '.join(f'{a}: {b}' for a, b in _pairs(names))} }} = {_name(module)};"


def _pairs(names: str) -> list[tuple[str, str]]:
    """Read `a, b as c` as pairs of the name on this side and on the other."""
    pairs = [one.strip().split(" as ") for one in names.split(",") if one.strip()]
    return [(one[0].strip(), one[-1].strip()) for one in pairs]


def _name(path: Path) -> str:
    return "m_" + re.sub(r"\W", "_", path.relative_to(STATIC.resolve()).with_suffix("").as_posix())
