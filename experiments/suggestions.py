"""Which cells should an expert label first? `python -m experiments.suggestions`.

Ways of choosing are compared at equal cost, in results/own_cells/suggestions.csv: in random
halves of a set, each way chooses n cells of one half, and a classifier fitted on them is scored
on the other. Labels are seen only once a cell is chosen, so a class never met cannot be predicted
and counts as missed. The difference is from cells drawn at random from the half, the mean of ten
draws. Its interval is Student's t over the halves, which share cells: it holds for these cells,
not for others of a laboratory.

`bs.suggest_cells` and its settings were chosen on "bccd" and the "pbc" sets: unchanged, with the
finer types from file names, and made uneven in three ways, as real pools are. Munich and Delhi
were scored once, with the final settings. Where subjects are named, a subject's cells stay in one
half; numbers of labels larger than a half are left out.

Results: with two and three labels per class `suggest_cells` does better than chance on all sets
but Delhi, where nearly every way does worse, and about as well as k-means, which loses less in
Delhi. With ten it falls below chance on "pbc uneven 3", a little on "pbc finer", and in Delhi.
Farthest first wins on two of the uneven sets and gains nothing on the unchanged "pbc".
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances
from sklearn.preprocessing import normalize

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.fewshot.selection import suggest_cells
from bloodshot_lib.study.results import machine
from experiments import PROJECT

RESULTS = PROJECT / "results" / "own_cells"
SHOTS = (2, 3, 5, 10)  # labels per class, on average
HALVES, DRAWS = 40, 10
UNEVEN = (300, 100, 20)  # cells of each class, and the two rotations of that
CHOSEN_ON = ("bccd", "pbc", "pbc finer", "pbc uneven 1", "pbc uneven 2", "pbc uneven 3")
FEWEST = 40  # cells of a finer type
LOOKED_AT_ONCE = {"munich": "aml_lmu", "delhi": "cnmc2019"}

# a half's embeddings of length 1, how many to choose, a seed, its labels -> the rows
Way = Callable[[np.ndarray, int, int, np.ndarray], np.ndarray]


class Cells(NamedTuple):
    """Embeddings of length 1, labels, and subjects if named."""

    Z: np.ndarray
    y: np.ndarray
    subjects: np.ndarray | None = None


def read_sets() -> dict[str, Cells]:
    sets = {}
    for name, stored in {"bccd": "bccd", "pbc": "pbc", **LOOKED_AT_ONCE}.items():
        Z, table = bs.load_embeddings(stored)
        named = table["subject"].to_numpy(str) if (table["subject"] != "").all() else None
        sets[name] = Cells(normalize(Z), table["label"].to_numpy(str), named)
        if name == "pbc":
            types = table["path"].str.partition("_")[0]
            often = (types.map(types.value_counts()) >= FEWEST).to_numpy()
            sets["pbc finer"] = Cells(sets["pbc"].Z[often], types[often].to_numpy(str))
    Z, y, _ = sets["pbc"]
    rng, classes = np.random.default_rng(0), np.unique(y)
    for turn in range(len(UNEVEN)):
        sizes = np.roll(UNEVEN, turn)
        rows = np.concatenate([rng.permutation(np.flatnonzero(y == name))[:size]
                               for name, size in zip(classes, sizes, strict=True)])
        sets[f"pbc uneven {turn + 1}"] = Cells(Z[rows], y[rows])
    return {name: sets[name] for name in (*CHOSEN_ON, *LOOKED_AT_ONCE)}


def at_random(Z: np.ndarray, n: int, number: int, y: np.ndarray) -> np.ndarray:
    return np.random.default_rng(number).permutation(len(Z))[:n]


def k_means(Z: np.ndarray, n: int, number: int, y: np.ndarray) -> np.ndarray:
    """The cell nearest each centre."""
    centres = KMeans(n, n_init=5, random_state=number).fit(Z).cluster_centers_
    far, chosen = pairwise_distances(centres, Z), []
    for row in far:
        row[chosen] = np.inf
        chosen.append(int(row.argmin()))
    return np.array(chosen)


def farthest_first(Z: np.ndarray, n: int, number: int, y: np.ndarray) -> np.ndarray:
    """Starting from the middle, each time the cell farthest from those chosen (k-centre)."""
    chosen = [int(((Z - Z.mean(axis=0)) ** 2).sum(axis=1).argmin())]
    while len(chosen) < n:
        chosen.append(int(pairwise_distances(Z, Z[chosen]).min(axis=1).argmax()))
    return np.array(chosen)


def typiclust(Z: np.ndarray, n: int, number: int, y: np.ndarray) -> np.ndarray:
    """The cell of each k-means cluster that is nearest to its neighbours.

    It has 20 neighbours, or half of a smaller cluster (Hacohen et al. 2022).
    """
    clusters, chosen = KMeans(n, n_init=5, random_state=number).fit_predict(Z), []
    for cluster in range(n):
        cells = np.flatnonzero(clusters == cluster)
        k = min(20, max(len(cells) // 2, 1))
        far = np.sort(pairwise_distances(Z[cells]), axis=1)[:, 1 : k + 1].sum(axis=1)
        chosen.append(cells[far.argmin()])
    return np.array(chosen)


def probcover(Z: np.ndarray, n: int, number: int, y: np.ndarray) -> np.ndarray:
    """The most cells within a radius of those chosen (Yehuda et al. 2022).

    A fifth of all distances are below the radius: of three tried on bccd and pbc, it was the
    best with two and three labels per class.
    """
    far = pairwise_distances(Z)
    near = far <= np.quantile(far[np.triu_indices(len(far), 1)], 0.2)
    bare, chosen = np.ones(len(Z), bool), []
    for _ in range(n):
        gain = near[:, bare].sum(axis=1)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        bare &= ~near[chosen[-1]]
    return np.array(chosen)


def facility_location(Z: np.ndarray, n: int, number: int, y: np.ndarray) -> np.ndarray:
    """Each time the cell that brings all cells closest to a chosen one, by cosine, greedily."""
    alike = Z @ Z.T
    best, chosen = np.full(len(Z), -1.0), []
    for _ in range(n):
        gain = np.maximum(alike - best[:, None], 0).sum(axis=0)
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        best = np.maximum(best, alike[:, chosen[-1]])
    return np.array(chosen)


def suggested(*shares: float) -> Way:
    """`bs.suggest_cells` in rounds, each up to its share of the labels."""

    def way(Z: np.ndarray, n: int, number: int, y: np.ndarray) -> np.ndarray:
        done = np.empty(0, int)
        for share in (*shares, 1):
            left = np.setdiff1d(np.arange(len(Z)), done)
            known = (Z[done], y[done]) if len(done) else (None, None)
            new = suggest_cells(Z[left], round(share * n) - len(done), *known)
            done = np.concatenate([done, left[new]])
        return done

    return way


WAYS: dict[str, Way] = {
    "random": at_random,
    "k-means": k_means,
    "farthest first": farthest_first,
    "TypiClust": typiclust,
    "ProbCover": probcover,
    "facility location": facility_location,
    "suggest_cells": suggested(),
    "suggest_cells, two rounds": suggested(1 / 2),
    "suggest_cells, three rounds": suggested(1 / 4, 1 / 2),
}


def score(cells: Cells, half: np.ndarray, rows: np.ndarray) -> tuple[float, int]:
    """Balanced accuracy over all classes on the other half, and how many classes were met."""
    y_labelled = cells.y[half][rows]
    met = np.unique(y_labelled)
    given = np.repeat(met[:1], (~half).sum())
    if len(met) > 1:
        classifier = bs.FewShotClassifier().fit(cells.Z[half][rows], y_labelled)
        given = classifier.predict(cells.Z[~half])
    right, y = given == cells.y[~half], cells.y[~half]
    return float(np.mean([right[y == name].mean() for name in np.unique(y)])), len(met)


def compare(
    name: str, cells: Cells, ways: dict[str, Way], shots: tuple[int, ...], n_halves: int
) -> pd.DataFrame:
    """A row per way and number of labels of a set."""
    halves, rows = bs.draw_halves(cells.y, n_halves, 0, cells.subjects), []
    n_classes, room = len(np.unique(cells.y)), halves.sum(axis=1).min()
    for shot in (shot for shot in shots if shot * n_classes <= room):
        n, by_chance = shot * n_classes, None
        for way, choose in ways.items():
            seeds = np.arange(len(halves) * DRAWS).reshape(len(halves), DRAWS)
            seeds = seeds if way == "random" else seeds[:, :1]
            made = [[score(cells, half, choose(cells.Z[half], n, seed, cells.y[half]))
                     for seed in own] for half, own in zip(halves, seeds, strict=True)]
            accuracy, met = np.mean(made, axis=1).T
            by_chance = accuracy if by_chance is None else by_chance
            difference = accuracy - by_chance
            reach = stats.t.ppf(0.975, n_halves - 1) * stats.sem(difference)
            rows.append({
                "set": name, "method": way, "labels_per_class": shot, "n": n,
                "balanced_accuracy": accuracy.mean(), "classes": n_classes,
                "classes_found": met.mean(), "difference": difference.mean(),
                "low": difference.mean() - reach, "high": difference.mean() + reach,
            })
    return pd.DataFrame(rows)


def main(
    sets: dict[str, Cells] | None = None,
    results: Path = RESULTS,
    ways: dict[str, Way] = WAYS,
    shots: tuple[int, ...] = SHOTS,
    n_halves: int = HALVES,
) -> None:
    """Compare all ways, "random" first, on all sets; write the scores and their provenance."""
    sets, parts = read_sets() if sets is None else sets, []
    for name, cells in sets.items():
        parts.append(compare(name, cells, ways, shots, n_halves))
        told = parts[-1].pivot(index="method", columns="n", values="difference")
        print(name, told.round(3), sep="\n", flush=True)
    results.mkdir(parents=True, exist_ok=True)
    frame = pd.concat(parts).to_csv(index=False, float_format="%.4f")
    write_whole(results / "suggestions.csv", frame.encode())
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "halves": n_halves,
        "draws at random": DRAWS,
        "chosen on": CHOSEN_ON,
        "looked at once": tuple(LOOKED_AT_ONCE),
        "cells": {name: pd.Series(cells.y).value_counts().sort_index().to_dict()
                  for name, cells in sets.items()},
    }
    write_whole(results / "suggestions.json", json.dumps(record, indent=1).encode())


if __name__ == "__main__":
    main()
