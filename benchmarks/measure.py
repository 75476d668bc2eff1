"""Time several ways of one job in turn, so that the machine's moods affect them all alike."""

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
import torch


class Timed(float):
    """The seconds of a way that timed itself."""


def alternately(ways: dict[str, Callable], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, once in each round.

    A first round warms caches and is not counted, unless `rounds` is 0 and it is the only one.
    """
    seconds = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            own = way()
            if number or not rounds:
                seconds[name].append(
                    own if isinstance(own, Timed) else time.perf_counter() - start
                )
    return seconds


def repeatedly(way: Callable, rounds: int) -> list[float]:
    """Seconds of a single way, once in each round, as in `alternately`."""
    return alternately({"": way}, rounds)[""]


@contextmanager
def own_process() -> Iterator[Callable]:
    """Yield a function that calls another one in a process untouched by our settings."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()


def peak_memory_mb(
    way: Callable, every: float = 0.005, family: bool = False
) -> tuple[float, float]:
    """Seconds, and the most MiB held while it ran above what was held before.

    Mapped files do not count. It looks every `every` seconds; with `family` also at child
    processes, which takes longer.
    """
    process, done = psutil.Process(), threading.Event()

    def look() -> int:
        members = [process, *(process.children(recursive=True) if family else ())]
        sizes = [member.memory_info() for member in members]
        return sum(size.rss - size.shared for size in sizes)

    held = [look()]

    def watch() -> None:
        while not done.wait(every):
            with suppress(psutil.NoSuchProcess):
                held.append(look())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    try:
        way()
        seconds = time.perf_counter() - start
    finally:
        done.set()
        watcher.join()
    return seconds, (max(held) - held[0]) / 2**20


@contextmanager
def one_core() -> Iterator[None]:
    """Keep the process on one core, with all its threads, including new ones."""
    cores, threads = os.sched_getaffinity(0), torch.get_num_threads()
    _keep_on({min(cores)})
    torch.set_num_threads(1)
    try:
        yield
    finally:
        _keep_on(cores)
        torch.set_num_threads(threads)


def _keep_on(cores: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        with suppress(ProcessLookupError):  # it has already ended
            os.sched_setaffinity(int(thread), cores)


def row(
    task: str, way: str, seconds: list[float], amount: float, unit: str, **facts: object
) -> dict:
    """One row of the table: seconds (median, least, most) and units per second."""
    median = float(np.median(seconds))
    return {
        "task": task,
        "way": way,
        "seconds": median,
        "least": min(seconds),
        "most": max(seconds),
        "amount": amount,
        "unit": unit,
        "per_second": amount / median,
    } | facts


def compare(rows: list[dict]) -> pd.DataFrame:
    """The rows as a table, with `times_obvious` and `share_of_ceiling`.

    The first is the speed as a multiple of the obvious way's in the same task. The second
    compares rows with `gflop` (work done) to the matrix product in their `precision`.
    """
    table = pd.DataFrame(rows)
    obvious = table[table["way"] == "obvious"].set_index("task")["per_second"]
    table["times_obvious"] = table["per_second"] / table["task"].map(obvious)
    if "gflop" in table and (table["task"] == "ceiling").any():
        ceiling = table[table["task"] == "ceiling"].set_index("way")["per_second"]
        product = "matrix product, " + table["precision"].fillna("")
        of = ceiling.reindex(product.to_numpy()).to_numpy()
        table["share_of_ceiling"] = table["gflop"] / table["seconds"] / of
    return table
