"""What is written to a terminal or a pipe: a letter that it does not have is replaced, and never ends the program."""

from __future__ import annotations

import codecs
import unicodedata
from io import TextIOWrapper
from typing import TextIO

REPLACE = "cpsim_plain_letters"
"""Name under which Python's streams ask for the replacement."""
PLAIN = {
    "©": "(c)", "–": "-", "—": "-", "−": "-", "‑": "-", "…": "...", "×": "x", "≤": "<=", "≥": ">=", "±": "+/-",
    "→": "->", "“": '"', "”": '"', "‘": "'", "’": "'", "•": "*", "·": ".", "√": "sqrt", "°": " deg",
}  # fmt: skip
"""Signs of our own sentences, as an old character set can write them."""


def never_fail_on_a_letter(*streams: TextIO | None) -> None:
    """Let streams replace what their encoding lacks: a run that is complete must not end in an error for a sign.

    The encoding itself stays as the user or the system chose it. A stream that is none of Python's own is left alone.
    """
    codecs.register_error(REPLACE, _plain)
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=REPLACE)


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    return "".join(_plain_letter(letter) for letter in part), error.end


def _plain_letter(letter: str) -> str:
    """Give a plain spelling, the letter without its accent, or a question mark."""
    base = unicodedata.normalize("NFKD", letter)[0]
    return PLAIN.get(letter, base if base.isascii() else "?")
