"""What a network sees in the fields of a laboratory, computed once and kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import safetensors
import safetensors.numpy
import torch
from tqdm import tqdm

from bloodshot_lib.common.atomic_files import make_folder, write_whole
from bloodshot_lib.common.cache_keys import code_key, fingerprint, source_key
from bloodshot_lib.common.paths import artifacts_folder
from bloodshot_lib.embedder.weights_file import weights_file
from bloodshot_lib.fields.field_files import open_field
from bloodshot_lib.fields.finder import CELL, Finder, as_batch
from experiments.fields.laboratories import Laboratory
from experiments.fields.lights import relit
from experiments.fields.versions import draw_version

MAPS, LEAST, SEED = 900, 4, 7


class FeatureMap(NamedTuple):
    """One version of a field.

    - `features`: (channels, h, w), float16.
    - `size`: the height and width of what was seen, in pixels, without what was added to it.
    - `boxes`: (n, 4), centre x, y, width and height of each cell, in these pixels.
    """

    field: str
    features: np.ndarray
    size: np.ndarray
    boxes: np.ndarray


def folder() -> Path:
    """Where feature maps and finders are kept."""
    return artifacts_folder() / "fields"


def kept_in(embedder: str, laboratory: Laboratory) -> Path:
    """The file of a laboratory's feature maps, named after all that they depend on."""
    cells = laboratory.fields, laboratory.boxes.to_csv(), laboratory.single
    code = [source_key(each, "code") for each in (draw_version, relit, seen)]
    network = weights_file(embedder), code_key("embedder", packages=("pillow", "timm", "torch"))
    key = fingerprint(*network, *cells, code)
    return folder() / f"{laboratory.name}-{key}.safetensors"


def feature_maps(embedder: str, laboratory: Laboratory) -> list[FeatureMap]:
    """All versions of all fields, field by field, computed or found."""
    path = kept_in(embedder, laboratory)
    if not path.is_file():
        make_folder(path.parent)
        maps = list(_computed(Finder(embedder), laboratory))
        tensors = {
            f"{number} {part}": np.ascontiguousarray(value)
            for number, each in enumerate(maps)
            for part, value in each._asdict().items()
            if part != "field"
        }
        names = {"fields": json.dumps([each.field for each in maps])}
        write_whole(path, safetensors.numpy.save(tensors, names))
    with safetensors.safe_open(path, "np") as file:
        return [
            FeatureMap(field, *(file.get_tensor(f"{n} {part}") for part in FeatureMap._fields[1:]))
            for n, field in enumerate(json.loads(file.metadata()["fields"]))
        ]


def _computed(finder: Finder, laboratory: Laboratory) -> Iterator[FeatureMap]:
    rng, scale = np.random.default_rng(SEED), CELL / laboratory.width
    versions = max(LEAST, round(MAPS / len(laboratory.fields)))
    for name in tqdm(laboratory.fields, desc=laboratory.name):
        with open_field(laboratory.folder / name) as field:
            boxes = laboratory.in_field(name)
            for number in range(versions):
                image, cells = draw_version(field, boxes, scale, number, rng, laboratory.single)
                yield FeatureMap(name, seen(finder, image), np.array(image.shape[:2]), cells)


@torch.inference_mode()
def seen(finder: Finder, image: np.ndarray) -> np.ndarray:
    """The network's feature map (channels, h, w), float16, of an image (H, W, 3), uint8."""
    return finder.features(as_batch(image))[0].half().numpy()
