"""Which part of a cell moves its verdict: cover it piece by piece, and look again."""

from collections.abc import Iterator

import numpy as np
from sklearn.base import ClassifierMixin
from tqdm import tqdm

from ..common.checks import check_choice, check_count, check_images, check_switch
from ..common.launched_processes import this_process
from .embedding import embed
from .model import Embedder

FILLS = ("mean", "background")
_AT_ONCE = 256  # covered versions of an image that are held at a time


def occlusion_maps(
    embedder: Embedder,
    classifier: ClassifierMixin,
    images: np.ndarray,
    patch: int = 16,
    stride: int = 8,
    fill: str = "mean",
    batch_size: int = 64,
    device: str = "auto",
    progress: bool = False,
    *,
    backend: str = "torch",
) -> np.ndarray:
    """How much the evidence for each image's verdict falls when a patch covers a part of it.

    `classifier`, a `FewShotClassifier` or any with `predict_proba`, is fitted on embeddings of
    this `embedder`; `images` are (N, S, S, 3), uint8, S the embedder's size. Returns maps (N,
    rows, rows), one value for each square of `stride` pixels, rows = S / `stride` rounded up. The
    evidence is the logarithm of the odds of the class given to the whole image against the
    runner-up, by `predict_proba`; 1 less evidence is odds 2.7 times worse. Above 0 the covered
    part spoke for the verdict, below 0 against it.

    - `patch`: the side of the square that is covered, in pixels, around the middle of each
      square of the map, cut at the image's edge; at least `stride`.
    - `fill`: the patch's colour, "mean", that of the whole image, or "background", the
      brightest tenth's limit in each channel. What has that colour already does not change.
    - `batch_size`, `device`, `backend`: as for `embed`; "openvino" saves most of the time here.

    It embeds (S / stride)² + 1 versions of each image, in float32. Occlusion is from Zeiler and
    Fergus (2014). A map says what the verdict would be on a picture that nobody took, which is
    no reason for the verdict on the one that was.

    Raises ValueError for a classifier without `predict_proba`, an image of another size or type,
    a patch larger than the image or smaller than the stride, an unknown fill, or embeddings of
    another width than the classifier's; NotFittedError before `fit`.
    """
    if not hasattr(classifier, "predict_proba"):
        raise ValueError(
            "`classifier` must be a FewShotClassifier, fitted on embeddings of this embedder, but"
            f" was {type(classifier).__name__}."
        )
    check_images(images, getattr(embedder, "image_size", None))
    side = images.shape[1]
    patch = check_count("patch", patch, most=side)
    stride = check_count("stride", stride, most=patch)
    check_choice("fill", fill, FILLS)
    check_switch("progress", progress)
    rows = -(-side // stride)
    maps = np.zeros((len(images), rows, rows))
    how = {"batch_size": batch_size, "device": device, "precision": "float32"}
    how["backend"] = backend
    shown = progress and this_process(device).main
    for image, drops in tqdm(
        zip(images, maps, strict=True),
        "occlude",
        len(images),
        unit="cells",
        disable=not shown,
    ):
        parts = [
            embed(embedder, covered, **how) for covered in _covered(image, patch, stride, fill)
        ]
        whole = embed(embedder, image[None], **how)
        evidence = _evidence(classifier.predict_proba(np.concatenate([whole, *parts])))
        drops[:] = (evidence[0] - evidence[1:]).reshape(rows, rows)
    return maps


def patches(side: int, patch: int, stride: int) -> list[tuple[slice, slice]]:
    """The rows and columns that each patch covers, row by row of the map."""
    before = (patch - stride) // 2
    lines = [
        slice(max(0, start - before), min(side, start - before + patch))
        for start in range(0, side, stride)
    ]
    return [(y, x) for y in lines for x in lines]


def _covered(image: np.ndarray, patch: int, stride: int, fill: str) -> Iterator[np.ndarray]:
    """The image with one patch covered after another, in blocks (n, S, S, 3)."""
    mean = fill == "mean"
    colour = image.mean(axis=(0, 1)) if mean else np.percentile(image, 90, axis=(0, 1))
    places = patches(len(image), patch, stride)
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        block = np.repeat(image[None], len(some), axis=0)
        for version, place in zip(block, some, strict=True):
            version[place] = colour.round()
        yield block


def _evidence(sure: np.ndarray) -> np.ndarray:
    """Log-odds of the first row's class against its runner-up, in every row."""
    given, runner_up = np.argsort(-sure[0], kind="stable")[:2]
    logs = np.log(np.maximum(sure, np.finfo(sure.dtype).tiny))
    return (logs[:, given] - logs[:, runner_up]).astype(float)
