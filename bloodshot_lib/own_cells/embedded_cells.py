"""A folder of cells -> their table, images and embeddings, computed once and kept."""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.launched_processes import this_process
from ..data.decoding import UnreadableImageError, unreadable_files
from ..data.images import load_images
from ..data.readers.image_folder import read_image_folder
from ..data.tables import same_content
from ..embedder.embedding import embed
from ..embedder.model import Embedder


class EmbeddedCells(NamedTuple):
    """A folder's cells: a row each in table, images and embeddings, the same order."""

    table: pd.DataFrame
    images: np.ndarray
    Z: np.ndarray
    unreadable: dict[str, str]  # left out: file and reason


class How(NamedTuple):
    """How cells become embeddings."""

    weights: str = "bloodshot-pbc-2"
    views: int = 1
    skip_unreadable: bool = False
    progress: bool = False


def kept_in() -> Path:
    """Where decoded cells and embeddings are kept between runs.

    $BLOODSHOT_ARTIFACTS, or `bloodshot` in the person's cache folder.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("BLOODSHOT_ARTIFACTS") or Path(cache) / "bloodshot").expanduser()


def embed_folder(root: str | Path, labelled: bool, subject: str | None, how: How) -> EmbeddedCells:
    """Read, decode and embed a folder; each step is found again when it was done before.

    With `how.skip_unreadable` files that are no whole image are left out and named; otherwise
    they are an error.
    """
    return embed_table(read_image_folder(root, subject, labelled), how)


def embed_table(table: pd.DataFrame, how: How) -> EmbeddedCells:
    """Decode and embed the cells of a table."""
    embedder, faults = Embedder.load(how.weights), {}
    size, folder = embedder.image_size, kept_in()
    try:
        images = load_images(table, size, folder, how.progress)
    except UnreadableImageError as error:
        if not how.skip_unreadable:
            raise UnreadableImageError(
                f"{error}\nWith --skip-unreadable the others are used, and these are listed."
            ) from error
        faults = unreadable_files(table["path"])
        if len(faults) == len(table):
            raise
        table = table[~table["path"].isin(faults)].reset_index(drop=True)
        images = load_images(table, size, folder, how.progress)
    Z = embed(embedder, images, progress=how.progress, views=how.views, cache_dir=folder)
    return EmbeddedCells(table, images, Z, faults)


def facts_of(how: How) -> dict:
    """Which weights, and how they were used, for a report."""
    embedder = Embedder.load(how.weights)
    return {
        "weights": Path(how.weights).name,
        "backbone": embedder.header["backbone"],
        "image size": f"{embedder.image_size} px",
        "views": how.views,
        "device": str(this_process().device),
    }


def copies_among(labelled: pd.DataFrame, cells: pd.DataFrame) -> pd.Series:
    """For each cell the row of a labelled file of the same content, or -1.

    Raises ValueError if copies of one file are labelled as two classes.
    """
    where = same_content(labelled, cells)
    for number, rows in where.items():
        names = labelled["label"].iloc[rows]
        if names.nunique() > 1:
            files = ", ".join(labelled["path"].iloc[rows])
            raise ValueError(
                f"One cell is labelled {' and '.join(names.unique())}: {files} have the same"
                f" content ({cells['path'].iloc[number]} too). Keep it in one class folder."
            )
    return pd.Series([where.get(n, [-1])[0] for n in range(len(cells))], dtype=int)
