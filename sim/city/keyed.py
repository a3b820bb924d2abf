"""Chance that belongs to a segment: numbers that follow its key, not its row."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def keyed_bits(key: Bits, *, seed: int, stream: str) -> Bits:
    """Hash seed, stream and key to 64 bits a key (SplitMix64: Steele, Lea and Flood 2014).

    A builder that draws in row order gives another city when the rows are shuffled; one that
    hashes the key does not.
    """
    salt = int.from_bytes(blake2b(f"{seed} {stream}".encode(), digest_size=8).digest(), "little")
    # Mixed twice: consecutive keys differ in a few low bits only.
    return _mix(_mix(key.astype(np.uint64) + np.uint64(salt)) ^ np.uint64(salt))


def keyed_uniform(key: Bits, *, seed: int, stream: str) -> Floats:
    """Draw a uniform number in (0, 1) for each key."""
    return ((keyed_bits(key, seed=seed, stream=stream) >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53


def keyed_normal(key: Bits, *, seed: int, stream: str) -> Floats:
    """Draw a standard normal number for each key (Box and Muller 1958)."""
    radius = np.sqrt(-2.0 * np.log(keyed_uniform(key, seed=seed, stream=stream + " radius")))
    return radius * np.cos(2.0 * np.pi * keyed_uniform(key, seed=seed, stream=stream + " angle"))


def _mix(bits: Bits) -> Bits:
    bits = bits + _GOLDEN
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_1
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_2
    return bits ^ (bits >> np.uint64(31))
