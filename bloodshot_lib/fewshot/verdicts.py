"""Embeddings and supports -> verdicts: every query cell classified once in every episode."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..common.checks import check_count
from .episode_scores import score_episodes
from .few_shot_task import Task, check_supports, check_task
from .heads import DEFAULT_METHOD, Method, check_method, cosine_scores
from .metrics import auroc, confusion_metrics, nearest
from .supports import Rng, check_groups, generator


class Verdicts(NamedTuple):
    """What `classify_episodes` returns: metrics, intervals and mistakes are views of it.

    - `task`: the pool and the query.
    - `given` (episodes, cells): the class number given to each query cell.
    - `auroc` (episodes,): with two classes, the AUROC of each episode, otherwise None.
    """

    task: Task
    given: np.ndarray
    auroc: np.ndarray | None

    def episodes(self) -> pd.DataFrame:
        """The metrics of each episode, a row each: see `evaluate_few_shot`."""
        n_episodes, n_classes = len(self.given), len(self.task.classes)
        episode = np.arange(n_episodes)[:, None]
        place = (episode * n_classes + self.task.truth) * n_classes + self.given
        counts = np.bincount(place.ravel(), minlength=n_episodes * n_classes**2)
        confusion = counts.reshape(n_episodes, n_classes, n_classes)
        metrics = confusion_metrics(confusion, self.task.classes)
        if self.auroc is not None:
            metrics["auroc"] = self.auroc
        return pd.DataFrame(metrics).rename_axis("episode").reset_index()

    def replicates(
        self, groups: Sequence[str] | None = None, n_replicates: int = 500, rng: Rng = 0
    ) -> pd.DataFrame:
        """The mean of each metric over redrawn query cells and episodes: a row per replicate.

        Each class's query cells are drawn with replacement, as many as there are; with `groups`
        (subjects) whole groups are drawn instead, because cells of one subject resemble each
        other. Episodes are drawn with replacement too (Efron & Tibshirani 1993, ch. 8). The
        same `rng` draws the same cells and episodes for every embedder, so the replicates of
        two arms are paired. AUROC is left out.

        Raises ValueError for groups of another length or without a name, and for numbers that
        are not valid.
        """
        check_count("n_replicates", n_replicates)
        truth, n_episodes, n_classes = self.task.truth, len(self.given), len(self.task.classes)
        groups = np.arange(len(truth)) if groups is None else check_groups(groups, len(truth))
        rng = generator(rng)
        episode_weights = redrawn(np.arange(n_episodes), n_replicates, rng).T
        confusion = np.zeros((n_episodes, n_replicates, n_classes, n_classes), np.float32)
        for actual in np.unique(truth):
            cells = np.flatnonzero(truth == actual)
            weights = redrawn(groups[cells], n_replicates, rng).T.astype(np.float32)
            for guess in range(n_classes):
                hits = (self.given[:, cells] == guess).astype(np.float32)
                confusion[:, :, actual, guess] = hits @ weights
        metrics = confusion_metrics(confusion, self.task.classes)
        means = {name: (each * episode_weights).mean(axis=0) for name, each in metrics.items()}
        return pd.DataFrame(means).rename_axis("replicate").reset_index()

    def hardest(self, n: int = 6, n_neighbours: int = 5) -> pd.DataFrame:
        """The `n` query cells that most episodes get wrong, the worst first.

        - `cell`: its row in the query.
        - `label`: its class.
        - `wrong`: the share of episodes that get it wrong, 0 to 1.
        - `neighbours`: the rows of the `n_neighbours` pool cells with the largest cosine,
          nearest first.
        """
        n, n_neighbours = check_count("n", n), check_count("n_neighbours", n_neighbours)
        task, wrong = self.task, (self.given != self.task.truth).sum(axis=0)
        worst = np.argsort(-wrong, kind="stable")[:n]
        cosines = cosine_scores(task.Z_pool, task.Z_query[worst])
        neighbours = np.argsort(-cosines, axis=1, kind="stable")[:, :n_neighbours]
        return pd.DataFrame(
            {
                "cell": worst,
                "label": task.classes[task.truth[worst]],
                "wrong": wrong[worst] / len(self.given),
                "neighbours": list(neighbours),
            }
        )


def classify_episodes(
    Z_pool: np.ndarray,
    y_pool: Sequence[str],
    Z_query: np.ndarray,
    y_query: Sequence[str],
    supports: np.ndarray,
    method: Method = DEFAULT_METHOD,
) -> Verdicts:
    """Classify every query cell in every episode, once: all scores are views of the verdicts.

    Arguments and errors are those of `evaluate_few_shot`, which returns its `episodes()`.
    """
    task = check_task(Z_pool, y_pool, Z_query, y_query)
    supports = check_supports(supports, task)
    check_method(method)
    positive = task.truth == 1
    ranked = len(task.classes) == 2 and 0 < positive.mean() < 1
    given, areas, start = np.empty((len(supports), len(task.truth)), np.int16), [], 0
    for scores in score_episodes(task, supports, method):
        given[start : start + len(scores)] = nearest(scores)
        start += len(scores)
        if ranked:
            areas.append(auroc(scores[:, 1] - scores[:, 0], positive))
    return Verdicts(task, given, np.concatenate(areas) if ranked else None)


def redrawn(groups: np.ndarray, n_replicates: int, rng: np.random.Generator) -> np.ndarray:
    """How often each row is drawn in each replicate, (replicates, rows).

    As many groups are drawn as there are, with replacement, and each with all its rows.
    """
    names, codes = np.unique(groups, return_inverse=True)
    even = np.full(len(names), 1 / len(names))
    return rng.multinomial(len(names), even, n_replicates)[:, codes]
