"""Every folder that a newcomer opens tells what lives in it, and every file that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "sim").rglob("README.md"))
OPENED = [folder.parent for folder in (ROOT / "sim").glob("*/__init__.py")]


@pytest.mark.parametrize("folder", OPENED, ids=lambda folder: folder.name)
def test_a_folder_of_the_package_has_a_page(folder):
    assert folder / "README.md" in PAGES, "write ten lines: what lives here, what may be imported, where to add one"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_is_short_and_names_files_that_exist(page):
    text = page.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 20
    for name in re.findall(r"`((?:\w+/)*\w+\.(?:py|toml|csv|md))`", text):
        known = [*page.parent.glob(name), *page.parent.glob(f"*/{name}"), *ROOT.glob(name), *ROOT.glob(f"sim/{name}")]
        assert known or "NAME" in name, name
    for name in re.findall(r"`(\w+)/`", text):
        assert (page.parent / name).is_dir(), name
    for name in re.findall(r"\b((?:docs|tests)/[\w/-]+\.(?:md|py))\b", text):
        assert (ROOT / name).exists(), name
