"""Images and labels -> a trained embedder: the report's training loop, resumable."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import nn

from ..common.checks import check_embeddings, check_labels, check_path, check_switch
from ..common.launched_processes import this_process
from .checkpoint import load_checkpoint, save_checkpoint
from .input_batches import on_device
from .model import Embedder
from .one_epoch import Step, train_epoch, validate
from .recipe import TrainConfig, check_recipe
from .starting_weights import starting_embedder
from .training_objective import Builder, Objective
from .training_set import check_training_set, classes_of, training_key


@dataclass
class Run:
    """A finished training.

    - `recipe`: the choices that determined it.
    - `embedder`: the trained network, on the CPU.
    - `objective`: what it minimised, including the last layer.
    - `classes`: the class names, sorted; a class number is a position among them, from 0.
    - `history`: a row per epoch.
    """

    recipe: TrainConfig
    embedder: Embedder
    objective: nn.Module
    classes: tuple[str, ...]
    history: pd.DataFrame

    def predict(self, embeddings: np.ndarray, **options) -> np.ndarray:
        """The source class that the last layer assigns to each embedding (N, dim): names (N,).

        `options` go to the last layer's `logits`; `margin_on=0` repeats the report's test of
        AAM-Softmax.
        """
        embeddings = torch.from_numpy(check_embeddings(embeddings, "embeddings"))
        with torch.inference_mode():
            scores = self.objective.cpu().logits(embeddings, **options)
        return np.array(self.classes)[scores.argmax(1).numpy()]


def untrained(
    recipe: TrainConfig, classes: Sequence[str], objective: Builder = Objective
) -> tuple[Embedder, nn.Module]:
    """The embedder and the objective from which a training of `recipe` on these classes starts.

    They are drawn from `recipe.seed`; the caller's torch generator is untouched. Raises
    ValueError if there are fewer than two classes.
    """
    check_recipe(recipe)
    if not callable(objective):
        raise ValueError(f"`objective` must be a function or a class, but was {objective!r}.")
    classes = classes_of(check_labels(classes, "classes", of="class"))
    with torch.random.fork_rng(devices=[]):  # networks are drawn on the CPU
        torch.default_generator.manual_seed(recipe.seed)
        embedder = starting_embedder(
            recipe.init,
            recipe.backbone,
            recipe.image_size,
            drop_path=recipe.drop_path,
            classes=classes,
            recipe=asdict(recipe),
        )
        return embedder, objective(recipe, len(classes), embedder.dim)


def train(
    recipe: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None = None,
    device: str = "auto",
    progress: bool = False,
    checkpoint: str | Path | None = None,
    key: str | None = None,
    objective: Builder = Objective,
) -> Run:
    """Train an embedder on images (N, S, S, 3), uint8, with one label each.

    S is `recipe.image_size`.

    - `validation` (images, labels): its loss and accuracy are added to each epoch's row; it
      never steers the training.
    - `checkpoint`: a file written after each epoch. A killed training resumes from it with the
      same result, on the same machine with the same number of threads. It holds the training's
      `key`, which is computed if not given.
    - `objective`: what the training minimises, by default what the recipe says. To try another
      loss, last layer or augmentation, pass a subclass of `Objective`, or a function that
      builds one.

    Under `accelerate launch` the processes share each batch, and batch normalisation sees only
    a process's own part of it. `recipe.seed` is the only source of randomness; the caller's
    torch generator is untouched.

    Raises ValueError if

    - sizes do not match, a label is missing, there is only one class, or a validation label is
      unknown;
    - the checkpoint is damaged or belongs to another training;
    - the loss or the weights become NaN or infinite.
    """
    classes, labels, validation = check_training_set(recipe, images, labels, validation)
    check_switch("progress", progress)
    if checkpoint is not None:
        checkpoint = check_path("checkpoint", checkpoint, "file")
        key = key or training_key(recipe, images, labels, validation, objective)
    class_numbers = np.searchsorted(classes, labels)
    process = this_process(device)
    if recipe.batch_size < 2 * process.count:
        raise ValueError(
            "`batch_size` must count the images of all processes, at least 2 each, but was"
            f" {recipe.batch_size} for {process.count} processes."
        )
    device = process.device
    gpus = [torch.cuda.current_device()] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=gpus):
        embedder, built = untrained(recipe, classes, objective)
        embedder, built = embedder.to(device, memory_format=torch.channels_last), built.to(device)
        parameters = [*embedder.parameters(), *built.parameters()]
        optimiser = torch.optim.Adam(parameters, lr=recipe.lr, fused=True)
        trained = nn.ModuleDict({"embedder": embedder, "objective": built})
        history = load_checkpoint(checkpoint, trained, optimiser, key) if checkpoint else []
        step = process.parallel(Step(embedder, built))
        images = on_device(images, device)
        pass_over = partial(train_epoch, step, optimiser, images, class_numbers, recipe)
        for epoch in range(len(history) + 1, recipe.epochs + 1):
            # a resumed epoch draws as it would have before, and each process draws its own
            torch.manual_seed(recipe.seed * 1000 + epoch + (process.index << 32))
            row = {"epoch": epoch} | pass_over(epoch, process, progress)
            if validation is not None:
                row |= validate(embedder, built, classes, *validation)
            history.append(row)
            if checkpoint and process.main:
                save_checkpoint(checkpoint, trained, optimiser, history, key)
    if not all(parameter.isfinite().all() for parameter in parameters):
        raise ValueError(
            "The last step left weights that are NaN or infinite: lower `lr` or raise `batch_size`."
        )
    trained.cpu().eval()
    return Run(recipe, embedder, built, classes, pd.DataFrame(history))
