"""The released weights: `python -m experiments.release NAME` makes them.

It writes bloodshot_lib/weights/NAME.safetensors and results/beyond/released/NAME.json. The
scores there are on the cells that the weights were trained on: with `--check` they show whether a
copy is intact, not how well it generalises; for that, see the ladder and the laboratories.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.embedder.training_objective import Builder
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.averaging import mean_of
from experiments.ladder_plan import FIRST, PBC, RELEASED, SECOND
from experiments.ladder_scores import read_cells

KS = (1, 5, 10, 20)
SCORED = 200


class Release(NamedTuple):
    """A name, the recipe and objective behind it, perhaps an earlier release to average with.

    Both trainings start from the same weights and stay close enough for that (Wortsman et al.
    2022, "Model soups").
    """

    name: str
    recipe: bs.TrainConfig
    mean_with: str | None = None
    objective: Builder = bs.Objective


RELEASES = {
    FIRST: Release(FIRST, RELEASED.recipes[FIRST]),
    SECOND: Release(SECOND, RELEASED.recipes[SECOND], FIRST, RELEASED.objectives[SECOND]),
}


def weights_of(release: Release, project: Path = PROJECT) -> Path:
    return project / "bloodshot_lib" / "weights" / f"{release.name}.safetensors"


def record_of(release: Release, project: Path = PROJECT) -> Path:
    return project / "results" / "beyond" / "released" / f"{release.name}.json"


def score(embedder: bs.Embedder, ks: tuple[int, ...] = KS) -> dict[str, float]:
    """Balanced accuracy on the data set's eight classes at each k, with half the cells as pool.

    Two hundred cells of each class are enough to tell whether a copy is intact.
    """
    table = bs.cap_per_class(bs.read_image_folder(PBC.data_root / PBC.source.root), SCORED, 0)
    table = bs.split_table(table, {"pool": 0.5, "query": 0.5}, 42)
    images = bs.load_images(table, embedder.image_size, PBC.artifacts)
    Z, y = bs.embed(embedder, images, precision="float32"), table["label"]
    pool = (table["split"] == "pool").to_numpy()
    episodes = bs.k_sweep(Z[pool], y[pool], Z[~pool], y[~pool], ks, method="lda")
    means = episodes.groupby("k")["balanced_accuracy"].mean()
    return {str(k): round(value, 4) for k, value in means.items()}


def make(release: Release, project: Path, ks: tuple[int, ...]) -> None:
    """Train, save, score, record."""
    table = read_cells().sample(frac=1, random_state=0).reset_index(drop=True)
    images = bs.load_images(table, release.recipe.image_size, PBC.artifacts, progress=True)
    how = {"artifacts": PBC.artifacts, "progress": True, "objective": release.objective}
    run = bs.fit_or_load(release.recipe, images, table["label"], **how)
    weights, record = weights_of(release, project), record_of(release, project)
    weights.parent.mkdir(parents=True, exist_ok=True)
    embedder = run.embedder
    if release.mean_with:
        embedder = mean_of(embedder, bs.Embedder.load(release.mean_with))
    embedder.save(weights, half=True)
    facts = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "recipe": asdict(release.recipe),
        "objective": release.objective.__name__,
        "mean_with": release.mean_with,
        "cells": table["label"].value_counts().sort_index().to_dict(),
        "history": run.history.round(4).to_dict("records"),
        "balanced_accuracy": score(bs.Embedder.load(weights), ks),
    }
    record.parent.mkdir(parents=True, exist_ok=True)
    write_whole(record, json.dumps(facts, indent=1).encode())


def main(
    arguments: Sequence[str] | None = None,
    releases: dict[str, Release] = RELEASES,
    project: Path = PROJECT,
    ks: tuple[int, ...] = KS,
) -> None:
    """Make the released weights and their record; with --check only score existing ones."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.release", description=main.__doc__
    )
    parser.add_argument("name", choices=releases, help="the release's name")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args(arguments)
    release = releases[asked.name]
    if asked.check:
        print("now:     ", score(bs.Embedder.load(weights_of(release, project)), ks))
    else:
        make(release, project, ks)
    recorded = json.loads(record_of(release, project).read_text())
    print("recorded:", recorded["balanced_accuracy"])


if __name__ == "__main__":
    main()
