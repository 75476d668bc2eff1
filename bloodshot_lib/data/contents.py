"""What is in a file, as a key: an image is known by its content, wherever it lies."""

import hashlib

import numpy as np
import pandas as pd

from .decoding import UnreadableImageError, of_each_file
from .folder_contents import paths_of, state

DIGITS = 32  # of SHA-256 in hexadecimal, which a browser computes as well
_AT_ONCE = 32  # files of a few kB, which a thread hashes faster than it can be given them


def content_keys(table: pd.DataFrame) -> np.ndarray:
    """A hash of each row's file, (N,), 32 hexadecimal digits; a column `content` is taken as it is.

    Raises FileNotFoundError for a file that is gone, ValueError for a column of something else,
    UnreadableImageError for files that may not be read (permission denied).
    """
    paths = paths_of(table)
    if "content" not in table:
        keys = of_each_file(_key, paths, at_once=_AT_ONCE)
        return np.array(keys, dtype=f"U{DIGITS}")
    keys = table["content"].astype(str)
    if not keys.str.fullmatch(f"[0-9a-f]{{{DIGITS}}}").all():
        raise ValueError(
            "The column `content` of a table holds its files' content_keys; got"
            f" {keys[~keys.str.fullmatch(f'[0-9a-f]{{{DIGITS}}}')].iloc[0]!r}: rename that column."
        )
    return keys.to_numpy(dtype=str)


def _key(path: str) -> str:
    try:
        state(path)
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()[:DIGITS]
    except PermissionError as error:
        raise UnreadableImageError(
            f"{path}: may not be read (permission denied): ask its owner for access."
        ) from error
