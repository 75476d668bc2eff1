"""Jobs on arrays: the machine's ceilings, the evaluation and its growing cost, the loss."""

from pathlib import Path

import numpy as np
import torch
from easyfsl.methods import PrototypicalNetworks
from pytorch_metric_learning.losses import ArcFaceLoss
from sklearn.metrics.pairwise import cosine_similarity

import bloodshot_lib as bs
from benchmarks import obvious
from benchmarks.measure import alternately, peak_memory_mb, repeatedly, row
from benchmarks.sizes import DEVICE, Sizes


def ceilings(folder: Path, sizes: Sizes) -> list[dict]:
    """The most the machine can do: multiply matrices, copy memory."""
    rows, n = [], sizes.matrix
    for name in sizes.precisions:
        a, b = (torch.rand(n, n, device=DEVICE).to(getattr(torch, name)) for _ in range(2))
        seconds = repeatedly(lambda a=a, b=b: (a @ b).sum().item(), sizes.rounds)
        rows.append(row("ceiling", f"matrix product, {name}", seconds, 2 * n**3 / 1e9, "GFLOP"))
    source = torch.zeros(sizes.copied, dtype=torch.uint8, device=DEVICE)
    copy = torch.empty_like(source)
    seconds = repeatedly(lambda: copy.copy_(source)[0].item(), sizes.rounds)
    return [*rows, row("ceiling", "memory copy", seconds, 2 * source.nbytes / 1e9, "GB")]


def _task(sizes: Sizes) -> tuple[np.ndarray, ...]:
    """A two-way task, by default of the report's size: Z_pool, y_pool, Z_query, y_query."""
    rng = np.random.default_rng(0)

    def cells(n: int) -> tuple[np.ndarray, np.ndarray]:
        y = np.where(np.arange(n) < 0.653 * n, "all", "hem")
        apart = 0.1 * (y == "all")[:, None].astype(np.float32)
        return rng.standard_normal((n, sizes.dim), np.float32) + apart, y

    return *cells(sizes.pool), *cells(sizes.query)


def evaluation(folder: Path, sizes: Sizes) -> list[dict]:
    """100 episodes, 2-way 10-shot, at the report's size, with every metric."""
    Z_pool, y_pool, Z_query, _ = task = _task(sizes)
    supports = bs.draw_supports(y_pool, 10, 100, 0)

    def easyfsl() -> None:
        model, query = PrototypicalNetworks(torch.nn.Identity()), torch.from_numpy(Z_query)
        labels = torch.arange(2).repeat_interleave(10)
        for episode in supports:
            model.process_support_set(torch.from_numpy(Z_pool[episode.ravel()]), labels)
            model.cosine_distance_to_prototypes(query).argmax(1)

    def product() -> np.ndarray:
        return cosine_similarity(Z_pool[supports].mean(axis=2).reshape(200, -1), Z_query)

    ways = {
        "obvious": lambda: obvious.evaluate(*task, supports),
        "ours": lambda: bs.evaluate_few_shot(*task, supports, "cosine"),
        "easyfsl, labels only, no metric": easyfsl,
        "one scikit-learn product, no metric": product,
    }
    gflop = 2 * 200 * Z_query.size / 1e9
    rows = [
        row("evaluation", way, seconds, 100, "episodes", gflop=gflop, precision="float32")
        for way, seconds in alternately(ways, sizes.rounds).items()
    ]
    many = bs.draw_supports(y_pool, 10, 10_000, 0)
    seconds, memory = peak_memory_mb(lambda: bs.evaluate_few_shot(*task, many, "cosine"))
    return [
        *rows,
        row(
            "evaluation of 10,000 episodes",
            "ours",
            [seconds],
            10_000,
            "episodes",
            memory_mb=memory,
        ),
    ]


def growth(folder: Path, sizes: Sizes) -> list[dict]:
    """How the cost grows with query cells (streamed from disk), episodes and shots."""
    Z_pool, y_pool, *_ = task = _task(sizes)

    def timed(k: int, n_episodes: int) -> list[float]:
        supports = bs.draw_supports(y_pool, k, n_episodes, 0)
        return repeatedly(lambda: bs.evaluate_few_shot(*task, supports, "cosine"), sizes.rounds)

    rows = [
        row("growth with episodes", "ours", timed(10, n), n, "episodes") for n in sizes.episodes
    ]
    rows += [row("growth with shots", "ours", timed(k, 100), k, "shots") for k in sizes.shots]
    supports, Z = bs.draw_supports(y_pool, 10, 20, 0), _cells_on_disk(folder, sizes)
    y = np.where(np.arange(len(Z)) % 3, "all", "hem")
    for n in sizes.cells:
        seconds, memory = peak_memory_mb(
            lambda n=n: bs.evaluate_few_shot(Z_pool, y_pool, Z[:n], y[:n], supports, "cosine")
        )
        rows.append(
            row(
                "growth with query cells, 20 episodes",
                "ours",
                [seconds],
                n,
                "cells",
                memory_mb=memory,
            )
        )
    return rows


def _cells_on_disk(folder: Path, sizes: Sizes) -> np.ndarray:
    """Random embeddings for the largest query, as a memory map."""
    shape = (max(sizes.cells), sizes.dim)
    Z = np.lib.format.open_memmap(folder / "cells.npy", "w+", np.float32, shape)
    for start in range(0, len(Z), 10_000):
        part = Z[start : start + 10_000]
        part[:] = np.random.default_rng(start).standard_normal(part.shape, np.float32)
    return Z


def losses(folder: Path, sizes: Sizes) -> list[dict]:
    """AAM-Softmax, forward and backward, 32 x 1,280 and 11 classes."""
    x, y = torch.randn(32, 1280, requires_grad=True), torch.arange(32) % 11
    peer = ArcFaceLoss(num_classes=11, embedding_size=1280, margin=28.6, scale=64)
    heads = {"ours": bs.AAMSoftmax(11, 1280, monotone=True), "pytorch-metric-learning": peer}
    ways = {
        name: lambda head=head: [head(x, y).backward() for _ in range(50)]
        for name, head in heads.items()
    }
    return [
        row("AAM-Softmax, a step", way, seconds, 50, "steps")
        for way, seconds in alternately(ways, sizes.rounds).items()
    ]
