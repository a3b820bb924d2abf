"""What one takes along: the question, a report, the tables, and a replay that needs neither server nor network.

All is made from the same runs and by the same functions as on the command line.
"""

from __future__ import annotations

import base64
import html
import io
import json
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import __version__
from sim.batch.study.identity import model_version
from sim.errors import InputError
from sim.inputs.words import Lang
from sim.report.captions import synthetic_label
from sim.report.comparison.picture import draw_comparison
from sim.report.comparison.text import comparison_head, describe_comparison, in_words, write_comparison
from sim.report.study.figures import as_svg
from sim.report.study.fonts import cut_font
from sim.web.answer import Told, compare_told
from sim.web.cities import canonical
from sim.web.words import say

FILES = {
    "question.json": "application/json", "report.html": "text/html", "report.pdf": "application/pdf",
    "tables.zip": "application/zip", "replay.html": "text/html",
}  # fmt: skip
STAGE = Path(__file__).with_name("static") / "stage"
TEMPLATE = STAGE / "replay.html"
MARK = "<!-- cpsim:replay -->"
"""Where the template of the replay takes what is packed."""
MOST_REPLAY = 5_000_000


@dataclass(frozen=True)
class Taken:
    """Ask for a file."""

    what: str
    lang: Lang
    told: Told
    answer: dict[str, Any]
    question: dict[str, Any]
    """`canonical`, `question`, `command` and `id`"""
    strips: tuple[tuple[str, int, bytes], ...] = ()
    streets: bytes = b""
    head: dict[str, Any] | None = None


def make_file(taken: Taken) -> bytes:
    """Make a file.

    Raises
    ------
    InputError
        If there is no such file, or nothing to put into it yet.
    """
    if taken.what not in FILES:
        raise InputError(f"a file to take must be one of {', '.join(FILES)}, got {taken.what[:40]!r}")
    if taken.what == "question.json":
        return question_file(taken.question)
    if not taken.told.pairs:
        raise InputError(f"{taken.what} needs a finished pair of runs, and there is none yet: ask the question")
    if taken.what == "tables.zip":
        return _tables(taken)
    if taken.what == "replay.html":
        return _replay(taken)
    page = _report(taken)
    return page.encode() if taken.what == "report.html" else _as_pdf(page)


def question_file(question: dict[str, Any]) -> bytes:
    """Write a question so that it can be asked again, and says how on the command line."""
    whole = {
        "format": "community-policing-sim question", "version": __version__, "model": model_version(),
        "id": question["id"], "question": json.loads(question["canonical"]), "completed": question["question"],
        "command": question["command"],
    }  # fmt: skip
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _tables(taken: Taken) -> bytes:
    """Pack what `cpsim compare` writes, with the question and the answer beside it."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        files = write_comparison(compare_told(taken.told), Path(name))
        contents = {file.name: file.read_bytes() for file in files}
        contents |= {"question.json": question_file(taken.question), "answer.json": canonical(taken.answer).encode()}
        for file_name, content in sorted(contents.items()):
            packed.writestr(zipfile.ZipInfo(file_name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _report(taken: Taken) -> str:
    """Write the page of a comparison as HTML: the sentence first, then the picture, the tables and the method."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only a report pays for it

    lang = taken.lang
    comparison = compare_told(taken.told)
    markdown = describe_comparison(comparison, lang=lang)
    as_read = in_words(comparison, lang)
    figure = draw_comparison(
        as_read.differences[as_read.differences["measure"].isin(comparison.shown)], baseline=as_read.strategies[0],
        lang=lang, runs=as_read.runs, about=comparison_head(as_read, lang),
    )  # fmt: skip
    picture = base64.b64encode(as_svg(figure)).decode()
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    sure = "".join(f"<li>{html.escape(one[lang])}</li>" for one in taken.answer["sure"])
    sentence, title = html.escape(taken.answer["sentence"][lang]), html.escape(say(lang, "take.title"))
    command = html.escape(taken.question["command"])
    parts = [
        f"<p class='first'>{sentence}</p><ul>{sure}</ul><p class='label'>{html.escape(synthetic_label(lang))}</p>",
        f"<img alt='{sentence}' src='data:image/svg+xml;base64,{picture}'>", body,
        f"<h2>{html.escape(say(lang, 'take.again'))}</h2><pre>{command}</pre>",
    ]  # fmt: skip
    inner = "\n".join(parts)
    font = cut_font(title + inner + markdown)
    style = STYLE.replace(
        "@font", f"@font-face{{font-family:'cpsim';src:url({font})}}" if font.startswith("data:") else ""
    )
    code = "zh-CN" if lang == "zh" else "en"
    return (
        f"<!doctype html><html lang='{code}'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta name='viewport' content='width=device-width'>"
        f"<meta http-equiv='content-security-policy' content=\"default-src 'none'; img-src data:; "
        f"style-src 'unsafe-inline'; font-src data:\"><style>{style}</style></head>"
        f"<body><main><h1>{title}</h1>{inner}</main></body></html>\n"
    )


STYLE = (
    "@font body{font:16px/1.5 cpsim,system-ui,sans-serif;color:#222;background:#fbfaf7;margin:0}"
    "main{max-width:60rem;margin:0 auto;padding:2rem 1rem}.first{font-size:1.35rem}table{border-collapse:collapse;"
    "font-variant-numeric:tabular-nums;margin:1rem 0;display:block;overflow-x:auto}td,th{padding:.2rem .6rem;"
    "border-bottom:1px solid #ddd;text-align:left}img{max-width:100%}.label{color:#666}pre{white-space:pre-wrap;"
    "background:#f1efe8;padding:.7rem}"
)


def _as_pdf(page: str) -> bytes:
    from sim.report.study.pdf import write_pdf  # noqa: PLC0415 - an extra

    with tempfile.TemporaryDirectory() as name:
        write_pdf(page, Path(name) / "report.pdf")
        return (Path(name) / "report.pdf").read_bytes()


def _replay(taken: Taken) -> bytes:
    """Fill the template of the stage with the city, the strips, the answer, and its own modules."""
    if not TEMPLATE.is_file():
        raise InputError("replay.html needs the page's template of it, and this installation has none")
    strips = b"".join(strip for *_, strip in taken.strips)
    index = [[side, hour, len(strip)] for side, hour, strip in taken.strips]
    packed = {
        "head": taken.head, "answer": taken.answer, "question": taken.question, "index": index,
        "streets": _text_of(taken.streets), "strips": _text_of(strips),
        "provenance": {"model": model_version(), "version": __version__, "digests": taken.answer["provenance"]},
    }  # fmt: skip
    data = json.dumps(packed, ensure_ascii=False).replace("<", "\\u003c")
    inside = f'<script type="importmap">{_import_map()}</script>\n'
    inside += f'<script type="application/json" id="replay">{data}</script>'
    page = TEMPLATE.read_text(encoding="utf-8").replace(MARK, inside).encode()
    if len(page) > MOST_REPLAY:
        raise InputError(
            f"a replay must be at most {MOST_REPLAY:,} bytes, got {len(page):,}: take fewer hours or walkers"
        )
    return page


def _text_of(content: bytes) -> str:
    """Pack bytes so that `DecompressionStream('deflate')` of a browser reads them."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _import_map() -> str:
    """Give the modules of the stage as one import map: a file from a mail can load no other file."""
    imports = {}
    for file in sorted(STAGE.glob("*.js")):
        code = (
            file.read_text(encoding="utf-8").replace('from "./', 'from "stage/').replace('import("./', 'import("stage/')
        )
        imports[f"stage/{file.name}"] = "data:text/javascript;base64," + base64.b64encode(code.encode()).decode()
    return json.dumps({"imports": imports})
