"""A worker that dies costs its job a try and not the server; what is taken back ends."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.web.desk import Desk, StoppedError, WorkerDiedError


def double(n):
    return 2 * n


def refuse(n):
    raise InputError(f"a number must be another one, got {n}")


def die_once(path):
    if not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second"


def die(nothing):
    os.kill(os.getpid(), signal.SIGKILL)


def wait(seconds):
    time.sleep(seconds)


def with_desk(doing):
    async def run():
        desk = Desk(1)
        desk.open()
        try:
            return await doing(desk)
        finally:
            await asyncio.to_thread(desk.close)

    return asyncio.run(run())


def test_jobs_are_done_and_refusals_come_back_as_they_are():
    async def doing(desk):
        with pytest.raises(InputError, match="another one, got 3"):
            await desk.do(refuse, 3)
        return await asyncio.gather(*(desk.do(double, n) for n in range(4)))

    assert with_desk(doing) == [0, 2, 4, 6]


def test_a_killed_worker_is_started_anew_and_told_of(tmp_path):
    told = []

    async def doing(desk):
        return await desk.do(die_once, str(tmp_path / "died"), on_death=told.append)

    assert with_desk(doing) == "second"
    assert told == ["it was killed, perhaps for want of memory"]


def test_a_job_that_kills_every_worker_is_given_up_and_the_next_one_is_done():
    async def doing(desk):
        with pytest.raises(WorkerDiedError, match="3 times"):
            await desk.do(die, None)
        return await desk.do(double, 1)

    assert with_desk(doing) == 2


def test_what_takes_too_long_is_ended():
    async def doing(desk):
        await desk.do(double, 1)
        with pytest.raises(WorkerDiedError, match="longer than the limit"):
            await desk.do(wait, 60, limit_s=0.5)

    with_desk(doing)


def test_a_job_nobody_waits_for_is_ended_and_of_one_key_there_is_one():
    async def doing(desk):
        first, same = (asyncio.create_task(desk.do(wait, 60, key="a")) for _ in range(2))
        await asyncio.sleep(0.1)
        assert desk.n_waiting == 1
        first.cancel()
        await asyncio.sleep(0.1)
        assert desk.n_waiting == 1
        same.cancel()
        begun = time.monotonic()
        assert await desk.do(double, 4) == 8
        return time.monotonic() - begun

    assert with_desk(doing) < 30


def test_the_first_in_the_queue_is_the_lowest_rank():
    order = []

    async def doing(desk):
        async def ask(n, rank):
            await desk.do(double, n, rank=(rank,))
            order.append(n)

        blocker = asyncio.create_task(desk.do(wait, 1.0))
        await asyncio.sleep(0.2)
        await asyncio.gather(ask(1, 2.0), ask(2, 1.0), ask(3, 0.0), blocker)

    with_desk(doing)
    assert order == [3, 2, 1]


def test_a_closed_desk_takes_nothing_back_up():
    async def run():
        desk = Desk(1)
        desk.open()
        desk.close()
        with pytest.raises(StoppedError):
            await desk.do(double, 1)

    asyncio.run(run())
