"""All chance of the model: a random number is a pure function of (seed, stream, entity, counter).

Two runs that differ in policy share every draw that the policy did not touch, and no result depends
on the order of agents, on threads or on workers. The generator is Threefry-2x64 with 13 rounds, the
fewest that its authors found to pass BigCrush with a margin, and the published known answers are in
the tests (Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy as 1, 2, 3).
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiling.compiled import compiled_as

U64 = np.uint64
Key = Any
"""An integer of 64 bits, the machine's or NumPy's: identity of an agent, a place or a cause."""
PARITY = U64(0x1BD11BDAA9FC1A22)
UNIT = 1.0 / 9007199254740992.0
"""2 ** -53: the distance of neighbouring draws"""
HALF_UNIT = 1.0 / 4294967296.0
"""2 ** -32: the distance of neighbouring halves"""


class Stream(IntEnum):
    """Name the purposes of chance. Append only: a number, once given, never changes its meaning."""

    HOUSEHOLD = 1
    TRAITS = 2
    HOME = 3
    WORK = 4
    LEISURE = 5
    ROUTE = 6
    OFFENDER = 7
    AWARENESS = 8
    OPPORTUNITY = 9
    OFFICER = 10
    ATTITUDE = 11
    PLAN = 12
    OFFEND_WHEN = 13
    OFFEND_WHAT = 14
    OFFEND_WHERE = 15
    VICTIM = 16
    REPORT = 17
    CALL_WHEN = 18
    CALL_WHAT = 19
    SERVICE = 20
    PATROL = 21
    STOP_WHEN = 22
    STOP_WHOM = 23
    CONTACT = 24
    INVESTIGATE = 25
    CUSTODY = 26
    DISPUTE_WHEN = 27
    DISPUTE_WHAT = 28
    MIGRATION = 29
    REGISTRATION = 30
    STRAIN = 31
    RECORD = 32
    POLICY = 33
    SURVEY = 34
    VISIT = 35
    MEDIATION = 36
    DISTRICT = 37
    EFFORT = 38
    VOLUNTEER = 39
    TICKET = 40
    TENURE = 41
    INFORMATION = 42
    INCOME = 43
    EVIDENCE = 44
    ROUND = 45
    FRAILTY = 46
    COMPANY = 47
    RETALIATE = 48
    BELONGINGS = 49
    SLEEP = 50
    PROPENSITY = 51
    DUTY = 52
    SEARCH_TIME = 53
    NOTICE = 54
    TRAINING = 55
    MOOD = 56
    SIGHT = 57
    STORY = 58
    NEWS = 59
    CONCERN = 60
    LETTER = 61
    MEETING = 62
    USUAL_WEEK = 63
    REGISTER = 64
    SERVICES = 65
    HEAD = 66
    ROOM = 67
    WATCH = 68
    SUPERVISE = 69
    FILES = 70
    RECORDED = 71


@compiled_as("u8(u8, u8)")
def _rotate(x: Key, n: Key) -> Key:
    return (x << n) | (x >> (U64(64) - n))


@compiled_as("UniTuple(u8, 2)(u8, u8, u8, u8)")
def random_bits(seed: Key, stream: int, entity: Key, counter: Key) -> tuple[Key, Key]:
    """Return 128 random bits as two 64-bit words.

    Parameters
    ----------
    seed
        the seed of the run
    stream
        what the draw is for, a member of `Stream`
    entity
        key of the agent, place or cause that the draw belongs to
    counter
        which draw of that entity: a tick, a day, the number of an event
    """
    k0, k1 = seed, stream
    k2 = PARITY ^ k0 ^ k1
    x0, x1 = entity + k0, counter + k1
    # Thirteen rounds, keys injected after each four: written out, since this is the hottest code of all.
    x0 += x1
    x1 = _rotate(x1, U64(16)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(42)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(12)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(31)) ^ x0
    x0, x1 = x0 + k1, x1 + k2 + U64(1)
    x0 += x1
    x1 = _rotate(x1, U64(16)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(32)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(24)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(21)) ^ x0
    x0, x1 = x0 + k2, x1 + k0 + U64(2)
    x0 += x1
    x1 = _rotate(x1, U64(16)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(42)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(12)) ^ x0
    x0 += x1
    x1 = _rotate(x1, U64(31)) ^ x0
    x0, x1 = x0 + k0, x1 + k1 + U64(3)
    x0 += x1
    x1 = _rotate(x1, U64(16)) ^ x0
    return x0, x1


@compiled_as("f8(u8, u8, u8, u8)")
def uniform(seed: Key, stream: int, entity: Key, counter: Key) -> float:
    """Draw a number in [0, 1)."""
    return float(random_bits(seed, stream, entity, counter)[0] >> U64(11)) * UNIT


@compiled_as("UniTuple(f8, 2)(u8, u8, u8, u8)")
def uniform_pair(seed: Key, stream: int, entity: Key, counter: Key) -> tuple[float, float]:
    """Draw two independent numbers in [0, 1) for the price of one."""
    a, b = random_bits(seed, stream, entity, counter)
    return float(a >> U64(11)) * UNIT, float(b >> U64(11)) * UNIT


@compiled_as("UniTuple(f8, 4)(u8, u8, u8, u8)")
def uniform_four(seed: Key, stream: int, entity: Key, counter: Key) -> tuple[float, float, float, float]:
    """Draw four independent numbers in [0, 1), each of 32 bits."""
    a, b = random_bits(seed, stream, entity, counter)
    low = U64(0xFFFFFFFF)
    return (
        float(a >> U64(32)) * HALF_UNIT,
        float(a & low) * HALF_UNIT,
        float(b >> U64(32)) * HALF_UNIT,
        float(b & low) * HALF_UNIT,
    )


@compiled_as("f8(u8, u8, u8, u8)")
def exponential(seed: Key, stream: int, entity: Key, counter: Key) -> float:
    """Draw from the exponential distribution with mean 1."""
    return -math.log(1.0 - uniform(seed, stream, entity, counter))


@compiled_as("f8(u8, u8, u8, u8)")
def normal(seed: Key, stream: int, entity: Key, counter: Key) -> float:
    """Draw from the standard normal distribution (Box & Muller)."""
    u, v = uniform_pair(seed, stream, entity, counter)
    return math.sqrt(-2.0 * math.log(1.0 - u)) * math.cos(2.0 * math.pi * v)


@compiled_as("u8(u8, u8)")
def mix_keys(a: Key, b: Key) -> Key:
    """Make one key out of two, for an entity that is known by a pair (a cause and its number)."""
    return random_bits(a, 0, b, 0)[0]


def uniforms(seed: int, stream: Stream, entities: NDArray[np.uint64], counter: int) -> NDArray[np.float64]:
    """Draw one number in [0, 1) for each entity."""
    return _fill(seed, int(stream), np.array(entities, np.uint64), counter, False)


def normals(seed: int, stream: Stream, entities: NDArray[np.uint64], counter: int) -> NDArray[np.float64]:
    """Draw one standard normal number for each entity."""
    return _fill(seed, int(stream), np.array(entities, np.uint64), counter, True)


@compiled_as("f8[::1](u8, u8, u8[::1], u8, b1)")
def _fill(seed: int, stream: int, entities: NDArray[np.uint64], counter: int, gaussian: bool) -> NDArray[np.float64]:
    out = np.empty(entities.size)
    for i in range(entities.size):
        if gaussian:
            out[i] = normal(seed, stream, entities[i], counter)
        else:
            out[i] = uniform(seed, stream, entities[i], counter)
    return out


def policy_generator(seed: int, policy: str, shift: int) -> np.random.Generator:
    """Give a policy its own generator for one briefing, apart from all chance of the world."""
    words = [seed, int(Stream.POLICY), shift, *policy.encode()]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(words)))
