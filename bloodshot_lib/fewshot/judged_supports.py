"""What a classifier knows of its own supports, judged once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import softmax

from ..common.checks import check_classes
from .certainty import fit_temperature
from .heads import DEFAULT_METHOD, Head, Method, fit_head
from .held_out import HeldOut, class_gap, hold_out
from .unlikeness import (
    Classes,
    distances,
    fit_classes,
    fit_cloud,
    held_out_distances,
    limit,
    spread,
    usual_distance,
)

_ASKED = 2000  # new cells that say where the limit of `unlikeness` is


@dataclass(eq=False)
class JudgedSupports:
    """Supports, and what they say of each other, computed when it is first asked for, and kept.

    - `X` (n, D), `codes` (n,): supports and their class numbers, 0..C-1, among `classes`.
    - `head`, fitted on them by `method`.
    - `groups` (n,): subjects, or None; whole groups are left out together.
    - `unlabelled` (M, D): the new cells, or None. They tell what is far from all labelled cells,
      and what accuracy to expect, whichever way the supports were chosen.
    - `rng`: the seed of what is left out together.
    """

    X: np.ndarray
    codes: np.ndarray
    classes: np.ndarray
    method: Method
    head: Head
    groups: np.ndarray | None = None
    unlabelled: np.ndarray | None = None
    rng: int = 0

    @classmethod
    def fit(
        cls,
        X: np.ndarray,
        y: np.ndarray,
        method: Method = DEFAULT_METHOD,
        groups: np.ndarray | None = None,
        unlabelled: np.ndarray | None = None,
    ) -> "JudgedSupports":
        """Fit a head on supports (n, D) with one label each, all checked before."""
        classes, codes = check_classes(y, "The labels")
        head = fit_head(method, X, codes, unlabelled)
        if unlabelled is not None and len(unlabelled) == 0:
            unlabelled = None
        return cls(X, codes, classes, method, head, groups, unlabelled)

    def predict_proba(self, Z: np.ndarray) -> np.ndarray:
        """How sure the head is of each class, for embeddings (N, D): (N, C)."""
        return softmax(self.sharpness * self.head.scores(Z), axis=1)

    def unlikeness(self, Z: np.ndarray, keep: float = 0.95) -> np.ndarray:
        """How unlike all supports each embedding is, (N,): above 1 means unlike."""
        most = limit(self._log_distances, self._new_log_distances, keep)
        if most is None:
            most = usual_distance(self.X)
        return np.exp(self._relative(distances(self.clouds, Z), Z) - most)

    @cached_property
    def held_out(self) -> HeldOut:
        """Each support, judged by heads fitted on others."""
        return hold_out(self.X, self.codes, self.method, self.groups, self.rng)

    @cached_property
    def temperature(self) -> float:
        """The factor of scores, in units of the gap between classes, that calibrates them."""
        return fit_temperature(self.held_out, self.codes)

    @cached_property
    def sharpness(self) -> float:
        """The factor of the head's own scores that calibrates them."""
        return self.temperature / class_gap(self.head, self.X, self.codes)

    @cached_property
    def clouds(self) -> Classes:
        """The classes as clouds, to which distances are measured."""
        return fit_classes(self.X, self.codes)

    @cached_property
    def cloud(self) -> Classes | None:
        """All cells as one cloud, if there are new ones."""
        return None if self.unlabelled is None else fit_cloud(self.X, self.unlabelled)

    @cached_property
    def new_certainties(self) -> np.ndarray | None:
        """How sure the head is of each class for the new cells, (M, C)."""
        return None if self.unlabelled is None else self.predict_proba(self.unlabelled)

    @cached_property
    def _log_distances(self) -> np.ndarray:
        """The log distances of held-out supports."""
        logs = held_out_distances(self.X, self.codes, self.groups)
        logs = self._relative(np.exp(logs), self.X)
        return logs[np.isfinite(logs)]

    @cached_property
    def _new_log_distances(self) -> np.ndarray:
        """The log distances of new cells, some if there are many."""
        if self.unlabelled is None:
            return np.empty(0)
        some = spread(self.unlabelled, _ASKED)
        return self._relative(distances(self.clouds, some), some)

    def _relative(self, squares: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """The logarithm of distances, relative to those from all cells if there are new ones."""
        return np.log(squares) - (0 if self.cloud is None else np.log(distances(self.cloud, Z)))
