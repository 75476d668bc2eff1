"""A folder of whole fields -> a folder of single cells, and a page on which to correct them."""

import os
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from ..common.atomic_files import whole_folder
from ..common.checks import check_number
from ..data.class_names import writable
from ..data.decoding import UnreadableImageError, refusal
from ..data.distinct_names import distinct_names
from ..data.image_listing import FIELD_SUFFIXES
from ..data.readers.image_folder import list_image_folder
from ..fields.box_files import BOXES, read_boxes, write_boxes
from ..fields.cutting import NARROWEST, cut, side_for
from ..fields.field_files import open_field
from ..fields.finder import Finder
from .embedded_cells import How, may_be_skipped
from .field_notes import notes_on, refuse_single_cells
from .field_views import chosen_fields, views_of
from .fields_page import FieldView, write_fields_page
from .found_cells import find_cells
from .options import command


def cut_fields(asked: Namespace, output: Path, how: How) -> dict:
    """Cut the white cells out of a folder's fields, into a new folder with boxes.csv.

    All crops have one size, because size tells cells apart: the median cell fills as much of it
    as in the images that the embedder learnt. A crop is called after its field, and lies in a
    folder of its patient if the field did. Returns facts: folder, fields, cells, width, side,
    fields_without_cells (names), notes and left_out ({path: reason}).
    """
    width = asked.width
    if width is not None:
        width = check_number("--width", width, least=NARROWEST)
    fields, sizes, left_out = _listed(asked.fields, how)
    others = {}
    if asked.boxes:
        boxes = read_boxes(asked.boxes, sizes)
        width = width or float(np.sqrt(boxes["width"] * boxes["height"]).median())
    else:
        boxes, width, others = find_cells(fields, sizes, Finder.load(asked.weights), width, how)
    if boxes.empty:
        raise ValueError(
            f"No white cell was found in the {len(fields)} fields of {asked.fields}. If there are"
            " some, measure one and pass its width in pixels as --width, or draw boxes in another"
            " program and pass them as --boxes."
        )
    side = side_for(width)
    if not asked.boxes:
        refuse_single_cells(boxes, sizes, side)
    notes = notes_on(boxes, sizes, side, width, others)
    listed = _in_order(boxes, fields, sizes)
    with whole_folder(output, sole=True) as folder:
        again = command("crop", asked.fields, "--boxes", "boxes.csv", "-o", f"{output}_2")
        shown = chosen_fields(listed, sizes)
        rest = listed[~listed["field"].isin(shown)].groupby("field")
        page = {
            "n_fields": len(fields),
            "cells": len(listed),
            "side": side,
            "median": width,
            "command": again,
            "notes": notes,
            "crops": listed.sort_values("score", kind="stable")["file"].tolist(),
            "not_shown": {name: rows[[*BOXES[1:]]].to_numpy().tolist() for name, rows in rest},
        }
        views = _cut_each(folder, fields, listed, side, set(shown), how)
        write_fields_page(folder / "fields.html", views, page)
        write_boxes(folder / "boxes.csv", listed)
    empty = fields["name"][~fields["name"].isin(boxes["field"])].tolist()
    facts = {"folder": str(output), "fields": len(fields), "cells": len(listed), "width": width}
    return {
        **facts, "side": side, "fields_without_cells": empty, "notes": notes, "left_out": left_out
    }  # fmt: skip


def _listed(folder: Path, how: How) -> tuple[pd.DataFrame, dict, dict]:
    """The fields (`path`, `name`, `place`), their sizes in pixels, and what was left out."""
    table, left_out = list_image_folder(folder, labelled=False, suffixes=FIELD_SUFFIXES)
    names = [writable(Path(path).relative_to(folder).as_posix()) for path in table["path"]]
    table = table.assign(name=names, place=_places(table))
    sizes, faults = {}, {}
    for row in tqdm(table.itertuples(), total=len(table), desc="sizes", disable=not how.progress):
        try:
            with open_field(row.path) as field:
                sizes[row.name] = field.width, field.height
        except (UnreadableImageError, PermissionError) as error:
            faults[row.path] = str(error).removeprefix(row.path).lstrip(": ")
    if faults and (len(faults) == len(table) or not how.skip_unreadable):
        error = refusal([f"{path}: {fault}" for path, fault in faults.items()], len(table))
        raise may_be_skipped(error) if len(faults) < len(table) else error
    table = table[table["name"].isin(sizes)].reset_index(drop=True)
    return table, sizes, left_out | {writable(path): fault for path, fault in faults.items()}


def _places(table: pd.DataFrame) -> list[str]:
    """Where each field's crops go, but for number and suffix: its own name decides."""
    subjects = table["subject"].unique()
    folders = dict(zip(subjects, distinct_names(subjects), strict=True)) | {"": ""}
    files = table["path"].map(os.path.basename).groupby(table["subject"])
    names = files.transform(lambda of_one: distinct_names(of_one))
    where = [folders[subject] for subject in table["subject"]]
    return [f"{folder}/{name}".lstrip("/") for folder, name in zip(where, names, strict=True)]


def _in_order(boxes: pd.DataFrame, fields: pd.DataFrame, sizes: dict) -> pd.DataFrame:
    """The rows of boxes.csv: field by field, from the top down, each with its crop's file."""
    order = boxes["field"].map({name: number for number, name in enumerate(fields["name"])})
    rows = boxes.assign(order=order).sort_values(["order", "y", "x"], kind="stable")
    number = rows.groupby("field").cumcount().astype(str)
    place = rows["field"].map(fields.set_index("name")["place"])
    rows.insert(0, "file", place + "_" + number + ".png")
    size = np.array([sizes[field] for field in rows["field"]])
    ends = rows[["x", "y"]].to_numpy() + rows[["width", "height"]].to_numpy()
    at_edge = (rows[["x", "y"]].to_numpy() <= 0).any(axis=1) | (ends >= size).any(axis=1)
    return rows.drop(columns="order").assign(at_edge=at_edge).reset_index(drop=True)


def _cut_each(
    folder: Path, fields: pd.DataFrame, listed: pd.DataFrame, side: int, shown: set, how: How
) -> Iterator[FieldView]:
    """Write the crops of each field, and show those fields that have a place on the page."""
    groups = dict(list(listed.groupby("field")))
    for row in tqdm(fields.itertuples(), total=len(fields), desc="cells", disable=not how.progress):
        boxes = groups.get(row.name, listed[:0])
        with open_field(row.path) as field:
            for box in boxes.to_dict("records"):
                file = folder / box["file"]
                file.parent.mkdir(exist_ok=True)
                Image.fromarray(cut(field, box, side)).save(file)
            if row.name in shown:
                yield from views_of(row.name, field, boxes)
