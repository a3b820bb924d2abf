"""The generator gives the published answers, and passes a battery that weak generators fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.draws import Stream, exponential, mix_keys, normal, normals, random_bits, uniform, uniform_four, uniforms
from sim.validation.exact.draws import PUBLISHED, of_model, threefry

Words = Callable[[int, int, int, int], tuple[int, int]]
"""Two words from seed, stream, entity and counter."""
N = 1 << 14
ONES = 0xFFFFFFFFFFFFFFFF


@pytest.mark.parametrize(("counter", "key", "answer"), PUBLISHED)
def test_threefry_gives_the_answers_that_its_authors_published(counter, key, answer):
    assert random_bits(*key, *counter) == answer


def test_threefry_written_apart_from_the_core_gives_the_same_words():
    rng = np.random.default_rng(1)
    inputs = tuple(rng.integers(0, 2**64, (4, 1000), np.uint64))
    assert (threefry(inputs) == of_model(inputs)).all()
    assert (threefry(inputs, rounds=12) != of_model(inputs)).all()


def test_streams_are_only_ever_appended():
    pinned = (
        "HOUSEHOLD TRAITS HOME WORK LEISURE ROUTE OFFENDER AWARENESS OPPORTUNITY OFFICER ATTITUDE PLAN OFFEND_WHEN "
        "OFFEND_WHAT OFFEND_WHERE VICTIM REPORT CALL_WHEN CALL_WHAT SERVICE PATROL STOP_WHEN STOP_WHOM CONTACT "
        "INVESTIGATE CUSTODY DISPUTE_WHEN DISPUTE_WHAT MIGRATION REGISTRATION STRAIN RECORD POLICY SURVEY VISIT "
        "MEDIATION DISTRICT"
    )
    there = [stream.name for stream in Stream]
    assert " ".join(there).startswith(pinned)
    assert [int(stream) for stream in Stream] == list(range(1, len(there) + 1))


def lines(words: Words) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """Draw along each of the four inputs in turn, in steps of one and of a large stride, the others held."""
    for axis, name in enumerate(("seed", "stream", "entity", "counter")):
        for step in (1, 1000):
            at = [7, 13, 1234, 5]
            drawn = []
            for i in range(N):
                at[axis] = i * step
                drawn.append(words(*at))
            both = np.array(drawn, np.uint64)
            yield f"first word along {name} by {step}", both[:, 0]
            yield f"second word along {name} by {step}", both[:, 1]


def p_values(words: Words) -> dict[str, float]:
    """Put a generator through the battery; name the p-value of each test."""
    out = {}
    for name, word in lines(words):
        u = (word >> np.uint64(11)).astype(float) * 2.0**-53
        out[f"uniform bins, {name}"] = stats.chisquare(np.bincount((u * 256).astype(int), minlength=256)).pvalue
        out[f"distribution, {name}"] = stats.kstest(u, "uniform").pvalue
        pair = (u[:-1] * 16).astype(int) * 16 + (u[1:] * 16).astype(int)
        out[f"pairs, {name}"] = stats.chisquare(np.bincount(pair[::2], minlength=256)).pvalue
        for lag in (1, 2, 16):
            z = np.corrcoef(u[:-lag], u[lag:])[0, 1] * np.sqrt(N)
            out[f"correlation at {lag}, {name}"] = 2 * stats.norm.sf(abs(z))
        bits = (word[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
        z = (bits.sum(axis=0) - N / 2) / np.sqrt(N / 4)
        out[f"balance of bits, {name}"] = stats.chi2.sf((z**2).sum(), 64)
        changed = bits[1:] ^ bits[:-1]
        z = (changed.sum(axis=0) - (N - 1) / 2) / np.sqrt((N - 1) / 4)
        out[f"change of bits, {name}"] = stats.chi2.sf((z**2).sum(), 64)
    return out


def worst(values: dict[str, float]) -> float:
    """Give the least p-value, as if only one test had been made (Bonferroni)."""
    return min(values.values()) * len(values)


def test_draws_pass_the_battery_along_every_input():
    values = p_values(random_bits)
    assert worst(values) > 0.001, min(values, key=lambda name: values[name])


def congruential(seed: int, stream: int, entity: int, counter: int) -> tuple[int, int]:
    """Draw the low words of a linear congruential generator."""
    x = (seed * 3 + stream * 5 + entity * 7 + counter) & ONES
    for _ in range(4):
        x = (x * 6364136223846793005 + 1442695040888963407) & ONES
    return (x << 32 | x & 0xFFFFFFFF) & ONES, x


def weak_hash(seed: int, stream: int, entity: int, counter: int) -> tuple[int, int]:
    """Hash by one multiplication and one shift."""
    x = (seed ^ stream << 16 ^ entity << 24 ^ counter) * 0x9E3779B97F4A7C15 & ONES
    return x ^ x >> 31, x


def without_stream(seed: int, stream: int, entity: int, counter: int) -> tuple[int, int]:
    """Forget one input."""
    return random_bits(seed, 0, entity, counter)


@pytest.mark.parametrize("broken", [congruential, weak_hash, without_stream])
def test_weak_generators_fail_the_battery(broken):
    assert worst(p_values(broken)) < 1e-9


def flips(words: Words, n: int) -> NDArray[np.float64]:
    """Measure how often each output bit flips with each bit of each input: (4 * 64, 128)."""
    rng = np.random.default_rng(5)
    out = np.zeros((256, 128))
    for _ in range(n):
        at = [int(x) for x in rng.integers(0, 1 << 63, 4)]
        before = words(*at)
        for bit in range(256):
            other = at.copy()
            other[bit // 64] ^= 1 << bit % 64
            after = words(*other)
            changed = (before[0] ^ after[0]) | (before[1] ^ after[1]) << 64
            out[bit] += np.frombuffer(np.unpackbits(np.frombuffer(changed.to_bytes(16, "little"), np.uint8)), np.uint8)
    return out / n


def test_every_bit_of_every_input_reaches_every_bit_of_the_output():
    n = 100
    z = (flips(random_bits, n) - 0.5) / np.sqrt(0.25 / n)
    assert abs(z).max() < 6
    assert abs(z.mean(axis=1)).max() < 6 / np.sqrt(128)


def test_a_hash_without_avalanche_is_noticed():
    z = (flips(weak_hash, 20) - 0.5) / np.sqrt(0.25 / 20)
    assert abs(z.mean(axis=1)).max() > 6 / np.sqrt(128)


def test_the_forms_of_a_draw_have_their_distributions():
    keys = np.arange(N, dtype=np.uint64)
    assert stats.kstest(uniforms(3, Stream.VISIT, keys, 1), "uniform").pvalue > 0.001
    assert stats.kstest(normals(3, Stream.VISIT, keys, 1), "norm").pvalue > 0.001
    waits = np.array([exponential(3, 5, i, 0) for i in range(N)])
    assert stats.kstest(waits, "expon").pvalue > 0.001
    assert waits.min() >= 0
    four = np.array([uniform_four(3, 6, i, 2) for i in range(N)])
    assert stats.kstest(four.ravel(), "uniform").pvalue > 0.001
    assert abs(np.corrcoef(four.T)[np.triu_indices(4, 1)]).max() < 4.5 / np.sqrt(N)
    assert stats.kstest(waits, "uniform").pvalue < 1e-9


def test_many_at_once_are_the_same_draws_as_one_by_one():
    keys = np.array([0, 5, 2**63 + 1], np.uint64)
    assert uniforms(9, Stream.HOME, keys, 4).tolist() == [uniform(9, Stream.HOME, int(key), 4) for key in keys]
    assert normals(9, Stream.HOME, keys, 4).tolist() == [normal(9, Stream.HOME, int(key), 4) for key in keys]


def test_keys_made_of_pairs_do_not_meet():
    made = {mix_keys(a, b) for a in range(300) for b in range(300)}
    assert len(made) == 300 * 300
    assert len({(a ^ b) for a in range(300) for b in range(300)}) < 300 * 300
