"""The ladder's cells, and how a trained embedder is scored on them."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.data.contents import unique_files
from bloodshot_lib.data.laboratory_shifts import SHIFTS
from bloodshot_lib.fewshot.heads import METHODS
from experiments.heads import self_training, soft_k_means
from experiments.ladder_plan import FINER, FULL, PBC, Plan

# heads that are not in the library
TRIED = {"soft k-means": soft_k_means, "self-training": self_training}


class Task(NamedTuple):
    """One partition: images and labels of the seen classes, and the novel pool and query."""

    seen: np.ndarray
    y_seen: pd.Series
    pool: np.ndarray
    y_pool: pd.Series
    query: np.ndarray
    y_query: pd.Series


def finer_cells(root: str = PBC.source.root) -> pd.DataFrame:
    """The healthy cells with their finer labels, without repeats."""
    table = unique_files(bs.read_image_folder(PBC.data_root / root))
    finer = bs.file_names(table).str.split("_").str[0].map(FINER)
    return table.assign(label=finer.fillna(table["label"]))


def read_cells() -> pd.DataFrame:
    """The same without cells of unnamed stage."""
    table = finer_cells()
    return table[~table["label"].isin(["ig", "neutrophil"])].reset_index(drop=True)


def load_task(table: pd.DataFrame, novel: tuple[str, ...], size: int, plan: Plan = FULL) -> Task:
    """The same cells for every arm and seed, drawn once."""
    is_novel = table["label"].isin(novel)
    seen = bs.cap_per_class(table[~is_novel], plan.seen, 0).sample(frac=1, random_state=0)
    drawn = bs.cap_per_class(table[is_novel], plan.pool + plan.query, 0)
    drawn = drawn.sample(frac=1, random_state=0)
    in_pool = drawn.groupby("label").cumcount() < plan.pool
    parts = (part.reset_index(drop=True) for part in (seen, drawn[in_pool], drawn[~in_pool]))
    return Task(
        *(
            value
            for part in parts
            for value in (bs.load_images(part, size, PBC.artifacts), part["label"])
        )
    )


def sweep(
    Z_pool: np.ndarray,
    y_pool: pd.Series,
    Z_query: np.ndarray,
    y_query: pd.Series,
    methods: Sequence[str],
    ks: tuple[int, ...],
    n_episodes: int,
) -> Iterator[dict]:
    """The mean balanced accuracy of each head at each k, on the same supports."""
    task = Z_pool, y_pool, Z_query, y_query
    for method in methods:
        head = TRIED.get(method, method)
        scored = bs.k_sweep(*task, ks, n_episodes, method=head)
        for k, score in scored.groupby("k")["balanced_accuracy"].mean().items():
            yield {"method": method, "k": k, "balanced_accuracy": score}


def through_shifts(
    embedder: bs.Embedder,
    task: Task,
    methods: Sequence[str],
    ks: tuple[int, ...],
    n_episodes: int,
) -> Iterator[dict]:
    """The scores on the novel cells, unshifted and through each shift."""
    for shift in ("none", *SHIFTS):
        pool, query = (
            (images if shift == "none" else bs.shift_images(images, shift))
            for images in (task.pool, task.query)
        )
        Z_pool, Z_query = (
            bs.embed(embedder, images, precision="float32") for images in (pool, query)
        )
        for row in sweep(Z_pool, task.y_pool, Z_query, task.y_query, methods, ks, n_episodes):
            yield {"shift": shift, **row}


def compare_heads(
    embedder: bs.Embedder, recipe: bs.TrainConfig, task: Task, plan: Plan
) -> Iterator[dict]:
    """Every head on the same embeddings.

    With an even and an uneven pool, with eight views, and, in fewer episodes, fine-tuned.
    """
    Z_pool, Z_query = (
        bs.embed(embedder, images, precision="float32") for images in (task.pool, task.query)
    )
    y_pool, y_query = task.y_pool, task.y_query
    everything, few = (plan.ks, plan.episodes), ((10,), plan.fewer)
    least = dict(zip(sorted(set(y_pool)), plan.uneven, strict=False))
    uneven = (y_pool.groupby(y_pool).cumcount() < y_pool.map(least)).to_numpy()
    for pool, rows in (("even", slice(None)), ("uneven", uneven)):
        y = y_pool[rows].reset_index(drop=True)
        for row in sweep(Z_pool[rows], y, Z_query, y_query, [*METHODS, *TRIED], *everything):
            yield {"pool": pool, **row}
    Z_eight, Z_query_eight = (
        bs.embed(embedder, images, precision="float32", views=8)
        for images in (task.pool, task.query)
    )
    averaged = ("cosine", "centred", "ridge")
    for row in sweep(Z_eight, y_pool, Z_query_eight, y_query, averaged, *everything):
        yield {"pool": "even", **row, "method": f"{row['method']}, 8 views"}
    for row in sweep(Z_pool, y_pool, Z_query, y_query, ("ridge",), *few):
        yield {"pool": "even", **row, "method": f"ridge, {plan.fewer} episodes"}
    tuned = np.mean(list(fine_tuned(embedder, recipe, task, 10, plan.fewer)))
    yield {
        "pool": "even",
        "method": f"fine-tuned, {plan.fewer} episodes",
        "k": 10,
        "balanced_accuracy": tuned,
    }


def fine_tuned(
    embedder: bs.Embedder, recipe: bs.TrainConfig, task: Task, k: int, n_episodes: int
) -> Iterator[float]:
    """The whole network trained on each episode's supports, which ridge then classifies.

    It is the last step of P>M>F.
    """
    with tempfile.TemporaryDirectory() as folder:
        embedder.save(start := Path(folder) / "start.safetensors")
        for number, chosen in enumerate(bs.draw_supports(task.y_pool, k, n_episodes, 42)):
            rows = chosen.ravel()
            tuning = replace(recipe, init=str(start), epochs=20, lr=1e-4, seed=number)
            tuned = bs.train(tuning, task.pool[rows], task.y_pool[rows]).embedder
            Z, Z_query = (
                bs.embed(tuned, images, precision="float32")
                for images in (task.pool[rows], task.query)
            )
            supports = np.arange(len(rows)).reshape(1, *chosen.shape)
            y = task.y_pool[rows].reset_index(drop=True)
            episode = bs.evaluate_few_shot(Z, y, Z_query, task.y_query, supports, method="ridge")
            yield episode["balanced_accuracy"].item()
