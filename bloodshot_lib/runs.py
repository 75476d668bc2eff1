"""Trainings found again: a finished run is a folder below the artifacts, whole or absent."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import safetensors.torch

from .artifacts import check_seal, make_folder, seal, whole_folder, write_whole
from .checks import check_path
from .losses import build_head
from .model import Embedder
from .places import artifacts_folder
from .processes import this_process
from .recipe import TrainConfig
from .training import Run, check_training_set, train, training_key


def fit_or_load(
    config: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None = None,
    artifacts: str | Path | None = None,
    device: str = "auto",
    progress: bool = False,
) -> Run:
    """Train, or find the finished run of the same recipe, images, labels, code and packages.

    The run's folder holds the embedder and head (safetensors), the recipe (JSON) and the
    history (CSV). It lies below `artifacts`, by default $BLOODSHOT_ARTIFACTS, or `artifacts`
    in the checkout or the current folder. It appears when it is complete; until then a
    checkpoint beside it lets an interrupted training resume. The key does not hold the
    processor nor its number of threads, so a run that was trained on another machine is found
    again as well.

    Raises ValueError as `train` does, and DamagedError, a ValueError, naming the folder to
    delete if a finished run is no longer as it was written.
    """
    _, labels, validation = check_training_set(config, images, labels, validation)
    key = training_key(config, images, labels, validation)
    root = artifacts_folder() if artifacts is None else check_path("artifacts", artifacts)
    folder = root / f"run-{config.loss}-{key}"
    checkpoint = folder.with_name(f".{folder.name}.checkpoint.safetensors")
    process = this_process(device)
    if not folder.is_dir():
        make_folder(root)
        run = train(config, images, labels, validation, device, progress, checkpoint, key)
        if process.main:
            _write(run, folder)
        process.wait()
    if process.main:  # also where the last process was killed between these two steps
        checkpoint.unlink(missing_ok=True)
    return _read(config, folder)


def _write(run: Run, folder: Path) -> None:
    with whole_folder(folder) as unfinished:
        run.embedder.save(unfinished / "embedder.safetensors")
        head = safetensors.torch.save(run.head.state_dict())
        write_whole(unfinished / "head.safetensors", head)
        (unfinished / "config.json").write_text(json.dumps(asdict(run.config), indent=1))
        run.history.to_csv(unfinished / "history.csv", index=False)
        seal(unfinished)


def _read(config: TrainConfig, folder: Path) -> Run:
    check_seal(folder)
    embedder = Embedder.load(folder / "embedder.safetensors")
    head = build_head(config, len(embedder.classes), embedder.dim)
    head.load_state_dict(safetensors.torch.load_file(folder / "head.safetensors"))
    history = pd.read_csv(folder / "history.csv")
    return Run(config, embedder, head.eval(), embedder.classes, history)
