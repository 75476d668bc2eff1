"""Boxes in COCO's JSON: images, and annotations that name one by its id."""

import pandas as pd

from .raw_boxes import SIDES, SIZE, as_numbers, raw_boxes, some


def is_coco(found: object) -> bool:
    """Whether JSON is a COCO set: a list of images, and one of annotations."""
    return isinstance(found, dict) and all(
        isinstance(found.get(name), list) and all(isinstance(each, dict) for each in found[name])
        for name in ("images", "annotations")
    )


def read_coco(found: dict, file: str) -> pd.DataFrame:
    """The `bbox` of each annotation, with its image's name and size.

    Raises ValueError for an annotation of an image that is not listed, or without a box.
    """
    images = {str(image.get("id")): image for image in found["images"]}
    ids = [str(annotation.get("image_id")) for annotation in found["annotations"]]
    if lost := [f"box {n} is of image {id}" for n, id in enumerate(ids, 1) if id not in images]:
        raise ValueError(
            f"{file} has boxes of images that it does not list: {some(lost)}. Export images and"
            " annotations together."
        )
    rows = []
    for id, annotation in zip(ids, found["annotations"], strict=True):
        bbox = annotation.get("bbox")
        sides = bbox if isinstance(bbox, list) and len(bbox) == len(SIDES) else [None] * len(SIDES)
        size = images[id].get("width"), images[id].get("height")
        rows.append([*sides, annotation.get("score"), *size])
    said = pd.DataFrame(rows, columns=[*SIDES, "score", *SIZE], dtype=object)
    numbers = as_numbers(said, file, optional=("score", *SIZE))
    return raw_boxes(field=[str(images[id].get("file_name")) for id in ids], **numbers)
