"""A folder of whole fields -> a folder of single cells."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from ..common.atomic_files import whole_folder
from ..common.checks import check_number
from ..data.class_names import writable
from ..data.decoding import read_image, refusal, unreadable_files
from ..data.distinct_names import distinct_names
from ..data.fields import SIDE, crop_cells, measure_diameter
from ..data.readers.image_folder import list_image_folder
from .embedded_cells import How, readable_cells

_MEASURED = 20  # fields in which red cells are measured; one microscope has one scale


def cut_fields(fields: Path, output: Path, diameter: float | None, how: How) -> dict:
    """Cut the white cells out of a folder's fields, into a new folder with boxes.csv.

    All crops have one size, from the given diameter or the median measured in some of the
    fields. A crop is called after its field, and lies in a folder of its patient if the field
    did. Returns facts: folder, fields, cells, diameter, side, fields_without_cells (names) and
    left_out ({path: reason}).
    """
    table, left_out = list_image_folder(fields, labelled=False)
    if faults := unreadable_files(table["path"]):
        error = refusal([f"{path}: {fault}" for path, fault in faults.items()], len(table))
        table, faults = readable_cells(table, how, error)
    if diameter is None:
        diameter = _measured(table["path"], fields)
    diameter = check_number("--diameter", diameter, least=8)
    side, rows, empty = round(SIDE * diameter), [], []
    listed = list(zip(table["path"], _names(table, fields), _places(table), strict=True))
    with whole_folder(output, sole=True) as folder:
        for path, name, place in tqdm(listed, desc="fields", disable=not how.progress):
            image = read_image(path)
            crops, boxes = crop_cells(image, diameter, side)
            if boxes.empty:
                empty.append(name)
            for number, (crop, box) in enumerate(zip(crops, boxes.to_dict("records"), strict=True)):
                file = f"{place}_{number}.png"
                (folder / file).parent.mkdir(exist_ok=True)
                Image.fromarray(crop).save(folder / file)
                rows.append({"file": file, "field": name, **box, **_edge(box, image)})
        if not rows:
            raise ValueError(
                f"No white cell was found in the {len(table)} fields of {fields}, with red cells"
                f" {diameter:.0f} px wide. Measure one by hand and pass it as --diameter."
            )
        pd.DataFrame(rows).to_csv(folder / "boxes.csv", index=False)
    facts = {"folder": str(output), "fields": len(table), "cells": len(rows)}
    facts |= {"diameter": diameter, "side": side, "fields_without_cells": empty}
    return {**facts, "left_out": {**left_out, **faults}}


def _measured(paths: pd.Series, fields: Path) -> float:
    """The median width of red cells in some fields, of which those without cells say nothing."""
    some = paths.iloc[:: max(1, len(paths) // _MEASURED)]
    widths = [measure_diameter(read_image(path)) for path in some]
    if np.isnan(widths).all():
        raise ValueError(
            f"Nothing is stained in the {len(some)} fields of {fields} that were looked at, so that"
            " red cells cannot be measured. Measure one by hand and pass it as --diameter."
        )
    return float(np.nanmedian(widths))


def _names(table: pd.DataFrame, fields: Path) -> list[str]:
    """Each field's path below the folder."""
    return [writable(os.path.relpath(path, fields)).replace(os.sep, "/") for path in table["path"]]


def _places(table: pd.DataFrame) -> list[str]:
    """Where each field's crops go, but for number and suffix: its own name decides."""
    subjects = table["subject"].unique()
    folders = dict(zip(subjects, distinct_names(subjects), strict=True)) | {"": ""}
    files = table["path"].map(os.path.basename).groupby(table["subject"])
    names = files.transform(lambda of_one: distinct_names(of_one))
    return [os.path.join(folders[s], name) for s, name in zip(table["subject"], names, strict=True)]


def _edge(box: dict, image: np.ndarray) -> dict:
    """Whether a nucleus touches the field's edge, so that the cell may be cut."""
    height, width = image.shape[:2]
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return {"at_edge": min(box["x"], box["y"], width - right, height - bottom) <= 0}
