"""The cells of five laboratories, under names that they share."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.plots.names import CLASSES
from experiments.ladder_scores import finer_cells

PROFILES = {  # by laboratory; Barcelona is the source of `pbc`
    "bccd": "bccd",
    "bangkok": "bangkok",
    "bcisc": "bcisc",
    "munich": "munich_15",
}
BARCELONA = "barcelona"
LABORATORIES = (BARCELONA, *PROFILES)

# what names no stage: it may be any of these
COARSE = {
    "neutrophil": ("band neutrophil", "segmented neutrophil"),
    "ig": ("metamyelocyte", "myelocyte", "promyelocyte"),
}


class Cells(NamedTuple):
    """One laboratory's table, and what it calls its cells in the shared names, row by row."""

    table: pd.DataFrame
    names: pd.Series


@cache
def read_cells(laboratory: str, image_size: int = 128) -> Cells:
    """A laboratory's cells; Barcelona's without repeats, from files no smaller than is asked."""
    if laboratory == BARCELONA:
        table = finer_cells("pbc_128px" if image_size <= 128 else "pbc_192px")
        return Cells(table, table["label"])
    table = bs.load_profile(PROFILES[laboratory]).read_target()
    return Cells(table, table["label"].replace(CLASSES))  # Munich's abbreviations, in words


def draw_rows(names: pd.Series, n: int, rng: np.random.Generator) -> np.ndarray:
    """Rows of `n` cells, twice only if there are fewer.

    A cell is as likely as 1 / sqrt(cells of its name): rare names count for more, but not as much
    as common ones.
    """
    weights = names.map(names.value_counts()).to_numpy(float) ** -0.5
    return rng.choice(len(names), n, n > len(names), weights / weights.sum())


def draw_deck(
    laboratories: tuple[str, ...], n: int, share: float, seed: int, image_size: int = 128
) -> tuple[pd.DataFrame, pd.Series]:
    """The cells of one epoch: `n` rows of a table in random order, and their shared names.

    Barcelona, if it is among them, has the given share; the others have the rest in equal parts.
    """
    rng, tables, names = np.random.default_rng(seed), [], []
    share = share if BARCELONA in laboratories else 0
    rest = (1 - share) / sum(each != BARCELONA for each in laboratories)
    for laboratory in laboratories:
        cells = read_cells(laboratory, image_size)
        part = share if laboratory == BARCELONA else rest
        rows = draw_rows(cells.names, round(n * part), rng)
        tables.append(cells.table.iloc[rows])
        names.append(cells.names.iloc[rows])
    order = rng.permutation(sum(map(len, names)))
    table, shared = pd.concat(tables, ignore_index=True), pd.concat(names, ignore_index=True)
    return table.iloc[order].reset_index(drop=True), shared.iloc[order].reset_index(drop=True)
