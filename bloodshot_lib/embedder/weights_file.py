"""An embedder's weights on disk, read without loading a network: one safetensors file."""

import json
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy

from ..common.cache_keys import fingerprint
from ..common.paths import PACKAGE

FORMAT = "bloodshot-embedder-1"
NETWORK = "backbone.networks.{}."  # before the names of a network's tensors, if several are one
_RELEASED = PACKAGE / "weights"


def weights_file(name: str | Path) -> Path:
    """The file of the released weights of that name, or the path itself.

    Raises FileNotFoundError if there is none.
    """
    if not isinstance(name, str | Path) or not str(name):
        raise ValueError(f"Weights must be a file's path or a released name, but were {name!r}.")
    released = _released()
    path = released.get(str(name), Path(name).expanduser())
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no weights file {path}: check the path, or train and `save` first. "
            f"Released with this version: {', '.join(sorted(released))}."
        )
    return path


def read_header(name: str | Path) -> dict:
    """What the weights of that name or file say of themselves: backbone, image size, classes, ...

    Raises ValueError for a file that `Embedder.save` did not write.
    """
    header = _own_header(weights_file(name))
    for place, released in _named_networks(header):
        header["networks"][place] = read_header(released)
    return header


def _released() -> dict[str, Path]:
    files = _RELEASED.glob("*.safetensors")
    return {file.stem: file for file in files if not file.stem.startswith("finder-")}


def _named_networks(header: dict) -> list[tuple[int, str]]:
    """Which of several networks a file names instead of holding them: released ones."""
    networks, released = header.get("networks"), list(_released())
    places = enumerate(networks if isinstance(networks, list) else ())
    return [(place, each) for place, each in places if each in released]


def _own_header(path: Path) -> dict:
    try:
        with safetensors.safe_open(path, "np") as file:
            header = json.loads((file.metadata() or {}).get("bloodshot", "{}"))
    except (safetensors.SafetensorError, ValueError) as error:
        raise ValueError(
            f"{path} is not a whole safetensors file ({error}). Embedder.load reads what "
            "Embedder.save wrote, never a pickle (.pt, .pth)."
        ) from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ValueError(
            f"{path} is a safetensors file without the header {FORMAT!r}: it was not written by"
            " Embedder.save. Rebuild the network in code, load the weights, and save it."
        )
    if missing := {"backbone", "image_size"} - set(header):
        raise ValueError(
            f"{path} does not describe its network correctly (its header lacks"
            f" {', '.join(sorted(missing))}). Get the file again, or train and save it again."
        )
    return header


def read_weights(name: str | Path) -> tuple[dict, dict[str, np.ndarray]]:
    """The header, and the tensors as float32, halves included; whole numbers as they are.

    Raises ValueError for a file that `Embedder.save` did not write, that is damaged, or that
    holds weights that are NaN or infinite.
    """
    header, path = read_header(name), weights_file(name)
    try:
        tensors = safetensors.numpy.load_file(path)
        for place, released in _named_networks(_own_header(path)):
            theirs = safetensors.numpy.load_file(weights_file(released))
            tensors |= {NETWORK.format(place) + key: value for key, value in theirs.items()}
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{path} holds numbers of a kind that Embedder.save does not write ({error}). Load the"
            " weights in code, in float32, and save them."
        ) from error
    tensors = {
        name: value.astype(np.float32) if value.dtype == np.float16 else value
        for name, value in tensors.items()
    }
    if damaged := [name for name, value in tensors.items() if not np.isfinite(value).all()]:
        raise ValueError(
            f"{path} holds weights that are NaN or infinite, {damaged[0]} first. Get the file"
            " again."
        )
    return header, tensors


def arguments_in(header: dict) -> dict:
    """The arguments of `Embedder` in a header.

    Raises ValueError for those that a damaged or very old file may hold; `Embedder` knows the rest.
    """
    known = ("backbone", "image_size", "mean", "std", "drop_path", "inner", "classes", "recipe")
    arguments = {name: header[name] for name in known if name in header}
    if header.get("norm", "batch") != "batch":
        raise ValueError(f"its `norm`, {header['norm']!r}, is no longer supported")
    classes, recipe = arguments.get("classes", []), arguments.get("recipe", {})
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ValueError(f"`classes` must be a list of names, but was {classes!r}")
    if not isinstance(recipe, dict):
        raise ValueError(f"`recipe` must be a table of settings, but was {recipe!r}")
    networks = header.get("networks", [])
    if not isinstance(networks, list) or not all(isinstance(each, dict) for each in networks):
        raise ValueError(f"`networks` must be a list of headers, but was {networks!r}")
    return arguments


def weights_key(header: dict, tensors: dict[str, np.ndarray]) -> str:
    """What identifies an embedder, wherever its weights are: in a file or in memory."""
    named = sorted(tensors.items())
    return fingerprint(header, [name for name, _ in named], *(value for _, value in named))
