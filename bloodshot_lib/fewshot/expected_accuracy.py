"""A handful of labels -> the accuracy to expect from it, and the classes it confuses."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit, softmax

from ..common.checks import check_count, check_embeddings, check_labels
from .confusions import certain_confusion, held_out_confusion
from .heads import DEFAULT_METHOD, Method, check_method
from .judged_supports import JudgedSupports
from .supports import check_groups

_DRAWS = 4000
# measured on real cells (experiments/own_cells.py). What new cells' certainties say of a class is
# worth as much as ten held-out cells;
_NEW_CELLS = 10
# a held-out cell tells half as much as a fresh one, as nearly the same supports judge them all;
# classes are alike, as if one and a quarter cells more had been judged that are as the average;
_WORTH, _ALIKE = 0.5, 1.25
# certainties are off by so much, as the standard deviation of a balanced accuracy's logit
_OFF = 0.3
# and doubling the labels removes 5 to 25 of 100 errors, 15 on average
_ERRORS_LEFT = (0.75, 0.95)
_BASIS = (
    "To estimate it, each labelled cell was named from the others. If the labelled cells were"
    " suggested, or found by eye, rather than drawn at random, the estimate is more often too low"
    " than too high.",
    "To estimate it, each labelled cell was named from the others, which gives too low a figure"
    " where difficult cells were labelled; how sure the classifier is of each new cell counts as"
    " well, and does not depend on what was labelled.",
)
_BY_GROUP = " The estimate is for subjects (patients, slides) of whom nothing is labelled."


class ExpectedAccuracy(NamedTuple):
    """What `estimate_accuracy` returns.

    - `expected`: two rows, "now" and "twice as many": `per_class` (labelled cells per class, on
      average), `balanced_accuracy`, and `low` and `high`, its 95 % interval.
    - `confusion`: a row per true class (`label`) and class given (`predicted`): `share`, the
      expected share of the class's cells, 0 to 1, NaN if that cannot be said; `cells`, how many
      were judged.
    - `verdicts`: a row per labelled cell, in the same order: `label`, and, when held out,
      `predicted` with its `certainty`, and `own`, the certainty of its label. Cells that could
      not be judged have None and NaN.
    - `unjudged`: the classes that labelled cells say nothing of, for all or all but one are left
      out together: where new cells are given, their certainties alone speak for them; otherwise
      they are left out of the accuracy.
    - `apart`: the classes of what is no cell, which are left out too.
    - `basis`: how the accuracy was estimated, in words.
    """

    expected: pd.DataFrame
    confusion: pd.DataFrame
    verdicts: pd.DataFrame
    unjudged: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    basis: str = ""

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
    unlabelled: np.ndarray | None = None,
) -> ExpectedAccuracy:
    """Estimate from labelled embeddings (N, D) how well a classifier fitted on them will do.

    Each cell is judged by the others, with one cell of every class left out at a time (see
    `bloodshot_lib.fewshot.held_out`), or with `groups` (subjects, slides) all cells of a group.
    With `unlabelled` (M, D), the cells that the classifier is for, their certainties are asked as
    well, as if they were ten labelled cells of each class: labelled cells that were suggested lie
    at the edges of their classes and are harder than others, new cells are not.

    The interval is that of the mean of Beta distributions, one per class, in which a held-out
    cell, or group, counts as half; certainties that are off in all classes widen it. It covered
    the truth on six real sets, whether labels were suggested or random (experiments/own_cells.py).
    It is for further cells of the same classes from the same microscope, labelled in the same way.

    "Twice as many" assumes the effect of doubling on the book's real sets: 5 to 25 of 100
    errors fewer, 15 on average. "Now" assumes it too, because the judges have one label per
    class fewer.

    - `method`: the head, as in `FewShotClassifier`.
    - `rng`: the seed of everything drawn.

    Raises ValueError if fewer than two classes have two labelled cells, or groups: a class of
    one cell cannot be judged.
    """
    Z, y = check_embeddings(Z), check_labels(y, "y", len(Z))
    check_method(method)
    groups = None if groups is None else check_groups(groups, len(y))
    if unlabelled is not None:
        unlabelled = check_embeddings(unlabelled, "unlabelled", width=Z.shape[1])
    supports = JudgedSupports.fit(Z, y, method, groups, unlabelled)
    supports.rng = check_count("rng", rng, least=0)
    return expected_accuracy(supports)


def expected_accuracy(supports: JudgedSupports, apart: Collection[str] = ()) -> ExpectedAccuracy:
    """`estimate_accuracy` of supports that are judged once for all.

    `apart` are classes of what is no cell, which do not count.
    """
    classes, codes, new = supports.classes, supports.codes, supports.new_certainties
    shares, judged = held_out_confusion(supports.held_out, codes)
    _check_judged(classes, judged, supports.groups)
    shares = _judged_by_all(shares, np.bincount(codes))
    if new is not None:
        weight = (judged / (judged + _NEW_CELLS))[:, None]
        shares = weight * shares + (1 - weight) * certain_confusion(new)
    told = (judged > 0) | (new is not None)
    counted = told & ~np.isin(classes, list(apart))
    right = np.diag(shares)[counted]
    draws = _recall_draws(right, _units(supports, judged)[counted], supports.rng)
    left = np.random.default_rng([supports.rng, 2]).uniform(*_ERRORS_LEFT, len(draws))
    twice = 1 - (1 - right.mean()) * np.mean(_ERRORS_LEFT), 1 - (1 - draws) * left
    per_class = len(codes) / len(classes)
    expected = pd.DataFrame(
        [
            _row("now", per_class, right.mean(), draws),
            _row("twice as many", 2 * per_class, *twice),
        ]
    )
    shares[~told] = np.nan
    pairs = [(actual, guess) for actual in classes for guess in classes]
    confusion = pd.DataFrame(pairs, columns=["label", "predicted"])
    confusion = confusion.assign(share=shares.ravel(), cells=np.repeat(judged, len(classes)))
    unjudged = tuple(classes[judged == 0].tolist())
    basis = _BASIS[new is not None] + _BY_GROUP * (supports.groups is not None)
    return ExpectedAccuracy(expected, confusion, _verdicts(supports), unjudged, tuple(apart), basis)


def _check_judged(classes: np.ndarray, judged: np.ndarray, groups: np.ndarray | None) -> None:
    if (judged > 0).sum() >= 2:
        return
    names = ", ".join(repr(str(name)) for name in classes[judged == 0][:5])
    if groups is None:
        raise ValueError(
            "At least two classes must have two labelled cells or more, so that each can be named"
            f" from the others, but there is one cell each of {names}. Label second cells."
        )
    raise ValueError(
        "At least two classes must have labelled cells of two subjects or more, so that each"
        f" subject's can be named from the others', but too few are of {names}. Label cells of"
        " other subjects, or name no subjects: the estimate is then for further cells of the same"
        " subjects."
    )


def _judged_by_all(shares: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """The confusion with one label more than the judges of a held-out cell had."""
    more = np.log2(cells / np.maximum(cells - 1, 1))
    left = np.mean(_ERRORS_LEFT) ** more[:, None]
    return left * shares + (1 - left) * np.eye(len(shares))


def _units(supports: JudgedSupports, judged: np.ndarray) -> np.ndarray:
    """How many cells of each class were judged, or groups of them; at least one."""
    if supports.groups is not None:
        pairs = np.unique(np.column_stack([supports.codes.astype(str), supports.groups]), axis=0)
        judged = np.minimum(judged, np.bincount(pairs[:, 0].astype(int)))
    return np.maximum(judged, 1)


def _recall_draws(right: np.ndarray, cells: np.ndarray, rng: int) -> np.ndarray:
    """Draws of balanced accuracy, given the share that is right in each class and its cells."""
    rng, like = np.random.default_rng([rng, 1]), right.mean().clip(0.02, 0.98)
    n = _WORTH * cells
    ends = _ALIKE * like + n * right, _ALIKE * (1 - like) + n * (1 - right)
    draws = rng.beta(*ends, (_DRAWS, len(right))).mean(axis=1).clip(1e-9, 1 - 1e-9)
    return expit(logit(draws) + rng.normal(0, _OFF, _DRAWS))


def _row(labels: str, per_class: float, mean: float, draws: np.ndarray) -> dict:
    low, high = np.quantile(draws, [0.025, 0.975])
    facts = {"labels": labels, "per_class": per_class, "balanced_accuracy": mean}
    # an interval includes its own estimate, also where all cells are right
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
