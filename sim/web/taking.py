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
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sim import __version__
from sim.batch.study.identity import model_version
from sim.errors import InputError
from sim.inputs.words import Lang
from sim.ledger.provenance import wall_clock
from sim.report.captions import synthetic_label
from sim.report.comparison.picture import draw_comparison
from sim.report.comparison.text import comparison_head, describe_comparison, in_words, write_comparison
from sim.report.study.figures import as_svg
from sim.report.study.fonts import cut_font
from sim.web.answer import Told, compare_told
from sim.web.binary import pack, read_head
from sim.web.cities import canonical
from sim.web.question import SIDES
from sim.web.replay import pack_replay
from sim.web.words import say

FILES = {
    "question.json": "application/json", "report.html": "text/html", "report.pdf": "application/pdf",
    "report.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "tables.zip": "application/zip", "replay.html": "text/html",
}  # fmt: skip
DAY_H = 24
STAMPS = ("minute", "answered", "ended")
"""What an event of a strip holds in minutes of the run."""
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
    if taken.what == "report.docx":
        return _document(taken)
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
    """Pack the city, a day of both sides and the answer into one page with the player of the stage."""
    assert taken.head is not None
    first = min(hour for _, hour, _ in taken.strips)
    begin = date.fromisoformat(taken.head["start"]) + timedelta(days=first // DAY_H)
    head = taken.head | {"start": begin.isoformat(), "first_hour": 0, "provenance": _provenance(taken)}
    in_order = sorted(taken.strips, key=lambda one: one[1])
    strips = {side: [from_midnight(strip, first) for one, _, strip in in_order if one == side] for side in SIDES}
    page = pack_replay(head, taken.streets, strips, taken.answer, taken.lang).encode()
    if len(page) > MOST_REPLAY:
        raise InputError(
            f"a replay must be at most {MOST_REPLAY:,} bytes, got {len(page):,}: take fewer hours or walkers"
        )
    return page


def _provenance(taken: Taken) -> dict[str, Any]:
    """Say what a replay was made of: the question, the command that makes the same runs, and their digests."""
    about = {name: taken.question[name] for name in ("id", "canonical", "command")}
    return about | {"model": model_version(), "version": __version__, "runs": taken.answer["provenance"]}


def from_midnight(strip: bytes, first: int) -> bytes:
    """Move a strip so that hour `first` of the run, a midnight, becomes hour 0 of the file."""
    head, at = read_head(strip)
    back = 60.0 * first
    events = {
        kind: [one | {name: one[name] - back for name in STAMPS if one.get(name) is not None} for one in some]
        for kind, some in head["events"].items()
    }
    return pack(head | {"hour": head["hour"] - first, "events": events}, []) + strip[at:]


def _document(taken: Taken) -> bytes:
    """Write the two pages of `cpsim brief` as a document."""
    from sim.report.brief.document import write_document  # noqa: PLC0415 - an extra
    from sim.report.brief.of_comparison import brief_of_comparison  # noqa: PLC0415 - as above

    about = {"model": model_version(), "ended": wall_clock()}
    told = brief_of_comparison(compare_told(taken.told), Path(), about, taken.lang)
    with tempfile.TemporaryDirectory() as name:
        write_document(told, Path(name) / "report.docx", taken.lang)
        return (Path(name) / "report.docx").read_bytes()
