"""Scores -> calibrated probabilities, from a handful of labelled cells."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from .held_out import HeldOut

# one label per class says little about a temperature, so its usual value was measured on other
# real cells: too low on as many sets as too high (experiments/own_cells.py)
_USUAL = 4.8  # for scores in units of the gap between classes, at one support per class
_GROWTH = 0.15  # the power of the supports per class with which it grows
_SPREAD = 1.0  # standard deviation of its logarithm: wide, so that a few labels overrule it


def fit_temperature(held_out: HeldOut, codes: np.ndarray) -> float:
    """The factor t with which softmax(t * scores / gap) is calibrated (Guo et al. 2017).

    It minimises the log loss of the held-out supports plus that of a normal prior on log t.
    With one support per class it is the prior's centre; the more supports, the more they decide.
    """
    per_class = len(codes) / (codes.max() + 1)
    usual = np.log(_USUAL * per_class**_GROWTH)
    # the heads that judge the held-out supports have one support per class fewer
    fewer = (max(per_class - 1, 1) / per_class) ** _GROWTH
    truth = codes[held_out.rows]

    def loss(log_t: float) -> float:
        wrong = -log_softmax(np.exp(log_t) * fewer * held_out.scores, axis=1)
        likelihood = (held_out.weights * wrong[np.arange(len(truth)), truth]).sum()
        return likelihood + ((log_t - usual) / _SPREAD) ** 2 / 2

    return float(np.exp(minimize_scalar(loss, bounds=(-5, 6), method="bounded").x))
