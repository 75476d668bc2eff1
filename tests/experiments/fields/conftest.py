import pandas as pd
import pytest
from PIL import Image

from experiments.fields.laboratories import SIDES, Laboratory


def boxes_of(*rows: tuple) -> pd.DataFrame:
    """Annotated cells: field, x, y, width, height."""
    return pd.DataFrame(rows, columns=["field", *SIDES])


@pytest.fixture
def laboratory(tmp_path) -> Laboratory:
    """Two fields, 128 x 96 px, one of them with a cell."""
    for name in ("a.png", "b.png"):
        Image.new("RGB", (128, 96), (220, 180, 200)).save(tmp_path / name)
    boxes = boxes_of(("a.png", 32, 16, 64, 64))
    return Laboratory("drawn", tmp_path, ["a.png", "b.png"], boxes)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Artifacts of this test alone, of as few versions as there are."""
    monkeypatch.setattr("experiments.fields.feature_maps.MAPS", 0)
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "artifacts"))
