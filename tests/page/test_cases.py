"""Python still says of the cases what cases.json holds the page's code to."""

import pytest

from .make_cases import CASES, kept, made


@pytest.fixture(scope="module")
def cases():
    return kept()


def test_the_file_has_all_cases(cases):
    assert list(cases) == list(CASES)


@pytest.mark.parametrize("key", CASES)
def test_python_says_the_same(key, cases):
    _assert_same(made(key), cases[key], f"{key} (if it should: python -m tests.page.make_cases)")


def _assert_same(now, then, where):
    if isinstance(then, dict):
        assert now.keys() == then.keys(), where
        for key in then:
            _assert_same(now[key], then[key], f"{key} of {where}")
    elif isinstance(then, list):
        assert len(now) == len(then), where
        for place, (one, other) in enumerate(zip(now, then, strict=True)):
            _assert_same(one, other, f"{place} of {where}")
    elif isinstance(then, float):
        assert now == pytest.approx(then, rel=1e-6, abs=1e-6), where
    else:
        assert now == then, where
