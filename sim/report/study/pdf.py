"""The page as PDF, by WeasyPrint, which the extra `pdf` brings."""

from __future__ import annotations

from pathlib import Path

from sim.disk import write_whole
from sim.errors import InputError


def write_pdf(html: str, out: Path) -> None:
    """Write a page as PDF on A4.

    Raises
    ------
    InputError
        If WeasyPrint, or a library that it needs, is not installed.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415 - of an extra
    except (ImportError, OSError) as error:
        raise InputError(
            "--pdf needs WeasyPrint: install it with `pip install 'community-policing-sim[pdf]'`, or open the HTML in "
            f"a browser and print it ({error})"
        ) from error
    content = HTML(string=html).write_pdf()
    write_whole(out, lambda file: file.write(content))


def count_pages(html: str) -> int:
    """Count the pages on which a page prints; 0 where WeasyPrint is not installed."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 - of an extra
    except (ImportError, OSError):
        return 0
    return len(HTML(string=html).render().pages)
