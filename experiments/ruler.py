"""How far a ruler gets without any network: `python -m experiments.ruler`.

Each cell is measured by its area, as a share of the image, and by its mean red, green and blue.
A cell on exact black, as in Delhi, is what is not black; on a light field it is what
`cell_mask` takes for the cell in the middle: the dark region there by Otsu's threshold in green,
which may keep red cells that touch it, and loses pale cytoplasm. Nothing is learnt or tuned.

Pools, halves and supports are those that the networks meet in the same profile, and so is the
head, the linear discriminant; but it sees the measures themselves, each in units of its spread
over the pool, where the library's sees directions, which a single number does not have.

It reads every set of SETS in $BLOODSHOT_DATA, and writes results/ruler.csv, with the intervals
that `summarise` describes, and results/ruler.json; two minutes.
"""

import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.data.contents import merge_subjects
from bloodshot_lib.data.images import colour_facts
from bloodshot_lib.data.laboratory_shifts import cell_mask
from bloodshot_lib.data.tables import file_facts, named_subjects
from bloodshot_lib.fewshot.evaluation import by_shots
from bloodshot_lib.fewshot.heads import SHRINKAGE, Head, shrunk_covariance
from bloodshot_lib.fewshot.verdicts import classify_episodes
from bloodshot_lib.study.profile_parts import Episodes
from bloodshot_lib.study.results import machine
from experiments import PROJECT

HEALTHY = {"pbc": "recommended"}  # by pool and query; the others in halves
LABORATORIES = ("bccd", "bccd_strict", "bangkok", "bcisc", "munich", "munich_15", "delhi")
SETS = (*HEALTHY, *LABORATORIES)
RULERS = {"area": [0], "area and colour": [0, 1, 2, 3]}  # columns of the measures
SCORE = "balanced_accuracy"


class Set(NamedTuple):
    """Measured cells (N, 4) with labels.

    - `groups`: what may not be divided, or None if nothing is named.
    - `pool`: which cells supports are drawn from; None for a set that is cut into halves.
    - `episodes`: the profile's settings.
    """

    numbers: np.ndarray
    labels: np.ndarray
    groups: pd.Series | None
    pool: np.ndarray | None
    episodes: Episodes


def measures(images: np.ndarray) -> np.ndarray:
    """Area and mean red, green, blue of the cell in each image (N, S, S, 3), all 0 to 1: (N, 4)."""
    on_black = colour_facts(images)["border"].eq(0)
    found = np.empty((len(images), 4))
    for row, image, black in zip(found, images, on_black, strict=True):
        cell = image.any(axis=2) if black else cell_mask(image)
        row[:] = cell.mean(), *image[cell].mean(axis=0) / 255
    return found


def as_embeddings(numbers: np.ndarray) -> np.ndarray:
    """Measures (N, D) with a 1 after them, (N, D + 1): see `discriminant`."""
    return np.column_stack([numbers, np.ones(len(numbers))])


def discriminant(X: np.ndarray, codes: np.ndarray, unlabelled: np.ndarray) -> Head:
    """The library's `lda` for measures, each in units of its spread over the whole pool.

    With one cell a class, or a single measure, it is the nearest class mean. A head divides a
    cell's numbers by their length. With the 1 at their end, whose coefficient is the intercept,
    all classes' scores are divided alike, and none overtakes another.
    """
    spread = np.concatenate([X, unlabelled])[:, :-1].std(axis=0)
    spread[spread == 0] = 1
    means, variance, inner = shrunk_covariance(X[:, :-1] / spread, codes)
    coef = means
    if inner is not None:
        coef = (means - means @ inner.T @ inner) / (SHRINKAGE * variance)
    coef = np.column_stack([coef / spread, -(coef * means).sum(axis=1) / 2])
    return Head(np.zeros(coef.shape[1]), coef, np.zeros(len(coef)))


def read(name: str) -> Set:
    """A set by its name, each image at the size in which it is at hand."""
    profile = bs.load_profile(HEALTHY.get(name, name))
    if name in HEALTHY:
        parts = [bs.load_cells(profile, role) for role in ("pool", "query")]
        labels = np.concatenate([part.labels.to_numpy(dtype=str) for part in parts])
        pool = np.arange(len(labels)) < len(parts[0].labels)
        numbers = np.concatenate([measures(part.images) for part in parts])
        return Set(numbers, labels, None, pool, profile.episodes)
    table = profile.read_target()
    images = bs.load_images(table, int(file_facts(table)["width"].max()))
    labels, groups = table["label"].to_numpy(dtype=str), named_subjects(merge_subjects(table))
    return Set(measures(images), labels, groups, None, profile.episodes)


def score(cells: Set, columns: list[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Episodes and replicates of these measures at each k, as the profile's networks have them."""
    Z, y, plan = as_embeddings(cells.numbers[:, columns]), cells.labels, cells.episodes
    if cells.pool is None:
        amounts = plan.n_halves, plan.sweep_episodes
        found = bs.evaluate_halves(
            Z, y, plan.ks, cells.groups, *amounts, rng=plan.rng, method=discriminant
        )
        return found.episodes, found.replicates
    pool, query = cells.pool, ~cells.pool
    task = Z[pool], y[pool], Z[query], y[query]
    drawn = {k: bs.draw_supports(y[pool], k, plan.n_episodes, plan.rng) for k in plan.ks}
    verdicts = {k: classify_episodes(*task, drawn[k], discriminant) for k in plan.ks}
    return (
        by_shots({k: each.episodes() for k, each in verdicts.items()}),
        by_shots({k: each.replicates() for k, each in verdicts.items()}),
    )


def rows_of(name: str, cells: Set) -> pd.DataFrame:
    """A row per ruler and k: mean balanced accuracy, and the intervals of `summarise`."""
    rows = []
    for ruler, columns in RULERS.items():
        episodes, replicates = (frame[["k", SCORE]] for frame in score(cells, columns))
        rows.append(bs.summarise(episodes, "k", replicates).assign(ruler=ruler))
    names = {"set": name, "chance": 1 / len(set(cells.labels))}
    keys = ["set", "ruler", "k", "mean", "low", "high", "ci_low", "ci_high", "chance"]
    return pd.concat(rows, ignore_index=True).assign(**names)[keys]


def auroc_of_area(cells: Set) -> dict[str, float]:
    """The share of pairs in which the cell of the class named is the larger; {} if not of two."""
    first, *others = np.unique(cells.labels)
    if len(others) != 1:
        return {}
    return {str(first): round(float(roc_auc_score(cells.labels == first, cells.numbers[:, 0])), 4)}


def main(names: tuple[str, ...] = SETS, project: Path = PROJECT) -> None:
    """Measure and score every set, and write the results."""
    started, tables, facts = time.perf_counter(), [], {}
    for name in names:
        cells = read(name)
        tables.append(rows_of(name, cells))
        facts[name] = {
            "cells": len(cells.labels),
            "classes": len(set(cells.labels)),
            "groups": 0 if cells.groups is None else int(cells.groups.nunique()),
            "auroc_of_area": auroc_of_area(cells),
        }
        print(tables[-1].round(2).to_string(index=False), facts[name], flush=True)
    made_with = machine()
    made_with["versions"]["scipy"] = version("scipy")
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **made_with,
        "seconds": round(time.perf_counter() - started),
        "head": "linear discriminant of measures in units of their spread over the pool",
        "sets": facts,
    }
    table = pd.concat(tables).to_csv(index=False, float_format="%.4f")
    write_whole(project / "results" / "ruler.csv", table.encode())
    write_whole(project / "results" / "ruler.json", json.dumps(record, indent=1).encode())


if __name__ == "__main__":
    main()
