"""The profile `paper`, rehearsed: every chapter at the real counts, on small drawn cells.

What each costs, and what that means for 224 px and six epochs, goes to results/rehearsal.json.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import bloodshot_lib as bs
from benchmarks.measure import peak_memory_mb
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.study.results import machine
from experiments import PROJECT

ROLES = ("train", "val", "test", "pool", "query")
NOTE = (
    "Other work shared the machine, so seconds are upper bounds; processor seconds, those of"
    " both cores added up, suffer less. Threads waited passively (OMP_WAIT_POLICY). Memory is"
    " what all processes of a step held at most, mapped files left out."
)

DRAW = "import bloodshot_lib as bs; bs.load_profile().read_source()"
ARMS = "import bloodshot_lib as bs; bs.run_arms(bs.load_profile(), progress=True)"
TRAIN_AT_224 = """
import numpy as np, bloodshot_lib as bs
pixels = np.random.default_rng(0).integers(0, 255, (32, 224, 224, 3), dtype=np.uint8)
bs.train(bs.load_profile("paper").recipe("aam+consistency"), pixels, ["a", "b"] * 16)
"""

# images a second of EfficientNet-B0 at 224 px in float32 on one V100, as NVIDIA published them
V100 = {"training": 655, "embedding": 2743}
GPU_NOTE = (
    "An estimate; nothing was measured on a GPU. It assumes one V100 at the rates that NVIDIA"
    f" published for EfficientNet-B0 at 224 px in float32: {V100['training']} images a second"
    f" in training, {V100['embedding']} in inference (github.com/NVIDIA/DeepLearningExamples,"
    " PyTorch/Classification/ConvNets/efficientnet/README.md); half the rate with consistency,"
    " and two cores for all the rest. Batches as small as the report's may be slower."
)


def run_steps(folder: Path) -> list[dict]:
    """Draw the cells, train and score every arm, run the chapters, train a few batches at
    224 px: one after another.
    """
    python = Path(sys.executable)
    execute = [
        python.with_name("jupyter"),
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--ExecutePreprocessor.timeout=-1",
        "--log-level=ERROR",
        "--output-dir",
        folder / "executed",
    ]
    notebooks = sorted((PROJECT / "notebooks").glob("*.ipynb"))
    commands = {"drawing the cells": [python, "-c", DRAW], "every arm": [python, "-c", ARMS]}
    commands |= {notebook.stem: [*execute, notebook] for notebook in notebooks}
    commands["six steps at 224 px"] = [python, "-c", TRAIN_AT_224]
    steps = []
    for name, command in commands.items():
        run = partial(subprocess.run, command, check=True)
        before = _processor_seconds()
        seconds, memory = peak_memory_mb(run, every=0.25, family=True)
        steps.append(
            {
                "step": name,
                "seconds": round(seconds, 1),
                "memory_mb": round(memory),
                "processor_seconds": round(_processor_seconds() - before, 1),
            }
        )
        print(steps[-1], flush=True)
    return steps


def _processor_seconds() -> float:
    """Processor seconds of all finished processes that this one started."""
    times = os.times()
    return times.children_user + times.children_system


def disk_mb(artifacts: Path) -> dict[str, float]:
    """The disk space of each kind of artifact, in MB."""
    kinds = {
        "cells": "twin-*",
        "image arrays, 64 px": "images-64px-*",
        "image arrays, 128 px": "images-128px-*",
        "runs": "run-*",
        "embeddings": "embeddings-*",
    }
    files = {kind: artifacts.glob(f"{folder}/**/*.*") for kind, folder in kinds.items()}
    return {
        kind: round(sum(file.stat().st_size for file in found) / 1e6, 1)
        for kind, found in files.items()
    }


def trainings(profile: bs.Profile, n_images: int) -> list[dict]:
    """Each arm's training images per second, from the history of its finished run."""
    rows = []
    for arm in profile.arms:
        seconds = bs.fit_arm(profile, arm).history["seconds"].sum()
        rate = n_images * profile.train.epochs / seconds
        rows.append({"arm": arm, "seconds": round(seconds, 1), "per_second": round(rate, 1)})
    return rows


def protocol(profile: bs.Profile, cells: dict[str, bs.Cells]) -> dict:
    """What the report's protocol fixes: Table 2's test cells, the first episode's supports."""
    pool, settings = cells["pool"], profile.episodes
    first = profile.draw(pool.labels, settings.k, 1, settings.rng)[0].tolist()
    return {
        "test cells": cells["test"].labels.value_counts().sort_index().to_dict(),
        "first supports": dict(zip(sorted(set(pool.labels)), first, strict=True)),
    }


def work(counts: dict[str, int]) -> dict[str, int]:
    """How many images each task of the profile `paper` handles."""
    paper = bs.load_profile("paper")
    seen = counts["train"] + counts["val"] + counts["test"]
    novel = counts["pool"] + counts["query"]
    arms, epochs = len(paper.arms), paper.train.epochs
    # at most, as embeddings are found again: after each epoch the validation cells; in chapter 2
    # the test cells, three times; in chapter 4 one picture's cells; the novel cells for each arm
    # as it is scored and twice elsewhere
    embedded = arms * epochs * counts["val"] + 3 * counts["test"] + 400 + (arms + 2) * novel
    trained = {f"training, {arm}": epochs * counts["train"] for arm in paper.arms}
    # chapters 4 and 7 need the novel cells at the released weights' size too: decoded once more
    return {
        "decoding, TIFF": seen,
        "decoding, BMP": 2 * novel,
        **trained,
        "embedding": embedded,
    }


def extrapolate(counts: dict[str, int], other: float) -> list[dict]:
    """Seconds of each task of the profile `paper`: on two cores, and an estimate for one GPU.

    The rates of two cores are from results/bench.json; `other` is the time of the rehearsal's
    chapters without training, including their decoding and embedding.
    """
    bench = bs.read_result("bench.json")["rows"]
    ours = bench.set_index(["task", "way"])["per_second"]
    cores = {
        "decoding, TIFF": ours["images, TIFF", "ours, pillow, 2 cores"],
        "decoding, BMP": ours["images, BMP", "ours, pillow, 2 cores"],
        "training, softmax": ours["training, aam", "ours"],  # the same network, a cheaper head
        "training, aam": ours["training, aam", "ours"],
        "training, aam+consistency": ours["training, aam+consistency", "ours"],
        "embedding": ours["embedding", "ours"],
    }
    gpu = cores | {
        "training, softmax": V100["training"],
        "training, aam": V100["training"],
        "training, aam+consistency": V100["training"] / 2,
        "embedding": V100["embedding"],
    }
    rows = [
        {
            "task": task,
            "images": images,
            "two_cores": round(images / cores[task]),
            "gpu_estimate": round(images / gpu[task]),
        }
        for task, images in work(counts).items()
    ]
    return [
        *rows,
        {
            "task": "all else",
            "images": None,
            "two_cores": round(other),
            "gpu_estimate": round(other),
        },
    ]


def rehearse(folder: Path) -> dict:
    """Run everything in an empty folder, and return the record."""
    steps = run_steps(folder)
    profile = bs.load_profile()
    cells = {role: bs.load_cells(profile, role) for role in ROLES}
    counts = {role: len(part.labels) for role, part in cells.items()}
    training = trainings(profile, counts["train"])
    chapters = sum(step["seconds"] for step in steps[1:-1])
    other = chapters - sum(arm["seconds"] for arm in training)
    arrays = sum(counts.values()) * bs.load_profile("paper").train.image_size ** 2 * 3
    return {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "profile": profile.name,
        "note": NOTE,
        "cells": counts,
        "steps": steps,
        "training": training,
        "disk_mb": disk_mb(profile.artifacts),
        "protocol": protocol(profile, cells),
        "paper_seconds": extrapolate(counts, other),
        "gpu_note": GPU_NOTE,
        "paper_arrays_mb": round(arrays / 1e6),
    }


def main() -> None:
    """Rehearse in an empty folder, which is kept, or a temporary one; about twenty minutes."""
    parser = argparse.ArgumentParser("python -m experiments.rehearsal", description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="takes about a gigabyte")
    folder = parser.parse_args().folder
    if folder and folder.exists() and any(folder.iterdir()):
        parser.error(f"a rehearsal starts from nothing, and {folder} is not empty")
    with nullcontext(folder) if folder else tempfile.TemporaryDirectory() as place:
        place = Path(place).resolve()
        os.environ["BLOODSHOT_PROFILE"] = "rehearsal"
        os.environ["BLOODSHOT_ARTIFACTS"] = str(place / "artifacts")
        # if other work takes a core, threads that spin until the last is done stall each other:
        # two of them trained 1.5 images a second, waiting passively 15 to 20
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        record = rehearse(place)
    path = PROJECT / "results" / "rehearsal.json"
    write_whole(path, json.dumps(record, indent=1).encode())
    print(f"written to {path}")


if __name__ == "__main__":
    main()
