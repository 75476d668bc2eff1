"""What a classifier knows of its own supports, judged once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import softmax

from ..common.checks import check_classes
from .certainty import fit_temperature
from .heads import DEFAULT_METHOD, Head, Method, fit_head
from .held_out import HeldOut, class_gap, hold_out
from .unlikeness import Classes, distances, fit_classes, held_out_distances, limit


@dataclass(eq=False)
class JudgedSupports:
    """Supports, and what they say of each other, computed when it is first asked for, and kept.

    - `X` (n, D), `codes` (n,): supports and their class numbers, 0..C-1, among `classes`.
    - `head`, fitted on them by `method`.
    - `groups` (n,): subjects, or None; whole groups are left out together.
    - `rng`: the seed of what is left out together.
    """

    X: np.ndarray
    codes: np.ndarray
    classes: np.ndarray
    method: Method
    head: Head
    groups: np.ndarray | None = None
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
        classes, codes = check_classes(y, "A classifier")
        return cls(X, codes, classes, method, fit_head(method, X, codes, unlabelled), groups)

    def predict_proba(self, Z: np.ndarray) -> np.ndarray:
        """How sure the head is of each class, for embeddings (N, D): (N, C)."""
        return softmax(self.sharpness * self.head.scores(Z), axis=1)

    def unlikeness(self, Z: np.ndarray, keep: float = 0.95) -> np.ndarray:
        """How unlike all supports each embedding is, (N,): above 1 means unlike."""
        return distances(self.clouds, Z) / limit(self.X, self._distances, keep)

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
    def _distances(self) -> np.ndarray:
        return held_out_distances(self.X, self.codes, self.groups)
