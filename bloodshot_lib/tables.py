"""What can be said and done with a table before any image is decoded: splits, caps, file facts, identical files."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image


def split_table(table: pd.DataFrame, fractions: dict[str, float], rng: int) -> pd.DataFrame:
    """Draw a random split by image and return the table in the order drawn, its `split` column filled.

    `fractions` maps split names to shares that sum to 1; each split takes `int(share * n)` rows, the last the rest.
    The order is `torch.randperm` seeded with `rng`, the one behind `torch.utils.data.random_split`, as the report uses.
    Each split's rows stay in that random order, so training without shuffling still mixes the classes.

    Raises ValueError if the shares do not sum to 1 or a split stays empty.
    """
    if abs(sum(fractions.values()) - 1) > 1e-9:
        raise ValueError(f"The shares of a split sum to 1; got {fractions}.")
    sizes = [int(share * len(table)) for share in fractions.values()]
    sizes[-1] = len(table) - sum(sizes[:-1])
    if min(sizes) < 1:
        raise ValueError(f"{len(table)} rows leave a split empty: {dict(zip(fractions, sizes, strict=True))}. "
                         "Add images or take fewer splits.")
    order = torch.randperm(len(table), generator=torch.Generator().manual_seed(rng)).numpy()
    names = np.repeat(list(fractions), sizes)
    return table.iloc[order].assign(split=names).reset_index(drop=True)


def cap_per_class(table: pd.DataFrame, cap: int, rng: int) -> pd.DataFrame:
    """Keep at most `cap` randomly drawn rows of each class, in the table's order."""
    shuffled = table.sample(frac=1, random_state=rng)
    return table.loc[shuffled.groupby("label").head(cap).index.sort_values()].reset_index(drop=True)


def file_names(table: pd.DataFrame, folders: int = 0) -> pd.Series:
    """The name of each row's file, with so many of the folders above it."""
    return table["path"].map(lambda path: "/".join(Path(path).parts[-1 - folders :]))


def file_facts(table: pd.DataFrame) -> pd.DataFrame:
    """Read each image's header: format, mode, width and height in pixels, and the file's size in bytes."""
    facts = []
    for path in table["path"]:
        with Image.open(path) as image:
            facts.append((image.format, image.mode, *image.size, Path(path).stat().st_size))
    return pd.DataFrame(facts, columns=["format", "mode", "width", "height", "bytes"], index=table.index)


def merge_subjects(table: pd.DataFrame) -> pd.Series:
    """Subjects, those that share byte-identical files under one name (the first in sorted order).

    A file under two names says that the names are one person's, or that one of them is wrong; either way their cells
    are not independent. Rows without a subject keep their empty string.
    """
    copies = identical_files(table)
    merged = {name: name for name in table["subject"]}
    for _, names in copies[copies["subject"] != ""].groupby("group")["subject"]:
        joined = {merged[name] for name in names}
        merged |= {name: min(joined) for name, now in merged.items() if now in joined}
    return table["subject"].map(merged)


def unique_files(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the first of each set of byte-identical files only."""
    copies = identical_files(table)
    return table.drop(copies.index[copies["group"].duplicated()]).reset_index(drop=True)


def identical_files(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose files are byte-identical to another row's, with a `group` number for each set of copies.

    Only files of equal size are read. Groups are numbered in the table's order.
    """
    sizes = table["path"].map(lambda path: Path(path).stat().st_size)
    same_size = table[sizes.duplicated(keep=False)]
    content = same_size["path"].map(lambda path: hashlib.sha256(Path(path).read_bytes()).hexdigest())
    copies = same_size[content.duplicated(keep=False)]
    return copies.assign(group=pd.factorize(content[copies.index])[0])
