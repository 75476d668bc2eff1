"""Which images the rows of a list mean: by content, or by name."""

import os
import unicodedata
from collections import defaultdict
from pathlib import Path

import pandas as pd

from ..class_names import writable
from ..contents import content_keys


def found_images(listed: pd.DataFrame, images: dict[Path, list[str]], name: Path) -> list[str]:
    """The image that each row of a list means, in the first folder that has one.

    A row without a label may mean none.
    """
    fitting = [_fitting(listed, inside, folder) for folder, inside in images.items()]
    found, missing = [], []
    for file, label, *each in zip(listed["file"], listed["label"], *fitting, strict=True):
        fits = next(filter(None, each), [])
        if len(fits) > 1 and label:
            raise ValueError(
                f"{name} lists {file!r}, which may be {fits[0]} or {fits[1]}: add its folder."
            )
        if not fits and label:
            missing.append(file)
        found.append(fits[0] if fits else file)
    if missing:
        names = [_by_name(inside, folder) for folder, inside in images.items()]
        alike = any(_plain(missing[0]) in named for named in names)
        other = " (one of that name has another content)" * alike
        raise FileNotFoundError(
            f"{name} lists {len(missing)} images that are not in {' or '.join(map(str, images))},"
            f" or not read, first {missing[0]!r}{other}. Name their folder, or take their lines"
            " out of the list."
        )
    return found


def _fitting(listed: pd.DataFrame, images: list[str], root: Path) -> list[list[str]]:
    """The images of one folder that each row may mean: one if it has a content, or none."""
    named, same, found = _by_name(images, root), _by_content(listed, images), []
    for file, content in listed[["file", "content"]].itertuples(index=False):
        fits = named.get(_plain(file), [])
        if content:  # copies are one image, so that any will do
            fits = sorted(same.get(content.lower(), []), key=lambda path: path not in fits)[:1]
        found.append(fits)
    return found


def _by_name(images: list[str], root: Path) -> dict[str, list[str]]:
    """The images of each name: paths below `root` first, then every end of every path."""
    below, ends = defaultdict(list), defaultdict(list)
    for image in images:
        below[_plain(os.path.relpath(image, root))].append(image)
        parts = _plain(os.path.abspath(image)).split("/")
        for start in range(len(parts)):
            ends["/".join(parts[start:])].append(image)
    return {**ends, **below}


def _by_content(listed: pd.DataFrame, images: list[str]) -> dict[str, list[str]]:
    """The images of each content, if the list names any; what may not be read has none."""
    if (listed["content"] == "").all():
        return {}
    images = [image for image in images if os.access(image, os.R_OK)]
    keys = content_keys(pd.DataFrame({"path": images}))
    return pd.Series(images, dtype=object).groupby(keys).agg(list).to_dict()


def _plain(path: str) -> str:
    """A path as lists write it: with / for Windows' \\, accents in one form."""
    path = unicodedata.normalize("NFC", writable(path)).replace("\\", "/")
    return path.strip().removeprefix("./")
