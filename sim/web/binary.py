"""Bytes that the page reads as typed arrays: a JSON head, then arrays, each beginning at a multiple of four."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 4


def pack(head: dict[str, Any], arrays: Sequence[NDArray[Any]]) -> bytes:
    """Lay a head and arrays out, little endian, as docs/page-protocol.md says."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % STEP)
    parts = [struct.pack("<I", len(text)), text]
    for array in arrays:
        content = np.ascontiguousarray(array).tobytes()
        parts += [content, b"\0" * (-len(content) % STEP)]
    return b"".join(parts)


def read_head(packed: bytes) -> tuple[dict[str, Any], int]:
    """Give the head, and where the first array begins."""
    (length,) = struct.unpack_from("<I", packed)
    head: dict[str, Any] = json.loads(packed[STEP : STEP + length])
    return head, STEP + length
