"""What the library says of your own cells, tested on real ones: `python -m experiments.own_cells`.

Is a certainty of .8 right in 80 of 100? Does the accuracy to expect come out, does its interval
contain it, and do those of the shares contain the true ones? Does `unlikeness` find the cells of
a class that nobody labelled, and leave the others alone?

Each draw halves a set (Delhi by subject), labels cells of one half, and tests on the other, whose
cells are the new ones. Cells are labelled in three ways: k of each class at random; as `bloodshot
suggest` picks them, five per class on average; and then five more by `suggest --labelled`; but at
most a third of the half in a round. A class that is not met can be neither predicted nor judged:
its cells count as strangers, not as errors.

Embeddings come with the package, so this runs anywhere; results go to results/own_cells/.
Settings were chosen on healthy cells, bccd, Bangkok, BCISC and, as to how firmly the usual
temperature is held to, Munich. Delhi was not chosen on, but it was seen: it is no fresh test.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

import bloodshot_lib as bs
from bloodshot_lib.common.atomic_files import write_whole
from bloodshot_lib.data.readers.aml_lmu import AML_RARE
from bloodshot_lib.study.results import machine
from experiments import PROJECT

RESULTS = PROJECT / "results" / "own_cells"
SETS = ("pbc", "bccd", "bangkok", "bcisc", "aml_lmu", "cnmc2019")
ROUND = 5  # suggested labels per class in a round, on average
WAYS = {"random": (1, 2, 5, 10, 20), "suggested": (ROUND,), "suggested twice": (2 * ROUND,)}
DRAWS = 100
BINS = 10
MIXED = 200  # cells of a mixture whose shares are drawn
LEFT_TO_THE_EXPERT = (0.0, 0.1, 0.2, 0.3, 0.5)


class Draw:
    """Labelled cells of one half, and the other half, with labels only for scoring."""

    def __init__(self, Z, y, groups, rows, new):
        self.Z, self.y, self.groups = Z[rows], y[rows], groups[rows]
        self.Z_new, self.y_new = Z[new], y[new]
        if len(set(groups)) == len(groups):
            self.groups = None

    def without(self, label: str) -> "Draw":
        """The same, if nobody had labelled that class."""
        draw, known = object.__new__(Draw), self.y != label
        draw.Z, draw.y, draw.Z_new, draw.y_new = (
            self.Z[known],
            self.y[known],
            self.Z_new,
            self.y_new,
        )
        draw.groups = None if self.groups is None else self.groups[known]
        return draw

    def fit(self, Z_new: np.ndarray) -> bs.FewShotClassifier:
        """A classifier for new cells."""
        return bs.FewShotClassifier().fit(self.Z, self.y, Z_new, self.groups)


def cells(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings, labels and subjects; where nobody is named, each cell is its own."""
    Z, table = bs.load_embeddings(name)
    y, subject = table["label"].to_numpy().astype(str), table["subject"].to_numpy().astype(str)
    if name == "aml_lmu":  # the report's eleven classes
        kept = ~np.isin(y, AML_RARE)
        Z, y, subject = Z[kept], y[kept], subject[kept]
    return Z, y, np.where(subject == "", np.arange(len(y)).astype(str), subject)


def labelled(way: str, Z: np.ndarray, y: np.ndarray, k: int, rng: int) -> np.ndarray:
    """The rows of a half that are labelled."""
    if way == "random":
        return bs.draw_supports(y, k, 1, rng).ravel()
    n = min(ROUND * len(set(y)), len(y) // 3)
    rows = bs.suggest_cells(Z, n)
    if way == "suggested twice":
        rest = np.setdiff1d(np.arange(len(y)), rows)
        rows = np.append(rows, rest[bs.suggest_cells(Z[rest], n, Z[rows])])
    return rows


def draws(name: str, way: str, k: int, n_draws: int) -> Iterator[Draw]:
    """The draws of a set; none if a class is too small for k cells in one half."""
    Z, y, groups = cells(name)
    try:
        halves = bs.draw_halves(y, n_draws, 0, groups, k if way == "random" else 2)
    except ValueError:
        return
    for number, half in enumerate(halves):
        pool = np.flatnonzero(half)
        rows = pool[labelled(way, Z[pool], y[pool], k, number)]
        if len(set(y[rows])) > 1:
            yield Draw(Z, y, groups, rows, np.flatnonzero(~half))


def certainty(draw: Draw) -> pd.DataFrame:
    """The surest class's probability of each new cell of a class met, and whether it was right."""
    clf, met = draw.fit(draw.Z_new), np.isin(draw.y_new, draw.y)
    sure = clf.predict_proba(draw.Z_new)[met]
    right = clf.classes_[sure.argmax(axis=1)] == draw.y_new[met]
    return pd.DataFrame({"certainty": sure.max(axis=1), "right": right})


def reliability(frame: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Certainty against the share that was right, in bins; and the expected calibration error."""
    bins = np.minimum((frame["certainty"] * BINS).astype(int), BINS - 1).rename("bin")
    found = frame.groupby(bins).agg(
        certainty=("certainty", "mean"), right=("right", "mean"), share=("right", "size")
    )
    found["share"] /= len(frame)
    error = ((found["certainty"] - found["right"]).abs() * found["share"]).sum()
    return found.reset_index(), float(error)


def left_to_the_expert(frame: pd.DataFrame) -> dict[str, float]:
    """Accuracy on the remaining cells when the least certain are left to the expert."""
    ranked = frame.sort_values("certainty")["right"].to_numpy()
    return {
        f"accuracy_{share:.0%}_left": ranked[int(share * len(ranked)) :].mean()
        for share in LEFT_TO_THE_EXPERT
    }


def expect(draw: Draw, Z_new: np.ndarray) -> bs.ExpectedAccuracy | None:
    """The accuracy to expect on new cells; by cells, if too few classes have two subjects.

    None if only one class has two cells.
    """
    for groups in (draw.groups, None):
        with suppress(ValueError):
            return bs.estimate_accuracy(draw.Z, draw.y, groups, unlabelled=Z_new)
    return None


def intervals(draw: Draw, rng: np.random.Generator) -> dict[str, float]:
    """Whether what is expected of accuracy and shares came out, for cells of the classes met.

    Empty if nothing can be expected.
    """
    if (expected := expect(draw, draw.Z_new)) is None:
        return {}
    given = draw.fit(draw.Z_new).predict(draw.Z_new)
    met = np.isin(draw.y_new, draw.y)
    recall = pd.Series((given == draw.y_new)[met]).groupby(draw.y_new[met]).mean()
    now, truth = expected.expected.iloc[0], recall.mean()
    labels, supported = recall.index.to_numpy(), np.unique(draw.y)
    # a mixture of these classes in shares of which all are equally likely
    mix = dict(zip(labels, rng.dirichlet(np.ones(len(labels))), strict=True))
    weight = np.array([mix.get(label, 0) for label in draw.y_new])
    weight /= pd.Series(draw.y_new).map(pd.Series(draw.y_new).value_counts()).to_numpy()
    drawn = rng.choice(len(given), MIXED, p=weight / weight.sum())
    shares = bs.estimate_prevalence(given[drawn], expect(draw, draw.Z_new[drawn]))
    shares = shares.set_index("label")
    true = pd.Series(draw.y_new[drawn]).value_counts(normalize=True).reindex(supported).fillna(0)
    holds = (shares["low"] <= true + 1e-9) & (true <= shares["high"] + 1e-9)
    return {
        "classes_met": len(supported) / len(set(draw.y_new)),
        "labelled": len(draw.y),
        "accuracy": truth,
        "expected": now["balanced_accuracy"],
        "accuracy_held": now["low"] <= truth <= now["high"],
        "accuracy_width": now["high"] - now["low"],
        "prevalence_held": holds.mean(),
        "prevalence_width": (shares["high"] - shares["low"]).mean(),
        "prevalence_error": (shares["share"] - true).abs().mean(),
    }


def unlike(draw: Draw) -> list[dict]:
    """Marked among known cells; with each class left unlabelled in turn, found among its cells."""
    found, classes = [], np.unique(draw.y)
    for left_out in ("nobody", *classes):
        some = draw if left_out == "nobody" else draw.without(left_out)
        if len(set(some.y)) < 2:
            continue
        score = some.fit(some.Z_new).unlikeness(some.Z_new)
        new, known = draw.y_new == left_out, np.isin(draw.y_new, some.y)
        row = {"left_out": left_out, "marked": (score[known] > 1).mean()}
        if new.any():
            scored = np.concatenate([score[known], score[new]])
            row["auroc"] = roc_auc_score(np.repeat([0, 1], [known.sum(), new.sum()]), scored)
            row["found"] = (score[new] > 1).mean()
        found.append(row)
    return found


def study(n_draws: int, say: Callable[[str], None]) -> dict[str, pd.DataFrame]:
    """Every measure on every set, for each way of choosing labels and each k."""
    made = {"certainty": [], "reliability": [], "intervals": [], "unlike": []}
    asked = [(name, way, k) for name in SETS for way, ks in WAYS.items() for k in ks]
    for name, way, k in asked:
        drawn = list(draws(name, way, k, n_draws))
        if not drawn:
            continue
        where, rng = {"set": name, "labels": way, "k": k}, np.random.default_rng(k)
        sure = pd.concat([certainty(draw) for draw in drawn])
        bins, error = reliability(sure)
        made["reliability"].append(bins.assign(**where))
        row = where | {"calibration_error": error} | left_to_the_expert(sure)
        made["certainty"].append(pd.DataFrame([row]))
        say(f"{name}, {way}, k={k}: calibration error {error:.3f}")
        if k > 1:
            rows = pd.DataFrame(filter(None, (intervals(draw, rng) for draw in drawn)))
            rows = rows.astype(float)
            row = where | rows.mean().to_dict() | {"draws": len(rows)}
            made["intervals"].append(pd.DataFrame([row]))
            say(rows.mean().round(3).to_frame().T.to_string(index=False))
        few = pd.DataFrame([row for draw in drawn[: -(-n_draws // 2)] for row in unlike(draw)])
        means = few.groupby("left_out").mean().reset_index()
        made["unlike"].append(means.assign(**where))
        say(f"unlike {means.mean(numeric_only=True).round(3).to_dict()}")
    return {part: pd.concat(frames, ignore_index=True) for part, frames in made.items()}


def main(arguments: Sequence[str] | None = None, results: Path = RESULTS, n_draws: int = DRAWS):
    """Measure on all sets, and save."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.own_cells", description=main.__doc__
    )
    parser.parse_args(arguments)
    made = study(n_draws, lambda line: print(line, flush=True))
    results.mkdir(parents=True, exist_ok=True)
    for part, frame in made.items():
        content = frame.to_csv(index=False, float_format="%.4f")
        write_whole(results / f"{part}.csv", content.encode())
    record = {
        "date": time.strftime("%Y-%m-%d"),
        **machine(),
        "draws": n_draws,
        "sets": SETS,
    }
    write_whole(results / "provenance.json", json.dumps(record, indent=1).encode())


if __name__ == "__main__":
    main()
