"""The released finder, as the command uses it."""

import pytest

from bloodshot_lib.fields.finder import RELEASED
from experiments.fields.__main__ import WEIGHTS
from experiments.fields.judging import judge
from experiments.fields.laboratories import ANNOTATED, read_annotated


@pytest.mark.parametrize("name", ANNOTATED)
def test_the_released_finder_finds_the_cells_of_a_dozen_fields(name, shared, monkeypatch):
    """These fields it has learnt from: what the results say of others is not repeated here.

    The scale is not held to: on so few fields it was up to half an octave off.
    """
    if not WEIGHTS.is_file():
        pytest.skip(f"{WEIGHTS.name} has not been released yet")
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    laboratory = read_annotated(name)
    row, _ = judge(laboratory.only(laboratory.fields[::5][:12]), RELEASED, "learnt")
    assert row["recall"] >= 0.9 and row["false_per_true"] <= 0.25
