"""The released weights: the recommended recipe on all healthy cells.

`python -m benchmarks.release` writes bloodshot_lib/weights/bloodshot-pbc.safetensors and
results/beyond/released.json. The scores there are on cells that the weights were trained on:
with `--check` they say whether a copy is whole, never how well it travels, which is the
ladder's part.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import bloodshot_lib as bs
from benchmarks import PROJECT
from benchmarks.ladder_plan import PBC
from benchmarks.ladder_scores import read_cells
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.study.results import machine

NAME = "bloodshot-pbc"
WEIGHTS = PROJECT / "bloodshot_lib" / "weights" / f"{NAME}.safetensors"
RECORD = PROJECT / "results" / "beyond" / "released.json"
KS = (1, 5, 10, 20)


def score(embedder: bs.Embedder, ks: tuple[int, ...] = KS) -> dict[str, float]:
    """Balanced accuracy on all classes of all healthy cells, half of them the pool, at each
    k.
    """
    table = bs.read_image_folder(PBC.data_root / PBC.source.root)
    table = bs.split_table(table, {"pool": 0.5, "query": 0.5}, 42)
    images = bs.load_images(table, embedder.image_size, PBC.artifacts)
    Z, y = bs.embed(embedder, images, precision="float32"), table["label"]
    pool = (table["split"] == "pool").to_numpy()
    episodes = bs.k_sweep(Z[pool], y[pool], Z[~pool], y[~pool], ks, method="lda")
    means = episodes.groupby("k")["balanced_accuracy"].mean()
    return {str(k): round(value, 4) for k, value in means.items()}


def make(recipe: bs.TrainConfig, weights: Path, record: Path, ks: tuple[int, ...]) -> None:
    """Train, save, score, record."""
    table = read_cells().sample(frac=1, random_state=0).reset_index(drop=True)
    images = bs.load_images(table, recipe.image_size, PBC.artifacts, progress=True)
    run = bs.fit_or_load(recipe, images, table["label"], artifacts=PBC.artifacts, progress=True)
    weights.parent.mkdir(parents=True, exist_ok=True)
    run.embedder.save(weights)
    facts = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "recipe": asdict(recipe),
        "cells": table["label"].value_counts().sort_index().to_dict(),
        "history": run.history.round(4).to_dict("records"),
        "balanced_accuracy": score(bs.Embedder.load(weights), ks),
    }
    record.parent.mkdir(parents=True, exist_ok=True)
    write_whole(record, json.dumps(facts, indent=1).encode())


def main(
    arguments: Sequence[str] | None = None,
    recipe: bs.TrainConfig | None = None,
    weights: Path = WEIGHTS,
    record: Path = RECORD,
    ks: tuple[int, ...] = KS,
) -> None:
    """Make the released weights and their record; with --check only score those that are
    there.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.release", description=main.__doc__
    )
    parser.add_argument("--check", action="store_true")
    if parser.parse_args(arguments).check:
        print("now:     ", score(bs.Embedder.load(weights), ks))
    else:
        make(recipe or bs.TrainConfig.recommended(), weights, record, ks)
    print("recorded:", json.loads(record.read_text())["balanced_accuracy"])


if __name__ == "__main__":
    main()
