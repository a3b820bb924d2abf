"""Words of the map are there in both languages, and name what the model has; what is packed for a replay comes back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.agents.tables import ACTIVITIES
from sim.roles import ROLES
from sim.web.binary import pack, read_head
from sim.web.packing import SURFACES, pack_sides, read_strip
from sim.web.replay import ENTRY, STATIC, bundle
from sim.web.taking import from_midnight

STAGE = STATIC / "stage"
WORDS = (STAGE / "words.js").read_text(encoding="utf-8")
SLOT = re.compile(r"\{(\w+)\}")


def table(name: str) -> dict[str, tuple[str, str]]:
    """Read a table of words as `key: { en: "…", zh: "…" }`."""
    body = re.search(rf"const {name} = \{{(.*?)\n\}};", WORDS, re.DOTALL)
    assert body is not None, name
    pairs = re.findall(r'(\w+): \{\s*en: "([^"]*)",\s*zh: "([^"]*)",?\s*\}', body[1])
    entries = re.findall(r"^  \w+: \{", body[1], re.MULTILINE)
    assert len(pairs) == len(entries)  # an entry that lacks a language is no pair
    return {key: (english, chinese) for key, english, chinese in pairs}


@pytest.mark.parametrize("name", ["WORDS", "ACTIVITIES", "ROLES"])
def test_every_word_is_there_in_both_languages_with_the_same_slots(name):
    for key, (english, chinese) in table(name).items():
        assert english.strip(), key
        assert chinese.strip(), key
        assert sorted(SLOT.findall(english)) == sorted(SLOT.findall(chinese)), key


def test_every_word_is_used_and_every_one_that_is_used_is_there():
    code = "\n".join(file.read_text(encoding="utf-8") for file in STAGE.glob("*.js") if file.name != "words.js")
    code += WORDS.split("const WORDS", 1)[1].split("\n};", 1)[1]
    said = set(re.findall(r'say\((?:[\w.]+), "(\w+)"', code))
    assert said <= table("WORDS").keys()


def test_activities_and_roles_are_those_of_the_model():
    assert tuple(table("ACTIVITIES")) == ACTIVITIES
    assert set(ROLES) <= table("ROLES").keys()


def make_strip(hour: int, seed: int, n_segments: int = 9) -> bytes:
    """Make a strip of three officers and four walkers, as the protocol says."""
    random = np.random.default_rng(seed)
    ticks, officers, walkers = 12, 3, 4
    head = {
        "hour": hour, "n_ticks": ticks, "n_officers": officers, "n_walkers": walkers, "kinds": list(ROLES),
        "activities": list(ACTIVITIES), "scales": {},
        "events": {"calls": [{"row": "1", "segment": 2, "minute": 60.0 * hour + 5.0, "answered": None, "ended": None}],
                   "offences": []},
    }  # fmt: skip
    return pack(head, [
        random.integers(-1, n_segments, (ticks, officers)).astype("<i4"),
        random.integers(0, 256, (ticks, officers)).astype(np.uint8),
        random.integers(0, len(ACTIVITIES), (ticks, officers)).astype(np.uint8), np.zeros(officers, np.uint8),
        np.arange(walkers).astype("<u4"), random.integers(-1, n_segments, (ticks, walkers)).astype("<i4"),
        np.full((ticks, walkers), 128, np.uint8),
        *(random.integers(0, 255, n_segments).astype(np.uint8) for _ in SURFACES), np.ones(walkers, np.uint8),
    ])  # fmt: skip


def test_a_strip_is_read_as_it_was_laid_out_and_moved_to_midnight_with_its_events():
    strip = make_strip(30, 1)
    moved = from_midnight(strip, 24)
    before, after = read_strip(strip, 9), read_strip(moved, 9)
    assert after.head["hour"] == 6
    assert after.head["events"]["calls"][0]["minute"] == 6 * 60.0 + 5.0
    assert after.head["events"]["calls"][0]["answered"] is None
    for name in ("segment", "along", "activity", "where", "surfaces"):
        assert (getattr(before, name) == getattr(after, name)).all(), name
    assert read_head(moved)[1] % 4 == 0


def test_what_both_sides_do_alike_is_packed_once():
    strips = [make_strip(hour, hour) for hour in range(3)]
    head, parts = pack_sides({"today": strips, "instead": strips}, 9)
    other, more = pack_sides({"today": strips, "instead": [make_strip(hour, 50 + hour) for hour in range(3)]}, 9)
    assert head["sides"]["instead"]["n_trips"] == 0 < other["sides"]["instead"]["n_trips"]
    assert sum(map(len, parts.values())) < sum(map(len, more.values()))


def test_a_bundle_holds_every_module_that_it_needs_and_imports_nothing():
    script = bundle(ENTRY)
    assert not re.search(r"^\s*(?:import|export)\b", script, re.MULTILINE)
    for file in ("stage", "player", "embedded", "buffer", "ways_worker"):
        assert f"m_stage_{file} = (() =>" in script
    assert "</script" not in script
    assert Path(ENTRY).is_file()
