"""A handful of labels -> the accuracy to expect from it, and the classes it confuses."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import softmax

from ..common.checks import check_count, check_embeddings, check_labels
from .heads import DEFAULT_METHOD, Method, check_method
from .held_out import HeldOut
from .judged_supports import JudgedSupports
from .supports import check_groups

_DRAWS = 4000
# measured on real cells (experiments/own_cells.py): a held-out cell tells .7 as much about
# accuracy as a fresh one, because nearly the same supports judge them all; a class is more often
# recognised than not;
_WORTH, _RIGHT, _WRONG = 0.7, 1.0, 0.25
# and doubling the labels removes 5 to 25 of 100 errors, 15 on average
_ERRORS_LEFT = (0.75, 0.95)


class ExpectedAccuracy(NamedTuple):
    """What `estimate_accuracy` returns.

    - `expected`: two rows, "now" and "twice as many": `per_class` (labelled cells per class, on
      average), `balanced_accuracy`, and `low` and `high`, its 95 % interval.
    - `confusion`: a row per true class (`label`) and class given (`predicted`): `share`, the
      mean share of the class's cells, 0 to 1; `cells`, how many were judged.
    - `verdicts`: a row per labelled cell, in the same order: `label`, and, when held out,
      `predicted` with its `certainty`, and `own`, the certainty of its label. Cells that could
      not be judged have None and NaN.
    """

    expected: pd.DataFrame
    confusion: pd.DataFrame
    verdicts: pd.DataFrame

    @property
    def shares(self) -> pd.DataFrame:
        """The confusion's shares, a row per true class and a column per class given."""
        return self.confusion.pivot(index="label", columns="predicted", values="share")


def estimate_accuracy(
    Z: np.ndarray,
    y: Sequence[str],
    groups: Sequence[str] | None = None,
    method: Method = DEFAULT_METHOD,
    rng: int = 0,
) -> ExpectedAccuracy:
    """Estimate from labelled embeddings (N, D) how well a classifier fitted on them will do.

    Each cell is judged by the others, with one cell of every class left out at a time (see
    `bloodshot_lib.fewshot.held_out`), or with `groups` (subjects, slides) all cells of a group.
    The interval is that of the mean of Beta distributions, one per class, with prior Beta(1,
    1/4); a held-out cell counts as .7 of a cell. It covered the truth on the real sets it was
    tuned on, and less often on two smaller ones. It is for further cells of the same classes
    from the same microscope, labelled in the same way.
    Cells chosen as typical or doubtful are not a random draw, and shift it.

    "Twice as many" assumes the effect of doubling on the book's real sets: 5 to 25 of 100
    errors fewer, 15 on average. "Now" assumes it too, because the judges have one label per
    class fewer.

    Raises ValueError if there is only one class, or only one labelled cell, or group, of a
    class: it cannot be judged.
    """
    Z, y = check_embeddings(Z), check_labels(y, "y", len(Z))
    check_method(method)
    groups = None if groups is None else check_groups(groups, len(y))
    supports = JudgedSupports.fit(Z, y, method, groups)
    supports.rng = check_count("rng", rng, least=0)
    return expected_accuracy(supports)


def expected_accuracy(supports: JudgedSupports) -> ExpectedAccuracy:
    """`estimate_accuracy` of supports that are judged once for all."""
    classes, codes, rng = supports.classes, supports.codes, supports.rng
    _check_judgeable(classes, codes, supports.groups)
    held_out = supports.held_out
    shares, judged = _shares(held_out, codes)
    if not judged.all():
        raise ValueError(
            f"Class {str(classes[judged == 0][0])!r} cannot be judged: its groups happen to be left"
            " out together. Pass another `rng`, or label cells of more groups."
        )
    per_class = len(codes) / len(classes)
    one_more = np.mean(_ERRORS_LEFT) ** np.log2(per_class / max(per_class - 1, 1))
    right = 1 - one_more * (1 - np.diag(shares))
    draws = _recall_draws(right, _WORTH * judged, np.random.default_rng([rng, 1]))
    left = np.random.default_rng([rng, 2]).uniform(*_ERRORS_LEFT, len(draws))
    twice = 1 - (1 - right.mean()) * np.mean(_ERRORS_LEFT), 1 - (1 - draws) * left
    expected = pd.DataFrame(
        [
            _row("now", per_class, right.mean(), draws),
            _row("twice as many", 2 * per_class, *twice),
        ]
    )
    pairs = [(actual, guess) for actual in classes for guess in classes]
    confusion = pd.DataFrame(pairs, columns=["label", "predicted"])
    confusion = confusion.assign(share=shares.ravel(), cells=np.repeat(judged, len(classes)))
    return ExpectedAccuracy(expected, confusion, _verdicts(supports))


def _check_judgeable(classes: np.ndarray, codes: np.ndarray, groups: np.ndarray | None) -> None:
    for code, name in enumerate(classes):
        own = np.flatnonzero(codes == code)
        if len(own) == 1:
            raise ValueError(
                f"A class is judged by leaving cells out; class {str(name)!r} has one. Label a"
                " second cell."
            )
        if groups is not None and len(set(groups[own])) == 1:
            raise ValueError(
                f"With `groups` a class is judged by leaving groups out; all {len(own)} cells of"
                f" class {str(name)!r} are of {str(groups[own][0])!r}. Label cells of a second"
                " group, or omit `groups`: the estimate is then for cells of the same subjects."
            )


def _shares(held_out: HeldOut, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each class's shares of verdicts, (C, C), and how many of its cells were judged, (C,)."""
    n_classes = held_out.scores.shape[1]
    counts = np.zeros((n_classes, n_classes))
    given = held_out.scores.argmax(axis=1)
    np.add.at(counts, (codes[held_out.rows], given), held_out.weights)
    judged = counts.sum(axis=1)
    return counts / np.maximum(judged, 1)[:, None], judged.round().astype(int)


def _recall_draws(right: np.ndarray, cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draws of balanced accuracy, given the share that is right in each class and its cells."""
    ends = _RIGHT + cells * right, _WRONG + cells * (1 - right)
    return rng.beta(*ends, (_DRAWS, len(right))).mean(axis=1)


def _row(labels: str, per_class: float, mean: float, draws: np.ndarray) -> dict:
    low, high = np.quantile(draws, [0.025, 0.975])
    facts = {"labels": labels, "per_class": per_class, "balanced_accuracy": mean}
    # the prior pulls the draws, but an interval includes its own estimate
    return {**facts, "low": min(low, mean), "high": max(high, mean)}


def _verdicts(supports: JudgedSupports) -> pd.DataFrame:
    """What each cell was taken for when held out, and how sure that was."""
    held_out, codes, classes = supports.held_out, supports.codes, supports.classes
    sure = np.zeros((len(codes), len(classes)))
    shares = softmax(supports.temperature * held_out.scores, axis=1)
    np.add.at(sure, held_out.rows, held_out.weights[:, None] * shares)
    judged = sure.any(axis=1)
    predicted = np.where(judged, classes[sure.argmax(axis=1)].astype(object), None)
    certainty = np.where(judged, sure.max(axis=1), np.nan)
    own = np.where(judged, sure[np.arange(len(codes)), codes], np.nan)
    return pd.DataFrame(
        {"label": classes[codes], "predicted": predicted, "certainty": certainty, "own": own}
    )
