"""Barcelona's own novel classes, with other laboratories in the training:
`python -m experiments.laboratories.novel`.

The ladder's partitions, cells and shifts (`experiments.ladder_plan`): a training sees the classes
of Barcelona that a partition leaves it, and of the other laboratories every cell but those of
the novel classes, by whatever name. Results: results/laboratories/novel.csv, to be compared with
results/beyond/released/scores.csv.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pandas as pd
import torch

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from experiments.laboratories.cells import COARSE, PROFILES, draw_rows, read_cells
from experiments.laboratories.plan import WHOLE, Recipe
from experiments.laboratories.releases import with_inner
from experiments.laboratories.results import write_results
from experiments.laboratories.training import folder
from experiments.ladder import part_of
from experiments.ladder_plan import FULL, PARTITIONS
from experiments.ladder_scores import Task, load_task, through_shifts
from experiments.ladder_scores import read_cells as read_barcelona

K = 10


def is_novel(name: str, novel: tuple[str, ...]) -> bool:
    """Whether cells of a name are, or may be, of a novel class or a kind of one."""
    return any(each in (name, *COARSE.get(name, ())) or name.endswith(f" {each}") for each in novel)


def others(novel: tuple[str, ...]) -> tuple[pd.DataFrame, pd.Series]:
    """The other laboratories' cells that are of no novel class, and their names."""
    cells = [read_cells(laboratory) for laboratory in PROFILES]
    names = pd.concat([each.names for each in cells], ignore_index=True)
    known = ~names.map(lambda name: is_novel(name, novel))
    table = pd.concat([each.table for each in cells], ignore_index=True)
    return table[known].reset_index(drop=True), names[known].reset_index(drop=True)


def mixed(task: Task, novel: tuple[str, ...], recipe: Recipe, size: int, seed: int) -> tuple:
    """Images and names of a training: Barcelona's seen cells, and others at their share."""
    table, names = others(novel)
    n_others = round(len(task.y_seen) * (1 - recipe.share) / recipe.share)
    rows = draw_rows(names, n_others, np.random.default_rng(seed))
    images = np.concatenate([task.seen, bs.load_images(table, size)[rows]])
    return images, pd.concat([task.y_seen, names.iloc[rows]], ignore_index=True)


def score_novel(partition: str, recipe: Recipe, seed: int) -> pd.DataFrame:
    """A row per shift: balanced accuracy at ten labels per class."""
    config = replace(recipe.config(seed), init="imagenet")  # no weights that have seen them
    novel = PARTITIONS[partition]
    task = load_task(read_barcelona(), novel, config.image_size)
    images, names = mixed(task, novel, recipe, config.image_size, seed)
    run = bs.train(config, images, names, objective=recipe.objective(sorted(set(names))))
    embedder = with_inner(run.embedder)
    scores = pd.DataFrame(through_shifts(embedder, task, ("lda",), (K,), FULL.episodes))
    return scores.assign(partition=partition, seed=seed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and score what is unfinished; write the results when nothing is."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.laboratories.novel", description=main.__doc__
    )
    parser.add_argument("--part", default="1/1", type=part_of, metavar="i/n")
    part, parts = parser.parse_args(arguments).part
    torch.set_num_threads(max(1, torch.get_num_threads() // parts))
    recipe, kept = WHOLE["128 px"], {}
    for partition, seed in product(PARTITIONS, FULL.seeds):
        kept[partition, seed] = folder() / f"novel-{partition}-{seed}.csv"
    for number, ((partition, seed), path) in enumerate(kept.items()):
        if number % parts == part - 1 and not path.is_file():
            scores = score_novel(partition, recipe, seed)
            print(scores.to_string(index=False), flush=True)
            write_whole(path, scores.to_csv(index=False).encode())
    if all(path.is_file() for path in kept.values()):
        scores = pd.concat(map(pd.read_csv, kept.values()))
        write_results("novel", {"128 px": asdict(recipe)}, scores)


if __name__ == "__main__":
    main()
