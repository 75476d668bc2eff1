"""Are the labels wrong that `bloodshot check` names? `python -m experiments.doubtful_labels`.

In random halves of a set, cells of one half are labelled: those that `suggest_cells` picks, five
per class on average, then five more; or ten per class at random. One label in twenty is then made
wrong: turned into another class at random, or into the class that this one is most confused with
by a classifier of all the labels, on the other half. `check` names a label if another class is
`factor` times as likely, as judged by the other labels. A class that has one label cannot be
judged, and is left out; a wrong label may be lost with it.

Results: on the sets for choosing, mean over sets and ways, with `factor` 5 49 of 100 labels named
are wrong if errors are random, 36 if they are the usual confusion, and 69 and 45 of 100 errors
are found; where nothing is wrong, 2.0 of 37 labels are named. With 20 these are 74, 49, 47, 25 and
.6. That is what one expects of calibrated certainties: if one label in twenty is wrong, it is as
likely wrong as right when another class is 19 times as likely. So `check` uses 20. Cells of
Munich, where classes are many and alike, are named too often: 41 and 27 of 100 named are wrong,
and 3.0 of 57 are named where nothing is. In Delhi next to no errors are found. Naming only the
worst one, two or three brought nothing that a larger factor does not.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.study.results import machine
from experiments.suggestions import LOOKED_AT_ONCE, RESULTS, Cells, read_sets

SETS = ("bccd", "bcisc", "pbc", "pbc finer", "bangkok", *LOOKED_AT_ONCE)
PER_CLASS = 5  # labels in a round, on average
WRONG = 20  # one label in so many
HALVES = 40
FACTORS = (5, 10, 20, 50)


def labelled(Z: np.ndarray, n_classes: int, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """The rows of the cells labelled, by each way of choosing them; at most two thirds of all."""
    n = min(PER_CLASS * n_classes, len(Z) // 3)
    first = bs.suggest_cells(Z, n)
    left = np.setdiff1d(np.arange(len(Z)), first)
    yield "suggested, one round", first
    yield "suggested, two rounds", np.append(first, left[bs.suggest_cells(Z[left], n, Z[first])])
    yield "random", np.random.default_rng(seed).permutation(len(Z))[: 2 * n]


def confused_with(cells: Cells, half: np.ndarray, rows: np.ndarray) -> dict[str, str]:
    """For each class with labels, the one that its cells on the other half most often get."""
    y, new = cells.y[half][rows], cells.y[~half]
    given = bs.FewShotClassifier().fit(cells.Z[half][rows], y).predict(cells.Z[~half])
    names = np.unique(y)
    table = pd.crosstab(new, given).reindex(index=names, columns=names, fill_value=0)
    return {name: table.loc[name].drop(name).idxmax() for name in names}


def spoiled(y: np.ndarray, confused: dict[str, str] | None, rng: np.random.Generator) -> np.ndarray:
    """The labels, one in twenty made wrong: as the class is confused, or at random."""
    y, names = y.copy(), np.unique(y)
    for row in rng.permutation(len(y))[: max(1, round(len(y) / WRONG))]:
        y[row] = confused[y[row]] if confused else rng.choice(names[names != y[row]])
    return y


def odds(Z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How many times as likely as its label the likeliest class of each cell is; 0 if unjudged."""
    found = np.zeros(len(y))
    judged = pd.Series(y).map(pd.Series(y).value_counts()).to_numpy() > 1
    if len(set(y[judged])) > 1:
        verdicts = bs.estimate_accuracy(Z[judged], y[judged]).verdicts
        found[judged] = (verdicts["certainty"] / verdicts["own"]).fillna(0)
    return found


def score_set(cells: Cells, n_halves: int) -> pd.DataFrame:
    """A row per half, way of choosing, kind of error and factor: labels named, wrong, and both."""
    rows, n_classes = [], len(np.unique(cells.y))
    for number, half in enumerate(bs.draw_halves(cells.y, n_halves, 0, cells.subjects)):
        for chosen, picks in labelled(cells.Z[half], n_classes, number):
            Z, true = cells.Z[half][picks], cells.y[half][picks]
            if len(set(true)) == 1:
                continue
            confused, rng = confused_with(cells, half, picks), np.random.default_rng(number)
            given = {
                "none": true,
                "at random": spoiled(true, None, rng),
                "confused": spoiled(true, confused, rng),
            }
            for errors, y in given.items():
                likely, wrong = odds(Z, y), y != true
                rows += [
                    {
                        "chosen": chosen,
                        "errors": errors,
                        "factor": factor,
                        "labels": len(y),
                        "named": (likely >= factor).sum(),
                        "wrong": wrong.sum(),
                        "found": (wrong & (likely >= factor)).sum(),
                    }
                    for factor in FACTORS
                ]
    return pd.DataFrame(rows)


def main(
    sets: dict[str, Cells] | None = None, results: Path = RESULTS, n_halves: int = HALVES
) -> None:
    """Plant errors in all sets; write the means over halves, and their provenance."""
    if sets is None:
        everything = read_sets()
        sets = {name: everything[name] for name in SETS}
    parts, by = [], ["chosen", "errors", "factor"]
    for name, cells in sets.items():
        found = score_set(cells, n_halves).groupby(by, sort=False).mean().reset_index()
        found.insert(0, "set", name)
        found["precision"] = found["found"] / found["named"]  # of all halves together
        found["recall"] = found["found"] / found["wrong"]
        parts.append(found)
        print(found.round(2).to_string(), flush=True)
    results.mkdir(parents=True, exist_ok=True)
    frame = pd.concat(parts)
    text = frame.to_csv(index=False, float_format="%.4f")
    write_whole(results / "doubtful.csv", text.encode())
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "halves": n_halves,
        "one label wrong in": WRONG,
        "looked at once": tuple(LOOKED_AT_ONCE),
    }
    write_whole(results / "doubtful.json", json.dumps(record, indent=1).encode())


if __name__ == "__main__":
    main()
