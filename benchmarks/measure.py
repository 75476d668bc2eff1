"""Time several ways of one job in turn, so that the machine's moods fall on all of them alike."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context

import numpy as np
import pandas as pd
import psutil


class Timed(float):
    """The seconds of a way that has timed itself."""


def alternately(ways: dict[str, Callable], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, once in each round; a first round, which warms caches, is not counted."""
    seconds = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            own = way()
            if number:
                seconds[name].append(own if isinstance(own, Timed) else time.perf_counter() - start)
    return seconds


@contextmanager
def own_process() -> Iterator[Callable]:
    """Yield a function that calls another one in a process of its own, which our settings do not reach."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()


def peak_memory_mb(way: Callable, every: float = 0.005, family: bool = False) -> tuple[float, float]:
    """Seconds, and the most MiB held while it ran above what was held before; mapped files do not count.

    It looks `every` so many seconds, and with `family` at the processes that it starts as well, which takes longer.
    """
    process, held, done = psutil.Process(), [], threading.Event()

    def watch() -> None:
        while not done.is_set():
            with suppress(psutil.NoSuchProcess):
                members = (process, *process.children(recursive=True)) if family else (process,)
                held.append(sum(memory.rss - memory.shared for memory in (each.memory_info() for each in members)))
            done.wait(every)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    try:
        way()
    finally:  # a watcher left alone would keep a failed program from ending
        seconds = time.perf_counter() - start
        done.set()
        watcher.join()
    return seconds, (max(held) - held[0]) / 2**20


@contextmanager
def one_core() -> Iterator[None]:
    """Keep the process, with all the threads it has or starts meanwhile, on one core."""
    cores = os.sched_getaffinity(0)
    _keep_on({min(cores)})
    try:
        yield
    finally:
        _keep_on(cores)


def _keep_on(cores: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), cores)


def row(task: str, way: str, seconds: list[float], amount: float, unit: str, **facts: object) -> dict:
    """One line of the table: seconds (median, least, most) and units a second."""
    median = float(np.median(seconds))
    return {"task": task, "way": way, "seconds": median, "least": min(seconds), "most": max(seconds),
            "amount": amount, "unit": unit, "per_second": amount / median} | facts


def compare(rows: list[dict]) -> pd.DataFrame:
    """The rows as a table, with `times_obvious` against the obvious way of the same task and the share of the ceiling.

    A row with `gflop` (work done) and `precision` is set against the matrix product in that precision.
    """
    table = pd.DataFrame(rows)
    obvious = table[table["way"] == "obvious"].set_index("task")["per_second"]
    table["times_obvious"] = table["per_second"] / table["task"].map(obvious)
    if "gflop" in table and (table["task"] == "ceiling").any():
        ceiling = table[table["task"] == "ceiling"].set_index("way")["per_second"]
        of = ceiling.reindex(("matrix product, " + table["precision"].fillna("")).to_numpy()).to_numpy()
        table["share_of_ceiling"] = table["gflop"] / table["seconds"] / of
    return table
