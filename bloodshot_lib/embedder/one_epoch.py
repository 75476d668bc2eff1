"""One epoch of training: the order of its images, the steps, a check on held-out images."""

import math
import time
from collections.abc import Sequence

import numpy as np
import psutil
import torch
from torch import Tensor, nn
from tqdm import tqdm

from ..common.launched_processes import Process
from .embedding import embed
from .input_batches import input_batches
from .model import Embedder
from .recipe import TrainConfig
from .training_objective import batch_norms

_VALIDATED = 256  # images in one computation of the validation loss


class Step(nn.Module):
    """Embedder and objective as one module, so that processes can share its gradients."""

    def __init__(self, embedder: Embedder, objective: nn.Module):
        super().__init__()
        self.embedder, self.objective = embedder, objective

    def forward(self, images: Tensor, class_numbers: Tensor) -> Tensor:
        return self.objective(self.embedder, images, class_numbers)


def train_epoch(
    step: nn.Module,
    optimiser: torch.optim.Optimizer,
    images: np.ndarray | Tensor,
    class_numbers: np.ndarray,
    recipe: TrainConfig,
    epoch: int,
    process: Process,
    progress: bool = False,
) -> dict[str, float]:
    """One pass over the images; returns mean losses, seconds taken and memory in use (MiB).

    Raises ValueError if the loss becomes NaN or infinite.
    """
    step.train()
    if recipe.norm == "frozen":
        batch_norms(step).eval()
    start = time.perf_counter()
    order = np.arange(len(images))
    if recipe.shuffle:
        order = np.random.default_rng([recipe.seed, epoch]).permutation(order)
    whole = _batches(order, recipe.batch_size, least=2 * process.count)
    mine = [np.array_split(rows, process.count)[process.index] for rows in whole]
    totals = torch.zeros(3, dtype=torch.float64, device=process.device)
    batches = tqdm(
        input_batches(images, mine, process.device),
        f"{recipe.loss} epoch {epoch}/{recipe.epochs}",
        len(mine),
        leave=False,
        disable=not (progress and process.main),
    )
    for number, (x, rows, together) in enumerate(zip(batches, mine, whole, strict=True)):
        values = step(x, torch.from_numpy(class_numbers[rows]).to(process.device))
        optimiser.zero_grad()
        # makes the mean over processes the mean over a batch, even one that is split unevenly
        (values[0] * (len(rows) * process.count / len(together))).backward()
        done = (epoch - 1 + (number + 0.5) / len(mine)) / recipe.epochs
        for group in optimiser.param_groups:
            group["lr"] = recipe.lr * _rate(recipe.schedule, done)
        optimiser.step()
        # added up on the device: reading each would stall a GPU
        totals += values.detach().double() * len(rows)
    sums = np.sum(process.gather([totals.cpu().numpy()]), axis=0) / len(images)
    names = "loss", "class_loss", "consistency_loss"
    means = dict(zip(names, sums.tolist(), strict=True))
    if not np.isfinite(means["loss"]):
        raise ValueError(
            f"The loss became NaN or infinite in epoch {epoch}, {means}: lower `lr` or raise"
            " `batch_size`."
        )
    seconds = time.perf_counter() - start
    return means | {"seconds": seconds, "memory_mb": _memory_mb(process.device)}


def validate(
    embedder: Embedder,
    objective: nn.Module,
    classes: tuple[str, ...],
    images: np.ndarray,
    labels: Sequence[str],
) -> dict[str, float]:
    """Loss and accuracy on held-out images, in evaluation mode."""
    device = next(embedder.parameters()).device
    embeddings = torch.from_numpy(embed(embedder, images, device=str(device))).to(device)
    numbers = np.searchsorted(classes, np.asarray(labels, dtype=str))
    class_numbers = torch.from_numpy(numbers).to(device)
    with torch.inference_mode():
        objective.eval()
        hits = (objective.logits(embeddings).argmax(1) == class_numbers).float().mean()
        # in strided groups, because some losses compare all images of a group with each other
        n_groups = -(-len(class_numbers) // _VALIDATED)
        groups = [slice(start, None, n_groups) for start in range(n_groups)]
        losses = [
            objective.class_loss(embeddings[rows], class_numbers[rows]).item()
            * len(class_numbers[rows])
            for rows in groups
        ]
        return {"val_loss": sum(losses) / len(class_numbers), "val_accuracy": hits.item()}


def _rate(schedule: str, done: float) -> float:
    """The factor of the learning rate after a share `done` of the training, 0..1."""
    if schedule == "constant":
        return 1.0
    return done / 0.1 if done < 0.1 else (1 + math.cos(math.pi * (done - 0.1) / 0.9)) / 2


def _batches(order: np.ndarray, batch_size: int, least: int = 2) -> list[np.ndarray]:
    """The row numbers of each batch; a rest smaller than `least` joins the batch before it.

    Batch normalisation needs two images in each process.
    """
    starts = range(batch_size, len(order), batch_size)
    return np.split(order, [start for start in starts if len(order) - start >= least])


def _memory_mb(device: torch.device) -> float:
    """MiB in use: on a GPU torch's peak so far, else what the process holds now."""
    gpu = device.type == "cuda"
    return (
        torch.cuda.max_memory_allocated(device) if gpu else psutil.Process().memory_info().rss
    ) / 2**20
