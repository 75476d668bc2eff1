"""From which score on a cell counts as found: a limit that suits laboratories not seen before."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit

CANDIDATE = 0.05  # a score from which on a peak of the finder's map is looked at
_NOISE = 0.15  # below it hardly any peak is a cell
_FALSE = 0.3  # expected false cells for each that is found; fewer are, in new laboratories .2
_LEAST, _MOST = 0.2, 0.45  # limits that are never passed
_USUAL, _WEIGHT = 2.0, 200  # the rate at which noise thins out in most folders, worth so many peaks


def score_limit(scores: np.ndarray) -> float:
    """The lowest limit at which not too many of the cells found are expected to be false.

    In light and stain that the finder has not seen it is surer of junk, or less sure of cells. But
    most peaks are no cells, so the folder itself tells what junk looks like: the logits of its
    weakest peaks thin out exponentially, and the tail says how many will pass any limit
    (a false discovery rate, Benjamini and Hochberg 1995, with an empirical null). Weak cells
    among them make the limit higher.

    - `scores`: of all peaks of a folder's fields, from `CANDIDATE` on.
    """
    values, first = logit(scores), logit(CANDIDATE)
    weak = values[values < logit(_NOISE)] - first
    span = logit(_NOISE) - first
    rate = _rate(weak, span)
    noise = len(weak) / (1 - np.exp(-rate * span))
    limits = np.linspace(_LEAST, _MOST, 71)
    expected = noise * np.exp(-rate * (logit(limits) - first))
    found = (scores[:, None] >= limits).sum(axis=0)
    few = np.flatnonzero(expected <= _FALSE * np.maximum(found, 1))
    return float(limits[few[0]]) if len(few) else _MOST


def from_limit(scores: np.ndarray, limit: float) -> np.ndarray:
    """Scores shifted, as logits, so that the limit becomes .5."""
    return expit(logit(scores) - logit(limit))


def _rate(values: np.ndarray, span: float) -> float:
    """The rate of an exponential distribution cut off at `span`, by maximum likelihood.

    In a small folder, it stays near the usual one.
    """
    usual = 1 / _USUAL - span / np.expm1(_USUAL * span)  # the mean at that rate
    mean = (values.sum() + _WEIGHT * usual) / (len(values) + _WEIGHT)

    def unlikely(rate: float) -> float:
        return rate * mean - np.log(rate / -np.expm1(-rate * span))

    return float(minimize_scalar(unlikely, bounds=(0.2, 6), method="bounded").x)
