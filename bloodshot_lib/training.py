"""Images and labels -> a trained embedder: the report's training loop, resumable, and found
again when finished.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from .batches import input_batches, on_device
from .checkpoint import load_checkpoint, save_checkpoint
from .checks import check_embeddings, check_images, check_labels, check_path, check_switch
from .embedding import embed
from .keys import code_key, fingerprint
from .losses import build_head
from .model import Embedder, weights_file
from .objective import Objective, batch_norms
from .pretrained import starting_embedder
from .processes import Process, this_process
from .recipe import TrainConfig

_VALIDATED = 256  # images whose validation loss is computed at a time


@dataclass
class Run:
    """A finished training: the embedder, the head it was trained with, the class names, and a
    row per epoch.
    """

    config: TrainConfig
    embedder: Embedder
    head: nn.Module
    classes: tuple[str, ...]
    history: pd.DataFrame

    def predict(self, embeddings: np.ndarray, **options) -> np.ndarray:
        """The source class that the head gives each embedding (N, dim): names, shape (N,).

        `options` go to the head's `logits`: `margin_on=0` repeats the report's test of an
        AAM-Softmax head.
        """
        embeddings = check_embeddings(embeddings, "embeddings")
        if embeddings.shape[1] != self.embedder.dim:
            raise ValueError(
                "`embeddings` come from this run's embedder, whose width is"
                f" {self.embedder.dim}; got {embeddings.shape[1]}."
            )
        with torch.inference_mode():
            scores = self.head.cpu().logits(torch.from_numpy(embeddings), **options)
        return np.array(self.classes)[scores.argmax(1).numpy()]


def untrained(config: TrainConfig, classes: Sequence[str]) -> tuple[Embedder, nn.Module]:
    """The embedder and the head that a training of `config` on these classes starts from.

    They are drawn from `config.seed`; the caller's torch generator is left as it was. Raises
    ValueError if there are fewer than two classes.
    """
    _check_config(config)
    classes = _classes_of(check_labels(classes, "classes", of="class"))
    norm = "group" if config.norm == "group" else "batch"
    with torch.random.fork_rng(devices=[]):  # networks are drawn on the CPU
        torch.default_generator.manual_seed(config.seed)
        options = {
            "norm": norm,
            "drop_path": config.drop_path,
            "classes": classes,
            "recipe": asdict(config),
        }
        embedder = starting_embedder(config.init, config.backbone, config.image_size, **options)
        return embedder, build_head(config, len(classes), embedder.dim)


def train(
    config: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None = None,
    device: str = "auto",
    progress: bool = False,
    checkpoint: str | Path | None = None,
    key: str | None = None,
) -> Run:
    """Train an embedder on images (N, S, S, 3), uint8, with a label each; S is
    `config.image_size`.

    `validation` (images, labels) adds its loss and accuracy to each epoch's row; it never
    steers the training. With `checkpoint`, a file written after each epoch, a killed training
    resumes there and gives the same result, on the same machine with the same number of
    threads. The file holds the training's `key` (see `training_key`), which is computed if it
    is not given. Under `accelerate launch` the processes share each batch; batch normalisation
    sees a process's own part of it. Randomness is seeded from `config.seed` here alone; the
    caller's torch generator is left as it was.

    Raises ValueError if sizes do not fit, a label is missing, there is one class only, a
    validation label is unknown, the checkpoint is another training's, or the loss becomes NaN
    or infinite.
    """
    classes, labels, validation = check_training_set(config, images, labels, validation)
    check_switch("progress", progress)
    if checkpoint is not None:
        checkpoint = check_path("checkpoint", checkpoint, "file")
        key = key or training_key(config, images, labels, validation)
    targets = np.searchsorted(classes, labels)
    process = this_process(device)
    if config.batch_size < 2 * process.count:
        raise ValueError(
            "`batch_size` counts the images of all processes, at least 2 each; got"
            f" {config.batch_size} for {process.count} processes."
        )
    if process.count > 1 and config.loss.startswith(("triplet", "supcon")):
        raise ValueError(
            f"The loss {config.loss!r} compares the images of a batch with each other, and each"
            " process would see a part of them: train it on one process."
        )
    device = process.device
    with torch.random.fork_rng(
        devices=[torch.cuda.current_device()] if device.type == "cuda" else []
    ):
        embedder, head = untrained(config, classes)
        embedder, head = embedder.to(device, memory_format=torch.channels_last), head.to(device)
        optimiser = torch.optim.Adam(
            [*embedder.parameters(), *head.parameters()], lr=config.lr, fused=True
        )
        trained = nn.ModuleDict({"embedder": embedder, "head": head})
        kept, result, after_step = trained, trained, None
        if config.average:
            average = AveragedModel(
                trained, multi_avg_fn=get_ema_multi_avg_fn(config.average), use_buffers=True
            )
            kept, result = nn.ModuleDict({**trained, "average": average}), average.module
            after_step = partial(average.update_parameters, trained)
        history = load_checkpoint(checkpoint, kept, optimiser, key) if checkpoint else []
        objective = process.parallel(Objective(config, embedder, head))
        images = on_device(images, device)
        for epoch in range(len(history) + 1, config.epochs + 1):
            # a resumed epoch draws what it would have drawn, and each process draws for itself
            torch.manual_seed(config.seed * 1000 + epoch + (process.index << 32))
            row = {"epoch": epoch} | _train_epoch(
                objective,
                optimiser,
                images,
                targets,
                config,
                epoch,
                process,
                progress,
                after_step,
            )
            if validation is not None:
                row |= _validate(result["embedder"], result["head"], classes, *validation)
            history.append(row)
            if checkpoint and process.main:
                save_checkpoint(checkpoint, kept, optimiser, history, key)
    if not all(parameter.isfinite().all() for parameter in result.parameters()):
        raise ValueError(
            "The last step left weights that are not finite: lower `lr` or raise `batch_size`."
        )
    result = result.cpu().eval()
    return Run(config, result["embedder"], result["head"], classes, pd.DataFrame(history))


def training_key(
    config: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None = None,
) -> str:
    """A hash of all that determines a training, but for the processor and its number of
    threads.
    """
    held_out = [] if validation is None else [validation[0], list(map(str, validation[1]))]
    start = [] if config.init in ("random", "imagenet") else [weights_file(config.init)]
    return fingerprint(
        asdict(config), images, list(map(str, labels)), *held_out, *start, code_key("run")
    )


def check_training_set(
    config: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None = None,
) -> tuple:
    """The classes in sorted order, the labels and the validation set, after checking that all
    fit together.
    """
    _check_config(config)
    labels = _labelled_images(config, images, labels, "images", "labels")
    classes = _classes_of(labels)
    if config.n_outputs is not None and config.n_outputs < len(classes):
        raise ValueError(
            f"`n_outputs` is at least the number of classes, {len(classes)}; got"
            f" {config.n_outputs}."
        )
    if validation is None:
        return classes, labels, None
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise ValueError(
            f"`validation` is a pair, images and labels; got {type(validation).__name__}."
        )
    held = _labelled_images(config, *validation, "validation images", "validation labels")
    if unknown := sorted(set(held.tolist()) - set(classes)):
        raise ValueError(
            f"Validation labels {unknown} are not among the training classes {list(classes)}."
        )
    return classes, labels, (validation[0], held)


def _check_config(config: TrainConfig) -> None:
    if not isinstance(config, TrainConfig):
        raise ValueError(
            f"`config` is a TrainConfig, such as TrainConfig.recommended(); got {config!r}."
        )


def _classes_of(labels: np.ndarray) -> tuple[str, ...]:
    classes = tuple(sorted(set(labels.tolist())))
    if len(classes) < 2:
        raise ValueError(f"Training needs at least two classes; got {list(classes)}.")
    return classes


def _labelled_images(
    config: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    images_name: str,
    labels_name: str,
) -> np.ndarray:
    check_images(images, config.image_size, images_name)
    if len(images) == 0:
        raise ValueError(f"`{images_name}` holds no image: check the split or label selected.")
    return check_labels(labels, labels_name, len(images), "image")


def _train_epoch(
    objective: nn.Module,
    optimiser: torch.optim.Optimizer,
    images: np.ndarray | Tensor,
    targets: np.ndarray,
    config: TrainConfig,
    epoch: int,
    process: Process,
    progress: bool,
    after_step: Callable[[], None] | None,
) -> dict[str, float]:
    """One pass over the images; returns the mean losses, the seconds taken and the memory in
    use.
    """
    objective.train()
    if config.norm == "frozen":
        batch_norms(objective).eval()
    start = time.perf_counter()
    whole = _batches(
        len(images), config.batch_size, _order(config, targets, epoch), least=2 * process.count
    )
    mine = [np.array_split(rows, process.count)[process.index] for rows in whole]
    totals = torch.zeros(3, dtype=torch.float64, device=process.device)
    pixels = tqdm(
        input_batches(images, mine, process.device),
        f"{config.loss} epoch {epoch}/{config.epochs}",
        len(mine),
        leave=False,
        disable=not (progress and process.main),
    )
    for step, (x, rows, together) in enumerate(zip(pixels, mine, whole, strict=True)):
        values = objective(x, torch.from_numpy(targets[rows]).to(process.device))
        optimiser.zero_grad()
        # the mean over the processes of these is the mean over the whole batch, even if it is
        # split unevenly
        (values[0] * (len(rows) * process.count / len(together))).backward()
        for group in optimiser.param_groups:
            group["lr"] = config.lr * _rate(
                config.schedule, (epoch - 1 + (step + 0.5) / len(mine)) / config.epochs
            )
        optimiser.step()
        if after_step is not None:
            after_step()
        # added up where they are: reading each would stall a GPU
        totals += values.detach().double() * len(rows)
    sums = np.sum(process.gather([totals.cpu().numpy()]), axis=0)
    means = dict(
        zip(
            ("loss", "class_loss", "consistency_loss"),
            (sums / len(images)).tolist(),
            strict=True,
        )
    )
    if not np.isfinite(means["loss"]):
        raise ValueError(
            f"The loss became NaN or infinite in epoch {epoch}, {means}: lower `lr` or raise "
            "`batch_size`."
        )
    return means | {
        "seconds": time.perf_counter() - start,
        "memory_mb": _memory_mb(process.device),
    }


def _order(config: TrainConfig, targets: np.ndarray, epoch: int) -> np.ndarray | None:
    """The rows of an epoch in their order; balanced, as many of each class are drawn, with
    replacement.
    """
    rng = np.random.default_rng([config.seed, epoch])
    if config.balanced:
        counts = np.bincount(targets)
        return rng.choice(len(targets), len(targets), p=1 / (counts[targets] * len(counts)))
    return rng.permutation(len(targets)) if config.shuffle else None


def _rate(schedule: str, done: float) -> float:
    """The factor of the learning rate after a share `done` of the training, 0..1."""
    if schedule == "constant":
        return 1.0
    return done / 0.1 if done < 0.1 else (1 + math.cos(math.pi * (done - 0.1) / 0.9)) / 2


def _batches(
    n: int, batch_size: int, order: np.ndarray | None, least: int = 2
) -> list[np.ndarray]:
    """Row numbers of each batch; fewer than `least` left over join the batch before, as batch
    norm needs two each.
    """
    order = np.arange(n) if order is None else order
    starts = [start for start in range(0, n, batch_size) if start == 0 or n - start >= least]
    return np.split(order, starts[1:])


def _validate(
    embedder: Embedder,
    head: nn.Module,
    classes: tuple[str, ...],
    images: np.ndarray,
    labels: Sequence[str],
) -> dict[str, float]:
    """Loss and accuracy of the head on held-out images, in evaluation mode."""
    device = next(embedder.parameters()).device
    embeddings = torch.from_numpy(embed(embedder, images, device=str(device))).to(device)
    targets = torch.from_numpy(np.searchsorted(classes, np.asarray(labels, dtype=str))).to(
        device
    )
    with torch.inference_mode():
        head.eval()
        hits = (head.logits(embeddings).argmax(1) == targets).float().mean()
        # in strided groups of a batch's size, because some losses compare every image of a
        # group with every other
        groups = [
            slice(start, None, -(-len(targets) // _VALIDATED))
            for start in range(-(-len(targets) // _VALIDATED))
        ]
        total = sum(
            head(embeddings[rows], targets[rows]).item() * len(targets[rows]) for rows in groups
        )
        return {"val_loss": total / len(targets), "val_accuracy": hits.item()}


def _memory_mb(device: torch.device) -> float:
    """MiB in use: on a GPU the most that torch has allocated so far, else what the process
    holds now.
    """
    gpu = device.type == "cuda"
    return (
        torch.cuda.max_memory_allocated(device) if gpu else psutil.Process().memory_info().rss
    ) / 2**20
