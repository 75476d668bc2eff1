"""The inputs of a training, checked, and the key under which it is found when finished."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np

from ..common.cache_keys import code_key, fingerprint, source_key
from ..common.checks import check_classes, check_images, check_labels, kind_of
from .recipe import TrainConfig, check_recipe
from .weights_file import weights_file


def training_key(
    recipe: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None,
    objective: Callable,
) -> str:
    """A hash of everything that determines a training, except processor and number of threads.

    That is the recipe, images, labels, validation set, starting weights, code, and the source
    file of the objective.
    """
    held_out = [] if validation is None else [validation[0], list(map(str, validation[1]))]
    start = [] if recipe.init in ("random", "imagenet") else [weights_file(recipe.init)]
    ours = code_key("embedder", packages=("timm", "torch"))
    code = source_key(objective, "objective"), ours
    return fingerprint(asdict(recipe), images, list(map(str, labels)), *held_out, *start, *code)


def check_training_set(
    recipe: TrainConfig,
    images: np.ndarray,
    labels: Sequence[str],
    validation: tuple[np.ndarray, Sequence[str]] | None = None,
) -> tuple:
    """The classes in sorted order, the labels and the validation set, if all match.

    Raises ValueError as `train` does.
    """
    check_recipe(recipe)
    labels = _labels(recipe, images, labels)
    classes = classes_of(labels)
    if recipe.n_outputs is not None and recipe.n_outputs < len(classes):
        raise ValueError(
            f"`n_outputs` must be at least the number of classes, {len(classes)}, but was"
            f" {recipe.n_outputs}."
        )
    if validation is None:
        return classes, labels, None
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise ValueError(
            f"`validation` must be a pair, images and labels, but was {kind_of(validation)}."
        )
    held = _labels(recipe, *validation, "validation ")
    if unknown := sorted(set(held.tolist()) - set(classes)):
        raise ValueError(
            f"Validation labels must be among the training classes {list(classes)}, but {unknown}"
            " are not."
        )
    return classes, labels, (validation[0], held)


def classes_of(labels: np.ndarray) -> tuple[str, ...]:
    """The classes, sorted, of which there are at least two."""
    return tuple(check_classes(labels, "Training labels")[0].tolist())


def _labels(
    recipe: TrainConfig, images: np.ndarray, labels: Sequence[str], which: str = ""
) -> np.ndarray:
    """The labels as an array, checked together with their images."""
    check_images(images, recipe.image_size, f"{which}images")
    if len(images) == 0:
        raise ValueError(f"`{which}images` holds no image: check the split or label selected.")
    return check_labels(labels, f"{which}labels", len(images), "image")
