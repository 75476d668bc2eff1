"""How well a network does in a laboratory that it has not seen."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.common.paths import artifacts_folder
from bloodshot_lib.data.contents import merge_subjects
from bloodshot_lib.data.tables import named_subjects
from bloodshot_lib.fewshot.halves import evaluate_halves

HALVES = EPISODES = 20
KS = (1, 5, 10)


class Scored(NamedTuple):
    """A set that is scored: its laboratory, profile, numbers of shots, and classes if not all."""

    laboratory: str
    profile: str
    ks: tuple[int, ...] = KS
    classes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        table = bs.load_profile(self.profile).read_target()
        return table[table["label"].isin(self.classes)] if self.classes else table


SETS = {
    "bccd": Scored("bccd", "bccd"),
    "bccd, strict": Scored("bccd", "bccd_strict", (1, 5, 8)),
    "bangkok": Scored("bangkok", "bangkok"),
    "bcisc": Scored("bcisc", "bcisc"),
    "munich": Scored("munich", "munich_15", (1, 5)),
    # a half holds ten of each of these alone
    "munich, four classes": Scored("munich", "munich_15", (10,), ("LYT", "MON", "MYO", "NGS")),
}


def embed_set(
    embedder: bs.Embedder, scored: Scored, views: int = 1
) -> tuple[np.ndarray, pd.DataFrame]:
    """The embeddings (N, dim) of a set that is scored, and its table."""
    table = scored.table
    images = bs.load_images(table, embedder.image_size)
    how = {"precision": "float32", "views": views, "cache_dir": artifacts_folder()}
    return bs.embed(embedder, images, **how), table


def score(Z: np.ndarray, table: pd.DataFrame, ks: tuple[int, ...]) -> Iterator[dict]:
    """The mean balanced accuracy at each k, in the halves and episodes that every recipe gets."""
    groups = named_subjects(merge_subjects(table))
    halves = evaluate_halves(Z, table["label"], ks, groups, HALVES, EPISODES, n_replicates=1)
    for k, means in halves.episodes.groupby("k")["balanced_accuracy"]:
        yield {"k": k, "balanced_accuracy": round(means.mean(), 4)}


def score_left_out(
    embedder: bs.Embedder, left_out: tuple[str, ...], views: int = 1
) -> pd.DataFrame:
    """A row for each set of the laboratories left out, and k."""
    rows = []
    for name, scored in SETS.items():
        if scored.laboratory in left_out:
            Z, table = embed_set(embedder, scored, views)
            rows += [{"set": name, **row} for row in score(Z, table, scored.ks)]
    return pd.DataFrame(rows).assign(views=views)
