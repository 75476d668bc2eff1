"""Cells side by side in one image, small enough to travel inside a figure."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageColor, ImageOps

GAP = 1


def mosaic(
    rows: Sequence[Sequence[np.ndarray | None]],
    side: int,
    frames: Sequence[Sequence[str]] | None = None,
) -> str:
    """Rows of images (S, S, 3), uint8, `side` pixels each, as a data URI.

    `frames` are colours around them. Rows may differ in length; what is missing, or None, stays
    transparent, so that it is dark on a dark page.
    """
    columns = max(len(row) for row in rows)
    whole = Image.new("RGBA", (columns * side, len(rows) * side))
    edge = 4 if frames is not None else GAP
    for r, row in enumerate(rows):
        for c, image in enumerate(row):
            if image is None:
                continue
            tile = Image.fromarray(np.asarray(image))
            tile = tile.resize((side - 2 * edge, side - 2 * edge), Image.Resampling.LANCZOS)
            if frames is not None:
                tile = ImageOps.expand(tile, edge - GAP, ImageColor.getrgb(frames[r][c]))
            whole.paste(tile, (c * side + GAP, r * side + GAP))
    return data_uri(whole)


def sprite(images: np.ndarray, side: int = 48, columns: int = 20) -> dict:
    """All images in one mosaic, `columns` in a row, with what says where cell n lies."""
    rows = [images[start : start + columns] for start in range(0, len(images), columns)]
    return {"source": mosaic(rows, side), "side": side, "columns": columns, "rows": len(rows)}


def data_uri(image: Image.Image, quality: int = 80) -> str:
    """The image in a data URI: as JPEG, or as WebP if parts of it are transparent."""
    kind = "webp" if image.mode == "RGBA" else "jpeg"
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=quality)
    return f"data:image/{kind};base64," + base64.b64encode(buffer.getvalue()).decode()
