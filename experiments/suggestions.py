"""Which cells should an expert label first, and next? `python -m experiments.suggestions`.

Ways of choosing are compared at equal cost: in random halves of a set, each way chooses n cells
of one half, and a classifier fitted on them is scored on the other. Labels are seen only once a
cell is chosen, so a class never met cannot be predicted and counts as missed.

suggestions.csv: the gain over cells drawn at random from the half, the mean of ten draws.
second_rounds.csv: after half of the labels, of suggested cells, what should the other half be?
The gain over random cells in the second round; and how much `harder` those of the second round
are than all cells left: how much more often the classifier of the first is wrong about them.
It is the mean over sets, those of one laboratory counting as one. Intervals are Student's t over
the halves, which share cells: they hold for these cells, not for others of a laboratory.

`bs.suggest_cells` and its settings were chosen on the sets of `CHOSEN_ON`: unchanged, with the
finer types from file names, and made uneven, as real pools are. Munich and Delhi were scored
once, with the final settings. Where subjects are named, a subject's cells stay in one half;
numbers of labels larger than a half are left out.

Results: at once, with two and three labels per class `suggest_cells` does better than chance on
all sets but Delhi, where nearly every way does worse, and two uneven ones of Bangkok; with ten it
falls below on "pbc uneven 3" and in Delhi, and a little on "pbc finer". k-means does nearly as
well.

In a second round its cells gain .065, .008, .013 and .012 (2, 3, 5 and 10 labels per class) over
random ones, as many as if all had been chosen at once, and .009 to .025 in Munich; in Delhi they
lose. Doubtful cells gain .010 less than that with two labels per class, and .005 more with five
and ten; but the classifier is wrong about them .18 to .23 more often than about all that are
left (.05 to .14 for suggested cells), so an accuracy estimated from the labels is too low.
"""

import json
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.preprocessing import normalize

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.fewshot.heads import DEFAULT_METHOD, fit_head
from bloodshot_lib.fewshot.judged_supports import JudgedSupports
from bloodshot_lib.study.results import machine
from experiments import PROJECT
from experiments.ways_of_choosing import AT_ONCE, THEN, others

RESULTS = PROJECT / "results" / "own_cells"
WAYS = (*AT_ONCE, *THEN)
SHOTS = (2, 3, 5, 10)  # labels per class, on average
HALVES, DRAWS = 40, 10
UNEVEN = {"pbc": (300, 100, 20), "bangkok": (100, 60, 40, 20, 12)}  # cells of each class
TURNS = 3  # rotations of that
FEWEST = 40  # cells of a finer type
LOOKED_AT_ONCE = {"munich": "aml_lmu", "delhi": "cnmc2019"}
CHOSEN_ON = (
    "bccd",
    "bcisc",
    "pbc",
    "pbc finer",
    *(f"pbc uneven {n + 1}" for n in range(TURNS)),
    "bangkok",
    *(f"bangkok uneven {n + 1}" for n in range(TURNS)),
)


class Cells(NamedTuple):
    """Embeddings of length 1, labels, and subjects if named."""

    Z: np.ndarray
    y: np.ndarray
    subjects: np.ndarray | None = None


def read_sets() -> dict[str, Cells]:
    sets = {}
    for name in ("bccd", "bcisc", "pbc", "bangkok", *LOOKED_AT_ONCE):
        Z, table = bs.load_embeddings(LOOKED_AT_ONCE.get(name, name))
        named = table["subject"].to_numpy(str) if (table["subject"] != "").all() else None
        sets[name] = Cells(normalize(Z), table["label"].to_numpy(str), named)
        if name == "pbc":
            types = table["path"].str.partition("_")[0]
            often = (types.map(types.value_counts()) >= FEWEST).to_numpy()
            sets["pbc finer"] = Cells(sets["pbc"].Z[often], types[often].to_numpy(str))
    for name, cells in UNEVEN.items():
        Z, y, _ = sets[name]
        rng, classes = np.random.default_rng(0), np.unique(y)
        for turn in range(TURNS):
            sizes = zip(classes, np.roll(cells, turn), strict=True)
            rows = np.concatenate(
                [rng.permutation(np.flatnonzero(y == label))[:size] for label, size in sizes]
            )
            sets[f"{name} uneven {turn + 1}"] = Cells(Z[rows], y[rows])
    return {name: sets[name] for name in (*CHOSEN_ON, *LOOKED_AT_ONCE)}


def certainties(Z: np.ndarray, y: np.ndarray, Z_new: np.ndarray) -> np.ndarray:
    """A column per class met; if that is one only, nothing is known."""
    if len(set(y)) == 1:
        return np.zeros((len(Z_new), 1))
    return JudgedSupports.fit(Z, y).predict_proba(Z_new)


def score(cells: Cells, half: np.ndarray, rows: np.ndarray) -> tuple[float, int]:
    """Balanced accuracy over all classes on the other half, and how many classes were met."""
    own, y = cells.y[half][rows], cells.y[~half]
    met, codes = np.unique(own, return_inverse=True)
    head = fit_head(DEFAULT_METHOD, cells.Z[half][rows], codes)
    right = met[head.scores(cells.Z[~half]).argmax(axis=1)] == y
    return float(np.mean([right[y == name].mean() for name in np.unique(y)])), len(met)


def score_half(cells: Cells, half: np.ndarray, number: int, n: int) -> list[dict]:
    """Every way's n cells of one half, scored on the other: a row per way."""
    Z, y, rows = cells.Z[half], cells.y[half], []
    first = bs.suggest_cells(Z, n - n // 2)
    sure, left = certainties(Z[first], y[first], Z), others(Z, first)
    wrong = np.unique(y[first])[sure.argmax(axis=1)] != y
    for way in WAYS:
        seeds = number * DRAWS + np.arange(DRAWS if "random" in way else 1)
        if way in AT_ONCE:
            picks, harder = [AT_ONCE[way](Z, n, seed) for seed in seeds], np.nan
        else:
            added = [THEN[way](Z, first, sure, n // 2, seed) for seed in seeds]
            picks = [np.concatenate([first, more]) for more in added]
            harder = np.mean([wrong[more].mean() for more in added]) - wrong[left].mean()
        accuracy, met = np.mean([score(cells, half, pick) for pick in picks], axis=0)
        rows.append(
            {
                "half": number,
                "method": way,
                "n": n,
                "balanced_accuracy": accuracy,
                "classes_found": met,
                "harder": harder,
            }
        )
    return rows


def score_set(cells: Cells, shots: tuple[int, ...], n_halves: int) -> pd.DataFrame:
    """A row per number of labels, half and way."""
    halves, rows = bs.draw_halves(cells.y, n_halves, 0, cells.subjects), []
    n_classes, room = len(np.unique(cells.y)), halves.sum(axis=1).min()
    for shot in (shot for shot in shots if shot * n_classes <= room):
        for number, half in enumerate(halves):
            made = score_half(cells, half, number, shot * n_classes)
            rows += [{"labels_per_class": shot, "classes": n_classes} | row for row in made]
    return pd.DataFrame(rows)


def gain(scores: pd.DataFrame, over: str, by: list[str]) -> pd.DataFrame:
    """The mean difference from the way `over` in the same half, and its interval."""
    same = [*by, "half"]
    chance = scores[scores["method"] == over].set_index(same)["balanced_accuracy"]
    index = pd.MultiIndex.from_frame(scores[same])
    found = scores.assign(difference=scores["balanced_accuracy"] - chance[index].to_numpy())
    found = found.groupby([*by, "method"], sort=False)["difference"]
    reach = found.sem() * stats.t.ppf(0.975, found.size() - 1)
    mean = found.mean()
    return pd.DataFrame({"difference": mean, "low": mean - reach, "high": mean + reach})


def compare(scores: pd.DataFrame) -> pd.DataFrame:
    """A row per set, way and number of labels: the gain over random cells."""
    by = ["set", "labels_per_class"]
    means = scores.groupby([*by, "method"], sort=False)
    columns = ["n", "balanced_accuracy", "classes", "classes_found"]
    found = means[columns].mean().join(gain(scores, "random", by)).reset_index()
    found["n"] = found["n"].astype(int)
    return found[["set", "method", "labels_per_class", *columns, "difference", "low", "high"]]


def second_rounds(scores: pd.DataFrame) -> pd.DataFrame:
    """A row per way and number of labels, for the mean over laboratories, Munich, and Delhi."""
    laboratory = scores["set"].str.partition(" ")[0]
    sets = laboratory.where(laboratory.isin(LOOKED_AT_ONCE), "chosen on")
    by = ["sets", "labels_per_class"]
    parts = scores.assign(laboratory=laboratory, sets=sets)
    parts = parts[parts["method"].isin(["random", "suggest_cells", *THEN])]
    of = [*by, "method", "half"]
    values = ["balanced_accuracy", "harder"]
    means = parts.groupby([*of, "laboratory"], sort=False)[values].mean()
    means = means.groupby(of, sort=False).mean().reset_index()
    harder = means.groupby([*by, "method"], sort=False)["harder"].mean()
    return gain(means, "suggest_cells, then random", by).join(harder).reset_index()


def main(
    sets: dict[str, Cells] | None = None,
    results: Path = RESULTS,
    shots: tuple[int, ...] = SHOTS,
    n_halves: int = HALVES,
) -> None:
    """Compare all ways on all sets; write the scores and their provenance."""
    started, parts = time.process_time(), []
    sets = read_sets() if sets is None else sets
    for name, cells in sets.items():
        parts.append(score_set(cells, shots, n_halves).assign(set=name))
        told = compare(parts[-1]).pivot(index="method", columns="n", values="difference")
        print(name, told.round(3), sep="\n", flush=True)
    scores = pd.concat(parts)
    second = second_rounds(scores)
    print(second.round(3).to_string())
    results.mkdir(parents=True, exist_ok=True)
    for name, frame in {"suggestions": compare(scores), "second_rounds": second}.items():
        text = frame.to_csv(index=False, float_format="%.4f")
        write_whole(results / f"{name}.csv", text.encode())
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "seconds of one core": round(time.process_time() - started),
        "halves": n_halves,
        "draws at random": DRAWS,
        "chosen on": CHOSEN_ON,
        "looked at once": tuple(LOOKED_AT_ONCE),
        "cells": {
            name: pd.Series(cells.y).value_counts().sort_index().to_dict()
            for name, cells in sets.items()
        },
    }
    write_whole(results / "suggestions.json", json.dumps(record, indent=1).encode())


if __name__ == "__main__":
    main()
