"""A table, before any image is decoded: splits, caps, names and facts of its files."""

import os
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.checks import check_count, check_labels, check_number, check_table
from .class_names import writable
from .decoding import opened, quiet_pillow
from .folder_contents import paths_of, state

_SEEDS = 2**32 - 1  # the largest that pandas and torch both accept


class Listed(NamedTuple):
    """The table of what a reader found, and {path: reason} of what it left out."""

    table: pd.DataFrame
    left_out: dict[str, str]


def table_of(rows: list[tuple]) -> pd.DataFrame:
    """The table of a reader's rows: path, label, subject and split of each image."""
    table = pd.DataFrame(rows, columns=["path", "label", "subject", "split"])
    return table.assign(path=table["path"].map(str))


def split_table(table: pd.DataFrame, fractions: dict[str, float], rng: int) -> pd.DataFrame:
    """Split a table at random by image; returns it in the order drawn, `split` filled in.

    - `fractions`: maps split names to shares that sum to 1; each split takes `int(share * n)`
      rows, the last one the rest.
    - `rng`: the seed of `torch.randperm`, which `torch.utils.data.random_split` uses, and so
      the report.

    The rows of a split stay in random order, so training without shuffling still mixes the
    classes.

    Raises ValueError if the shares do not sum to 1 or a split would be empty.
    """
    check_table(table, columns=())
    check_fractions("fractions", fractions)
    seed = check_count("rng", rng, least=0, most=_SEEDS)
    sizes = [int(share * len(table)) for share in fractions.values()]
    sizes[-1] = len(table) - sum(sizes[:-1])
    if min(sizes) < 1:
        raise ValueError(
            f"{len(table)} rows leave a split empty: {dict(zip(fractions, sizes, strict=True))}."
        )
    import torch  # here, because it imports slowly

    order = torch.randperm(len(table), generator=torch.Generator().manual_seed(seed)).numpy()
    names = np.repeat(list(fractions), sizes)
    return table.iloc[order].assign(split=names).reset_index(drop=True)


def check_fractions(name: str, fractions: object) -> None:
    """Raise ValueError unless names of splits come with shares that sum to 1."""
    named = isinstance(fractions, dict) and all(isinstance(n, str) and n for n in fractions)
    if not named or not fractions:
        raise ValueError(
            f"`{name}` must map the name of each split to its share, but was {fractions!r}."
        )
    for split, share in fractions.items():
        check_number(f"{name}[{split!r}]", share, above=0, most=1)
    if abs(sum(fractions.values()) - 1) > 1e-9:
        raise ValueError(f"The shares of `{name}` must sum to 1, but were {fractions}.")


def cap_per_class(table: pd.DataFrame, cap: int, rng: int) -> pd.DataFrame:
    """Keep at most `cap` randomly drawn rows of each class, in the table's order.

    A row without a label is an error: it would belong to no class and vanish.
    """
    check_table(table, columns=("label",))
    labels = check_labels(table["label"], "label")
    cap = check_count("cap", cap)
    if not isinstance(rng, np.random.Generator):
        check_count("rng", rng, least=0, most=_SEEDS)
    # by position, because indices may repeat
    shuffled = pd.Series(labels).sample(frac=1, random_state=rng)
    kept = shuffled.groupby(shuffled.to_numpy()).head(cap).index.sort_values()
    return table.iloc[kept].reset_index(drop=True)


def file_names(table: pd.DataFrame, folders: int = 0) -> pd.Series:
    """The name of each row's file, with `folders` of the folders above it.

    Names can be printed and written: bytes that are no text become escapes, such as \\udce4.
    """
    last = 1 + check_count("folders", folders, least=0)
    names = [writable("/".join(path.split(os.sep)[-last:])) for path in paths_of(table)]
    return pd.Series(names, index=table.index, name="path")


@quiet_pillow()
def file_facts(table: pd.DataFrame) -> pd.DataFrame:
    """Read each image's header: a row per image, nothing decoded.

    Columns: `format`, `mode`, `width` and `height` in pixels, and `bytes`, the file's size.

    Raises FileNotFoundError, naming the file, if it is gone, UnreadableImageError if it is not an
    image or may not be read (permission denied).
    """
    facts = []
    for path in paths_of(table):
        size = state(path).st_size
        with opened(path) as image:
            facts.append((image.format, image.mode, *image.size, size))
    return pd.DataFrame(
        facts, columns=["format", "mode", "width", "height", "bytes"], index=table.index
    )


def named_subjects(subjects: pd.Series) -> pd.Series | None:
    """The subjects of a table's cells, or None if nobody is named."""
    return None if (subjects == "").all() else subjects
