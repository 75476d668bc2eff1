import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from bloodshot_lib.fields.score_limit import from_limit, score_limit

LEAST, MOST = 0.2, 0.45
SCORES = st.lists(st.floats(0.05, 0.99), max_size=60).map(np.array)
# peaks that are no cells, whose logits thin out from .05 on
noise = st.lists(st.floats(0.05, 0.149), min_size=1, max_size=60).map(np.array)


def thinning_out(n, rate=2.0):
    """Scores of n peaks whose logits thin out exponentially from that of .05 on."""
    return expit(logit(0.05) - np.log1p(-(np.arange(n) + 0.5) / n) / rate)


def test_a_third_as_many_false_cells_as_found_ones_are_expected_at_most():
    # at the logit l of the limit 1,000 exp(-2 (l - logit .05)) false ones are expected, F, and
    # F + 100 are found; F <= .3 (F + 100) up to 42.9, and l = logit .05 + ln(1,000 / 42.9) / 2
    scores = np.append(thinning_out(1000), np.full(100, 0.9))
    assert score_limit(scores) == pytest.approx(expit(-2.944 + 1.575), abs=0.01)
    farther = np.append(thinning_out(1000, rate=1.5), np.full(100, 0.9))
    assert score_limit(farther) > 0.25, "noise that reaches farther needs a higher limit"


def test_cells_far_from_little_noise_are_all_found():
    assert score_limit(np.append(thinning_out(100), np.full(50, 0.95))) == LEAST


def test_nothing_but_noise_is_hardly_ever_a_cell():
    assert score_limit(thinning_out(1000)) == MOST


@pytest.mark.parametrize("scores", [[], [0.06], [0.9], [0.06, 0.07, 0.9]])
def test_few_peaks_say_nothing_of_noise(scores):
    assert score_limit(np.array(scores)) == LEAST


@given(SCORES)
def test_the_limit_stays_within_its_bounds(scores):
    assert LEAST <= score_limit(scores) <= MOST


@given(noise, SCORES, st.floats(0, 1))
def test_junk_that_looks_more_like_cells_never_makes_the_limit_lower(junk, others, share):
    raised = np.maximum(junk, junk + share * (0.149 - junk))
    before, after = np.append(junk, others), np.append(raised, others)
    assert score_limit(after) >= score_limit(before)


@given(noise, SCORES)
def test_more_sure_cells_never_make_the_limit_higher(junk, others):
    before = np.append(junk, others)
    assert score_limit(np.append(before, [0.99] * 9)) <= score_limit(before)


def test_the_limit_becomes_a_half_and_the_order_stays():
    shifted = from_limit(np.array([0.2, 0.3, 0.9]), 0.2)
    # logits: .3 is 3:7, the limit 1:4, so 12:7; .9 is 9:1, so 36:1
    np.testing.assert_allclose(shifted, [0.5, 12 / 19, 36 / 37])
