"""The two pages, and their annex, as HTML that needs nothing else and prints on A4."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from sim.report.brief.content import Brief
from sim.report.study.fonts import cut_font
from sim.report.texts import Lang

N_PAGES = 2
SCALES = (1.0, 0.94, 0.88, 0.82, 0.76)
"""Sizes of the letters in print, of 9.6 points."""


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "brief.html"
    )


def render_brief(brief: Brief, lang: Lang, *, annex: bool = False, scale: float = 1.0) -> str:
    """Make the page, or its annex, with the letters that it needs inside.

    Parameters
    ----------
    scale
        of the letters in print
    """
    picture = f"data:image/png;base64,{b64encode(brief.picture).decode()}"
    words = {"brief": brief, "lang": lang, "annex": annex, "picture": picture, "scale": scale}
    return _template().render(words, font=cut_font(_template().render(words, font="")))


def fit_to_pages(brief: Brief, lang: Lang, count: Callable[[str], int]) -> str:
    """Make the page with the largest letters with which it prints on two pages.

    Parameters
    ----------
    count
        counts the printed pages of a page
    """
    for scale in SCALES:
        html = render_brief(brief, lang, scale=scale)
        if count(html) <= N_PAGES:
            break
    return html
