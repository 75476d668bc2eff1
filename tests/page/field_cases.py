"""Small fields, and what the Python library finds in them and cuts out of them."""

import base64

import numpy as np
import pandas as pd
import torch

from bloodshot_lib.data.distinct_names import distinct_names
from bloodshot_lib.fields.cutting import cut, side_for
from bloodshot_lib.fields.field_files import open_field, tiles
from bloodshot_lib.fields.finder import Finder, as_batch, one_for_each
from bloodshot_lib.fields.finding import boxes_of, windows
from bloodshot_lib.fields.folder_scale import cell_width, other_scales, sampled
from bloodshot_lib.fields.score_limit import score_limit

NAMES = ["a.png", "A.png", "a b?.tif", "a b*.tif", "ä.png", "a\u0308.png", "." * 3, "x" * 300]
NAMES += ["é" * 120 + ".jpeg", "b." + "y" * 300, "🩸" * 60 + ".png", "c.d.png. "]


def field_names() -> list[dict]:
    return [{"names": names, "distinct": distinct_names(names)} for names in (NAMES, NAMES[::-1])]


def field_windows() -> dict:
    sides = (300, 200, 300, 50), (1000, 700, 300, 50), (301, 900, 300, 299), (7, 5, 3, 0)
    areas = ((0, 0, 2592, 1944), 70.3), ((2048, 100, 2048, 2048), 724.0), ((0, 0, 90, 80), 45.25)
    return {
        "tiles": [{"given": given, "tiles": tiles(*given)} for given in sides],
        "windows": [{"area": a, "scale": s, "windows": windows(a, s)} for a, s in areas],
        "sampled": [{"n": n, "sampled": [*sampled(range(n))]} for n in (1, 10, 11, 95)],
    }


def field_regions() -> list[dict]:
    cases = []
    for (height, width), part, scale in (
        ((20, 30), (0, 0, 30, 20), 1.0),
        ((20, 30), (3, 5, 20, 11), 0.37),
        ((20, 30), (29, 19, 1, 1), 0.2),
        ((9, 60), (10, 0, 50, 9), 0.3),
        ((60, 9), (0, 10, 9, 49), 0.3),
        ((60, 24), (0, 0, 24, 60), 0.5),
        ((8, 6), (1, 2, 5, 5), 2.5),
    ):
        pixels = _pixels(height, width)
        with open_field(pixels) as field:
            region = field.region(*part, scale)
        size = region.shape[:2]
        cases.append({**_field(pixels), "part": part, "scale": scale, "size": size,
                      "region": _text(region)})  # fmt: skip
    return cases


def found_at_peaks() -> list[dict]:
    """Images, and the cells at the peaks of maps that a network might have made of them."""
    cases = []
    for height, width in ((33, 70), (64, 64)):
        rng, image = np.random.default_rng(width), _pixels(height, width)
        batch = as_batch(image)
        rows, columns = (side // 16 for side in batch.shape[2:])
        maps = rng.normal(size=(4, rows, columns)) * [[[2]], [[0.5]], [[1]], [[1]]]
        maps[0, 0, :2] = 30, 29  # alike once they are scores
        maps[2:, 0, :2] = [[-3, 0.5], [0, 0]]  # the first beyond the edge
        maps = maps.astype(np.float32)
        found = Finder.find(lambda _, maps=maps: torch.from_numpy(maps)[None], image)
        padded = (batch[0].permute(1, 2, 0) * 255).round().byte().numpy()
        cases.append({**_field(image), "padded": _text(padded), "maps": maps.ravel().tolist(),
                      "cells": found.to_dict("records")})  # fmt: skip
    return cases


def once_each() -> list[dict]:
    cases = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        cells = pd.DataFrame(rng.uniform(0, 300, (30, 2)).round(1), columns=["x", "y"])
        cells["width"] = rng.uniform(40, 120, 30).round(1)
        cells["score"] = rng.uniform(0.05, 1, 30).round(1)  # with ties
        kept, limit, size = one_for_each(cells), 0.3, (300, 300)
        boxes = boxes_of(kept, limit, size)
        cases.append({"cells": cells.to_dict("records"), "kept": kept.to_dict("records"),
                      "limit": limit, "size": size, "boxes": boxes.to_dict("records")})  # fmt: skip
    return cases


def score_limits() -> list[dict]:
    cases = [np.array([]), np.array([0.06]), np.array([0.9, 0.95]), np.array([0.06] * 400 + [0.5])]
    folders = (50, 9, 0.5), (3000, 60, 0.5), (2000, 400, 0.9)
    for seed, (noise, cells, scale) in enumerate(folders):
        rng = np.random.default_rng(seed)
        logits = np.append(rng.exponential(scale, noise) - 2.94, rng.normal(1, 1.5, cells))
        scores = 1 / (1 + np.exp(-logits))
        cases.append(scores[scores >= 0.05].round(4))
    return [{"scores": scores.tolist(), "limit": score_limit(scores)} for scores in cases]


def cell_widths() -> list[dict]:
    cases = []
    for scores in (
        [0.9, 0.8, 0.5, 0.7, 0.65, 0.3],
        [0.3, 0.2, 0.9, 0.2, 0.1, 0.9],
        [0.07] * 6,
        [0] * 6,
        [0.259, 0.505, 0.259, 0, 0, 0],
    ):
        looks = pd.DataFrame({"field": list("abcabc"), "scale": [100.0] * 3 + [50.0] * 3,
                              "width": [110, 92, 130, 52, 44, 61], "score": scores})  # fmt: skip
        width = cell_width(looks)
        others = other_scales(looks, width)
        cases.append({"looks": looks.to_dict("records"), "width": width, "others": others})
    return cases


def crops() -> list[dict]:
    cases = []
    pixels = _pixels(40, 50)
    boxes = (10, 12, 9, 16), (-3, -4.5, 10, 21), (44, 33.5, 8, 30), (1, 2, 3, 60)
    for x, y, width, side in boxes:
        box = {"x": x, "y": y, "width": width, "height": width}
        with open_field(pixels) as field:
            crop = cut(field, box, side)
        cases.append({**_field(pixels), "box": box, "side": side, "crop": _text(crop)})
    return cases + [{"median": width, "side": side_for(width)} for width in (0.1, 11, 19.25, 73)]


def _pixels(height: int, width: int) -> np.ndarray:
    rng = np.random.default_rng(height * width)
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def _field(pixels: np.ndarray) -> dict:
    return {"height": pixels.shape[0], "width": pixels.shape[1], "rgb": _text(pixels)}


def _text(pixels: np.ndarray) -> str:
    return base64.b64encode(pixels.tobytes()).decode()


CASES = {
    "field_names": field_names,
    "field_windows": field_windows,
    "field_regions": field_regions,
    "found_at_peaks": found_at_peaks,
    "once_each": once_each,
    "score_limits": score_limits,
    "cell_widths": cell_widths,
    "crops": crops,
}
