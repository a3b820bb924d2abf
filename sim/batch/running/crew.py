"""Workers that are kept from one batch to the next.

A process takes some seconds to begin, nearly all of them to load the libraries and the compiled core. A search that
makes one small batch after the other would wait for that longer than for its runs.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable

from sim.batch.running.process import Worker


class Crew:
    """Hold workers between batches; they end with it.

    Parameters
    ----------
    size
        how many there are
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: deque[Worker] = deque()
        weakref.finalize(self, _end_all, self._idle)

    def end(self) -> None:
        """End all that have no job."""
        _end_all(self._idle)

    def take(self) -> deque[Worker]:
        """Give all workers for one batch; those that have not begun yet do so with their first job."""
        taken = deque(self._idle)
        self._idle.clear()
        taken.extend(Worker() for _ in range(self._size - len(taken)))
        return taken

    def put_back(self, workers: Iterable[Worker]) -> None:
        """Keep workers that have no job for the next batch."""
        for worker in workers:
            if len(self._idle) < self._size:
                self._idle.append(worker)
            else:
                worker.end()  # of a batch that went on while another one began


def _end_all(workers: Iterable[Worker]) -> None:
    for worker in workers:
        worker.end()
