"""A folder of cells -> their table, images and embeddings, computed once and kept."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.paths import cache_folder
from ..data.decoding import UnreadableImageError, unreadable_files
from ..data.images import load_images
from ..data.readers.image_folder import read_image_folder
from ..data.tables import file_names
from ..embedder.embedding import embed
from ..embedder.weights_file import read_header


class EmbeddedCells(NamedTuple):
    """A folder's cells: one row each in table, images and embeddings, in the same order."""

    table: pd.DataFrame
    images: np.ndarray
    Z: np.ndarray
    unreadable: dict[str, str]  # files left out, and why


@dataclass(frozen=True)
class How:
    """How cells become embeddings."""

    weights: str = "bloodshot-pbc-2"
    views: int = 1
    skip_unreadable: bool = False
    progress: bool = False

    @cached_property
    def header(self) -> dict:
        """What the weights say of their network."""
        return read_header(self.weights)

    @property
    def facts(self) -> dict:
        """Which weights were used, and how, for a report."""
        return {
            "weights": Path(self.weights).name,
            "backbone": self.header["backbone"],
            "image size": f"{self.header['image_size']} px",
            "views": self.views,
        }


def embed_folder(root: str | Path, labelled: bool, subject: str | None, how: How) -> EmbeddedCells:
    """Read, decode and embed a folder; steps that were done before are found again.

    Cells are in the order of their names, whatever class they are in, so that a corrected label
    asks for no new embedding. With `how.skip_unreadable`, files that are not intact images are
    left out and named; otherwise they are an error.
    """
    table = read_image_folder(root, subject, labelled)
    order = file_names(table).sort_values(kind="stable").index
    return embed_table(table.loc[order].reset_index(drop=True), how)


def embed_table(table: pd.DataFrame, how: How) -> EmbeddedCells:
    """Decode and embed the cells of a table."""
    size, folder, faults = how.header["image_size"], cache_folder(), {}
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
    Z = embed(how.weights, images, progress=how.progress, views=how.views, cache_dir=folder)
    return EmbeddedCells(table, images, Z, faults)
