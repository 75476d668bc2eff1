"""Cells to name next: those most worth it, or a random draw to test a result with."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ..data.contents import unique_files
from ..data.decoding import UnreadableImageError
from ..data.images import load_images
from ..data.tables import Listed
from ..fewshot.selection import suggest_cells
from .copies import refuse_contradictions, tell_copies
from .embedded_cells import How, embed_cells, readable_cells
from .labelled_cells import embed_labelled
from .pictures import LARGE

_SEED = 0

# the cells in the order suggested, their images, files left out, and of how many they are
Suggested = tuple[pd.DataFrame, np.ndarray, dict[str, str], int]


def most_useful(found: Listed, known: Listed | None, n: int, how: How) -> Suggested:
    """The cells most worth labelling, of those found that are not known."""
    labelled = known and embed_labelled(known, how)
    new = embed_cells(found, how)
    rows, named = np.arange(len(new.Z)), None
    if labelled:
        rows, named = np.flatnonzero(replace(labelled, new=new).known < 0), labelled.cells.Z
    _check_enough(n, len(rows))
    chosen = rows[suggest_cells(new.Z[rows], n, named)]
    left_out = {**(labelled.cells.left_out if labelled else {}), **new.left_out}
    return new.table.iloc[chosen], new.images[chosen], left_out, len(rows)


def random_draw(found: Listed, known: Listed | None, n: int, how: How) -> Suggested:
    """Cells found that are not known, each as likely as any other; no network is needed.

    The same cells give the same draw. Copies of one file are one cell. Only the cells drawn are
    decoded, unless one of them is unreadable.
    """
    if known:
        refuse_contradictions(tell_copies(known.table)[2])
    own = [] if known is None else known.table["content"]
    left_out, free = found.left_out, found.table[~found.table["content"].isin(own)]
    shuffled = unique_files(free).sample(frac=1, random_state=_SEED)
    _check_enough(n, len(shuffled))
    try:
        images = load_images(shuffled[:n], LARGE)
    except UnreadableImageError as error:
        shuffled, faults = readable_cells(shuffled, how, error)
        _check_enough(n, len(shuffled))
        images, left_out = load_images(shuffled[:n], LARGE), {**left_out, **faults}
    return shuffled[:n], images, left_out, len(shuffled)


def _check_enough(n: int, cells: int) -> None:
    if n > cells:
        raise ValueError(
            f"-n must be at most {cells}, the number of cells without a label, but was {n}."
        )
