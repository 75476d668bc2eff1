"""What the sets share: verifying a release, cutting a square, writing a crop."""

import hashlib
import math
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

MANIFESTS = Path(__file__).parent / "manifests"
_TEXT = ".txt", ".xml"


def read_manifest(name: str) -> pd.DataFrame:
    """A list in `manifests/`, as text; of a release: the columns path, sha256 and bytes."""
    return pd.read_csv(MANIFESTS / f"{name}.csv.gz", dtype=str)


def verified(release: Path, manifest: pd.DataFrame, *parts: str) -> list[str]:
    """The paths below a release's folder that start as one of `parts` does, in order.

    Git may have given a text file the line ends of Windows (its setting core.autocrlf), which
    is no difference; files that the manifest does not name are none either. Raises ValueError
    for files that are missing or differ.
    """
    used = manifest[manifest["path"].str.startswith(parts)]
    faults = {}
    for path, sha256, size in used[["path", "sha256", "bytes"]].itertuples(index=False):
        if fault := _fault(release / path, sha256, int(size)):
            faults[path] = fault
    if faults:
        first = ", ".join(f"{path} ({fault})" for path, fault in list(faults.items())[:3])
        raise ValueError(
            f"{len(faults)} of the {len(used)} files that are read are not in {release} as they"
            f" were released, first {first}. Pass the folder that holds {parts[0]}, or download"
            " and unpack the release again, at the commit that is named in"
            " experiments/original_releases/__init__.py."
        )
    return sorted(used["path"])


def square(field: Image.Image, x: float, y: float, side: int) -> Image.Image:
    """The square around a point, in pixels, moved inside the field where it would leave it."""
    left = np.clip(math.floor(x - side / 2), 0, field.width - side)
    top = np.clip(math.floor(y - side / 2), 0, field.height - side)
    return field.crop((left, top, left + side, top + side))


def opened(path: Path) -> Image.Image:
    """An image, decoded, in RGB."""
    with Image.open(path) as image:
        return image.convert("RGB")


def keep(crop: Image.Image, path: Path, **settings: object) -> None:
    """Write a crop into its class's folder, which is made if need be."""
    path.parent.mkdir(exist_ok=True)
    crop.save(path, **settings)


def _fault(file: Path, sha256: str, size: int) -> str | None:
    """How a file differs from the released one, None if it does not."""
    if not file.is_file():
        return "missing"
    content = file.read_bytes()
    versions = {content, content.replace(b"\r\n", b"\n")} if file.suffix in _TEXT else {content}
    if sha256 in (hashlib.sha256(each).hexdigest() for each in versions):
        return None
    return "other content" if len(content) == size else f"{len(content)} bytes, not {size}"
