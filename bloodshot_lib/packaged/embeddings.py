"""Embeddings of real cells that come with the library: nothing to download, nothing to train."""

import numpy as np
import pandas as pd

from ..common.checks import check_choice
from ..common.paths import SHIPPED

_FOLDER = SHIPPED / "results" / "embeddings"
_COLUMNS = ("path", "label", "subject", "split")


def load_embeddings(name: str, arm: str | None = None) -> tuple[np.ndarray, pd.DataFrame]:
    """Embeddings of real cells, and their table: computed by us, without a pixel of the cells.

    - `name`: the set.

      - "pbc": healthy cells of three classes that the embedder has not seen (the target of the
        profile `pbc`), with the splits "pool" and "query";
      - "bccd", "bangkok", "bcisc", "aml_lmu" (Munich), "cnmc2019" (Delhi): other laboratories'
        cells.

    - `arm`: the embedder that made them, by default the first. For "pbc" it is "recommended" or
      "report" (the report's recipe, AAM-Softmax with rotation consistency); for the others
      "released" (`bloodshot-3`, trained without the cells of that set), "barcelona"
      (`bloodshot-pbc-2`, trained on one laboratory), "imagenet" (before any training on cells) or
      "report", which "bangkok" and "bcisc" lack.

    Returns Z (N, 384 at most), float32, and a table with the columns `path` (the file's name in
    its set), `label`, `subject` (an empty string if nobody is named) and `split`. Z is what
    `embed` returns, averaged over eight views but for "pbc", projected onto the set's first
    singular vectors, uncentred, and rounded to half precision: cosines, and with them
    every head, stay as they were to about three digits. Rows are comparable within a set, not
    between sets.

    Raises ValueError for another name or arm.
    """
    known = sorted(file.stem for file in _FOLDER.glob("*.npz"))
    check_choice("name", name, known)
    with np.load(_FOLDER / f"{name}.npz", allow_pickle=False) as kept:
        arms = [key.removeprefix("Z ") for key in kept if key.startswith("Z ")]
        arm = arms[0] if arm is None else arm
        check_choice("arm", arm, arms)
        table = pd.DataFrame({column: kept[column] for column in _COLUMNS}).astype(object)
        return kept[f"Z {arm}"].astype(np.float32), table
