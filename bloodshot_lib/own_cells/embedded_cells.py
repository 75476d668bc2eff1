"""A folder of cells -> their table, images and embeddings, computed once and kept."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.launched_processes import this_process
from ..common.paths import cache_folder
from ..data.decoding import UnreadableImageError, unreadable_files
from ..data.images import load_images
from ..data.readers.image_folder import read_image_folder
from ..data.tables import identical_files
from ..embedder.embedding import embed
from ..embedder.model import Embedder


class EmbeddedCells(NamedTuple):
    """A folder's cells: one row each in table, images and embeddings, in the same order."""

    table: pd.DataFrame
    images: np.ndarray
    Z: np.ndarray
    unreadable: dict[str, str]  # files left out, and why


@dataclass(frozen=True)
class How:
    """How cells become embeddings; the embedder is loaded when first needed."""

    weights: str = "bloodshot-pbc-2"
    views: int = 1
    skip_unreadable: bool = False
    progress: bool = False

    @cached_property
    def embedder(self) -> Embedder:
        return Embedder.load(self.weights)


def embed_folder(root: str | Path, labelled: bool, subject: str | None, how: How) -> EmbeddedCells:
    """Read, decode and embed a folder; steps that were done before are found again.

    With `how.skip_unreadable`, files that are not intact images are left out and named;
    otherwise they are an error.
    """
    return embed_table(read_image_folder(root, subject, labelled), how)


def embed_table(table: pd.DataFrame, how: How) -> EmbeddedCells:
    """Decode and embed the cells of a table."""
    embedder, folder, faults = how.embedder, cache_folder(), {}
    size = embedder.image_size
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


def without_copies(labelled: EmbeddedCells, copies: pd.DataFrame) -> EmbeddedCells:
    """One of each set of identical files with one label: copies would vouch for each other.

    `copies` are the table's `identical_files`.
    """
    extra = copies.index[copies.duplicated(["group", "label"])]
    keep = np.setdiff1d(np.arange(len(labelled.table)), extra)
    table = labelled.table.iloc[keep].reset_index(drop=True)
    return labelled._replace(table=table, images=labelled.images[keep], Z=labelled.Z[keep])


def facts_of(how: How) -> dict:
    """Which weights were used, and how, for a report."""
    return {
        "weights": Path(how.weights).name,
        "backbone": how.embedder.header["backbone"],
        "image size": f"{how.embedder.image_size} px",
        "views": how.views,
        "device": str(this_process().device),
    }


def copies_among(labelled: pd.DataFrame, cells: pd.DataFrame) -> pd.Series:
    """For each cell, the row of a labelled file with the same content, or -1.

    Raises ValueError if copies of one file are labelled as two classes.
    """
    known = pd.Series(-1, range(len(cells)))
    both = pd.concat([labelled, cells], ignore_index=True)
    for _, copies in identical_files(both).groupby("group"):
        ours = copies.index < len(labelled)
        names = copies["label"][ours].unique()
        if len(names) > 1 and not ours.all():
            raise ValueError(
                f"One cell is labelled {' and '.join(names)}: {', '.join(copies['path'][ours])}"
                f" have the same content ({copies['path'][~ours].iloc[0]} too). Keep it in one"
                " class folder."
            )
        if ours.any():
            known[copies.index[~ours] - len(labelled)] = copies.index[ours][0]
    return known
