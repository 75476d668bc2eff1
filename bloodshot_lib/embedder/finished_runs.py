"""Finding trainings again: a finished run is a folder in the artifacts, whole or absent."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import safetensors.torch
import torch

from ..common.atomic_files import check_seal, make_folder, seal, whole_folder, write_whole
from ..common.checks import check_path
from ..common.launched_processes import this_process
from ..common.paths import artifacts_folder
from .model import Embedder
from .recipe import TrainConfig
from .training_loop import Run, train
from .training_objective import Builder, Objective
from .training_set import check_training_set, training_key


def fit_or_load(
    recipe: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None = None,
    artifacts: str | Path | None = None,
    device: str = "auto",
    progress: bool = False,
    objective: Builder = Objective,
) -> Run:
    """Train, or load the finished run of the same recipe, images, labels, code and packages.

    The run's folder holds the embedder and the objective (safetensors), the recipe (JSON) and
    the history (CSV). It is made in `artifacts`, by default $BLOODSHOT_ARTIFACTS, or
    `artifacts` in the checkout or the current folder. It appears once it is complete; until
    then a checkpoint beside it lets an interrupted training resume.

    - `validation`: images and labels that the history scores after each epoch; nothing is
      chosen by them.
    - `device`: as in `embed`.

    The key includes the source file of `objective` (see `train`), but neither the processor nor
    the number of threads: a run trained on another machine is found too.

    Raises

    - ValueError as `train` does, or if the source of `objective` cannot be read;
    - DamagedError, a ValueError, naming the folder to delete, if a finished run has changed
      since it was written;
    - OSError, naming $BLOODSHOT_ARTIFACTS, if the folder is not writable (permission denied,
      for instance).
    """
    _, labels, validation = check_training_set(recipe, images, labels, validation)
    key = training_key(recipe, images, labels, validation, objective)
    root = artifacts_folder() if artifacts is None else check_path("artifacts", artifacts)
    folder = root / f"run-{recipe.loss}-{key}"
    checkpoint = folder.with_name(f".{folder.name}.checkpoint.safetensors")
    process = this_process(device)
    if not folder.is_dir():
        make_folder(root)
        given = recipe, images, labels, validation
        run = train(*given, device, progress, checkpoint, key, objective)
        if process.main:
            _write(run, folder)
        process.wait()
    if process.main:  # also if the last process was killed between these two steps
        checkpoint.unlink(missing_ok=True)
    return _read(recipe, folder, objective)


def _write(run: Run, folder: Path) -> None:
    with whole_folder(folder) as unfinished:
        run.embedder.save(unfinished / "embedder.safetensors")
        state = safetensors.torch.save(run.objective.state_dict())
        write_whole(unfinished / "objective.safetensors", state)
        (unfinished / "recipe.json").write_text(json.dumps(asdict(run.recipe), indent=1))
        run.history.to_csv(unfinished / "history.csv", index=False)
        seal(unfinished)


def _read(recipe: TrainConfig, folder: Path, objective: Builder) -> Run:
    check_seal(folder)
    embedder = Embedder.load(folder / "embedder.safetensors")
    with torch.random.fork_rng(devices=[]):  # what is drawn here is overwritten at once
        built = objective(recipe, len(embedder.classes), embedder.dim)
    built.load_state_dict(safetensors.torch.load_file(folder / "objective.safetensors"))
    history = pd.read_csv(folder / "history.csv")
    return Run(recipe, embedder, built.eval(), embedder.classes, history)
