"""The released weights: `python -m experiments.release NAME` makes them.

It writes bloodshot_lib/weights/NAME.safetensors and results/beyond/released/NAME.json. The
scores there are on cells that the weights were trained on: with `--check` they show whether a
copy is intact, not how well it generalises; for that, see the ladder and the laboratories.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import safetensors
import safetensors.numpy

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.embedder.weights_file import NETWORK
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.averaging import mean_of
from experiments.laboratories.cells import BARCELONA
from experiments.laboratories.releases import SMALL, THIRD, accurate, cells_seen, small
from experiments.ladder_plan import FIRST, PBC, RELEASED, SECOND
from experiments.ladder_scores import read_cells

KS = (1, 5, 10, 20)
SCORED = 200


class Release(NamedTuple):
    """A name, what makes its embedder, and which cells this has seen, by laboratory and name.

    - `beside`: an earlier release whose network is its first. The file names it, and holds only
      the others.
    """

    name: str
    make: Callable[[], bs.Embedder]
    cells: Callable[[], dict[str, dict[str, int]]] = cells_seen
    beside: str | None = None


def of_barcelona() -> bs.Embedder:
    """The mean of two trainings, plain and with stronger colour.

    Both start from the same weights and stay close enough for that (Wortsman et al. 2022, "Model
    soups").
    """
    table = read_cells().sample(frac=1, random_state=0).reset_index(drop=True)
    trained = []
    for name in (SECOND, FIRST):
        recipe = RELEASED.recipes[name]
        objective = RELEASED.objectives.get(name, bs.Objective)
        images = bs.load_images(table, recipe.image_size, PBC.artifacts, progress=True)
        how = {"artifacts": PBC.artifacts, "progress": True, "objective": objective}
        trained.append(bs.fit_or_load(recipe, images, table["label"], **how).embedder)
    return mean_of(*trained)


def healthy_cells() -> dict[str, dict[str, int]]:
    """How many of Barcelona's cells have each name."""
    return {BARCELONA: read_cells()["label"].value_counts().sort_index().to_dict()}


RELEASES = {
    SECOND: Release(SECOND, of_barcelona, healthy_cells),
    SMALL: Release(SMALL, small),
    THIRD: Release(THIRD, accurate, beside=SMALL),
}


def weights_of(release: Release, project: Path = PROJECT) -> Path:
    return project / "bloodshot_lib" / "weights" / f"{release.name}.safetensors"


def record_of(release: Release, project: Path = PROJECT) -> Path:
    return project / "results" / "beyond" / "released" / f"{release.name}.json"


def score(embedder: bs.Embedder, ks: tuple[int, ...] = KS) -> dict[str, float]:
    """Balanced accuracy on Barcelona's eight classes at each k, with half the cells as pool.

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


def name_first_network(weights: Path, name: str) -> None:
    """Let a file name released weights instead of holding them as the first of its networks."""
    with safetensors.safe_open(weights, "np") as file:
        header = json.loads(file.metadata()["bloodshot"])
    header["networks"][0] = name
    others = {
        key: value
        for key, value in safetensors.numpy.load_file(weights).items()
        if not key.startswith(NETWORK.format(0))
    }
    write_whole(weights, safetensors.numpy.save(others, {"bloodshot": json.dumps(header)}))


def make(release: Release, project: Path, ks: tuple[int, ...]) -> None:
    """Train, save, score, record."""
    weights, record = weights_of(release, project), record_of(release, project)
    weights.parent.mkdir(parents=True, exist_ok=True)
    release.make().save(weights, half=True)
    if release.beside:
        name_first_network(weights, release.beside)
    embedder = bs.Embedder.load(weights)
    networks = embedder.header.get("networks", [embedder.header])
    facts = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "recipes": [each["recipe"] for each in networks],
        "cells": release.cells(),
        "balanced_accuracy": score(embedder, ks),
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
    parser = argparse.ArgumentParser(prog="python -m experiments.release", description=main.__doc__)
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
