"""Images and labels -> a trained embedder: the report's training loop, resumable, and found again when finished."""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from . import augment, batches, losses, model, objective, pretrained
from .artifacts import fingerprint, whole_folder, write_whole
from .batches import check_images, input_batches, on_device
from .checkpoint import load_checkpoint, save_checkpoint
from .embedding import embed
from .losses import build_head
from .model import Embedder, weights_file
from .objective import Objective, batch_norms
from .pretrained import starting_embedder
from .processes import Process, this_process
from .recipe import TrainConfig

# changed code is a changed run
_VALIDATED = 256  # images whose validation loss is computed at a time
_MODULES = (model, pretrained, losses, augment, batches, objective)
_CODE = fingerprint(*(Path(module.__file__) for module in _MODULES), Path(__file__))


@dataclass
class Run:
    """A finished training: the embedder, the head it was trained with, the class names, and a row per epoch."""

    config: TrainConfig
    embedder: Embedder
    head: nn.Module
    classes: tuple[str, ...]
    history: pd.DataFrame

    def predict(self, embeddings: np.ndarray, **options) -> np.ndarray:
        """The source class that the head gives each embedding (N, dim): names, shape (N,).

        `options` go to the head's `logits`: `margin_on=0` repeats the report's test of an AAM-Softmax head.
        """
        with torch.inference_mode():
            scores = self.head.cpu().logits(torch.from_numpy(embeddings), **options)
        return np.array(self.classes)[scores.argmax(1).numpy()]


def untrained(config: TrainConfig, classes: Sequence[str]) -> tuple[Embedder, nn.Module]:
    """The embedder and the head that a training of `config` on these classes starts from.

    They are drawn from `config.seed`; the caller's torch generator is left as it was.
    """
    norm = "group" if config.norm == "group" else "batch"
    with torch.random.fork_rng(devices=[]):  # networks are drawn on the CPU
        torch.default_generator.manual_seed(config.seed)
        embedder = starting_embedder(config.init, config.backbone, config.image_size, norm=norm,
                                     drop_path=config.drop_path, classes=classes,
                                     recipe=asdict(config))
        return embedder, build_head(config, len(classes), embedder.dim)


def train(config: TrainConfig, images: np.ndarray, labels: Sequence[str],
          validation: tuple[np.ndarray, Sequence[str]] | None = None, device: str = "auto", progress: bool = False,
          checkpoint: str | Path | None = None) -> Run:
    """Train an embedder on images (N, S, S, 3), uint8, with a label each; S is `config.image_size`.

    `validation` (images, labels) adds its loss and accuracy to each epoch's row; it never steers the training. With
    `checkpoint`, a file written after each epoch, a killed training resumes there; on one machine with the same
    number of threads it gives the same result.
    Under `accelerate launch` the processes share each batch; batch normalisation sees a process's own part of it.
    Randomness is seeded from `config.seed` here alone; the caller's torch generator is left as it was.

    Raises ValueError if sizes do not fit, a label is missing, there is one class only, a validation label is unknown,
    or the loss stops being a number.
    """
    classes = _check_training_set(config, images, labels)
    targets = np.searchsorted(classes, np.asarray(labels, dtype=str))
    process = this_process(device)
    if config.batch_size < 2 * process.count:
        raise ValueError(f"`batch_size` counts the images of all processes, at least 2 each; got {config.batch_size} "
                         f"for {process.count} processes.")
    if process.count > 1 and config.loss.startswith(("triplet", "supcon")):
        raise ValueError(f"The loss {config.loss!r} compares the images of a batch with each other, and each process "
                         "would see a part of them: train it on one process.")
    device = process.device
    with torch.random.fork_rng(devices=[torch.cuda.current_device()] if device.type == "cuda" else []):
        embedder, head = untrained(config, classes)
        embedder, head = embedder.to(device, memory_format=torch.channels_last), head.to(device)
        optimiser = torch.optim.Adam([*embedder.parameters(), *head.parameters()], lr=config.lr, fused=True)
        trained = nn.ModuleDict({"embedder": embedder, "head": head})
        kept, result, after_step = trained, trained, None
        if config.average:
            average = AveragedModel(trained, multi_avg_fn=get_ema_multi_avg_fn(config.average), use_buffers=True)
            kept, result = nn.ModuleDict({**trained, "average": average}), average.module
            after_step = partial(average.update_parameters, trained)
        history = load_checkpoint(checkpoint, kept, optimiser) if checkpoint else []
        objective = process.parallel(Objective(config, embedder, head))
        images = on_device(images, device)
        for epoch in range(len(history) + 1, config.epochs + 1):
            # a resumed epoch draws what it would have drawn, and each process draws for itself
            torch.manual_seed(config.seed * 1000 + epoch + (process.index << 32))
            row = {"epoch": epoch} | _train_epoch(objective, optimiser, images, targets, config, epoch, process,
                                                  progress, after_step)
            if validation is not None:
                row |= _validate(result["embedder"], result["head"], classes, *validation)
            history.append(row)
            if checkpoint and process.main:
                save_checkpoint(checkpoint, kept, optimiser, history)
    if not all(parameter.isfinite().all() for parameter in result.parameters()):
        raise ValueError("The last step left weights that are not finite: lower `lr` or raise `batch_size`.")
    result = result.cpu().eval()
    return Run(config, result["embedder"], result["head"], classes, pd.DataFrame(history))


def fit_or_load(config: TrainConfig, images: np.ndarray, labels: Sequence[str],
                validation: tuple[np.ndarray, Sequence[str]] | None = None, artifacts: str | Path = "artifacts",
                device: str = "auto", progress: bool = False) -> Run:
    """Train, or find the finished run of the same recipe, images, labels and training code below `artifacts`.

    The run's folder holds the embedder and head (safetensors), the recipe (JSON) and the history (CSV). It appears
    when it is complete; until then a checkpoint beside it lets an interrupted training resume.
    """
    held_out = [] if validation is None else [validation[0], list(validation[1])]
    start = [] if config.init in ("random", "imagenet") else [weights_file(config.init)]
    key = fingerprint(asdict(config), images, list(labels), *held_out, *start, _CODE)
    folder = Path(artifacts) / f"run-{config.loss}-{key}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        checkpoint = folder.with_name(f".{folder.name}.checkpoint.safetensors")
        run = train(config, images, labels, validation, device, progress, checkpoint)
        process = this_process(device)
        if process.main:
            _write_run(run, folder)
            checkpoint.unlink(missing_ok=True)
        process.wait()
    embedder = Embedder.load(folder / "embedder.safetensors")
    head = build_head(config, len(embedder.classes), embedder.dim)
    head.load_state_dict(safetensors.torch.load_file(folder / "head.safetensors"))
    return Run(config, embedder, head.eval(), embedder.classes, pd.read_csv(folder / "history.csv"))


def _write_run(run: Run, folder: Path) -> None:
    with whole_folder(folder) as unfinished:
        run.embedder.save(unfinished / "embedder.safetensors")
        write_whole(unfinished / "head.safetensors", safetensors.torch.save(run.head.state_dict()))
        (unfinished / "config.json").write_text(json.dumps(asdict(run.config), indent=1))
        run.history.to_csv(unfinished / "history.csv", index=False)


def _check_training_set(config: TrainConfig, images: np.ndarray, labels: Sequence[str]) -> tuple[str, ...]:
    check_images(images, config.image_size)
    if len(labels) != len(images):
        raise ValueError(f"Every image needs one label; got {len(images)} images and {len(labels)} labels.")
    if pd.isna(pd.Series(list(labels), dtype=object)).any():
        raise ValueError("Training labels may not be missing: leave unlabelled rows out of the table first.")
    classes = tuple(sorted(set(map(str, labels))))
    if len(classes) < 2:
        raise ValueError(f"Training needs at least two classes; got {list(classes)}.")
    if config.n_outputs is not None and config.n_outputs < len(classes):
        raise ValueError(f"`n_outputs` is at least the number of classes, {len(classes)}; got {config.n_outputs}.")
    return classes


def _train_epoch(objective: nn.Module, optimiser: torch.optim.Optimizer, images: np.ndarray | Tensor,
                 targets: np.ndarray, config: TrainConfig, epoch: int, process: Process, progress: bool,
                 after_step: Callable[[], None] | None) -> dict[str, float]:
    """One pass over the images; returns the mean losses, the seconds taken and the memory in use."""
    objective.train()
    if config.norm == "frozen":
        batch_norms(objective).eval()
    start = time.perf_counter()
    whole = _batches(len(images), config.batch_size, _order(config, targets, epoch), least=2 * process.count)
    mine = [np.array_split(rows, process.count)[process.index] for rows in whole]
    totals = torch.zeros(3, dtype=torch.float64, device=process.device)
    pixels = tqdm(input_batches(images, mine, process.device), f"{config.loss} epoch {epoch}/{config.epochs}",
                  len(mine), leave=False, disable=not (progress and process.main))
    for step, (x, rows, together) in enumerate(zip(pixels, mine, whole, strict=True)):
        values = objective(x, torch.from_numpy(targets[rows]).to(process.device))
        optimiser.zero_grad()
        # the mean over the processes of these is the mean over the whole batch, even if it is split unevenly
        (values[0] * (len(rows) * process.count / len(together))).backward()
        for group in optimiser.param_groups:
            group["lr"] = config.lr * _rate(config.schedule, (epoch - 1 + (step + 0.5) / len(mine)) / config.epochs)
        optimiser.step()
        if after_step is not None:
            after_step()
        totals += values.detach().double() * len(rows)  # added up where they are: reading each would stall a GPU
    sums = np.sum(process.gather([totals.cpu().numpy()]), axis=0)
    means = dict(zip(("loss", "class_loss", "consistency_loss"), (sums / len(images)).tolist(), strict=True))
    if not np.isfinite(means["loss"]):
        raise ValueError(f"The loss is no longer a number in epoch {epoch}, {means}: lower `lr` or raise `batch_size`.")
    return means | {"seconds": time.perf_counter() - start, "memory_mb": _memory_mb(process.device)}


def _order(config: TrainConfig, targets: np.ndarray, epoch: int) -> np.ndarray | None:
    """The rows of an epoch in their order; balanced, as many of each class are drawn, with replacement."""
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


def _batches(n: int, batch_size: int, order: np.ndarray | None, least: int = 2) -> list[np.ndarray]:
    """Row numbers of each batch; fewer than `least` left over join the batch before, as batch norm needs two each."""
    order = np.arange(n) if order is None else order
    starts = [start for start in range(0, n, batch_size) if start == 0 or n - start >= least]
    return np.split(order, starts[1:])


def _validate(embedder: Embedder, head: nn.Module, classes: tuple[str, ...], images: np.ndarray,
              labels: Sequence[str]) -> dict[str, float]:
    """Loss and accuracy of the head on held-out images, in evaluation mode."""
    if unknown := sorted(set(map(str, labels)) - set(classes)):
        raise ValueError(f"Validation labels {unknown} are not among the training classes {list(classes)}.")
    device = next(embedder.parameters()).device
    embeddings = torch.from_numpy(embed(embedder, images, device=str(device))).to(device)
    targets = torch.from_numpy(np.searchsorted(classes, np.asarray(labels, dtype=str))).to(device)
    with torch.inference_mode():
        head.eval()
        hits = (head.logits(embeddings).argmax(1) == targets).float().mean()
        # in strided groups of a batch's size, because some losses compare every image of a group with every other
        groups = [slice(start, None, -(-len(targets) // _VALIDATED)) for start in range(-(-len(targets) // _VALIDATED))]
        total = sum(head(embeddings[rows], targets[rows]).item() * len(targets[rows]) for rows in groups)
        return {"val_loss": total / len(targets), "val_accuracy": hits.item()}


def _memory_mb(device: torch.device) -> float:
    """MiB in use: on a GPU the most that torch has allocated so far, else what the process holds now."""
    gpu = device.type == "cuda"
    return (torch.cuda.max_memory_allocated(device) if gpu else psutil.Process().memory_info().rss) / 2**20
