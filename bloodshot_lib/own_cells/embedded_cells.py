"""Cells on disk -> their table, images and embeddings, computed once and kept."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.atomic_files import write_whole
from ..common.cache_keys import code_key, fingerprint
from ..common.paths import cache_folder
from ..data.class_names import writable
from ..data.contents import content_keys
from ..data.decoding import UnreadableImageError, unreadable_files
from ..data.images import load_images
from ..data.readers.image_folder import list_image_folder
from ..data.readers.image_list import list_image_list
from ..data.tables import Listed, file_facts
from ..embedder.embedding import embed
from ..embedder.weights_file import read_header
from .image_differences import LIGHT, light
from .special_labels import present_name


class EmbeddedCells(NamedTuple):
    """Cells, one row each in table, images and embeddings, in the same order.

    - `table`: as the readers have it, with `file`, the name below the folder, `content`, `width`
      in pixels, and the colour of the `light` behind the cell.
    - `left_out`: the files that are not among them, and why.
    """

    table: pd.DataFrame
    images: np.ndarray
    Z: np.ndarray
    left_out: dict[str, str]


@dataclass(frozen=True)
class How:
    """How cells become embeddings."""

    weights: str = "bloodshot-3"
    views: int = 1
    device: str = "auto"
    skip_unreadable: bool = False
    no_cache: bool = False
    progress: bool = False
    command: str = ""  # as it was typed

    @cached_property
    def header(self) -> dict:
        """What the weights say of their network."""
        return read_header(self.weights)

    @property
    def facts(self) -> dict:
        """Which weights were used, and how, for a report."""
        return {
            "weights": writable(Path(self.weights).name),
            "backbone": self.header["backbone"],
            "image size": f"{self.header['image_size']} px",
            "views": self.views,
        }


def list_cells(
    root: Path,
    how: How,
    subject: str | None = None,
    labelled: bool = True,
    labels: Path | None = None,
    other: Path | None = None,
) -> Listed:
    """What a folder holds, or what a list of labels names in it or in another folder.

    Nothing is decoded yet. The table has `file` and `content`, as in `EmbeddedCells`. Cells are in
    the order of their names, whatever class they are in, so that a corrected label asks for no new
    embedding.
    """
    listed = list_image_list(root, labels, subject, other=other) if labels else None
    table, left_out = listed or list_image_folder(root, subject, labelled)
    folders = [folder.expanduser() for folder in (root, other) if folder]
    table["file"] = pd.Series([_below(path, folders) for path in table["path"]], dtype=object)
    try:
        keys = content_keys(table)
    except UnreadableImageError as error:  # files that may not be read
        table, faults = readable_cells(table, how, error)
        left_out, keys = {**left_out, **faults}, content_keys(table)
    table = table.assign(content=keys)
    if labelled:
        table["label"] = table["label"].map(present_name)
    in_class = labelled and labels is None
    name = table["file"].str.partition("/")[2] if in_class else table["file"]
    order = np.lexsort([table["content"], name])
    return Listed(table.iloc[order].reset_index(drop=True), left_out)


def embed_cells(listed: Listed, how: How) -> EmbeddedCells:
    """Decode and embed listed cells; steps that were done before are found again.

    With `how.skip_unreadable`, files that are not intact images are left out and named, unless
    a class had no others; otherwise they are an error.
    """
    table, left_out = listed
    size, folder = how.header["image_size"], None if how.no_cache else cache_folder()
    try:
        images = load_images(table, size, folder, how.progress)
    except UnreadableImageError as error:
        table, faults = readable_cells(table, how, error)
        left_out = {**left_out, **faults}
        images = load_images(table, size, folder, how.progress)
    settings = {"device": how.device, "progress": how.progress, "views": how.views}
    Z = embed(how.weights, images, **settings, cache_dir=folder)
    return EmbeddedCells(table.join(_looks(table, images, folder)), images, Z, left_out)


def _below(path: str, folders: Sequence[Path]) -> str:
    """The name below the first of the folders that the file is in."""
    folder = next(folder for folder in folders if PurePath(path).is_relative_to(folder))
    return writable(PurePath(path).relative_to(folder).as_posix())


def _looks(table: pd.DataFrame, images: np.ndarray, folder: Path | None) -> pd.DataFrame:
    """The images' widths in pixels and their `light`, kept as the images are."""
    if folder is None:
        return pd.DataFrame(light(images), columns=LIGHT).assign(width=file_facts(table)["width"])
    key = fingerprint(
        table["content"].tolist(), images.shape[1], code_key("data", packages=("pillow",))
    )
    kept = folder / f"looks-{key}.npy"
    if not kept.exists():
        file = io.BytesIO()
        np.save(file, _looks(table, images, None).to_numpy())
        write_whole(kept, file.getvalue())
    return pd.DataFrame(np.load(kept), columns=[*LIGHT, "width"]).astype({"width": int})


def may_be_skipped(error: UnreadableImageError) -> UnreadableImageError:
    """The error of some unreadable files, with the option that leaves them out."""
    step = "With --skip-unreadable the others are used, and these are listed."
    return UnreadableImageError(f"{error}\n{step}")


def readable_cells(table: pd.DataFrame, how: How, error: UnreadableImageError) -> Listed:
    """The cells without unreadable files, and these; `error` says that there are some."""
    if not how.skip_unreadable:
        raise may_be_skipped(error) from error
    faults = unreadable_files(table["path"])
    read = table[~table["path"].isin(faults)].reset_index(drop=True)
    if read.empty:
        raise error
    if gone := sorted(set(table["label"].dropna()) - set(read["label"].dropna())):
        files = table["path"][table["label"] == gone[0]].tolist()
        raise UnreadableImageError(
            f"None of the {len(files)} images of class {gone[0]} can be used: replace them, or"
            f" remove the class. First {files[0]}: {faults[files[0]]}"
        ) from error
    return Listed(read, {writable(path): fault for path, fault in faults.items()})
