"""What the library says about your own cells, tested on real ones:
`python -m experiments.own_cells`.

Is a certainty of .8 right in 80 of 100? Does the interval of `estimate_accuracy` contain the
accuracy on the other cells, and that of `estimate_prevalence` the true shares? Does `unlikeness`
find the cells of a class that nobody labelled? Settings were chosen on the healthy novel classes
and bccd; Munich and Delhi were looked at once, with `--all`.

Each draw halves a set (Delhi by subject), labels k cells of each class in one half, or as many
that `suggest_cells` picks, and tests on the other. Embeddings come with the package, so this
runs anywhere in minutes; results go to results/own_cells/.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
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
CHOSEN_ON, LOOKED_AT_ONCE = ("pbc", "bccd"), ("aml_lmu", "cnmc2019")
KS = (1, 2, 5, 10, 20)
DRAWS = 200
BINS = 10
MIXED = 200  # cells of a mixture whose shares are drawn
LEFT_TO_THE_EXPERT = (0.0, 0.1, 0.2, 0.3, 0.5)


class Draw:
    """One half's labelled cells, and the other half, with labels only for scoring."""

    def __init__(self, Z, y, groups, half, rows):
        self.Z, self.y, self.groups = Z[rows], y[rows], groups[rows]
        self.Z_new, self.y_new = Z[~half], y[~half]


def at_random(Z: np.ndarray, y: np.ndarray, half: np.ndarray, k: int, rng: int) -> np.ndarray:
    """The rows of k random cells of each class, all from one half."""
    pool = np.flatnonzero(half)
    return pool[bs.draw_supports(y[pool], k, 1, rng).ravel()]


def draws(
    name: str, k: int, n_draws: int, choose: Callable[..., np.ndarray] = at_random
) -> Iterator[Draw]:
    """The draws of a set; none if a class is too small for k cells in one half."""
    Z, table = bs.load_embeddings(name)
    y, subject = table["label"].to_numpy().astype(str), table["subject"].to_numpy().astype(str)
    if name == "aml_lmu":  # the report's eleven classes
        kept = ~np.isin(y, AML_RARE)
        Z, y, subject = Z[kept], y[kept], subject[kept]
    groups = np.where(subject == "", np.arange(len(y)).astype(str), subject)
    try:
        halves = bs.draw_halves(y, n_draws, 0, groups, k)
    except ValueError:
        return
    for number, half in enumerate(halves):
        yield Draw(Z, y, groups, half, choose(Z, y, half, k, number))


def suggested(Z: np.ndarray, y: np.ndarray, half: np.ndarray, k: int, rng: int) -> np.ndarray:
    """The rows that `suggest_cells` picks from one half, k for each class on average.

    Classes met only once are left out, as `estimate_accuracy` needs two cells of each.
    """
    pool = np.flatnonzero(half)
    rows = pool[bs.suggest_cells(Z[pool], min(k * len(set(y)), len(pool)), rng=rng)]
    return rows[pd.Series(y[rows]).map(pd.Series(y[rows]).value_counts()).to_numpy() > 1]


def certainty(draw: Draw) -> pd.DataFrame:
    """The surest class's probability of each new cell, and whether it was right."""
    clf = bs.FewShotClassifier().fit(draw.Z, draw.y, groups=draw.groups)
    sure = clf.predict_proba(draw.Z_new)
    right = clf.classes_[sure.argmax(axis=1)] == draw.y_new
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


def intervals(draw: Draw, rng: np.random.Generator) -> dict[str, float]:
    """Whether the intervals of accuracy and prevalence contain the truth."""
    clf = bs.FewShotClassifier().fit(draw.Z, draw.y)
    given = clf.predict(draw.Z_new)
    named = len(set(draw.groups)) < len(draw.groups)
    try:
        found = bs.estimate_accuracy(draw.Z, draw.y, draw.groups if named else None)
    except ValueError:  # a class whose labelled cells are all of one subject
        found = bs.estimate_accuracy(draw.Z, draw.y)
    now = found.expected.iloc[0]
    recall = pd.Series(given == draw.y_new).groupby(draw.y_new).mean()
    mix = dict(zip(clf.classes_, rng.dirichlet(np.ones(len(clf.classes_))), strict=True))
    weight = np.array([mix[label] for label in draw.y_new])
    weight /= pd.Series(draw.y_new).map(pd.Series(draw.y_new).value_counts()).to_numpy()
    drawn = rng.choice(len(given), MIXED, p=weight / weight.sum())
    shares = bs.estimate_prevalence(given[drawn], found).set_index("label")
    true = pd.Series(draw.y_new[drawn]).value_counts(normalize=True).reindex(shares.index).fillna(0)
    holds = (shares["low"] <= true + 1e-9) & (true <= shares["high"] + 1e-9)
    return {
        "accuracy": recall.mean(),
        "expected": now["balanced_accuracy"],
        "accuracy_held": now["low"] <= recall.mean() <= now["high"],
        "accuracy_width": now["high"] - now["low"],
        "prevalence_held": holds.mean(),
        "prevalence_width": (shares["high"] - shares["low"]).mean(),
        "prevalence_error": (shares["share"] - true).abs().mean(),
    }


def intervals_when_suggested(name: str, k: int, n_draws: int) -> pd.DataFrame:
    """The same after labelling suggested cells, for new cells of the classes that were met."""
    found, rng = [], np.random.default_rng(k)
    for draw in draws(name, k, n_draws, suggested):
        classes, met = set(draw.y_new), set(draw.y)
        if len(met) < 2:
            continue  # there is nothing to tell apart
        known = np.isin(draw.y_new, list(met))
        draw.Z_new, draw.y_new = draw.Z_new[known], draw.y_new[known]
        found.append(intervals(draw, rng) | {"classes_met": len(met) / len(classes)})
    return pd.DataFrame(found)


def unlike(draw: Draw) -> list[dict]:
    """Each class left unlabelled in turn: AUROC of `unlikeness`, shares kept and found."""
    found = []
    for left_out in np.unique(draw.y):
        known = draw.y != left_out
        if len(set(draw.y[known])) < 2:
            return []
        clf = bs.FewShotClassifier().fit(draw.Z[known], draw.y[known])
        score, new = clf.unlikeness(draw.Z_new), draw.y_new == left_out
        found.append(
            {
                "left_out": left_out,
                "auroc": roc_auc_score(new, score),
                "kept": (score[~new] <= 1).mean(),
                "found": (score[new] > 1).mean(),
            }
        )
    return found


def study(
    names: Sequence[str], n_draws: int, say: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """Every measure on every set, at each k."""
    made = {"certainty": [], "reliability": [], "intervals": [], "suggested": [], "unlike": []}
    for name in names:
        for k in KS:
            drawn = list(draws(name, k, n_draws))
            if not drawn:
                continue
            where, rng = {"set": name, "k": k}, np.random.default_rng(k)
            sure = pd.concat([certainty(draw) for draw in drawn])
            bins, error = reliability(sure)
            made["reliability"].append(bins.assign(**where))
            made["certainty"].append(pd.DataFrame([where | {"calibration_error": error}
                                                   | left_to_the_expert(sure)]))
            say(f"{name} k={k} calibration error {error:.3f}")
            if k > 1:
                rows = pd.DataFrame([intervals(draw, rng) for draw in drawn])
                made["intervals"].append(rows.mean().to_frame().T.assign(**where))
                say(made["intervals"][-1].round(3).to_string(index=False))
                rows = intervals_when_suggested(name, k, n_draws)
                made["suggested"].append(rows.mean().to_frame().T.assign(**where, draws=len(rows)))
                say(made["suggested"][-1].round(3).to_string(index=False))
            few = [row for draw in drawn[: n_draws // 4] for row in unlike(draw)]
            if few:
                means = pd.DataFrame(few).groupby("left_out").mean().reset_index()
                made["unlike"].append(means.assign(**where))
                say(f"unlike {means.mean(numeric_only=True).round(3).to_dict()}")
    return {part: pd.concat(frames, ignore_index=True) for part, frames in made.items() if frames}


def main(arguments: Sequence[str] | None = None, results: Path = RESULTS, n_draws: int = DRAWS):
    """Measure on the sets used to choose settings; with --all on all sets, and save."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.own_cells", description=main.__doc__
    )
    parser.add_argument("--all", action="store_true")
    everything = parser.parse_args(arguments).all
    names = CHOSEN_ON + LOOKED_AT_ONCE * everything
    started = time.perf_counter()
    made = study(names, n_draws, lambda line: print(line, flush=True))
    if everything:
        results.mkdir(parents=True, exist_ok=True)
        for part, frame in made.items():
            content = frame.to_csv(index=False, float_format="%.4f")
            write_whole(results / f"{part}.csv", content.encode())
        record = {
            "date": time.strftime("%Y-%m-%d"),
            **machine(),
            "draws": n_draws,
            "chosen_on": CHOSEN_ON,
            "looked_at_once": LOOKED_AT_ONCE,
            "seconds": round(time.perf_counter() - started),
        }
        write_whole(results / "provenance.json", json.dumps(record, indent=1).encode())


if __name__ == "__main__":
    main()
