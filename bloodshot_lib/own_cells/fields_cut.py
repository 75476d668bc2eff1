"""A folder of whole fields -> a folder of single cells."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from ..common.atomic_files import whole_folder
from ..common.checks import check_number
from ..data.decoding import UnreadableImageError, read_image
from ..data.fields import SIDE, crop_cells, measure_diameter
from ..data.readers.image_folder import read_image_folder

_MEASURED = 20  # fields in which red cells are measured; one microscope has one scale


def cut_fields(
    fields: Path, output: Path, diameter: float | None, skip_unreadable: bool, progress: bool
) -> dict:
    """Cut the white cells out of a folder's fields, into a new folder with boxes.csv.

    All crops have one size, from the given diameter or the median measured in some of the
    fields. Returns facts: fields, cells, diameter, side, fields without cells, unreadable ones.
    """
    paths = read_image_folder(fields, labelled=False)["path"].tolist()
    if diameter is None:
        every = max(1, len(paths) // _MEASURED)
        images = (_read(path, skip_unreadable)[0] for path in paths[::every])
        diameter = float(np.median([measure_diameter(i) for i in images if i is not None]))
    diameter = check_number("--diameter", diameter, least=8)
    side, rows, empty, unreadable = round(SIDE * diameter), [], [], {}
    with whole_folder(output) as folder:
        for path in tqdm(paths, desc="fields", disable=not progress):
            image, fault = _read(path, skip_unreadable)
            if image is None:
                unreadable[path] = fault
                continue
            crops, boxes = crop_cells(image, diameter, side)
            if boxes.empty:
                empty.append(Path(path).name)
            for number, (crop, box) in enumerate(zip(crops, boxes.to_dict("records"), strict=True)):
                name = f"{Path(path).name.replace('.', '_')}_{number}.png"
                Image.fromarray(crop).save(folder / name)
                rows.append({"file": name, "field": Path(path).name, **box, **_edge(box, image)})
        if not rows:
            raise ValueError(
                f"No white cell was found in the {len(paths)} fields of {fields}, with red cells"
                f" {diameter:.0f} px wide. Measure one by hand and pass it as --diameter."
            )
        pd.DataFrame(rows).to_csv(folder / "boxes.csv", index=False)
    facts = {"folder": str(output), "fields": len(paths), "cells": len(rows)}
    facts |= {"diameter": diameter, "side": side, "fields_without_cells": empty}
    return {**facts, "unreadable": unreadable}


def _read(path: str, skip_unreadable: bool) -> tuple[np.ndarray | None, str]:
    try:
        return read_image(path), ""
    except UnreadableImageError as error:
        if not skip_unreadable:
            raise
        return None, str(error).removeprefix(f"{path}: ")


def _edge(box: dict, image: np.ndarray) -> dict:
    """Whether a nucleus touches the field's edge, so that the cell may be cut."""
    height, width = image.shape[:2]
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return {"at_edge": min(box["x"], box["y"], width - right, height - bottom) <= 0}
