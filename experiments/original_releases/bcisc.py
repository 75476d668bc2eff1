"""BCISC: the crops of 256 px as they were published."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy import ndimage

from .release import verified

CLASSES = {
    "baso": "basophil",
    "eosi": "eosinophil",
    "lymp": "lymphocyte",
    "mono": "monocyte",
    "neut": "neutrophil",
}
_NAME = re.compile(r"(?P<kind>[a-z]{4})_(?P<group>\d+)-\d+_\d+")


def cut(release: Path, folder: Path, manifest: pd.DataFrame) -> pd.DataFrame:
    """Copy the crops into `folder`; returns their list.

    Its columns are file, label, group (the first number of the name, whose meaning is not
    documented) and box: left, top, right and bottom in pixels.
    """
    rows = []
    for path in verified(release, manifest, "sub-images/"):
        if path.startswith("sub-images/images/"):
            image, name = release / path, _NAME.fullmatch(Path(path).stem)
            label = CLASSES[name["kind"]]
            (folder / label).mkdir(exist_ok=True)
            shutil.copyfile(image, folder / label / image.name)
            mask = release / "sub-images" / "masks" / f"{image.stem}.png"
            rows.append((f"{label}/{image.name}", label, name["group"], box(mask)))
    return pd.DataFrame(rows, columns=["file", "label", "group", "box"])


def box(path: Path) -> str:
    """The box of the mask's part at the crop's centre, or of all parts if none is there."""
    with Image.open(path) as image:
        mask = np.asarray(image.convert("L")) > 0
    parts, _ = ndimage.label(mask)
    centre = parts[mask.shape[0] // 2, mask.shape[1] // 2]
    rows, columns = np.nonzero(parts == centre if centre else mask)
    return f"{columns.min()} {rows.min()} {columns.max() + 1} {rows.max() + 1}"
