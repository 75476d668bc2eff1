"""From the report's recipe to the recommended one, a step at a time, on real cells: `python -m
benchmarks.ladder`.

What is compared was written down here before the runs, and all of it is reported, in
results/beyond/.

Cells: the healthy blood cells of the profile `pbc`, with the finer labels that their file
names give. A partition names the classes that no training sees; the embedder learns from the
others, and is scored on the novel ones as they are and through each shift of the suite,
supports and query cells alike. Recipe, head and their settings were chosen on partition A,
with another draw of its cells and a seed that does not return here; B and C had no part in it.

Measure: balanced accuracy, the mean of 100 episodes, at k = 1, 5, 10, 20; in the first place
at k = 10, on the novel classes and as the mean over the shift suite. Three partitions with
three seeds each are nine pairs of trainings; the interval of a difference is Student's t over
the nine.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
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

FINER = {
    "BNE": "band neutrophil",
    "SNE": "segmented neutrophil",
    "MMY": "metamyelocyte",
    "MY": "myelocyte",
    # the prefix of a file's name; IG and NEUTROPHIL name no stage and are left out
    "PMY": "promyelocyte",
}
PARTITIONS = {
    "A": ("erythroblast", "metamyelocyte", "monocyte", "myelocyte", "promyelocyte"),
    "B": ("band neutrophil", "basophil", "lymphocyte", "segmented neutrophil"),
    "C": ("eosinophil", "lymphocyte", "monocyte", "platelet"),
}
SEEDS = (123, 124, 125)
KS = (1, 5, 10, 20)
# cells of each class: to train on, to draw supports from, to classify
SEEN, POOL, QUERY = 160, 100, 100
EPISODES = 100
FEWER = 5  # episodes in which the whole network is fine-tuned, as each is a training

REPORT = bs.TrainConfig("aam+consistency", image_size=96)
# each step keeps those before it; the last is the recommended recipe
STEPS = {
    "the report's recipe": {},
    "ImageNet start": {"init": "imagenet", "backbone": "tf_efficientnet_lite0"},
    "softmax, no consistency": {"loss": "softmax"},
    "lower, falling learning rate": {"lr": 3e-4, "schedule": "cosine", "epochs": 4},
    "turns, colour, backgrounds": {
        "turns": "dihedral",
        "colour_jitter": 0.15,
        "random_background": 0.5,
    },
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
    "the same, 3 sub-centres": {
        "loss": "aam",
        "margin_deg": 15.0,
        "scale": 30.0,
        "subcentres": 3,
    },
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


@dataclass(frozen=True)
class Plan:
    """All that is compared, and on how much; by default what was written down above."""

    partitions: dict[str, tuple[str, ...]] = field(default_factory=lambda: PARTITIONS)
    recipes: dict[str, bs.TrainConfig] = field(default_factory=recipes)
    options: dict[str, dict] = field(default_factory=lambda: OPTIONS)
    seeds: tuple[int, ...] = SEEDS
    ks: tuple[int, ...] = KS
    seen: int = SEEN
    pool: int = POOL
    query: int = QUERY
    uneven: tuple[int, ...] = UNEVEN
    episodes: int = EPISODES
    fewer: int = FEWER

    @property
    def last_step(self) -> str:
        """The name of the step that ends in the recommended recipe."""
        return list(self.recipes)[-1]


FULL = Plan()


class Task(NamedTuple):
    """One partition: images and labels of the seen classes, and of the novel classes' pool and
    query.
    """

    seen: np.ndarray
    y_seen: pd.Series
    pool: np.ndarray
    y_pool: pd.Series
    query: np.ndarray
    y_query: pd.Series


def read_cells() -> pd.DataFrame:
    """The healthy cells with their finer labels, without repeats and without those whose stage
    is not named.
    """
    table = unique_files(bs.read_image_folder(PBC.data_root / PBC.source.root))
    table["label"] = (
        bs.file_names(table).str.split("_").str[0].map(FINER).fillna(table["label"])
    )
    return table[~table["label"].isin(["ig", "neutrophil"])].reset_index(drop=True)


def load_task(
    table: pd.DataFrame, novel: tuple[str, ...], size: int, plan: Plan = FULL
) -> Task:
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
    methods: tuple[str, ...],
    ks: tuple[int, ...],
    n_episodes: int,
) -> Iterator[dict]:
    """The mean balanced accuracy of each head at each k, on the same supports."""
    for method in methods:
        scored = bs.k_sweep(Z_pool, y_pool, Z_query, y_query, ks, n_episodes, method=method)
        for k, score in scored.groupby("k")["balanced_accuracy"].mean().items():
            yield {"method": method, "k": k, "balanced_accuracy": score}


def through_shifts(
    embedder: bs.Embedder,
    task: Task,
    methods: tuple[str, ...],
    ks: tuple[int, ...],
    n_episodes: int,
) -> Iterator[dict]:
    """The scores on the novel cells as they are, and through each shift."""
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
    embedder: bs.Embedder, config: bs.TrainConfig, task: Task, plan: Plan
) -> Iterator[dict]:
    """Every head on the same embeddings.

    With an even and an uneven pool, with eight views, in fewer episodes, and fine-tuned in
    those.
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
        for row in sweep(Z_pool[rows], y, Z_query, y_query, tuple(METHODS), *everything):
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
    tuned = np.mean(list(fine_tuned(embedder, config, task, 10, plan.fewer)))
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
            config = replace(recipe, init=str(start), epochs=20, lr=1e-4, seed=number)
            tuned = bs.train(config, task.pool[rows], task.y_pool[rows]).embedder
            Z, Z_query = (
                bs.embed(tuned, images, precision="float32")
                for images in (task.pool[rows], task.query)
            )
            supports = np.arange(len(rows)).reshape(1, *chosen.shape)
            y = task.y_pool[rows].reset_index(drop=True)
            episode = bs.evaluate_few_shot(
                Z, y, Z_query, task.y_query, supports, method="ridge"
            )
            yield episode["balanced_accuracy"].item()


Job = tuple[str, str, str, bs.TrainConfig]


def jobs(plan: Plan = FULL) -> list[Job]:
    """Study, partition, arm and recipe of every training, the ladder first."""
    recommended = plan.recipes[plan.last_step]
    ladder = [
        ("ladder", partition, step, config)
        for partition in plan.partitions
        for step, config in plan.recipes.items()
    ]
    compared = [
        ("heads", partition, "recommended", recommended) for partition in plan.partitions
    ]
    options = [
        ("options", "A", name, replace(recommended, **change))
        for name, change in plan.options.items()
    ]
    # added when the others were under way: a rate at which nothing moves
    untrained = [
        ("untrained", partition, "ImageNet features", replace(recommended, epochs=1, lr=1e-9))
        for partition in plan.partitions
    ]
    return [
        (study, partition, arm, replace(config, seed=seed))
        for part in (ladder, compared, options, untrained)
        for seed in plan.seeds
        for study, partition, arm, config in part
    ]


def job_file(job: tuple[str, str, str, bs.TrainConfig], plan: Plan) -> Path:
    """Where a finished job's scores are kept, under a name that changes with what they depend
    on.
    """
    study, partition, arm, config = job
    cells = (plan.partitions[partition], plan.seen, plan.pool, plan.query, plan.uneven)
    key = fingerprint(
        study,
        arm,
        asdict(config),
        cells,
        plan.ks,
        plan.episodes,
        plan.fewer,
        code_key("ladder"),
        Path(__file__),
    )
    return PBC.artifacts / "ladder" / f"{key}.csv"


def run_job(
    study: str, arm: str, config: bs.TrainConfig, task: Task, plan: Plan
) -> pd.DataFrame:
    """Train, or find the training, and score it as its study asks."""
    run = bs.fit_or_load(config, task.seen, task.y_seen, artifacts=PBC.artifacts)
    if study == "heads":
        rows = compare_heads(run.embedder, config, task, plan)
    elif study == "options":
        rows = through_shifts(run.embedder, task, ("ridge",), (10,), plan.episodes)
    else:
        # lda was added for the last step when the heads' study on partition A was in
        last = ("lda",) if study == "untrained" or arm == plan.last_step else ()
        methods = ("cosine", "ridge", *last)
        rows = through_shifts(run.embedder, task, methods, plan.ks, plan.episodes)
    return pd.DataFrame(rows).assign(training_seconds=round(run.history["seconds"].sum()))


def run_part(plan: Plan, part: int, parts: int) -> None:
    """Run every job of this part that is not finished, each kept by itself below
    artifacts/.
    """
    table, everything, tasks = read_cells(), jobs(plan), {}
    for number, job in enumerate(everything):
        (study, partition, arm, config), kept = job, job_file(job, plan)
        if kept.is_file() or number % parts != part - 1:
            continue
        wanted = partition, config.image_size
        if wanted not in tasks:
            tasks[wanted] = load_task(
                table, plan.partitions[partition], config.image_size, plan
            )
        rows = run_job(study, arm, config, tasks[wanted], plan)
        rows = rows.assign(study=study, partition=partition, arm=arm, seed=config.seed)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, rows.to_csv(index=False, float_format="%.4f").encode())
        at_10 = rows[rows["k"] == 10].groupby("method")["balanced_accuracy"].mean()
        print(
            f"{number + 1}/{len(everything)}",
            study,
            partition,
            arm,
            config.seed,
            at_10.round(3).to_dict(),
            flush=True,
        )


def write_results(plan: Plan, frames: list[pd.DataFrame], results: Path) -> None:
    """The scores of all jobs and what they were computed with and on."""
    results.mkdir(parents=True, exist_ok=True)
    write_whole(results / "scores.csv", pd.concat(frames).to_csv(index=False).encode())
    # the heads' study finds the ladder's trainings; what it fine-tunes is not counted
    trained = [frame for frame in frames if frame["study"].iloc[0] != "heads"]
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "partitions": plan.partitions,
        "seeds": plan.seeds,
        "cells of a class": {"seen": plan.seen, "pool": plan.pool, "query": plan.query},
        "steps": {step: asdict(config) for step, config in plan.recipes.items()},
        "options": plan.options,
        "training_seconds": sum(int(frame["training_seconds"].iloc[0]) for frame in trained),
    }
    write_whole(results / "provenance.json", json.dumps(record, indent=1).encode())


def part_of(text: str) -> tuple[int, int]:
    """The numbers i and n of "i/n"; what argparse reports if they name no part."""
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError(f"a part is i/n, such as 1/2 and 2/2; got {text!r}.")
    return int(match[1]), int(match[2])


def main(
    arguments: Sequence[str] | None = None, plan: Plan = FULL, results: Path = RESULTS
) -> None:
    """Run every job that is not finished, then write results/beyond/scores.csv.

    With `--part i/n` only every n-th job from the i-th on, so that n processes share the work.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ladder", description=main.__doc__
    )
    parser.add_argument("--part", default="1/1", type=part_of, metavar="i/n")
    part, parts = parser.parse_args(arguments).part
    torch.set_num_threads(max(1, torch.get_num_threads() // parts))
    run_part(plan, part, parts)
    everything = [job_file(job, plan) for job in jobs(plan)]
    frames = [pd.read_csv(path) for path in everything if path.is_file()]
    if len(frames) == len(everything):
        write_results(plan, frames, results)
    print(f"{len(frames)} of {len(everything)} jobs are finished")


if __name__ == "__main__":
    main()
