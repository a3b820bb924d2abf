"""The generator: published answers, and a battery of tests along entities, ticks, streams, seeds and causes.

PractRand and TestU01 exist in no distribution that Python can install, so the tests are the classical ones (Knuth 1997;
L'Ecuyer & Simard 2007), vectorised: every one is a sum over blocks of draws, so that any number of draws fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from math import comb, log10, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.compiling.compiled import compiled_as
from sim.draws import Stream, mix_keys, random_bits
from sim.statistics.multiple import adjust_holm
from sim.validation.exact.answer import Part

Words = NDArray[np.uint64]
Inputs = tuple[Words, Words, Words, Words]
"""Seed, stream, entity and counter of each draw."""
Generator = Callable[[Inputs], Words]
"""Gives two words for each draw: (2, n)."""
ONES = 0xFFFFFFFFFFFFFFFF
PI = (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89)
PUBLISHED = (
    ((0, 0), (0, 0), (0xF167B032C3B480BD, 0xE91F9FEE4B7A6FB5)),
    ((ONES, ONES), (ONES, ONES), (0xCCDEC5C917A874B1, 0x4DF53ABCA26CEB01)),
    (PI[:2], PI[2:], (0xC3AAC71561042993, 0x3FE7AE8801AFF316)),
)
"""Counter, key and answer, from the tests of the authors of Threefry (Salmon et al. 2011)."""
ROUNDS = 13
ROTATIONS = (16, 42, 12, 31, 16, 32, 24, 21)
BLOCK = 2**19
N_WORDS = (2**24, 2**30)
LEVEL = 3.0
"""A p value of a thousandth, after Holm's adjustment, as minus its decimal logarithm."""
BIRTHDAYS, LOG_YEAR = 2**12, 34
"""Birthdays in a year of 2^34 days: one repeated spacing is expected in each year."""
GAP = 16
MOST_GAP = 80


def threefry(inputs: Inputs, *, rounds: int = ROUNDS) -> Words:
    """Compute Threefry-2x64 as its paper describes it, round by round: slow, and written apart from the core."""
    seed, stream, entity, counter = inputs
    keys = (seed, stream, np.uint64(0x1BD11BDAA9FC1A22) ^ seed ^ stream)
    x0, x1 = entity + keys[0], counter + keys[1]
    for i in range(rounds):
        turn = np.uint64(ROTATIONS[i % 8])
        x0 = x0 + x1
        x1 = (x1 << turn | x1 >> np.uint64(64 - int(turn))) ^ x0
        if i % 4 == 3:
            injected = i // 4 + 1
            x0 = x0 + keys[injected % 3]
            x1 = x1 + keys[(injected + 1) % 3] + np.uint64(injected)
    return np.array([x0, x1])


@compiled_as("u8[:, ::1](u8[::1], u8[::1], u8[::1], u8[::1])")
def _draw(seed: Words, stream: Words, entity: Words, counter: Words) -> Words:
    out = np.empty((2, seed.size), np.uint64)
    for i in range(seed.size):
        out[0, i], out[1, i] = random_bits(seed[i], stream[i], entity[i], counter[i])
    return out


def of_model(inputs: Inputs) -> Words:
    """Draw as the model does."""
    return np.asarray(_draw(*inputs))


def congruential(inputs: Inputs) -> Words:
    """Draw the words of a linear congruential generator that starts from the sum of the inputs."""
    seed, stream, entity, counter = inputs
    x = seed * np.uint64(3) + stream * np.uint64(5) + entity * np.uint64(7) + counter
    for _ in range(4):
        x = x * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return np.array([x, x << np.uint64(32) | x >> np.uint64(32)])


def unmixed(inputs: Inputs) -> Words:
    """Draw by one multiplication and no mixing."""
    seed, stream, entity, counter = inputs
    x = (seed ^ stream << np.uint64(16) ^ entity << np.uint64(24) ^ counter) * np.uint64(0x9E3779B97F4A7C15)
    return np.array([x, x ^ x >> np.uint64(31)])


def compare_published(full: bool, *, rounds: int = 0) -> Sequence[Part]:
    """Compare with the published answers: how many of the two words differ.

    Parameters
    ----------
    rounds
        take Threefry with another number of rounds instead of the model's
    """
    parts = []
    for i, (counter, key, answer) in enumerate(PUBLISHED):
        inputs = (*key, *counter)
        seed, stream, entity, count = (np.array([value], np.uint64) for value in inputs)
        made = (
            threefry((seed, stream, entity, count), rounds=rounds)[:, 0]
            if rounds
            else np.array(random_bits(*inputs), np.uint64)
        )
        differ = int((made != np.array(answer, np.uint64)).sum())
        parts.append(Part(f"words that differ from published answer {i + 1}", 0.0, float(differ), 0.0))
    return parts


def layouts(first: int, n: int) -> Iterator[tuple[str, Inputs]]:
    """Lay draws out as they lie in the model: along each input in turn, all of them together, and by causes.

    Parameters
    ----------
    first
        number of the first draw
    """
    i = np.arange(first, first + n, dtype=np.uint64)
    seed, stream, entity, counter = (np.full(n, value, np.uint64) for value in (7, int(Stream.PLAN), 1234, 5))
    yield "entities", (seed, stream, i, counter)
    yield "ticks", (seed, stream, entity, i)
    yield "streams", (seed, i, entity, counter)
    yield "seeds", (i, stream, entity, counter)
    n_streams = np.uint64(len(Stream))
    whom = i // n_streams
    turn, tick = i % n_streams + np.uint64(1), whom // np.uint64(1000)
    yield "streams of entities tick by tick", (seed, turn, whom % np.uint64(1000), tick)
    cause = _mixed(i // np.uint64(8), i % np.uint64(8))
    yield "causes", (seed, stream, cause, counter)


@compiled_as("u8[::1](u8[::1], u8[::1])")
def _mix(a: Words, b: Words) -> Words:
    out = np.empty(a.size, np.uint64)
    for i in range(a.size):
        out[i] = mix_keys(a[i], b[i])
    return out


def _mixed(a: Words, b: Words) -> Words:
    return np.asarray(_mix(a, b))


class Counts:
    """Sum what the tests of one layout and one word need over blocks of draws."""

    def __init__(self) -> None:
        self.n = self.n_blocks = 0
        self.bytes = np.zeros((8, 256), np.int64)
        self.pairs = np.zeros(2**16, np.int64)
        self.weights, self.changes = np.zeros(65, np.int64), np.zeros(65, np.int64)
        self.orders = np.zeros(24, np.int64)
        self.gaps = np.zeros(MOST_GAP + 1, np.int64)
        self.products = np.zeros(3)
        self.n_products = np.zeros(3, np.int64)
        self.repeats = self.n_years = 0

    def add(self, words: Words) -> None:
        """Count a block of neighbouring draws."""
        n = len(words)
        self.n += n
        self.n_blocks += 1
        for place, column in enumerate(words.view(np.uint8).reshape(n, 8).T):
            self.bytes[place] += np.bincount(column, minlength=256)
        top = (words >> np.uint64(56)).astype(np.int64)
        self.pairs += np.bincount(top[:-1:2] * 256 + top[1::2], minlength=2**16)
        self.weights += np.bincount(np.bitwise_count(words), minlength=65)
        self.changes += np.bincount(np.bitwise_count(words[:-1:2] ^ words[1::2]), minlength=65)
        four = words[: n // 4 * 4].reshape(-1, 4).argsort(axis=1)
        self.orders += np.bincount(_ORDER[four @ (64, 16, 4, 1)], minlength=24)
        hits = np.flatnonzero(words < np.uint64(2**64 // GAP))
        self.gaps += np.bincount(np.minimum(np.diff(hits) - 1, MOST_GAP), minlength=MOST_GAP + 1)
        u = (words >> np.uint64(11)).astype(float) * 2.0**-53 - 0.5
        for k, lag in enumerate((1, 2, 16)):
            self.products[k] += float(u[:-lag] @ u[lag:])
            self.n_products[k] += n - lag
        days = (words >> np.uint64(64 - LOG_YEAR))[: n // BIRTHDAYS * BIRTHDAYS].reshape(-1, BIRTHDAYS)
        spacings = np.sort(np.diff(np.sort(days, axis=1).astype(np.int64), axis=1), axis=1)
        self.repeats += int((np.diff(spacings, axis=1) == 0).sum())
        self.n_years += len(days)

    def p_values(self) -> dict[str, float]:
        """Give a p value for each test, two-sided: draws that are too even are no better than uneven ones."""
        out = {f"byte {place}": _fit(counts, np.full(256, 1 / 256)) for place, counts in enumerate(self.bytes)}
        bit = (np.arange(256)[:, None] >> np.arange(8)) & 1
        z = (self.bytes @ bit - self.n / 2) / np.sqrt(self.n / 4)
        out["balance of bits"] = _two_sided(stats.chi2.sf((z**2).sum(), z.size))
        out["one bit most out of balance"] = min(1.0, 2 * z.size * float(stats.norm.sf(np.abs(z).max())))
        out["pairs of neighbours"] = _fit(self.pairs, np.full(2**16, 2.0**-16))
        binomial = np.array([comb(64, k) / 2.0**64 for k in range(65)])
        out["bits that are set"] = _fit(self.weights, binomial)
        out["bits that change to the neighbour"] = _fit(self.changes, binomial)
        out["orders of four"] = _fit(self.orders, np.full(24, 1 / 24))
        gap = (1 / GAP) * (1 - 1 / GAP) ** np.arange(MOST_GAP + 1)
        gap[-1] = (1 - 1 / GAP) ** MOST_GAP
        out["gaps"] = _fit(self.gaps, gap)
        for k, lag in enumerate((1, 2, 16)):
            z_lag = self.products[k] * 12.0 / np.sqrt(self.n_products[k])
            out[f"correlation at distance {lag}"] = 2.0 * float(stats.norm.sf(abs(z_lag)))
        # Repeated spacings are Poisson with m^3 / (4 days): Marsaglia & Tsang 2002.
        expected = self.n_years * BIRTHDAYS**3 / 2.0 ** (LOG_YEAR + 2)
        above = float(stats.poisson.sf(self.repeats - 1, expected))
        out["birthday spacings"] = min(1.0, 2.0 * min(above, float(stats.poisson.cdf(self.repeats, expected))))
        return out


_ORDER = np.zeros(256, np.int64)
for _number, _order in enumerate(permutations(range(4))):
    _ORDER[int(np.dot(_order, (64, 16, 4, 1)))] = _number


def _two_sided(p: float) -> float:
    return 2.0 * min(float(p), 1.0 - float(p))


def _fit(counts: NDArray[np.int64], chances: NDArray[np.floating[Any]]) -> float:
    """Give the p value of counts by chi square, bins of few put together."""
    expected = counts.sum() * chances
    few = expected < 10.0
    if few.all():
        return nan  # too few draws for this test: it is not counted
    if few.any():
        counts, expected = np.r_[counts[~few], counts[few].sum()], np.r_[expected[~few], expected[few].sum()]
        if expected[-1] < 10.0:
            counts, expected = np.r_[counts[:-2], counts[-2:].sum()], np.r_[expected[:-2], expected[-2:].sum()]
    return _two_sided(stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), len(counts) - 1))


def battery(generator: Generator, n_words: int, block: int = BLOCK) -> dict[str, float]:
    """Put a generator through all tests along all layouts; give the p value of each."""
    kept: dict[str, Counts] = {}
    n_layouts = 6
    n_blocks = max(1, -(-n_words // (2 * n_layouts * block)))
    for number in range(n_blocks):
        for name, inputs in layouts(number * block, block):
            for which, words in enumerate(generator(inputs)):
                kept.setdefault(f"word {which + 1} along {name}", Counts()).add(words)
    return {f"{test}, {name}": p for name, counts in kept.items() for test, p in counts.p_values().items()}


def compare_battery(full: bool, *, generator: Generator = of_model, n_words: int = 0) -> Sequence[Part]:
    """Hold the least p value of the battery, adjusted for their number (Holm 1979), above a thousandth."""
    p = battery(generator, n_words or N_WORDS[full], BLOCK if not n_words else 2**16)
    names, values = list(p), np.array(list(p.values()))
    adjusted = adjust_holm(values[:, None])[:, 0]
    least = int(np.nanargmin(adjusted))
    value = -log10(max(float(adjusted[least]), 1e-300)) + 0.0
    return [
        Part(f"minus log10 of the least of {np.isfinite(values).sum()} p values ({names[least]})", 0.0, value, LEVEL)
    ]


WEAK: dict[str, Generator] = {
    "Threefry with two rounds": lambda inputs: threefry(inputs, rounds=2),
    "a linear congruential generator": congruential,
    "a hash that does not mix": unmixed,
}
N_WEAK = 2**20
