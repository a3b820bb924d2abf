"""The two pages as a document for a word processor, by python-docx, which the extra `docx` brings."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sim.disk import write_whole
from sim.errors import InputError
from sim.report.brief.content import Brief, Section
from sim.report.texts import Lang

MARGIN_MM, PICTURE_MM = 15, 178
EAST_ASIAN = "Microsoft YaHei"
A_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""Time of the document's own properties, so that the same brief is the same bytes; its date stands at its foot."""


def write_document(brief: Brief, out: Path, lang: Lang) -> None:
    """Write the two pages as DOCX.

    Raises
    ------
    InputError
        If python-docx is not installed.
    """
    try:
        import docx  # noqa: PLC0415 - of an extra
        from docx.enum.text import WD_BREAK  # noqa: PLC0415
        from docx.oxml.ns import qn  # noqa: PLC0415
        from docx.shared import Mm, Pt  # noqa: PLC0415
    except ImportError as error:
        raise InputError(
            "--docx needs python-docx: install it with `pip install 'community-policing-sim[docx]'`"
        ) from error
    document = docx.Document()
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(MARGIN_MM)
        section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    normal = document.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(9.5), Pt(3)
    if lang == "zh":
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN)
    document.core_properties.title, document.core_properties.author = brief.title, ""
    document.core_properties.created = document.core_properties.modified = A_DAY
    document.add_heading(brief.title, level=1)
    document.add_paragraph(brief.place)
    answer = document.add_paragraph().add_run(brief.answer)
    answer.bold, answer.font.size = True, Pt(12)
    document.add_heading(brief.picture_title, level=2)
    document.add_picture(BytesIO(brief.picture), width=Mm(PICTURE_MM))
    _add_sections(document, brief.sections[:2])
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    document.add_heading(brief.table_title, level=2)
    _add_table(document, brief, Pt(7.5))
    document.add_paragraph(brief.note)
    _add_sections(document, brief.sections[2:])
    document.add_paragraph(brief.foot)
    content = BytesIO()
    document.save(content)
    write_whole(out, lambda file: file.write(_of_no_day(content)))


def _of_no_day(content: BytesIO) -> bytes:
    """Pack a document anew without the time at which it was packed, so that the same brief is the same bytes."""
    packed = BytesIO()
    with ZipFile(content) as given, ZipFile(packed, "w", ZIP_DEFLATED) as kept:
        for name in given.namelist():
            kept.writestr(ZipInfo(name, A_DAY.timetuple()[:6]), given.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def _add_sections(document, sections: tuple[Section, ...]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for one in sections:
        document.add_heading(one.title, level=2)
        for line in one.lines:
            document.add_paragraph(line, style="List Bullet")


def _add_table(document, brief: Brief, size) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    table = document.add_table(rows=1, cols=len(brief.heads), style="Light List")
    for cell, head in zip(table.rows[0].cells, brief.heads, strict=True):
        cell.paragraphs[0].add_run(head).font.size = size
    for name, cells in brief.rows:
        row = table.add_row().cells
        row[0].paragraphs[0].add_run(name).font.size = size
        for place, one in zip(row[1:], cells, strict=True):
            run = place.paragraphs[0].add_run(one.value)
            run.font.size, run.bold = size, one.verdict in {"better", "worse", "neutral"}
            if one.ends:
                place.add_paragraph().add_run(one.ends).font.size = size
