"""What the commands keep of your cells, so that the next one is quick: found and removed."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

_OURS = re.compile(r"(images-\d+px|embeddings)-[0-9a-f]{16,}")


class Removed(NamedTuple):
    """How much was removed: folders, and bytes of the files in them."""

    folders: int
    bytes: int


def remove_kept(folder: Path) -> Removed:
    """Remove the decoded images and embeddings kept in a cache folder, and nothing else.

    Raises OSError, with its file's name, for one that cannot be removed.
    """
    named = sorted(folder.glob("*-*")) if folder.is_dir() else []
    ours = [kept for kept in named if _OURS.fullmatch(kept.name) and not kept.is_symlink()]
    size = sum(file.lstat().st_size for kept in ours for file in kept.rglob("*"))
    for kept in ours:
        shutil.rmtree(kept)
    return Removed(len(ours), size)
