"""From the report's recipe to the recommended one, a step at a time, on real cells: `python -m benchmarks.ladder`.

What is compared was written down here before the runs, and all of it is reported, in results/beyond/.

Cells: the healthy blood cells of the profile `pbc`, with the finer labels that their file names give. A partition names
the classes that no training sees; the embedder learns from the others, and is scored on the novel ones as they are and
through each shift of the suite, supports and query cells alike. Recipe, head and their settings were chosen on
partition A, with another draw of its cells and a seed that does not return here; B and C had no part in it.

Measure: balanced accuracy, the mean of 100 episodes, at k = 1, 5, 10, 20; in the first place at k = 10, on the novel
classes and as the mean over the shift suite. Three partitions with three seeds each are nine pairs of trainings; the
interval of a difference is Student's t over the nine.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch

import bloodshot_lib as bs
from benchmarks import PROJECT
from bloodshot_lib.artifacts import write_whole
from bloodshot_lib.experiment import machine
from bloodshot_lib.heads import METHODS
from bloodshot_lib.keys import code_key, fingerprint
from bloodshot_lib.shifts import SHIFTS
from bloodshot_lib.tables import unique_files

RESULTS = PROJECT / "results" / "beyond"
PBC = bs.load_profile("pbc")

FINER = {"BNE": "band neutrophil", "SNE": "segmented neutrophil", "MMY": "metamyelocyte", "MY": "myelocyte",
         "PMY": "promyelocyte"}  # the prefix of a file's name; IG and NEUTROPHIL name no stage and are left out
PARTITIONS = {
    "A": ("erythroblast", "metamyelocyte", "monocyte", "myelocyte", "promyelocyte"),
    "B": ("band neutrophil", "basophil", "lymphocyte", "segmented neutrophil"),
    "C": ("eosinophil", "lymphocyte", "monocyte", "platelet"),
}
SEEDS = (123, 124, 125)
KS = (1, 5, 10, 20)
SEEN, POOL, QUERY = 160, 100, 100  # cells of each class: to train on, to draw supports from, to classify
EPISODES = 100
FEWER = 5  # episodes in which the whole network is fine-tuned, as each is a training

REPORT = bs.TrainConfig("aam+consistency", image_size=96)
# each step keeps those before it; the last is the recommended recipe
STEPS = {
    "the report's recipe": {},
    "ImageNet start": {"init": "imagenet", "backbone": "tf_efficientnet_lite0"},
    "softmax, no consistency": {"loss": "softmax"},
    "lower, falling learning rate": {"lr": 3e-4, "schedule": "cosine", "epochs": 4},
    "turns, colour, backgrounds": {"turns": "dihedral", "colour_jitter": 0.15, "random_background": 0.5},
    "frozen batch norm": {"norm": "frozen"},
}
# one change each to the recommended recipe, on partition A, at k = 10
OPTIONS = {
    "no turns": {"turns": "none"},
    "turns by any angle": {"turns": "free"},
    "no colour jitter": {"colour_jitter": 0.0},
    "stain jitter": {"stain_jitter": 0.2},
    "no backgrounds": {"random_background": 0.0},
    "group norm": {"norm": "group"},
    "rotation consistency": {"loss": "softmax+consistency", "fill": "reflect"},
    "AAM, 15 degrees, scale 30": {"loss": "aam", "margin_deg": 15.0, "scale": 30.0},
    "the same, 3 sub-centres": {"loss": "aam", "margin_deg": 15.0, "scale": 30.0, "subcentres": 3},
    "triplet": {"loss": "triplet"},
    "supervised contrastive": {"loss": "supcon"},
    "labels smoothed": {"label_smoothing": 0.1},
    "balanced batches": {"balanced": True},
    "weights averaged": {"average": 0.98},
    "twice the epochs": {"epochs": 8},
    "images of 128 px": {"image_size": 128},  # added when the others were under way
}
UNEVEN = (100, 50, 30, 20, 20)  # cells of each class in an unlabelled pool that is not balanced


def recipes() -> dict[str, bs.TrainConfig]:
    """The recipe of each step, each with the changes of those before it."""
    config, found = REPORT, {}
    for step, changes in STEPS.items():
        config = found[step] = replace(config, **changes)
    return found


class Task(NamedTuple):
    """One partition: images and labels of the seen classes, and of the novel classes' pool and query."""

    seen: np.ndarray
    y_seen: pd.Series
    pool: np.ndarray
    y_pool: pd.Series
    query: np.ndarray
    y_query: pd.Series


def read_cells() -> pd.DataFrame:
    """The healthy cells with their finer labels, without repeats and without those whose stage is not named."""
    table = unique_files(bs.read_image_folder(PBC.data_root / PBC.source.root))
    table["label"] = bs.file_names(table).str.split("_").str[0].map(FINER).fillna(table["label"])
    return table[~table["label"].isin(["ig", "neutrophil"])].reset_index(drop=True)


def load_task(table: pd.DataFrame, novel: tuple[str, ...], size: int) -> Task:
    """The same cells for every arm and seed, drawn once."""
    is_novel = table["label"].isin(novel)
    seen = bs.cap_per_class(table[~is_novel], SEEN, 0).sample(frac=1, random_state=0)
    drawn = bs.cap_per_class(table[is_novel], POOL + QUERY, 0).sample(frac=1, random_state=0)
    in_pool = drawn.groupby("label").cumcount() < POOL
    parts = (part.reset_index(drop=True) for part in (seen, drawn[in_pool], drawn[~in_pool]))
    return Task(*(value for part in parts for value in (bs.load_images(part, size, PBC.artifacts), part["label"])))


def sweep(Z_pool: np.ndarray, y_pool: pd.Series, Z_query: np.ndarray, y_query: pd.Series, methods: tuple[str, ...],
          ks: tuple[int, ...] = KS, n_episodes: int = EPISODES) -> Iterator[dict]:
    """The mean balanced accuracy of each head at each k, on the same supports."""
    for method in methods:
        scored = bs.k_sweep(Z_pool, y_pool, Z_query, y_query, ks, n_episodes, method=method)
        for k, score in scored.groupby("k")["balanced_accuracy"].mean().items():
            yield {"method": method, "k": k, "balanced_accuracy": score}


def through_shifts(embedder: bs.Embedder, task: Task, methods: tuple[str, ...], ks: tuple[int, ...]) -> Iterator[dict]:
    """The scores on the novel cells as they are, and through each shift."""
    for shift in ("none", *SHIFTS):
        pool, query = ((images if shift == "none" else bs.shift_images(images, shift))
                       for images in (task.pool, task.query))
        Z_pool, Z_query = (bs.embed(embedder, images, precision="float32") for images in (pool, query))
        for row in sweep(Z_pool, task.y_pool, Z_query, task.y_query, methods, ks):
            yield {"shift": shift, **row}


def compare_heads(embedder: bs.Embedder, task: Task) -> Iterator[dict]:
    """Every head on the same embeddings: with an even and an uneven pool, with eight views, and fine-tuned."""
    Z_pool, Z_query = (bs.embed(embedder, images, precision="float32") for images in (task.pool, task.query))
    least = dict(zip(sorted(set(task.y_pool)), UNEVEN, strict=False))
    uneven = (task.y_pool.groupby(task.y_pool).cumcount() < task.y_pool.map(least)).to_numpy()
    for pool, rows in (("even", slice(None)), ("uneven", uneven)):
        for row in sweep(Z_pool[rows], task.y_pool[rows].reset_index(drop=True), Z_query, task.y_query, tuple(METHODS)):
            yield {"pool": pool, **row}
    eight = [bs.embed(embedder, images, precision="float32", views=8) for images in (task.pool, task.query)]
    for row in sweep(eight[0], task.y_pool, eight[1], task.y_query, ("cosine", "centred", "ridge")):
        yield {"pool": "even", **row, "method": f"{row['method']}, 8 views"}
    for row in sweep(Z_pool, task.y_pool, Z_query, task.y_query, ("ridge",), (10,), FEWER):
        yield {"pool": "even", **row, "method": f"ridge, {FEWER} episodes"}
    yield {"pool": "even", "method": f"fine-tuned, {FEWER} episodes", "k": 10,
           "balanced_accuracy": np.mean(list(fine_tuned(embedder, task, 10)))}


def fine_tuned(embedder: bs.Embedder, task: Task, k: int) -> Iterator[float]:
    """The whole network trained on each episode's supports, which then are classified by ridge (P>M>F's last step)."""
    with tempfile.TemporaryDirectory() as folder:
        embedder.save(start := Path(folder) / "start.safetensors")
        for number, chosen in enumerate(bs.draw_supports(task.y_pool, k, FEWER, 42)):
            rows = chosen.ravel()
            config = replace(list(recipes().values())[-1], init=str(start), epochs=20, lr=1e-4, seed=number)
            tuned = bs.train(config, task.pool[rows], task.y_pool[rows]).embedder
            Z, Z_query = (bs.embed(tuned, images, precision="float32") for images in (task.pool[rows], task.query))
            supports = np.arange(len(rows)).reshape(1, *chosen.shape)
            y = task.y_pool[rows].reset_index(drop=True)
            episode = bs.evaluate_few_shot(Z, y, Z_query, task.y_query, supports, method="ridge")
            yield episode["balanced_accuracy"].item()


def jobs() -> list[tuple[str, str, str, bs.TrainConfig]]:
    """Study, partition, arm and recipe of every training, the ladder first."""
    steps = recipes()
    recommended = list(steps.values())[-1]
    ladder = [("ladder", partition, step, config) for partition in PARTITIONS for step, config in steps.items()]
    untrained = [("untrained", partition, "ImageNet features", replace(recommended, epochs=1, lr=1e-9))
                 for partition in PARTITIONS]  # added when the others were under way: a rate at which nothing moves
    compared = [("heads", partition, "recommended", recommended) for partition in PARTITIONS]
    options = [("options", "A", name, replace(recommended, **change)) for name, change in OPTIONS.items()]
    return [(study, partition, arm, replace(config, seed=seed)) for part in (ladder, compared, options, untrained)
            for seed in SEEDS for study, partition, arm, config in part]


def job_file(job: tuple[str, str, str, bs.TrainConfig]) -> Path:
    """Where a finished job's scores are kept, under a name that changes with whatever they depend on."""
    study, partition, arm, config = job
    settings = (PARTITIONS, KS, EPISODES, FEWER, SEEN, POOL, QUERY, UNEVEN)
    key = fingerprint(study, partition, arm, asdict(config), settings, code_key("ladder"), Path(__file__))
    return PBC.artifacts / "ladder" / f"{key}.csv"


def run_job(study: str, arm: str, config: bs.TrainConfig, task: Task) -> pd.DataFrame:
    """Train, or find the training, and score it as its study asks."""
    run = bs.fit_or_load(config, task.seen, task.y_seen, artifacts=PBC.artifacts)
    if study == "heads":
        rows = compare_heads(run.embedder, task)
    elif study == "options":
        rows = through_shifts(run.embedder, task, ("ridge",), (10,))
    else:
        # lda was added for the last step when the heads' study on partition A was in
        last = ("lda",) if study == "untrained" or arm == list(STEPS)[-1] else ()
        rows = through_shifts(run.embedder, task, ("cosine", "ridge", *last), KS)
    return pd.DataFrame(rows).assign(training_seconds=round(run.history["seconds"].sum()))


def main() -> None:
    """Run every job that is not finished, each kept by itself below artifacts/, then write results/beyond/scores.csv.

    With `--part i/n` only every n-th job from the i-th on, so that n processes can share the work.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ladder", description=main.__doc__)
    parser.add_argument("--part", default="1/1")
    part, parts = map(int, parser.parse_args().part.split("/"))
    torch.set_num_threads(max(1, torch.get_num_threads() // parts))
    table, everything, tasks = read_cells(), jobs(), {}
    for number, job in enumerate(everything):
        (study, partition, arm, config), kept = job, job_file(job)
        if not kept.is_file() and number % parts == part - 1:
            wanted = partition, config.image_size
            if wanted not in tasks:
                tasks[wanted] = load_task(table, PARTITIONS[partition], config.image_size)
            rows = run_job(study, arm, config, tasks[wanted])
            rows = rows.assign(study=study, partition=partition, arm=arm, seed=config.seed)
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_whole(kept, rows.to_csv(index=False, float_format="%.4f").encode())
            at_10 = rows[rows["k"] == 10].groupby("method")["balanced_accuracy"].mean().round(3).to_dict()
            print(f"{number + 1}/{len(everything)}", study, partition, arm, config.seed, at_10, flush=True)
    frames = [pd.read_csv(path) for path in map(job_file, everything) if path.is_file()]
    if len(frames) == len(everything):
        RESULTS.mkdir(parents=True, exist_ok=True)
        write_whole(RESULTS / "scores.csv", pd.concat(frames).to_csv(index=False).encode())
        recipe = {step: asdict(config) for step, config in recipes().items()}
        record = {"date": time.strftime("%Y-%m-%d"), **machine(), "partitions": PARTITIONS, "seeds": SEEDS,
                  "cells of a class": {"seen": SEEN, "pool": POOL, "query": QUERY}, "steps": recipe, "options": OPTIONS,
                  # the heads' study finds the ladder's trainings; what it fine-tunes is not counted
                  "training_seconds": sum(int(frame["training_seconds"].iloc[0]) for frame in frames
                                          if frame["study"].iloc[0] != "heads")}
        write_whole(RESULTS / "provenance.json", json.dumps(record, indent=1).encode())
    print(f"{len(frames)} of {len(everything)} jobs are finished")


if __name__ == "__main__":
    main()
