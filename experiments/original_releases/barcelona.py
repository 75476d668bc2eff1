"""Barcelona: the centre 256 px of each image of 360 x 363 px or so, resized."""

from pathlib import Path

import pandas as pd
from PIL import Image
from tqdm import tqdm

from .release import keep, opened

COUNTS = {
    "basophil": 1_218,
    "eosinophil": 3_117,
    "erythroblast": 1_551,
    "ig": 2_895,
    "lymphocyte": 1_214,
    "monocyte": 1_420,
    "neutrophil": 3_329,
    "platelet": 2_348,
}
SIDE = 256
ENCODINGS = {128: (".jpg", {"quality": 82, "optimize": True}), 192: (".webp", {"quality": 70})}


def cut(release: Path, folder: Path, size: int, counts: dict[str, int] = COUNTS) -> pd.DataFrame:
    """Resize the images, bicubically, into `folder`; returns their list: file and label.

    No checksums are at hand, so that only the number of images of each class is verified.
    Raises ValueError if it differs from `counts`.
    """
    images = {label: _images(release / label) for label in counts}
    if wrong := [f"{c}: {len(images[c])} of {n}" for c, n in counts.items() if len(images[c]) != n]:
        raise ValueError(
            f"{release} does not hold the release's images ({', '.join(wrong)}). Pass the folder"
            f" that holds {', '.join(counts)}, unpacked from the zip of doi 10.17632/snkd93bnjr.1."
        )
    suffix, settings = ENCODINGS[size]
    rows = [(path, label) for label, paths in images.items() for path in paths]
    for path, label in tqdm(rows, desc="images"):
        image = opened(path)
        left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
        crop = image.crop((left, top, left + SIDE, top + SIDE))
        crop = crop.resize((size, size), Image.Resampling.BICUBIC)
        keep(crop, folder / label / f"{path.stem}{suffix}", **settings)
    files = [(f"{label}/{path.stem}{suffix}", label) for path, label in rows]
    return pd.DataFrame(files, columns=["file", "label"])


def _images(folder: Path) -> list[Path]:
    """Without hidden files, which are no part of the set."""
    return sorted(path for path in folder.glob("*.jpg") if not path.name.startswith("."))
