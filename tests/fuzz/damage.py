"""Ways in which files and words of users are wrong: cut, edited by hand, written by another program, mixed up."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from drawn import NASTY, VALUES, Drawn, spoil

TOKEN = re.compile(r"[\w.+-]+")
ENCODINGS = ("gbk", "utf-16", "utf-8-sig", "cp1252", "utf-16-be", "latin-1", "utf-32")


def damage_text(text: str, chance: random.Random, form: str = "") -> bytes:
    """Damage a text once or a few times, and write it in one encoding or another.

    Where Hypothesis draws and the form of the text is given, most damages are to one of its fields.
    """
    if isinstance(chance, Drawn) and form and chance.random() < 0.8:
        for _ in range(chance.choice((1, 1, 2))):
            text = spoil(text, form, chance)
        return text.encode("utf-8", errors="replace")
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        text = chance.choice(TEXT_DAMAGES)(text, chance)
    encoding = chance.choice(ENCODINGS) if chance.random() < 0.1 else "utf-8"
    content = text.encode(encoding, errors="replace")
    return damage_bytes(content, chance) if chance.random() < 0.05 else content


def damage_bytes(content: bytes, chance: random.Random) -> bytes:  # noqa: PLR0911 - one for each way
    """Damage bytes: cut, flipped, doubled, dropped, replaced."""
    if not content:
        return bytes([chance.randrange(256)])
    begin = chance.randrange(len(content))
    end = min(len(content), begin + chance.choice((1, 2, 8, 64, 1024)))
    kind = chance.randrange(7)
    if kind == 0:
        return content[:begin]
    if kind == 1:
        return content[begin:]
    if kind == 2:
        return content[:begin] + bytes([content[begin] ^ (1 << chance.randrange(8))]) + content[begin + 1 :]
    if kind == 3:
        return content[:begin] + content[end:]
    if kind == 4:
        return content[:end] + content[begin:]
    if kind == 5:
        return content[:begin] + chance.randbytes(end - begin) + content[end:]
    return content[:begin] + bytes(end - begin) + content[end:]


def _replace_token(text: str, chance: random.Random) -> str:
    tokens = list(TOKEN.finditer(text))
    if not tokens:
        return chance.choice(NASTY)
    one = chance.choice(tokens)
    new = chance.choice(NASTY) if chance.random() < 0.6 else chance.choice(tokens)[0]
    return text[: one.start()] + new + text[one.end() :]


def _misspell(text: str, chance: random.Random) -> str:
    words = [one for one in TOKEN.finditer(text) if len(one[0]) > 3]
    if not words:
        return text
    one = chance.choice(words)
    at = chance.randrange(one.start(), one.end() - 1)
    swapped = text[at + 1] + text[at]
    return text[:at] + chance.choice((swapped, text[at], text[at + 1].upper(), "_")) + text[at + 2 :]


def _drop_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def _repeat_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
    return "\n".join(lines)


def _swap_lines(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def _insert(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(NASTY) + text[at:]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _drop_part(text: str, chance: random.Random) -> str:
    begin = chance.randrange(len(text) + 1)
    return text[:begin] + text[begin + chance.choice((1, 3, 20, 200)) :]


def _empty_lines(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(3):
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(("", "  ", "\t", ",,", "# remark")))
    return "\n".join(lines)


def _replace_sign(text: str, chance: random.Random) -> str:
    """Replace one sign everywhere, as a program of another country would."""
    old, new = chance.choice(
        ((",", ";"), (".", ","), (",", "\t"), ("=", ":"), ('"', "'"), ("\n", "\r\n"), ("\n", "\r"), ("_", "-"))
    )
    return text.replace(old, new)


SIGNS = ((",", ";"), (".", ","), (",", "\t"), ("=", ":"), ('"', "'"), ("\n", "\r\n"), ("\n", "\r"), ("_", "-"))
TEXT_DAMAGES: tuple[Callable[[str, random.Random], str], ...] = (
    _replace_token, _replace_token, _replace_token, _misspell, _misspell, _drop_line, _repeat_line, _swap_lines,
    _insert, _cut, _drop_part, _empty_lines, _replace_sign,
)  # fmt: skip


def damage_json(value: object, chance: random.Random) -> object:
    """Replace, drop or wrap one value somewhere in an answer of the internet or a manifest."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        rest = dict(value)
        if chance.random() < 0.15:
            del rest[key]
        else:
            rest[key] = damage_json(value[key], chance)
        return rest
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        rest = list(value)
        if chance.random() < 0.15:
            del rest[at]
        else:
            rest[at] = damage_json(value[at], chance)
        return rest
    if isinstance(chance, Drawn) and chance.random() < 0.7:
        return _as_json(chance.draw(VALUES))
    return chance.choice(
        (None, "", "x", -1, 10**30, 1e308, [], {}, [value], {"x": value}, True, "107,7", [None], "nan", 0)
    )


def _as_json(value: object) -> object:
    return json.loads(json.dumps(value, default=str))


def damage_arrays(content: bytes, chance: random.Random) -> bytes:
    """Drop, cut, retype or spoil one array of an archive."""
    arrays = dict(np.load(io.BytesIO(content), allow_pickle=False))
    name = chance.choice(sorted(arrays))
    array = arrays.pop(name)
    kind = chance.randrange(6)
    if kind == 1 and array.ndim:
        arrays[name] = array[: array.shape[0] // 2]
    elif kind == 2:
        arrays[name] = array.astype(chance.choice(("U5", "?", "O"))).astype("U5")
    elif kind == 3:
        arrays[name] = array[None]
    elif kind > 3 and array.size and array.ndim:
        wrong = {"f": (np.nan, np.inf, -1.0, 1e300), "i": (-1, 10**6), "u": (255, 77)}.get(array.dtype.kind, ("",))
        arrays[name] = array.copy()
        with np.errstate(all="ignore"):
            arrays[name].flat[chance.randrange(array.size)] = chance.choice(wrong)
    written = io.BytesIO()
    np.savez(written, **arrays)
    return written.getvalue()


def damage_folder(folder: Path, chance: random.Random) -> str:
    """Damage one file of a folder, and say which and how."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != "lock")
    file = chance.choice(files)
    kind = chance.randrange(8)
    if kind == 0:
        file.unlink()
    elif kind == 1:
        file.write_bytes(b"")
    elif kind == 2:
        file.write_bytes(chance.choice(files).read_bytes())
    elif kind == 3:
        file.with_name(file.name + ".tmp").write_bytes(file.read_bytes()[:100])
    elif kind == 4:
        file.unlink()
        file.mkdir()
    elif file.suffix == ".json" and kind < 7:
        changed = json.dumps(damage_json(json.loads(file.read_bytes()), chance))
        file.write_text(changed, encoding="utf-8")
    else:
        file.write_bytes(damage_bytes(file.read_bytes(), chance))
    return f"{file.relative_to(folder)}, way {kind}"
