"""Boxes around the ROIs of Fiji/ImageJ, one (.roi) or a set (.zip): a file per field."""

import io
import struct
import zipfile

import numpy as np
import pandas as pd
from roifile import ROI_TYPE, ImagejRoi

from .raw_boxes import SIDES, raw_boxes, some

BEGINNINGS = b"Iout", b"PK"  # of a ROI, and of an archive
_AREAS = ROI_TYPE.RECT, ROI_TYPE.OVAL, ROI_TYPE.POLYGON, ROI_TYPE.FREEHAND, ROI_TYPE.TRACED
_DAMAGE = (ValueError, IndexError, RuntimeError, struct.error, zipfile.BadZipFile)


def read_rois(content: bytes, file: str) -> pd.DataFrame:
    """The bounds of each ROI.

    Raises ValueError for a damaged file, an archive of something else, and ROIs without an area.
    """
    try:
        rois = {name: ImagejRoi.frombytes(roi) for name, roi in _saved(content, file).items()}
    except _DAMAGE as error:
        raise ValueError(
            f"{file} holds no ROIs that can be read ({error}). Save them from Fiji's ROI Manager"
            " again, or a spreadsheet as CSV."
        ) from error
    kinds = {name: roi.roitype for name, roi in rois.items() if roi.roitype not in _AREAS}
    if faults := [f"{name} ({kind.name.lower()})" for name, kind in kinds.items()]:
        raise ValueError(
            f"{file} has ROIs without an area: {some(faults)}. Draw each cell as a rectangle, an"
            " oval or an outline, and leave out points and lines."
        )
    boxes = np.reshape([_box(roi) for roi in rois.values()], (-1, 4))
    return raw_boxes(**dict(zip(SIDES, boxes.T, strict=True)))


def _saved(content: bytes, file: str) -> dict[str, bytes]:
    """What is in each ROI's file, by its name."""
    if content.startswith(BEGINNINGS[0]):
        return {file: content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".roi")]
        if not names:
            raise ValueError("no file in it ends in .roi")
        return {name: archive.read(name) for name in names}


def _box(roi: ImagejRoi) -> tuple[float, float, float, float]:
    if roi.subpixelrect:
        return roi.xd, roi.yd, roi.widthd, roi.heightd
    return roi.left, roi.top, roi.right - roi.left, roi.bottom - roi.top
