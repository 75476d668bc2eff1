"""The rules that many public names share, each crossed with the arguments that it is about."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import torch

from tests.bad_inputs import Bad

# how an argument is spoilt: its good value ▸ a bad one; what the error says of it, and its type
Spoilt = tuple[Callable, str] | tuple[Callable, str, type[Exception]]


def _as(value: object, words: str) -> Spoilt:
    return (lambda good: value, words)


def _first(value: object) -> Callable:
    """A copy whose first value is another."""
    return lambda good: [value, *good[1:]]


def _nan(Z: np.ndarray) -> np.ndarray:
    return np.where(np.arange(Z.size).reshape(Z.shape) == 0, np.nan, Z)


COUNT = [_as(-1, "`{}` must be a whole number")]
COUNTS = [
    _as(3, "`{}` must be a list, column or array"),
    _as((), "`{}` must name at least one number"),
    _as((0,), r"`{}\[0\]` must be a whole number of at least 1, but was 0"),
]
RNG = [_as(None, "`{}` must be a whole number.*, but was None")]
NUMBER = [
    _as(float("nan"), "`{}` must be a number, but was nan"),
    _as(-1, "`{}` must (lie|be) .*, but was -1"),
]
SWITCH = [_as("no", "`{}` must be True or False, but was 'no'")]
CHOICE = [_as("loess", "`{}` must be one of .*, but was 'loess'")]
DEVICE = [_as("gpu", "`{}` must be .*but was 'gpu'")]
FOLDER = [_as(None, "`{}` must be a folder's path, but was None")]

LIST = [_as("ape", "`{}` must be a list, column or array .*, but was str 'ape'")]
GAPS = [
    (_first(None), r"1 of \d+ `{}` are missing"),
    (_first(""), r"1 of \d+ `{}` are empty strings"),
    (lambda good: [[each] for each in good], "`{}` must be a list, .* of lists"),
]
# labels, of a set of any size
TEXTS = LIST + GAPS
LENGTH = [(lambda good: good[1:], "`{}` .* but had 11 for 12")]
CLASSES = [(lambda good: good[:1].repeat(len(good)), r"at least two classes.*\['ape'\]")]
LABELS = TEXTS + LENGTH
GROUPS = [
    _as("subject", "`{}` must be a list, .*, but was str 'subject'"),
    (_first(""), "`{}` must name the subject .*, but 1 of 12 are missing or empty"),
    *LENGTH,
]
FINITE = [(_nan, "`{}` must hold finite numbers, but 1 values are not|Input [Xu].* contains NaN")]
EMBEDDINGS = [
    _as(None, "`{}` must hold embeddings, .*, but was NoneType"),
    (lambda good: good[0], r"`{}` must hold embeddings, .*, but was float32 \(4,\)"),
    *FINITE,
]
WIDTH = [(lambda good: good[:, 1:], "one embedder, but had widths (4 and 3|3 and 4)")]
SUPPORTS = [
    (lambda good: good.astype(float), r"whole numbers of shape .*, but were float64 \(3, 2, 2\)"),
    (lambda good: good[:, ::-1], "one row per class in sorted order, but these point elsewhere"),
    _as(
        [[[0], [6, 7]]],
        "whole numbers of shape .*, but were list, whose rows are of unequal length",
    ),
]
# embeddings that scikit-learn checks
NUMERIC = [(_nan, "Input {} contains NaN|`{}` must hold finite numbers")]
X = [(lambda good: good[0], "Expected 2D array, got 1D array"), *NUMERIC]

IMAGES = [(lambda good: good / 255, "`{}` must be uint8 of shape .* but was float64")]
FRAME = [_as(None, "`{}` must be a table .* but was NoneType")]
COLUMNS = [(lambda good: good[[]], "`{}` must have the columns .* but lacked")]
TABLE = FRAME + COLUMNS
ROWS = [(lambda good: good[:0], "`{}` must have at least 1 row, but had 0")]
PATHS = [
    (lambda good: good.assign(path=_first(None)(good["path"])), "every row .*, but row 0 has "),
]
ON_DISK = [
    (
        lambda good: good.assign(path=good["path"] + ".gone"),
        r"\.gone is not on disk any more",
        FileNotFoundError,
    ),
    (
        lambda good: good.assign(path=good["path"].str.rpartition("/")[0]),
        "is not a regular file: leave it out",
    ),
]
SCORES = [
    (
        lambda good: good.assign(accuracy="0.5"),
        "'accuracy' of `{}` must be a number, but was '0.5'",
    ),
    (
        lambda good: good.assign(accuracy=_first(np.nan)(good["accuracy"])),
        r"1 of \d scores of 'accuracy' in `{}` are missing or infinite",
    ),
    (lambda good: good.assign(arm=_first(None)(good["arm"])), r"1 of \d rows of `{}` have no arm"),
]

RECIPE = [_as({"epochs": 1}, "`{}` must be a TrainConfig")]
EMBEDDER = [_as(torch.nn.Identity(), "`{}` must be an Embedder.*but was Identity")]
PROFILE = [_as("demo", "`{}` must come from load_profile.*but was 'demo'")]
TENSOR = [(lambda good: good.numpy(), "`{}` must be a tensor .*, but was float32")]
PRECISION = [(lambda good: good.double(), "one precision and one device, but had torch.float64")]
NUMBERS = [
    (lambda good: good.float(), "`{}` must be a tensor .*, but was torch.float32"),
    (lambda good: good + 1, "`{}` must be class numbers, 0 to 2, but ran from 1 to 3"),
]

FEW_SHOT = {
    "Z_pool": EMBEDDINGS + WIDTH,
    "y_pool": LABELS + CLASSES,
    "Z_query": EMBEDDINGS,
    "y_query": LABELS,
}
TRAINING = {
    "recipe": RECIPE,
    "images": IMAGES,
    "labels": LABELS + CLASSES,
    "device": DEVICE,
    "progress": SWITCH,
}
HEAD = {"embeddings": TENSOR + PRECISION, "class_numbers": NUMBERS, "reduction": CHOICE}

# the arguments of each public name, and how each is spoilt; () is not, but has no default
ARGUMENTS: dict[str, dict[str, list[Spoilt] | tuple]] = {
    "AAMSoftmax": {
        "n_classes": COUNT,
        "dim": COUNT,
        "margin_deg": NUMBER,
        "scale": NUMBER,
        "monotone": SWITCH,
    },
    "AAMSoftmax.forward": HEAD,
    "AAMSoftmax.logits": {"embeddings": TENSOR, "margin_on": COUNT},
    "Embedder": {"image_size": COUNT, "drop_path": NUMBER, "inner": NUMBER},
    "FewShotClassifier": {"X": X, "y": GAPS, "unlabelled": FINITE + WIDTH, "method": CHOICE},
    "FewShotClassifier.decision_function": {"X": X},
    "FewShotClassifier.predict": {"X": X},
    "FewShotClassifier.predict_proba": {"X": X},
    "FewShotClassifier.score": {"X": X, "y": ()},
    "FewShotClassifier.unlikeness": {"X": X, "keep": NUMBER},
    "LabelDesk": {"table": TABLE, "images": LENGTH, "classes": LIST, "every": COUNT},
    "Objective": {"recipe": RECIPE, "n_classes": COUNT, "dim": COUNT},
    "SoftmaxHead": {"n_classes": COUNT, "dim": COUNT, "n_outputs": COUNT, "dropout": NUMBER},
    "SoftmaxHead.forward": HEAD,
    "SoftmaxHead.logits": {"embeddings": TENSOR},
    "cap_per_class": {"table": TABLE, "cap": COUNT, "rng": RNG},
    "classification_table": {"y_true": TEXTS, "y_pred": LABELS},
    "colour_facts": {"images": IMAGES},
    "crop_cells": {"field": (), "width": NUMBER, "side": COUNT},
    "draw_cells": {"cells": (), "n": COUNT, "rng": RNG},
    "draw_halves": {
        "labels": TEXTS + CLASSES,
        "n_halves": COUNT,
        "rng": RNG,
        "groups": GROUPS,
        "k": COUNT,
    },
    "draw_supports": {
        "labels": TEXTS + CLASSES,
        "k": COUNT,
        "n_episodes": COUNT,
        "rng": RNG,
        "groups": GROUPS,
    },
    "embed": {
        "embedder": EMBEDDER,
        "images": IMAGES,
        "batch_size": COUNT,
        "device": DEVICE,
        "progress": SWITCH,
        "precision": CHOICE,
        "backend": CHOICE,
        "views": CHOICE,
        "cache_dir": [_as(7, "`{}` must be a folder's path, but was 7")],
    },
    "estimate_accuracy": {
        "Z": FINITE,
        "y": GAPS + CLASSES,
        "groups": GROUPS,
        "method": CHOICE,
        "rng": RNG,
    },
    "estimate_prevalence": {"predicted": TEXTS, "accuracy": (), "rng": RNG},
    "Verdicts.hardest": {"n": COUNT, "n_neighbours": COUNT},
    "Verdicts.replicates": {"groups": GROUPS, "n_replicates": COUNT, "rng": RNG},
    "classify_episodes": FEW_SHOT | {"supports": SUPPORTS, "method": CHOICE},
    "compare": {
        "scores": TABLE + ROWS + SCORES,
        "metric": CHOICE,
        "to": [_as("z", "`{}` must be one of the values of 'arm': .*, but was 'z'")],
        "by": [
            _as(3, "`{}` must be the name of a column"),
            _as(["arm"], "`{}` must be one of .*but was"),
        ],
        "pairs": [
            _as((), "`{}` must be the name of a column"),
            _as("seeds", "but lacked seeds; it had arm"),
        ],
        "replicates": COLUMNS + ROWS + SCORES,
    },
    "evaluate_few_shot": FEW_SHOT | {"supports": SUPPORTS, "method": CHOICE},
    "evaluate_halves": {
        "Z": EMBEDDINGS,
        "y": LABELS + CLASSES,
        "ks": COUNTS,
        "groups": GROUPS,
        "n_halves": COUNT,
        "n_episodes": COUNT,
        "n_replicates": COUNT,
        "rng": RNG,
        "method": CHOICE,
    },
    "file_facts": {"table": TABLE + PATHS + ON_DISK},
    "file_names": {"table": TABLE + PATHS, "folders": COUNT},
    "fit_arm": {"profile": PROFILE, "arm": ()},
    "fit_or_load": TRAINING | {"artifacts": [_as(5, "`{}` must be a folder's path, but was 5")]},
    "hardest_cells": FEW_SHOT
    | {"supports": SUPPORTS, "n": COUNT, "n_neighbours": COUNT, "method": CHOICE},
    "identical_files": {"table": TABLE + PATHS + ON_DISK},
    "k_sweep": FEW_SHOT | {"ks": COUNTS, "n_episodes": COUNT, "rng": RNG, "method": CHOICE},
    "load_cells": {"profile": PROFILE, "role": (), "image_size": COUNT},
    "load_embeddings": {"name": CHOICE, "arm": CHOICE},
    "load_images": {
        "table": TABLE + ROWS + PATHS + ON_DISK,
        "size": COUNT,
        "cache_dir": [_as("", "`{}` must be a folder's path, but was ''")],
        "progress": SWITCH,
    },
    "majority_share": {"labels": TEXTS},
    "merge_subjects": {"table": TABLE + ON_DISK},
    "occlusion_maps": {
        "embedder": EMBEDDER,
        "images": IMAGES,
        "patch": COUNT,
        "stride": COUNT,
        "fill": CHOICE,
        "batch_size": COUNT,
        "device": DEVICE,
        "progress": SWITCH,
        "backend": CHOICE,
    },
    "paper_supports": {"labels": TEXTS + CLASSES, "k": COUNT, "n_episodes": COUNT, "rng": RNG},
    "pca_map": {"Z": EMBEDDINGS},
    "read_aml_lmu": {"root": FOLDER},
    "read_bccd": {"root": FOLDER, "strict": SWITCH},
    "read_cnmc2019": {"root": FOLDER, "prelim": SWITCH},
    "read_image_folder": {"root": FOLDER, "labelled": SWITCH},
    "rotate": {"degrees": TENSOR, "fill": CHOICE},
    "rotation_consistency": {"embeddings": TENSOR, "rotated_embeddings": TENSOR},
    "run_arms": {"profile": PROFILE, "ks": COUNTS},
    "run_laboratory": {"profile": PROFILE},
    "shift_images": {"images": IMAGES, "shift": CHOICE},
    "silhouette": {"Z": EMBEDDINGS, "labels": LABELS + CLASSES},
    "split_table": {"table": FRAME, "fractions": (), "rng": RNG},
    "suggest_cells": {"Z": EMBEDDINGS, "n": COUNT, "rng": RNG},
    "summarise": {
        "episodes": TABLE + ROWS + SCORES,
        "by": (),
        "replicates": COLUMNS + ROWS + SCORES,
    },
    "train": TRAINING,
    "untrained": {"recipe": RECIPE, "classes": TEXTS},
    "write_synthetic_twin": {
        "root": FOLDER,
        "source_cells": COUNT,
        "target_cells": COUNT,
        "scale": NUMBER,
        "seed": COUNT,
        "progress": SWITCH,
        "full": SWITCH,
    },
}


def _spoiling(argument: str, spoil: Callable) -> Callable:
    return lambda kit: {argument: spoil(kit.good.get(argument))}


def _crossed() -> Iterator[Bad]:
    for name, arguments in ARGUMENTS.items():
        for argument, spoilt in arguments.items():
            for spoil, words, *error in spoilt:
                words = words.replace("{}", argument)
                yield Bad(name, _spoiling(argument, spoil), words, *error)


# what Python would take for a whole number, a list or embeddings, each given once
NO_COUNTS = (2.0, "2", True, None, float("nan"), [2])
NO_LISTS = (None, dict.fromkeys("abcd", "a"), {"ape", "bee"}, pd.DataFrame({"label": ["ape"]}))
NO_EMBEDDINGS = [
    ("Z", "str 'Z'"),
    ({1: 2}, "dict"),
    ([[1], [1, 2]], "rows of unequal length|which numpy cannot read"),
    (np.ones((12, 0)), r"float64 \(12, 0\)"),
    (np.ones((0, 4)), "0"),
    (np.ones((12, 4)) * 1j, "complex128"),
    ([["a"] * 4] * 12, "<U1"),
    (pd.DataFrame({"label": ["ape"]}), "a DataFrame"),
    (torch.ones(12, 4, requires_grad=True), ".* which numpy cannot read: .*detach"),
]
ONCE = [
    *(
        Bad("draw_supports", {"k": k}, "`k` must be a whole number of at least 1")
        for k in NO_COUNTS
    ),
    *(Bad("draw_supports", {"rng": rng}, "`rng` must be a") for rng in (0.5, "0", True, -1)),
    *(
        Bad("majority_share", {"labels": labels}, "`labels` must be a list, ")
        for labels in NO_LISTS
    ),
    *(Bad("pca_map", {"Z": Z}, f"(?s)`Z` must hold .*, but .*{was}") for Z, was in NO_EMBEDDINGS),
    Bad("pca_map", {"Z": np.full((12, 4), np.inf)}, "`Z` must hold finite numbers, but 48 values"),
    Bad(
        "pca_map", {"Z": np.ma.masked_less(np.eye(12), 1)}, "`Z` must hold finite numbers, but 132"
    ),
    Bad("pca_map", lambda kit: {"Z": kit.Z[:1]}, "at least 2 of them, but held 1"),
]
CASES = [*_crossed(), *ONCE]
