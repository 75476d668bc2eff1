"""The released weights: the recommended recipe on all healthy cells. `python -m benchmarks.release` makes them.

Writes bloodshot_lib/weights/bloodshot-pbc.safetensors and results/beyond/released.json. The scores there are on cells
that the weights were trained on: with `--check` they say whether a copy is whole, never how well it travels, which is
the ladder's part.
"""

import argparse
import json
import time
from dataclasses import asdict

import bloodshot_lib as bs
from benchmarks import PROJECT
from benchmarks.ladder import PBC, read_cells
from bloodshot_lib.artifacts import write_whole
from bloodshot_lib.experiment import machine, read_result

NAME = "bloodshot-pbc"
WEIGHTS = PROJECT / "bloodshot_lib" / "weights" / f"{NAME}.safetensors"
RECORD = PROJECT / "results" / "beyond" / "released.json"
KS = (1, 5, 10, 20)


def score(embedder: bs.Embedder) -> dict[str, float]:
    """Balanced accuracy on the eight classes of all healthy cells, half of them the pool, at each k."""
    table = bs.split_table(bs.read_image_folder(PBC.data_root / PBC.source.root), {"pool": 0.5, "query": 0.5}, 42)
    images = bs.load_images(table, embedder.image_size, PBC.artifacts)
    Z, pool = bs.embed(embedder, images, precision="float32"), (table["split"] == "pool").to_numpy()
    episodes = bs.k_sweep(Z[pool], table["label"][pool], Z[~pool], table["label"][~pool], KS, method="lda")
    return {str(k): round(value, 4) for k, value in episodes.groupby("k")["balanced_accuracy"].mean().items()}


def make() -> None:
    """Train, save, score, record."""
    table = read_cells().sample(frac=1, random_state=0).reset_index(drop=True)
    recipe = bs.TrainConfig.recommended()
    images = bs.load_images(table, recipe.image_size, PBC.artifacts, progress=True)
    run = bs.fit_or_load(recipe, images, table["label"], artifacts=PBC.artifacts, progress=True)
    WEIGHTS.parent.mkdir(exist_ok=True)
    run.embedder.save(WEIGHTS)
    record = {"date": time.strftime("%Y-%m-%d"), **machine(), "recipe": asdict(recipe),
              "cells": table["label"].value_counts().sort_index().to_dict(),
              "history": run.history.round(4).to_dict("records"), "balanced_accuracy": score(bs.Embedder.load(NAME))}
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    write_whole(RECORD, json.dumps(record, indent=1).encode())


def main() -> None:
    """Make the released weights and their record; with --check only score the ones that are there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.release", description=main.__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        print("now:     ", score(bs.Embedder.load(NAME)))
    else:
        make()
    print("recorded:", read_result("beyond/released.json")["balanced_accuracy"])


if __name__ == "__main__":
    main()
