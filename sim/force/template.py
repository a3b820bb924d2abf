"""The folder with which a force begins: a commented `force.toml` and a page that says what to do."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from sim.disk import make_folder
from sim.errors import InputError
from sim.force.settings import FILE, write_text
from sim.force.words import say
from sim.inputs.words import Lang

FORM = Path(__file__).with_name("force.form.toml")
PAGE = "README.md"
WIDTH = {"en": 100, "zh": 50}


def write_template(folder: Path, lang: Lang) -> list[Path]:
    """Write the two files into a new folder, or into one that has no `force.toml`.

    Raises
    ------
    InputError
        If there is a `force.toml` already.
    """
    if (folder / FILE).exists():
        raise InputError(
            f"{folder} must be a new folder or one without {FILE}, got one that has it; choose another name"
        )
    make_folder(folder)
    texts = {FILE: template_text(lang, name=folder.resolve().name), PAGE: _page(folder, lang)}
    written = []
    for name, text in texts.items():
        if name == PAGE and (folder / name).exists():
            continue
        write_text(folder / name, text)
        written.append(folder / name)
    return written


def template_text(lang: Lang, *, name: str) -> str:
    """Give the text of `force.toml`; comments stand in the language, keys and values are the same in both."""
    lines = []
    for line in FORM.read_text(encoding="utf-8").replace("{name}", name.replace('"', "")).splitlines():
        comment = re.fullmatch(r"#% (\w+)", line)
        if comment is None:
            beside = re.fullmatch(r"(.*\S)\s+#% (\w+)", line)
            lines.append(line if beside is None else f"{beside[1]}  # {say(lang, f'template.{beside[2]}')}")
            continue
        words = say(lang, f"template.{comment[1]}")
        lines += [f"# {part}" for part in textwrap.wrap(words, WIDTH[lang])]
    return "\n".join(lines) + "\n"


def _page(folder: Path, lang: Lang) -> str:
    return say(lang, "template.page", name=folder.resolve().name) + "\n"
