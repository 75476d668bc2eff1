"""Bangkok: squares of 256 px around the white cells annotated in fields of 1440 x 900 px."""

from pathlib import Path

import pandas as pd

from .release import keep, opened, square, verified

CLASSES = "neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte"  # YOLO's 0 to 4
SIDE, QUALITY = 256, 92
_LEAST = 16  # px; the one smaller box, of 2 x 5, is a slip. The next has 70


def cut(release: Path, folder: Path, manifest: pd.DataFrame) -> pd.DataFrame:
    """Cut the crops into `folder`; returns their list.

    Its columns are file, label, slide, field, and the box: its centre x and y, w and h, in
    pixels. Twelve labels have no image of their name, or only one called HF-...: no crops.
    """
    paths, rows = verified(release, manifest, "WBC_Samples/"), []
    for path in (path for path in paths if path.endswith(".txt")):
        image = path.replace("/labels/", "/images/").removesuffix("txt") + "jpg"
        if image not in paths:
            continue
        field, name = opened(release / image), Path(path).stem
        slide = name.removeprefix("HF-").rpartition("_")[0]
        for number, (label, x, y, w, h) in enumerate(boxes(release / path, *field.size)):
            if min(w, h) < _LEAST:
                continue
            file = f"{label}/{slide}__{name}_{number}.webp"
            keep(square(field, x, y, SIDE), folder / file, quality=QUALITY)
            rows.append((file, label, slide, name, *(round(each, 1) for each in (x, y, w, h))))
    return pd.DataFrame(rows, columns=["file", "label", "slide", "field", "x", "y", "w", "h"])


def boxes(path: Path, width: int, height: int) -> list[tuple]:
    """A label file's boxes: class, centre and size in pixels.

    They are shares of the field in the file, to six digits, so that a whole pixel may come out a
    thousandth less, and the square around it one to the left: as it did in ours.
    """
    found = []
    for line in path.read_text().splitlines():
        kind, *shares = line.split()
        places = zip(map(float, shares), (width, height) * 2, strict=True)
        found.append((CLASSES[int(kind)], *(share * whole for share, whole in places)))
    return found
