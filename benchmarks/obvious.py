"""Each step done the obvious way, straight from the report's protocol.

The library's speed is measured against it.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from sklearn.metrics import balanced_accuracy_score, classification_report, roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity
from torchvision import transforms
from torchvision.transforms import InterpolationMode
from torchvision.transforms.functional import rotate

from bloodshot_lib import AAMSoftmax, Embedder


def decode(paths: list[Path], size: int = 224) -> list[torch.Tensor]:
    """One image after another: open, resize, float tensor."""
    bicubic = transforms.Resize((size, size), InterpolationMode.BICUBIC)
    to_tensor = transforms.Compose([bicubic, transforms.ToTensor()])
    return [to_tensor(Image.open(path).convert("RGB")) for path in paths]


@cache
def _embedder(backbone: str, image_size: int) -> Embedder:
    torch.manual_seed(0)
    return Embedder(backbone, image_size).eval()


def embed(
    paths: list[Path],
    backbone: str = "efficientnet_b0",
    image_size: int = 224,
    batch_size: int = 32,
) -> np.ndarray:
    """Eager, contiguous, float32: decode a batch, run the network, then the next batch."""
    embedder, parts = _embedder(backbone, image_size), []
    with torch.no_grad():
        for start in range(0, len(paths), batch_size):
            x = torch.stack(decode(paths[start : start + batch_size], image_size))
            parts.append(embedder(x).numpy())
    return np.concatenate(parts)


def evaluate(
    Z_pool: np.ndarray,
    y_pool: np.ndarray,
    Z_query: np.ndarray,
    y_query: np.ndarray,
    supports: np.ndarray,
) -> pd.DataFrame:
    """One episode after another: prototypes, then scikit-learn's similarity and report."""
    rows = []
    for episode in supports:
        prototypes = np.stack([Z_pool[chosen].mean(axis=0) for chosen in episode])
        scores = cosine_similarity(Z_query, prototypes)
        predicted = np.array(["all", "hem"])[scores.argmax(axis=1)]
        report = classification_report(y_query, predicted, output_dict=True, zero_division=0)
        rows.append(
            {
                "accuracy": report["accuracy"],
                "macro_f1": report["macro avg"]["f1-score"],
                "weighted_f1": report["weighted avg"]["f1-score"],
                "f1_all": report["all"]["f1-score"],
                "f1_hem": report["hem"]["f1-score"],
                "balanced_accuracy": balanced_accuracy_score(y_query, predicted),
                "auroc": roc_auc_score(y_query == "hem", scores[:, 1] - scores[:, 0]),
            }
        )
    return pd.DataFrame(rows)


@cache
def _training(backbone: str, image_size: int, n_classes: int) -> tuple:
    embedder = Embedder(backbone, image_size, drop_path=0.2).train()
    head = AAMSoftmax(n_classes, embedder.dim)
    return (
        embedder,
        head,
        torch.optim.Adam([*embedder.parameters(), *head.parameters()], lr=1e-3),
    )


def train(
    images: np.ndarray,
    class_numbers: np.ndarray,
    consistency: bool,
    backbone: str = "efficientnet_b0",
    batch_size: int = 32,
) -> list[float]:
    """One pass of the report's loop, contiguous, float32; returns each batch's loss.

    A Python loop rotates the images of a batch one by one.
    """
    embedder, head, optimiser = _training(backbone, images.shape[1], 11)
    losses = []
    for start in range(0, len(images), batch_size):
        rows = slice(start, start + batch_size)
        x = torch.stack([transforms.functional.to_tensor(image) for image in images[rows]])
        embeddings = embedder(x)
        loss = head(embeddings, torch.from_numpy(class_numbers[rows]))
        if consistency:
            turned = torch.stack([rotate(image, float(torch.rand(1)) * 360) for image in x])
            loss = loss + torch.nn.functional.mse_loss(embedder(turned), embeddings)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses
