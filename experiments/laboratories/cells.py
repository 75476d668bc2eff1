"""The cells of five laboratories, under names that they share."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.data.contents import unique_files

PROFILES = {  # by laboratory; Barcelona is the source of `pbc`
    "bccd": "bccd",
    "bangkok": "bangkok",
    "bcisc": "bcisc",
    "munich": "munich_15",
}
BARCELONA = "barcelona"
LABORATORIES = (BARCELONA, *PROFILES)

# Barcelona's finer names are the first part of a file's
BARCELONAS = {
    "BNE": "band neutrophil",
    "SNE": "segmented neutrophil",
    "MMY": "metamyelocyte",
    "MY": "myelocyte",
    "PMY": "promyelocyte",
}
MUNICHS = {
    "BAS": "basophil",
    "EBO": "erythroblast",
    "EOS": "eosinophil",
    "KSC": "smudge cell",
    "LYA": "atypical lymphocyte",
    "LYT": "lymphocyte",
    "MMZ": "metamyelocyte",
    "MOB": "monoblast",
    "MON": "monocyte",
    "MYB": "myelocyte",
    "MYO": "myeloblast",
    "NGB": "band neutrophil",
    "NGS": "segmented neutrophil",
    "PMB": "bilobed promyelocyte",
    "PMO": "promyelocyte",
}
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
def read_cells(laboratory: str) -> Cells:
    """A laboratory's cells; Barcelona's without repeats."""
    if laboratory == BARCELONA:
        profile = bs.load_profile("pbc")
        table = unique_files(bs.read_image_folder(profile.data_root / profile.source.root))
        finer = bs.file_names(table).str.split("_").str[0].map(BARCELONAS)
        return Cells(table, finer.fillna(table["label"]))
    table = bs.load_profile(PROFILES[laboratory]).read_target()
    return Cells(table, table["label"].replace(MUNICHS if laboratory == "munich" else {}))


def draw_deck(
    laboratories: tuple[str, ...], n: int, share: float, seed: int
) -> tuple[pd.DataFrame, pd.Series]:
    """The cells of one epoch: `n` rows of a table in random order, and their shared names.

    Barcelona has the given share of them, the others have the rest in equal parts. Within a
    laboratory a cell is as likely as 1 / sqrt(cells of its name): rare names count for more,
    but not as much as common ones.
    """
    rng, tables, names = np.random.default_rng(seed), [], []
    others = [each for each in laboratories if each != BARCELONA]
    for laboratory in laboratories:
        cells = read_cells(laboratory)
        part = share if laboratory == BARCELONA else (1 - share) / len(others)
        if BARCELONA not in laboratories:
            part = 1 / len(others)
        weights = cells.names.map(cells.names.value_counts()).to_numpy(float) ** -0.5
        size = round(n * part)
        rows = rng.choice(len(weights), size, size > len(weights), weights / weights.sum())
        tables.append(cells.table.iloc[rows])
        names.append(cells.names.iloc[rows])
    order = rng.permutation(sum(map(len, names)))
    table, shared = pd.concat(tables, ignore_index=True), pd.concat(names, ignore_index=True)
    return table.iloc[order].reset_index(drop=True), shared.iloc[order].reset_index(drop=True)
